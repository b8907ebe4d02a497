"""
Rooms on a Jitsi Meet server: the office's own (SATUPINTU_JITSI_URL), or meet.jit.si, where the officer signs in first.

A room is there as soon as somebody opens its address; nobody guesses one of 128 random bits. Nothing is asked of the
server before that.
"""

import json
import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from satupintu.desk.meetings.port import SECONDS, Room, Wanted
from satupintu.lib.env import BadSetting, env_str
from satupintu.messaging.channels.port import Health


@dataclass(frozen=True, slots=True)
class Jitsi:
    url: str
    name: str = "jitsi"

    def prepare(self, wanted: Wanted) -> Room:
        del wanted
        room = f"SatuPintu{secrets.token_hex(16)}"
        return Room(ref=room, join_url=f"{self.url}/{room}")

    def enter(self, wanted: Wanted, room: Room, *, who: str, host: bool) -> str:
        del wanted, host
        shown = quote(json.dumps(who), safe="")
        return f"{room.join_url}#userInfo.displayName={shown}"

    def is_running(self, room: Room) -> bool:
        del room
        return False

    def end(self, room: Room) -> None:
        """Do nothing: a room is gone when the last one has left it."""

    def health(self) -> Health:
        try:
            answer = httpx.get(self.url, timeout=SECONDS, follow_redirects=True)
        except httpx.HTTPError as error:
            return Health(False, f"Jitsi: {type(error).__name__}")
        return Health(answer.is_success, f"Jitsi: {answer.status_code}, {self.url}")


def provider() -> Jitsi:
    """Return the provider by its settings. Raises BadSetting for an address that is none."""
    url = env_str("SATUPINTU_JITSI_URL", "https://meet.jit.si").rstrip("/")
    if urlsplit(url).scheme not in {"https", "http"} or not urlsplit(url).hostname:
        raise BadSetting(
            f"SATUPINTU_JITSI_URL={url} is no address. Write https://jitsi.example.go.id."
        )
    return Jitsi(url)
