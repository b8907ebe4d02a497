"""Writes of fees, in the transaction of the move that causes them and after it: the case's version guards them."""

from typing import TypeVar

from satupintu.fees.models import Assessment, Payment, Refund

Row = TypeVar("Row", Assessment, Payment, Refund)


class RowMoved(Exception):
    """A row of fees was changed beside its case's log."""


def keep(row: Row) -> None:
    """Write a new row."""
    type(row).objects.bulk_create([row])  # bulk: one INSERT without a look-up first


def change(row: Row, *fields: str, was: str) -> None:
    """Write the named fields of a row that stood in the state `was`. Raises RowMoved when it does not any more."""
    values = {name: getattr(row, name) for name in ("standing", *fields)}
    if type(row).objects.filter(pk=row.pk, standing=was).update(**values) != 1:
        raise RowMoved(f"{type(row).__name__} {row.pk} is not “{was}” any more.")


def end_assessment(row: Assessment) -> None:
    """Write that an assessment is cancelled, before another takes its place."""
    if (
        not Assessment.objects.exclude(standing=row.standing)
        .filter(pk=row.pk)
        .update(standing=row.standing)
    ):
        raise RowMoved(f"Assessment {row.pk} is cancelled already.")
