"""
Conditions of a permit: set while it is prepared, watched from its issue on, reported by its holder, and judged.

Before the issue they are moves of the permit's case; with it they pass to the permit's supervision, whose log tells
their state and day from then on.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.documents.queries import Document, list_documents
from satupintu.lib import crypto
from satupintu.lib.ids import uuid7
from satupintu.office.services import ensure_series, take_number
from satupintu.people.rules import Role, system_actor
from satupintu.permits.queries import permit_of_case
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Condition, Report, Supervision
from satupintu.supervision.proof import CONDITION, REPORT, condition_text, report_text
from satupintu.supervision.rules import CONDITION_MOVES, ConditionState
from satupintu.supervision.services.common import check_owed, move, refuse_own
from satupintu.workflow.queries import Case, Transition, get_case, open_tasks
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    Facts,
    MoveNotAllowed,
    TaskChange,
    bad_data,
    given_id,
    given_text,
    link_cases,
    move_as_asked,
    needed_id,
    open_case,
)

READER = "conditions"


class BadCondition(CannotMove):
    """What was written cannot be a condition; the message says what is missing."""


class TooMany(CannotMove):
    """A permit bears as many conditions as it may."""


# --- Before the issue: moves of the permit's case ---------------------------------------------


@transaction.atomic
def add_condition(request: ActRequest) -> Transition:
    """
    Bind the permit that is being prepared to something.

    data: text; days (calendar days after the issue) or due_on (a date). Raises BadCondition, TooMany.
    """
    refuse_own(request.by, request.case)
    text = given_text(request.data, "text").strip()[: rules.LONGEST_CONDITION]
    days, fixed = _term(request.data, timezone.localdate(request.at))
    if not text:
        raise BadCondition(_("Tulis apa yang harus dipenuhi pemegang izin."))
    if len(queries.conditions_set(request.case.pk)) >= rules.MOST_CONDITIONS:
        raise TooMany(
            _("Satu izin memuat paling banyak %(most)s syarat.") % {"most": rules.MOST_CONDITIONS}
        )
    one = Condition(about_id=request.case.pk, text=text, days=days, due_on=fixed)
    row = move_as_asked(
        request,
        {
            "condition": str(one.pk),
            "days": days,
            "due_on": fixed.isoformat() if fixed else "",
        },
        {CONDITION: crypto.fingerprint(condition_text(one))},
    )
    Condition.objects.bulk_create([one])
    return row


def _term(data: Mapping[str, Any], today: date) -> tuple[int, date | None]:
    """Return days after the issue, or a date: exactly one of them. Raises BadCondition."""
    days, fixed = data.get("days") or 0, data.get("due_on") or None
    if isinstance(fixed, str):
        fixed = date.fromisoformat(fixed)
    if bool(days) == bool(fixed):
        raise BadCondition(_("Isi salah satu: berapa hari sejak terbit, atau tanggalnya."))
    if fixed is not None and fixed <= today:
        raise BadCondition(_("Tanggal batasnya harus sesudah hari ini."))
    if not 0 <= days <= rules.LONGEST_TERM:
        raise BadCondition(
            _("Waktunya paling lama %(days)s hari sejak terbit.") % {"days": rules.LONGEST_TERM}
        )
    return int(days), fixed


@transaction.atomic
def drop_condition(request: ActRequest) -> Transition:
    """Take a condition out again before the permit is issued. data: condition (id)."""
    refuse_own(request.by, request.case)
    asked = needed_id(request.data, "condition")
    row = move_as_asked(request, {"condition": str(asked)}, {})
    mine = Condition.objects.filter(pk=asked, about_id=request.case.pk, state=ConditionState.SET)
    if mine.update(state=ConditionState.DROPPED) != 1:
        raise MoveNotAllowed(_("Syarat ini sudah tidak ada. Muat ulang halaman."))
    return row


# --- The issue ------------------------------------------------------------------------------------


def begin(row: Transition) -> None:
    """Let the conditions of a permit that has just been issued run: opens its supervision, once. Idempotent."""
    if queries.find_about(row.case_id) is not None:
        return
    about = get_case(row.case_id)
    permit = permit_of_case(about.pk)
    found = [*queries.conditions_set(about.pk), *queries.standing(about)]
    if not found or permit is None:
        return
    issued = timezone.localdate(permit.issued_at)
    for one in found:
        one.due_on = rules.due_on(one.days, one.due_on, issued)
    ensure_series(rules.SERIES, by_name=READER, at=row.at)
    ensure_series(rules.LETTERS_SERIES, by_name=READER, at=row.at)
    _open(about, found, at=row.at, recorded_at=row.recorded_at)


@transaction.atomic
def _open(about: Case, found: list[Condition], *, at: datetime, recorded_at: datetime) -> None:
    case_id = uuid7()
    by = system_actor(READER)
    taken = take_number(rules.SERIES, at=at, case_id=case_id, by_name=READER)
    opened = open_case(
        kind=rules.KIND_SUPERVISION,
        number=taken.number,
        lifecycle=rules.SUPERVISION,
        action="open_conditions",
        by=by,
        at=at,
        facts=Facts(
            recorded_at=recorded_at,
            channel="system",
            data={"conditions": {str(one.pk): str(one.due_on) for one in found}},
            digests={
                f"{CONDITION}:{one.pk}": crypto.fingerprint(condition_text(one)) for one in found
            },
        ),
        case_id=case_id,
        party_id=about.party_id,
        service_version_id=about.service_version_id,
        region=about.region,
    )
    Supervision.objects.bulk_create([Supervision(case=opened.case, about=about)])
    link_cases(source=opened.case, target=about, kind=rules.LINK, at=at)
    for one in found:
        one.case_id, one.state = case_id, ConditionState.OPEN
    known = [one for one in found if not one.key]
    Condition.objects.bulk_create([one for one in found if one.key])
    Condition.objects.bulk_update(known, ["case", "state", "due_on"])


# --- After it: moves of the permit's supervision ----------------------------------------------


def _asked(request: ActRequest) -> Condition:
    """Return the condition that is asked about, when it stands where the move begins. Raises MoveNotAllowed."""
    found = Condition.objects.filter(
        pk=needed_id(request.data, "condition"), case_id=request.case.pk
    ).first()
    if found is None or found.state not in CONDITION_MOVES[request.action][0]:
        raise MoveNotAllowed(_("Syarat ini sudah berubah. Muat ulang halaman."))
    return found


def _checks(request: ActRequest, condition: Condition) -> dict[UUID, str]:
    """Return the open tasks to check this condition, as closed by the request's move."""
    return {
        task.pk: request.action
        for task in open_tasks(request.case)
        if task.stage == "condition_check" and task.detail.get("condition") == str(condition.pk)
    }


def _change(condition: Condition, **values: Any) -> None:
    if Condition.objects.filter(pk=condition.pk, state=condition.state).update(**values) != 1:
        raise MoveNotAllowed(_("Syarat ini sudah berubah. Muat ulang halaman."))


@transaction.atomic
def report_condition(request: ActRequest) -> Transition:
    """
    Say that a condition is fulfilled: its holder, with a paper; an officer is asked to check it.

    data: condition (id), note, document (id of a paper of the holder; none: ""). Raises MoveNotAllowed, BadCondition.
    """
    if request.case.party_id not in request.by.party_ids:
        raise MoveNotAllowed(_("Izin ini bukan atas nama Anda."))
    condition = _asked(request)
    note = given_text(request.data, "note").strip()[: rules.LONGEST_TEXT]
    document = _paper(request)
    if not note and document is None:
        raise BadCondition(_("Tulis bagaimana syarat ini dipenuhi, atau lampirkan buktinya."))
    report = Report(condition=condition, note=note, document=document, at=request.at)
    row = move(
        request,
        by=request.by.acting_as(Role.APPLICANT),
        data={"condition": str(condition.pk), "report": str(report.pk)},
        digests={REPORT: crypto.fingerprint(report_text(report))}
        | ({"file:report": document.file_id} if document else {}),
        tasks=TaskChange(
            close=_checks(request, condition),
            open=[check_owed(request.at, queries.periods().follow_days, condition.pk)],
        ),
    )
    report.seq = row.seq
    Report.objects.bulk_create([report])
    _change(condition, state=ConditionState.REPORTED)
    return row


def _paper(request: ActRequest) -> Document | None:
    asked = given_id(request.data, "document")
    if asked is None:
        return None
    found = list_documents([asked])
    if not found or found[0].party_id != request.case.party_id:
        raise bad_data("document")
    return found[0]


@transaction.atomic
def judge_condition(request: ActRequest) -> Transition:
    """
    Judge a condition: "accept_condition" fulfilled, "prolong_condition" more time, "refuse_condition" not fulfilled.

    data: condition (id); due_on of more time. The reason is read by the holder. The supervision closes with its last
    condition where nothing else is open. Raises MoveNotAllowed, BadCondition, ReasonMissing.
    """
    condition = _asked(request)
    values: dict[str, Any] = {"state": CONDITION_MOVES[request.action][1]}
    data = {"condition": str(condition.pk)}
    if request.action == "prolong_condition":
        _days, due = _term({"due_on": request.data.get("due_on")}, timezone.localdate(request.at))
        assert due is not None
        data["due_on"] = due.isoformat()
        values |= {"due_on": due, "reminded_for": None, "late_told_at": None}
    accepted = request.action == "accept_condition"
    last = accepted and not [
        one for one in queries.waiting(request.case.pk) if one.pk != condition.pk
    ]
    settles = last and request.case.state == rules.State.WATCHED
    row = move(
        request,
        data=data,
        to=rules.State.SETTLED if settles else None,
        tasks=TaskChange(close=_checks(request, condition)),
    )
    _change(condition, **values)
    return row
