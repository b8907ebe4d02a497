"""Complaining by SMS: the story, what it is about, a yes; once, and answered with number, day and code."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from satupintu.desk.dialogues.complaining import COMPLAINTS_A_DAY
from satupintu.desk.models import Complaint, Reporter
from satupintu.desk.rules import Accused, Privacy
from satupintu.desk.tests.conftest import complain
from satupintu.lib.words import long_date
from satupintu.messaging import services
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.queries import OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.permits.tests.officer_cases import MONDAY, World

PHONE = "+6281299990000"
STORY = "Petugas loket tidak ada di tempat sejak pukul sepuluh."


@pytest.fixture
def say(world: World):
    del world
    count = 0

    def one(text: str, sender: str = PHONE) -> str:
        nonlocal count
        count += 1
        at = MONDAY + timedelta(seconds=count)
        message = Incoming(
            ChannelKind.SMS, f"m{count}", sender, IncomingKind.TEXT, at, text=text, name="Sari"
        )
        services.take("demo", Received(messages=(message,)), at=at)
        services.read_due(at=at)
        return OutMessage.objects.get(origin__startswith="in:", created_at=at).body

    return one


def test_a_complaint_is_filed_by_sms_and_can_be_followed(say):
    assert "Tentang apa?" in say(f"ADU {STORY}")
    assert "membaca nama dan nomor Anda" in say("2")
    said = say("1")

    made = Complaint.objects.select_related("case").get()
    assert made.case.number in said
    assert made.tracking_code in said
    assert made.case.channel == "sms"
    assert f"paling lambat {long_date(localdate(made.case.legal.due_at), 'id')}" in said
    reporter = Reporter.objects.get()
    assert reporter.contact == PHONE
    followed = say(made.tracking_code)
    assert followed.startswith(f"{made.case.number}: Pengaduan diterima. Paling lambat ")
    assert followed.endswith(f"/pengaduan/lacak/{made.tracking_code}/")


@pytest.mark.parametrize(
    "given",
    [{"privacy": Privacy.CONFIDENTIAL}, {"category": "levy"}, {"accused": Accused.HEAD}],
)
def test_of_a_complaint_that_officers_must_not_see_a_message_tells_only_the_page(
    world: World, say, given
):
    made = complain(world, **given)
    followed = say(made.tracking_code)
    assert followed.endswith(f"/pengaduan/lacak/{made.tracking_code}/")
    assert made.case.number not in followed
    assert "diterima" not in followed


def test_whoever_does_not_want_to_be_known_is_shown_the_page_and_nothing_is_filed(say):
    say(f"ADU {STORY}")
    say("1")
    assert "/pengaduan/" in say("Batalkan")
    assert Complaint.objects.count() == 0


def test_whoever_asks_to_be_confidential_is_sent_the_page_and_told_that_officers_do_not_read_it(
    say,
):
    say(f"ADU {STORY}")
    say("1")
    told = say("Rahasia")
    assert "/pengaduan/" in told
    assert "tidak ditampilkan kepada petugas" in told
    assert Complaint.objects.count() == 0


def test_a_story_that_says_too_little_is_asked_for_again(say):
    say("ADU rusak")
    say("1")
    assert "paling sedikit tiga kata" in say("Kirim")
    assert Complaint.objects.count() == 0
    said = say(STORY)
    assert Complaint.objects.get().case.number in said


def test_a_story_that_begins_with_a_keyword_stays_a_story(say):
    say("ADU")
    assert "Tentang apa?" in say("Cek saja sendiri, loket kosong sejak pagi")


def test_too_many_from_one_telephone_are_stopped_and_others_are_not(say):
    for _number in range(COMPLAINTS_A_DAY):
        say(f"ADU {STORY}")
        say("1")
        say("1")
    say(f"ADU {STORY}")
    say("1")
    assert "Terlalu banyak pengaduan" in say("1")
    assert Complaint.objects.count() == COMPLAINTS_A_DAY

    say(f"ADU {STORY}", sender="+6281288880000")
    say("1", sender="+6281288880000")
    assert "diterima" in say("1", sender="+6281288880000")
