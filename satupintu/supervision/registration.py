"""What the domain above supervision adds to its pages: objections to a sanction, and the way to object."""

from collections.abc import Callable
from datetime import datetime

from satupintu.permits.registration import Beside
from satupintu.supervision.models import Supervision

# (supervision, for officers, at) -> what stands beside it.
BesideOf = Callable[[Supervision, bool, datetime], list[Beside]]

_beside: list[BesideOf] = []


def register_beside(read: BesideOf) -> None:
    """Let another domain say something beside the supervision of a permit."""
    if read not in _beside:
        _beside.append(read)


def beside(supervision: Supervision, *, office: bool, at: datetime) -> list[Beside]:
    """Return what other domains say beside a supervision, on its holder's page or the officers'."""
    return [one for read in _beside for one in read(supervision, office, at)]
