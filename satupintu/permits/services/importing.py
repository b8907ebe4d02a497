"""
Cases of an older register come in by one move each, and an import is taken back by one move each.

The program moves, in the name of who imports: `at` is when it happened in the old register, `recorded_at` when it came
in. Nobody is told anything about what was over long ago. What is taken back stays in the log, closed, and leaves every
register: its permit and the words by which it was found go, its number is void, its key is free for another try.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import Definition, Kind, System
from satupintu.lib.codes import ALPHABET, make_tracking_code
from satupintu.lib.crypto import fingerprint
from satupintu.lib.ids import uuid7
from satupintu.office import services as office
from satupintu.office.queries import work_calendar
from satupintu.people.queries import Party
from satupintu.people.rules import Actor, Role
from satupintu.permits import rules
from satupintu.permits.file import File, lifecycle_of
from satupintu.permits.imported import (
    CHANNEL,
    ELSEWHERE_STATES,
    ORIGIN,
    OWN_STATES,
    RUNNING,
    SERIES,
    SIGNER,
    WITH_PERMIT,
    Fate,
    OldCase,
)
from satupintu.permits.models import (
    Application,
    CaseWord,
    Draft,
    Imported,
    Permit,
    PermitCase,
)
from satupintu.permits.paid import lifecycle_for
from satupintu.permits.proof import IMPORTED, PERMIT, STATEMENTS, imported_text, permit_digest
from satupintu.permits.services import review
from satupintu.permits.services.common import task
from satupintu.permits.services.findable import word_rows
from satupintu.permits.services.holder import mark_of
from satupintu.permits.services.issue import is_demo_office
from satupintu.permits.services.listed import list_in_register
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import NewTask, digest
from satupintu.workflow.services import Facts, TaskChange, open_case, perform_move

READERS = ("quality",)  # all others are off: nobody is told anything
_EMPTY = digest({})


@dataclass(frozen=True, slots=True)
class Batch:
    """Which import brings cases in: its id, how often it ran before, and in whose name."""

    id: UUID
    run: int
    by: Actor

    @property
    def acting(self) -> Actor:
        """Return the program, in the name of who imports."""
        return Actor(self.by.name, frozenset({Role.SYSTEM}), self.by.user_id, role=Role.SYSTEM)


@dataclass(slots=True)
class _Line:
    """One old case on its way in, with the rows that will be written beside its move."""

    old: OldCase
    party: Party
    definition: Definition
    case_id: UUID
    application: Application
    imported: Imported
    permit: Permit | None = None

    @property
    def own(self) -> bool:
        return self.definition.system is System.SATUPINTU


def bring_in(
    olds: Sequence[OldCase], parties: Sequence[Party], *, batch: Batch, at: datetime
) -> list[Case]:
    """
    Bring old cases in, each for its party, and return them in order. Joins the caller's transaction.

    Raises IntegrityError when a line of them is here already (by its key, its permit's number, or its row in this run
    of the import): nothing of them is written then, when the caller's transaction is rolled back.
    """
    lines = [_line(old, party, batch) for old, party in zip(olds, parties, strict=True)]
    numbers = office.take_numbers(
        SERIES, at=at, case_ids=[line.case_id for line in lines], by_name=batch.by.name
    )
    rows = [_move_in(line, number, batch, at) for line, number in zip(lines, numbers, strict=True)]
    cases = [row.case for row in rows]
    Application.objects.bulk_create([line.application for line in lines])
    details = [_permit_case(line, case) for line, case in zip(lines, cases, strict=True)]
    PermitCase.objects.bulk_create(details)
    CaseWord.objects.bulk_create(
        [one for line, case in zip(lines, cases, strict=True) for one in _words(line, case)],
        ignore_conflicts=True,
    )
    permits = [line.permit for line in lines if line.permit]
    Permit.objects.bulk_create(permits)
    list_in_register(permits, timezone.localdate(at))
    for line, case, detail in zip(lines, cases, details, strict=True):
        if line.own and line.old.fate is Fate.REVIEWING:
            review.advance(File(case, detail, line.definition), at=at)
        line.imported.seen_version = case.version
    Imported.objects.bulk_create([line.imported for line in lines])
    return cases


def state_for(system: System, fate: Fate) -> rules.State | None:
    """Return the state in which a case of such a service comes in; None where there is none."""
    return (OWN_STATES if system is System.SATUPINTU else ELSEWHERE_STATES).get(fate)


def _line(old: OldCase, party: Party, batch: Batch) -> _Line:
    case_id = uuid7()
    definition = definition_of(old.version_id)
    application = Application(
        party=party,
        tracking_code=make_tracking_code(),
        kind=Kind.NEW,
        channel=CHANNEL,
        typed_by_id=batch.by.user_id,
        submitted_at=old.submitted_at,
    )
    imported = Imported(
        case_id=case_id,
        batch=batch.id,
        row=old.row,
        source=old.source,
        old_number=old.old_number,
        permit_number=old.permit_number,
        signatory=old.signatory,
        facts=[list(one) for one in _facts(old)],
        key=old.key,
        alike=old.alike,
        person=person_key(old),
    )
    line = _Line(old, party, definition, case_id, application, imported)
    if line.own and old.fate in WITH_PERMIT:
        line.permit = _permit(line)
    return line


def person_key(old: OldCase) -> str:
    """Return the keyed hash by which lines of one import are about the same person."""
    return fingerprint(f"person:{old.holder.key_text}")[:60]


def _facts(old: OldCase) -> tuple[tuple[str, str], ...]:
    """Return everything of the line that has no column of its own."""
    place = ((str(_("Lokasi izin")), old.place),) if old.place else ()
    return (*place, *old.facts)


def _move_in(line: _Line, number: str, batch: Batch, at: datetime) -> Transition:
    old, definition = line.old, line.definition
    running = old.fate in RUNNING
    state = state_for(definition.system, old.fate)
    assert state is not None, "the import checked that the service knows it"
    digests = {
        "answers": _EMPTY,
        STATEMENTS: _EMPTY,
        IMPORTED: fingerprint(imported_text(line.imported)),
    }
    data: dict[str, Any] = {
        "application": str(line.application.pk),
        "previous": "",
        "service": definition.code,
        "version": definition.version,
        "kind": Kind.NEW.value,
        "import": str(batch.id),
        "source": old.source.value,
    }
    if running:
        digests |= mark_of(_holder(line))
    if line.permit:
        digests[PERMIT] = permit_digest(line.permit)
        data["permit"] = line.permit.state
    if not line.own:
        data |= {"number": _external_number(old), "status": _external_status(old)}
    opens = _task(line, state, at) if running else None
    return open_case(
        kind=rules.KIND_PERMIT,
        number=number,
        lifecycle=lifecycle_for(definition),
        action="import_running" if running else "import_finished",
        to=state,
        by=batch.acting,
        at=old.submitted_at if running else old.decided_at or old.submitted_at,
        opened_at=old.submitted_at,
        facts=Facts(
            recorded_at=at,
            channel=CHANNEL,
            origin=ORIGIN,
            origin_ref=f"{batch.id}:{batch.run}:{old.row}",
            data=data,
            digests=digests,
        ),
        tasks=TaskChange(open=[opens] if opens else []),
        days={
            "promise": rules.promise_days(definition, Kind.NEW, {}),
            "legal": definition.legal.days,
        },
        calendar=work_calendar(),
        readers=READERS,
        case_id=line.case_id,
        service_version_id=old.version_id,
        party_id=line.party.pk,
        region=old.region,
    )


def _task(line: _Line, state: rules.State, at: datetime) -> NewTask | None:
    """Return what the office owes on a case that came in running; units are asked by review.advance."""
    promise = line.definition.promise
    if state is rules.State.SUBMITTED:
        return task("check", Role.FRONT_OFFICE, days=promise.check_days, at=at)
    if state is rules.State.READY:
        return task("propose", Role.VERIFIER, days=promise.issue_days, at=at)
    if state is rules.State.ASSISTING:
        return task("assist", Role.FRONT_OFFICE, days=promise.issue_days, at=at)
    if state is rules.State.FILED:
        return task("follow", Role.FRONT_OFFICE, days=2, at=at)
    return None


def _permit_case(line: _Line, case: Case) -> PermitCase:
    own = line.own
    return PermitCase(
        case=case,
        application=line.application,
        service_code=line.definition.code,
        kind=Kind.NEW,
        answers={},
        holder=_holder(line)._asdict() if line.old.fate in RUNNING else {},
        statements={},
        external_number="" if own else _external_number(line.old),
        external_status="" if own else _external_status(line.old),
        external_checked_at=None if own else case.moved_at,
    )


def _holder(line: _Line) -> rules.Holder:
    """Return who applied, as the older register names them: their party may be called otherwise today."""
    said, party = line.old.holder, line.party
    return rules.Holder(said.name, said.identity or party.identity, said.address or party.address)


def _external_number(old: OldCase) -> str:
    return (old.permit_number or old.old_number)[:80]


def _external_status(old: OldCase) -> str:
    return next((value for label, value in old.facts if label.lower().startswith("status")), "")[
        :120
    ]


def _words(line: _Line, case: Case) -> list[CaseWord]:
    return word_rows(
        case_id=case.pk,
        opened_at=case.opened_at,
        party=line.party,
        answers={"place": line.old.place, "business": line.old.holder.name},
    )


def _permit(line: _Line) -> Permit:
    old = line.old
    issued = old.decided_at or old.submitted_at
    starts = timezone.localdate(issued)
    revoked = old.fate is Fate.REVOKED
    return Permit(
        case_id=line.case_id,
        number=old.permit_number,
        service_code=line.definition.code,
        title=line.definition.title.id,
        party=line.party,
        holder=old.holder.name,
        region=old.region,
        public_facts=[],
        issued_at=issued,
        valid_from=starts,
        valid_until=old.valid_until or _usual_end(line.definition, starts),
        state=rules.PermitState.REVOKED if revoked else rules.PermitState.IN_FORCE,
        check_code=_check_code(line.case_id, old.permit_number),
        document=None,
        signer=SIGNER,
        signed_by=old.signatory,
        is_demo=is_demo_office(),
        collected_at=issued,  # nobody is reminded to fetch what was handed over years ago
    )


def _usual_end(definition: Definition, starts: date) -> date | None:
    """Return the last day that the service gives, where the old register names none."""
    return rules.valid_until(definition.validity, starts, {})


def _check_code(case_id: UUID, number: str) -> str:
    seed = f"{case_id}:{number}"
    marks = salted_hmac("satupintu.permits.check_code", seed, algorithm="sha256").digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in marks[: rules.CHECK_CODE_LENGTH])


# --- Taking back --------------------------------------------------------------------------------


def take_back(rows: Sequence[Imported], *, batch: Batch, at: datetime) -> list[int]:
    """
    Take imported cases back, and return the rows of the file that stay: somebody has acted on their cases since.

    Joins the caller's transaction. What stays is named to who takes back; nothing of it changes.
    """
    acted = _acted_on(rows)
    leaving = [row for row in rows if row.case_id not in acted]
    ids = [row.case_id for row in leaving]
    for row in leaving:
        perform_move(
            case=row.case,
            lifecycle=lifecycle_of(row.case),
            action="undo_import",
            by=batch.acting,
            at=at,
            facts=Facts(
                channel=CHANNEL,
                origin=ORIGIN,
                origin_ref=f"{batch.id}:{batch.run}:{row.row}:undo",
                data={"import": str(batch.id)},
            ),
            tasks=TaskChange(drop=frozenset({"*"})),
            readers=READERS,
        )
    Permit.objects.filter(case_id__in=ids, signer=SIGNER).delete()
    CaseWord.objects.filter(case_id__in=ids).delete()
    Imported.objects.filter(pk__in=ids).update(undone_at=at)
    office.void_numbers(
        [row.case.number for row in leaving],
        reason=_("Impor dibatalkan"),
        at=at,
        by_name=batch.by.name,
    )
    return [row.row for row in rows if row.case_id in acted]


def _acted_on(rows: Sequence[Imported]) -> set[UUID]:
    """Return the cases on which somebody acted since they came in, or whose permit another application names."""
    seen: Mapping[UUID, int] = {row.case_id: row.seen_version for row in rows}
    moves = Transition.objects.filter(case_id__in=list(seen)).exclude(role=Role.SYSTEM)
    found = {case_id for case_id, seq in moves.values_list("case_id", "seq") if seq > seen[case_id]}
    moved_on = {row.case_id for row in rows if row.case.state == rules.State.IMPORT_UNDONE}
    permits = Permit.objects.filter(case_id__in=list(seen))
    for model in (Draft, PermitCase, Permit):
        column = "previous" if model is Permit else "previous_permit"
        named = model.objects.filter(**{f"{column}__in": permits})
        found.update(named.values_list(f"{column}__case_id", flat=True))
    return found | moved_on
