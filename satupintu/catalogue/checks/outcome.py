"""What comes out: fee, validity, decision, and the permit's text."""

from collections.abc import Iterator, Sequence
from string import Formatter

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import CODE, Finding, legal_basis, listed, unknown
from satupintu.catalogue.citations import cites_regulation
from satupintu.catalogue.rules import (
    DECISION_RULES,
    FEE_RULES,
    PLACEHOLDERS,
    TEMPLATES,
    Definition,
    FieldType,
    System,
    fields_by_key,
)
from satupintu.people.rules import ANSWERING_ROLES, Role

FEE_KINDS = ("zero", "fixed", "rule", "external")
DECIDERS = ("automatic", Role.HEAD.value, Role.SECTION_HEAD.value)


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
    if fee.kind == "fixed":
        if fee.amount_idr < 1:
            yield ("fee", "amount_idr"), _("Tarif tetap butuh jumlah rupiah."), "50000"
        return
    yield from _fee_rule(definition)


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
