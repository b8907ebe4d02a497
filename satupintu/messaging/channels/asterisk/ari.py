"""
Asterisk's REST interface (ARI): what is asked of it, and the events that it tells.

Facts: docs.asterisk.org, "Asterisk REST Interface" (22). Events come over a websocket that names the application; a
call is in its hands from StasisStart to StasisEnd.
"""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

_SECONDS = 10.0
_LISTEN_SECONDS = 1.0
_NOT_FOUND = 404
_REFUSED = 400


class AriGone(OSError):
    """Asterisk does not answer, or the line to it broke."""


class AriRefused(Exception):
    """Asterisk answered that it cannot; mostly because the caller has just hung up. `status` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"ARI {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Event:
    """What Asterisk tells: its type, the channel it is about ("" for none), and all of it."""

    type: str
    channel: str
    raw: dict[str, Any]


def event_of(text: str) -> Event | None:
    """Return an event as it came over the websocket; None for what is no event."""
    try:
        raw = json.loads(text)
    except ValueError:
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        return None
    return Event(raw["type"], _channel_of(raw), raw)


def _channel_of(raw: dict[str, Any]) -> str:
    channel = raw.get("channel")
    if isinstance(channel, dict):
        return str(channel.get("id", ""))
    for name in ("playback", "recording"):
        target = str((raw.get(name) or {}).get("target_uri", ""))
        if target.startswith("channel:"):
            return target[8:]
    return ""


def _path(channel: str) -> str:
    return f"channels/{quote(channel, safe='')}"


class Ari:
    """One Asterisk. `url` as http://host:8088 (with its prefix if it has one); `app` is our name in the dial plan."""

    def __init__(self, url: str, user: str, password: str, app: str) -> None:
        self.app = app
        self._url = url.rstrip("/")
        self._login = (user, password)
        self._client = httpx.Client(
            base_url=f"{self._url}/ari/", auth=self._login, timeout=_SECONDS, trust_env=False
        )

    def ask(self, method: str, path: str, **query: str | int) -> Any:
        """Return what Asterisk answers: JSON, or bytes of a file. Raises AriRefused, or AriGone when nobody answers."""
        try:
            answer = self._client.request(method, path, params=query)
        except httpx.HTTPError as error:
            raise AriGone(type(error).__name__) from error
        if answer.status_code >= _REFUSED:
            raise AriRefused(answer.status_code)
        if answer.headers.get("content-type", "").startswith("application/json"):
            return answer.json()
        return answer.content

    def of_channel(self, channel: str, action: str, **query: str | int) -> Any:
        return self.ask("POST", f"{_path(channel)}/{action}", **query)

    def hang_up(self, channel: str) -> None:
        """End a call; nothing when it is over. Raises AriGone."""
        try:
            self.ask("DELETE", _path(channel))
        except AriRefused:
            return

    def stop_ringing(self, channel: str) -> None:
        """Take away the sound of ringing. Raises AriRefused when the call is over, AriGone."""
        self.ask("DELETE", f"{_path(channel)}/ring")

    def let_go(self, channel: str) -> None:
        """Give a call back to the dial plan, to what stands after Stasis(); nothing when it is over."""
        try:
            self.of_channel(channel, "continue")
        except (AriRefused, AriGone):
            return

    def calls(self) -> list[str]:
        """Return the channels that are in our application's hands; [] while it is not known."""
        try:
            answer = self.ask("GET", f"applications/{quote(self.app, safe='')}")
        except AriRefused as error:
            if error.status == _NOT_FOUND:
                return []
            raise
        return [str(one) for one in answer.get("channel_ids", ())]

    def recording(self, name: str) -> bytes:
        """Return a stored recording and delete it there; b"" when there is none."""
        path = f"recordings/stored/{quote(name, safe='')}"
        try:
            found = self.ask("GET", f"{path}/file")
            self.ask("DELETE", path)
        except AriRefused:
            return b""
        return found if isinstance(found, bytes) else b""

    def events(self, stop: threading.Event) -> Iterator[Event | None]:
        """
        Yield events until `stop` is set, and None once when the line is open. Raises AriGone when it breaks.

        The login goes as a header: an address would stand in logs.
        """
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        parts = urlsplit(self._url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        address = f"{scheme}://{parts.netloc}{parts.path}/ari/events?app={quote(self.app, safe='')}"
        login = base64.b64encode(":".join(self._login).encode()).decode()
        try:
            with connect(
                address,
                additional_headers={"Authorization": f"Basic {login}"},
                proxy=None,
                open_timeout=_SECONDS,
                close_timeout=1,
            ) as line:
                yield None
                while not stop.is_set():
                    try:
                        text = line.recv(timeout=_LISTEN_SECONDS)
                    except TimeoutError:
                        continue
                    event = event_of(text if isinstance(text, str) else text.decode())
                    if event is not None:
                        yield event
        except (WebSocketException, OSError) as error:
            raise AriGone(type(error).__name__) from error
