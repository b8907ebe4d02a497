"""Following a permit by SMS: the code is the proof, no name is said, and guessing is stopped."""

import itertools
from datetime import timedelta

import pytest

from satupintu.lib import clock
from satupintu.lib.codes import keypad, make_tracking_code
from satupintu.messaging import services, threads
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received, Ringing
from satupintu.messaging.queries import OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services.calls import LiveCall
from satupintu.office.services import add_missing_series
from satupintu.permits.rules import KEY_TRIES_A_CALL, KEY_TRIES_AN_HOUR, TRIES_AN_HOUR
from satupintu.permits.tests.officer_cases import make_world

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(minute=5)  # tries are counted by the hour: not across its end


@pytest.fixture
def world():
    return make_world(NOW - timedelta(minutes=5))


def say(text, number=1, sender="+6281299998888"):
    at = NOW + timedelta(seconds=number)
    message = Incoming(ChannelKind.SMS, f"m{number}", sender, IncomingKind.TEXT, at, text=text)
    services.take("fake", Received(messages=(message,)), at=at)
    services.read_due(at=at)
    return answer_of(number)


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


def test_what_was_asked_and_answered_stands_with_the_case(world):
    case, other = world.complete(world.apply()), world.apply(str="STR-0001")
    say(f"CEK {code_of(case)}")
    say(f"CEK {make_tracking_code()}", number=2)
    say("MENU", number=3)

    assert said_about(case) == {"CEK " + code_of(case), answer_of(1)}
    assert said_about(other) == set()


def said_about(case):
    return {line.text for line in lines_about(case)}


def lines_about(case):
    return threads.thread_about(case.pk, after=None, limit=9, own=False)


def answer_of(number):
    return OutMessage.objects.get(
        origin__startswith="in:", created_at=NOW + timedelta(seconds=number)
    ).body


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


# --- By telephone: figures only ---------------------------------------------------------------


@pytest.fixture
def calls(world):
    add_missing_series(by_name="tests", at=NOW)
    count = itertools.count(1)

    def begin(sender="+6281299998888"):
        ticks = itertools.count()
        ringing = Ringing(f"call{next(count)}", ChannelKind.TELEPHONE, sender)
        made = LiveCall(ringing, now=lambda: NOW + timedelta(seconds=next(ticks)))
        made.begin()
        made.pressed("1")
        return made

    return begin


def tell(call, number, code):
    call.pressed(f"{number}#")
    return " ".join(prompt.text for prompt in call.pressed(f"{keypad(code)}#").prompts)


def figures(number):
    return "".join(filter(str.isdigit, number))


def wrong_for(code):
    return ("2" if keypad(code)[0] != "2" else "3") + keypad(code)[1:]


def test_number_and_keys_tell_where_it_is_without_number_code_or_name(world, calls):
    case = world.complete(world.apply())
    for number in (figures(case.number), figures(case.number)[-6:].lstrip("0")):
        said = tell(calls(), number, code_of(case))
        assert "Selesai selambat-lambatnya" in said
        for private in (case.number, code_of(case), "Sari", "Lestari", "/lacak/", "81200001234"):
            assert private not in said


def test_a_call_stands_with_the_case_that_was_spoken_of(world, calls):
    mine, other = world.complete(world.apply()), world.apply(str="STR-0001")
    tell(calls(), figures(other.number), code_of(mine))
    assert said_about(mine) == said_about(other) == set()

    call = calls()
    said = tell(call, figures(mine.number), code_of(mine))
    call.pressed("3")
    call.ended(seconds=70, with_officer=False)

    called, spoken = sorted(lines_about(mine), key=lambda line: line.at)
    assert called.text.startswith("Menelepon")
    assert spoken.text.replace("\n", " ") == said
    assert said_about(other) == set()


def test_the_keys_of_another_application_tell_nothing(world, calls):
    mine, other = world.complete(world.apply()), world.complete(world.apply())
    assert mine.number != other.number

    said = tell(calls(), figures(mine.number), code_of(other))
    assert "tidak cocok" in said
    assert "Selesai" not in said


def test_an_unknown_number_is_answered_as_a_wrong_code(world, calls):
    code = code_of(world.apply())

    assert "tidak cocok" in tell(calls(), "999999", code)
    assert "tidak cocok" in tell(calls(), "1" * 20, code)


def test_after_three_wrong_codes_a_call_learns_nothing_more(world, calls):
    case = world.apply()
    wrong = wrong_for(code_of(case))
    call = calls()
    said = [tell(call, figures(case.number), wrong) for _try in range(KEY_TRIES_A_CALL)]
    assert "tidak cocok" in said[0]
    assert "terlalu sering" in said[-1]

    call.pressed("1")
    assert "terlalu sering" in tell(call, figures(case.number), code_of(case))
    assert "Sudah" not in tell(calls(), figures(case.number), code_of(case))  # a new call may


def test_an_application_cannot_be_guessed_by_calling_again_and_again_from_elsewhere(world, calls):
    case, other = world.apply(), world.apply()
    wrong = wrong_for(code_of(case))
    for number in range(KEY_TRIES_AN_HOUR):
        tell(calls(f"+62812999900{number:02}"), figures(case.number), wrong)

    shut = tell(calls("+6281299990099"), figures(case.number), code_of(case))
    assert "terlalu sering" in shut
    open_ = tell(calls("+6281299990099"), figures(other.number), code_of(other))
    assert "terlalu sering" not in open_


def test_the_status_goes_to_a_mobile_number_by_sms_without_the_code(world, calls, settings):
    settings.CHANNELS = ["demo"]
    case = world.complete(world.apply())
    call = calls()
    assert "lewat SMS" in tell(call, figures(case.number), code_of(case))
    call.pressed("1")

    sms = OutMessage.objects.get(channel=ChannelKind.SMS, origin__startswith="call:")
    assert sms.address == "+6281299998888"
    assert case.number in sms.body
    assert code_of(case) not in sms.body
    assert keypad(code_of(case)) not in sms.body


@pytest.mark.parametrize("sender", ["+6256421234", ""])
def test_no_sms_is_offered_to_a_number_that_takes_none(world, calls, settings, sender):
    settings.CHANNELS = ["demo"]
    case = world.complete(world.apply())

    assert "SMS" not in tell(calls(sender), figures(case.number), code_of(case))
