"""Numbers and rupiah for forms that no service file describes: typed and read as everywhere else."""

from typing import Any

from satupintu.catalogue.form.fields import NumberField
from satupintu.catalogue.rules import Field, FieldType, Text
from satupintu.lib.language import current_language


def money_field(label: Any, *, initial: int | None = None) -> NumberField:
    """Return a field for an amount of rupiah that no service file asks for: whole, at least one."""
    item = Field("amount_idr", FieldType.MONEY, Text("", ""), minimum="1")
    return NumberField(item, current_language(), label=label, initial=initial)


def number_field(label: Any, *, initial: Any = None) -> NumberField:
    """Return a field for a number that is not negative, as people type it."""
    item = Field("number", FieldType.NUMBER, Text("", ""), minimum="0")
    return NumberField(item, current_language(), label=label, initial=initial)
