"""
What a browser gives whoever may wake it: an address at its maker's push service, and keys to write to it (RFC 8291).

It is kept as one text, the address of an identity: encrypted like every address, found again by its hash.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _

from satupintu.lib import outgoing
from satupintu.lib.refusal import Refusal

MOST_LETTERS = 2000  # a browser's own are some 400
_AUTH_BYTES = 16


class BadSubscription(Refusal):
    """What was sent is no subscription of a browser, or leads where we must not call; `message` says it in words."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """`key` is the browser's public point (65 bytes), `auth` the secret it shares with us (16 bytes)."""

    endpoint: str
    key: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    def text(self) -> str:
        """Return the one text that it is kept as: the same browser gives the same."""
        keys = {"auth": encode(self.auth), "p256dh": encode(self.key)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys}, separators=(",", ":"))


def read_subscription(text: str) -> Subscription:
    """Return a subscription as a browser writes it in JSON. Raises BadSubscription; looks no name up."""
    try:
        given = json.loads(text) if len(text) <= MOST_LETTERS else {}
        endpoint, keys = str(given["endpoint"]), given["keys"]
        key, auth = decode(str(keys["p256dh"])), decode(str(keys["auth"]))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadSubscription(_broken()) from error
    if len(auth) != _AUTH_BYTES or len(key) != 65:  # noqa: PLR2004  an uncompressed point
        raise BadSubscription(_broken())
    try:
        outgoing.check_address(endpoint)
    except outgoing.Unreachable as error:
        raise BadSubscription(_broken()) from error
    return Subscription(endpoint, key, auth)


def _broken() -> str:
    return _(
        "Peramban ini tidak memberi alamat yang dapat dipakai. Coba lagi, atau pakai saluran lain."
    )


def encode(content: bytes) -> str:
    """Return bytes as base64url without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return what `encode` wrote, padded or not. Raises ValueError."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
