"""
What the tests of the telephone share: a line that is listened to, calls whose answers are given, and three calls that a
real Asterisk and the demo's switchboard are both led through (`LED`; what a real one told is asterisk_22_shapes.json).
"""

import json
import re
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from satupintu.messaging import lines
from satupintu.messaging.channels.asterisk.ari import Ari
from satupintu.messaging.channels.port import Prompt, Spoken, Then
from satupintu.messaging.services import receive
from satupintu.messaging.tests.sms_bench import until


class Listened(Ari):
    """Asterisk's interface, and everything that went over it: for the tests, and for the recorded conversation."""

    def __init__(self, *args):
        super().__init__(*args)
        self.told = []
        self.ready = False

    def ask(self, method, path, **query):
        answer = super().ask(method, path, **query)
        self.told.append({"ask": [method, path, query], "answer": answer})
        return answer

    def events(self, stop):
        for event in super().events(stop):
            if event is not None:
                self.told.append({"event": event.raw})
            yield event
            self.ready = True  # what was held before is let go: no call of a test may be among it

    def of_type(self, kind):
        events = [one["event"] for one in self.told if "event" in one]
        return [one for one in events if one["type"] == kind]


@contextmanager
def answering(line, taken=lambda ringing: lines._Held(receive(ringing))):
    """Keep the line open as `satupintu lines` does, in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=line.answer, args=(taken, stop))
    thread.start()
    try:
        until(lambda: line.ari.ready and line.health().ok)
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def over(line):
    """Wait for the ends of the calls; the database is asked afterwards, for the tests' own locks whole tables."""
    until(lambda: not any(thread.is_alive() for thread in line._threads))


class Scripted:
    """A call whose answers are given; remembers what it was told."""

    def __init__(self, *spoken):
        self.spoken = list(spoken)
        self.told = []

    def _next(self, *told):
        self.told.append(told)
        return self.spoken.pop(0)

    def begin(self):
        return self._next("begin")

    def pressed(self, keys):
        return self._next("pressed", keys)

    def recorded(self, wav):
        return self._next("recorded", wav)

    def no_officer(self):
        return self._next("no_officer")

    def ended(self, *, seconds, with_officer):
        self.told.append(("ended", with_officer))


def say(then, text="Silakan.", seconds=0):
    return Spoken((Prompt(text),), then, seconds)


# --- The same calls of a real Asterisk and of the demo's switchboard ---------------------------


class Wait(NamedTuple):
    """What a caller waits for: so many seconds of a real line; of the switchboard, the `count`th event of a kind."""

    seconds: float
    kind: str = ""
    count: int = 0


SHAPES = Path(__file__).parent / "asterisk_22_shapes.json"
# What the office says, and what the caller does: as asterisk_bench.caller takes it, but for the waits.
LED = {
    "keys, a message, the end": (
        lambda: Scripted(
            Spoken((Prompt("Satu."), Prompt("Dua.")), Then.KEY),
            say(Then.KEYS),
            say(Then.RECORD, seconds=20),
            say(Then.END, "Empat."),
        ),
        (
            Wait(1.2, "PlaybackStarted", 2),
            "1",
            Wait(0.8, "PlaybackStarted", 3),
            "4",
            Wait(0, "PlaybackFinished", 2),
            "2",
            "#",
            Wait(2.5, "RecordingStarted", 1),
            "speak",
            Wait(2),
            "#",
            "wait",
        ),
    ),
    "hanging up while speaking": (
        lambda: Scripted(say(Then.KEY), say(Then.RECORD, seconds=20), say(Then.END)),
        (
            Wait(0.6, "PlaybackStarted", 1),
            "1",
            Wait(2.5, "RecordingStarted", 1),
            "speak",
            Wait(2),
        ),
    ),
    "hanging up while listening": (
        lambda: Scripted(say(Then.KEY, "Silakan tekan satu untuk ini, dan dua untuk itu.")),
        (Wait(1, "PlaybackStarted", 1),),
    ),
    "silence": (
        lambda: Scripted(say(Then.KEY), say(Then.RECORD, seconds=20), say(Then.END)),
        (Wait(0.6, "PlaybackStarted", 1), "1", "wait"),
    ),
}
ASKED = (
    ("GET", "asterisk/info?only=system"),
    ("GET", "applications/satupintu"),
    ("GET", "applications/nobody"),
    ("POST", "channels/none/answer"),
    ("POST", "channels/none/play?playbackId=p&media=sound:x"),
    ("POST", "channels/none/continue"),
    ("DELETE", "channels/none"),
    ("DELETE", "playbacks/none"),
    ("GET", "recordings/stored/none/file"),
    ("DELETE", "recordings/stored/none"),
)
_NAMES = re.compile(r"(satupintu-)?[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+\.[0-9]+")


def shape(value):
    """Return what a value of JSON is made of."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in sorted(value.items())}
    if isinstance(value, bytes):
        return "sound" if value else "nothing"
    return type(value).__name__


def led(line, name, dial):
    """Lead one call of LED and return what was asked and told in it; `dial` lets a caller do the steps."""
    make_call, steps = LED[name]
    call = make_call()
    with answering(line, lambda _ringing: call):
        dial(steps)
        until(lambda: call.told and call.told[-1][0] == "ended")
        until(lambda: line.ari.of_type("StasisEnd"))
        over(line)
    own = ("asterisk/", "applications/")  # of health(), which is asked until it is well
    asked = [one for one in line.ari.told if "ask" in one and not one["ask"][1].startswith(own)]
    events = [one["event"] for one in line.ari.told if "event" in one]
    return {
        "office": [told[0] for told in call.told],
        "asked": [
            [one["ask"][0], _NAMES.sub("*", one["ask"][1]), shape(one["answer"])] for one in asked
        ],
        # What was measured of the line's sound is told of real lines only.
        "told": [[one["type"], shape(one)] for one in events if one["type"] != "ChannelVarset"],
        "states": [one["playback"]["state"] for one in events if one["type"] == "PlaybackFinished"],
    }


def answers(line):
    """Return how each of ASKED is answered: the status, and what the answer is made of (an error: its words)."""
    with answering(line, lambda _ringing: None):
        found = {}
        for method, path in ASKED:
            answer = line.ari._client.request(method, path)
            said = answer.json() if answer.content else ""
            found[f"{method} {path}"] = [
                answer.status_code,
                said if "message" in said else shape(said),
            ]
    return found


def recorded():
    return json.loads(SHAPES.read_text(encoding="utf-8"))
