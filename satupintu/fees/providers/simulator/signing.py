"""How the simulator signs: HMAC-SHA256 over the moment and the raw bytes, as payment providers do."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from satupintu.fees.providers.port import Forged

SIGNATURE, MOMENT = "X-Signature", "X-Timestamp"
PATIENCE_SECONDS = 300  # an older notification is not believed, however well it is signed


def sign(body: bytes, moment: int, secret: str) -> dict[str, str]:
    """Return the headers of a notification sent at a moment (seconds since 1970)."""
    return {SIGNATURE: _digest(body, str(moment), secret), MOMENT: str(moment)}


def check(body: bytes, headers: Mapping[str, str], at: datetime, secret: str) -> None:
    """Raise Forged unless the bytes were signed with this secret within the last minutes."""
    moment, signature = headers.get(MOMENT, ""), headers.get(SIGNATURE, "")
    if not hmac.compare_digest(_digest(body, moment, secret).encode(), signature.encode()):
        raise Forged("the signature is not the provider's")
    if not moment.isdecimal() or abs(at.timestamp() - int(moment)) > PATIENCE_SECONDS:
        raise Forged("the notification is too old")


def _digest(body: bytes, moment: str, secret: str) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()
