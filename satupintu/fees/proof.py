"""
What the tables of fees say, compared with the log: for `satupintu audit`.

A move that writes a row of fees puts the row's fingerprint on its line of the log, under a name that holds the row's
id. The last line that names a row says how it must look. Personal data (an account) enters under a key that is not in
the database, as elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from satupintu.fees.models import Assessment, Payment, Refund, StatementLine
from satupintu.fees.statement_queries import is_as_read
from satupintu.lib import crypto
from satupintu.lib.fields import stored
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import canonical, utc_text

MARK = "fee:"
# Of a notification, what never changes; what followed from it moves on, and stands in the case's log.
NOTICE = (
    "id", "provider", "event", "charge_ref", "payment_ref", "status", "amount_idr", "paid_on", "body", "received_at",
)  # fmt: skip
Row = Assessment | Payment | Refund

_COLUMNS: Mapping[type, tuple[str, ...]] = {
    Assessment: (
        "standing", "seq", "amount_idr", "lines", "corrected", "basis", "pay_to", "due_days", "number", "due_on",
        "computed_by_id", "computed_at", "set_by_id", "set_at",
    ),
    Payment: (
        "standing", "amount_idr", "paid_on", "way", "reference", "document_id", "provider", "provider_ref", "number",
        "recorded_by_id", "recorded_at", "decided_by_id", "decided_at",
    ),
    Refund: (
        "standing", "amount_idr", "account", "asked_by_id", "asked_at", "decided_by_id", "decided_at", "paid_on",
        "reference",
    ),
}  # fmt: skip
_NAMES: Mapping[type, str] = {Assessment: "assessment", Payment: "payment", Refund: "refund"}


def _text(row: Row, **instead: Any) -> str:
    values = {
        name: instead.get(name, getattr(row, name, None))
        for name in _COLUMNS[type(row)]
        if name not in instead
    }
    values |= instead
    if isinstance(row, Payment) and row.statement_line is not None:
        # Only then: payments of before have no such word in their fingerprint.
        values["statement_line"] = row.statement_line.key
    return canonical(
        {
            "id": str(row.pk),
            "case": str(row.case_id),
            **{
                name: utc_text(one) if name.endswith("_at") else one for name, one in values.items()
            },
        }
    )


def _name(row: Row) -> str:
    return f"{MARK}{_NAMES[type(row)]}:{row.pk}"


def marks(*rows: Row) -> dict[str, str]:
    """Return the fingerprints of rows as they are after a move, for its line of the log."""
    return {_name(row): crypto.fingerprint(_text(row)) for row in rows}


def marked_texts(*rows: Row) -> dict[str, str]:
    """Return name -> what the fingerprint of each row is of, as the row is now."""
    return {_name(row): _text(row) for row in rows}


def case_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each case whose fees are not what its log says: its first fault. Four queries."""
    rows = _read([case.pk for case in cases])
    for case in cases:
        told = _told(chains[case.pk])
        if fault := next(_faults(told, rows.get(case.pk, [])), ""):
            yield f"{case.number}: {fault}"


def _told(chain: Iterable[Transition]) -> dict[str, tuple[int, str]]:
    """Return name -> (line, fingerprint) of every row of fees that the log names; the last line counts."""
    return {
        name: (row.seq, one)
        for row in chain
        for name, one in row.digests.items()
        if name.startswith(MARK)
    }


_LINES = Prefetch(
    "statement_line",
    StatementLine.objects.defer("cells", "text").annotate(raw=stored("text")),
)


def _read(ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    tables = (
        Assessment.objects.filter(case_id__in=ids),
        Payment.objects.filter(case_id__in=ids).prefetch_related(_LINES),
        Refund.objects.filter(case_id__in=ids).defer("account").annotate(raw=stored("account")),
    )
    for table in tables:
        for row in table:
            found.setdefault(row.case_id, []).append(row)
    return found


def _faults(told: Mapping[str, tuple[int, str]], rows: Iterable[Row]) -> Iterator[str]:
    left = dict(told)
    for row in rows:
        what = _NAMES[type(row)]
        seq, mark = left.pop(_name(row), (0, ""))
        instead: dict[str, Any] = {}
        if isinstance(row, Refund):
            try:
                instead["account"] = crypto.decrypt(row.raw or "")  # type: ignore[attr-defined]  # annotated by _read
            except crypto.CannotDecrypt:
                yield f"the account of the {what} {row.pk} cannot be read."
                continue
        if isinstance(row, Payment) and (fault := _line_fault(row)):
            yield fault
        if not mark:
            yield f"the {what} {row.pk} stands in no row of the log."
        elif not crypto.is_fingerprint_of(_text(row, **instead), mark):
            yield f"the {what} {row.pk} is not as its log says (row {seq})."
    for name, (seq, _mark) in left.items():
        what = name.removeprefix(MARK).partition(":")[0]
        yield f"the {what} of row {seq} is gone."


def _line_fault(row: Payment) -> str:
    """Return what is wrong with the line of a bank statement on which a payment rests; "" for nothing."""
    line = row.statement_line
    if line is None:
        return ""
    try:
        text = crypto.decrypt(line.raw or "")  # type: ignore[attr-defined]  # annotated by _LINES
    except crypto.CannotDecrypt:
        return f"the line of a bank statement of the payment {row.pk} cannot be read."
    if line.amount_idr != row.amount_idr or not is_as_read(line, text):
        return f"the line of a bank statement of the payment {row.pk} is not as it was read."
    return ""
