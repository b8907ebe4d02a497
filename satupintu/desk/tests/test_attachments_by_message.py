"""Photos and voices that come by message: while a complaint is told, after it, by e-mail; each once."""

from datetime import timedelta
from typing import Any

import pytest

from satupintu.desk.models import Attachment, Complaint
from satupintu.desk.tests.conftest import fresh
from satupintu.documents import scanner
from satupintu.documents.tests.making import make_pdf, make_photo_with_gps
from satupintu.messaging import services
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Incoming,
    IncomingKind,
    Media,
    MediaTooLarge,
    Outgoing,
    Received,
    Sent,
)
from satupintu.messaging.models import InFile
from satupintu.messaging.queries import OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import inbox
from satupintu.permits.tests.officer_cases import MONDAY, World

PHONE = "+6281299990000"
STORY = "Petugas loket tidak ada di tempat sejak pukul sepuluh."
FILES = {
    "foto": make_photo_with_gps(),
    "surat": make_pdf(),
    "suara": b"OggS" + bytes(60),
    "program": b"MZ" + bytes(60),
}


class Carrier:
    """Has the files that messages name, as WhatsApp's server does."""

    name = "demo"
    per_second = 0.0

    def carries(self, channel: ChannelKind) -> bool:
        return channel in ChannelKind

    def send(self, message: Outgoing) -> Sent | Failed:
        raise AssertionError(message)

    def health(self) -> Health:
        return Health(True, "demo")

    def fetch(self, media: Media, most: int) -> bytes:
        if media.id == "besar":
            raise MediaTooLarge
        assert most == 10 * 1024 * 1024
        return FILES[media.id]


class Telephone:
    """Writes from one address and reads what is answered; nothing where the office answers nothing."""

    def __init__(self, channel: ChannelKind, sender: str) -> None:
        self.channel, self.sender, self.count = channel, sender, 0

    def message(self, text: str = "", *media: str) -> Incoming:
        self.count += 1
        return Incoming(
            self.channel,
            f"{self.sender}-{self.count}",
            self.sender,
            IncomingKind.MEDIA if media else IncomingKind.TEXT,
            MONDAY + timedelta(seconds=self.count),
            text=text,
            phone=self.sender if self.channel is ChannelKind.WHATSAPP else "",
            name="Sari",
            media=tuple(Media(one, name="Sari.jpg") for one in media),
        )

    def send(self, message: Incoming) -> str:
        services.take("demo", Received(messages=(message,)), at=message.at)
        services.read_due(at=message.at)
        said = OutMessage.objects.filter(origin__startswith="in:", created_at=message.at).first()
        return said.body if said else ""

    def say(self, text: str = "", *media: str) -> str:
        return self.send(self.message(text, *media))


@pytest.fixture
def carrier(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    del world
    monkeypatch.setattr(inbox, "transport_named", lambda _name: Carrier())


@pytest.fixture
def whatsapp(carrier: None) -> Telephone:
    return Telephone(ChannelKind.WHATSAPP, PHONE)


def files_of(one: Complaint) -> list[str]:
    found = Attachment.objects.filter(complaint=one).order_by("document_id")
    return [sent.document.file.media_type for sent in found.select_related("document__file")]


def told(telephone: Telephone) -> Complaint:
    """File a complaint without files and return it."""
    telephone.say(f"ADU {STORY}")
    telephone.say("1")
    telephone.say("1")
    return Complaint.objects.get()


def test_what_is_sent_at_any_step_comes_with_the_complaint(whatsapp: Telephone) -> None:
    assert "Tentang apa?" in whatsapp.say(f"ADU {STORY}", "foto")
    again = whatsapp.say("", "suara")
    assert again.startswith("Berkas diterima.")
    assert "Tentang apa?" in again
    whatsapp.say("2")
    whatsapp.say("", "surat")
    filed = whatsapp.say("1")
    one = Complaint.objects.get()
    assert one.case.number in filed
    assert "kami lampirkan" in filed
    assert files_of(one) == ["image/jpeg", "audio/ogg", "application/pdf"]


def test_a_photo_before_the_story_is_asked_what_it_is_for_and_kept(whatsapp: Telephone) -> None:
    assert "Untuk apa berkas ini?" in whatsapp.say("", "foto")
    whatsapp.say("adu")
    whatsapp.say(STORY)
    whatsapp.say("1")
    whatsapp.say("1")
    assert files_of(Complaint.objects.get()) == ["image/jpeg"]


def test_what_follows_in_the_same_thread_is_attached_with_its_words(whatsapp: Telephone) -> None:
    one = told(whatsapp)
    answer = whatsapp.say("Ini loketnya pukul sebelas", "foto")
    assert f"pengaduan {one.case.number}" in answer
    whatsapp.say("", "suara")
    assert files_of(one) == ["image/jpeg", "audio/ogg"]
    rows = list(fresh(one).case.transitions.filter(action="attach").order_by("seq"))
    assert [row.channel for row in rows] == ["whatsapp", "whatsapp"]
    assert [len(row.digests) for row in rows] == [1, 1]


def test_the_same_webhook_twice_is_one_attachment(whatsapp: Telephone) -> None:
    one = told(whatsapp)
    message = whatsapp.message("", "foto")
    for _time in range(2):
        whatsapp.send(message)
    assert files_of(one) == ["image/jpeg"]
    assert fresh(one).case.transitions.filter(action="attach").count() == 1


def test_a_worker_that_dies_before_the_answer_attaches_once(
    whatsapp: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = told(whatsapp)

    def die(**_given: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as dead:
        dead.setattr(inbox, "queue_answer", die)
        whatsapp.say("", "foto")
    assert files_of(one) == []
    services.read_due(at=MONDAY + timedelta(minutes=5))
    assert files_of(one) == ["image/jpeg"]
    assert InFile.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"), [("besar", "lebih besar dari 10 MB"), ("program", "program komputer")]
)
def test_a_refused_file_is_said_and_the_complaint_goes_on(
    whatsapp: Telephone, wrong: str, said: str
) -> None:
    answer = whatsapp.say(f"ADU {STORY}", wrong)
    assert said in answer
    assert "Tentang apa?" in answer
    whatsapp.say("1")
    whatsapp.say("1")
    one = Complaint.objects.get()
    assert one.story == STORY
    assert files_of(one) == []
    both = whatsapp.say("", "foto", wrong)
    assert said in both
    assert one.case.number in both
    assert files_of(one) == ["image/jpeg"]


def test_a_virus_is_named_and_nothing_is_attached(
    whatsapp: Telephone, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLAMD = "127.0.0.1:1"
    monkeypatch.setattr(scanner, "scan", lambda _path, _address: "Eicar-Test-Signature")
    one = told(whatsapp)
    assert "Eicar-Test-Signature" in whatsapp.say("", "foto")
    assert files_of(one) == []


def test_an_e_mail_brings_its_attachments(carrier: None) -> None:
    mail = Telephone(ChannelKind.EMAIL, "sari@contoh.id")
    mail.say(f"ADU {STORY}", "foto", "surat")
    mail.say("1")
    assert "kami lampirkan" in mail.say("1")
    assert files_of(Complaint.objects.get()) == ["image/jpeg", "application/pdf"]


def test_by_sms_nothing_is_promised_that_it_cannot_carry(carrier: None) -> None:
    sms = Telephone(ChannelKind.SMS, PHONE)
    told(sms)
    assert "lampirkan" not in OutMessage.objects.order_by("-created_at")[0].body


@pytest.mark.parametrize("days", [13, 15])
def test_files_belong_to_it_for_two_weeks_and_only_to_whoever_told_it(
    whatsapp: Telephone, days: int
) -> None:
    one = told(whatsapp)
    Telephone(ChannelKind.WHATSAPP, "+6281288880000").say("", "foto")
    assert files_of(one) == []
    whatsapp.count = days * 86_400
    answer = whatsapp.say("", "foto")
    assert (len(files_of(one)) == 1) == (days == 13)
    assert days == 13 or "Untuk apa berkas ini?" in answer


def test_a_word_that_begins_something_else_is_obeyed(whatsapp: Telephone) -> None:
    one = told(whatsapp)
    assert "Ceritakan" in whatsapp.say("ADU", "foto")
    assert files_of(one) == []
