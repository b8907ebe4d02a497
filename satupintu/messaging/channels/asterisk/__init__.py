"""
Calls through the office's Asterisk: a voice menu that speaks, takes keys, records and puts through.

Asterisk hands a call over by Stasis(<app>) in its dial plan and does the rest by its REST interface
(docs/channels/telephone.md). It carries no messages: officers answer callers by the office's own telephone.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from satupintu.lib.env import BadSetting, env_secret, env_str
from satupintu.lib.identity import BadIdentity, check_phone
from satupintu.messaging.channels.asterisk.ari import Ari, AriGone, AriRefused, Event
from satupintu.messaging.channels.asterisk.leg import Leg, Waits
from satupintu.messaging.channels.asterisk.speech import Voice
from satupintu.messaging.channels.port import Call, Failed, Health, Outgoing, Ringing, Sent, Trouble
from satupintu.messaging.rules import ChannelKind

log = structlog.get_logger()

MOST_CALLS = 30  # at once; further ones are given back to the dial plan


def number_of(said: str) -> str:
    """Return a caller's number in E.164; "" where it is withheld, or is an extension of the house."""
    try:
        return check_phone(said)
    except BadIdentity:
        return ""


@dataclass(slots=True)
class Asterisk:
    """Answers the calls of one Asterisk application."""

    ari: Ari
    voice: Voice
    officer: str = ""  # who "0" rings, as Asterisk dials it
    waits: Waits = field(default_factory=Waits)
    name: str = "asterisk"
    per_second: float = 0.0
    _legs: dict[str, Leg] = field(default_factory=dict)  # by channel, also that of an officer
    _threads: list[threading.Thread] = field(default_factory=list)

    def carries(self, channel: ChannelKind) -> bool:
        """Nothing is sent by telephone: officers call, and write down what was said."""
        del channel
        return False

    def send(self, message: Outgoing) -> Sent | Failed:
        del message
        return Failed(True, "nothing is sent by telephone", Trouble.CONTENT)

    def health(self) -> Health:
        try:
            self.ari.ask("GET", "asterisk/info", only="system")
            self.ari.ask("GET", f"applications/{self.ari.app}")
        except AriRefused as error:
            if error.status == 404:  # noqa: PLR2004  not found
                return Health(False, "Asterisk: satupintu lines is not running")
            return Health(False, f"Asterisk: ARI answered {error.status}")
        except AriGone as error:
            return Health(False, f"Asterisk: {error}")
        if not self.voice.program:
            return Health(False, "Asterisk: espeak-ng is not installed")
        return Health(True, f"Asterisk: {self.ari.app}")

    def answer(self, receive: Callable[[Ringing], Call], stop: threading.Event) -> None:
        """Answer calls until `stop`; calls that were held when the line broke go on in the dial plan."""
        try:
            for event in self.ari.events(stop):
                if event is None:
                    self._begin()
                else:
                    self._take(event, receive)
        finally:
            for leg in {id(leg): leg for leg in self._legs.values()}.values():
                leg.events.put(None)
            for thread in self._threads:
                thread.join(timeout=15)
            self._legs.clear()
            self._threads.clear()

    def _begin(self) -> None:
        self.voice.tidy(time.time())
        for channel in self.ari.calls():  # held by a process that died
            self.ari.let_go(channel)
        log.info("telephone_ready", app=self.ari.app)

    def _take(self, event: Event, receive: Callable[[Ringing], Call]) -> None:
        if event.type == "StasisStart" and event.channel not in self._legs:
            self._ring(event, receive)
        elif (leg := self._legs.get(event.channel)) is not None:
            leg.events.put(event)
            if event.type == "ChannelDestroyed":
                self._legs.pop(event.channel, None)

    def _ring(self, event: Event, receive: Callable[[Ringing], Call]) -> None:
        self._threads[:] = [thread for thread in self._threads if thread.is_alive()]
        args = event.raw.get("args") or []
        if len(self._threads) >= MOST_CALLS or "officer" in args:
            log.warning("call_not_taken", calls=len(self._threads))
            self.ari.let_go(event.channel)
            return
        caller = event.raw["channel"].get("caller") or {}
        ringing = Ringing(
            id=event.channel,
            channel=ChannelKind.WHATSAPP if "whatsapp" in args else ChannelKind.TELEPHONE,
            number=number_of(str(caller.get("number", ""))),
            officers=bool(self.officer),
        )
        leg = Leg(
            self.ari,
            self.voice,
            event.channel,
            receive(ringing),
            officer=self.officer,
            waits=self.waits,
            expect=self._legs.__setitem__,
        )
        self._legs[event.channel] = leg
        thread = threading.Thread(target=leg.run, name=f"call-{event.channel}", daemon=True)
        self._threads.append(thread)
        thread.start()


def transport() -> Asterisk:
    """Raises BadSetting unless the settings name an Asterisk and a folder for sounds."""
    url = env_str("SATUPINTU_ASTERISK_URL")
    user, password = env_str("SATUPINTU_ASTERISK_USER"), env_secret("SATUPINTU_ASTERISK_PASSWORD")
    sounds = env_str("SATUPINTU_ASTERISK_SOUNDS")
    if not url.startswith(("http://", "https://")):
        raise BadSetting(
            f"SATUPINTU_ASTERISK_URL={url} is no address. Write it as http://127.0.0.1:8088."
        )
    for name, value in (
        ("SATUPINTU_ASTERISK_USER", user),
        ("SATUPINTU_ASTERISK_PASSWORD", password),
        ("SATUPINTU_ASTERISK_SOUNDS", sounds),
    ):
        if not value:
            raise BadSetting(f"{name} is needed by the channel asterisk (docs/channels).")
    here = Path(sounds)
    if not here.is_absolute():
        raise BadSetting(f"SATUPINTU_ASTERISK_SOUNDS={sounds} must begin with /.")
    return Asterisk(
        Ari(url, user, password, env_str("SATUPINTU_ASTERISK_APP", "satupintu")),
        Voice(here, env_str("SATUPINTU_ASTERISK_SOUNDS_THERE")),
        officer=env_str("SATUPINTU_ASTERISK_OFFICER"),
    )
