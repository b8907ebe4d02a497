"""What the applicant is asked to put right, and by when: shared by the return and by the questions of the review."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.permits import rules
from satupintu.permits.models import Repair
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, bad_data, given_date, given_text

SHORTEST = timedelta(days=3)


class Item(TypedDict):
    """One thing to repair: `on` "document", "field" or "other", its key, and why."""

    on: str
    key: str
    reason: str


def read_item(raw: object) -> Item:
    """Return one thing to repair as it came with an act. Raises BadData."""
    if not isinstance(raw, Mapping):
        raise bad_data("items")
    return Item(
        on=given_text(raw, "on"), key=given_text(raw, "key"), reason=given_text(raw, "reason")
    )


class AnswerTooSoon(CannotMove):
    """The date by which the applicant must answer leaves them too little time."""


def answer_by_of(request: ActRequest) -> date:
    """Return the date to answer by: data["answer_by"] (ISO), or the usual one. Raises AnswerTooSoon."""
    today = timezone.localdate(request.at)
    answer_by = given_date(request.data, "answer_by") or today + timedelta(days=rules.ANSWER_DAYS)
    if answer_by < today + SHORTEST:
        raise AnswerTooSoon(_("Beri pemohon sedikitnya tiga hari untuk memperbaiki."))
    return answer_by


def keep_repair(
    request: ActRequest, row: Transition, items: Sequence[Item], answer_by: date
) -> Repair:
    """Keep what the move `row` asks of the applicant."""
    return Repair.objects.create(
        permit_case_id=request.case.pk,
        seq=row.seq,
        items=list(items),
        answer_by=answer_by,
        asked_at=request.at,
    )
