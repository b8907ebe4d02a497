"""
The demo's switchboard against what a real Asterisk 22.10 told in the same calls (asterisk_22_shapes.json), through our
real line to it. test_asterisk_real.py leads a real Asterisk through them where one can be had.
"""

import io
import threading
import wave

import pytest

from satupintu.lib.standin import close
from satupintu.messaging.channels.asterisk import Asterisk
from satupintu.messaging.channels.asterisk.ari import Ari, AriGone
from satupintu.messaging.channels.asterisk.leg import Waits
from satupintu.messaging.channels.asterisk.speech import RATE, Voice
from satupintu.messaging.channels.port import Then
from satupintu.messaging.handsets import ari_server
from satupintu.messaging.handsets.switchboard import Hands, NotListening, Switchboard, seconds
from satupintu.messaging.tests.asterisk_talk import (
    LED,
    Listened,
    Scripted,
    Wait,
    answering,
    answers,
    led,
    recorded,
    say,
)
from satupintu.messaging.tests.sms_bench import until

PASSWORD = "rahasia-uji-coba"
DIALLED = "081299998888"
# Long enough for a slow machine: nothing of these calls waits for a key in vain.
WAITS = Waits(first_key=20, next_key=20, silence=3)

pytestmark = pytest.mark.usefixtures("socket_enabled")


def sound(length):
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"\x28\x23\xd8\xdc" * int(RATE * length / 2))
    return made.getvalue()


class Toned(Voice):
    """Speaks in tones, long enough to be interrupted on a slow machine."""

    def media(self, prompt):
        self._write(self.here / "made" / f"{len(prompt.text)}.wav", sound(3.0))
        return f"sound:{self.here}/made/{len(prompt.text)}"


@pytest.fixture
def board():
    made = Switchboard(patient=False)
    server = ari_server.serve(made, 0, user="satupintu", password=PASSWORD)
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    made.close()
    close(server)


def make(board, tmp_path):
    ari = Listened(board.url, "satupintu", PASSWORD, "satupintu")
    return Asterisk(ari, Toned(tmp_path, program="/bin/true"), waits=WAITS)


def dialling(board, line, calls):
    """Return a caller who does the steps that sipp does for a real Asterisk."""

    def dial(steps):
        call = board.call(DIALLED, "Penelepon")
        calls.append(call)
        for step in steps:
            if isinstance(step, Wait):
                until(lambda step=step: len(line.ari.of_type(step.kind)) >= step.count)
            elif step == "speak":
                board.speak(call, sound(2))
            elif step == "wait":
                assert board.wait(call, lambda one: one.hands is Hands.NOBODY, 20)
            else:
                board.press(call, step)
        board.hang_up(call)

    return dial


@pytest.mark.parametrize("name", LED)
def test_the_switchboard_tells_and_answers_what_a_real_asterisk_did(board, tmp_path, name):
    line, calls = make(board, tmp_path), []
    assert led(line, name, dialling(board, line, calls)) == recorded()["calls"][name]
    assert calls[0].hands is Hands.NOBODY


def test_the_switchboard_answers_bad_asks_as_a_real_asterisk_does(board, tmp_path):
    assert answers(make(board, tmp_path)) == recorded()["answers"]


def test_health_tells_the_same_as_of_a_real_one(board, tmp_path):
    line = make(board, tmp_path)
    assert line.health().words == "Asterisk: satupintu lines is not running"
    wrong = Asterisk(Ari(board.url, "satupintu", "salah", "satupintu"), line.voice)
    assert "401" in wrong.health().words
    with pytest.raises(AriGone):
        list(wrong.ari.events(threading.Event()))


def test_without_the_program_the_offices_telephone_rings(board):
    call = board.call(DIALLED)
    board.press(call, "1")
    with pytest.raises(NotListening):
        board.speak(call, sound(1))

    assert call.hands is Hands.OFFICE
    board.hang_up(call)
    assert call.hands is Hands.NOBODY


def test_when_the_program_stops_the_offices_telephone_rings(board, tmp_path):
    with answering(make(board, tmp_path), lambda _ringing: Scripted(say(Then.KEY))):
        call = board.call(DIALLED)
        until(lambda: call.playing)

    assert call.hands is Hands.OFFICE


def test_who_types_what_they_say_is_not_silent_before_the_first_word(tmp_path):
    board = Switchboard()
    with board.listening():
        call = board.call(DIALLED)
        board.record(call.id, {"name": "r", "maxSilenceSeconds": "0", "maxDurationSeconds": "9"})
        assert not board.wait(call, lambda one: one.taping is None, 0.5)
        board.speak(call, sound(0.3), "Halo")
        assert board.wait(call, lambda one: one.taping is None, 5)

    assert seconds(board.stored("r")) == pytest.approx(0.3, abs=0.01)
    assert [one.text for one in call.moments] == ["Halo"]
    board.close()


def test_what_was_heard_can_be_played_again_whole(board, tmp_path):
    call = Scripted(say(Then.END, "Satu."))
    with answering(make(board, tmp_path), lambda _ringing: call):
        made = board.call(DIALLED)
        until(lambda: made.hands is Hands.NOBODY)

    (heard,) = made.moments
    assert not heard.mine
    assert seconds(made.sounds[heard.sound]) == pytest.approx(3.0, abs=0.01)
