"""
What a service definition says, as plain frozen values.

The file `<code>.v<N>.toml` is parsed into `Definition` by `parse.py`; every reader (public page, form, checks, tasks,
clock, permit) works from this one value. Texts for people are `Text` with both languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import UNIT_KIND_LABELS


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
    printed: Text = Text("", "")  # on the permit, where the form's label is a question
    required: bool = True
    legal_basis: str = ""
    choices: tuple[Choice, ...] = ()
    # A number; a date, "today", or another date of the same page: "field:start_date", "field:start_date+12m".
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
    legal_basis: str = ""  # of every field that names none of its own


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
    document_kind: str = (
        ""  # vault kind; same kind is reused across services: "ktp", "str", "ijazah"
    )
    reusable: bool = False
    valid_months: int = 0  # 0 = does not age
    identity: bool = False  # an identity document: shown with a watermark
    keep_gps: bool = False
    statements: tuple[Statement, ...] = ()  # non-empty: a statement, in one of these forms
    statement_text: Text = Text("", "")

    @property
    def may_declare(self) -> bool:
        """Whether a tick in the form is enough."""
        return Statement.E_DECLARATION in self.statements

    @property
    def papers(self) -> tuple[Statement, ...]:
        """The forms in which a statement may be given as a file; () for what is no statement."""
        return tuple(one for one in self.statements if one is not Statement.E_DECLARATION)

    @property
    def by_file(self) -> bool:
        """Whether a file can be given: always, unless only the declaration counts."""
        return not self.statements or bool(self.papers)


@dataclass(frozen=True, slots=True)
class Stage:
    """
    A part of the work between "complete" and the decision.

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

    kind: str = "zero"  # zero | fixed | rule | external (set and paid in the other system)
    amount_idr: int = 0
    rule: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    pay_to: str = ""  # where it is paid: bank, account, holder (rekening kas umum daerah)
    due_days: int = 30  # calendar days to pay in, from the assessment notice (SKRD)


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
class StandingCondition:
    """What every permit of the service is bound to after its issue; `days` calendar days after it to fulfil it."""

    key: str
    text: Text
    days: int
    kinds: frozenset[Kind] = frozenset(Kind)


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
    standard: Mapping[str, Text]  # what a person says of the 14 components (see WRITTEN and ADDED)
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
    effective_from: str  # "YYYY-MM-DD"
    based_on: str = ""  # "sip-bidan v1", or another office's file
    decree: str = ""  # the decree that set this standard, as printed on the public page
    party: str = "any"  # "person" | "organisation" | "any"
    external_url: str = ""
    unique_by: tuple[
        str, ...
    ] = ()  # answers that, with the party, may have one permit in force only
    conditions: tuple[StandingCondition, ...] = ()

    def title_in(self, language: str) -> str:
        return self.title.in_language(language)


# --- The standard in the order the law gives ---------------------------------------------
# UU 25/2009 Article 21; PermenPANRB 15/2014 publishes the six of service delivery first.
SERVICE_DELIVERY = ("requirements", "procedure", "time", "fee", "product", "complaints")
MANUFACTURING = (
    "legal_basis",
    "facilities",
    "competence",
    "supervision",
    "staff",
    "guarantee",
    "safety",
    "evaluation",
)
STANDARD_KEYS = SERVICE_DELIVERY + MANUFACTURING

# Who says what: these the program writes alone, to these a file may add a sentence, and these a person writes.
# Of the product a person writes the name, and the program its validity and proof.
GENERATED = ("requirements", "legal_basis")
ADDED = ("procedure", "time", "fee")
WRITTEN = tuple(key for key in STANDARD_KEYS if key not in GENERATED and key not in ADDED)

STANDARD_LABELS = {
    "requirements": _("Persyaratan"),
    "procedure": _("Sistem, mekanisme, dan prosedur"),
    "time": _("Jangka waktu penyelesaian"),
    "fee": _("Biaya atau tarif"),
    "product": _("Produk pelayanan"),
    "complaints": _("Penanganan pengaduan, saran, dan masukan"),
    "legal_basis": _("Dasar hukum"),
    "facilities": _("Sarana, prasarana, dan fasilitas"),
    "competence": _("Kompetensi pelaksana"),
    "supervision": _("Pengawasan internal"),
    "staff": _("Jumlah pelaksana"),
    "guarantee": _("Jaminan pelayanan"),
    "safety": _("Jaminan keamanan dan keselamatan pelayanan"),
    "evaluation": _("Evaluasi kinerja pelaksana"),
}

KIND_LABELS = {
    Kind.NEW: _("Baru"),
    Kind.EXTENSION: _("Perpanjangan"),
    Kind.CHANGE: _("Perubahan data"),
    Kind.REPLACEMENT: _("Penggantian karena hilang atau rusak"),
    Kind.CLOSING: _("Penutupan atau pencabutan"),
}

SYSTEM_LABELS = {
    System.SATUPINTU: _("Satu Pintu (kantor ini)"),
    System.OSS: _("OSS (oss.go.id)"),
    System.SIMBG: _("SIMBG (simbg.pu.go.id)"),
    System.SICANTIK: _("SiCantik"),
    System.OTHER: _("Sistem lain"),
}

# As they stand in the middle of a sentence.
SYSTEM_NAMES = {
    System.SATUPINTU: _("kantor ini"),
    System.OSS: "OSS",
    System.SIMBG: "SIMBG",
    System.SICANTIK: "SiCantik",
    System.OTHER: _("sistem tujuan"),
}

CATEGORY_LABELS = {
    "health": _("Kesehatan"),
    "education": _("Pendidikan"),
    "transport": _("Perhubungan"),
    "building": _("Bangunan dan ruang kota"),
    "business": _("Usaha"),
    "research": _("Penelitian"),
    "other": _("Layanan lain"),
}

STATEMENT_LABELS = {
    Statement.E_DECLARATION: _("pernyataan elektronik di formulir ini"),
    Statement.E_METERAI: _("berkas dengan meterai elektronik"),
    Statement.HANDWRITTEN: _("foto lembar tulisan tangan bermeterai"),
}

# Which agencies a service may ask for a recommendation; the inspectorate answers complaints only.
ASKED_UNIT_LABELS = {
    kind: label for kind, label in UNIT_KIND_LABELS.items() if kind not in {"inspectorate", "other"}
}

TEMPLATES = ("permit", "decree", "card", "letter")

# Words that stand for something of the case in `Output.body`; every field key of the form may be used too.
PLACEHOLDERS = (
    "holder",
    "permit_holder",  # of the permit that the application is about
    "identity",
    "address",
    "number",
    "issued_date",
    "valid_until",
    "office",
    "regency",
    "service",
)

# What an automatic decision may rest on. The domain that decides has one function for each name.
DECISION_RULES = {
    "documents_present": _("Semua berkas yang diminta sudah ada dan masih berlaku."),
    "answers_valid": _("Semua data permohonan terisi dan benar bentuknya."),
    "holder_has_permit": _(
        "Nomor izin yang disebut ada di register dan milik pemohon, atas nama yang sama."
    ),
    "no_objection_recorded": _("Tidak ada pengaduan atau sanksi terbuka atas izin itu."),
}

# Named fee rules: the parameters each needs.
FEE_RULES = {
    "per_unit": ("unit_idr", "field"),
    "by_choice": ("field", "amounts"),
    # Persetujuan Bangunan Gedung: tariff.py
    "pbg": (
        "area",
        "shst_idr",
        "locality_percent",
        "function",
        "complexity",
        "permanence",
        "height",
        "ownership",
        "work",
    ),
}

PREFILLS = (
    "party.name",
    "party.identity",
    "party.phone",
    "party.email",
    "party.address",
    "party.region",
    "party.birth_date",
)

GENERAL_LEGAL_DAYS = (
    5  # UU 30/2014 Article 53 as amended by UU 6/2023, where no sector law says otherwise
)

# Fields that hold personal data: officers see them masked until they ask (UU 27/2022 Article 35).
PERSONAL_FIELD_TYPES = frozenset({FieldType.NIK, FieldType.NPWP, FieldType.PHONE, FieldType.EMAIL})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a service file, where, and what would be right. `line` counts from 1; 0 = whole file."""

    file: str
    line: int
    key: str
    message: str
    allowed: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        allowed = f" {_('Yang diizinkan')}: {self.allowed}." if self.allowed else ""
        return (
            f"{place}: {self.key}: {self.message}{allowed}"
            if self.key
            else f"{place}: {self.message}{allowed}"
        )


# --- Asking a definition -----------------------------------------------------------------
def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Return whether `condition` is met; None is always met. A list answer meets it with any of its values."""
    if condition is None:
        return True
    answer = answers.get(condition.field)
    if isinstance(answer, list | tuple):
        return any(str(one) in condition.values for one in answer)
    return answer is not None and str(answer) in condition.values


def visible_pages(definition: Definition, kind: Kind, answers: Mapping[str, Any]) -> list[Page]:
    """Return the pages to fill in for this kind and these answers; pages without a field to show are left out."""
    return [
        page
        for page in definition.pages
        if holds(page.shown_when, answers) and visible_fields(page, kind, answers)
    ]


def is_empty(answer: Any) -> bool:
    """Return whether an answer says nothing; a number 0 and a plain "no" say something."""
    return answer in ("", None, [], {})


def visible_fields(page: Page, kind: Kind, answers: Mapping[str, Any]) -> list[Field]:
    """Return the fields of `page` to show for this kind and these answers."""
    return [item for item in page.fields if kind in item.kinds and holds(item.shown_when, answers)]


def required_documents(
    definition: Definition, kind: Kind, answers: Mapping[str, Any]
) -> list[Requirement]:
    """
    Return the documents asked for this kind and these answers, in the file's order.

    Documents with `required=False` are in the list: they are offered. Look at `.required`.
    """
    return [
        item
        for item in definition.requirements
        if kind in item.kinds and holds(item.required_when, answers)
    ]


def stages_for(definition: Definition, kind: Kind, answers: Mapping[str, Any]) -> list[Stage]:
    """Return the stages between "complete" and the decision for this kind and these answers, in order."""
    return [
        stage for stage in definition.stages if kind in stage.kinds and holds(stage.when, answers)
    ]


def stage_groups(stages: Iterable[Stage]) -> list[list[Stage]]:
    """Return the stages by steps: those of one `group` stand in one list and run in parallel."""
    steps: dict[str, list[Stage]] = {}
    for stage in stages:
        steps.setdefault(stage.group or f"={stage.key}", []).append(stage)
    return list(steps.values())


def technical_days(stages: Iterable[Stage]) -> int:
    """Return the working days of the technical part: the longest of each step, summed."""
    return sum(max(stage.days for stage in step) for step in stage_groups(stages))


def promised_days(definition: Definition, kind: Kind, answers: Mapping[str, Any] | None) -> int:
    """
    Return the promised working days from submission to permit.

    With `answers` None all conditional stages count: the longest a person may have to wait.
    """
    if definition.decision.by == "automatic":
        return 0
    stages = (
        [stage for stage in definition.stages if kind in stage.kinds]
        if answers is None
        else stages_for(definition, kind, answers)
    )
    return definition.promise.check_days + technical_days(stages) + definition.promise.issue_days


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the promised time. `ends` counts working days from the submission."""

    name: str  # "check", "stage" or "issue"
    ends: int
    stages: tuple[Stage, ...] = ()


def promise_parts(
    definition: Definition, kind: Kind, answers: Mapping[str, Any] | None
) -> list[Part]:
    """
    Return the parts of the promised time in order, each with the working day on which it ends at the latest.

    With `answers` None all conditional stages count. Of an automatic service: what officers need when a rule is not
    met.
    """
    parts = [Part("check", definition.promise.check_days)]
    stages = (
        [stage for stage in definition.stages if kind in stage.kinds]
        if answers is None
        else stages_for(definition, kind, answers)
    )
    for step in stage_groups(stages):
        ends = parts[-1].ends + max(stage.days for stage in step)
        parts.append(Part("stage", ends, tuple(step)))
    return [*parts, Part("issue", parts[-1].ends + definition.promise.issue_days)]


def longest_days(definition: Definition) -> int:
    """Return the largest promised working days over all kinds of request."""
    return max(promised_days(definition, kind, None) for kind in definition.kinds)


def steering_fields(definition: Definition) -> list[Field]:
    """Return the fields whose answers decide what else is shown, asked or done, in the order of the form."""
    fields = [item for page in definition.pages for item in page.fields]
    conditions = [
        *(page.shown_when for page in definition.pages),
        *(item.shown_when for item in fields),
        *(item.required_when for item in definition.requirements),
        *(stage.when for stage in definition.stages),
    ]
    named = {condition.field for condition in conditions if condition is not None}
    return [item for item in fields if item.key in named]


def fields_by_key(definition: Definition) -> dict[str, Field]:
    """Return every field of every page by its key (not the columns of repeating groups)."""
    return {item.key: item for page in definition.pages for item in page.fields}
