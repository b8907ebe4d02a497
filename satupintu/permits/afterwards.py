"""
What else whoever got their decision is offered, by registration: the survey of another domain.

Nobody registered: nothing is offered.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Invite(Protocol):
    """Lets the holder of a case answer once, and returns the address; doing it again changes nothing."""

    def __call__(self, case_id: UUID, service_code: str, *, at: datetime) -> str: ...


class Survey(NamedTuple):
    """What registered: how to invite, and the address where a case may still answer ("" when it may not)."""

    invite: Invite
    open_at: Callable[[UUID], str]


_registered: list[Survey] = []


def register_survey(survey: Survey) -> None:
    """Offer this survey after a decision was handed over; called once, in `AppConfig.ready`."""
    _registered[:] = [survey]


def invite(case_id: UUID, service_code: str, *, at: datetime) -> str:
    """Return the address of the survey about a case, inviting to it; "" when nobody registered one."""
    return next((one.invite(case_id, service_code, at=at) for one in _registered), "")


def survey_at(case_id: UUID) -> str:
    """Return the address where the holder of a case may still answer; "" when they may not. At most one query."""
    return next((one.open_at(case_id) for one in _registered), "")
