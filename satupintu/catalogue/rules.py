"""
What a service definition says, as plain frozen values.

The file `<code>.v<N>.toml` is parsed into `Definition` by `parse.py`; every reader (public page, form, checks, tasks,
clock, permit) works from this one value. Texts for people are `Text` with both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    id: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") and self.en else self.id


class System(StrEnum):
    """Where the permit itself is issued. Outside satupintu a case assists, verifies and tracks."""

    SATUPINTU = "satupintu"
    OSS = "oss"
    SIMBG = "simbg"
    SICANTIK = "sicantik"
    OTHER = "other"


class Kind(StrEnum):
    """Kinds of request (jenis permohonan)."""

    NEW = "new"  # baru
    EXTENSION = "extension"  # perpanjangan
    CHANGE = "change"  # perubahan
    REPLACEMENT = "replacement"  # penggantian hilang/rusak
    CLOSING = "closing"  # penutupan


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    REGION = "region"
    NIK = "nik"
    NPWP = "npwp"
    NIB = "nib"
    PHONE = "phone"
    EMAIL = "email"
    KBLI = "kbli"
    COORDINATES = "coordinates"
    GROUP = "group"  # repeating group of fields


@dataclass(frozen=True, slots=True)
class Condition:
    """Shown or required when the answer of an earlier page's field is one of `values`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    type: FieldType
    label: Text
    help: Text = Text("", "")
    required: bool = True
    legal_basis: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: str = ""
    maximum: str = ""
    max_length: int = 200
    pattern: str = ""
    kinds: frozenset[Kind] = frozenset(Kind)
    shown_when: Condition | None = None
    prefill: str = ""  # "party.name", "party.identity", "party.phone", "party.address", ...
    fields: tuple["Field", ...] = ()  # of a repeating group
    max_rows: int = 20
    external_order: int = 0  # position in the other system's form (oss, simbg)


@dataclass(frozen=True, slots=True)
class Page:
    key: str
    title: Text
    fields: tuple[Field, ...]
    intro: Text = Text("", "")
    shown_when: Condition | None = None


class Statement(StrEnum):
    """How a statement (surat pernyataan) may be given."""

    E_DECLARATION = "e_declaration"
    E_METERAI = "e_meterai"
    HANDWRITTEN = "handwritten"  # a photograph of a handwritten sheet with meterai


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document asked of the applicant (persyaratan)."""

    key: str
    label: Text
    legal_basis: str
    help: Text = Text("", "")
    accept: tuple[str, ...] = ("pdf", "jpg", "png")
    max_mb: int = 5
    required: bool = True
    kinds: frozenset[Kind] = frozenset(Kind)
    required_when: Condition | None = None
    document_kind: str = ""  # vault kind; same kind is reused across services: "ktp", "str", "ijazah"
    reusable: bool = False
    valid_months: int = 0  # 0 = does not age
    identity: bool = False  # an identity document: shown with a watermark
    keep_gps: bool = False
    statements: tuple[Statement, ...] = ()  # non-empty: a statement, in one of these forms
    statement_text: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work between "complete" and the decision.

    Stages with the same `group` run in parallel. `days` are working days of this stage.
    """

    key: str
    title: Text
    role: str  # a people.rules.Role value
    unit_kind: str  # the office table maps it to a unit
    days: int = 1
    group: str = ""
    inspection: bool = False
    kinds: frozenset[Kind] = frozenset(Kind)
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """The parts of the promised time, in working days (SK of the head of office)."""

    check_days: int = 1
    issue_days: int = 1

    # technical days are those of the stages: sum over groups of the longest in each group


@dataclass(frozen=True, slots=True)
class Legal:
    """The legal limit in working days, and the sector law that sets it when it is not the general 5 (UU 30/2014 53)."""

    days: int = 5
    basis: str = "UU 30/2014 Pasal 53 sebagaimana diubah UU 6/2023"
    deemed_granted: bool = True


@dataclass(frozen=True, slots=True)
class Fee:
    """Fee: zero, fixed rupiah, or a named rule with parameters."""

    kind: str = "zero"  # zero | fixed | rule
    amount_idr: int = 0
    rule: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """How long the permit is valid: months, days, forever, or until a date the applicant's document gives."""

    months: int = 0
    days: int = 0
    forever: bool = False
    until_field: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides: "automatic" by named rules, or a role; and who puts initials before."""

    by: str = "head"  # "automatic" or a people.rules.Role value
    rules: tuple[str, ...] = ()  # for automatic: names in the registry of the owning domain
    initials: tuple[str, ...] = ("section_head",)  # roles, in order; () = none
    sample_percent: int = 10


@dataclass(frozen=True, slots=True)
class Output:
    """What is issued: the template, the number series, and what it is called."""

    template: str  # typst template's name: "permit", "decree", "card", "letter"
    series: str  # number series code in the office
    title: Text  # printed: "SURAT IZIN PRAKTIK BIDAN"
    body: Text  # paragraph with {field} placeholders
    facts: tuple[str, ...] = ()  # field keys shown in the permit's table
    classification: str = ""  # "449.12"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one service. Immutable once published."""

    schema: int
    code: str
    version: int
    system: System
    title: Text
    summary: Text
    for_whom: Text
    category: str  # "health", "education", "transport", "building", "business", "research", "other"
    everyday: tuple[str, ...]  # words people use: "praktik bidan", "buka klinik"
    legal_basis: tuple[str, ...]
    standard: Mapping[str, Text]  # the 14 components of UU 25/2009 Art 21 by key (STANDARD_KEYS)
    kinds: tuple[Kind, ...]
    pages: tuple[Page, ...]
    requirements: tuple[Requirement, ...]
    stages: tuple[Stage, ...]
    promise: Promise
    legal: Legal
    fee: Fee
    validity: Validity
    decision: Decision
    output: Output | None  # None outside satupintu
    effective_from: str
    based_on: str = ""
    party: str = "any"  # "person" | "organisation" | "any"
    external_url: str = ""
    unique_by: tuple[str, ...] = ()  # answers that, with the party, may have one permit in force only

    def title_in(self, language: str) -> str:
        return self.title.in_language(language)
