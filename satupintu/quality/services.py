"""The reader of the log that folds decided cases into figures, and writes usual times down to the catalogue."""

from datetime import datetime

from django.utils import timezone

from satupintu.catalogue.services import record_usual_time
from satupintu.lib.prepared import Prepared, insert
from satupintu.lib.workingtime import working_minutes
from satupintu.office.queries import work_calendar
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.queries import PermitCase
from satupintu.permits.rules import State
from satupintu.quality import rules
from satupintu.quality.models import Outcome
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import KIND_REPLAYED, is_on_time

READER = "quality"
RESULTS = {
    "issue": "issued",
    "reject": "refused",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "record_issued": "issued_elsewhere",
    "record_refused": "refused_elsewhere",
}
# Of a case that came in finished from an older register, by the state in which it came.
IMPORTED_RESULTS = {
    State.HANDED_OVER: "issued",
    State.REVOKED: "issued",
    State.REJECTED: "refused",
    State.WITHDRAWN: "withdrawn",
    State.ISSUED_ELSEWHERE: "issued_elsewhere",
    State.REFUSED_ELSEWHERE: "refused_elsewhere",
}
# The moves of a permit's case that `read` folds.
FOLDED = frozenset({*RESULTS, "import_finished", "undo_import"})


def read(row: Transition) -> None:
    """
    Fold how a case ended into its outcome and the service's usual time. Seeing a row twice changes nothing.

    What its applicant withdrew, what nobody repaired and what another system decided kept or broke no promise of ours.

    Of a replayed log it is the row that says when its case was finished.
    """
    if row.case.kind == KIND_REPLAYED:
        _fold_foreign(row)
        return
    if row.action == "undo_import":
        Outcome.objects.filter(case_id=row.case_id).delete()
        return
    imported = row.action == "import_finished"
    if imported and row.case.state == State.IMPORT_UNDONE:
        return  # taken back before it was read
    result = IMPORTED_RESULTS[State(row.to_state)] if imported else RESULTS.get(row.action)
    if result is None:
        return
    permit_case = _PERMIT_CASE.first(case_id=row.case_id)
    if permit_case is None:
        return
    ours = result in rules.DECISIONS
    _write(
        Outcome(
            case_id=row.case_id,
            service_code=permit_case.service_code,
            kind=permit_case.kind,
            result=result,
            opened_date=timezone.localdate(row.case.opened_at),
            imported=row.case.channel == IMPORTED,
            decided_at=row.at,
            decided_date=timezone.localdate(row.at),
            # How fast another register's office was is no pace of this one's.
            working_minutes=None if imported else _minutes(row.case, row),
            on_time=is_on_time(row.at, row.case.promise) if ours and not imported else None,
            pledge_kept=None if imported else _pledge_kept(result, row),
        )
    )
    if ours and not imported:
        _record_usual(permit_case.service_code, permit_case.kind, row)


_PERMIT_CASE = Prepared(
    lambda case_id: PermitCase.objects.filter(pk=case_id).only("service_code", "kind")
)


def _write(outcome: Outcome) -> None:
    """Write how a case ended, in place of what was written before."""
    if not insert(outcome, or_leave=True):
        outcome.save(force_update=True)


def _pledge_kept(result: str, row: Transition) -> bool | None:
    """Return whether what was issued kept the pledge; None for a refusal, which nobody pledged to issue."""
    return is_on_time(row.at, row.case.pledge) if result == "issued" else None


def _fold_foreign(row: Transition) -> None:
    """Keep how a case of a foreign log ended; its working time is counted by this office's hours."""
    about = row.data.get("about", {})
    if "finished" not in about:
        return
    finished = datetime.fromisoformat(about["finished"])
    deadline = datetime.fromisoformat(about["deadline"]) if "deadline" in about else None
    began = min(row.case.opened_at, finished)
    _write(
        Outcome(
            case_id=row.case_id,
            service_code=row.origin,
            kind=KIND_REPLAYED,
            result="finished",
            opened_date=timezone.localdate(began),
            decided_at=finished,
            decided_date=timezone.localdate(finished),
            working_minutes=working_minutes(began, finished, work_calendar()),
            on_time=finished <= deadline if deadline else None,
        )
    )


def _minutes(case: Case, row: Transition) -> int:
    """Return the working minutes from submission to decision without the applicant's turns."""
    calendar = work_calendar()
    waited = sum(
        working_minutes(since, min(until or row.at, row.at), calendar)
        for since, until in case.promise.pauses
        if since < row.at
    )
    return max(0, working_minutes(case.opened_at, row.at, calendar) - waited)


def _record_usual(service_code: str, kind: str, row: Transition) -> None:
    latest = Outcome.objects.filter(
        service_code=service_code, kind=kind, result="issued", working_minutes__isnull=False
    )
    rows = latest.order_by("-decided_at").values_list("working_minutes", flat=True)
    minutes = [one for one in rows[: rules.LATEST] if one is not None]
    found = rules.usual(minutes)
    if found is not None:
        record_usual_time(
            code=service_code,
            kind=kind,
            sample=found.sample,
            median_minutes=found.median_minutes,
            p90_minutes=found.p90_minutes,
            at=row.recorded_at,
        )
