"""Rows of an import as pages show them: persons masked, what is wrong in words, twins side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from satupintu.catalogue.queries import latest_definitions
from satupintu.imports import queries, rules
from satupintu.imports.queries import Import, ImportRow
from satupintu.imports.rules import PROBLEM_LABELS, ROW_LABELS, RowState
from satupintu.imports.rules.cells import bare, is_organisation
from satupintu.imports.rules.columns import PERSONAL, TARGET_LABELS, Target
from satupintu.imports.rules.rows import Plan
from satupintu.lib.identity import mask_identity
from satupintu.lib.language import current_language
from satupintu.lib.tabular.profile import folded_word
from satupintu.people.rules import masked_name
from satupintu.permits.imported_queries import CaseShown, cases_shown

PREVIEW = 8
TWINS = 25


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a row."""

    label: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file."""

    number: int
    name: str
    service: str
    old_number: str
    permit_number: str
    submitted: str
    decided: str
    status: str
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Twins:
    """Two that are, or look like, one: a row, and what is here already."""

    line: Line
    alike: bool
    other: Line | None = None  # another row of the file
    case: CaseShown | None = None


class Reader:
    """Reads rows of one import for people: its plan and the names of services are looked up once."""

    def __init__(self, batch: Import) -> None:
        self.plan = Plan.of(batch.headings, batch.mapping)
        language = current_language()
        self.titles = {key: one.title_in(language) for key, one in latest_definitions().items()}

    def cell(self, row: ImportRow, target: Target) -> str:
        place = self.plan.column_of(target)
        return bare(row.cells[place]) if place is not None and place < len(row.cells) else ""

    def line(self, row: ImportRow) -> Line:
        company = self.cell(row, Target.COMPANY)
        name = company or self.cell(row, Target.NAME)
        word = self.cell(row, Target.SERVICE)
        code = self.plan.services.get(folded_word(word), "") or self.plan.service
        return Line(
            number=row.number,
            name=masked_name(name, is_organisation=bool(company) or is_organisation(name)),
            service=self.titles.get(code, word),
            old_number=self.cell(row, Target.OLD_NUMBER),
            permit_number=self.cell(row, Target.PERMIT_NUMBER),
            submitted=self.cell(row, Target.SUBMITTED),
            decided=self.cell(row, Target.DECIDED),
            status=self.cell(row, Target.STATUS),
            wrong=tuple(self.wrong(row, one) for one in row.problems),
        )

    def wrong(self, row: ImportRow, problem: Sequence[Any]) -> Wrong:
        on, code, said = problem
        target = Target(on)
        value = self.cell(row, target)
        return Wrong(
            str(TARGET_LABELS[target]),
            mask_identity(value) if target in PERSONAL else value,
            said if code == "number_wrong" and said else str(PROBLEM_LABELS[code]),
        )


def tiles_of(batch: Import, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return how many rows stand where, each with its list."""
    return [
        {
            "label": label,
            "count": counts[state],
            "url": reverse("imports:rows", args=[batch.pk, state.value]),
            "tone": "warn" if state is RowState.BAD else "",
        }
        for state, label in ROW_LABELS.items()
        if counts.get(state)
    ]


def preview_of(batch: Import) -> list[Line]:
    """Return the first rows that will be imported, as the register will have them."""
    if batch.stage not in rules.MAY_REPAIR:
        return []
    reader = Reader(batch)
    return [
        reader.line(row) for row in queries.list_rows(batch, RowState.NEW, size=PREVIEW)[:PREVIEW]
    ]


def twin_lines(batch: Import, rows: Sequence[ImportRow] | None = None) -> list[Twins]:
    """Return rows that are here already or look so, each beside its twin. Two queries more than the rows."""
    if rows is None:
        rows = [
            row
            for state in (RowState.ALIKE, RowState.DUPLICATE)
            for row in queries.list_rows(batch, state, size=PREVIEW)
        ]
    if not rows:
        return []
    reader = Reader(batch)
    others = queries.rows_numbered(batch, [row.twin for row in rows if row.twin is not None])
    cases = cases_shown([row.case_id for row in rows if row.case_id is not None])
    return [
        Twins(
            reader.line(row),
            row.outcome == RowState.ALIKE,
            reader.line(others[row.twin]) if row.twin in others else None,
            cases.get(row.case_id) if row.case_id else None,
        )
        for row in rows
    ]
