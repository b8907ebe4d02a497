"""What may be sent with a complaint: kinds, sizes, how many, and what one is called."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

ACCEPT: Final = ("jpg", "png", "pdf", "voice")
MAX_MB: Final = 10
MOST_AT_ONCE: Final = 5  # with one form
MOST: Final = 20  # of one complaint
POSTS_AN_HOUR: Final = 20  # with files, of one address
KIND: Final = "complaint"  # of the document
NAME: Final = "lampiran"  # never as the person called the file: that may say who they are
FILE: Final = "file:"  # how the keys of their digests begin in the log


def is_spoken(media_type: str) -> bool:
    """Say whether a file is to be heard."""
    return media_type.startswith("audio/")


def label_of(media_type: str) -> Any:
    """Return what a file is, in a word."""
    if media_type.startswith("image/"):
        return _("Foto")
    return _("Rekaman suara") if is_spoken(media_type) else _("Dokumen")
