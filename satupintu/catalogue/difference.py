"""What changed between two versions of a service, in words of the office rather than lines of a file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from satupintu.catalogue import codec
from satupintu.catalogue.rules import Definition

_CODE_LINE = re.compile(r'^code\s*=\s*"([a-z0-9-]+)"', re.MULTILINE)
_VERSION_LINE = re.compile(r"^version\s*=\s*(\d+)", re.MULTILINE)
_EFFECTIVE_LINE = re.compile(r"^effective_from\s*=.*$", re.MULTILINE)
_BASED_ON_LINE = re.compile(r'^based_on\s*=\s*".*"\s*\n', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `section` and `what` say where, `before` None = added, `after` None = removed."""

    section: str
    what: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        before = "-" if self.before is None else self.before
        after = "-" if self.after is None else self.after
        return f"{self.section}: {self.what}: {before} -> {after}"


def _sections() -> dict[str, str]:
    return {
        "standard": _("Standar pelayanan"),
        "pages": _("Formulir"),
        "requirements": _("Persyaratan"),
        "stages": _("Tahap"),
        "promise": _("Janji layanan"),
        "legal": _("Batas hukum"),
        "fee": _("Biaya"),
        "validity": _("Masa berlaku"),
        "decision": _("Keputusan"),
        "output": _("Naskah izin"),
    }


def changes(old: Definition | None, new: Definition) -> list[Change]:
    """Return the differences by section, in the order of the file; [] when both say the same."""
    old_plain = codec.to_plain(old) if old is not None else {}
    new_plain = codec.to_plain(new)
    before, after = _flat(old_plain), _flat(new_plain)
    for path, order_before, order_now in _moved(old_plain, new_plain):
        before[(*path, _("urutan"))] = order_before
        after[(*path, _("urutan"))] = order_now
    names = _sections()
    found = []
    for path in [*after, *(path for path in before if path not in after)]:
        was, now = before.get(path), after.get(path)
        if was == now or (old is None and now in {"", "-"}):
            continue
        section = names.get(path[0], _("Identitas"))
        what = " › ".join(path[1:] if path[0] in names else path)
        found.append(Change(section, what or path[0], was, now))
    order = [_("Identitas"), *names.values()]
    return sorted(found, key=lambda change: order.index(change.section))


def _lists(plain: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], list[str]]:
    """Return the lists of named items by path, each as the names in their order."""
    if isinstance(plain, Mapping):
        return _joined(_lists(item, (*path, str(key))) for key, item in plain.items())
    if not isinstance(plain, list) or not all(isinstance(item, Mapping) for item in plain):
        return {}
    found = {path: [_name(item) for item in plain]}
    return found | _joined(_lists(item, (*path, _name(item))) for item in plain)


def _joined(
    parts: Iterable[dict[tuple[str, ...], list[str]]],
) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for part in parts:
        found |= part
    return found


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("key") or item.get("value"))


def _moved(old: Any, new: Any) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (path, order before, order now) of each list whose remaining items stand in another order."""
    before = _lists(old)
    for path, names in _lists(new).items():
        kept = set(names) & set(before.get(path, ()))
        was = [name for name in before.get(path, ()) if name in kept]
        now = [name for name in names if name in kept]
        if was != now:
            yield path, ", ".join(was), ", ".join(now)


def _flat(plain: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Return the leaves by path; items of lists go by their key, so that a moved field is not a changed one."""
    if isinstance(plain, Mapping):
        leaves: dict[tuple[str, ...], str] = {}
        for key, item in plain.items():
            leaves |= _flat(item, (*path, str(key)))
        return leaves
    if isinstance(plain, list) and plain and all(isinstance(item, Mapping) for item in plain):
        leaves = {}
        for item in plain:
            leaves |= _flat(
                {name: value for name, value in item.items() if name not in {"key", "value"}},
                (*path, _name(item)),
            )
        return leaves
    if isinstance(plain, list):
        return {path: ", ".join(str(item) for item in plain) or "-"}
    if isinstance(plain, bool):
        return {path: _("ya") if plain else _("tidak")}
    return {path: "-" if plain is None else str(plain)}


def as_next_version(
    text: str, filename: str, latest: Mapping[str, int], today: date
) -> tuple[str, str]:
    """
    Return (file name, text) of a foreign file made this office's next version; `latest` is by service code.

    Only the version, based_on and effective_from lines change; it takes effect today, until the office writes
    another day. A file without readable code or version comes back as it is.
    """
    code, version = _CODE_LINE.search(text), _VERSION_LINE.search(text)
    if code is None or version is None:
        return filename, text
    number = latest.get(code[1], 0) + 1
    if int(version[1]) == number and latest.get(code[1], 0) == 0:
        return f"{code[1]}.v{number}.toml", text
    source = f"{code[1]} v{version[1]} ({filename})".replace('"', "'").replace("\\", "/")
    adapted = _BASED_ON_LINE.sub("", text)
    adapted = _EFFECTIVE_LINE.sub(f"effective_from = {today.isoformat()}", adapted, count=1)
    adapted = _VERSION_LINE.sub(f'version = {number}\nbased_on = "{source}"', adapted, count=1)
    return f"{code[1]}.v{number}.toml", adapted
