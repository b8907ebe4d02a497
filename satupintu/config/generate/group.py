"""Every row that belongs to one person: found by following the tables' own references, whatever domains there are."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from satupintu.config.backup.rows import list_fields, list_tables
from satupintu.office.queries import NumberTaken
from satupintu.people.queries import Party, User
from satupintu.workflow.queries import Case, Task

Model = type[models.Model]
Owned = dict[Model, dict[Any, tuple[int, models.Model]]]  # with whose the row is, a user's id
Group = dict[Model, dict[Any, models.Model]]  # by primary key, in order of it

# Ids that stand in a plain column: (table, column) -> whose they are.
LOOSE: dict[tuple[str, str], Model] = {
    (NumberTaken._meta.db_table, "case_id"): Case,
    ("workflow_taskdate", "task_id"): Task,
    ("permits_permitcase", "number_taken_id"): NumberTaken,
}


def groups_of(users: Iterable[User]) -> dict[int, Group]:
    """
    Return user id -> that person's own rows and all that refer to them, directly or over others.

    A few queries a table, however many people: whose a row is follows from whose the row is that it refers to.
    """
    found: Owned = {}
    fresh: Owned = {}
    for user in users:
        assert user.party is not None, "only applicants are told about"
        fresh.setdefault(User, {})[user.pk] = (user.pk, user)
        fresh.setdefault(Party, {})[user.party.pk] = (user.pk, user.party)
    tables = [model for model in list_tables(apps).values() if references(model)]
    while fresh:
        for model, rows in fresh.items():
            found.setdefault(model, {}).update(rows)
        fresh = _referring(tables, fresh, found)
    groups: dict[int, Group] = {}
    for model in _in_order(set(found)):
        for key, (owner, row) in found[model].items():
            groups.setdefault(owner, {}).setdefault(model, {})[key] = row
    return groups


def _referring(tables: list[Model], fresh: Owned, found: Owned) -> Owned:
    """Return the rows that refer to a fresh one and are not found yet, with whose they are."""
    now: Owned = {}
    for model in tables:
        for name, target in references(model):
            if target not in fresh:
                continue
            wanted = {f"{name}__in": list(fresh[target])}
            for row in model._base_manager.filter(**wanted):  # noqa: SLF001  a documented part of Django
                if row.pk not in found.get(model, {}):
                    owner, _referred = fresh[target][getattr(row, name)]
                    now.setdefault(model, {})[row.pk] = (owner, row)
    return now


@cache
def references(model: Model) -> list[tuple[str, Model]]:
    """Return (column, whose ids stand in it) of a table."""
    table = model._meta.db_table
    found: list[tuple[str, Model]] = []
    for field in list_fields(model):
        if isinstance(field, models.ForeignKey):
            found.append((field.attname, field.related_model))
        elif loose := LOOSE.get((table, str(field.column))):
            found.append((field.attname, loose))
    return found


def _in_order(present: set[Model]) -> list[Model]:
    """Return the tables so that each comes after those it refers to."""
    ordered: list[Model] = []

    def add(model: Model) -> None:
        if model in ordered or model not in present:
            return
        for _name, target in references(model):
            if target is not model and (model._meta.db_table, _name) not in LOOSE:
                add(target)
        ordered.append(model)

    for model in sorted(present, key=lambda one: one._meta.db_table):
        add(model)
    return ordered
