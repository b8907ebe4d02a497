"""The published schema as its page shows it: plain rows, made from the schema itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from satupintu.exchange.api import published, scopes_of

GROUPS: Mapping[str, Any] = {
    "catalogue": _("Katalog"),
    "applications": _("Permohonan"),
    "cases": pgettext_lazy("menu", "Berkas"),
    "moves": _("Tindakan petugas"),
    "tracking": _("Pelacakan"),
    "verify": _("Keaslian izin"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, or one member of a body or of an answer."""

    name: str
    kind: str
    about: str
    place: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """One operation, for people."""

    method: str
    path: str
    description: str
    scopes: list[str]
    parameters: list[Row]
    status: str
    returns: list[Row]
    refusals: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    title: Any
    operations: list[Described]


def groups() -> list[Group]:
    """Return all operations by subject."""
    found: dict[str, list[Described]] = {key: [] for key in GROUPS}
    for path, operations in published()["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].append(_described(path, method, operation))
    return [Group(GROUPS[key], operations) for key, operations in found.items()]


def _described(path: str, method: str, operation: Mapping[str, Any]) -> Described:
    statuses = list(operation["responses"])
    answered = next(one for one in statuses if one.startswith("2"))
    content = operation["responses"][answered].get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return Described(
        method=method.upper(),
        path=path,
        description=operation.get("description", ""),
        scopes=scopes_of(operation["operationId"]),
        parameters=[*_parameters(operation), *_body(operation)],
        status=answered,
        returns=list(_members(schema)),
        refusals=[one for one in statuses if one >= "400"],
    )


def _parameters(operation: Mapping[str, Any]) -> Iterator[Row]:
    for one in operation["parameters"]:
        about = one.get("description", "")
        yield Row(one["name"], _kind(one["schema"]), about, one["in"], one["required"])


def _body(operation: Mapping[str, Any]) -> Iterator[Row]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        place = "form" if media.startswith("multipart") else "body"
        yield from _members(content["schema"], place=place)


def _members(schema: Mapping[str, Any], place: str = "", before: str = "") -> Iterator[Row]:
    """Yield the members of an object, those of objects within it under their path."""
    whole = _resolved(schema)
    required = set(whole.get("required", ()))
    for name, member in whole.get("properties", {}).items():
        about = member.get("description", "")
        yield Row(f"{before}{name}", _kind(member), about, place, name in required)
        inner = _resolved(member)
        if "properties" in inner and not before:
            yield from _members(inner, place, f"{name}.")


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = published()["components"]["schemas"][name] if name else schema
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """Return what a value is, in a word or two: "string", "string[]", "Question[]", "new | extension"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format", kind)) if kind == "string" else kind
