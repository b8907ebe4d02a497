"""The log as messages: what an applicant is told after which move. A reader of the log, idempotent by its origin."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from satupintu.fees.queries import get_assessment
from satupintu.lib import words
from satupintu.lib.prepared import Prepared
from satupintu.messaging.services import notify_officer, tell_party
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role
from satupintu.permits import afterwards, rules
from satupintu.permits.collecting import away_words
from satupintu.permits.fee_account import fee_side
from satupintu.permits.file import File, file_of
from satupintu.permits.models import Inspection, Permit, Repair
from satupintu.permits.queries import in_force_on
from satupintu.permits.words import item_titles
from satupintu.workflow.queries import Case, Note, Task, Transition

READER = "messaging"


def link_to(case_number: str) -> str:
    return f"{settings.BASE_URL}/permohonan/{case_number}/"


def office_link(case_number: str) -> str:
    """Return the address of the officers' page of a case."""
    return f"{settings.BASE_URL}/berkas/{case_number}/"


def base_context(file: File) -> dict[str, Any]:
    """Return what every text about a case needs; titles are said in the language of whoever reads them."""
    return {
        "service": file.definition.title_in,
        "number": file.case.number,
        "tracking_code": file.permit_case.application.tracking_code,
        "link": link_to(file.case.number),
    }


def _local(moment: datetime | None) -> Any:
    return timezone.localdate(moment) if moment else ""


def _promised(case: Case) -> Any:
    return _local(case.promise.due_at)


def _received(file: File, _row: Transition) -> dict[str, Any]:
    return {"next_by": _check_by(file)}


_NEWEST_CHECK = Prepared(
    lambda case_id: Task.objects.filter(case_id=case_id, stage="check").order_by("-opened_at")[:1]
)


def _check_by(file: File) -> Any:
    task = _NEWEST_CHECK.first(case_id=file.case.pk)
    return _local(task.due_at) if task else ""


def _returned(file: File, row: Transition) -> dict[str, Any]:
    repair = Repair.objects.get(permit_case_id=file.case.pk, seq=row.seq)
    return {
        "items": partial(item_titles, file.definition, repair.items),
        "answer_by": repair.answer_by,
    }


def _complete(file: File, _row: Transition) -> dict[str, Any]:
    return {"promised": _promised(file.case)}


def _visit(file: File, _row: Transition) -> dict[str, Any]:
    visit = Inspection.objects.filter(permit_case_id=file.case.pk).order_by("-scheduled_at").first()
    assert visit is not None, "the move that schedules makes the inspection"
    return {"when": timezone.localtime(visit.scheduled_at), "place": visit.place}


def _permit(file: File) -> dict[str, Any]:
    return {"permit_number": Permit.objects.get(case_id=file.case.pk).number}


def _kept(file: File, row: Transition) -> dict[str, Any] | None:
    """Return what is said of a permit that nobody collected; None of one that is not in force, which nobody misses."""
    found = Permit.objects.filter(in_force_on(timezone.localdate(row.at)), case_id=file.case.pk)
    permit = found.first()
    return {"permit_number": permit.number} if permit else None


def _sent(_file: File, row: Transition) -> dict[str, Any]:
    return {"place": partial(away_words, row.data)}


def _survey(file: File, row: Transition) -> dict[str, Any]:
    """Return where the applicant may judge the service; "" when nobody asks."""
    path = afterwards.invite(file.case.pk, file.permit_case.service_code, at=row.recorded_at)
    return {"survey": f"{settings.BASE_URL}{path}" if path else ""}


def _issued(file: File, row: Transition) -> dict[str, Any]:
    return _permit(file) | _survey(file, row)


def _issued_elsewhere(file: File, row: Transition) -> dict[str, Any]:
    return {"external_number": file.permit_case.external_number} | _survey(file, row)


def _reason(_file: File, row: Transition) -> dict[str, Any]:
    note = Note.objects.filter(transition_id=row.pk).first()
    return {"reason": note.text if note else ""}


def _revoked(file: File, row: Transition) -> dict[str, Any]:
    return _permit(file) | _reason(file, row)


def _extended(file: File, row: Transition) -> dict[str, Any]:
    return {"promised": _promised(file.case)} | _reason(file, row)


def _recounted(_file: File, row: Transition) -> dict[str, Any] | None:
    """Return the promised day before and after; None when only another date, or the hour of it, moved."""
    moved = row.data.get("promise")
    if not moved:
        return None
    before, after = (_local(datetime.fromisoformat(moved[key])) for key in ("from", "to"))
    return None if before == after else {"before": before, "promised": after}


def _fee_set(_file: File, row: Transition) -> dict[str, Any] | None:
    """Return what is to pay, until when and where; None when nothing came out."""
    made = get_assessment(UUID(row.data["assessment"]))
    if not made.amount_idr:
        return None
    return {
        "fee_number": words.numbered("SKRD", made.number),
        "amount": partial(_rupiah, made.amount_idr),
        "due_on": made.due_on,
        "pay_to": made.pay_to,
    }


def _fee_paid(file: File, row: Transition) -> dict[str, Any]:
    return {
        "receipt_number": words.numbered("SSRD", row.data["number"]),
        "amount": partial(_rupiah, row.data["amount_idr"]),
        "rest": partial(_rupiah, rest) if (rest := fee_side(file).account.rest_idr) else "",
    }


def _fee_unproved(file: File, row: Transition) -> dict[str, Any]:
    return {"amount": partial(_rupiah, row.data["amount_idr"])} | _reason(file, row)


def _refund(file: File, row: Transition) -> dict[str, Any]:
    return {
        "amount": partial(_rupiah, row.data["amount_idr"]),
        "granted": row.action == "grant_refund",
        "paid": row.action == "pay_refund",
        "why": _reason(file, row)["reason"],
    }


def _rupiah(amount_idr: int, language: str) -> str:
    return words.rupiah(amount_idr, language)


def _nothing(_file: File, _row: Transition) -> dict[str, Any]:
    return {}


Context = Callable[[File, Transition], dict[str, Any] | None]

# action -> (text, what the text needs beyond the case; None: this time there is nothing to tell). Moves that are not
# here tell the applicant nothing.
TEXTS: dict[str, tuple[str, Context]] = {
    "submit": ("application_received", _received),
    "return": ("application_returned", _returned),
    "pause": ("application_returned", _returned),
    "reconfirm": ("application_returned", _returned),
    "declare_complete": ("application_complete", _complete),
    "schedule_inspection": ("field_visit", _visit),
    "issue": ("issued", _issued),
    "close_uncollected": ("not_collected", _kept),
    "send_permit": ("permit_sent", _sent),
    "record_issued": ("issued_elsewhere", _issued_elsewhere),
    "reject": ("refused", _reason),
    "record_refused": ("refused", _reason),
    "withdraw": ("withdrawn", _nothing),
    "lapse": ("closed_unanswered", _nothing),
    "calendar_changed": ("calendar_changed", _recounted),
    "extend": ("deadline_extended", _extended),
    "revoke": ("revoked", _revoked),
    "set_fee": ("fee_set", _fee_set),
    "confirm_payment": ("fee_paid", _fee_paid),
    "receive_payment": ("fee_paid", _fee_paid),
    "reject_payment": ("fee_unproved", _fee_unproved),
    "grant_refund": ("refund_answered", _refund),
    "refuse_refund": ("refund_answered", _refund),
    "pay_refund": ("refund_answered", _refund),
}
_ASKS_UNITS = "ask_recommendation"
TOLD = frozenset({*TEXTS, _ASKS_UNITS})  # the moves of which somebody is told


def tell_unit(waiting: Task, *, at: datetime, origin: str) -> None:
    """Tell the officers of the unit that owes a recommendation; `origin` makes it once."""
    file = file_of(waiting.case)
    context = base_context(file) | {
        "unit": waiting.unit.name,
        "due": timezone.localtime(waiting.due_at),
        "link": office_link(file.case.number),
    }
    officers = officers_on(
        Role.TECHNICAL_OFFICER, today=timezone.localdate(at), unit_id=waiting.unit_id
    )
    for officer in officers:
        notify_officer(officer, "task_waiting", context, origin=origin, at=at)


def _tell_units(row: Transition) -> None:
    asked = Task.objects.filter(case_id=row.case_id, opened_seq=row.seq, stage="recommend")
    for waiting in asked.select_related("case__service_version", "unit"):
        tell_unit(waiting, at=row.recorded_at, origin=f"task:{waiting.pk}:asked")


def read(row: Transition) -> None:
    """Queue the messages that follow from a move, once."""
    if row.action == _ASKS_UNITS:
        _tell_units(row)
    found = TEXTS.get(row.action)
    if found is None or row.case.party_id is None:
        return
    text, context = found
    file = file_of(row.case)
    more = context(file, row)
    if more is None:
        return
    tell_party(row, text, base_context(file) | more)


KINDS = frozenset({rules.KIND_PERMIT})
