"""Which columns a list of cases or tasks reads of the rows it joins: what it shows, and no more."""

from collections.abc import Mapping
from functools import cache

from django.db.models import Model, QuerySet

from satupintu.catalogue.queries import ServiceVersion
from satupintu.people.queries import Party, Unit, User
from satupintu.workflow.models import Case

_SHOWN: Mapping[str, tuple[type[Model], frozenset[str]]] = {
    "party": (Party, frozenset({"id", "name", "is_organisation"})),
    "unit": (Unit, frozenset({"id", "name", "short_name", "code"})),
    "assignee": (User, frozenset({"id", "name"})),
    "service_version": (
        ServiceVersion,
        frozenset(field.name for field in ServiceVersion._meta.concrete_fields) - {"toml", "json"},
    ),
}


@cache
def unread(*paths: str) -> tuple[str, ...]:
    """
    Return the columns that no list shows of what stands at these paths: "case__party", "unit".

    Personal ones would be decrypted for every row, and the service file's texts are long.
    """
    return tuple(
        f"{path}__{field.name}"
        for path in paths
        for model, shown in [_SHOWN[path.rpartition("__")[2]]]
        for field in model._meta.concrete_fields
        if field.name not in shown
    )


def with_version(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Join what every page of a case shows, without the long texts of the service file."""
    return cases.select_related("party", "service_version").defer(*unread("service_version"))
