"""On a narrow screen each row of a list becomes a card without the heads of the columns: its cells name themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.source import PACKAGE, templates

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_FOLDED = '<table class="table fold'
_TAG = r"(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*"  # what stands in a tag: Jinja, and its ">" too
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(rf"<(t[dh])\b({_TAG})>(.*?)</\1>", re.DOTALL)
_NAME = re.compile(r"data-label=\"(\{\{.*?\}\}|[^\"]*)\"")
_BESIDE = re.compile(r"<span class=\"(?:sub|visually-hidden)\">.*?</span>", re.DOTALL)
_FIGURE = re.compile(r"\|(?:tanggal|waktu|jam|bulan|angka|rupiah)\w*")  # filters that write one

# Lists whose cells have no names, and why. In every other the first cell is the title of its row.
SPEAK_FOR_THEMSELVES = {
    "portal/inbox.html": "drawn as a card: what, who and from where, what is awaited, the time left with its day",
    "web/_inbox_sample.html": "the same list in the style guide",
    "permits/officer/elsewhere.html": "the head of each row names its only value",
}
# What a cell holds that needs no name: its words say what pressing it does.
PRESSED = (
    "<button",
    'class="button',
    "desk/plan/_offered.html",  # a box with its word beside it
    "portal:office_closure_remove",  # a link: remove this day
)
# Tables that do not fold, and why they are readable all the same.
DO_NOT_FOLD = {
    "portal/contact.html": "two short columns: the day and its hours",
    "portal/summary.html": "three columns: who, and two figures",
    "portal/books/print.html": "a sheet of paper",
}


@dataclass(frozen=True)
class Cell:
    where: str
    is_head: bool
    is_first: bool
    name: str  # as the template writes it; "" for none
    content: str

    def lacks_a_name(self) -> bool:
        """A title may go without one, and what is pressed; a date or a figure may not."""
        if self.is_head or self.name:
            return False
        speaks = self.is_first or any(one in self.content for one in PRESSED)
        return not speaks or bool(_FIGURE.search(_BESIDE.sub("", self.content)))


def _tables() -> Iterator[tuple[str, str]]:
    """Yield the template, as pages name it, and the text of each table."""
    for path in templates():
        where = path.relative_to(PACKAGE).as_posix().partition("/jinja2/")[2]
        for table in _TABLE.findall(path.read_text(encoding="utf-8")):
            yield where, table


def _folded() -> Iterator[tuple[str, str, list[Cell]]]:
    """Yield the template, the heads and the cells of each list that folds."""
    for where, table in _tables():
        if table.startswith(_FOLDED):
            heads, _, body = table.rpartition("</thead>")
            yield where, heads, list(_cells(where, body))


def _cells(where: str, body: str) -> Iterator[Cell]:
    for row in _ROW.findall(body):
        for index, (kind, tag, content) in enumerate(_CELL.findall(row)):
            name = _NAME.search(tag)
            yield Cell(where, kind == "th", index == 0, name.group(1) if name else "", content)


def test_each_cell_of_a_folded_list_says_what_it_is():
    found = [
        f"{where}: {cell.content[:80]}"
        for where, _heads, cells in _folded()
        if where not in SPEAK_FOR_THEMSELVES
        for cell in cells
        if cell.lacks_a_name()
    ]
    assert not found, "cells without data-label:\n" + "\n".join(found)


def test_a_cell_is_named_as_its_column_is():
    found = [
        f"{where}: {cell.name}"
        for where, heads, cells in _folded()
        for cell in cells
        if cell.name.startswith(("{{ _(", "{{ pgettext("))
        and cell.name.replace('"', "'") not in heads.replace('"', "'")
    ]
    assert not found, "no head of the table says this:\n" + "\n".join(found)


def test_every_table_folds_or_is_small():
    wide = {where for where, table in _tables() if not table.startswith(_FOLDED)}
    assert wide == set(DO_NOT_FOLD)


def test_every_exception_is_still_needed():
    bare = {where for where, _heads, cells in _folded() for cell in cells if cell.lacks_a_name()}
    assert bare == set(SPEAK_FOR_THEMSELVES)
    contents = [cell.content for _where, _heads, cells in _folded() for cell in cells]
    assert [one for one in PRESSED if not any(one in content for content in contents)] == []
