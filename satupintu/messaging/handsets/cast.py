"""Whose telephones a demo has: all made up."""

import base64
from typing import NamedTuple


class Owner(NamedTuple):
    """A made-up person with a telephone and a mailbox; with a username, WhatsApp does not show the number."""

    key: str
    name: str
    phone: str
    email: str
    username: str = ""


CAST = (
    Owner("marlina", "Bu Marlina", "+6281200000902", "marlina@contoh.id"),
    Owner("yohanes", "Pak Yohanes", "+6281200000903", "yohanes@contoh.id"),
    Owner("tamu", "Warga", "+6281200000999", "warga@contoh.id", "warga_sanggau"),
)

# A square of one colour: a picture that is really one.
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR4nGPgjo2jKWIYtWDUglELRi0YtWDUglELRi0YtWDUglELhooFAFlvGC54yMKmAAAAAElFTkSuQmCC"
)
