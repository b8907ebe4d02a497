"""Changing the office's plan for complaints: each change is the next version, and none is ever lost."""

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.desk.models import PlanVersion
from satupintu.desk.plan import plan, plan_numbered, shipped
from satupintu.desk.rules.plans import Plan, plain
from satupintu.desk.rules.replanning import Objection, objections, restored
from satupintu.lib.kept import forget_kept
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.people.rules import Actor

log = structlog.get_logger()


class PlanRefused(Refusal):
    """The plan may not be taken into force; `objections` say why."""

    def __init__(self, found: list[Objection]) -> None:
        self.objections = found
        super().__init__(" ".join(dict.fromkeys(one.message for one in found)))


class NothingChanged(Refusal):
    """The plan says what the one in force says."""

    def __init__(self) -> None:
        super().__init__(_("Belum ada yang diubah."))


class ReplannedMeanwhile(Refusal):
    """Somebody else changed the plan after it was looked at."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Rencana ini baru saja diubah orang lain; perubahan Anda belum berlaku. Di bawah tampil apa yang kini"
                " akan berubah. Periksa, lalu berlakukan lagi."
            )
        )


def check_plan(wanted: Plan, *, seen: int | None) -> None:
    """
    Raise why a plan may not take the place of the version `seen` (None: as the program came).

    Raises ReplannedMeanwhile, NothingChanged, PlanRefused.
    """
    if plan().number != seen:
        raise ReplannedMeanwhile
    if plain(wanted) == plain(plan()):
        raise NothingChanged
    if found := list(objections(wanted, shipped(), current_language())):
        raise PlanRefused(found)


def take_plan(
    wanted: Plan,
    *,
    seen: int | None,
    by: Actor,
    at: datetime,
    note: str = "",
    back_to: int | None = None,
) -> PlanVersion:
    """
    Take a plan into force as the version after `seen`. Complaints that run keep the version they came under.

    `back_to` is the version that it goes back to, 0: as the program came.

    Raises as check_plan, whatever a page has checked before; of two people at the same moment one is refused.
    """
    forget_kept()
    check_plan(wanted, seen=seen)
    try:
        with transaction.atomic():
            row = PlanVersion.objects.create(
                number=(seen or 0) + 1,
                plan=plain(wanted),
                note=note.strip()[:300],
                back_to=back_to,
                made_by_id=by.user_id or 0,
                made_at=at,
            )
    except IntegrityError as error:
        raise ReplannedMeanwhile from error
    forget_kept()
    log.info("complaint_plan_changed", number=row.number, by=by.user_id)
    return row


def earlier_plan(number: int | None) -> Plan:
    """Return what going back to a version would take into force. Raises PlanVersion.DoesNotExist."""
    return restored(plan_numbered(number), plan())
