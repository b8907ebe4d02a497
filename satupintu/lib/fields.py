"""Model fields whose stored form is encrypted."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from satupintu.lib import crypto


class _LookupColumn(models.CharField[str, str]):
    """The keyed hash beside an EncryptedTextField, filled from it at every save."""

    def __init__(self, *, of: str = "", purpose: str = "", **options: Any) -> None:
        self.of = of
        self.purpose = purpose
        options.update(max_length=60, blank=True, db_index=True, editable=False, default="")
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for derived in ("max_length", "blank", "db_index", "editable", "default"):
            options.pop(derived, None)
        return name, path, args, {**options, "of": self.of, "purpose": self.purpose}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001, ARG002  Django's
        plain = getattr(model_instance, self.of) or ""
        text = crypto.normalise(plain)
        if self.purpose == "last4":
            # A short value would be revealed; the end of an e-mail address finds nobody.
            text = text[-4:] if len(text) >= 8 and "@" not in text else ""  # noqa: PLR2004  a short one would be known
        value = crypto.lookup_hash(text, self.purpose)
        setattr(model_instance, self.attname, value)
        return value


class EncryptedTextField(models.TextField[str, str]):
    """
    Text that is readable in Python and unreadable in the database.

    With `searchable=True` two hidden columns `<name>_hash` and `<name>_last4` are added; query
    them through `matching()`. When saving with `update_fields`, name those too (`columns()`).
    """

    def __init__(self, *, searchable: bool = False, **options: Any) -> None:
        self.searchable = searchable
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        if self.searchable:
            options["searchable"] = True
        return name, path, args, options

    def contribute_to_class(
        self,
        cls: type[models.Model],
        name: str,
        private_only: bool = False,  # noqa: FBT001, FBT002  Django's signature
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        if self.searchable and not cls.__module__.startswith("__fake__"):
            for suffix, purpose in (("hash", "whole"), ("last4", "last4")):
                column = _LookupColumn(of=name, purpose=purpose)
                column.contribute_to_class(cls, f"{name}_{suffix}")

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return crypto.decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return crypto.encrypt(prepared) if prepared else prepared


class EncryptedJSONField(models.TextField[Any, Any]):
    """Any JSON value, stored as one encrypted text. Never NULL: the default is {}."""

    _pyi_private_set_type: Any  # what the type checker lets in and gives out
    _pyi_private_get_type: Any

    def __init__(self, **options: Any) -> None:
        options.setdefault("default", dict)
        super().__init__(**options)

    def from_db_value(self, value: str | None, *_: object) -> Any:
        return json.loads(crypto.decrypt(value)) if value else {}

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        return crypto.encrypt(
            json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        )


def columns(name: str) -> list[str]:
    """Return the columns to name in `update_fields` for a searchable field."""
    return [name, f"{name}_hash", f"{name}_last4"]


def stored_columns(row: models.Model, name: str) -> dict[str, Any]:
    """Return a searchable field of a row and its lookup columns, as an update() writes them."""
    return {
        column: row._meta.get_field(column).pre_save(row, add=False)  # type: ignore[union-attr]
        for column in columns(name)
    }


def matching(name: str, text: str) -> Q:
    """Return the condition that field `name` holds `text`, whole."""
    return Q(**{f"{name}_hash__in": hashes_of(text)})


def hashes_of(text: str) -> list[str]:
    """Return what stands in the `_hash` column of a searchable field that holds `text`, under any key of the ring."""
    return crypto.lookup_hashes(crypto.normalise(text), "whole")


def matching_number(name: str, digits: str) -> Q:
    """
    Return the condition that field `name` holds a number, whole, or ends with it when given four digits.

    For officers who look for somebody: the last four are shared by many, and never say who it is.
    """
    plain = crypto.normalise(digits)
    if len(plain) == 4:  # noqa: PLR2004  the last four digits
        return Q(**{f"{name}_last4__in": crypto.lookup_hashes(plain, "last4")})
    return matching(name, digits)


def stored(name: str) -> Cast:
    """Return the expression of an encrypted column as it is stored, so that one bad value stops no other row."""
    return Cast(name, models.TextField())
