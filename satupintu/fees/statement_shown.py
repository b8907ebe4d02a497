"""The lines of a statement as its page shows them: by what they are, each beside what it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.fees import statement_queries as queries
from satupintu.fees.queries import Payment
from satupintu.fees.rules import PaymentState
from satupintu.fees.rules.matching import GROUND_LABELS, KIND_LABELS, Fit, Ground, Kind, Match
from satupintu.fees.rules.statement import PROBLEM_LABELS, LineState
from satupintu.fees.statement_queries import BankStatement, StatementLine
from satupintu.people.rules import Actor


class Part(StrEnum):
    """What lines are shown together."""

    PROPOSED = "usulan"
    DOUBTFUL = "pilih"
    UNMATCHED = "tanpa"
    DONE = "dibukukan"
    SEEN = "sudah-ada"
    BAD = "rusak"


PART_LABELS = {
    Part.PROPOSED: gettext_lazy("Cocok, menunggu persetujuan"),
    Part.DOUBTFUL: gettext_lazy("Meragukan: pilih pasangannya"),
    Part.UNMATCHED: gettext_lazy("Tanpa pasangan"),
    Part.DONE: gettext_lazy("Sudah dibukukan"),
    Part.SEEN: gettext_lazy("Sudah ada pada rekening koran lain"),
    Part.BAD: gettext_lazy("Tidak terbaca"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a credit may be, as it stands beside it. `name` and `id` are what the button sends; "" without a button."""

    case: str
    kind: Any
    amount_idr: int
    day: date | None
    number: str
    why: str
    name: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the page."""

    id: UUID
    number: int
    day: date | None
    amount_idr: int
    text: str
    choices: Sequence[Choice] = ()
    said: str = ""  # what became of it, or what is wrong with it


@dataclass(slots=True)
class Parts:
    """All lines of a statement, part by part; debits and rows without money only counted."""

    lines: Mapping[Part, list[LineView]] = field(default_factory=lambda: {one: [] for one in Part})
    debits: int = 0
    empty: int = 0


def parts_of(statement: BankStatement, by: Actor) -> Parts:
    """Return a statement as `by` sees it. Twelve queries at most, however many lines."""
    found = Parts()
    counts = queries.counts_of([statement.pk]).get(statement.pk, {})
    found.debits = counts.get(LineState.DEBIT, 0)
    found.empty = counts.get(LineState.EMPTY, 0)
    came_in = queries.lines_in(statement, LineState.CREDIT)
    payments = queries.payments_by_line(one.pk for one in came_in)
    matches = queries.matches([one for one in came_in if one.pk not in payments])
    for line in came_in:
        payment = payments.get(line.pk)
        if payment is not None:
            part, view = _of_payment(line, payment, by)
        else:
            part, view = _of_match(line, matches[line.pk])
        found.lines[part].append(view)
    seen = queries.lines_in(statement, LineState.SEEN)
    first = queries.first_seen(seen) if seen else {}
    found.lines[Part.SEEN].extend(_seen(one, first.get(one.key)) for one in seen)
    found.lines[Part.BAD].extend(
        _view(one, said=str(PROBLEM_LABELS.get(one.problem, "")))
        for one in queries.lines_in(statement, LineState.BAD)
    )
    return found


def _view(line: StatementLine, choices: Sequence[Choice] = (), said: str = "") -> LineView:
    return LineView(line.pk, line.number, line.day, line.amount_idr, line.text, choices, said)


def _of_payment(line: StatementLine, payment: Payment, by: Actor) -> tuple[Part, LineView]:
    """Return a line that is a payment already: confirmed, or waiting for another officer."""
    if payment.standing == PaymentState.CONFIRMED:
        return Part.DONE, _view(line, [_choice_of(payment)], payment.number)
    own = payment.recorded_by_id == by.user_id
    choice = _choice_of(payment, name="" if own else "pembayaran")
    said = _("Anda yang mencatat. Petugas lain menyatakannya sah.") if own else ""
    return Part.PROPOSED, _view(line, [choice], said)


def _choice_of(payment: Payment, name: str = "") -> Choice:
    kind = Kind.BOOKED if payment.standing == PaymentState.CONFIRMED else Kind.TOLD
    return Choice(
        payment.case.number,
        KIND_LABELS[kind],
        payment.amount_idr,
        payment.paid_on,
        payment.number,
        _("dicocokkan petugas"),
        name,
        payment.pk,
    )


def _of_match(line: StatementLine, match: Match) -> tuple[Part, LineView]:
    if not match.fits:
        return Part.UNMATCHED, _view(line)
    if match.sure and match.fits[0].candidate.kind is Kind.BOOKED:
        return Part.DONE, _view(line, [_choice(match.fits[0])])
    if match.sure:
        return Part.PROPOSED, _view(line, [_choice(match.fits[0])])
    return Part.DOUBTFUL, _view(line, [_choice(one) for one in match.fits])


def _choice(fit: Fit) -> Choice:
    one = fit.candidate
    equal = Ground.AMOUNT in fit.grounds
    # A payment is confirmed as it was told; of an assessment, what came is recorded, be it a part.
    name = {Kind.TOLD: "pembayaran" if equal else "", Kind.OWED: "skrd"}.get(one.kind, "")
    return Choice(
        one.case,
        KIND_LABELS[one.kind],
        one.amount_idr,
        one.day if one.kind is not Kind.OWED else None,
        one.number,
        ", ".join(str(GROUND_LABELS[ground]) for ground in Ground if ground in fit.grounds),
        name,
        one.id,
    )


def _seen(line: StatementLine, first: StatementLine | None) -> LineView:
    if first is None:
        return _view(line)
    said = _("%(file)s, baris %(n)s") % {"file": first.statement.name, "n": first.number}
    return _view(line, said=said)
