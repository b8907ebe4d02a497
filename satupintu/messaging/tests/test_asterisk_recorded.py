"""
The channel against a recorded conversation with Asterisk 22.10 (asterisk_22_call.json): what it told, what we asked.

The recording was made by calling that Asterisk with sipp; test_asterisk_real.py makes such calls where one can be had.
"""

import io
import itertools
import json
import queue
import threading
import time
import wave
from pathlib import Path

import pytest

from satupintu.lib.env import BadSetting
from satupintu.messaging.channels import asterisk
from satupintu.messaging.channels.asterisk import Asterisk, number_of
from satupintu.messaging.channels.asterisk.ari import Ari, AriGone, AriRefused, Event, event_of
from satupintu.messaging.channels.asterisk.leg import Leg, Waits
from satupintu.messaging.channels.asterisk.speech import NoSpeech, Voice, can_be_heard, to_8_khz
from satupintu.messaging.channels.port import Answering, Prompt, Spoken, Then, Transport
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.tests import asterisk_talk

RECORDED = json.loads((Path(__file__).parent / "asterisk_22_call.json").read_text())
QUICK = Waits(first_key=0.3, next_key=0.3, prompt=1, ringing=1, silence=1)


def sound(seconds=1.0, loud=9000, rate=8000):
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        half = (loud.to_bytes(2, "little", signed=True), (-loud).to_bytes(2, "little", signed=True))
        file.writeframes(b"".join(half) * int(rate * seconds / 2))
    return made.getvalue()


class RecordedAri(Ari):
    """
    Answers as the recording did, and tells each event only after everything was asked that came before it.

    Names that we choose anew at each call (of playbacks, recordings) are put in the place of those recorded.
    """

    def __init__(self, rows):
        super().__init__("http://127.0.0.1:9", "u", "p", "satupintu")
        self.rows = rows
        self.asked = queue.Queue()
        self.names = {}

    def ask(self, method, path, **query):
        if path.startswith("applications/"):
            return {"channel_ids": []}
        self.asked.put((method, path, query))
        if path.endswith("/file"):
            return sound()
        return {}

    def events(self, stop):
        yield None
        held = []  # what Asterisk told before we had its answer
        for row in self.rows:
            if "ask" in row:
                self._expect(*row["ask"])
                yield from self._told(held)
                held = []
            elif row["event"]["type"] in {"PlaybackStarted", "RecordingStarted"}:
                held.append(row["event"])
            else:
                yield from self._told([row["event"]])

    def _expect(self, method, path, query):
        got = self.asked.get(timeout=30)
        for key in ("playbackId", "name"):
            if key in query:
                self.names[query[key]] = got[2][key]
        for old, new in self.names.items():
            path = path.replace(old, new)
        assert got[:2] == (method, path)
        ours = {k: v for k, v in got[2].items() if k not in {"playbackId", "name", "media"}}
        theirs = {k: v for k, v in query.items() if k not in {"playbackId", "name", "media"}}
        assert ours == theirs

    def _told(self, events):
        for one in events:
            text = json.dumps(one)
            for old, new in self.names.items():
                text = text.replace(old, new)
            yield event_of(text)


class Silent(Voice):
    """Makes no sound files: names the text."""

    def media(self, prompt):
        return f"sound:{prompt.text}"

    def beep(self):
        return "sound:beep"


class Scripted(asterisk_talk.Scripted):
    """Remembers of a recording only whether there was any."""

    def recorded(self, wav):
        return super().recorded(bool(wav))


def say(then, text="Silakan", seconds=0):
    return Spoken((Prompt(text),), then, seconds)


def four_turns():
    return Scripted(
        say(Then.KEY), say(Then.KEYS), say(Then.RECORD, seconds=20), say(Then.END, "Empat")
    )


def test_a_recorded_call_of_asterisk_22_is_led_as_it_was(tmp_path):
    call = four_turns()
    # Between a prompt's end and the next key the recording says nothing of time: the waits are the real ones.
    line = Asterisk(RecordedAri(RECORDED), Silent(tmp_path), waits=Waits(silence=3))
    line.answer(lambda _ringing: call, threading.Event())

    assert call.told == [
        ("begin",), ("pressed", "1"), ("pressed", "42#"), ("recorded", True), ("ended", False),
    ]  # fmt: skip


def test_a_recorded_call_that_breaks_off_ends_and_is_given_back(tmp_path):
    asked = next(
        at for at, row in enumerate(RECORDED) if row.get("ask", ["", ""])[1].endswith("/record")
    )
    call = four_turns()
    ari = RecordedAri(RECORDED[: asked + 1])
    line = Asterisk(ari, Silent(tmp_path), waits=Waits(silence=3))
    line.answer(lambda _ringing: call, threading.Event())

    assert call.told[-1] == ("ended", False)
    left = [ari.asked.get_nowait()[1] for _one in range(ari.asked.qsize())]
    assert left[-1].endswith("/continue")


def test_every_event_of_the_recording_is_about_its_call():
    events = [event_of(json.dumps(row["event"])) for row in RECORDED if "event" in row]

    assert {event.channel for event in events} == {events[0].channel}
    assert events[0].channel


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"type": 3}', '{"type": "X", "channel": 3}',
                                  '{"type": "X", "playback": null}'])  # fmt: skip
def test_what_is_no_event_stops_nothing(text):
    event = event_of(text)

    assert event is None or event.channel == ""


# --- What hardly ever happens -----------------------------------------------------------------


class FakeAri(Ari):
    def __init__(self, refuses=()):
        super().__init__("http://127.0.0.1:9", "u", "p", "satupintu")
        self.asked, self.refuses = [], refuses

    def ask(self, method, path, **query):
        self.asked.append(f"{method} {path}")
        if any(part in path for part in self.refuses):
            raise AriRefused(404)
        return {}


def leg(call, *, refuses=(), officer=""):
    return Leg(FakeAri(refuses), Silent(Path("/nowhere")), "c1", call, officer=officer, waits=QUICK)


def test_a_caller_who_is_gone_before_the_first_word_is_nobodys_trouble():
    call = Scripted(say(Then.KEY))
    made = leg(call, refuses=("answer",))
    made.run()

    assert call.told == []
    assert made.ari.asked[-1].endswith("/continue")


@pytest.mark.parametrize("where", ["play", "record"])
def test_a_caller_who_hangs_up_in_between_ends_the_call(where):
    call = Scripted(say(Then.RECORD, seconds=1), say(Then.END))
    made = leg(call, refuses=(where,))
    made.run()

    assert call.told == [("begin",), ("ended", False)]
    assert not any(one.endswith("/continue") for one in made.ari.asked)


def test_a_hangup_while_recording_keeps_what_was_said():
    call = Scripted(say(Then.RECORD, seconds=1), say(Then.END))
    made = leg(call)
    made.ari.recording = lambda _name: sound()
    made.waits = Waits(prompt=0.2)
    threading.Timer(0.8, made.events.put, [Event("StasisEnd", "c1", {})]).start()
    made.run()

    assert call.told == [("begin",), ("recorded", True), ("ended", False)]


def test_an_officer_whose_telephone_is_not_registered_is_no_officer():
    call = Scripted(say(Then.OFFICER), say(Then.END))
    made = leg(call, officer="PJSIP/200")
    made.ari.ask_ = made.ari.ask

    def ask(method, path, **query):
        if "endpoint" in query:
            raise AriRefused(500)
        return made.ari.ask_(method, path, **query)

    made.ari.ask = ask
    made.run()

    assert call.told == [("begin",), ("no_officer",), ("ended", False)]


def test_more_calls_than_can_be_held_ring_at_the_office(tmp_path, monkeypatch):
    monkeypatch.setattr(asterisk, "MOST_CALLS", 0)
    line = Asterisk(FakeAri(), Silent(tmp_path))
    ringing = Event("StasisStart", "c9", {"args": [], "channel": {"id": "c9"}})
    line._take(ringing, lambda _ringing: pytest.fail("no call is begun"))

    assert line.ari.asked == ["POST channels/c9/continue"]


@pytest.mark.parametrize(
    ("args", "number", "channel", "expected"),
    [
        ([], "081299998888", ChannelKind.TELEPHONE, "+6281299998888"),
        ([], "+62564 21234", ChannelKind.TELEPHONE, "+6256421234"),
        ([], "anonymous", ChannelKind.TELEPHONE, ""),
        ([], "", ChannelKind.TELEPHONE, ""),
        ([], "200", ChannelKind.TELEPHONE, ""),  # a telephone of the house
        (["whatsapp"], "6281299998888", ChannelKind.WHATSAPP, "+6281299998888"),
    ],
)
def test_who_calls_and_over_what_is_read_from_the_call(tmp_path, args, number, channel, expected):
    line, seen = Asterisk(FakeAri(), Silent(tmp_path), waits=QUICK), []

    def receive(ringing):
        seen.append(ringing)
        return Scripted(say(Then.END))

    raw = {"args": args, "channel": {"id": "c1", "caller": {"number": number}}}
    line._take(Event("StasisStart", "c1", raw), receive)
    for thread in line._threads:
        thread.join(10)

    assert (seen[0].channel, seen[0].number) == (channel, expected)
    assert number_of(number) == expected


def test_calls_held_by_a_process_that_died_go_on_in_the_dial_plan(tmp_path):
    ari = FakeAri()
    ari.calls = lambda: ["old1", "old2"]
    Asterisk(ari, Silent(tmp_path))._begin()

    assert ari.asked == ["POST channels/old1/continue", "POST channels/old2/continue"]


def test_a_line_to_nobody_breaks_and_says_so(tmp_path):
    line = Asterisk(Ari("http://127.0.0.1:9", "u", "p", "satupintu"), Silent(tmp_path))

    with pytest.raises(AriGone):
        line.answer(lambda _ringing: None, threading.Event())
    assert not line.health().ok


# --- Sound ------------------------------------------------------------------------------------


def test_a_sound_is_brought_to_8_khz_and_keeps_its_length():
    with wave.open(io.BytesIO(to_8_khz(sound(2, rate=22050)))) as made:
        assert made.getframerate() == 8000
        assert abs(made.getnframes() - 16000) <= 2


def test_a_tone_keeps_its_height_and_what_8_khz_cannot_hold_is_taken_out():
    import math
    from array import array

    def tone(hertz):
        made = io.BytesIO()
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22050)
            samples = (
                round(10000 * math.sin(2 * math.pi * hertz * n / 22050)) for n in range(22050)
            )
            file.writeframes(array("h", samples).tobytes())
        with wave.open(io.BytesIO(to_8_khz(made.getvalue()))) as file:
            samples = array("h", file.readframes(8000))
        crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
        return crossings, max(samples[100:-100])  # not its sudden beginning and end

    crossings, loud = tone(1000)
    assert abs(crossings - 1000) <= 2
    assert 9000 <= loud <= 11000
    assert tone(8000)[1] < 500


@pytest.mark.parametrize(
    ("wav", "heard"),
    [
        (sound(), True), (sound(0.3), False), (sound(loud=50), False), (b"", False), (b"RIFF", False),
        (sound()[:44], False),
    ],
)  # fmt: skip
def test_a_recording_of_nothing_is_told_apart(wav, heard):
    assert can_be_heard(wav) is heard


def test_speech_is_made_once_kept_and_let_go_when_unused(tmp_path):
    voice = Voice(tmp_path, "/there")
    if not voice.program:
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")
    first = voice.media(Prompt("Tekan satu untuk cek permohonan."))
    again = voice.media(Prompt("Tekan satu untuk cek permohonan."))
    other = voice.media(Prompt("Tekan satu untuk cek permohonan.", "en"))

    assert first == again != other
    assert first.startswith("sound:/there/made/")
    files = list((tmp_path / "made").glob("*"))
    assert len(files) == 2
    assert all(file.stat().st_mode & 0o777 == 0o644 for file in files)
    with wave.open(str(tmp_path / "made" / f"{first.rpartition('/')[2]}.wav")) as made:
        assert (made.getframerate(), made.getnchannels()) == (8000, 1)
        assert 1 <= made.getnframes() / 8000 <= 6
    assert can_be_heard(files[0].read_bytes())
    assert voice.tidy(time.time()) == 0
    assert voice.tidy(time.time() + 40 * 86400) == 2


def test_an_own_recording_is_played_in_its_language_only_and_no_name_leads_out(tmp_path):
    own = tmp_path / "own/call_zero.id.wav"
    own.parent.mkdir()
    own.write_bytes(sound())
    voice = Voice(tmp_path, program="no-such-program")

    assert voice.media(Prompt("Nol.", "id", "call_zero")) == f"sound:{tmp_path}/own/call_zero.id"
    for prompt in (Prompt("Zero.", "en", "call_zero"), Prompt("x", "id", "../own/call_zero"), Prompt("x")):  # fmt: skip
        with pytest.raises(NoSpeech):
            voice.media(prompt)


# --- Settings ---------------------------------------------------------------------------------

GOOD = {
    "SATUPINTU_ASTERISK_URL": "http://127.0.0.1:8088",
    "SATUPINTU_ASTERISK_USER": "satupintu",
    "SATUPINTU_ASTERISK_PASSWORD": "rahasia",
    "SATUPINTU_ASTERISK_SOUNDS": "/var/lib/satupintu-sounds",
}


def test_settings_that_make_sense_make_a_transport(monkeypatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    made = asterisk.transport()

    assert isinstance(made, Answering)
    assert made.ari.app == "satupintu"
    assert not any(made.carries(kind) for kind in ChannelKind)
    assert made.send(None).permanent
    line: Transport = made
    assert line.name == "asterisk"
    assert "rahasia" not in repr(made)


@pytest.mark.parametrize(("name", "value"), [*((name, "") for name in GOOD), ("SATUPINTU_ASTERISK_URL", "pbx:8088"),
                                             ("SATUPINTU_ASTERISK_SOUNDS", "sounds")])  # fmt: skip
def test_settings_that_make_none_are_refused_with_their_name(monkeypatch, name, value):
    for key, good in GOOD.items():
        monkeypatch.setenv(key, good)
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        asterisk.transport()
