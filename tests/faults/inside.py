"""
The office that real processes serve, seen from inside: made before they start, looked through after they were killed.

A program of its own, as driver.py: one line of JSON, and `problems` must be empty.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from driver import expect, look, problems, world
from every_row import Tables, every_table

from satupintu.config import start
from satupintu.config.backup import make
from satupintu.config.cli import backup
from satupintu.exchange.rules import Scope
from satupintu.exchange.services import create_client
from satupintu.fees.models import Assessment, Payment
from satupintu.fees.providers.simulator.server import Bank
from satupintu.fees.services import order_charge
from satupintu.lib import clock
from satupintu.office.models import NumberTaken
from satupintu.people.rules import system_actor
from satupintu.permits.models import Application, Permit, PermitCase
from satupintu.permits.tests.officer_cases import answers, sheet
from satupintu.workflow.models import Case

STAFF = ("budi", "wati", "ratna", "lina", "darius")


def plan() -> dict[str, Any]:
    """Let programs in, and order the fees that wait from a bank; return what who calls from outside must know."""
    start.collect_static()
    at = clock.now()
    office = world()
    bank = Bank(secret=settings.PAYMENT_SECRET, kept=settings.HOME / "run" / "simulator.json")
    bank.start(urlsplit(settings.PAYMENT_URL).port or 0)
    for made in Assessment.objects.filter(standing="set").order_by("id"):
        order_charge(made, way="qris", amount_idr=made.amount_idr, at=at)
    bank.stop()
    paper = settings.HOME / "paper.pdf"
    paper.write_bytes(sheet())
    return {
        "sender": _token(Scope.APPLY_WRITE, Scope.DOCUMENTS_WRITE, Scope.CASES_READ),
        "staff": {who: _token(Scope.STAFF_ACT, officer=office.user(who)) for who in STAFF},
        "answers": answers(),
        "paper": str(paper),
        "secret": settings.PAYMENT_SECRET,
        "kept": str(bank.kept),
        "charges": sorted(bank.charges),
    }


def _token(*scopes: Scope, officer: Any = None) -> str:
    at = clock.now()
    return create_client(
        name=f"Uji {officer.name if officer else 'desa'}", contact="uji", scopes=scopes, user=officer,
        valid_until=timezone.localdate(at) + timedelta(days=30), by=system_actor("tests"), at=at,
    ).token  # fmt: skip


def compare(path: str) -> dict[str, Any]:
    """
    Look for everything that the office had answered for, and for everything that must hold after any start.

    `path` holds what was acknowledged, by kind; in the order of the answers.
    """
    told: dict[str, list[list[str]]] = json.loads(Path(path).read_text())
    sent = {
        one.tracking_code: one.permit_cases.get().case.number
        for one in Application.objects.prefetch_related("permit_cases__case")
    }
    numbered = dict(PermitCase.objects.exclude(number="").values_list("case__number", "number"))
    signed = dict(Permit.objects.values_list("case__number", "number"))
    paid = Counter(Payment.objects.exclude(provider="").values_list("provider_ref", flat=True))
    amounts = dict(Payment.objects.exclude(provider="").values_list("provider_ref", "amount_idr"))
    there = {
        "submission": lambda code, number: sent.get(code) == number,
        "number": lambda case: case in numbered,
        "signature": lambda case, number: signed.get(case) == number == numbered.get(case),
        "payment": lambda ref, amount: paid[ref] == 1 and amounts[ref] == amount,
    }
    lost = {kind: [one for one in told[kind] if not there[kind](*one)] for kind in there}
    for kind, missing in lost.items():
        expect(not missing, f"acknowledged and gone, {kind}: {missing[:5]}")
    twice = [ref for ref, times in paid.items() if times > 1]
    expect(not twice, f"booked twice: {twice[:5]}")
    people = Counter(
        Case.objects.filter(kind="permit", party__name__startswith="Warga Uji").values_list(
            "party_id", flat=True
        )
    )
    twice += [str(one) for one, times in people.items() if times > 1]
    expect(max(people.values(), default=1) == 1, "an application was taken twice")
    look()
    numbers = list(NumberTaken.objects.values_list("number", flat=True))
    receipts = list(Payment.objects.exclude(number="").values_list("number", flat=True))
    return {
        "acknowledged": {kind: len(told[kind]) for kind in there},
        "lost": {kind: len(lost[kind]) for kind in there},
        "shared": len(numbers) - len(set(numbers)) + len(receipts) - len(set(receipts)),
        "twice": len(twice),
        "cases": Case.objects.count(),
    }


def back_up(path: str) -> dict[str, Any]:
    """Do what `satupintu backup` does; return also every table's rows as they are at the backup's moment."""
    frozen, kept = make.frozen, Tables()

    @contextmanager
    def watched() -> Iterator[BaseDatabaseWrapper]:
        with frozen() as view:
            kept.update(every_table(view))
            yield view

    make.frozen = watched
    backup.command(Path(path), encrypt=False, with_keys=False)
    return {"tables": kept}


def tables() -> dict[str, Any]:
    """Return every table's rows, by count and digest."""
    return {"tables": every_table(connection)}


SCENARIOS = {one.__name__: one for one in (plan, compare, back_up, tables)}

if __name__ == "__main__":
    found = SCENARIOS[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(found | {"problems": problems[:20]}))
