"""The shape of a blank form on paper, and of the numbered slips that stand for a receipt while nothing works."""

from dataclasses import dataclass
from enum import StrEnum

from satupintu.documents.rules.pages import Check, Letterhead


class Blank(StrEnum):
    """How a question looks on paper."""

    LINES = "lines"  # ruled lines, `size` of them
    BOXES = "boxes"  # one box a digit; `size` says how many, in groups of `groups`
    CHOICE = "choice"  # squares to tick beside the options
    TABLE = "table"  # a heading per column (the options), `size` empty rows
    PLACE = "place"  # village and district, each on a line


@dataclass(frozen=True, slots=True)
class FormRow:
    """One question. `label` ends with a star where an answer is needed; `note` says when it is asked, or how."""

    label: str
    blank: Blank
    note: str = ""
    size: int = 1
    groups: tuple[int, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormSection:
    title: str
    rows: tuple[FormRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlipPart:
    """A numbered slip: the office keeps one half, the person the other, and it becomes the receipt's code."""

    number: str  # "SLIP-2026-000123"
    code: str  # the tracking code that the application will have
    track: Check


@dataclass(frozen=True, slots=True)
class FormPage:
    """Data of the template "form": a blank form for one service, from its definition."""

    letterhead: Letterhead
    number: str  # the service and its version, at the foot of every page
    title: str
    kinds: tuple[str, ...]
    sections: tuple[FormSection, ...]
    requirements: tuple[tuple[str, str], ...]  # what to bring, when or how
    statements: tuple[tuple[str, str], ...]  # label, words that the signature says
    promise: str
    fee: str
    follow: str  # where anybody follows an application, as people type it
    demo: bool = False


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One question of a survey: its code ("" when it has none), its words, and the answers to tick."""

    code: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """Data of the template "survey": one sheet with one code. `check` leads to the same questions on a screen."""

    letterhead: Letterhead
    number: str
    service: str
    check: Check
    questions: tuple[SurveyRow, ...]
    about: tuple[SurveyRow, ...]
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a sentence; `quoted` is what a screen says, and is drawn as it looks there."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class GuidePart:
    heading: str
    steps: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """Data of the template "guide": steps under headings, for one kind of reader, in one language."""

    letterhead: Letterhead
    number: str
    title: str
    reader: str
    language: str
    office: tuple[tuple[str, str], ...]  # address, hours, numbers
    parts: tuple[GuidePart, ...]
    demo: bool = False


@dataclass(frozen=True, slots=True)
class SlipsPage:
    """Data of the template "slips": a sheet of numbered slips to be cut and torn."""

    letterhead: Letterhead
    number: str  # of the batch: "SLIP-2026-000101 – SLIP-2026-000112"
    slips: tuple[SlipPart, ...]
    demo: bool = False
