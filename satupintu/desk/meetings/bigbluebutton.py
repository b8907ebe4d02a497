"""
Rooms on a BigBlueButton server, by its documented API (docs.bigbluebutton.org/development/api).

A call is a GET with an XML answer; its SHA-256 checksum covers the call's name, the query exactly as it is sent, and
the shared secret. A meeting that nobody enters is forgotten by the server after minutes, so it is created (again:
`create` with the same values is the same meeting) whenever somebody enters.
"""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

import httpx

from satupintu.desk.meetings.port import SECONDS, MeetingFailed, Room, Wanted
from satupintu.lib.env import BadSetting, env_secret, env_str
from satupintu.messaging.channels.port import Health

_LONGEST_ANSWER = 100_000
_SPARE_MINUTES = 60  # a meeting may last longer than agreed


@dataclass(frozen=True, slots=True)
class BigBlueButton:
    url: str  # up to and with /bigbluebutton/api
    secret: str = field(repr=False)
    name: str = "bigbluebutton"

    def prepare(self, wanted: Wanted) -> Room:
        return Room(ref=wanted.key)

    def enter(self, wanted: Wanted, room: Room, *, who: str, host: bool) -> str:
        made = self._ask(
            "create",
            meetingID=room.ref,
            name=wanted.title,
            record="false",
            duration=str(wanted.minutes + _SPARE_MINUTES),
            muteOnStart="false",
        )
        return self.address(
            "join",
            fullName=who,
            meetingID=room.ref,
            role="MODERATOR" if host else "VIEWER",
            createTime=made.get("createTime", ""),
            redirect="true",
        )

    def is_running(self, room: Room) -> bool:
        return self._ask("isMeetingRunning", meetingID=room.ref).get("running") == "true"

    def end(self, room: Room) -> None:
        if self.is_running(room):
            self._ask("end", meetingID=room.ref)

    def health(self) -> Health:
        try:
            self._ask("getMeetings")
        except MeetingFailed as error:
            return Health(False, error.why)
        return Health(True, f"BigBlueButton: {self.url}")

    def address(self, call: str, **query: str) -> str:
        """Return the signed address of a call; what has no value is left out."""
        sent = urlencode({name: value for name, value in query.items() if value})
        checksum = hashlib.sha256(f"{call}{sent}{self.secret}".encode()).hexdigest()
        return f"{self.url}/{call}?{sent}{'&' if sent else ''}checksum={checksum}"

    def _ask(self, call: str, **query: str) -> dict[str, str]:
        try:
            answer = httpx.get(self.address(call, **query), timeout=SECONDS)
        except httpx.HTTPError as error:
            raise MeetingFailed(f"BigBlueButton: {type(error).__name__}") from None
        if not answer.is_success:
            raise MeetingFailed(f"BigBlueButton: {answer.status_code}")
        told = _read(answer.content)
        if told.get("returncode") != "SUCCESS":
            raise MeetingFailed(f"BigBlueButton: {told.get('messageKey', 'FAILED')[:80]}")
        return told


def _read(content: bytes) -> dict[str, str]:
    """Return the answer's own elements. Raises MeetingFailed for what is no answer, or has entities to unfold."""
    if len(content) > _LONGEST_ANSWER or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise MeetingFailed("BigBlueButton: an answer that cannot be read")
    try:
        root = ET.fromstring(content)  # noqa: S314  no document type, no entities: refused above
    except ET.ParseError:
        raise MeetingFailed("BigBlueButton: an answer that cannot be read") from None
    return {one.tag: (one.text or "").strip() for one in root}


def provider() -> BigBlueButton:
    """Return the provider by its settings. Raises BadSetting for one that is missing or no address."""
    url = env_str("SATUPINTU_BBB_URL").rstrip("/")
    if urlsplit(url).scheme not in {"https", "http"} or not urlsplit(url).hostname:
        raise BadSetting(
            "SATUPINTU_BBB_URL is missing. Write what `bbb-conf --secret` shows as URL,"
            " such as https://bbb.example.go.id/bigbluebutton/."
        )
    secret = env_secret("SATUPINTU_BBB_SECRET")
    if not secret:
        raise BadSetting(
            "SATUPINTU_BBB_SECRET is missing: the secret that `bbb-conf --secret` shows."
        )
    url = url.removesuffix("/api").removesuffix("/bigbluebutton")
    return BigBlueButton(f"{url}/bigbluebutton/api", secret)
