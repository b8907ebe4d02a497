"""What is asked and done: documents, stages, and the time the law leaves for them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import (
    Finding,
    demands,
    fresh_key,
    known_condition,
    legal_basis,
    offered_kinds,
    unknown,
)
from satupintu.catalogue.citations import cites_sector_law, days_stated
from satupintu.catalogue.lines import Path
from satupintu.catalogue.rules import (
    ASKED_UNIT_LABELS,
    GENERAL_LEGAL_DAYS,
    Definition,
    Requirement,
    fields_by_key,
    longest_days,
    stage_groups,
)
from satupintu.people.rules import ANSWERING_ROLES

MAX_DOCUMENT_MB = 20
FILE_KINDS = ("pdf", "jpg", "png")


def requirements(definition: Definition) -> Iterator[Finding]:
    known = fields_by_key(definition)
    taken: set[str] = set()
    for index, item in enumerate(definition.requirements):
        path: Path = ("requirement", index)
        yield from fresh_key(path, item.key, taken)
        message = _("Persyaratan tanpa dasar hukum tidak boleh diminta.")
        yield from legal_basis(path, item.legal_basis, message)
        yield from demands((*path, "label"), [item.label, item.help, item.statement_text])
        yield from offered_kinds(path, item.kinds, definition)
        yield from known_condition((*path, "required_when"), item.required_when, known)
        yield from _document(path, item)


def _document(path: Path, item: Requirement) -> Iterator[Finding]:
    for kind in item.accept:
        if kind not in FILE_KINDS:
            yield unknown((*path, "accept"), kind, FILE_KINDS)
    if not 1 <= item.max_mb <= MAX_DOCUMENT_MB:
        yield (*path, "max_mb"), _("Ukuran berkas di luar batas."), f"1 - {MAX_DOCUMENT_MB}"
    if item.reusable and not item.document_kind:
        message = _("Berkas yang dipakai ulang butuh jenis dokumen.")
        yield (*path, "document_kind"), message, '"ktp", "str", "ijazah"'
    if item.may_declare and not item.statement_text.id:
        message = _("Pernyataan elektronik butuh teks yang disetujui pemohon.")
        yield (*path, "statement_text"), message, '{ id = "...", en = "..." }'


def stages(definition: Definition) -> Iterator[Finding]:
    known = fields_by_key(definition)
    taken: set[str] = set()
    roles = sorted(role.value for role in ANSWERING_ROLES)
    for index, stage in enumerate(definition.stages):
        path: Path = ("stage", index)
        yield from fresh_key(path, stage.key, taken)
        if stage.role not in roles:
            yield unknown((*path, "role"), stage.role, roles)
        if stage.unit_kind not in ASKED_UNIT_LABELS:
            yield unknown((*path, "unit_kind"), stage.unit_kind, ASKED_UNIT_LABELS)
        yield from known_condition((*path, "when"), stage.when, known)
        yield from demands((*path, "title"), [stage.title])
        yield from offered_kinds(path, stage.kinds, definition)
    positions = [stage.group or stage.key for stage in definition.stages]
    for group in {stage.group for stage in definition.stages if stage.group}:
        first = positions.index(group)
        count = positions.count(group)
        if positions[first : first + count] != [group] * count:
            message = _("Tahap satu kelompok (%(group)s) harus berurutan.") % {"group": group}
            yield ("stage", first, "group"), message, _("tahap sekelompok berdampingan")


def times(definition: Definition) -> Iterator[Finding]:
    """The promise may not be longer than the law allows (UU 30/2014 Article 53)."""
    legal = definition.legal
    if legal.days < 1:
        yield ("legal", "days"), _("Batas hukum paling sedikit satu hari kerja."), "1, 2, 3, ..."
        return
    if legal.days > GENERAL_LEGAL_DAYS and not cites_sector_law(legal.basis):
        message = _("Batas di atas %(days)s hari kerja butuh undang-undang sektor.") % {
            "days": GENERAL_LEGAL_DAYS
        }
        yield ("legal", "basis"), message, "PP 16/2021, Permenhub 15/2019"
    stated = days_stated(legal.basis)
    if stated is not None and stated != legal.days:
        message = _("Dasar ini menyebut %(stated)s hari kerja, bukan %(days)s.") % {
            "stated": stated,
            "days": legal.days,
        }
        yield ("legal", "days"), message, str(stated)
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
