"""Changing a plan of the office's own: each change is the next version, and none is ever lost."""

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.desk.models import Version
from satupintu.desk.rules.changing import Objection
from satupintu.desk.versions import Plans, T
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


def check(plans: Plans[T], wanted: T, *, seen: int | None) -> None:
    """
    Raise why a plan may not take the place of the version `seen` (None: as the program came).

    Raises ReplannedMeanwhile, NothingChanged, PlanRefused.
    """
    now = plans.now()
    if now.number != seen:
        raise ReplannedMeanwhile
    if plans.write(wanted) == plans.write(now):
        raise NothingChanged
    if found := list(plans.objections(wanted, plans.shipped(), current_language())):
        raise PlanRefused(found)


def take(
    plans: Plans[T],
    wanted: T,
    *,
    seen: int | None,
    by: Actor,
    at: datetime,
    note: str = "",
    back_to: int | None = None,
) -> Version:
    """
    Take a plan into force as the version after `seen`. Cases that run keep the version they came under.

    `back_to` is the version that it goes back to, 0: as the program came.
    Raises as `check`, whatever a page has checked before; of two people at the same moment one is refused.
    """
    forget_kept()
    check(plans, wanted, seen=seen)
    try:
        with transaction.atomic():
            row = plans.versions().create(
                number=(seen or 0) + 1,
                plan=plans.write(wanted),
                note=note.strip()[:300],
                back_to=back_to,
                made_by_id=by.user_id or 0,
                made_at=at,
            )
    except IntegrityError as error:
        raise ReplannedMeanwhile from error
    forget_kept()
    log.info("plan_changed", plan=plans.model.__name__, number=row.number, by=by.user_id)
    return row


def earlier(plans: Plans[T], number: int | None) -> T:
    """Return what going back to a version would take into force. Raises ObjectDoesNotExist."""
    return plans.restored(plans.numbered(number), plans.now())
