"""Proposing a sanction, by whoever checks permits to whoever may sign; the first opens the permit's supervision."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib import crypto, words
from satupintu.lib.ids import uuid7
from satupintu.lib.language import current_language
from satupintu.office.services import ensure_series, take_number
from satupintu.people.rules import Actor
from satupintu.permits.queries import permit_of_case
from satupintu.permits.rules import verdict_of
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Sanction, Supervision
from satupintu.supervision.proof import SANCTION, sanction_text
from satupintu.supervision.rules import Kind
from satupintu.supervision.services.common import decision_owed, refuse_own
from satupintu.workflow.queries import Case, Transition, get_case
from satupintu.workflow.services import (
    CannotMove,
    Facts,
    MovedMeanwhile,
    TaskChange,
    link_cases,
    open_case,
    perform_move,
)

PUNISHABLE = frozenset({"in_force", "suspended"})  # verdicts on a permit that can be sanctioned


class CannotPropose(CannotMove):
    """The ladder, or what was written, does not allow this sanction now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    What an officer proposes. `grounds`: one a line. `remedy` and `put_right_by` of a warning; `until` of a suspension.

    `put_right_by` None: as many days after the decision as the office gives. `law`: the provision that lets the step
    come without those before it.
    """

    kind: Kind
    grounds: str
    remedy: str = ""
    law: str = ""
    put_right_by: date | None = None
    until: date | None = None


def propose(
    *, about: Case, proposal: Proposal, by: Actor, at: datetime, seen_version: int | None = None
) -> Transition:
    """
    Put a sanction before the head; return the row. Opens the permit's supervision when there was none.

    `seen_version`: of the case of supervision that was looked at, None without one. Raises CannotPropose,
    ConflictOfInterest, MoveNotAllowed, MovedMeanwhile.
    """
    refuse_own(by, about)
    _check_permit(about, at)
    found = queries.find_about(about.pk)
    sanctions = queries.sanctions_of(found.pk) if found else []
    periods = queries.periods()
    _check(proposal, sanctions, at, periods)
    if found is None:
        ensure_series(rules.SERIES, by_name=by.name, at=at)
        ensure_series(rules.LETTERS_SERIES, by_name=by.name, at=at)
        try:
            return _propose(None, about, proposal, by, at, 1, periods.decide_days)
        except IntegrityError:
            if queries.find_about(about.pk) is None:
                raise
            raise _moved() from None
    case = get_case(found.pk)
    if seen_version != case.version:
        raise _moved()
    level = rules.next_level(queries.given(sanctions))
    return _propose(case, about, proposal, by, at, level, periods.decide_days)


def _moved() -> MovedMeanwhile:
    return MovedMeanwhile(
        _("Pengawasan izin ini baru saja berubah. Periksa keadaan terbarunya, lalu ulangi.")
    )


def _check_permit(about: Case, at: datetime) -> None:
    permit = permit_of_case(about.pk)
    today = timezone.localdate(at)
    if permit is None or verdict_of(permit.state, permit.valid_until, today) not in PUNISHABLE:
        raise CannotPropose(_("Sanksi hanya diusulkan atas izin yang masih berlaku."))


def _check(
    proposal: Proposal, sanctions: list[Sanction], at: datetime, periods: rules.Periods
) -> None:
    today = timezone.localdate(at)
    given = queries.given(sanctions)
    refused = rules.refuse_step(
        proposal.kind, given, today=today, periods=periods, directly=bool(proposal.law.strip())
    )
    if refused:
        last = rules.latest_day(given)
        told = {
            "day": words.long_date(last, current_language()) if last else "",
            "number": periods.warnings_before,
        }
        raise CannotPropose(str(rules.REFUSALS[refused]) % told)
    if not proposal.grounds.strip():
        raise CannotPropose(_("Tulis alasan sanksi, satu per baris. Pemegang izin membacanya."))
    if proposal.kind is Kind.WARNING and not proposal.remedy.strip():
        raise CannotPropose(_("Tulis apa yang harus diperbaiki pemegang izin."))
    for day in (proposal.put_right_by, proposal.until):
        if day is not None and day <= today:
            raise CannotPropose(_("Tanggal batasnya harus sesudah hari ini."))


@transaction.atomic
def _propose(  # noqa: PLR0917  one statement of what is proposed, by whom, where
    case: Case | None,
    about: Case,
    proposal: Proposal,
    by: Actor,
    at: datetime,
    level: int,
    days: int,
) -> Transition:
    case_id = case.pk if case else uuid7()
    warning = proposal.kind is Kind.WARNING
    sanction = Sanction(
        case_id=case_id,
        seq=case.version + 1 if case else 1,
        kind=proposal.kind,
        level=level if warning else 0,
        grounds=proposal.grounds.strip()[: rules.LONGEST_TEXT],
        remedy=proposal.remedy.strip()[: rules.LONGEST_TEXT] if warning else "",
        law=proposal.law.strip()[:300],
        put_right_by=proposal.put_right_by if warning else None,
        until=proposal.until if proposal.kind is Kind.SUSPENSION else None,
    )
    facts = Facts(
        data={"sanction": str(sanction.pk), "kind": sanction.kind, "level": sanction.level},
        digests={SANCTION: crypto.fingerprint(sanction_text(sanction))},
    )
    tasks = TaskChange(open=[decision_owed(at, days)])
    if case is not None:
        row = perform_move(
            case=case, lifecycle=rules.SUPERVISION, action="propose_sanction", by=by, at=at,
            facts=facts, tasks=tasks,
        )  # fmt: skip
    else:
        taken = take_number(rules.SERIES, at=at, case_id=case_id, by_name=by.name)
        row = open_case(
            kind=rules.KIND_SUPERVISION,
            number=taken.number,
            lifecycle=rules.SUPERVISION,
            by=by,
            at=at,
            facts=facts,
            tasks=tasks,
            case_id=case_id,
            party_id=about.party_id,
            service_version_id=about.service_version_id,
            region=about.region,
        )
        Supervision.objects.bulk_create([Supervision(case=row.case, about=about)])
        link_cases(source=row.case, target=about, kind=rules.LINK, at=at)
    sanction.seq = row.seq
    Sanction.objects.bulk_create([sanction])
    return row
