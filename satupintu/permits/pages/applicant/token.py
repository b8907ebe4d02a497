"""
The signed token of a draft's pages.

Every page of a draft carries a token that names the draft and the user to whom the page was shown, with the time. Posts
of these pages are exempt from Django's CSRF cookie because the token does its whole work: a page of another site cannot
read it (same origin), cannot make it (signed with the office's key under a salt of its own), and one got for another
draft or person names that draft and person. Unlike the cookie it survives the end of a session, so that what was typed
can be kept. Alone it opens nothing: without the session of the very person it names, a post is only put aside
(services.drafts.hold), unseen until that person signs in.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

FIELD = "draf_token"
_SALT = "permits.draft"
_SECONDS = 60 * 60 * 24 * 14  # as long as a session


@dataclass(frozen=True, slots=True)
class DraftToken:
    draft_id: UUID
    user_id: int


def make_token(draft_id: UUID, user_id: int) -> str:
    """Return the token of a page of this draft, as shown to this user."""
    return signing.dumps([str(draft_id), user_id], salt=_SALT)


def read_token(text: str) -> DraftToken | None:
    """Return what the token names; None when it is altered, not one, or older than two weeks."""
    try:
        draft_id, user_id = signing.loads(text[:400], salt=_SALT, max_age=_SECONDS)
        return DraftToken(UUID(draft_id), int(user_id))
    except (signing.BadSignature, ValueError, TypeError):
        return None
