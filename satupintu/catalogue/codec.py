"""
A definition as JSON and back, so that a published row is read without parsing TOML.

The JSON holds every field, also those at their default: a later program version reads the row as it was published.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from threading import Lock
from typing import Any

from satupintu.catalogue.rules import (
    Choice,
    Condition,
    Decision,
    Definition,
    Fee,
    Field,
    FieldType,
    Kind,
    Legal,
    Output,
    Page,
    Promise,
    Requirement,
    Stage,
    StandingCondition,
    Statement,
    System,
    Text,
    Validity,
)

_CACHE_SIZE = 500
_cache: OrderedDict[str, Definition] = OrderedDict()
_cache_lock = Lock()


def to_plain(value: Any) -> Any:
    """Return a value of a definition as plain JSON types; sets come out sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    return value


def to_json(definition: Definition) -> str:
    """Return the definition as canonical JSON: keys sorted, no spaces."""
    return json.dumps(
        to_plain(definition), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def from_json(text: str) -> Definition:
    """Return the definition that `to_json` wrote. Raises ValueError if the text is not one."""
    try:
        return _definition(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("This text is not a stored definition.") from error


def cached(sha256: str) -> Definition | None:
    """Return the definition of a file this process has read; by content, so no office is mixed up."""
    with _cache_lock:
        definition = _cache.get(sha256)
        if definition is not None:
            _cache.move_to_end(sha256)
        return definition


def read_cached(sha256: str, text: str) -> Definition:
    """Return the definition in JSON `text` and remember it under the hash of its file."""
    definition = cached(sha256)
    if definition is None:
        definition = from_json(text)
        with _cache_lock:
            _cache[sha256] = definition
            while len(_cache) > _CACHE_SIZE:
                _cache.popitem(last=False)
    return definition


def _text(plain: Any) -> Text:
    return Text(plain["id"], plain["en"])


def _condition(plain: Any) -> Condition | None:
    return Condition(plain["field"], tuple(plain["values"])) if plain else None


def _kinds(plain: Any) -> frozenset[Kind]:
    return frozenset(Kind(item) for item in plain)


def _field(plain: Any) -> Field:
    return Field(
        **{
            **plain,
            "type": FieldType(plain["type"]),
            "label": _text(plain["label"]),
            "help": _text(plain["help"]),
            "printed": _text(plain["printed"]),
            "choices": tuple(
                Choice(item["value"], _text(item["label"])) for item in plain["choices"]
            ),
            "kinds": _kinds(plain["kinds"]),
            "shown_when": _condition(plain["shown_when"]),
            "fields": tuple(_field(item) for item in plain["fields"]),
        }
    )


def _page(plain: Any) -> Page:
    return Page(
        key=plain["key"],
        title=_text(plain["title"]),
        fields=tuple(_field(item) for item in plain["fields"]),
        intro=_text(plain["intro"]),
        shown_when=_condition(plain["shown_when"]),
        legal_basis=plain["legal_basis"],
    )


def _requirement(plain: Any) -> Requirement:
    return Requirement(
        **{
            **plain,
            "label": _text(plain["label"]),
            "help": _text(plain["help"]),
            "accept": tuple(plain["accept"]),
            "kinds": _kinds(plain["kinds"]),
            "required_when": _condition(plain["required_when"]),
            "statements": tuple(Statement(item) for item in plain["statements"]),
            "statement_text": _text(plain["statement_text"]),
        }
    )


def _stage(plain: Any) -> Stage:
    return Stage(
        **{
            **plain,
            "title": _text(plain["title"]),
            "kinds": _kinds(plain["kinds"]),
            "when": _condition(plain["when"]),
        }
    )


def _standing(plain: Any) -> StandingCondition:
    return StandingCondition(
        **{**plain, "text": _text(plain["text"]), "kinds": _kinds(plain["kinds"])}
    )


def _decision(plain: Any) -> Decision:
    return Decision(
        **{**plain, "rules": tuple(plain["rules"]), "initials": tuple(plain["initials"])}
    )


def _output(plain: Any) -> Output | None:
    if not plain:
        return None
    return Output(
        **{
            **plain,
            "title": _text(plain["title"]),
            "body": _text(plain["body"]),
            "facts": tuple(plain["facts"]),
        }
    )


def _definition(plain: Any) -> Definition:
    return Definition(
        **{
            **plain,
            "system": System(plain["system"]),
            "title": _text(plain["title"]),
            "summary": _text(plain["summary"]),
            "for_whom": _text(plain["for_whom"]),
            "everyday": tuple(plain["everyday"]),
            "legal_basis": tuple(plain["legal_basis"]),
            "standard": {key: _text(item) for key, item in plain["standard"].items()},
            "kinds": tuple(Kind(item) for item in plain["kinds"]),
            "pages": tuple(_page(item) for item in plain["pages"]),
            "requirements": tuple(_requirement(item) for item in plain["requirements"]),
            "stages": tuple(_stage(item) for item in plain["stages"]),
            "promise": Promise(**plain["promise"]),
            "legal": Legal(**plain["legal"]),
            "fee": Fee(**plain["fee"]),
            "validity": Validity(**plain["validity"]),
            "decision": _decision(plain["decision"]),
            "output": _output(plain["output"]),
            "unique_by": tuple(plain["unique_by"]),
            # Rows published before there were any have no such key.
            "conditions": tuple(_standing(item) for item in plain.get("conditions", ())),
        }
    )
