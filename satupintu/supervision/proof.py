"""What the tables of supervision say, compared with the log: for `satupintu audit`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from satupintu.lib import crypto
from satupintu.lib.fields import stored
from satupintu.permits.proof.ink import scan_fault, scans_told
from satupintu.permits.rules import KIND_PERMIT
from satupintu.supervision import rules
from satupintu.supervision.models import Condition, Report, Sanction, Supervision
from satupintu.supervision.rules import ConditionState, Kind, SanctionState
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import canonical

SANCTION = "row:sanction"  # the digest on the row that proposed it
_TEXTS = ("grounds", "remedy")


def sanction_text(one: Sanction) -> str:
    """Return what is fingerprinted of a sanction: all that its proposal says, which never changes."""
    return canonical(
        [
            str(one.pk),
            str(one.case_id),
            str(one.kind),
            one.level,
            one.grounds,
            one.remedy,
            one.law,
            one.until.isoformat() if one.until else "",
        ]
    )


@dataclass(slots=True)
class Told:
    """What the log says of one sanction."""

    digest: str
    kind: str
    seq: int
    standing: str = SanctionState.PROPOSED
    number: str = ""
    decided_seq: int | None = None
    put_right_by: str = ""
    until: str | None = None  # the last day that an objection gave a suspension
    until_before: str = ""  # and the one of its proposal


def told_by(chain: Sequence[Transition]) -> dict[str, Told]:
    """Return sanction id -> what the log says of it."""
    told: dict[str, Told] = {}
    for row in chain:
        if row.action == "propose_sanction":
            told[row.data["sanction"]] = Told(
                row.digests.get(SANCTION, ""), row.data["kind"], row.seq
            )
        elif row.action == "send_back":
            told[row.data["sanction"]].standing = SanctionState.SENT_BACK
        elif row.action in rules.DECISIONS:
            if row.data["kind"] != Kind.WARNING:
                _end(told)
            one = told[row.data["sanction"]]
            counts = one.kind in (Kind.WARNING, Kind.SUSPENSION)
            one.standing = SanctionState.IN_FORCE if counts else SanctionState.ENDED
            one.number, one.decided_seq = row.data["number"], row.seq
            one.put_right_by = row.data.get("put_right_by", "")
        elif row.action == rules.ANNUL:
            told[row.data["sanction"]].standing = SanctionState.ANNULLED
        elif row.action == rules.CHANGE:
            _change(told[row.data["sanction"]], row.data)
        elif row.action in _ENDING:
            _end(told, _ENDING[row.action])
            if row.action == "end":
                _forget_proposal(told)
    return told


def _change(one: Told, data: Mapping[str, str]) -> None:
    if one.kind == Kind.WARNING:
        one.put_right_by = data["day"]
        return
    if one.until is None:
        one.until_before = data["before"]
    one.until = data["day"]


# What these moves end: all that counts, or one kind.
_ENDING = {"settle": "", "end": "", "end_suspension": Kind.SUSPENSION}


def _forget_proposal(told: Mapping[str, Told]) -> None:
    for one in told.values():
        if one.standing == SanctionState.PROPOSED:
            one.standing = SanctionState.SENT_BACK


def _end(told: Mapping[str, Told], kind: str = "") -> None:
    for one in told.values():
        if one.standing == SanctionState.IN_FORCE and kind in ("", one.kind):
            one.standing = SanctionState.ENDED


def case_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each supervision whose tables are not what its log says. Two queries a batch."""
    ours = {case.pk: case for case in cases if case.kind == rules.KIND_SUPERVISION}
    if not ours:
        return
    sides = set(Supervision.objects.filter(pk__in=ours).values_list("pk", flat=True))
    raw = {f"raw_{name}": stored(name) for name in _TEXTS}
    found: dict[UUID, list[Sanction]] = {}
    rows = Sanction.objects.filter(case_id__in=ours).select_related("document").defer(*_TEXTS)
    for one in rows.annotate(**raw):
        found.setdefault(one.case_id, []).append(one)
    for case_id, case in ours.items():
        fault = (
            next(_faults(found.get(case_id, []), chains[case_id]), "")
            if case_id in sides
            else "what it supervises is gone."
        )
        if fault:
            yield f"{case.number}: {fault}"


def _faults(rows: Sequence[Sanction], chain: Sequence[Transition]) -> Iterator[str]:
    told = told_by(chain)
    for one in rows:
        line = told.pop(str(one.pk), None)
        name = one.number or f"of row {one.seq}"
        if line is None:
            yield f"the sanction {name} was never proposed: no row of the log says so."
            return
        try:
            for text in _TEXTS:
                setattr(one, text, crypto.decrypt(getattr(one, f"raw_{text}") or ""))
        except crypto.CannotDecrypt:
            yield f"the sanction {name} cannot be read: it was altered, or its key is not here."
            return
        yield from _day_faults(one, line, name)
        if not crypto.is_fingerprint_of(sanction_text(one), line.digest) or one.seq != line.seq:
            yield f"the sanction {name} does not say what was proposed."
        if one.state != line.standing:
            yield f"the sanction {name} is “{one.state}”, its log says “{line.standing}”."
        if (one.number, one.decided_seq) != (line.number, line.decided_seq):
            yield f"the sanction {name} bears another number or decision than its log says."
    if told:
        yield "a sanction that the log names is gone."
    if fault := scan_fault(rows, scans_told(chain)):
        yield fault


def _day_faults(one: Sanction, line: Told, name: str) -> Iterator[str]:
    """Yield what is wrong with the days of a sanction; then `one` has the last day of its proposal again."""
    if line.put_right_by and str(one.put_right_by) != line.put_right_by:
        yield f"the sanction {name} gives another day than its log says."
    if line.until is not None:
        if str(one.until) != line.until:
            yield f"the sanction {name} lasts until another day than its log says."
        one.until = date.fromisoformat(line.until_before) if line.until_before else None


# --- Conditions ---------------------------------------------------------------------------------

CONDITION = "row:condition"  # on the row that set it; with ":<id>" on the row that let it run
REPORT = "row:report"


def condition_text(one: Condition) -> str:
    """Return what is fingerprinted of a condition: what it says, and the days it gives."""
    return canonical([str(one.pk), str(one.about_id), one.key, one.text, one.days])


def report_text(one: Report) -> str:
    """Return what is fingerprinted of a report."""
    return canonical([str(one.pk), str(one.condition_id), one.note, str(one.document_id or "")])


@dataclass(slots=True)
class Bound:
    """What the log says of one condition."""

    digest: str
    standing: str
    due_on: str
    reports: dict[str, str]


def bound_by(chain: Sequence[Transition]) -> dict[str, Bound]:
    """Return condition id -> what a chain says of it: of the permit's case, or of its supervision."""
    told: dict[str, Bound] = {}
    for row in chain:
        asked = row.data.get("condition", "")
        if row.action == "add_condition":
            told[asked] = Bound(
                row.digests.get(CONDITION, ""), ConditionState.SET, row.data["due_on"], {}
            )
        elif row.action == "drop_condition":
            told[asked].standing = ConditionState.DROPPED
        elif row.action == "open_conditions":
            told |= {
                key: Bound(row.digests.get(f"{CONDITION}:{key}", ""), ConditionState.OPEN, due, {})
                for key, due in row.data["conditions"].items()
            }
        elif row.action in rules.CONDITION_MOVES:
            _judged(told[asked], row)
        elif row.action == "end":
            for one in told.values():
                if one.standing in rules.WAITING:
                    one.standing = ConditionState.ENDED
    return told


def _judged(one: Bound, row: Transition) -> None:
    one.standing = rules.CONDITION_MOVES[row.action][1]
    one.due_on = row.data.get("due_on", one.due_on)
    if row.action == "report_condition":
        one.reports[row.data["report"]] = row.digests.get(REPORT, "")


def condition_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """
    Yield one sentence for each case whose conditions are not what its log says. Three queries a batch.

    Before the issue the permit's case tells them, from then on its supervision.
    """
    kinds = (rules.KIND_SUPERVISION, KIND_PERMIT)
    ours = {case.pk: case for case in cases if case.kind in kinds}
    if not ours:
        return
    rows = Condition.objects.filter(Q(case_id__in=ours) | Q(about_id__in=ours)).defer("text")
    found: dict[UUID, list[Condition]] = {}
    for one in rows.annotate(raw_text=stored("text")):
        found.setdefault(one.case_id or one.about_id, []).append(one)
        if one.case_id and not one.key:
            found.setdefault(one.about_id, []).append(one)
    reports: dict[UUID, list[Report]] = {}
    said = Report.objects.filter(condition__case_id__in=ours).defer("note")
    for report in said.annotate(raw_note=stored("note")):
        reports.setdefault(report.condition_id, []).append(report)
    for case_id, case in ours.items():
        told = bound_by(chains[case_id])
        here = found.get(case_id, [])
        fault = next(_condition_faults(case, here, told, reports), "")
        if fault:
            yield f"{case.number}: {fault}"


def _condition_faults(
    case: Case,
    rows: Sequence[Condition],
    told: dict[str, Bound],
    reports: Mapping[UUID, Sequence[Report]],
) -> Iterator[str]:
    for one in rows:
        line = told.pop(str(one.pk), None)
        if line is None:
            yield "a condition is there that no row of the log sets."
            return
        try:
            one.text = crypto.decrypt(one.raw_text or "")  # type: ignore[attr-defined]  # annotated
        except crypto.CannotDecrypt:
            yield "a condition cannot be read: it was altered, or its key is not here."
            return
        if not crypto.is_fingerprint_of(condition_text(one), line.digest):
            yield "a condition does not say what was set."
        if case.kind == KIND_PERMIT and one.case_id is not None:
            continue  # issued: its supervision tells the rest
        if one.state != line.standing:
            yield f"a condition is “{one.state}”, its log says “{line.standing}”."
        if (one.due_on.isoformat() if one.due_on else "") != line.due_on:
            yield "a condition is due on another day than its log says."
        yield from _report_faults(reports.get(one.pk, []), line.reports)
    if told:
        yield "a condition that the log names is gone."


def _report_faults(rows: Sequence[Report], told: Mapping[str, str]) -> Iterator[str]:
    if {str(one.pk) for one in rows} != set(told):
        yield "the reports of a condition are not those of the log."
        return
    for one in rows:
        try:
            one.note = crypto.decrypt(one.raw_note or "")  # type: ignore[attr-defined]  # annotated
        except crypto.CannotDecrypt:
            yield "a report of a condition cannot be read."
            return
        if not crypto.is_fingerprint_of(report_text(one), told[str(one.pk)]):
            yield "a report of a condition does not say what was reported."
