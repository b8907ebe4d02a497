"""The tables of permits beside what the log says of them: one sentence for each case that differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from satupintu.documents.queries import StoredFile
from satupintu.lib import crypto
from satupintu.office.queries import NumberTaken
from satupintu.permits import rules
from satupintu.permits.models import (
    Attachment,
    Collection,
    Consignment,
    HandOver,
    Imported,
    Inspection,
    Permit,
    PermitCase,
    Recommendation,
)
from satupintu.permits.proof.fold import Told, files_of, told_by
from satupintu.permits.proof.ink import scan_fault
from satupintu.permits.proof.marks import (
    PLACE,
    hand_over_text,
    holder_text,
    imported_text,
    permit_digest,
    place_digest,
    said,
)
from satupintu.permits.proof.tables import UNREADABLE, Tables, plain, plain_json, read
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import digest


def case_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each case whose tables are not what its log says: its first fault."""
    ours = [
        case
        for case in cases
        if case.kind == rules.KIND_PERMIT
        and all(row.canonical_version > 1 for row in chains[case.pk])  # older rows say too little
    ]
    if not ours:
        return
    tables = read([case.pk for case in ours])
    for case in ours:
        told = told_by(chains[case.pk])
        if fault := next(_faults_of(case, told, tables), ""):
            yield f"{case.number}: {fault}"
    yield from _lost_files(ours, chains)


def _faults_of(case: Case, told: Told, tables: Tables) -> Iterator[str]:
    permit_case = tables.permit_cases.get(case.pk)
    if permit_case is None:
        yield "what was applied for is gone."
        return
    yield from _asked_faults(permit_case, told)
    if permit_case.review_from != told.review_from:
        yield "its review is said to have begun elsewhere than the log says."
    if permit_case.shelf != told.shelf:
        yield "its folder is said to stand elsewhere than the log says."
    if permit_case.originals != told.originals:
        yield "what became of its originals is not what the log says."
    yield from _attached_faults(tables.attachments.get(case.pk, []), told)
    yield from _recommended_faults(case, tables.recommendations.get(case.pk, []), told)
    for visit in tables.inspections.get(case.pk, []):
        yield from _visit_faults(case, visit, told, tables.photos)
    if told.visits.keys() - {str(one.pk) for one in tables.inspections.get(case.pk, [])}:
        yield "an inspection that the log names is gone."
    yield from _imported_faults(told, tables.imported.get(case.pk, []))
    if fault := scan_fault(tables.letters.get(case.pk, []), told.letters):
        yield fault
    yield from _collection_faults(told, tables.collections.get(case.pk), tables.consignments)
    yield from _permit_faults(told, tables.permits.get(case.pk, []), tables)
    yield from _number_faults(case, told, tables.numbers.get(case.pk, []))


def _asked_faults(row: PermitCase, told: Told) -> Iterator[str]:
    answers = plain_json(row.raw)  # type: ignore[attr-defined]  # annotated by read
    if answers is UNREADABLE:
        yield "its answers cannot be read: they were altered, or their key is not here."
    elif told.destroyed and (answers or row.statements):
        yield "its answers are still here, though its folder was destroyed."
    elif told.answers is not None and not told.destroyed and digest(answers) != told.answers:
        yield "its answers are not the ones that were sent in."
    yield from _holder_faults(row, told)
    if (
        told.statements is not None
        and not told.destroyed
        and digest(row.statements) != told.statements
    ):
        yield "its statements are not the ones that were sent in."
    opened = told.opened
    columns = {
        "service": row.service_code,
        "kind": row.kind,
        "application": str(row.application_id),
        "previous": str(row.previous_permit_id or ""),
    }
    for name, value in columns.items():
        if name in opened and opened[name] != value:
            yield f"its {name} is not the one that was sent in."
    if (row.decided_by_id, row.delegation_id) != (told.decided_by, told.delegation):
        yield "another officer than the log says, or another delegation, is said to have decided."
    if row.number != told.number:
        yield f"its number {row.number!r} is not the one that the log says: {told.number!r}."
    elsewhere = row.external_number, row.external_status
    if elsewhere != (told.external_number, told.external_status):
        yield "number or status in the other system are not what the log says."


def _holder_faults(row: PermitCase, told: Told) -> Iterator[str]:
    holder = plain_json(row.raw_holder)  # type: ignore[attr-defined]  # annotated by read
    if holder is UNREADABLE:
        yield "who applied cannot be read: it was altered, or its key is not here."
    elif told.destroyed:
        if holder:
            yield "who applied is still here, though its folder was destroyed."
    elif holder and told.holder is None:
        yield "who applied is said to be somebody of whom no row of the log speaks."
    elif told.holder is not None and not crypto.is_fingerprint_of(holder_text(holder), told.holder):
        yield "who applied is not who sent it in."


def _attached_faults(rows: Iterable[Attachment], told: Told) -> Iterator[str]:
    if told.files is None:
        return
    expected = dict(told.files)
    if told.external:
        expected[rules.EXTERNAL_FILE] = told.external
    present = {row.requirement: row.document.file_id for row in rows}
    for requirement in sorted(expected.keys() | present.keys()):
        if requirement not in present:
            yield f"the document “{requirement}” is no longer attached."
        elif present[requirement] != expected.get(requirement):
            yield f"the document “{requirement}” is not the one that was sent in."


def _recommended_faults(case: Case, rows: Iterable[Recommendation], told: Told) -> Iterator[str]:
    expected = dict(told.recommendations)
    for row in rows:
        line = expected.pop(str(row.task_id), None)
        text = plain(row.raw)  # type: ignore[attr-defined]  # annotated by read
        if line is None:
            yield f"the recommendation “{row.stage}” stands in no row of the log."
        elif text is UNREADABLE:
            yield f"the recommendation “{row.stage}” cannot be read."
        elif (
            row.in_favour != (line.effects["close"][str(row.task_id)] == "for")
            or row.stage != line.data["stage"]
            or row.number != line.data["number"]
            or row.signer != line.data.get("signer", "")
            or (row.dated.isoformat() if row.dated else None) != line.data.get("dated")
            or (row.given_by_id, row.given_at) != (line.actor_user_id, line.at)
            or (row.document.file_id if row.document else None) != line.digests.get("file:scan")
            or said(case.pk, text).get("text") != line.digests.get("text")
        ):
            yield f"the recommendation “{row.stage}” is not the one that was given (row {line.seq})."
    for line in expected.values():
        yield f"the recommendation of row {line.seq} is gone."


def _visit_faults(
    case: Case, visit: Inspection, told: Told, photos: Mapping[str, str]
) -> Iterator[str]:
    lines = told.visits.get(str(visit.pk), [])
    by_action: dict[str, list[Transition]] = {}
    for line in lines:
        by_action.setdefault(line.action, []).append(line)
    for line in by_action.get("schedule_inspection", [])[-1:]:
        if (visit.scheduled_at, visit.members) != (
            datetime.fromisoformat(line.data["scheduled_at"]),
            line.data["members"],
        ):
            yield f"the inspection is not the one that was scheduled (row {line.seq})."
    recorded = by_action.get("record_inspection", [])
    if not recorded:
        if visit.done_at:
            yield "an inspection is said to be done, and no row of the log says so."
        return
    findings = plain(visit.raw)  # type: ignore[attr-defined]  # annotated by read
    line = recorded[-1]
    if findings is UNREADABLE:
        yield "the report of an inspection cannot be read."
    elif (
        visit.done_at != datetime.fromisoformat(line.data["done_at"])
        or said(case.pk, findings).get("text") != line.digests.get("text")
        or place_digest(visit.latitude, visit.longitude)
        != line.digests.get(PLACE, place_digest(visit.latitude, visit.longitude))
        or sorted(photos.get(one, "") for one in visit.photos) != sorted(files_of(line).values())
    ):
        yield f"the report of the inspection is not the one that was recorded (row {line.seq})."
    since = [one for one in by_action.get("sign_report", []) if one.seq > line.seq]
    signed = [line.actor_user_id, *(one.actor_user_id for one in since)]
    if [one["user"] for one in visit.signatures] != signed:
        yield "the signatures under the report are not those of the log."


def _permit_faults(told: Told, permits: Sequence[Permit], tables: Tables) -> Iterator[str]:
    if told.permit is None:
        if permits:
            yield f"the permit {permits[0].number} was never issued: no row of the log says so."
        return
    if not permits:
        yield "the permit that was issued is gone."
        return
    (permit,) = permits
    if (told.permit and permit_digest(permit) != told.permit) or (
        (permit.document.file_id if permit.document else None) != told.permit_file
    ):
        yield f"the permit {permit.number} is not as it was issued."
    if permit.state != told.permit_state:
        yield f"the permit {permit.number} is “{permit.state}”, its log says “{told.permit_state}”."
    if permit.collected_at != told.collected_at:
        yield f"the permit {permit.number} was not collected when its row says."
    if (permit.review, permit.reviewed_at) != (told.review, told.reviewed_at):
        yield f"the second look at the permit {permit.number} is not what its log says."
    yield from _hand_over_faults(permit, told, tables.hand_overs.get(permit.pk, []))


def _hand_over_faults(permit: Permit, told: Told, papers: Sequence[HandOver]) -> Iterator[str]:
    if len(papers) < len(told.hand_overs):
        yield f"the hand-over of the permit {permit.number} is gone."
    for paper, expected in zip(papers, told.hand_overs, strict=False):
        identity = plain(paper.raw)  # type: ignore[attr-defined]  # annotated by read
        if identity is UNREADABLE:
            yield f"who collected the permit {permit.number} cannot be read."
            continue
        paper.collector_identity = identity
        if not crypto.is_fingerprint_of(hand_over_text(paper), expected):
            yield f"the permit {permit.number} was handed to somebody else than its row says."


def _imported_faults(told: Told, rows: Sequence[Imported]) -> Iterator[str]:
    if told.imported is None:
        if rows:
            yield "it is said to come from an older register, and no row of the log says so."
        return
    if not rows:
        yield "what its older register said is gone."
        return
    (row,) = rows
    facts = plain_json(row.raw)  # type: ignore[attr-defined]  # annotated by read
    if facts is UNREADABLE:
        yield "what its older register said cannot be read."
        return
    row.facts = facts
    if not crypto.is_fingerprint_of(imported_text(row), told.imported):
        yield "what its older register said is not what came in."


def _collection_faults(
    told: Told, row: Collection | None, consignments: Mapping[str, Consignment]
) -> Iterator[str]:
    if row is None:
        if told.chosen[0] or told.consignment is not None:
            yield "where its permit is to be collected is gone."
        return
    address = plain(row.raw)  # type: ignore[attr-defined]  # annotated by read
    if (row.how, row.unit_id) != told.chosen:
        yield "its permit is to be collected elsewhere than was chosen."
    elif address is UNREADABLE:
        yield "the address to post its permit to cannot be read."
    elif told.destroyed and not address:
        pass
    elif (address or told.address) and not crypto.is_fingerprint_of(address, told.address):
        yield "the address to post its permit to is not the one that was given."
    away = told.consignment
    if str(row.consignment_id or "") != (away["consignment"] if away else ""):
        yield "its permit is said to be elsewhere than the log says."
    elif away:
        sent = consignments[away["consignment"]]
        if (sent.number, sent.how, sent.unit_id, sent.tracking) != (
            away["number"], away["how"], away["unit"], away["tracking"],
        ):  # fmt: skip
            yield f"the consignment {sent.number} is not the one with which its permit left."


def _number_faults(case: Case, told: Told, numbers: Iterable[NumberTaken]) -> Iterator[str]:
    given = {one.number: one.state for one in numbers}
    if case.number not in given:
        yield "its registration number is missing in the register."
    if told.number and told.number not in given:
        yield f"the number {told.number} is missing in the register."
    elif told.permit is not None and told.number and given[told.number] != "used":
        yield f"the number {told.number} is “{given[told.number]}” in the register, and on a permit."


def _lost_files(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Every file that a row rests on is still known, if only as erased."""
    needed: dict[str, str] = {}
    for case in cases:
        for row in chains[case.pk]:
            papers = [*files_of(row).values(), row.digests.get("permit", "")]
            needed |= {one: f"{case.number}: the file of row {row.seq}" for one in papers if one}
    known = set(StoredFile.objects.filter(sha256__in=list(needed)).values_list("sha256", flat=True))
    for sha256 in sorted(needed.keys() - known):
        yield f"{needed[sha256]} is no longer known to the office."
