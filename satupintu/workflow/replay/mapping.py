"""The mapping file: which column or XES key of a foreign log holds what."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from satupintu.workflow.rules import CHANNEL_LABELS

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class BadLog(Exception):
    """The log or the mapping cannot be used; the message says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class LogMap:
    """Which key of the log holds what, as the mapping file says. docs/replay.md describes each key."""

    name: str
    case: str
    activity: str
    time: str
    event: str = ""  # what tells the events of a case apart; "": activity, time and resource do
    resource: str = ""
    group: str = ""
    event_keys: tuple[str, ...] = ()  # further event keys to keep on the row
    case_keys: tuple[str, ...] = ()  # case attributes to keep on the row that brings them
    channel: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    department: str = ""
    deadline: str = ""  # by when the case had to be finished
    finished: str = ""  # when it was
    delimiter: str = ","
    time_format: str = ""  # as strptime reads it; "": ISO 8601
    zone: str = ""  # of times without one, and in which days and months are counted

    @property
    def origin(self) -> str:
        """Return what the rows of this log say they come from."""
        return f"replay:{self.name}"


_REQUIRED = ("name", "case", "activity", "time")


def read_mapping(path: Path) -> LogMap:
    """Return the mapping. Raises BadLog naming the file and the key that is wrong or missing."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadLog(f"{path}: cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLog(f"{path}: is not TOML: {error}.") from error
    allowed = set(LogMap.__dataclass_fields__)
    if unknown := sorted(set(table) - allowed):
        raise BadLog(f"{path}: unknown key {unknown[0]!r}. Allowed: {', '.join(sorted(allowed))}.")
    for key in _REQUIRED:
        if table.get(key) in (None, ""):
            raise BadLog(
                f"{path}: the key {key!r} is missing. It names the column or XES key that holds it."
                if key != "name"
                else f"{path}: the key 'name' is missing. It is the name of this log in our own."
            )
    for key, value in table.items():
        check, wanted = _CHECKS.get(key, _TEXT)
        if not check(value):
            raise BadLog(f"{path}: {key!r} is {value!r}, but it must be {wanted}.")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return LogMap(**values)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _is_channels(value: Any) -> bool:
    return isinstance(value, dict) and all(one in CHANNEL_LABELS for one in value.values())


def _is_zone(value: Any) -> bool:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return False
    return True


_Check = tuple[Callable[[Any], bool], str]
_TEXT: _Check = (lambda value: isinstance(value, str), "a text between quotes")
_TEXTS: _Check = (_is_texts, 'a list of texts, such as ["concept:instance"]')
_CHECKS: dict[str, _Check] = {
    "name": (
        lambda value: isinstance(value, str) and _NAME.fullmatch(value) is not None,
        "at most 20 small letters, digits and hyphens",
    ),
    "event_keys": _TEXTS,
    "case_keys": _TEXTS,
    "channels": (
        _is_channels,
        f"a table [channels] whose values are of: {', '.join(CHANNEL_LABELS)}",
    ),
    "delimiter": (
        lambda value: isinstance(value, str) and len(value) == 1,
        'one character, such as ";" or "\\t"',
    ),
    "zone": (_is_zone, "the name of a time zone, such as Asia/Jakarta"),
}
