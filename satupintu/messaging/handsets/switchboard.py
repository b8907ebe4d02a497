"""
A stand-in for the office's Asterisk and for telephones that call it: what ARI is asked, what it tells, what is heard.

    board = Switchboard()
    call = board.call("081299998888")     # StasisStart goes to who listens
    board.press(call, "1")
    board.hang_up(call)

Written after a real Asterisk 22.10; tests/test_switchboard.py leads both through the same calls and compares what they
told. One thing differs, for people who type what they say: a silence counts from the first word (`patient`).
"""

import io
import queue
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from satupintu.messaging.channels.asterisk.speech import RATE

MACHINE = "02:00:00:00:00:01"
VERSION = "22.10.1 (a stand-in)"
KEYS = frozenset("0123456789*#")
Events = queue.Queue[dict[str, Any] | None]  # None: there will be no more


class Missing(Exception):
    """What ARI answers with 404; its words say what was not found."""


class NotListening(Exception):
    """Nobody records now: what is said is not heard."""


class Hands(StrEnum):
    """In whose hands a call is."""

    PROGRAM = "program"
    OFFICE = "office"  # the dial plan went on: the office's own telephone rings
    NOBODY = "nobody"  # it is over


@dataclass(frozen=True, slots=True)
class Moment:
    """Something on a caller's telephone: keys pressed or words said (`mine`), or a sound heard, by its id."""

    at: datetime
    mine: bool
    text: str = ""
    sound: str = ""


@dataclass(slots=True)
class Playing:
    id: str
    media: list[str]
    place: int = 0

    def shown(self, call: str, state: str) -> dict[str, Any]:
        after = self.media[self.place + 1 : self.place + 2]
        return {
            "id": self.id,
            "media_uri": self.media[self.place],
            **({"next_media_uri": after[0]} if after else {}),
            "target_uri": f"channel:{call}",
            "language": "en",
            "state": state,
        }


@dataclass(slots=True)
class Taping:
    name: str
    silence: int  # seconds that end it
    ends_on: str
    said: list[bytes] = field(default_factory=list)

    def shown(self, call: str, state: str) -> dict[str, Any]:
        return {
            "name": self.name,
            "format": "wav",
            "state": state,
            "target_uri": f"channel:{call}",
        }


@dataclass(slots=True)
class PhoneCall:
    """One call; `moments` is what its caller heard and did."""

    id: str
    number: str
    name: str
    began: datetime
    hands: Hands = Hands.OFFICE
    answered: bool = False
    playing: Playing | None = None
    taping: Taping | None = None
    moments: list[Moment] = field(default_factory=list)
    sounds: dict[str, bytes] = field(default_factory=dict)
    timer: threading.Timer | None = None


def stamp(at: datetime) -> str:
    """Return a moment as Asterisk writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}{at:%z}"


def joined(wavs: list[bytes]) -> bytes:
    """Return sounds of 8 kHz as one."""
    made = io.BytesIO()
    with wave.open(made, "wb") as target:
        target.setparams((1, 2, RATE, 0, "NONE", ""))
        for one in wavs:
            with wave.open(io.BytesIO(one)) as source:
                target.writeframes(source.readframes(source.getnframes()))
    return made.getvalue()


def seconds(wav: bytes) -> float:
    """Return how long a sound is."""
    with wave.open(io.BytesIO(wav)) as source:
        return float(source.getnframes() / source.getframerate())


class Switchboard:
    """One application of one Asterisk. `patient`: a recording waits for the first word as long as it may last."""

    def __init__(
        self,
        app: str = "satupintu",
        *,
        patient: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),  # noqa: TID251  another machine
    ) -> None:
        self.app = app
        self._patient = patient
        self._now = now
        self._calls: dict[str, PhoneCall] = {}
        self._stored: dict[str, bytes] = {}
        self._listeners: list[Events] = []
        self._moved = threading.Condition(threading.RLock())

    # --- Telephones -----------------------------------------------------------------------

    def call(self, number: str, name: str = "") -> PhoneCall:
        """Let somebody call; the office's own telephone rings when no program listens."""
        with self._moved:
            at = self._now()
            made = PhoneCall(f"{at.timestamp():.0f}.{len(self._calls)}", number, name, at)
            self._calls[made.id] = made
            if self._listeners:
                made.hands = Hands.PROGRAM
                self._tell("StasisStart", args=[], channel=self._channel(made))
            return made

    def press(self, call: PhoneCall, keys: str) -> None:
        """Press keys one after another; nothing when the call is over."""
        with self._moved:
            self._note(call, mine=True, text=keys)
            for key in keys:
                if call.hands is not Hands.PROGRAM:
                    return
                self._tell(
                    "ChannelDtmfReceived", digit=key, duration_ms=120, channel=self._channel(call)
                )
                if call.taping is not None and key in call.taping.ends_on:
                    self._end_taping(call)

    def speak(self, call: PhoneCall, wav: bytes, words: str = "") -> None:
        """Say something into a recording: `wav` of 8 kHz. Raises NotListening."""
        with self._moved:
            if call.taping is None:
                raise NotListening
            call.taping.said.append(wav)
            self._note(call, mine=True, text=words, wav=wav)
            self._later(call, seconds(wav) + call.taping.silence, self._end_taping)

    def hang_up(self, call: PhoneCall) -> None:
        with self._moved:
            if call.hands is Hands.PROGRAM:
                self._tell("ChannelHangupRequest", channel=self._channel(call))
                self._end_taping(call)
                self._end_playing(call, "failed")
                self._tell("StasisEnd", channel=self._channel(call))
            self._leave(call, Hands.NOBODY)

    def wait(self, call: PhoneCall, until: Callable[[PhoneCall], bool], longest: float) -> bool:
        """Wait until something is true of a call, at most so many seconds; return whether it is."""
        with self._moved:
            return self._moved.wait_for(lambda: until(call), longest)

    # --- What the office's program asks ---------------------------------------------------

    @contextmanager
    def listening(self) -> Iterator[Events]:
        """Tell the events of the application to a queue; None ends it."""
        events: Events = queue.Queue()
        with self._moved:
            self._listeners.append(events)
        try:
            yield events
        finally:
            with self._moved:
                self._listeners.remove(events)

    def application(self, name: str) -> dict[str, Any]:
        """Raises Missing while nobody listens."""
        with self._moved:
            if name != self.app or not self._listeners:
                raise Missing("Application not found")
            held = [one.id for one in self._calls.values() if one.hands is Hands.PROGRAM]
        empty: dict[str, list[str]] = {
            "bridge_ids": [], "endpoint_ids": [], "events_allowed": [], "events_disallowed": [],
        }  # fmt: skip
        return {"name": name, "channel_ids": held, **empty}

    def answer(self, channel: str) -> None:
        with self._moved:
            call = self._held(channel)
            if not call.answered:
                call.answered = True
                self._tell("ChannelStateChange", channel=self._channel(call))

    def play(self, channel: str, playback: str, media: str) -> dict[str, Any]:
        """Play sounds, one at a time: what is played already is ended by them. Raises Missing."""
        with self._moved:
            call = self._held(channel)
            self._end_playing(call, "done")
            playing = call.playing = Playing(playback, media.split(","))
            wavs = [wav for one in playing.media if (wav := _read(one))]
            self._note(call, mine=False, wav=joined(wavs), sound=playback)
            self._start_playing(call)
            return playing.shown(call.id, "playing")

    def stop(self, playback: str) -> None:
        with self._moved:
            for call in self._calls.values():
                if call.playing is not None and call.playing.id == playback:
                    self._end_playing(call, "done")
                    return
        raise Missing("Playback not found")

    def record(self, channel: str, asked: dict[str, str]) -> dict[str, Any]:
        with self._moved:
            call = self._held(channel)
            call.taping = Taping(
                asked["name"], int(asked["maxSilenceSeconds"]), asked.get("terminateOn", "")
            )
            shown = call.taping.shown(call.id, "recording")
            self._tell("RecordingStarted", recording=shown)
            longest = int(asked["maxDurationSeconds"])
            # A real one was seen to wait a second longer than it was asked to.
            self._later(
                call, longest if self._patient else call.taping.silence + 1, self._end_taping
            )
            return shown

    def stored(self, name: str) -> bytes:
        with self._moved:
            if name not in self._stored:
                raise Missing("Recording not found")
            return self._stored[name]

    def forget(self, name: str) -> None:
        """Delete a recording."""
        with self._moved:
            self.stored(name)
            del self._stored[name]

    def end(self, channel: str) -> None:
        """Hang up on a caller."""
        with self._moved:
            call = self._held(channel)
            self._tell("ChannelHangupRequest", cause=32, soft=True, channel=self._channel(call))
            self._tell("StasisEnd", channel=self._channel(call))
            self._leave(call, Hands.NOBODY)

    def let_go(self, channel: str) -> None:
        """Go on in the dial plan, where the office's own telephone rings."""
        with self._moved:
            call = self._held(channel)
            self._tell("StasisEnd", channel=self._channel(call))
            self._leave(call, Hands.OFFICE)

    def close(self) -> None:
        """Hang up on everybody, and let who listens go."""
        with self._moved:
            for call in self._calls.values():
                self._leave(call, Hands.NOBODY)
            for events in self._listeners:
                events.put(None)

    # --- Inside ---------------------------------------------------------------------------

    def _held(self, channel: str) -> PhoneCall:
        call = self._calls.get(channel)
        if call is None or call.hands is not Hands.PROGRAM:
            raise Missing("Channel not found")
        return call

    def _leave(self, call: PhoneCall, hands: Hands) -> None:
        if call.timer is not None:
            call.timer.cancel()
        call.playing = call.taping = None
        call.hands = hands
        self._moved.notify_all()

    def _note(
        self, call: PhoneCall, *, mine: bool, text: str = "", wav: bytes = b"", sound: str = ""
    ) -> None:
        if wav:
            sound = sound or f"said-{len(call.moments)}"
            call.sounds[sound] = wav
        call.moments.append(Moment(self._now(), mine, text, sound))
        self._moved.notify_all()

    def _later(self, call: PhoneCall, after: float, does: Callable[[PhoneCall], None]) -> None:
        """Do something later; what was to be done before it is not done any more."""
        if call.timer is not None:
            call.timer.cancel()

        def run() -> None:
            with self._moved:
                if call.timer is timer:
                    does(call)

        timer = call.timer = threading.Timer(after, run)
        timer.daemon = True
        timer.start()

    def _start_playing(self, call: PhoneCall) -> None:
        playing = call.playing
        assert playing is not None, "called where it was set"
        self._tell("PlaybackStarted", playback=playing.shown(call.id, "playing"))
        wav = _read(playing.media[playing.place])
        self._later(call, seconds(wav) if wav else 0.0, self._played)

    def _played(self, call: PhoneCall) -> None:
        playing = call.playing
        if playing is None:
            return
        if playing.place + 1 == len(playing.media):
            self._end_playing(call, "done")
            return
        self._tell("PlaybackContinuing", playback=playing.shown(call.id, "continuing"))
        playing.place += 1
        self._start_playing(call)

    def _end_playing(self, call: PhoneCall, state: str) -> None:
        if call.playing is not None:
            self._tell("PlaybackFinished", playback=call.playing.shown(call.id, state))
            call.playing = None
            self._moved.notify_all()

    def _end_taping(self, call: PhoneCall) -> None:
        taping = call.taping
        if taping is None:
            return
        call.taping = None
        self._stored[taping.name] = joined(taping.said)
        lasted = int(seconds(self._stored[taping.name]))
        self._tell(
            "RecordingFinished",
            recording={
                **taping.shown(call.id, "done"),
                "duration": lasted,
                "talking_duration": lasted,
                "silence_duration": 0,
            },
        )
        self._moved.notify_all()

    def _tell(self, kind: str, **more: Any) -> None:
        event = {
            "type": kind,
            "timestamp": stamp(self._now()),
            **more,
            "asterisk_id": MACHINE,
            "application": self.app,
        }
        for events in self._listeners:
            events.put(event)

    def _channel(self, call: PhoneCall) -> dict[str, Any]:
        return {
            "id": call.id,
            "name": f"PJSIP/trunk-{list(self._calls).index(call.id):08x}",
            "state": "Up" if call.answered else "Ring",
            "protocol_id": call.id,
            "caller": {"name": call.name, "number": call.number},
            "connected": {"name": "", "number": ""},
            "accountcode": "",
            "dialplan": {
                "context": "from-trunk",
                "exten": "622112345",
                "priority": 2,
                "app_name": "Stasis",
                "app_data": self.app,
            },
            "creationtime": stamp(call.began),
            "language": "en",
        }


def _read(media: str) -> bytes:
    """Return a sound that the office named; b"" where there is none, which Asterisk passes over."""
    file = Path(f"{media.removeprefix('sound:')}.wav")
    return file.read_bytes() if file.is_file() else b""
