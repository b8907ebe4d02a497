"""Following a permit by SMS: the code is the proof, no name is said, and guessing is stopped."""

from datetime import timedelta

import pytest

from satupintu.lib import clock
from satupintu.lib.codes import make_tracking_code
from satupintu.messaging import services
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.queries import OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.permits.rules import TRIES_AN_HOUR
from satupintu.permits.tests.officer_cases import make_world

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def world():
    return make_world(NOW - timedelta(minutes=5))


def say(text, number=1, sender="+6281299998888"):
    at = NOW + timedelta(seconds=number)
    message = Incoming(ChannelKind.SMS, f"m{number}", sender, IncomingKind.TEXT, at, text=text)
    services.take("fake", Received(messages=(message,)), at=at)
    services.read_due(at=at)
    return OutMessage.objects.get(origin__startswith="in:", created_at=at).body


def code_of(case):
    return case.permit_case.application.tracking_code


def test_whoever_has_the_code_hears_where_it_is_by_when_and_no_name(world):
    case = world.complete(world.apply())
    said = say(f"cek {code_of(case).lower().replace('-', ' ')}")

    assert case.number in said
    assert "SIP" in said or "Bidan" in said
    assert "Selesai selambat-lambatnya" in said
    assert f"/lacak/{code_of(case)}/" in said
    for private in ("Sari", "Lestari", "6103015203949999", "81200001234", "Kartini"):
        assert private not in said


def test_the_number_of_an_application_alone_reveals_nothing(world):
    case = world.complete(world.apply())
    said = say(
        f"CEK {case.number}", sender="+6281200001234"
    )  # even from the applicant's own telephone

    assert "Selesai" not in said
    assert "MENU" in said


def test_a_mistyped_code_is_told_apart_from_an_unknown_one(world):
    code = code_of(world.apply())
    wrong = ("A" if code[0] != "A" else "B") + code[1:]

    assert "tidak kami temukan" not in say(f"CEK {wrong}")
    assert "tidak kami temukan" in say(f"{make_tracking_code()}", number=2)
    assert f"/lacak/{code}/" in say(code, number=3)  # the code alone is enough


def test_guessing_is_stopped_for_whoever_guesses_only(world):
    code = code_of(world.apply())
    for number in range(1, TRIES_AN_HOUR + 1):
        say(f"CEK {make_tracking_code()}", number=number)

    assert "Terlalu sering" in say(f"CEK {make_tracking_code()}", number=500)
    assert f"/lacak/{code}/" in say(f"CEK {code}", number=501, sender="+6281211112222")


def test_english_speakers_hear_english(world):
    case = world.complete(world.apply())
    say("english")
    said = say(f"CEK {code_of(case)}", number=2)

    assert "Selesai" not in said
    assert case.number in said
