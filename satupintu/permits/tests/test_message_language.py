"""What an applicant is told names things in the language they read."""

from satupintu.catalogue.queries import current_version, definition_of
from satupintu.messaging.models import OutMessage
from satupintu.people.models import User
from satupintu.permits.services import sweep
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.services import run_readers


def told(world: World, language: str) -> str:
    User.objects.filter(pk=world.user("sari").pk).update(language=language)
    case = world.returned(world.apply())
    run_readers(at=world.at)
    return "\n".join(
        f"{one.subject}\n{one.body}"
        for one in OutMessage.objects.filter(party_id=case.party_id, language=language)
    )


def title(language: str) -> str:
    return definition_of(current_version("sip-bidan", MONDAY.date())).title_in(language)


def test_a_message_names_the_service_in_the_language_of_who_reads_it(world: World) -> None:
    english = told(world, "en")

    assert title("en") != title("id")
    assert title("en") in english
    assert title("id") not in english


def test_an_indonesian_message_names_it_in_indonesian(world: World) -> None:
    assert title("id") in told(world, "id")


def test_a_reminder_names_the_permit_in_the_language_of_its_holder(world: World) -> None:
    case = world.issued(world.apply())
    User.objects.filter(pk=world.user("sari").pk).update(language="en")
    OutMessage.objects.all().delete()

    sweep.remind_uncollected(at=MONDAY.replace(month=12, day=20))

    message = OutMessage.objects.get(party_id=case.party_id)
    assert title("en") in message.subject + message.body
