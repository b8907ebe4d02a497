"""
A stand-in for Kannel and for telephones with SMS: takes `sendsms`, calls the office's post-url and dlr-url.

Speaks what a real Kannel speaks (satupintu/messaging/tests/test_kannel.py runs one); listens on 127.0.0.1 only.
"""

import queue
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from satupintu.lib.ids import uuid7
from satupintu.lib.sms import Coding, coding_of, encode

_TAKEN = 202
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Short:
    """One SMS on a telephone; `mine`: its owner wrote it."""

    text: str
    at: datetime
    mine: bool


@dataclass
class SmsCentre:
    """One short number of an office and every telephone that it ever wrote to."""

    office: str  # address of the office, without a slash at its end
    user: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    number: str = "1234"
    telephones: dict[str, list[Short]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _to_report: queue.Queue[str] = field(default_factory=queue.Queue)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_SECONDS))

    def __post_init__(self) -> None:
        threading.Thread(target=self._report_all, daemon=True).start()

    def sendsms(self, query: dict[str, str]) -> tuple[int, str]:
        """Answer the office as smsbox does, and report delivery a moment later, the last state first."""
        if (query.get("username"), query.get("password")) != (self.user, self.password):
            return 403, "Authorization failed for sendsms"
        to, text = query.get("to", ""), query.get("text", "")
        if not to or not text:
            return 400, "Missing receiver or text"
        self._keep(to, text, mine=False)
        if address := query.get("dlr-url", ""):
            self._to_report.put(address)
        return _TAKEN, "0: Accepted for delivery"

    def settle(self) -> None:
        """Return when the office has been told what became of everything sent so far."""
        self._to_report.join()

    def write(self, phone: str, text: str) -> bool:
        """Let somebody write to the office; return whether the office took it."""
        self._keep(phone, text, mine=True)
        now = datetime.now(tz=UTC)  # noqa: TID251  another machine with its own clock
        coding = coding_of(text)
        plain = coding is Coding.GSM7
        told = (str(uuid7()), str(int(now.timestamp())), self.number, phone)
        address = f"{self.office}/kanal/kannel/masuk/{self.secret}/" + "/".join(map(quote, told))
        try:
            answer = self._client.post(
                address,
                content=text.encode() if plain else encode(text, Coding.UCS2),
                headers={
                    "Content-Type": f"text/plain; charset={'UTF-8' if plain else 'UTF-16BE'}",
                    "X-Kannel-Coding": "0" if plain else "2",
                },
            )
        except httpx.HTTPError as error:
            self.problems.append(type(error).__name__)
            return False
        return answer.is_success

    def _keep(self, phone: str, text: str, *, mine: bool) -> None:
        now = datetime.now(tz=UTC)  # noqa: TID251  as above
        self.telephones.setdefault(phone, []).append(Short(text, now, mine))

    def _report_all(self) -> None:
        while True:
            self._report(self._to_report.get())
            self._to_report.task_done()

    def _report(self, address: str) -> None:
        for state in ("1", "8"):  # a real one was seen to report in this order
            try:
                self._client.get(address.replace("%d", state).replace("%A", ""))
            except httpx.HTTPError as error:
                self.problems.append(type(error).__name__)
