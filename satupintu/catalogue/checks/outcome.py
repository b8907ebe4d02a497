"""What comes out: fee, validity, decision, and the permit's text."""

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import CODE, Finding, legal_basis, listed, unknown
from satupintu.catalogue.citations import cites_regulation
from satupintu.catalogue.rules import (
    DECISION_RULES,
    FEE_RULES,
    PLACEHOLDERS,
    TEMPLATES,
    Definition,
    Fee,
    Field,
    FieldType,
    System,
    fields_by_key,
)
from satupintu.catalogue.tariff import PBG_INDICES, PBG_PARAMETERS
from satupintu.people.rules import ANSWERING_ROLES, Role

FEE_KINDS = ("zero", "fixed", "rule", "external")
LONGEST_DUE_DAYS = 366
LONGEST_CONDITION_DAYS = 3660  # ten years
LOCALITY_MOST = 0.5  # percent, PP 16/2021 Annex III
DECIDERS = ("automatic", Role.HEAD.value, Role.SECTION_HEAD.value)


def check_conditions(definition: Definition) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, one in enumerate(definition.conditions):
        path = ("condition", place)
        if not CODE.match(one.key):
            yield (*path, "key"), _("Kunci hanya huruf kecil, angka, dan garis bawah."), "report"
        elif one.key in seen:
            yield (*path, "key"), _("Kunci ini sudah dipakai."), _("kunci lain")
        seen.add(one.key)
        if not 1 <= one.days <= LONGEST_CONDITION_DAYS:
            yield (*path, "days"), _("Waktunya di luar batas."), f"1 - {LONGEST_CONDITION_DAYS}"
    if definition.conditions and definition.output is None:
        message = _("Syarat izin hanya untuk izin yang terbit di kantor ini.")
        yield ("condition",), message, "[output]"


def check_fee(definition: Definition) -> Iterator[Finding]:
    fee = definition.fee
    if fee.kind not in FEE_KINDS:
        yield unknown(("fee", "kind"), fee.kind, FEE_KINDS)
        return
    if fee.kind == "zero":
        if fee.amount_idr:
            yield ("fee", "amount_idr"), _("Layanan gratis tidak mempunyai tarif."), "0"
        return
    yield from legal_basis(("fee",), fee.basis, _("Tarif butuh dasar hukum (UU 1/2022 dan Perda)."))
    if fee.basis and not cites_regulation(fee.basis):
        return
    if fee.kind == "external":
        if definition.system is System.SATUPINTU:
            message = _("Tarif sistem lain hanya untuk layanan di sistem lain.")
            yield ("fee", "kind"), message, "zero, fixed, rule"
        return
    yield from _payable(fee)
    if fee.kind == "fixed":
        if fee.amount_idr < 1:
            yield ("fee", "amount_idr"), _("Tarif tetap butuh jumlah rupiah."), "50000"
        return
    yield from _fee_rule(definition)


def _payable(fee: Fee) -> Iterator[Finding]:
    """Find what an applicant would have to ask: where to pay, and until when."""
    if not 1 <= fee.due_days <= LONGEST_DUE_DAYS:
        yield ("fee", "due_days"), _("Waktu membayar di luar batas."), f"1 - {LONGEST_DUE_DAYS}"
    if not fee.pay_to:
        message = _("Tulis ke mana retribusi dibayar: bank, nomor rekening, atas nama.")
        yield ("fee", "pay_to"), message, _("Bank Daerah 100-200-300, RKUD Kabupaten Contoh")


def _fee_rule(definition: Definition) -> Iterator[Finding]:
    fee = definition.fee
    if fee.rule not in FEE_RULES:
        yield unknown(("fee", "rule"), fee.rule, FEE_RULES)
        return
    needed = FEE_RULES[fee.rule]
    if set(fee.params) != set(needed):
        yield (
            ("fee", "params"),
            _("Parameter rumus tarif tidak lengkap atau berlebih."),
            listed(needed),
        )
        return
    if fee.rule == "pbg":
        yield from _pbg(definition)
        return
    known = fields_by_key(definition)
    if fee.params["field"] not in known:
        yield unknown(("fee", "params"), str(fee.params["field"]), known)
    amounts = (
        fee.params.get("amounts", {}).values()
        if fee.rule == "by_choice"
        else (fee.params["unit_idr"],)
    )
    if any(not isinstance(amount, int) or amount < 0 for amount in amounts):
        yield ("fee", "params"), _("Tarif ditulis dalam rupiah bulat."), "50000"


def _pbg(definition: Definition) -> Iterator[Finding]:
    """Find what the formula of PP 16/2021 could not compute with: numbers, and an index for every choice."""
    params, known, path = definition.fee.params, fields_by_key(definition), ("fee", "params")
    if str(params["area"]) not in known:
        yield unknown(path, str(params["area"]), known)
    if not isinstance(params["shst_idr"], int) or params["shst_idr"] < 1:
        yield path, _("Tarif ditulis dalam rupiah bulat."), "5500000"
    if not _is_number(params["locality_percent"]) or params["locality_percent"] > LOCALITY_MOST:
        message = _("Indeks lokalitas paling tinggi 0,5 persen (PP 16/2021).")
        yield path, message, "0.5"
    for name in PBG_INDICES:
        yield from _pbg_index(name, params[name], known)


def _pbg_index(name: str, given: Any, known: Mapping[str, Field]) -> Iterator[Finding]:
    path, example = ("fee", "params"), '{ field = "floors", index = { "1" = 1 } }'
    keys = {"field", "index", "weight"} if name in PBG_PARAMETERS else {"field", "index"}
    if (
        not isinstance(given, Mapping)
        or set(given) != keys
        or not isinstance(given["index"], Mapping)
    ):
        yield path, _("Indeks “%(name)s” salah bentuk.") % {"name": name}, example
        return
    asked = known.get(str(given["field"]))
    if asked is None or asked.type is not FieldType.CHOICE:
        message = _("Indeks “%(name)s” bertanya pada pilihan yang tidak ada.") % {"name": name}
        yield path, message, listed(k for k, f in known.items() if f.type is FieldType.CHOICE)
        return
    if {one.value for one in asked.choices} != set(given["index"]):
        message = _("Indeks “%(name)s” tidak menyebut setiap pilihan tepat satu kali.")
        yield path, message % {"name": name}, listed(one.value for one in asked.choices)
    numbers = [*given["index"].values(), given.get("weight", 1)]
    if not all(_is_number(one) for one in numbers):
        yield path, _("Indeks “%(name)s” bukan bilangan.") % {"name": name}, "0.17"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def check_validity(definition: Definition) -> Iterator[Finding]:
    if definition.system is not System.SATUPINTU:
        return
    validity = definition.validity
    ways = (validity.months > 0, validity.days > 0, validity.forever, bool(validity.until_field))
    if sum(ways) != 1:
        message = _("Masa berlaku disebut dengan tepat satu cara.")
        yield ("validity",), message, "months, days, forever, until_field"
    known = [key for key, item in fields_by_key(definition).items() if item.type is FieldType.DATE]
    if validity.until_field and validity.until_field not in known:
        yield unknown(("validity", "until_field"), validity.until_field, known)


def check_decision(definition: Definition) -> Iterator[Finding]:
    decision = definition.decision
    if decision.by not in DECIDERS:
        yield unknown(("decision", "by"), decision.by, DECIDERS)
    roles = sorted(role.value for role in ANSWERING_ROLES)
    for role in decision.initials:
        if role not in roles:
            yield unknown(("decision", "initials"), role, roles)
    yield from _automatic(definition)
    if not 0 <= decision.sample_percent <= 100:  # noqa: PLR2004  percent
        yield ("decision", "sample_percent"), _("Persentase di luar batas."), "0 - 100"


def _automatic(definition: Definition) -> Iterator[Finding]:
    decision = definition.decision
    if decision.by == "automatic":
        if not decision.rules:
            message = _("Keputusan otomatis butuh aturan yang diperiksa.")
            yield ("decision", "rules"), message, listed(DECISION_RULES)
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
            yield unknown(("decision", "rules"), rule, DECISION_RULES)


def check_output(definition: Definition) -> Iterator[Finding]:
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
        yield unknown(("output", "template"), output.template, TEMPLATES)
    if not CODE.match(output.series):
        message = _("Kode seri nomor salah bentuk.")
        yield ("output", "series"), message, _("huruf kecil, angka, tanda hubung: permit")
    known = fields_by_key(definition)
    for key in output.facts:
        if key not in known:
            yield unknown(("output", "facts"), key, known)
    for language in ("id", "en"):
        yield from _placeholders(
            output.body.in_language(language), [*known, *PLACEHOLDERS], language
        )


def _placeholders(body: str, known: Sequence[str], language: str) -> Iterator[Finding]:
    path = ("output", "body", language)
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
            yield path, message, listed(f"{{{key}}}" for key in known)
