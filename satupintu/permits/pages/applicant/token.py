"""
The signed token of pages in which something is typed: a draft's, and an answer to the office.

Every such page carries a token that names what it is about (a draft or a repair) and the user to whom it was shown,
with the time. Posts of these pages are exempt from Django's CSRF cookie because the token does its whole work: a page
of another site cannot read it (same origin), cannot make it (signed with the office's key under a salt of its own), and
one got for another draft or person names that draft and person. Unlike the cookie it survives the end of a session, so
that what was typed can be kept. Alone it opens nothing: without the session of the very person it names, a post is only
put aside (services.drafts.hold, hold_answer), unseen until that person signs in.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

FIELD = "draf_token"
_SALT = "permits.draft"
_SECONDS = 60 * 60 * 24 * 14  # as long as a session


@dataclass(frozen=True, slots=True)
class PageToken:
    subject_id: UUID  # of a draft or a repair
    user_id: int


def make_token(subject_id: UUID, user_id: int) -> str:
    """Return the token of a page of this draft or repair, as shown to this user."""
    return signing.dumps([str(subject_id), user_id], salt=_SALT)


def read_token(text: str) -> PageToken | None:
    """Return what the token names; None when it is altered, not one, or older than two weeks."""
    try:
        subject_id, user_id = signing.loads(text[:400], salt=_SALT, max_age=_SECONDS)
        return PageToken(UUID(subject_id), int(user_id))
    except (signing.BadSignature, ValueError, TypeError):
        return None
