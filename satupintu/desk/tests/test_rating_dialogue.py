"""Judging by message: the last answer of this address, once; a permit service by its tracking code."""

from datetime import timedelta

import pytest

from satupintu.desk.models import Complaint, Consultation
from satupintu.desk.services.consulting import close_consultations
from satupintu.desk.tests.conftest import answered
from satupintu.messaging import services as messaging
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import Conversation, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.permits.models import Application
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.services import run_readers

PHONE = "+6281299990000"


@pytest.fixture
def say(world: World):
    del world
    count = 0

    def one(text, days=0):
        nonlocal count
        count += 1
        at = MONDAY + timedelta(days=days, seconds=count)
        message = Incoming(ChannelKind.SMS, f"m{count}", PHONE, IncomingKind.TEXT, at, text=text)
        messaging.take("demo", Received(messages=(message,)), at=at)
        messaging.read_due(at=at)
        return OutMessage.objects.get(origin__startswith="in:", created_at=at).body

    return one


@pytest.fixture
def closed(world, say):
    say("TANYA Apa syarat SIP bidan?")
    talk = Conversation.objects.get()
    messaging.answer(talk.pk, text="STR.", turn=talk.turn, by=world.actor("budi"), at=MONDAY)
    assert close_consultations(at=MONDAY + timedelta(days=4)) == 1
    return Consultation.objects.get()


def test_a_closed_consultation_is_rated_in_one_message_and_once(closed, say):
    said = say("NILAI 4", days=5)
    assert "Nilai 4" in said
    assert closed.case.number in said
    assert len(said) <= 160
    assert Consultation.objects.get().rating == 4
    assert "belum ada jawaban" in say("NILAI 1", days=5)
    assert Consultation.objects.get().rating == 4


@pytest.mark.parametrize("bad", ["NILAI 9", "NILAI bagus", "NILAI 45"])
def test_what_is_no_mark_is_asked_again(closed, say, bad):
    assert "1 sampai 5" in say(bad, days=5)
    assert Consultation.objects.get().rating is None
    assert "kami catat" in say("5", days=5)


def test_an_answered_complaint_is_rated_from_the_telephone_it_named(world, say):
    answered(world, contact=PHONE, name="Sari")
    assert "pengaduan ADU-2026-00001" in say("nilai 3")
    assert Complaint.objects.get().rating == 3


def test_a_confidential_complaint_is_not_rated_by_the_telephone_alone(world, say):
    answered(world, contact=PHONE, name="Sari", privacy="confidential")
    assert "belum ada jawaban" in say("nilai 3")
    assert Complaint.objects.get().rating is None


def test_a_permit_service_is_judged_by_survey_for_whoever_knows_the_code(world, say):
    case = world.issued(world.apply("sari"))
    run_readers(at=MONDAY)
    say("NILAI 5")
    assert "Belum ada survei" in say("7K3F-9QXM-2")
    say("NILAI 5")
    code = Application.objects.get(permit_cases__case=case).tracking_code
    said = say(code)
    assert "/survei/" in said
    assert case.number not in said
