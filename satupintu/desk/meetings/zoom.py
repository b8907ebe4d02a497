"""
Rooms at Zoom, by server-to-server OAuth (developers.zoom.us/docs/internal-apps/s2s-oauth) and POST /users/me/meetings.

A token holds for an hour; it is asked for anew each time, because few meetings are made and none is then kept anywhere.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

import httpx

from satupintu.desk.meetings.port import SECONDS, MeetingFailed, Room, Wanted
from satupintu.lib.env import BadSetting, env_secret, env_str
from satupintu.messaging.channels.port import Health

_GONE = 404


@dataclass(frozen=True, slots=True)
class Zoom:
    account: str
    client: str
    secret: str = field(repr=False)
    api: str = "https://api.zoom.us/v2"
    oauth: str = "https://zoom.us/oauth/token"
    name: str = "zoom"

    def prepare(self, wanted: Wanted) -> Room:
        body = {
            "topic": wanted.title,
            "type": 2,
            "start_time": f"{wanted.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "timezone": wanted.zone,
            "duration": wanted.minutes,
            "settings": {
                "waiting_room": True,
                "join_before_host": False,
                "auto_recording": "none",
            },
        }
        told = self._ask("POST", "/users/me/meetings", json=body).json()
        number, join = str(told.get("id", "")), str(told.get("join_url", ""))
        if not re.fullmatch(r"\d{5,20}", number) or not join.startswith(("https://", "http://")):
            raise MeetingFailed("Zoom: an answer without a meeting")
        return Room(number, join, str(told.get("start_url", "")))

    def enter(self, wanted: Wanted, room: Room, *, who: str, host: bool) -> str:
        """Return the join address; the officer's own begins the meeting, and is asked for anew: it holds two hours."""
        del wanted, who
        if not host:
            return room.join_url
        return str(
            self._ask("GET", f"/meetings/{room.ref}").json().get("start_url") or room.join_url
        )

    def is_running(self, room: Room) -> bool:
        return str(self._ask("GET", f"/meetings/{room.ref}").json().get("status")) == "started"

    def end(self, room: Room) -> None:
        self._ask("DELETE", f"/meetings/{room.ref}", gone_is_done=True)

    def health(self) -> Health:
        try:
            self._token()
        except MeetingFailed as error:
            return Health(False, error.why)
        return Health(True, "Zoom: a token was given")

    def _token(self) -> str:
        form = {"grant_type": "account_credentials", "account_id": self.account}
        try:
            answer = httpx.post(
                self.oauth, data=form, auth=(self.client, self.secret), timeout=SECONDS
            )
            token = str(answer.json().get("access_token", "")) if answer.is_success else ""
        except (httpx.HTTPError, ValueError) as error:
            raise MeetingFailed(f"Zoom: {type(error).__name__}") from None
        if not token:
            raise MeetingFailed(f"Zoom: no token, {answer.status_code}")
        return token

    def _ask(
        self, method: str, path: str, *, gone_is_done: bool = False, **more: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            answer = httpx.request(
                method, f"{self.api}{path}", headers=headers, timeout=SECONDS, **more
            )
        except httpx.HTTPError as error:
            raise MeetingFailed(f"Zoom: {type(error).__name__}") from None
        if not answer.is_success and not (gone_is_done and answer.status_code == _GONE):
            raise MeetingFailed(f"Zoom: {answer.status_code}")
        return answer


def provider() -> Zoom:
    """Return the provider by its settings. Raises BadSetting for one that is missing."""
    given = {
        "SATUPINTU_ZOOM_ACCOUNT": env_str("SATUPINTU_ZOOM_ACCOUNT"),
        "SATUPINTU_ZOOM_CLIENT": env_str("SATUPINTU_ZOOM_CLIENT"),
        "SATUPINTU_ZOOM_SECRET": env_secret("SATUPINTU_ZOOM_SECRET"),
    }
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise BadSetting(
            f"{missing[0]} is missing: it stands on the page of the office's server-to-server OAuth app at Zoom."
        )
    api = env_str("SATUPINTU_ZOOM_API", "https://api.zoom.us/v2").rstrip("/")
    oauth = env_str("SATUPINTU_ZOOM_OAUTH", "https://zoom.us/oauth/token")
    for name, url in (("SATUPINTU_ZOOM_API", api), ("SATUPINTU_ZOOM_OAUTH", oauth)):
        if urlsplit(url).scheme not in {"https", "http"}:
            raise BadSetting(f"{name}={url} is no address.")
    account, client, secret = given.values()
    return Zoom(account, client, secret, api, oauth)
