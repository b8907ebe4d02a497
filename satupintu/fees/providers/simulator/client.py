"""The simulator as the office speaks to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import httpx

from satupintu.fees.providers.port import Forged, Notice, Order, Ordered, ProviderDown
from satupintu.fees.providers.simulator import signing
from satupintu.fees.rules import MOST_IDR, Way

TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Simulator:
    """A provider.Provider over HTTP."""

    url: str
    secret: str
    code: str = "simulator"
    ways: tuple[str, ...] = (Way.QRIS, Way.VIRTUAL_ACCOUNT)

    def order(self, order: Order) -> Ordered:
        answer = self._call(
            "POST",
            "/charges",
            {
                "reference": order.reference,
                "amount": order.amount_idr,
                "way": order.way,
                "title": order.title,
                "until": order.until.isoformat(),
                "notify_url": order.notify_url,
            },
        )
        try:
            return Ordered(
                provider_ref=str(answer["id"])[:80],
                payload=str(answer["payload"])[:600],
                expires_at=datetime.fromisoformat(answer["expires_at"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ProviderDown("the answer is not a charge") from error

    def read(self, body: bytes, headers: Mapping[str, str], at: datetime) -> Notice:
        signing.check(body, headers, at, self.secret)
        try:
            return read_notice(json.loads(body))
        except (KeyError, TypeError, ValueError) as error:
            raise Forged("the notification cannot be read") from error

    def ask(self, provider_ref: str) -> list[Notice]:
        answer = self._call("GET", f"/charges/{provider_ref}", None)
        try:
            return [read_notice(one) for one in answer["notices"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ProviderDown("the answer is not a state") from error

    def _call(self, method: str, path: str, sent: dict[str, Any] | None) -> Any:
        body = b"" if sent is None else json.dumps(sent).encode()
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        try:
            answer = httpx.request(
                method, self.url + path, content=body, headers=headers, timeout=TIMEOUT_SECONDS
            )
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderDown(type(error).__name__) from error


def read_notice(told: Mapping[str, Any]) -> Notice:
    """Return a notice of the simulator's JSON. Raises KeyError, TypeError or ValueError for anything else."""
    if not isinstance(told, Mapping):
        raise TypeError("a notice")
    amount, paid_on = told.get("amount", 0), told.get("paid_on")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= MOST_IDR:
        raise ValueError("amount")
    paid = told["status"] == "paid"
    if paid and not (amount and told["payment"] and paid_on):
        raise ValueError("a payment without amount, reference or day")
    return Notice(
        event=_text(told["event"]),
        provider_ref=_text(told["charge"]),
        paid=paid,
        status=_text(told["status"])[:20],
        payment_ref=_text(told.get("payment") or ""),
        amount_idr=amount,
        paid_on=date.fromisoformat(paid_on) if paid_on else None,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 80 or "\0" in value:  # noqa: PLR2004  as the columns
        raise TypeError("text")
    return value
