"""What is complained of by message or telephone is read by whoever handles it, not by all who read conversations."""

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from satupintu.desk.models import Complaint, Consultation
from satupintu.desk.rules import Accused, Privacy
from satupintu.desk.tests.conftest import complain
from satupintu.documents.tests.making import make_photo_with_gps
from satupintu.messaging import channels, queries, services, threads
from satupintu.messaging.channels.port import Incoming, IncomingKind, Media, Received, Ringing
from satupintu.messaging.models import Conversation, Identity, InFile, InMessage
from satupintu.messaging.queries import OutMessage
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.services import inbox
from satupintu.messaging.services.calls import LiveCall
from satupintu.messaging.tests.test_switchboard import sound
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.services import run_readers

PHONE = "+6281299990000"
STORY = "Petugas loket satu meminta dua ratus ribu rupiah."
VEIL = "Disampaikan tertutup"

Say = Callable[..., str]


@pytest.fixture
def say(world: World) -> Say:
    del world
    seconds = itertools.count(1)

    def one(text: str = "", *media: Media, channel: ChannelKind = ChannelKind.SMS) -> str:
        at = MONDAY + timedelta(seconds=next(seconds))
        message = Incoming(
            channel, f"m{at.second}", PHONE, IncomingKind.TEXT, at, text=text, phone=PHONE, name="Sari", media=media,
        )  # fmt: skip
        services.take("demo", Received(messages=(message,)), at=at)
        services.read_due(at=at)
        said = OutMessage.objects.filter(origin__startswith="in:", created_at=at).first()
        return said.body if said else ""  # where an officer has the conversation

    return one


def told(say: Say, topic: str = "2") -> Complaint:
    say(f"ADU {STORY}")
    say(topic)
    say("Kirim")
    return Complaint.objects.select_related("case").get()


def desk_reads() -> list[str]:
    identity = Identity.objects.select_related("contact").get()
    return [line.text for line in threads.thread_of(identity.contact)]


def officer_answers(world: World, say: Say) -> None:
    """Let an officer have the conversation."""
    say("TANYA Kapan berkas saya selesai?")
    talk = Conversation.objects.get()
    services.answer(talk.pk, text="Besok.", turn=talk.turn, by=world.actor("budi"), at=MONDAY)


def person_reads() -> str:
    return " ".join(line.text for line in threads.own_thread(Identity.objects.get()))


def test_the_desk_reads_that_something_was_told_and_the_person_reads_it_all(say: Say) -> None:
    made = told(say)

    assert [line.startswith(VEIL) for line in desk_reads()] == [
        True
    ]  # six lines, one of them shown
    for secret in (STORY, made.case.number, made.tracking_code):
        assert secret not in " ".join(desk_reads())
        assert secret in person_reads()


def test_what_is_said_before_and_after_is_read_as_ever(say: Say) -> None:
    say("JAM")
    told(say)
    say("JAM")

    lines = desk_reads()
    assert [line.startswith(VEIL) for line in lines] == [False, False, True, False, False]
    assert [lines[0], lines[3]] == ["JAM", "JAM"]


def test_a_story_that_was_not_sent_after_all_stays_closed(say: Say) -> None:
    say(f"ADU {STORY}")
    say("2")
    say("Rahasia")

    assert not Complaint.objects.exists()
    assert STORY not in " ".join(desk_reads())


@pytest.mark.parametrize(
    "given",
    [{"privacy": Privacy.CONFIDENTIAL}, {"category": "levy"}, {"accused": Accused.HEAD}],
)
def test_a_code_that_officers_must_not_know_is_not_read_where_it_is_asked_with(
    world: World, say: Say, given: dict[str, str]
) -> None:
    made = complain(world, **given)
    say(made.tracking_code)
    say("CEK")
    say(made.tracking_code)

    assert made.tracking_code not in " ".join(desk_reads())
    assert made.tracking_code in person_reads()


def test_how_an_open_complaint_stands_is_read_by_the_desk_too(world: World, say: Say) -> None:
    made = complain(world)
    say(made.tracking_code)
    assert made.tracking_code not in " ".join(desk_reads())  # nobody has seen yet whom it is about
    world.do(made.case, "assign", "maya", **{"class": "simple"})
    say(made.tracking_code)
    assert made.tracking_code in desk_reads()[-2]
    assert made.case.number in desk_reads()[-1]


@pytest.mark.parametrize("first", [f"ADU {STORY}", "lapor"])
def test_complaining_is_not_told_to_the_officer_who_has_the_conversation(
    world: World, say: Say, first: str
) -> None:
    officer_answers(world, say)
    say(first)
    if first == "lapor":
        say(STORY)
    say("2")
    answer = say("Kirim")
    say("Terima kasih, Pak")  # to the officer again

    made = Complaint.objects.select_related("case").get()
    assert made.case.number in answer
    lines = desk_reads()
    assert "Besok." in lines
    assert lines[-1] == "Terima kasih, Pak"
    assert STORY not in " ".join(lines)
    assert Conversation.objects.get().officer_id == world.actor("budi").user_id


@pytest.mark.parametrize(
    "words", ["Lapor Pak, berkas sudah saya unggah", "Aduh, saya lupa", "Pengaduan itu apa?"]
)
def test_words_to_an_officer_that_only_look_like_a_complaint_are_the_officers(
    world: World, say: Say, words: str
) -> None:
    officer_answers(world, say)
    assert not say(words)
    assert desk_reads()[-1] == words


def test_a_call_that_complains_keeps_number_and_code_to_itself(world: World) -> None:
    del world
    seconds = itertools.count()
    call = LiveCall(
        Ringing("c1", ChannelKind.TELEPHONE, PHONE),
        now=lambda: MONDAY + timedelta(seconds=next(seconds)),
    )
    call.begin()
    for key in ("6", "4", "1"):
        call.pressed(key)
    call.recorded(sound(1))
    call.pressed("1")  # by SMS, too
    call.pressed("2")
    call.ended(seconds=40, with_officer=False)

    made = Complaint.objects.select_related("case").get()
    telephone = Identity.objects.select_related("contact").get(channel=ChannelKind.TELEPHONE)
    lines = [line.text for line in threads.thread_of(telephone.contact)]
    joined = " ".join(lines)
    for secret in (made.case.number, made.tracking_code):
        assert secret not in joined
        assert secret not in joined.replace(" ", "").replace(",", "-")
    assert lines[0].startswith("Menelepon")
    assert sum(line.startswith(VEIL) for line in lines) == 1
    assert lines[-1].startswith("Layanan yang paling sering")  # what came after it
    sms = OutMessage.objects.get(channel="sms")
    assert made.tracking_code in sms.body
    assert sms.private


class Carrier:
    """Has the one picture that is sent."""

    def fetch(self, media: Media, most: int) -> bytes:
        del media, most
        return make_photo_with_gps()


@pytest.mark.parametrize("when", ["within", "after"])
def test_a_picture_of_a_complaint_is_not_opened_from_the_conversation(
    say: Say, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(inbox, "transport_named", lambda _name: Carrier())
    picture = Media("foto", name="foto.jpg")
    say(f"ADU {STORY}", channel=ChannelKind.WHATSAPP)
    if when == "within":
        say("", picture, channel=ChannelKind.WHATSAPP)
    say("2", channel=ChannelKind.WHATSAPP)
    say("Kirim", channel=ChannelKind.WHATSAPP)
    if when == "after":
        say("", picture, channel=ChannelKind.WHATSAPP)

    document = InFile.objects.get().document_id
    assert document is not None
    contact = Identity.objects.select_related("contact").get().contact
    assert not threads.has_file(contact, document)
    InMessage.objects.update(private=False)
    assert threads.has_file(contact, document)


def test_an_answer_that_did_not_arrive_waits_for_no_officers_hand(
    say: Say, client: Client, world: World
) -> None:
    told(say)
    failed = OutMessage.objects.filter(private=True).last()
    assert failed is not None
    OutMessage.objects.filter(pk=failed.pk).update(state=Delivery.FAILED, done_at=MONDAY)

    assert failed not in queries.list_for_hand()
    OutMessage.objects.filter(pk=failed.pk).update(private=False)
    assert failed in queries.list_for_hand()
    OutMessage.objects.filter(pk=failed.pk).update(private=True)
    client.force_login(world.user("budi"), backend="satupintu.people.backends.PasswordBackend")
    assert client.get(f"/pesan/{failed.pk}/whatsapp/").status_code == 404


def test_a_complaint_told_beside_a_question_is_not_on_the_page_of_the_question(
    world: World, say: Say
) -> None:
    officer_answers(world, say)
    asked = Consultation.objects.get()
    made = told(say)
    say("TANYA")

    page = Client().get(f"/konsultasi/lacak/{asked.tracking_code}/").content.decode()
    assert "Kapan berkas saya selesai?" in page
    for secret in (STORY, made.case.number, made.tracking_code):
        assert secret not in page
    assert STORY in person_reads()


@pytest.mark.parametrize("given", [{}, {"privacy": Privacy.CONFIDENTIAL}, {"category": "levy"}])
def test_what_a_reporter_is_told_is_read_and_sent_by_no_officer(
    world: World, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sari = world.user("sari")
    known = complain(world, party_id=sari.party_id, **given)
    stranger = complain(world, contact="+6281299990000", **given)
    while run_readers(at=MONDAY + timedelta(minutes=1), limit=500):
        pass
    # No transport carries them: what is left is an officer's telephone.
    monkeypatch.setattr(channels, "transports", tuple)
    for minute in range(5):
        services.send_due(MONDAY + timedelta(hours=1, minutes=minute))

    told = OutMessage.objects.filter(template__startswith="complaint_", sent_by=None).exclude(
        template="complaint_waiting"
    )
    assert {one.address for one in told} >= {"+6281299990000"}
    assert told.exclude(private=True).count() == 0
    assert not queries.list_for_hand().filter(pk__in=told).exists()
    assert sari.party_id is not None
    thread = " ".join(line.text for line in threads.thread_of_party(sari.party_id))
    for one in (known, stranger):
        assert one.tracking_code not in thread
        assert one.case.number not in thread
    assert "Ada kabar" not in thread
    assert VEIL not in thread
