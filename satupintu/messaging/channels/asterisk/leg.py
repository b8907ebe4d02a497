"""
One call from answering to hanging up: plays what the office's side says, gathers keys, records, puts through.

A leg runs in a thread of its own and reads its events from a queue, so it is written as the call is heard: from top to
bottom. Whatever fails, the caller is given back to the dial plan, where the office's telephone rings.
"""

import queue
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from satupintu.messaging.channels.asterisk.ari import Ari, AriGone, AriRefused, Event
from satupintu.messaging.channels.asterisk.speech import NoSpeech, Voice, can_be_heard
from satupintu.messaging.channels.port import Call, Prompt, Spoken, Then

log = structlog.get_logger()

_OVER = frozenset({"StasisEnd", "ChannelDestroyed"})
_MOST_KEYS = 24


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a leg waits, in seconds: for a first key, between two, for the end of a prompt, for an officer."""

    first_key: float = 8.0
    next_key: float = 6.0
    prompt: float = 180.0
    ringing: float = 30.0
    silence: int = 5


class HungUp(Exception):
    """The caller is gone."""


@dataclass
class Leg:
    """`officer`: the telephone to put through to, as Asterisk dials it ("PJSIP/200"); "" for none."""

    ari: Ari
    voice: Voice
    channel: str
    call: Call
    officer: str = ""
    waits: Waits = field(default_factory=Waits)
    expect: Callable[[str, "Leg"], None] = lambda _channel, _leg: None  # events of another channel
    events: "queue.Queue[Event | None]" = field(default_factory=queue.Queue)
    with_officer: bool = False

    def run(self) -> None:
        """Hold the call from beginning to end; never raises."""
        began = time.monotonic()
        try:
            self.ari.of_channel(self.channel, "answer")
            spoken = self.call.begin()
        except Exception as error:  # noqa: BLE001  nothing was kept: the office's telephone rings
            log.error("call_not_begun", kind=type(error).__name__)  # noqa: TRY400  no personal data
            self.ari.let_go(self.channel)
            return
        try:
            self._hold(spoken)
        except HungUp:
            pass
        except Exception as error:  # noqa: BLE001  the caller must not hear silence
            log.error("call_broke", kind=type(error).__name__)  # noqa: TRY400  no personal data
            self.ari.let_go(self.channel)
        try:
            self.call.ended(seconds=round(time.monotonic() - began), with_officer=self.with_officer)
        except Exception as error:  # noqa: BLE001  the call is over all the same
            log.error("call_end_not_kept", kind=type(error).__name__)  # noqa: TRY400  as above

    def _hold(self, spoken: Spoken) -> None:
        while spoken.then is not Then.END:
            if spoken.then is Then.OFFICER:
                self._play(spoken.prompts, interrupt=False)
                if self._put_through():
                    break
                spoken = self.call.no_officer()
            elif spoken.then is Then.RECORD:
                spoken = self._record(spoken)
            else:
                spoken = self.call.pressed(self._keys(spoken))
        else:
            self._play(spoken.prompts, interrupt=False)
        self.ari.hang_up(self.channel)

    # --- Keys ---------------------------------------------------------------------------------

    def _keys(self, spoken: Spoken) -> str:
        """Return what was pressed while or after a text was spoken; "" for nothing in time."""
        keys = self._play(spoken.prompts)
        if not keys:
            keys = self._key_within(self.waits.first_key)
        if spoken.then is Then.KEY or not keys:
            return keys
        while keys[-1] not in "#*" and len(keys) < _MOST_KEYS:
            more = self._key_within(self.waits.next_key)
            if not more:
                break
            keys += more
        return keys

    def _key_within(self, seconds: float) -> str:
        until = time.monotonic() + seconds
        while (event := self._next(until)) is not None:
            if event.type == "ChannelDtmfReceived":
                return str(event.raw.get("digit", ""))[:1]
        return ""

    def _next(self, until: float) -> Event | None:
        """Return the next event of this call, None when the time is over. Raises HungUp, or AriGone without a line."""
        try:
            event = self.events.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            return None
        if event is None:
            raise AriGone("the line broke")
        if event.type in _OVER and event.channel == self.channel:
            raise HungUp
        return event

    # --- Speaking -----------------------------------------------------------------------------

    def _play(self, prompts: tuple[Prompt, ...], *, interrupt: bool = True) -> str:
        """Speak; return the key that interrupted it, "" when it was heard to its end."""
        return self._sound(",".join(map(self._media, prompts)), interrupt=interrupt)

    def _sound(self, media: str, *, interrupt: bool) -> str:
        playback = str(uuid.uuid4())
        self._ask("play", playbackId=playback, media=media)
        until = time.monotonic() + self.waits.prompt
        while (event := self._next(until)) is not None:
            if event.type == "PlaybackFinished" and event.raw["playback"].get("id") == playback:
                return ""
            if event.type == "ChannelDtmfReceived" and interrupt:
                self._stop(playback)
                return str(event.raw.get("digit", ""))[:1]
        self._stop(playback)
        return ""

    def _media(self, prompt: Prompt) -> str:
        try:
            return self.voice.media(prompt)
        except NoSpeech as error:
            log.error("prompt_not_spoken", why=str(error))  # noqa: TRY400  the reason is enough
            return self.voice.beep()

    def _stop(self, playback: str) -> None:
        try:
            self.ari.ask("DELETE", f"playbacks/{playback}")
        except AriRefused:
            return  # it ended by itself

    def _ask(self, action: str, **query: str | int) -> Any:
        try:
            return self.ari.of_channel(self.channel, action, **query)
        except AriRefused as error:
            raise HungUp from error

    # --- Recording ----------------------------------------------------------------------------

    def _record(self, spoken: Spoken) -> Spoken:
        key = self._play(spoken.prompts)
        if key and key in "0*":
            return self.call.pressed(key)
        self._sound(self.voice.beep(), interrupt=False)
        name = f"satupintu-{uuid.uuid4()}"
        self._ask(
            "record",
            name=name,
            format="wav",
            maxDurationSeconds=spoken.seconds,
            maxSilenceSeconds=self.waits.silence,
            ifExists="overwrite",
            terminateOn="#",
        )
        gone = False
        until = time.monotonic() + spoken.seconds + self.waits.prompt
        try:
            self._until_recorded(name, until)
        except HungUp:  # many say what they want and hang up: it is a message all the same
            gone = True
        wav = self.ari.recording(name)
        answer = self.call.recorded(wav if can_be_heard(wav) else b"")
        if gone:
            raise HungUp
        return answer

    def _until_recorded(self, name: str, until: float) -> None:
        while (event := self._next(until)) is not None:
            kept = event.type in {"RecordingFinished", "RecordingFailed"}
            if kept and event.raw["recording"].get("name") == name:
                return

    # --- An officer ---------------------------------------------------------------------------

    def _put_through(self) -> bool:
        """Ring the office's telephone and join it to the caller until one of them hangs up; False when nobody came."""
        if not self.officer:
            return False
        other = str(uuid.uuid4())
        self.expect(other, self)
        try:
            self.ari.ask(
                "POST",
                f"channels/{other}",
                endpoint=self.officer,
                app=self.ari.app,
                appArgs="officer",
                timeout=int(self.waits.ringing),
                originator=self.channel,
            )
        except AriRefused:
            return False  # no such telephone, or it is not registered
        self._ask("ring")
        try:
            if not self._officer_came(other):
                return False
            self.ari.stop_ringing(self.channel)
            return self._joined(other)
        except AriRefused:
            return False  # gone in the same moment; what is next says who
        finally:
            self.ari.hang_up(other)

    def _officer_came(self, other: str) -> bool:
        until = time.monotonic() + self.waits.ringing + 2
        while (event := self._next(until)) is not None:
            if event.channel == other and event.type == "StasisStart":
                return True
            if event.channel == other and event.type in _OVER:
                return False
        return False

    def _joined(self, other: str) -> bool:
        bridge = str(uuid.uuid4())
        self.ari.ask("POST", f"bridges/{bridge}", type="mixing")
        self.with_officer = True
        try:
            both = f"{self.channel},{other}"
            self.ari.ask("POST", f"bridges/{bridge}/addChannel", channel=both)
            while True:
                event = self._next(time.monotonic() + 3600)
                if event is None or (event.channel == other and event.type in _OVER):
                    return True
        finally:
            try:
                self.ari.ask("DELETE", f"bridges/{bridge}")
            except AriRefused:
                log.info("bridge_was_gone")
