"""
A service file into a `Definition`, or into a list of what is wrong with it.

Reading never stops at the first mistake: each is a `Problem` with file, line, key, what is wrong and what is allowed.
What the file means (legal basis, times, references) is judged in `checks`.
"""

import re
import tomllib

from django.utils.translation import gettext as _

from satupintu.catalogue import checks
from satupintu.catalogue.lines import Lines
from satupintu.catalogue.reader import EMPTY, Reader
from satupintu.catalogue.rules import (
    ADDED,
    GENERATED,
    STANDARD_KEYS,
    WRITTEN,
    Choice,
    Condition,
    Decision,
    Definition,
    Fee,
    Field,
    FieldType,
    Kind,
    Legal,
    Output,
    Page,
    Problem,
    Promise,
    Requirement,
    Stage,
    StandingCondition,
    Statement,
    System,
    Text,
    Validity,
)

MAX_FILE_CHARACTERS = 400_000
_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
_SOURCES = {"requirements": "[[requirement]]", "legal_basis": "legal_basis"}


class NotADefinition(Exception):
    """The text is not a service file; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def load_definition(text: str, filename: str = "") -> Definition:
    """
    Return what a service file says. `filename` only names it in messages and must fit its code and version.

    Raises NotADefinition with every problem found.
    """
    definition, problems = _read(text, filename)
    if definition is None or problems:
        raise NotADefinition(problems)
    return definition


def check_text(text: str, filename: str = "") -> list[Problem]:
    """Return everything wrong in a service file, by line; [] means it may be published."""
    return _read(text, filename)[1]


def preview_definition(text: str, filename: str = "") -> tuple[Definition | None, list[Problem]]:
    """Return what can be shown of a file being edited, and its problems; None when its shape is broken."""
    return _read(text, filename)


def _read(text: str, filename: str) -> tuple[Definition | None, list[Problem]]:
    name = filename or _("berkas layanan")
    if len(text) > MAX_FILE_CHARACTERS:
        message = _("Berkas ini terlalu besar untuk sebuah layanan.")
        return None, [Problem(name, 0, "", message, _("paling banyak 400.000 huruf"))]
    reader, problems = read_table(text, name)
    if reader is None:
        return None, problems
    definition = _definition(reader)
    problems = reader.problems
    if not problems:
        problems = checks.check(definition, filename, name, reader.lines)
    return definition, sorted(problems, key=lambda problem: (problem.line, problem.key))


def read_table(text: str, name: str) -> tuple[Reader | None, list[Problem]]:
    """Return the whole file as a table to read, or why it is none."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_broken(text, name, error)]
    except RecursionError:
        return None, [Problem(name, 0, "", _("Berkas ini bersarang terlalu dalam."))]
    return Reader(table, (), name, Lines(text), []), []


def _broken(text: str, name: str, error: tomllib.TOMLDecodeError) -> Problem:
    """One sentence about text that is not TOML, at the line where the parser gave up."""
    where = _WHERE.search(str(error))
    line = int(where.group(1)) if where and where.group(1) else text.count("\n") + 1
    detail = _WHERE.sub("", str(error)).strip()
    message = _("Berkas ini tidak dapat dibaca sebagai TOML mulai baris ini (%(detail)s).") % {
        "detail": detail
    }
    allowed = _('tulis `kunci = "nilai"`; periksa tanda kutip dan kurung yang belum ditutup')
    return Problem(name, line, "", message, allowed)


# --- The tables of the file ----------------------------------------------------------------
def _condition(reader: Reader, key: str) -> Condition | None:
    inner = reader.table_of(key)
    if inner is None:
        return None
    found = Condition(inner.string("field", required=True), inner.strings("values", required=True))
    inner.close()
    return found


def _choices(reader: Reader) -> tuple[Choice, ...]:
    found = []
    for inner in reader.tables("choices"):
        found.append(
            Choice(inner.string("value", required=True), inner.text("label", required=True))
        )
        inner.close()
    return tuple(found)


def _field(reader: Reader, *, inside_group: bool = False) -> Field:
    kinds = frozenset(reader.many_of("kinds", Kind, Kind))
    found = Field(
        key=reader.string("key", required=True),
        type=reader.one_of("type", FieldType, FieldType.TEXT),
        label=reader.text("label", required=True),
        help=reader.text("help"),
        printed=reader.text("printed"),
        required=reader.boolean("required", default=True),
        legal_basis=reader.string("legal_basis"),
        choices=_choices(reader),
        minimum=reader.string("minimum"),
        maximum=reader.string("maximum"),
        max_length=reader.integer("max_length", 200),
        pattern=reader.string("pattern"),
        kinds=kinds,
        shown_when=_condition(reader, "shown_when"),
        prefill=reader.string("prefill"),
        fields=() if inside_group else tuple(_columns(reader)),
        max_rows=reader.integer("max_rows", 20),
        external_order=reader.integer("external_order"),
    )
    reader.close()
    return found


def _columns(reader: Reader) -> list[Field]:
    return [_field(inner, inside_group=True) for inner in reader.tables("field")]


def _page(reader: Reader) -> Page:
    found = Page(
        key=reader.string("key", required=True),
        title=reader.text("title", required=True),
        intro=reader.text("intro"),
        legal_basis=reader.string("legal_basis"),
        shown_when=_condition(reader, "shown_when"),
        fields=tuple(_field(inner) for inner in reader.tables("field")),
    )
    reader.close()
    return found


def _requirement(reader: Reader) -> Requirement:
    found = Requirement(
        key=reader.string("key", required=True),
        label=reader.text("label", required=True),
        legal_basis=reader.string("legal_basis"),
        help=reader.text("help"),
        accept=reader.strings("accept", default=("pdf", "jpg", "png")),
        max_mb=reader.integer("max_mb", 5),
        required=reader.boolean("required", default=True),
        kinds=frozenset(reader.many_of("kinds", Kind, Kind)),
        required_when=_condition(reader, "required_when"),
        document_kind=reader.string("document_kind"),
        reusable=reader.boolean("reusable", default=False),
        valid_months=reader.integer("valid_months"),
        identity=reader.boolean("identity", default=False),
        keep_gps=reader.boolean("keep_gps", default=False),
        statements=tuple(reader.many_of("statements", Statement, ())),
        statement_text=reader.text("statement_text"),
    )
    reader.close()
    return found


def _stage(reader: Reader) -> Stage:
    found = Stage(
        key=reader.string("key", required=True),
        title=reader.text("title", required=True),
        role=reader.string("role", required=True),
        unit_kind=reader.string("unit_kind", required=True),
        days=reader.integer("days", 1),
        group=reader.string("group"),
        inspection=reader.boolean("inspection", default=False),
        kinds=frozenset(reader.many_of("kinds", Kind, Kind)),
        when=_condition(reader, "when"),
    )
    reader.close()
    return found


def _standard(reader: Reader) -> dict[str, Text]:
    """What a person says of the 14 components of UU 25/2009 Article 21; the program writes the others itself."""
    inner = reader.table_of("standard")
    if inner is None:
        reader.problem("standard", _("Kunci ini wajib ada."), f"[standard] {', '.join(WRITTEN)}")
        return {}
    for key in GENERATED:
        if inner.take(key) is not None:
            message = _("Bagian ini ditulis program, supaya tidak berbeda dari yang dijalankan.")
            inner.problem(
                key, message, _("hapus; isinya dari %(table)s") % {"table": _SOURCES[key]}
            )
    found = {key: inner.text(key, required=key in WRITTEN) for key in (*WRITTEN, *ADDED)}
    inner.close()
    return {key: found[key] for key in STANDARD_KEYS if key in found and found[key] != EMPTY}


def _promise(reader: Reader) -> Promise:
    inner = reader.table_of("promise")
    if inner is None:
        return Promise()
    found = Promise(inner.integer("check_days", 1), inner.integer("issue_days", 1))
    inner.close()
    return found


def _legal(reader: Reader) -> Legal:
    inner = reader.table_of("legal")
    if inner is None:
        return Legal()
    found = Legal(
        inner.integer("days", Legal().days),
        inner.string("basis", Legal().basis),
        inner.boolean("deemed_granted", default=True),
    )
    inner.close()
    return found


def _fee(reader: Reader) -> Fee:
    inner = reader.table_of("fee")
    if inner is None:
        return Fee()
    params = inner.take("params")
    if params is not None and not isinstance(params, dict):
        inner.problem("params", _("Nilainya salah jenis."), '{ field = "..." }')
        params = None
    found = Fee(
        kind=inner.string("kind", "zero"),
        amount_idr=inner.integer("amount_idr"),
        rule=inner.string("rule"),
        params=params or {},
        basis=inner.string("basis"),
        pay_to=inner.string("pay_to"),
        due_days=inner.integer("due_days", 30),
    )
    inner.close()
    return found


def _validity(reader: Reader) -> Validity:
    inner = reader.table_of("validity")
    if inner is None:
        return Validity()
    found = Validity(
        inner.integer("months"),
        inner.integer("days"),
        inner.boolean("forever", default=False),
        inner.string("until_field"),
    )
    inner.close()
    return found


def _decision(reader: Reader) -> Decision:
    inner = reader.table_of("decision")
    if inner is None:
        return Decision()
    found = Decision(
        by=inner.string("by", "head"),
        rules=inner.strings("rules"),
        initials=inner.strings("initials", default=("section_head",)),
        sample_percent=inner.integer("sample_percent", 10),
    )
    inner.close()
    return found


def _standing_condition(reader: Reader) -> StandingCondition:
    found = StandingCondition(
        key=reader.string("key", required=True),
        text=reader.text("text", required=True),
        days=reader.integer("days", required=True),
        kinds=frozenset(reader.many_of("kinds", Kind, Kind)),
    )
    reader.close()
    return found


def _output(reader: Reader) -> Output | None:
    inner = reader.table_of("output")
    if inner is None:
        return None
    found = Output(
        template=inner.string("template", required=True),
        series=inner.string("series", required=True),
        title=inner.text("title", required=True),
        body=inner.text("body", required=True),
        facts=inner.strings("facts"),
        classification=inner.string("classification"),
    )
    inner.close()
    return found


def _definition(reader: Reader) -> Definition:
    found = Definition(
        schema=reader.integer("schema", required=True),
        code=reader.string("code", required=True),
        version=reader.integer("version", required=True),
        effective_from=reader.day("effective_from"),
        based_on=reader.string("based_on"),
        decree=reader.string("decree"),
        system=reader.one_of("system", System, System.SATUPINTU, required=False),
        title=reader.text("title", required=True),
        summary=reader.text("summary", required=True),
        for_whom=reader.text("for_whom", required=True),
        category=reader.string("category", required=True),
        party=reader.string("party", "any"),
        everyday=reader.strings("everyday", required=True),
        legal_basis=reader.strings("legal_basis", required=True),
        kinds=tuple(reader.many_of("kinds", Kind, (Kind.NEW,))),
        external_url=reader.string("external_url"),
        unique_by=reader.strings("unique_by"),
        standard=_standard(reader),
        pages=tuple(_page(inner) for inner in reader.tables("page")),
        requirements=tuple(_requirement(inner) for inner in reader.tables("requirement")),
        stages=tuple(_stage(inner) for inner in reader.tables("stage")),
        promise=_promise(reader),
        legal=_legal(reader),
        fee=_fee(reader),
        validity=_validity(reader),
        decision=_decision(reader),
        output=_output(reader),
        conditions=tuple(_standing_condition(inner) for inner in reader.tables("condition")),
    )
    reader.close()
    return found
