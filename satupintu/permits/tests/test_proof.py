"""`satupintu audit` beside the log: whatever is changed in the tables of an office is found and named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from satupintu.documents import files
from satupintu.documents.models import Document, StoredFile
from satupintu.documents.services import store_bytes
from satupintu.office.models import NumberTaken, OfficeChange
from satupintu.people.models import AccountEvent, Delegation, Disclosure
from satupintu.people.services import record_disclosure
from satupintu.permits.models import (
    Attachment,
    HandOver,
    Inspection,
    Permit,
    PermitCase,
    Recommendation,
)
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world, sheet
from satupintu.workflow import anchor
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Task
from satupintu.workflow.seals import make_digests

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


@dataclass
class Office:
    """One office whose log is sealed, with a case in each state that leaves rows beside the log."""

    world: World
    handed_over: Case
    revoked: Case
    visited: Case
    asked: Case
    elsewhere: Case


def _visited(world: World) -> Case:
    case = world.complete(world.apply("joko", practice_kind="own"))
    world.do(
        case,
        "schedule_inspection",
        "wati",
        scheduled_at=MONDAY + timedelta(hours=1),
        place="Jalan Merdeka 12",
        members=[],
    )
    visit = Inspection.objects.get(permit_case_id=case.pk)
    photo = store_bytes(
        content=sheet("foto"),
        media_type="application/pdf",
        party_id=None,
        kind="photo",
        name="foto.pdf",
        by=world.actor("wati"),
        at=MONDAY,
    )
    return world.do(
        case,
        "record_inspection",
        "wati",
        inspection=str(visit.pk),
        findings="Ruang bersih.",
        latitude=0.12,
        longitude=110.59,
        photos=[str(photo.pk)],
    )


def _elsewhere(world: World, number: str = "I-202611-0001", status: str = "Terkirim") -> Case:
    case = world.apply("joko", "nib-pendampingan")
    case = world.complete(case)
    while case.state == "review":
        task = world.tasks(case)[0]
        who = next(
            key
            for key in world.logins
            if task.unit_id in world.actor(key).units and task.role in world.actor(key).roles
        )
        case = world.do(case, "recommend_for", who, number="1", text="Layak.")
    return world.do(case, "record_filing", "budi", number=number, status=status)


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """Built once, in a transaction that is taken back: each tampering is undone after its test."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        issued = world.issued(world.apply())
        handed = world.do(
            issued,
            "hand_over",
            "budi",
            **world.receipt(
                issued,
                collector="Joko Prasetyo",
                collector_identity="6103010101909999",
                place="Loket 1",
            ),
        )
        revoked = world.issued(world.apply(permit_order="2"))
        record_disclosure(
            by=world.actor("budi"), party_id=handed.party_id, subject="case x identity", at=MONDAY
        )
        made = Office(
            world,
            handed,
            world.do(revoked, "revoke", "darius", reason="Pindah tempat praktik."),
            _visited(world),
            world.apply("joko", permit_order="2"),
            _elsewhere(world),
        )
        anchor.path().unlink(missing_ok=True)  # an earlier test's, whose log was rolled back
        assert make_digests(at=MONDAY + timedelta(hours=2)) == 1
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def undone(office: Office) -> Iterator[Office]:
    with transaction.atomic():
        yield office
        transaction.set_rollback(True)


def test_an_office_as_it_worked_is_whole(undone: Office) -> None:
    assert audit(stop_at_first=False, files=True).broken == []


def _one_document_onto_all(office: Office) -> None:
    one = Attachment.objects.filter(permit_case_id=office.asked.pk).first()
    assert one is not None
    Attachment.objects.all().update(document_id=one.document_id)


def _holder_of(office: Office, **change: str) -> None:
    side = PermitCase.objects.get(pk=office.asked.pk)
    PermitCase.objects.filter(pk=side.pk).update(holder=side.holder | change)


def _answers_of_one_onto_all(office: Office) -> None:
    PermitCase.objects.update(answers=PermitCase.objects.get(pk=office.asked.pk).answers)


def _forged(office: Office) -> None:
    permit = Permit.objects.get(case=office.handed_over)
    permit.pk, permit.case_id = "0190f0f0-0000-7000-8000-000000000000", office.asked.pk
    permit.number, permit.check_code = "503/999/2026", "ABCDEFGHJK"
    Permit.objects.bulk_create([permit])


def _sql(statement: str) -> Callable[[Office], None]:
    def run(_office: Office) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def _permit(**change: object) -> Callable[[Office], object]:
    return lambda office: Permit.objects.filter(case=office.handed_over).update(**change)


def _bytes(change: Callable[[str], object]) -> Callable[[Office], None]:
    def run(office: Office) -> None:
        permit = Permit.objects.select_related("document").get(case=office.handed_over)
        change(permit.document.file_id)

    return run


TAMPERINGS: dict[str, tuple[Callable[[Office], object], str]] = {
    # Cases
    "terms": (lambda o: Case.objects.update(terms={}), "the case's number, person, dates or terms"),
    "due dates": (
        lambda o: Case.objects.filter(pk=o.asked.pk).update(promise_due_at=LATER),
        "the case's number, person, dates or terms",
    ),
    "the person of a case": (
        lambda o: Case.objects.filter(pk=o.asked.pk).update(party_id=o.handed_over.party_id),
        "the case's number, person, dates or terms",
    ),
    "closing all tasks": (
        lambda o: Task.objects.filter(state="open").update(state="done"),
        " is “done”, its log says “open”.",
    ),
    "deleting all tasks": (
        lambda o: (
            _sql("DELETE FROM permits_taskreminder WHERE 1 = 1")(o),
            Task.objects.all().delete(),
        ),
        "a task that the log opened is gone.",
    ),
    # What was sent in
    "answers": (_answers_of_one_onto_all, "its answers are not the ones that were sent in."),
    "unreadable answers": (
        _sql("UPDATE permits_permitcase SET answers = 'k1:bm90IG91cnM='"),
        "its answers cannot be read: they were altered, or their key is not here.",
    ),
    "the applicant's name": (
        lambda o: _holder_of(o, name="Joko Contoh"),
        "who applied is not who sent it in.",
    ),
    "an applicant of no row": (
        lambda o: _holder_of(o, old="Joko Contoh"),
        "who applied is not who sent it in.",
    ),
    "an unreadable applicant": (
        _sql("UPDATE permits_permitcase SET holder = 'k1:bm90IG91cnM='"),
        "who applied cannot be read: it was altered, or its key is not here.",
    ),
    "one document onto all": (_one_document_onto_all, "is not the one that was sent in."),
    "the file of a document": (
        lambda o: Document.objects.filter(
            pk__in=Attachment.objects.filter(permit_case_id=o.asked.pk).values("document_id")
        ).update(file_id=Permit.objects.all()[0].document.file_id),
        "is not the one that was sent in.",
    ),
    "a document taken away": (
        lambda o: Attachment.objects.filter(permit_case_id=o.asked.pk).update(superseded_at=LATER),
        "is no longer attached.",
    ),
    "statements": (
        lambda o: PermitCase.objects.update(statements={"x": "e_declaration"}),
        "its statements are not the ones that were sent in.",
    ),
    "the service asked for": (
        lambda o: PermitCase.objects.update(service_code="reklame"),
        "its service is not the one that was sent in.",
    ),
    # What units and officers said
    "a recommendation turned round": (
        lambda o: Recommendation.objects.update(in_favour=False),
        "is not the one that was given (row ",
    ),
    "the words of a recommendation": (
        lambda o: Recommendation.objects.update(text="Tidak layak."),
        "is not the one that was given (row ",
    ),
    "a recommendation deleted": (
        lambda o: Recommendation.objects.all().delete(),
        " is gone.",
    ),
    "who decided": (
        lambda o: PermitCase.objects.filter(pk=o.handed_over.pk).update(
            decided_by_id=o.world.logins["surya"].user_id
        ),
        "another officer than the log says, or another delegation, is said to have decided.",
    ),
    "when a visit was": (
        lambda o: Inspection.objects.update(scheduled_at=LATER),
        "the inspection is not the one that was scheduled (row ",
    ),
    "what a visit found": (
        lambda o: Inspection.objects.update(findings="Kotor."),
        "the report of the inspection is not the one that was recorded (row ",
    ),
    "where a visit was": (
        lambda o: Inspection.objects.update(latitude=1.5),
        "the report of the inspection is not the one that was recorded (row ",
    ),
    "photographs": (
        lambda o: Inspection.objects.update(photos=[]),
        "the report of the inspection is not the one that was recorded (row ",
    ),
    "signatures under a report": (
        lambda o: Inspection.objects.update(signatures=[]),
        "the signatures under the report are not those of the log.",
    ),
    "a visit deleted": (
        lambda o: Inspection.objects.all().delete(),
        "an inspection that the log names is gone.",
    ),
    # Permits
    "the holder of a permit": (_permit(holder="Orang Lain"), " is not as it was issued."),
    "the validity of a permit": (
        _permit(valid_until=date(2040, 1, 1)),
        " is not as it was issued.",
    ),
    "the number of a permit": (_permit(number="503/1/X/2026"), " is not as it was issued."),
    "the file of a permit": (
        lambda o: Permit.objects.update(
            document_id=Attachment.objects.filter(permit_case_id=o.asked.pk)[0].document_id
        ),
        " is not as it was issued.",
    ),
    "a revoked permit in force again": (
        lambda o: Permit.objects.filter(case=o.revoked).update(state="in_force"),
        " is “in_force”, its log says “revoked”.",
    ),
    "a permit revoked by nobody": (
        _permit(state="revoked"),
        " is “revoked”, its log says “in_force”.",
    ),
    "a permit deleted": (
        lambda o: (HandOver.objects.all().delete(), Permit.objects.all().delete()),
        "the permit that was issued is gone.",
    ),
    "a permit forged": (_forged, "503/999/2026 was never issued: no row of the log says so."),
    "when a permit was collected": (
        _permit(collected_at=LATER),
        " was not collected when its row says.",
    ),
    "who collected": (
        lambda o: HandOver.objects.update(collector="Orang Lain"),
        " was handed to somebody else than its row says.",
    ),
    "the identity of who collected": (
        lambda o: HandOver.objects.update(collector_identity="6103010101919999"),
        " was handed to somebody else than its row says.",
    ),
    "a hand-over deleted": (lambda o: HandOver.objects.all().delete(), "the hand-over of the pe"),
    # Other systems
    "the number elsewhere": (
        lambda o: PermitCase.objects.filter(pk=o.elsewhere.pk).update(external_number="X"),
        "number or status in the other system are not what the log says.",
    ),
    # Registers
    "the number of a case": (
        lambda o: PermitCase.objects.filter(pk=o.handed_over.pk).update(number="503/1"),
        "its number '503/1' is not the one that the log says: ",
    ),
    "numbers deleted": (
        lambda o: NumberTaken.objects.all().delete(),
        "its registration number is missing in the register.",
    ),
    "a used number freed": (
        lambda o: NumberTaken.objects.filter(state="used").update(state="taken"),
        " is “taken” in the register, and on a permit.",
    ),
    "the date of a number": (
        lambda o: NumberTaken.objects.update(at=LATER),
        " rows of numbers taken were sealed; here are ",
    ),
    "disclosures deleted": (
        lambda o: Disclosure.objects.all().delete(),
        "1 rows of disclosures were sealed; here are 0, and they are not the same.",
    ),
    "account events deleted": (
        lambda o: AccountEvent.objects.all().delete(),
        " rows of account events were sealed; here are ",
    ),
    "an account event changed": (
        lambda o: AccountEvent.objects.update(by_id=None, at=LATER),
        " rows of account events were sealed; here are ",
    ),
    "a change of the office forged": (
        lambda o: OfficeChange.objects.create(subject="profile", by="x", at=MONDAY, sealed_in=1),
        " rows of office changes were sealed; here are ",
    ),
    # Delegations
    "a delegation lengthened": (
        lambda o: Delegation.objects.update(valid_until=date(2040, 1, 1)),
        ": was changed after it was given.",
    ),
    "a delegation forged": (
        lambda o: Delegation.objects.create(
            user_id=o.world.logins["maria"].user_id,
            decree_number="1",
            decree_date=date(2026, 1, 1),
            title="Kepala",
            valid_from=date(2026, 1, 1),
        ),
        "Delegation 1 of Maria",
    ),
    "a delegation revoked by nobody": (
        lambda o: Delegation.objects.update(revoked_at=LATER),
        ": is revoked, the events say otherwise.",
    ),
    # Files
    "a file cut short": (
        _bytes(lambda sha256: StoredFile.objects.filter(sha256=sha256).update(size=1)),
        ": was changed or damaged on the disk. Take it from a backup.",
    ),
}


@pytest.mark.parametrize("name", sorted(TAMPERINGS))
def test_each_tampering_is_found_and_named(undone: Office, name: str) -> None:
    tamper, fault = TAMPERINGS[name]
    tamper(undone)

    broken = audit().broken

    assert len(broken) == 1, f"{name}: {broken}"
    assert fault in broken[0], broken[0]


def test_a_file_that_is_gone_is_named(undone: Office) -> None:
    permit = Permit.objects.select_related("document").get(case=undone.handed_over)
    path = files.path_of(permit.document.file_id)
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        assert audit().broken == [
            (
                f"File {permit.document.file_id}: is missing below {files.root()}."
                " Take it from a backup."
            )
        ]
    finally:
        aside.rename(path)


def test_a_byte_of_a_file_is_missed_only_where_files_are_not_read(undone: Office) -> None:
    permit = Permit.objects.select_related("document").get(case=undone.handed_over)
    path = files.path_of(permit.document.file_id)
    before = path.read_bytes()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    try:
        assert audit().broken == []
        assert audit(files=True).broken == [
            (
                f"File {permit.document.file_id}: was changed or damaged on the disk."
                " Take it from a backup."
            )
        ]
    finally:
        path.write_bytes(before)


def test_the_identity_of_who_collected_cannot_be_found_by_trying(undone: Office) -> None:
    row = undone.handed_over.transitions.get(action="hand_over")

    key_id, _, mark = row.digests["row:hand_over"].partition(":")
    assert (bool(key_id), len(mark)) == (True, 64)
    assert "6103010101909999" not in str(row.canonical_row())


@pytest.mark.django_db
def test_what_was_typed_with_space_around_it_is_no_tampering() -> None:
    world = make_world()
    case = _elsewhere(world, number="  I-202611-0002 ", status=" Terkirim  ")

    kept = PermitCase.objects.get(pk=case.pk)
    assert (kept.external_number, kept.external_status) == ("I-202611-0002", "Terkirim")
    assert audit().broken == []
