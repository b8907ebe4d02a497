"""Posts whose session had ended: put aside for the person who typed them, until that person signs in and sends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from satupintu.people.models import HeldPost, User

HELD_FOR = timedelta(days=14)  # as long as a page may lie open, see people.held


def hold_post(
    *,
    user_id: int,
    path: str,
    fields: Mapping[str, Sequence[str]],
    files: Sequence[str],
    at: datetime,
) -> HeldPost | None:
    """
    Keep what was posted to `path` for this user; None when there is no such user any more.

    `files` are the names of files that came with it; their bytes are not kept.
    """
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        return None
    return HeldPost.objects.create(
        user_id=user_id,
        path=path,
        fields={name: list(values) for name, values in fields.items()},
        files=list(files),
        at=at,
    )


def drop_held(*, held_id: UUID, user_id: int) -> None:
    """Forget a post that has been sent, or is not wanted any more."""
    HeldPost.objects.filter(pk=held_id, user_id=user_id).delete()


def forget_old_held(*, at: datetime) -> int:
    """Delete posts that nobody came back for; return how many. For the worker."""
    return HeldPost.objects.filter(at__lt=at - HELD_FOR).delete()[0]
