"""Deciding by named rules: at once when all are met, by officers when not, and again when issuing failed."""

from datetime import date, timedelta

import pytest

from satupintu.catalogue.queries import current_version
from satupintu.catalogue.rules import Kind
from satupintu.office.models import NumberSeries
from satupintu.people import services as people
from satupintu.permits.file import file_of
from satupintu.permits.models import Application, Permit
from satupintu.permits.services import automatic, drafts, submit
from satupintu.permits.services.pages import output_page, signature_block
from satupintu.permits.tests.applicant_office import sign_in
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Task, Transition


def ask_for_a_copy(world: World, number: str) -> Application:
    user = world.user("sari")
    draft = drafts.start_draft(
        user_id=user.pk,
        party_id=user.party_id,
        version_ids=[current_version("salinan-legalisir", date(2026, 11, 23)).pk],
        kind=Kind.NEW,
        answers={
            "name": "Sari Lestari",
            "nik": "6103015203949999",
            "phone": "+6281200001234",
            "address": "Jalan Kartini 14, Beringin",
            "permit_number": number,
            "purpose": "bank",
        },
        at=world.at,
    )
    return submit.submit(draft=draft, by=world.actor("sari"), at=world.at)


@pytest.fixture
def permit(world: World) -> Permit:
    return Permit.objects.get(case=world.issued(world.apply()))


def test_a_copy_names_whom_the_register_names_and_officers_read_why_they_are_asked(
    client, world: World, permit: Permit
) -> None:
    party = world.user("sari").party
    people.update_party(
        party=party, values={"name": "Nama Lain"}, by=world.actor("sari"), at=world.at
    )
    case = ask_for_a_copy(world, permit.number).permit_cases.get().case
    assert case.state == "submitted"

    told = sign_in(client, world.user("budi")).get(f"/berkas/{case.number}/").content.decode()
    assert "tidak terpenuhi: Nomor izin yang disebut ada di register" in told
    body = output_page(
        file_of(world.fresh(case)),
        number="1",
        code="K",
        issued_on=world.at.date(),
        signature=signature_block(delegation=None, user=None, on=world.at.date(), demo=False),
    )
    assert "atas nama Sari Lestari tercatat" in str(body)


def test_a_copy_of_an_own_permit_is_issued_at_once_under_the_seal(
    world: World, permit: Permit
) -> None:
    application = ask_for_a_copy(world, permit.number)

    case = application.permit_cases.get().case
    issued = Permit.objects.get(case=case)
    assert case.state == "issued"
    assert issued.signer == "seal"
    assert {row.role for row in Transition.objects.filter(case=case, seq__gt=1)} == {"system"}
    assert audit().broken == []


def test_a_rule_that_is_not_met_leaves_the_case_to_officers(world: World) -> None:
    application = ask_for_a_copy(world, "449.12/404/SIP-BIDAN/2026")

    case = application.permit_cases.get().case
    assert case.state == "submitted"
    note = Transition.objects.get(case=case, action="note_automatic")
    assert note.data == {"unmet": {"holder_has_permit": "permit unknown"}}
    assert [task.stage for task in Task.objects.filter(case=case, state="open")] == ["check"]


def test_what_could_not_be_issued_is_received_all_the_same_and_issued_later(
    world: World, permit: Permit
) -> None:
    NumberSeries.objects.filter(code="permit").update(active=False)
    application = ask_for_a_copy(world, permit.number)
    case = application.permit_cases.get().case
    assert case.state == "approved"
    NumberSeries.objects.filter(code="permit").update(active=True)

    assert automatic.finish(at=MONDAY + timedelta(seconds=30)) == 0
    assert automatic.finish(at=MONDAY + timedelta(minutes=5)) == 1
    assert automatic.finish(at=MONDAY + timedelta(minutes=9)) == 0

    assert world.fresh(case).state == "issued"
    assert audit().broken == []


def test_a_case_that_a_person_approved_is_never_sealed_by_the_program(world: World) -> None:
    case = world.approved(world.apply())

    assert automatic.finish(at=MONDAY + timedelta(days=1)) == 0
    assert world.fresh(case).state == "approved"


def test_officers_decide_an_automatic_service_whose_rule_was_not_met(
    world: World, permit: Permit
) -> None:
    application = ask_for_a_copy(world, "449.12/404/SIP-BIDAN/2026")
    case = world.do(application.permit_cases.get().case, "declare_complete", "budi")
    case = world.do(case, "propose_approval", "ratna")
    task = Task.objects.get(case=case, state="open")
    assert (task.stage, task.role) == ("decide", "head")

    case = world.do(case, "approve", "darius")

    assert case.state == "approved"
    assert audit().broken == []
