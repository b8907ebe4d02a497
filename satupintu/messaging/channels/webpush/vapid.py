"""
Who we are, to push services (RFC 8292): a key pair of the office, and a token signed with it for each call.

The key is a file beside the others, made when it is first needed. A browser's subscription holds for one key only:
when the file is lost, everybody must turn notifications on again.
"""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from satupintu.lib import keys
from satupintu.messaging.channels.webpush.sealing import point
from satupintu.messaging.channels.webpush.subscription import encode

GOOD_FOR = timedelta(hours=12)  # at most 24 (RFC 8292, section 2)


@lru_cache(maxsize=4)
def office_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the office's key in `path`, made when there is none. Raises keys.BadKeyFile."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        if not keys.making.allowed:
            return made
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keys.write_once(path, pem.decode())
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except ValueError as error:
        raise keys.BadKeyFile(f"{path} holds no key. Restore it from the backup.") from error
    if not isinstance(found, ec.EllipticCurvePrivateKey) or found.curve.name != "secp256r1":
        raise keys.BadKeyFile(f"{path} holds no key on P-256. Restore it from the backup.")
    return found


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return what a browser is asked to trust: `applicationServerKey`."""
    return encode(point(key.public_key()))


def authorization(
    key: ec.EllipticCurvePrivateKey, endpoint: str, *, contact: str, now: datetime
) -> str:
    """Return the Authorization of a call to `endpoint`; `contact` is a mailto: or https: address."""
    parts = urlsplit(endpoint)
    claims: dict[str, object] = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + GOOD_FOR).timestamp()),
        "sub": contact,
    }
    signed = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = encode(r.to_bytes(32) + s.to_bytes(32))
    return f"vapid t={signed}.{signature}, k={public_key(key)}"


def _part(given: dict[str, object]) -> str:
    return encode(json.dumps(given, separators=(",", ":")).encode())
