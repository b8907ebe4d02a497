"""The settings of channels behind which a demo's telephones stand; secrets are derived: nobody can forge them."""

import hashlib
import hmac
from pathlib import Path


def secret(key: str, what: str) -> str:
    return hmac.new(
        key.encode(), f"satupintu.handsets.{what}".encode(), hashlib.sha256
    ).hexdigest()[:40]


def mail_port(port: int) -> int:
    """Return where the mail server of a demo listens whose telephones begin at `port`."""
    return port + 3


def environment(port: int, key: str, sounds: Path) -> dict[str, str]:
    """
    Return the variables of an office whose WhatsApp, SMS and telephone end at `port` and the next two.

    Letters end at `mail_port`, by settings of their own.

    `sounds`: the folder for what the telephone speaks.
    """
    return {
        "SATUPINTU_WHATSAPP_URL": f"http://127.0.0.1:{port + 1}",
        "SATUPINTU_WHATSAPP_PHONE_ID": "100200300",
        "SATUPINTU_WHATSAPP_TOKEN": secret(key, "token"),
        "SATUPINTU_WHATSAPP_APP_SECRET": secret(key, "app"),
        "SATUPINTU_WHATSAPP_VERIFY_TOKEN": secret(key, "verify"),
        "SATUPINTU_KANNEL_URL": f"http://127.0.0.1:{port}/cgi-bin/sendsms",
        "SATUPINTU_KANNEL_USER": "demo",
        "SATUPINTU_KANNEL_PASSWORD": secret(key, "kannel"),
        "SATUPINTU_KANNEL_FROM": "1234",
        "SATUPINTU_KANNEL_SECRET": secret(key, "hook"),
        "SATUPINTU_ASTERISK_URL": f"http://127.0.0.1:{port + 2}",
        "SATUPINTU_ASTERISK_USER": "demo",
        "SATUPINTU_ASTERISK_PASSWORD": secret(key, "asterisk"),
        "SATUPINTU_ASTERISK_SOUNDS": str(sounds),
    }
