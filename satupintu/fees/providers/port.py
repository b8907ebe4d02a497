"""
What the office asks of a payment provider, and what a provider tells. One folder of this package a provider.

The office never sees money: it orders a charge, shows its code or number, and believes what the provider signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class ProviderDown(Exception):
    """The provider does not answer, or answers nonsense: other ways to pay remain."""


class Forged(Exception):
    """A notification that the provider did not sign, that was altered, or that is too old to be believed."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the office wants paid: how much, which way, under which reference of ours."""

    reference: str  # of the charge, at most 25 characters
    amount_idr: int
    way: str  # fees.rules.Way: qris or va
    title: str  # what the payer reads at their bank
    until: date  # the last day to pay
    notify_url: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the provider made of it: its own reference, and the text of the QRIS code or the account number."""

    provider_ref: str
    payload: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """
    What a provider says happened: event by event.

    `event` is the provider's own name of this notification, `payment_ref` of the money. Only `paid` means that money
    came; what else is told changes nothing.
    """

    event: str
    provider_ref: str
    paid: bool
    status: str
    payment_ref: str = ""
    amount_idr: int = 0
    paid_on: date | None = None


class Provider(Protocol):
    """A payment provider."""

    @property
    def code(self) -> str:
        """The name of its folder."""
        ...

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways it collects (fees.rules.Way)."""
        ...

    def order(self, order: Order) -> Ordered:
        """Ask for a charge. Over the network: never inside a transaction. Raises ProviderDown."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str], at: datetime) -> Notice:
        """Read a notification from its raw bytes, after its signature was checked. Raises Forged."""
        ...

    def ask(self, provider_ref: str) -> list[Notice]:
        """Ask what happened to a charge, for notifications that got lost. Raises ProviderDown."""
        ...
