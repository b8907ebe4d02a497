"""
What a service file must mean before it may be published: law, times, references.

Each function looks at one part and yields (path, message, allowed); `check` turns them into problems with lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from string import Formatter
from urllib.parse import urlparse

from django.utils.translation import gettext as _

from satupintu.catalogue import abolished
from satupintu.catalogue.lines import Lines, Path
from satupintu.catalogue.rules import (
    CATEGORY_LABELS,
    DECISION_RULES,
    FEE_RULES,
    GENERAL_LEGAL_DAYS,
    PERSONAL_FIELD_TYPES,
    PLACEHOLDERS,
    PREFILLS,
    TEMPLATES,
    UNIT_KIND_LABELS,
    Condition,
    Definition,
    Field,
    FieldType,
    Kind,
    Problem,
    Requirement,
    Statement,
    System,
    fields_by_key,
    longest_days,
    stage_groups,
)
from satupintu.people.rules import ANSWERING_ROLES, Role

Finding = tuple[Path, str, str]

SCHEMA = 1
MAX_DOCUMENT_MB = 20
MAX_TEXT_LENGTH = 5000
MAX_GROUP_ROWS = 50
MAX_UNBOUNDED = 2  # + and * in one pattern: with more, the time grows with the cube of the text
PARTIES = ("person", "organisation", "any")
FEE_KINDS = ("zero", "fixed", "rule", "external")
FILE_KINDS = ("pdf", "jpg", "png")
NOT_IN_GROUPS = frozenset({FieldType.GROUP, FieldType.REGION, FieldType.CHOICES, FieldType.KBLI})
DECIDERS = ("automatic", Role.HEAD.value, Role.SECTION_HEAD.value)

_CODE = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
_KEY = re.compile(r"^[a-z][a-z0-9_]*$")
_FILE_NAME = re.compile(r"^(?P<code>[a-z0-9-]+)\.v(?P<version>\d+)\.toml$")
# "UU 17/2023 Pasal 264", "Permendagri 3/2018", "SE Menkes HK.02.01/MENKES/6/2024"
_CITATION = re.compile(
    r"\b(UUD|UU|Perpu|PP|Perpres|Inpres|Permen\w*|Peraturan|Perda|Perbup|Perwal|Pergub|Perka|Kep\w*|SE|SK|POJK)\b.*\d"
)
_CITATION_SHAPE = "UU 17/2023 Pasal 264, PP 28/2024, Permendagri 3/2018"


def dotted(path: Path) -> str:
    """Return a path as people read it: ("page", 0, "key") as "page[1].key"."""
    shown = ""
    for part in path:
        shown += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def check(definition: Definition, filename: str, file: str, lines: Lines) -> list[Problem]:
    """Return what is wrong with a definition whose shape is right; `filename` "" is not compared."""
    parts = (
        _identity(definition, filename),
        _pages(definition),
        _requirements(definition),
        _stages(definition),
        _times(definition),
        _fee(definition),
        _validity(definition),
        _decision(definition),
        _output(definition),
    )
    return [
        Problem(file, lines.of(path), dotted(path), message, allowed)
        for part in parts
        for path, message, allowed in part
    ]


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)


def _unknown(path: Path, value: str, allowed: Iterable[object]) -> Finding:
    return path, _("Nilai “%(value)s” tidak dikenal.") % {"value": value}, _listed(allowed)


# --- Identity ------------------------------------------------------------------------------
def _identity(definition: Definition, filename: str) -> Iterator[Finding]:
    if definition.schema != SCHEMA:
        yield ("schema",), _("Skema ini tidak dikenal program."), str(SCHEMA)
    if not _CODE.match(definition.code):
        yield (
            ("code",),
            _("Kode layanan salah bentuk."),
            _("huruf kecil, angka, tanda hubung: sip-bidan"),
        )
    if definition.version < 1:
        yield ("version",), _("Nomor versi dimulai dari 1."), "1, 2, 3, ..."
    if filename:
        yield from _file_name(definition, filename)
    yield from _labels(definition)


def _labels(definition: Definition) -> Iterator[Finding]:
    if definition.category not in CATEGORY_LABELS:
        yield _unknown(("category",), definition.category, CATEGORY_LABELS)
    if definition.party not in PARTIES:
        yield _unknown(("party",), definition.party, PARTIES)
    if not definition.kinds:
        yield ("kinds",), _("Paling sedikit satu jenis permohonan."), _listed(Kind)
    for index, basis in enumerate(definition.legal_basis):
        if not _CITATION.search(basis):
            yield (
                ("legal_basis", index),
                _("Dasar hukum tidak menyebut peraturan dan nomornya."),
                _CITATION_SHAPE,
            )
    known = fields_by_key(definition)
    for key in definition.unique_by:
        if key not in known:
            yield _unknown(("unique_by",), key, known)
    yield from _other_system(definition)


def _file_name(definition: Definition, filename: str) -> Iterator[Finding]:
    found = _FILE_NAME.match(filename)
    expected = f"{definition.code}.v{definition.version}.toml"
    if found is None:
        yield (), _("Nama berkas tidak menyebut kode dan versi."), expected
        return
    if found["code"] != definition.code:
        message = _("Kode berbeda dari nama berkas (%(name)s).") % {"name": filename}
        yield ("code",), message, found["code"]
    if int(found["version"]) != definition.version:
        message = _("Versi berbeda dari nama berkas (%(name)s).") % {"name": filename}
        yield ("version",), message, str(int(found["version"]))


def _other_system(definition: Definition) -> Iterator[Finding]:
    if definition.system is System.SATUPINTU:
        return
    address = urlparse(definition.external_url)
    if address.scheme != "https" or not address.netloc:
        yield (
            ("external_url",),
            _("Layanan di sistem lain butuh alamat sistem itu."),
            "https://oss.go.id/",
        )
    orders = [item.external_order for page in definition.pages for item in page.fields]
    if any(orders):
        used = [order for order in orders if order]
        if len(used) != len(set(used)):
            yield (
                ("page",),
                _("Dua kolom memakai external_order yang sama."),
                _("angka berbeda tiap kolom"),
            )


# --- Pages and fields ----------------------------------------------------------------------
def _pages(definition: Definition) -> Iterator[Finding]:
    if not definition.pages:
        yield ("page",), _("Layanan ini tidak mempunyai halaman formulir."), "[[page]]"
    earlier: dict[str, Field] = {}
    page_keys: set[str] = set()
    for index, page in enumerate(definition.pages):
        path: Path = ("page", index)
        yield from _key(path, page.key, page_keys)
        yield from _condition((*path, "shown_when"), page.shown_when, earlier)
        if not page.fields:
            yield path, _("Halaman ini tidak mempunyai kolom."), "[[page.field]]"
        taken = set(earlier)
        for number, item in enumerate(page.fields):
            place = (*path, "field", number)
            yield from _key(place, item.key, taken)
            yield from _field(place, item)
            yield from _condition((*place, "shown_when"), item.shown_when, earlier)
        earlier |= {item.key: item for item in page.fields}


def _key(path: Path, key: str, taken: set[str]) -> Iterator[Finding]:
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


def _condition(
    path: Path, condition: Condition | None, earlier: dict[str, Field]
) -> Iterator[Finding]:
    """A condition looks back only: at a field of an earlier page, and at values it can have."""
    if condition is None:
        return
    if condition.field not in earlier:
        message = _("“%(key)s” bukan kolom di halaman sebelumnya.") % {"key": condition.field}
        yield (*path, "field"), message, _listed(earlier) or _("(belum ada kolom sebelumnya)")
        return
    possible = _possible_values(earlier[condition.field])
    if possible is None:
        message = _("Syarat hanya boleh melihat kolom pilihan.")
        yield (*path, "field"), message, "choice, choices, yes_no"
        return
    for value in condition.values:
        if value not in possible:
            yield _unknown((*path, "values"), value, possible)


def _possible_values(item: Field) -> list[str] | None:
    if item.type is FieldType.YES_NO:
        return ["yes", "no"]
    if item.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return [choice.value for choice in item.choices]
    return None


def _field(path: Path, item: Field) -> Iterator[Finding]:
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
        yield _unknown((*path, "prefill"), item.prefill, PREFILLS)
    yield from _limits(path, item)
    yield from _group(path, item)
    if item.type in PERSONAL_FIELD_TYPES or item.prefill:
        yield from _legal_basis(
            path, item.legal_basis, _("Data pribadi hanya boleh diminta dengan dasar hukum.")
        )
    elif item.legal_basis:
        yield from _legal_basis(path, item.legal_basis, "")
    yield from _abolished((*path, "label"), (item.label.id, item.help.id))


def _limits(path: Path, item: Field) -> Iterator[Finding]:
    for name, value in (("minimum", item.minimum), ("maximum", item.maximum)):
        if not value:
            continue
        try:
            if item.type is FieldType.DATE:
                if value != "today":
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
            expected = '"2026-01-31", "today"' if item.type is FieldType.DATE else '"10"'
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


def _group(path: Path, item: Field) -> Iterator[Finding]:
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
        yield from _key(place, column.key, taken)
        if column.type in NOT_IN_GROUPS:
            simple = [kind for kind in FieldType if kind not in NOT_IN_GROUPS]
            yield (
                (*place, "type"),
                _("Jenis ini tidak boleh di dalam kolom berulang."),
                _listed(simple),
            )
        else:
            yield from _field(place, column)
        if column.shown_when is not None:
            yield (
                (*place, "shown_when"),
                _("Kolom di dalam kolom berulang selalu tampil."),
                _("tanpa shown_when"),
            )


def _legal_basis(path: Path, basis: str, reason: str) -> Iterator[Finding]:
    if not basis:
        yield (*path, "legal_basis"), reason or _("Dasar hukum wajib ada."), _CITATION_SHAPE
    elif not _CITATION.search(basis):
        message = _("Dasar hukum tidak menyebut peraturan dan nomornya.")
        yield (*path, "legal_basis"), message, _CITATION_SHAPE


def _abolished(path: Path, texts: Iterable[str]) -> Iterator[Finding]:
    for text in texts:
        found = abolished.find(text)
        if found is not None:
            yield (
                path,
                _("Ini tidak boleh diminta lagi. %(why)s") % {"why": found.reason},
                _("hapus permintaan ini"),
            )
            return


# --- Requirements and stages ---------------------------------------------------------------
def _requirements(definition: Definition) -> Iterator[Finding]:
    known = fields_by_key(definition)
    taken: set[str] = set()
    for index, item in enumerate(definition.requirements):
        path: Path = ("requirement", index)
        yield from _key(path, item.key, taken)
        message = _("Persyaratan tanpa dasar hukum tidak boleh diminta.")
        yield from _legal_basis(path, item.legal_basis, message)
        yield from _abolished(
            (*path, "label"), (item.label.id, item.help.id, item.statement_text.id)
        )
        yield from _condition((*path, "required_when"), item.required_when, known)
        yield from _document(path, item)


def _document(path: Path, item: Requirement) -> Iterator[Finding]:
    for kind in item.accept:
        if kind not in FILE_KINDS:
            yield _unknown((*path, "accept"), kind, FILE_KINDS)
    if not 1 <= item.max_mb <= MAX_DOCUMENT_MB:
        yield (*path, "max_mb"), _("Ukuran berkas di luar batas."), f"1 - {MAX_DOCUMENT_MB}"
    if item.reusable and not item.document_kind:
        message = _("Berkas yang dipakai ulang butuh jenis dokumen.")
        yield (*path, "document_kind"), message, '"ktp", "str", "ijazah"'
    if Statement.E_DECLARATION in item.statements and not item.statement_text.id:
        message = _("Pernyataan elektronik butuh teks yang disetujui pemohon.")
        yield (*path, "statement_text"), message, '{ id = "...", en = "..." }'


def _stages(definition: Definition) -> Iterator[Finding]:
    known = fields_by_key(definition)
    taken: set[str] = set()
    roles = sorted(role.value for role in ANSWERING_ROLES)
    for index, stage in enumerate(definition.stages):
        path: Path = ("stage", index)
        yield from _key(path, stage.key, taken)
        if stage.role not in roles:
            yield _unknown((*path, "role"), stage.role, roles)
        if stage.unit_kind not in UNIT_KIND_LABELS:
            yield _unknown((*path, "unit_kind"), stage.unit_kind, UNIT_KIND_LABELS)
        yield from _condition((*path, "when"), stage.when, known)
    positions = [stage.group or stage.key for stage in definition.stages]
    for group in {stage.group for stage in definition.stages if stage.group}:
        first = positions.index(group)
        count = positions.count(group)
        if positions[first : first + count] != [group] * count:
            message = _("Tahap satu kelompok (%(group)s) harus berurutan.") % {"group": group}
            yield ("stage", first, "group"), message, _("tahap sekelompok berdampingan")


def _times(definition: Definition) -> Iterator[Finding]:
    """The promise may not be longer than the law allows (UU 30/2014 Article 53)."""
    legal = definition.legal
    if legal.days < 1:
        yield ("legal", "days"), _("Batas hukum paling sedikit satu hari kerja."), "1, 2, 3, ..."
        return
    if legal.days > GENERAL_LEGAL_DAYS and not _cites_sector_law(legal.basis):
        message = _("Batas di atas %(days)s hari kerja butuh undang-undang sektor.") % {
            "days": GENERAL_LEGAL_DAYS
        }
        yield ("legal", "basis"), message, "PP 16/2021, Permenhub 15/2019"
    if not definition.kinds:
        return
    total = longest_days(definition)
    if total > legal.days:
        steps = _steps(definition)
        message = _(
            "Jumlah waktu %(total)s hari kerja (%(steps)s) melewati batas hukum %(limit)s hari kerja."
        ) % {"total": total, "steps": steps, "limit": legal.days}
        allowed = _(
            "paling lama %(limit)s hari kerja, atau [legal] dengan undang-undang sektor"
        ) % {"limit": legal.days}
        yield ("promise",), message, allowed


def _steps(definition: Definition) -> str:
    steps = [max(stage.days for stage in step) for step in stage_groups(definition.stages)]
    parts = [definition.promise.check_days, *steps, definition.promise.issue_days]
    return " + ".join(str(part) for part in parts)


def _cites_sector_law(basis: str) -> bool:
    rest = re.sub(r"UU 30/2014|UU 6/2023|UU 11/2020", "", basis)
    return bool(_CITATION.search(rest.replace("sebagaimana diubah", "")))


# --- Fee, validity, decision, output -------------------------------------------------------
def _fee(definition: Definition) -> Iterator[Finding]:
    fee = definition.fee
    if fee.kind not in FEE_KINDS:
        yield _unknown(("fee", "kind"), fee.kind, FEE_KINDS)
        return
    if fee.kind == "zero":
        if fee.amount_idr:
            yield ("fee", "amount_idr"), _("Layanan gratis tidak mempunyai tarif."), "0"
        return
    yield from _legal_basis(
        ("fee",), fee.basis, _("Tarif butuh dasar hukum (UU 1/2022 dan Perda).")
    )
    if fee.basis and not _CITATION.search(fee.basis):
        return
    if fee.kind == "external":
        if definition.system is System.SATUPINTU:
            message = _("Tarif sistem lain hanya untuk layanan di sistem lain.")
            yield ("fee", "kind"), message, "zero, fixed, rule"
        return
    if fee.kind == "fixed":
        if fee.amount_idr < 1:
            yield ("fee", "amount_idr"), _("Tarif tetap butuh jumlah rupiah."), "50000"
        return
    yield from _fee_rule(definition)


def _fee_rule(definition: Definition) -> Iterator[Finding]:
    fee = definition.fee
    if fee.rule not in FEE_RULES:
        yield _unknown(("fee", "rule"), fee.rule, FEE_RULES)
        return
    needed = FEE_RULES[fee.rule]
    if set(fee.params) != set(needed):
        yield (
            ("fee", "params"),
            _("Parameter rumus tarif tidak lengkap atau berlebih."),
            _listed(needed),
        )
        return
    known = fields_by_key(definition)
    if fee.params["field"] not in known:
        yield _unknown(("fee", "params"), str(fee.params["field"]), known)
    amounts = (
        fee.params.get("amounts", {}).values()
        if fee.rule == "by_choice"
        else (fee.params["unit_idr"],)
    )
    if any(not isinstance(amount, int) or amount < 0 for amount in amounts):
        yield ("fee", "params"), _("Tarif ditulis dalam rupiah bulat."), "50000"


def _validity(definition: Definition) -> Iterator[Finding]:
    if definition.system is not System.SATUPINTU:
        return
    validity = definition.validity
    ways = (validity.months > 0, validity.days > 0, validity.forever, bool(validity.until_field))
    if sum(ways) != 1:
        message = _("Masa berlaku disebut dengan tepat satu cara.")
        yield ("validity",), message, "months, days, forever, until_field"
    known = [key for key, item in fields_by_key(definition).items() if item.type is FieldType.DATE]
    if validity.until_field and validity.until_field not in known:
        yield _unknown(("validity", "until_field"), validity.until_field, known)


def _decision(definition: Definition) -> Iterator[Finding]:
    decision = definition.decision
    if decision.by not in DECIDERS:
        yield _unknown(("decision", "by"), decision.by, DECIDERS)
    roles = sorted(role.value for role in ANSWERING_ROLES)
    for role in decision.initials:
        if role not in roles:
            yield _unknown(("decision", "initials"), role, roles)
    yield from _automatic(definition)
    if not 0 <= decision.sample_percent <= 100:  # noqa: PLR2004  percent
        yield ("decision", "sample_percent"), _("Persentase di luar batas."), "0 - 100"


def _automatic(definition: Definition) -> Iterator[Finding]:
    decision = definition.decision
    if decision.by == "automatic":
        if not decision.rules:
            message = _("Keputusan otomatis butuh aturan yang diperiksa.")
            yield ("decision", "rules"), message, _listed(DECISION_RULES)
        if definition.stages:
            yield (
                ("stage",),
                _("Keputusan otomatis tidak mempunyai tahap pemeriksaan."),
                _("tanpa [[stage]]"),
            )
    elif decision.rules:
        yield ("decision", "rules"), _("Aturan hanya untuk keputusan otomatis."), 'by = "automatic"'
    for rule in decision.rules:
        if rule not in DECISION_RULES:
            yield _unknown(("decision", "rules"), rule, DECISION_RULES)


def _output(definition: Definition) -> Iterator[Finding]:
    output = definition.output
    if definition.system is not System.SATUPINTU:
        if output is not None:
            yield (
                ("output",),
                _("Izin ini diterbitkan sistem lain, bukan oleh kantor ini."),
                _("tanpa [output]"),
            )
        return
    if output is None:
        yield (
            ("output",),
            _("Layanan ini butuh naskah yang diterbitkan."),
            "[output] template, series, title, body",
        )
        return
    if output.template not in TEMPLATES:
        yield _unknown(("output", "template"), output.template, TEMPLATES)
    if not _CODE.match(output.series):
        message = _("Kode seri nomor salah bentuk.")
        yield ("output", "series"), message, _("huruf kecil, angka, tanda hubung: permit")
    known = fields_by_key(definition)
    for key in output.facts:
        if key not in known:
            yield _unknown(("output", "facts"), key, known)
    for language in ("id", "en"):
        yield from _placeholders(
            output.body.in_language(language), [*known, *PLACEHOLDERS], language
        )


def _placeholders(body: str, known: Sequence[str], language: str) -> Iterator[Finding]:
    path: Path = ("output", "body", language)
    try:
        # A format or a conversion ({holder!r:>9}) is shown whole, so that it is refused as unknown.
        names = [
            f"{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}"
            for _text, name, spec, conversion in Formatter().parse(body)
            if name is not None
        ]
    except ValueError as error:
        yield path, _("Kurung kurawal tidak berpasangan (%(why)s).") % {"why": error}, "{holder}"
        return
    for name in names:
        if name not in known:
            message = _("Isian {%(name)s} tidak dikenal.") % {"name": name}
            yield path, message, _listed(f"{{{key}}}" for key in known)
