"""Pages and fields: keys, limits, patterns, repeating groups, and the legal basis of each question."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import (
    Finding,
    demands,
    fresh_key,
    known_condition,
    legal_basis,
    listed,
    offered_kinds,
    unknown,
)
from satupintu.catalogue.lines import Path
from satupintu.catalogue.rules import PREFILLS, Definition, Field, FieldType

MAX_TEXT_LENGTH = 5000
MAX_GROUP_ROWS = 50
MAX_UNBOUNDED = 2  # + and * in one pattern: with more, the time grows with the cube of the text
NOT_IN_GROUPS = frozenset({FieldType.GROUP, FieldType.REGION, FieldType.CHOICES, FieldType.KBLI})


def pages(definition: Definition) -> Iterator[Finding]:
    if not definition.pages:
        yield ("page",), _("Layanan ini tidak mempunyai halaman formulir."), "[[page]]"
    earlier: dict[str, Field] = {}
    page_keys: set[str] = set()
    for index, page in enumerate(definition.pages):
        path: Path = ("page", index)
        yield from fresh_key(path, page.key, page_keys)
        yield from known_condition((*path, "shown_when"), page.shown_when, earlier)
        yield from demands((*path, "title"), [page.title])
        yield from demands((*path, "intro"), [page.intro])
        if page.legal_basis:
            yield from legal_basis(path, page.legal_basis, "")
        if not page.fields:
            yield path, _("Halaman ini tidak mempunyai kolom."), "[[page.field]]"
        taken = set(earlier)
        for number, item in enumerate(page.fields):
            place = (*path, "field", number)
            yield from fresh_key(place, item.key, taken)
            yield from _field(place, item, page.legal_basis)
            yield from offered_kinds(place, item.kinds, definition)
            yield from known_condition((*place, "shown_when"), item.shown_when, earlier)
        earlier |= {item.key: item for item in page.fields}


def _field(path: Path, item: Field, inherited: str) -> Iterator[Finding]:
    choosing = item.type in {FieldType.CHOICE, FieldType.CHOICES}
    if choosing and not item.choices:
        yield (
            (*path, "choices"),
            _("Kolom pilihan butuh daftar pilihan."),
            "choices = [{ value = ..., label = ... }]",
        )
    if not choosing and item.choices:
        yield (
            (*path, "choices"),
            _("Hanya kolom pilihan yang mempunyai daftar pilihan."),
            "choice, choices",
        )
    if len({choice.value for choice in item.choices}) != len(item.choices):
        yield (
            (*path, "choices"),
            _("Dua pilihan mempunyai nilai yang sama."),
            _("nilai yang berbeda"),
        )
    if not 1 <= item.max_length <= MAX_TEXT_LENGTH:
        yield (*path, "max_length"), _("Panjang teks di luar batas."), f"1 - {MAX_TEXT_LENGTH}"
    if item.prefill and item.prefill not in PREFILLS:
        yield unknown((*path, "prefill"), item.prefill, PREFILLS)
    yield from _limits(path, item)
    yield from _group(path, item, item.legal_basis or inherited)
    message = _("Data hanya boleh diminta dengan dasar hukum, pada kolom atau halamannya.")
    if item.legal_basis or not inherited:
        yield from legal_basis(path, item.legal_basis, message)
    yield from demands((*path, "label"), [item.label, item.help, item.printed])
    yield from demands((*path, "choices"), [choice.label for choice in item.choices])


_OTHER_DATE = re.compile(r"^field:[a-z][a-z0-9_]*(\+\d{1,3}m)?$")


def _limits(path: Path, item: Field) -> Iterator[Finding]:
    for name, value in (("minimum", item.minimum), ("maximum", item.maximum)):
        if not value:
            continue
        try:
            if item.type is FieldType.DATE:
                if value != "today" and not _OTHER_DATE.match(value):
                    date.fromisoformat(value)
            elif item.type in {FieldType.NUMBER, FieldType.MONEY}:
                Decimal(value)
            else:
                yield (
                    (*path, name),
                    _("Batas hanya untuk angka, uang, dan tanggal."),
                    "number, money, date",
                )
        except (ValueError, InvalidOperation):
            expected = (
                '"2026-01-31", "today", "field:start_date+12m"'
                if item.type is FieldType.DATE
                else '"10"'
            )
            yield (*path, name), _("Batas ini tidak dapat dibaca."), expected
    yield from _pattern(path, item)


def _pattern(path: Path, item: Field) -> Iterator[Finding]:
    if item.pattern:
        try:
            re.compile(item.pattern)
        except re.error as error:
            yield (
                (*path, "pattern"),
                _("Pola ini salah: %(why)s.") % {"why": error},
                _("ekspresi reguler"),
            )
        else:
            if may_take_forever(item.pattern):
                yield (
                    (*path, "pattern"),
                    _("Pola ini dapat membuat pemeriksaan isian macet."),
                    _("tanpa pengulangan di dalam pengulangan, paling banyak dua + atau *"),
                )


def may_take_forever(pattern: str) -> bool:
    """
    Say whether a pattern may need more steps than anybody waits for on a text that does not fit it.

    Files come from other offices, and what is typed into a field from anybody: a repeated group that itself repeats or
    chooses ("(a+)+", "(a|a)*") takes twice as long with every letter.
    """
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)  # without escapes and classes
    if len(re.findall(r"[*+]|\{\d*,\}", plain)) > MAX_UNBOUNDED:
        return True
    opened: list[int] = []
    for place, sign in enumerate(plain):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            inside = plain[opened.pop() + 1 : place].removeprefix("?:")
            inside = re.sub(r"\{\d+\}", "", inside)  # so many times, neither more nor less
            if plain[place + 1 : place + 2] in ("*", "+", "{") and re.search(r"[*+?{|(]", inside):
                return True
    return False


def _group(path: Path, item: Field, inherited: str) -> Iterator[Finding]:
    if item.type is not FieldType.GROUP:
        if item.fields:
            yield (
                (*path, "field"),
                _("Hanya kolom berulang yang mempunyai kolom di dalamnya."),
                'type = "group"',
            )
        return
    if not item.fields:
        yield path, _("Kolom berulang butuh kolom di dalamnya."), "[[page.field.field]]"
    if not 1 <= item.max_rows <= MAX_GROUP_ROWS:
        yield (*path, "max_rows"), _("Jumlah baris di luar batas."), f"1 - {MAX_GROUP_ROWS}"
    taken: set[str] = set()
    for number, column in enumerate(item.fields):
        place = (*path, "field", number)
        yield from fresh_key(place, column.key, taken)
        if column.type in NOT_IN_GROUPS:
            simple = [kind for kind in FieldType if kind not in NOT_IN_GROUPS]
            yield (
                (*place, "type"),
                _("Jenis ini tidak boleh di dalam kolom berulang."),
                listed(simple),
            )
        else:
            yield from _field(place, column, inherited)
        if column.shown_when is not None:
            yield (
                (*place, "shown_when"),
                _("Kolom di dalam kolom berulang selalu tampil."),
                _("tanpa shown_when"),
            )
