"""
Collecting a fee through a provider: a charge is ordered, its notifications are taken, lost ones are asked for.

A notification is kept first, then booked as the move "receive_payment" of its case, under the provider's reference of
the money: however often, in whatever order and by whichever way it comes, it is booked once.
"""

from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.fees.models import Assessment, Charge, Payment, ProviderEvent
from satupintu.fees.providers import find_provider
from satupintu.fees.providers.port import Notice, Order, ProviderDown
from satupintu.fees.rules import Outcome, PaymentState
from satupintu.lib.ids import uuid7
from satupintu.lib.refusal import Refusal
from satupintu.office.services import NumberProblem, allow
from satupintu.people.rules import system_actor
from satupintu.workflow.queries import get_case
from satupintu.workflow.services import CannotMove, MovedMeanwhile, act

log = structlog.get_logger()

ASK_AFTER = timedelta(minutes=10)  # a provider's own retries come first
MOST_FORGED = 20  # kept of a day
TURNS = 5  # tries to book a payment while others move its case
ASK_BEYOND = timedelta(days=2)  # after a charge has ended, money may still be on its way

# What may still be booked when the same notification comes again.
TRIED_AGAIN = frozenset({Outcome.RECEIVED, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.STATED})


class NoProvider(Refusal):
    """The office collects through no provider, or not this way."""


def order_charge(made: Assessment, *, way: str, amount_idr: int, at: datetime) -> Charge:
    """
    Ask the provider to collect an amount for an assessment; the same wish again is the same charge.

    Speaks with the provider: never inside a transaction. Raises NoProvider, ProviderDown.
    """
    provider = find_provider()
    if provider is None or way not in provider.ways or made.due_on is None or amount_idr < 1:
        raise NoProvider(_("Cara bayar ini tidak tersedia. Pilih cara lain di halaman ini."))
    standing = Charge.objects.filter(
        assessment=made, way=way, amount_idr=amount_idr, paid_at__isnull=True, expires_at__gt=at
    ).first()
    if standing is not None:
        return standing
    charge_id = uuid7()
    ordered = provider.order(
        Order(
            reference=charge_id.hex[-20:].upper(),
            amount_idr=amount_idr,
            way=way,
            title=f"Retribusi {made.number}",
            until=made.due_on,
            notify_url=f"{settings.BASE_URL}/pembayaran/kabar/{provider.code}/",
        )
    )
    charge = Charge(
        id=charge_id,
        case_id=made.case_id,
        assessment=made,
        provider=provider.code,
        provider_ref=ordered.provider_ref,
        way=way,
        amount_idr=amount_idr,
        payload=ordered.payload,
        created_at=at,
        expires_at=ordered.expires_at,
    )
    Charge.objects.bulk_create([charge])
    return charge


def take_notice(provider: str, notice: Notice, *, body: bytes, at: datetime) -> Outcome:
    """
    Keep what a provider tells, and book the money it tells of. Returns what followed; RECEIVED: not booked yet.

    Twice is once: the provider's name of the notification, and of the money, each count once. A notification that
    could not be booked is tried again when it comes again, or when the provider is asked.
    """
    charge = Charge.objects.filter(provider=provider, provider_ref=notice.provider_ref).first()
    event = ProviderEvent(
        provider=provider,
        event=notice.event,
        charge_ref=notice.provider_ref,
        payment_ref=notice.payment_ref,
        status=notice.status,
        amount_idr=notice.amount_idr,
        paid_on=notice.paid_on,
        body=sha256(body).hexdigest(),
        received_at=at,
        charge=charge,
    )
    ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
    kept = ProviderEvent.objects.get(provider=provider, event=notice.event)
    if kept.outcome not in TRIED_AGAIN:
        return Outcome(kept.outcome)
    outcome = _follow(provider, notice, charge, at)
    ProviderEvent.objects.filter(pk=kept.pk).update(outcome=outcome, charge=charge)
    return outcome


def _follow(provider: str, notice: Notice, charge: Charge | None, at: datetime) -> Outcome:
    if charge is None:
        return Outcome.UNKNOWN
    if not notice.paid:
        return Outcome.NOTED
    if _is_stated(charge, notice):
        return Outcome.STATED
    for _turn in range(TURNS):
        try:
            _book(provider, notice, charge, at)
        except MovedMeanwhile:
            continue  # another payment of the same case came in the same moment
        except (CannotMove, NumberProblem) as error:
            log.warning("payment_not_booked", charge=str(charge.pk), why=error.message)
            return Outcome.REFUSED
        break
    else:
        return Outcome.RECEIVED
    Charge.objects.filter(pk=charge.pk, paid_at__isnull=True).update(paid_at=at)
    return Outcome.BOOKED if notice.amount_idr == charge.amount_idr else Outcome.DIFFERS


def _book(provider: str, notice: Notice, charge: Charge, at: datetime) -> None:
    act(
        get_case(charge.case_id),
        "receive_payment",
        by=system_actor(provider),
        at=at,
        channel="system",
        data={
            "amount_idr": notice.amount_idr,
            "paid_on": _paid_on(notice, at),
            "way": charge.way,
            "provider": provider,
            "provider_ref": notice.payment_ref,
            "reference": charge.provider_ref,
        },
        origin=f"pay:{provider}",
        origin_ref=notice.payment_ref,
    )


def refuse_notice(provider: str, *, body: bytes, at: datetime) -> None:
    """
    Keep that something came which the provider did not sign: once for the same bytes, MOST_FORGED a day.

    Nothing of what it says is believed or kept. Anybody may send such things, so more than that is only counted by the
    program's own log.
    """
    log.warning("notice_not_believed", provider=provider)
    digest = sha256(body).hexdigest()
    event = f"forged:{digest[:64]}"
    if ProviderEvent.objects.filter(provider=provider, event=event).exists():
        return
    if not allow("forged notice", provider, limit=MOST_FORGED, window_seconds=86_400, at=at):
        return
    kept = ProviderEvent(
        provider=provider,
        event=event,
        charge_ref="",
        status="forged",
        body=digest,
        received_at=at,
        outcome=Outcome.FORGED,
    )
    ProviderEvent.objects.bulk_create([kept], ignore_conflicts=True)


def _is_stated(charge: Charge, notice: Notice) -> bool:
    """Say whether an officer recorded this money from a bank statement before its provider told of it."""
    stated = Payment.objects.filter(
        case_id=charge.case_id,
        statement_line__isnull=False,
        reference=charge.payload,
        amount_idr=notice.amount_idr,
    )
    return stated.exclude(standing=PaymentState.REJECTED).exists()


def _paid_on(notice: Notice, at: datetime) -> str:
    """Return the day of payment; never after today, whatever clock the provider has."""
    today = timezone.localdate(at)
    return min(notice.paid_on or today, today).isoformat()


def ask_about_lost(*, at: datetime, limit: int = 50) -> int:
    """
    Ask the provider about charges that nobody has told us of for a while; return how many payments were booked.

    For the worker. A provider that is down is asked again at the next turn.
    """
    provider = find_provider()
    if provider is None:
        return 0
    asked = Charge.objects.filter(
        Q(asked_at__isnull=True) | Q(asked_at__lt=at - ASK_AFTER),
        provider=provider.code,
        paid_at__isnull=True,
        created_at__lt=at - ASK_AFTER,
        expires_at__gt=at - ASK_BEYOND,
    ).order_by(F("asked_at").asc(nulls_first=True), "id")[:limit]
    booked = 0
    for charge in asked:
        try:
            notices = provider.ask(charge.provider_ref)
        except ProviderDown as error:
            log.warning("provider_down", provider=provider.code, why=str(error))
            return booked
        Charge.objects.filter(pk=charge.pk).update(asked_at=at)
        for notice in notices:
            outcome = take_notice(provider.code, notice, body=b"", at=at)
            booked += outcome in (Outcome.BOOKED, Outcome.DIFFERS)
    return booked
