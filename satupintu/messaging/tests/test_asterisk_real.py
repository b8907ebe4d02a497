"""Calls to a real Asterisk 22 (Debian's) with the settings of docs/channels/telephone.md; sipp 3.6 is the caller."""

import io
import threading
import wave
from datetime import timedelta

import pytest

from satupintu.documents.queries import get_document, open_file
from satupintu.lib import clock
from satupintu.lib.codes import keypad
from satupintu.messaging.channels.asterisk import Asterisk
from satupintu.messaging.channels.asterisk.ari import Ari, AriGone
from satupintu.messaging.channels.asterisk.leg import Waits
from satupintu.messaging.channels.asterisk.speech import Voice
from satupintu.messaging.channels.port import Prompt, Spoken, Then
from satupintu.messaging.models import Conversation, InFile, InMessage, OutMessage
from satupintu.messaging.tests import asterisk_bench as bench
from satupintu.messaging.tests.asterisk_talk import (
    LED,
    Listened,
    Scripted,
    Wait,
    answering,
    answers,
    led,
    over,
    recorded,
    say,
)
from satupintu.messaging.tests.sms_bench import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(bench.unavailable()), reason=bench.unavailable() or "-"),
]
PHONE = "+6281299998888"
DIALLED = "081299998888"
QUICK = Waits(first_key=1.5, next_key=1.5, ringing=3, silence=3)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with bench.running(tmp_path_factory.mktemp("asterisk")) as made:
        yield made


def make(server, *, waits=QUICK, officer=""):
    return Asterisk(
        Listened(server.url, "satupintu", bench.PASSWORD, "satupintu"),
        Voice(server.here / "sounds", f"{server.there}/sounds"),
        officer=officer,
        waits=waits,
    )


@pytest.fixture
def world(transactional_db):
    from satupintu.permits.tests.officer_cases import make_world

    return make_world(clock.now() - timedelta(minutes=5))


def test_a_caller_presses_number_and_code_and_hears_where_the_application_is(
    world, server, tmp_path
):
    case = world.complete(world.apply())
    number = "".join(filter(str.isdigit, case.number))
    code = keypad(case.permit_case.application.tracking_code)
    line = make(server)
    with answering(line):
        steps = (0.5, "1", 0.5, f"{number}#", 0.5, f"{code}#", 6)
        bench.call(server, tmp_path, bench.caller(DIALLED, *steps))
        over(line)

    assert InMessage.objects.get(kind="call").claim["seconds"] >= 2
    pressed = [row.text for row in InMessage.objects.order_by("received_at", "pk")]
    assert pressed == ["", "1", f"{number}#", "*********"]
    said = OutMessage.objects.order_by("created_at", "pk").last()
    assert "Selesai selambat-lambatnya" in said.body
    status = said.body.split("\n")[0]
    expected = line.voice.media(Prompt(status, "id", ""))
    played = [event["playback"]["media_uri"] for event in line.ari.of_type("PlaybackStarted")]
    assert expected in played, "the very sound of the status was played"
    identity = said.identity
    assert (identity.channel, identity.address) == ("telephone", PHONE)


def test_what_a_caller_says_is_kept_also_when_they_hang_up_while_speaking(world, server, tmp_path):
    line = make(server, waits=Waits(silence=20))  # a slow machine speaks late
    with answering(line):
        # The third key cuts the words before the beep short. The voice begins before it: Asterisk ends a recording
        # into which no sound at all comes for four seconds, which no real telephone does.
        steps = (0.5, "4", 0.5, "1", 0.3, "speak", "1", 4)
        bench.call(server, tmp_path, bench.caller(DIALLED, *steps))
        over(line)

    document = get_document(InFile.objects.get().document_id)
    with open_file(document) as file:
        content = file.read()
    with wave.open(io.BytesIO(content)) as sound:
        assert sound.getframerate() == 8000
        assert sound.getnframes() > 8000
    assert Conversation.objects.get().waiting_since is not None
    assert "Pesan Anda sudah kami simpan" in OutMessage.objects.latest("created_at").body
    assert line.ari.ask("GET", "recordings/stored") == [], "Asterisk keeps no copy"


def test_a_caller_who_says_nothing_after_the_beep_is_asked_again(server, tmp_path):
    call = Scripted(say(Then.RECORD, seconds=10), say(Then.END))
    line = make(server)
    with answering(line, lambda _ringing: call):
        bench.call(server, tmp_path, bench.caller(DIALLED, 1, "1", "wait"))

    assert ("recorded", b"") in call.told


def test_who_presses_nothing_is_told_so_and_hung_up_on(world, server, tmp_path):
    line = make(server, waits=Waits(first_key=0.3, prompt=1.0))
    with answering(line):
        bench.call(server, tmp_path, bench.caller("anonymous", "wait"))
        over(line)

    assert "Terima kasih" in OutMessage.objects.latest("created_at").body
    assert InMessage.objects.get().sender.startswith("call:")  # a withheld number is nobody's


def test_zero_rings_the_office_and_joins_the_two(server, tmp_path):
    call = Scripted(say(Then.KEY), say(Then.OFFICER))
    line = make(server, officer="PJSIP/200", waits=Waits(ringing=15))
    with answering(line, lambda _ringing: call), bench.officer_answers(server, tmp_path) as officer:
        bench.call(server, tmp_path, bench.caller(DIALLED, 1, "0", 5))
        until(lambda: call.told[-1][0] == "ended")
        assert officer.wait(20) == 0, "the officer was called, answered, and hung up on"

    assert call.told == [("begin",), ("pressed", "0"), ("ended", True)]


@pytest.mark.parametrize("officer", ["PJSIP/200", "PJSIP/404"])
def test_where_no_officer_answers_the_caller_goes_on(server, tmp_path, officer):
    call = Scripted(say(Then.OFFICER), say(Then.END))
    line = make(server, officer=officer)
    with (
        answering(line, lambda _ringing: call),
        bench.officer_answers(server, tmp_path, never=True),
    ):
        bench.call(server, tmp_path, bench.caller(DIALLED, "wait"))
        until(lambda: call.told[-1][0] == "ended")

    assert call.told == [("begin",), ("no_officer",), ("ended", False)]


def test_when_the_program_stops_the_offices_telephone_rings(server, tmp_path):
    call = Scripted(say(Then.KEY))
    line = make(server, waits=Waits(first_key=60))
    with bench.officer_answers(server, tmp_path) as officer:
        with answering(line, lambda _ringing: call) as stop:
            threading.Timer(3, stop.set).start()
            bench.call(server, tmp_path, bench.caller(DIALLED, 6))
        assert officer.wait(20) == 0


def test_without_the_program_the_offices_telephone_rings(server, tmp_path):
    with bench.officer_answers(server, tmp_path) as officer:
        bench.call(server, tmp_path, bench.caller(DIALLED, 3))
        assert officer.wait(20) == 0


def test_an_error_of_ours_gives_the_caller_to_the_offices_telephone(server, tmp_path):
    call = Scripted(say(Then.KEY))  # and then nothing: the next turn raises
    line = make(server)
    with bench.officer_answers(server, tmp_path) as officer, answering(line, lambda _ringing: call):
        bench.call(server, tmp_path, bench.caller(DIALLED, 1, "1", 3))
        assert officer.wait(20) == 0


def test_health_tells_what_is_wrong(server):
    line = make(server)
    assert line.health().words == "Asterisk: satupintu lines is not running"
    wrong = Asterisk(Ari(server.url, "satupintu", "salah", "satupintu"), line.voice)
    assert "401" in wrong.health().words
    with pytest.raises(AriGone):
        list(wrong.ari.events(threading.Event()))
    nobody = Asterisk(Ari("http://127.0.0.1:9", "satupintu", "x", "satupintu"), line.voice)
    assert not nobody.health().ok


def test_the_offices_own_recording_is_played(server, tmp_path):
    own = server.here / "sounds/own/call_goodbye.id.wav"
    own.parent.mkdir(parents=True, exist_ok=True)
    line = make(server)
    line.voice.media(Prompt("Selamat jalan."))
    own.write_bytes(next((server.here / "sounds/made").glob("*.wav")).read_bytes())
    own.chmod(0o644)
    call = Scripted(Spoken((Prompt("Terima kasih.", "id", "call_goodbye"),), Then.END))
    with answering(line, lambda _ringing: call):
        bench.call(server, tmp_path, bench.caller(DIALLED, "wait"))
    own.unlink()

    played = [event["playback"]["media_uri"] for event in line.ari.of_type("PlaybackFinished")]
    assert played == [f"sound:{server.there}/sounds/own/call_goodbye.id"]


# --- What the demo's switchboard is held to (test_switchboard.py) --------------------------------


@pytest.mark.parametrize("name", LED)
def test_asterisk_tells_and_answers_what_the_demos_switchboard_was_written_after(
    server, tmp_path, name
):
    def dial(steps):
        timed = [step.seconds if isinstance(step, Wait) else step for step in steps]
        bench.call(server, tmp_path, bench.caller(DIALLED, *timed))

    assert led(make(server), name, dial) == recorded()["calls"][name]


def test_asterisk_answers_bad_asks_as_the_demos_switchboard_does(server):
    assert answers(make(server)) == recorded()["answers"]
