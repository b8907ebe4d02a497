"""
What came with an act, read and checked: every service takes its `data` by these.

Data may come from a page, a command or another program. What is missing or of another kind is refused with a sentence
that names it, before anything is written.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.workflow.moves import CannotMove

_LARGEST = 2**31 - 1  # what a column of whole numbers holds


class BadData(CannotMove):
    """Something that the act needs is missing or not of the kind it should be."""


def bad_data(key: str) -> BadData:
    """Return the refusal of what came under `key`, for a service that has a kind of its own to check."""
    return BadData(
        _("Isian “%(key)s” kurang atau tidak sesuai. Muat ulang halaman, lalu isi kembali.")
        % {"key": key}
    )


def given_text(data: Mapping[str, Any], key: str, default: str = "") -> str:
    """Return a text without space around it; `default` for nothing."""
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, str | int | UUID) or "\0" in str(value):
        raise bad_data(key)
    return str(value).strip()


def given_id(data: Mapping[str, Any], key: str) -> UUID | None:
    """Return an id; None for nothing."""
    return _as_id(key, given_text(data, key))


def _as_id(key: str, text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise bad_data(key) from None


def needed_id(data: Mapping[str, Any], key: str) -> UUID:
    found = given_id(data, key)
    if found is None:
        raise bad_data(key)
    return found


def given_number(
    data: Mapping[str, Any],
    key: str,
    *,
    default: int | None = None,
    least: int = 1,
    most: int = _LARGEST,
) -> int:
    """Return a whole number between `least` and `most`; nothing is the `default`, and refused when there is none."""
    text = given_text(data, key)
    if not text and default is not None:
        return default
    return _as_number(key, text, least, most)


def _as_number(key: str, text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise bad_data(key) from None
    if not least <= number <= most:
        raise bad_data(key)
    return number


def given_degrees(data: Mapping[str, Any], key: str) -> float | None:
    """Return a latitude or longitude; None for nothing."""
    value = data.get(key)
    if value is None or value == "":
        return None
    try:
        degrees = float(value)
    except (TypeError, ValueError, OverflowError):
        raise bad_data(key) from None
    if not -180 <= degrees <= 180:  # noqa: PLR2004  degrees; NaN is neither
        raise bad_data(key)
    return degrees


def given_date(data: Mapping[str, Any], key: str) -> date | None:
    """Return a day, given as one or as ISO text; None for nothing."""
    value = data.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        text = given_text(data, key)
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise bad_data(key) from None


def given_moment(data: Mapping[str, Any], key: str) -> datetime | None:
    """Return an aware moment, given as one or as ISO text with its zone; None for nothing."""
    value = data.get(key)
    if not isinstance(value, datetime):
        try:
            text = given_text(data, key)
            value = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise bad_data(key) from None
    if value is not None and timezone.is_naive(value):
        raise bad_data(key)
    return value


def given_list(data: Mapping[str, Any], key: str) -> list[Any]:
    """Return a list; [] for nothing."""
    value = data.get(key)
    if value is None or value == "":
        return []
    if not isinstance(value, list | tuple | set | frozenset):
        raise bad_data(key)
    return list(value)


def given_texts(data: Mapping[str, Any], key: str) -> list[str]:
    return [given_text({key: one}, key) for one in given_list(data, key)]


def given_ids(data: Mapping[str, Any], key: str) -> list[UUID]:
    return [needed_id({key: one}, key) for one in given_list(data, key)]


def given_numbers(data: Mapping[str, Any], key: str) -> list[int]:
    return [given_number({key: one}, key) for one in given_list(data, key)]


def given_table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a table by texts; {} for nothing."""
    value = data.get(key)
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
        raise bad_data(key)
    return dict(value)
