"""What every part of the check uses: findings, keys, conditions, and what the law asks of a demand."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from satupintu.catalogue import abolished
from satupintu.catalogue.citations import cites_regulation
from satupintu.catalogue.lines import Path
from satupintu.catalogue.rules import Condition, Definition, Field, FieldType, Kind, Text

Finding = tuple[Path, str, str]

CITATION_SHAPE = "UU 17/2023 Pasal 264, PP 28/2024, Permendagri 3/2018"
CODE = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
_KEY = re.compile(r"^[a-z][a-z0-9_]*$")


def dotted(path: Path) -> str:
    """Return a path as people read it: ("page", 0, "key") as "page[1].key"."""
    shown = ""
    for part in path:
        shown += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)


def unknown(path: Path, value: str, allowed: Iterable[object]) -> Finding:
    return path, _("Nilai “%(value)s” tidak dikenal.") % {"value": value}, listed(allowed)


def fresh_key(path: Path, key: str, taken: set[str]) -> Iterator[Finding]:
    if not _KEY.match(key):
        yield (
            (*path, "key"),
            _("Kunci “%(key)s” salah bentuk.") % {"key": key},
            _("huruf kecil, angka, garis bawah"),
        )
    elif key in taken:
        yield (
            (*path, "key"),
            _("Kunci “%(key)s” dipakai dua kali.") % {"key": key},
            _("kunci yang lain"),
        )
    taken.add(key)


def known_condition(
    path: Path, condition: Condition | None, earlier: Mapping[str, Field]
) -> Iterator[Finding]:
    """A condition looks back only: at a field of an earlier page, and at values it can have."""
    if condition is None:
        return
    if condition.field not in earlier:
        message = _("“%(key)s” bukan kolom di halaman sebelumnya.") % {"key": condition.field}
        yield (*path, "field"), message, listed(earlier) or _("(belum ada kolom sebelumnya)")
        return
    possible = _possible_values(earlier[condition.field])
    if possible is None:
        message = _("Syarat hanya boleh melihat kolom pilihan.")
        yield (*path, "field"), message, "choice, choices, yes_no"
        return
    for value in condition.values:
        if value not in possible:
            yield unknown((*path, "values"), value, possible)


def _possible_values(item: Field) -> list[str] | None:
    if item.type is FieldType.YES_NO:
        return ["yes", "no"]
    if item.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return [choice.value for choice in item.choices]
    return None


def offered_kinds(path: Path, kinds: frozenset[Kind], definition: Definition) -> Iterator[Finding]:
    """Kinds named for one part must be kinds of request that the service offers."""
    if kinds == frozenset(Kind):  # not named: whatever the service offers
        return
    strange = [kind.value for kind in Kind if kind in kinds and kind not in definition.kinds]
    if strange:
        message = _("Layanan ini tidak melayani jenis permohonan %(kinds)s.") % {
            "kinds": ", ".join(strange)
        }
        yield (*path, "kinds"), message, listed(definition.kinds)


def legal_basis(path: Path, basis: str, reason: str) -> Iterator[Finding]:
    """A demand rests on a regulation with its number and year; what the office itself decreed is none."""
    if not basis:
        yield (*path, "legal_basis"), reason, CITATION_SHAPE
    elif not cites_regulation(basis):
        message = _("Dasar hukum tidak menyebut peraturan dengan nomor dan tahunnya.")
        yield (*path, "legal_basis"), message, CITATION_SHAPE


def demands(path: Path, texts: Iterable[Text]) -> Iterator[Finding]:
    """No text in either language may ask for what the law has ended."""
    for text in texts:
        found = abolished.find(text.id) or abolished.find(text.en)
        if found is not None:
            yield (
                path,
                _("Ini tidak boleh diminta lagi. %(why)s") % {"why": found.reason},
                _("hapus permintaan ini"),
            )
            return
