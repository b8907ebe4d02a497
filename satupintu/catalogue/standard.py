"""
The published standard: the 14 components of UU 25/2009 Article 21, each in one paragraph.

What the definition knows (requirements, procedure, times, fee, validity, law) is written from it, so that the standard
cannot differ from what the program does; the rest are the office's own words. Texts are in the current language.
"""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from satupintu.catalogue.phrases import (
    days_words,
    fee_words,
    kinds_words,
    validity_words,
    when_words,
)
from satupintu.catalogue.rules import (
    DECISION_RULES,
    STANDARD_KEYS,
    STANDARD_LABELS,
    SYSTEM_LABELS,
    Definition,
    Kind,
    Stage,
    System,
    fields_by_key,
    promised_days,
    stage_groups,
    technical_days,
)
from satupintu.catalogue.tariff import PBG_INDICES, written
from satupintu.lib import words
from satupintu.people.rules import ROLE_LABELS, Role


def published(definition: Definition, language: str) -> list[tuple[str, str]]:
    """Return (title, paragraph) of every component, in the order the law gives."""
    return [
        (str(STANDARD_LABELS[key]), component(definition, key, language)) for key in STANDARD_KEYS
    ]


def component(definition: Definition, key: str, language: str) -> str:
    """Return one component by its key: written from the definition, and what a person added to it."""
    written = _WRITERS[key](definition, language) if key in _WRITERS else ""
    said = definition.standard[key].in_language(language) if key in definition.standard else ""
    if key == "product":
        return written
    return f"{written} {said}".strip()


def _numbered(items: list[str], *, mark: str) -> str:
    return mark.join(f"{number}) {item}" for number, item in enumerate(items, start=1))


def _lower_first(text: str) -> str:
    """Return a title as it stands inside a sentence; names and words in capitals (SPPL, PBG) stay."""
    first, _space, rest = text.partition(" ")
    return text if first[1:2].isupper() or rest[:1].isupper() else text[:1].lower() + text[1:]


# --- Requirements and procedure ------------------------------------------------------------
def _requirements(definition: Definition, language: str) -> str:
    if not definition.requirements:
        return _("Tidak ada berkas yang perlu dilampirkan.")
    items = []
    for item in definition.requirements:
        text = _lower_first(item.label.in_language(language))
        for_whom = when_words(definition, item.kinds, item.required_when, language)
        remarks = [] if item.required else [_("boleh menyusul")]
        remarks += [for_whom] if for_whom else []
        items.append(f"{text} ({'; '.join(remarks)})" if remarks else text)
    return _numbered(items, mark="; ") + "."


def _procedure(definition: Definition, language: str) -> str:
    system = str(SYSTEM_LABELS[definition.system])
    if definition.system is not System.SATUPINTU:
        steps = [
            _("Pemohon mengisi data dan berkas di Satu Pintu, dari rumah atau dibantu di loket."),
            _("Petugas memeriksa kelengkapan dan mendampingi pengisian di %(system)s.")
            % {"system": system},
            *_stage_sentences(definition, language),
            _("Izin terbit di %(system)s; hasilnya dicatat di sini supaya dapat dilacak.")
            % {"system": system},
        ]
    elif definition.decision.by == "automatic":
        checked = " ".join(str(DECISION_RULES[rule]) for rule in definition.decision.rules)
        steps = [
            _filling_in(definition),
            _("Program memeriksa aturan ini: %(rules)s") % {"rules": checked},
            _(
                "Bila semuanya terpenuhi, dokumen terbit saat itu juga dengan segel elektronik kantor;"
                " bila tidak, petugas memeriksa."
            ),
            _("Sebagian hasil (%(percent)s%%) diperiksa ulang oleh petugas.")
            % {"percent": definition.decision.sample_percent},
        ]
    else:
        steps = [
            _filling_in(definition),
            _("Verifikator memeriksa kelengkapan; kekurangan diberitahukan sekaligus."),
            *_stage_sentences(definition, language),
            _deciding(definition),
            _("Hasil dikirim ke pemohon dan dapat diambil di loket."),
        ]
    return _numbered(steps, mark=" ")


def _filling_in(definition: Definition) -> str:
    if definition.requirements:
        return _(
            "Pemohon mengisi formulir dan mengunggah berkas dari rumah, atau dibantu di loket."
        )
    return _("Pemohon mengisi formulir dari rumah, atau dibantu di loket.")


def _stage_sentences(definition: Definition, language: str) -> list[str]:
    return [
        _("Tahap teknis: %(stages)s.") % {"stages": _stage_words(definition, step, language)}
        for step in stage_groups(definition.stages)
    ]


def _stage_words(definition: Definition, step: list[Stage], language: str) -> str:
    joint = _(" atau ") if all(stage.when for stage in step) else _(" dan ")
    titles = joint.join(_lower_first(stage.title.in_language(language)) for stage in step)
    kinds = frozenset(kind for stage in step for kind in stage.kinds)
    for_whom = when_words(definition, kinds, None, language)
    return f"{titles} ({for_whom})" if for_whom else titles


def _deciding(definition: Definition) -> str:
    decider = str(ROLE_LABELS[Role(definition.decision.by)])
    initials = [str(ROLE_LABELS[Role(role)]) for role in definition.decision.initials]
    if not initials:
        return _("%(decider)s memutuskan dan menandatangani secara elektronik.") % {
            "decider": decider
        }
    return _(
        "%(initials)s memberi paraf; %(decider)s memutuskan dan menandatangani secara elektronik."
    ) % {
        "initials": ", ".join(initials),
        "decider": _lower_first(decider),
    }


# --- Time, fee, product --------------------------------------------------------------------
def _time(definition: Definition, _language: str) -> str:
    promise = definition.promise
    if definition.decision.by == "automatic":
        by_hand = days_words(promise.check_days + promise.issue_days)
        sentences = [
            _(
                "Seketika setelah semua syarat terpenuhi, pada jam berapa pun; bila perlu diperiksa"
                " petugas, selambat-lambatnya %(days)s sejak permohonan diajukan."
            )
            % {"days": by_hand}
        ]
    else:
        sentences = _times_by_kind(definition)
    sentences.append(_("Waktu berhenti selama pemohon melengkapi berkas."))
    if definition.system is not System.SATUPINTU:
        sentences.append(
            _("Ini waktu kantor ini; waktu di %(system)s mengikuti sistem itu.")
            % {"system": SYSTEM_LABELS[definition.system]}
        )
    sentences.append(
        _("Batas hukum: %(days)s sejak permohonan lengkap, menurut %(basis)s.")
        % {"days": days_words(definition.legal.days), "basis": definition.legal.basis}
    )
    sentences.append(_("Tanggal pastinya tertulis di tanda terima."))
    return " ".join(sentences)


def _times_by_kind(definition: Definition) -> list[str]:
    """One sentence for each different promise; kinds with the same one share it."""
    groups: dict[tuple[int, int], list[Kind]] = {}
    for kind in definition.kinds:
        technical = technical_days(stage for stage in definition.stages if kind in stage.kinds)
        groups.setdefault((promised_days(definition, kind, None), technical), []).append(kind)
    sentences = []
    for (days, technical), kinds in sorted(groups.items(), key=lambda item: -item[0][0]):
        values = {
            "days": days_words(days),
            "parts": _parts(definition, technical),
            "kinds": kinds_words(kinds),
        }
        if len(groups) == 1:
            text = _("Selambat-lambatnya %(days)s sejak permohonan diajukan: %(parts)s.")
        else:
            text = _(
                "Untuk permohonan %(kinds)s selambat-lambatnya %(days)s sejak permohonan diajukan: %(parts)s."
            )
        sentences.append(text % values)
    return sentences


def _parts(definition: Definition, technical: int) -> str:
    promise = definition.promise
    issuing = (
        _("keputusan dan penerbitan %(n)s")
        if definition.system is System.SATUPINTU
        else _("penyelesaian %(n)s")
    )
    named = (
        (_("pemeriksaan kelengkapan %(n)s"), promise.check_days),
        (_("tahap teknis %(n)s"), technical),
        (issuing, promise.issue_days),
    )
    return ", ".join(text % {"n": days} for text, days in named if days)


def _fee(definition: Definition, language: str) -> str:
    fee = definition.fee
    basis = _("Dasar: %(basis)s.") % {"basis": fee.basis} if fee.basis else ""
    if fee.kind == "zero":
        free = _(
            "Gratis (Rp0). Petugas yang meminta uang melanggar aturan; laporkan lewat kanal pengaduan."
        )
        return f"{free} {basis}".strip()
    if fee.kind == "external":
        text = _("Retribusi dihitung di %(system)s; pendampingan di kantor ini gratis.")
        return f"{text % {'system': SYSTEM_LABELS[definition.system]}} {basis}"
    if fee.kind == "fixed":
        return f"{fee_words(definition, language)}. {basis}"
    return f"{_rule_words(definition, language)} {basis}"


def _rule_words(definition: Definition, language: str) -> str:
    """The tariff of a named rule, whole: what anybody needs to compute it."""
    fee = definition.fee
    if fee.rule == "pbg":
        return _pbg_words(definition, language)
    asked = fields_by_key(definition)[str(fee.params["field"])]
    label = asked.label.in_language(language).rstrip("?")
    if fee.rule == "per_unit":
        amount = words.rupiah(int(fee.params["unit_idr"]), language)
        return _("%(amount)s untuk tiap satuan “%(label)s”.") % {"amount": amount, "label": label}
    names = {choice.value: choice.label.in_language(language) for choice in asked.choices}
    amounts = ", ".join(
        f"{names.get(value, value)} {words.rupiah(int(amount), language)}"
        for value, amount in fee.params["amounts"].items()
    )
    return _("Menurut “%(label)s”: %(amounts)s.") % {"label": label, "amounts": amounts}


def _pbg_words(definition: Definition, language: str) -> str:
    """The formula of PP 16/2021 with this office's prices and every index."""
    params, known = definition.fee.params, fields_by_key(definition)
    price = _("LLt × (Ilo × SHST) × It × Ibg; Ilo %(percent)s%%, SHST %(shst)s.") % {
        "percent": written(Decimal(str(params["locality_percent"]))),
        "shst": words.rupiah(int(params["shst_idr"]), language),
    }
    indices = []
    for name in PBG_INDICES:
        asked = known[str(params[name]["field"])]
        chosen = ", ".join(
            f"{one.label.in_language(language)} {written(Decimal(str(params[name]['index'][one.value])))}"
            for one in asked.choices
        )
        weight = params[name].get("weight")
        share = f" (× {written(Decimal(str(weight)))})" if weight is not None else ""
        indices.append(f"{asked.label.in_language(language).rstrip('?')}{share}: {chosen}.")
    return " ".join([price, *indices])


def _product(definition: Definition, language: str) -> str:
    return (
        f"{_named_product(definition, language)} {conditions_words(definition, language)}".strip()
    )


def conditions_words(definition: Definition, language: str) -> str:
    """Return what every permit of the service binds its holder to, and within how many days; "" for nothing."""
    if not definition.conditions:
        return ""
    items = []
    for one in definition.conditions:
        text = _lower_first(one.text.in_language(language).rstrip("."))
        within = _("selambat-lambatnya %(days)s hari kalender sesudah terbit") % {"days": one.days}
        for_whom = when_words(definition, one.kinds, None, language)
        items.append(f"{text}, {within} ({for_whom})" if for_whom else f"{text}, {within}")
    return _("Kewajiban pemegang sesudah izin terbit: %(items)s.") % {
        "items": _numbered(items, mark="; ")
    }


def _named_product(definition: Definition, language: str) -> str:
    name = definition.standard["product"].in_language(language).rstrip(".")
    if definition.system is not System.SATUPINTU:
        return _("%(product)s, terbit di %(system)s; salinannya ada di riwayat permohonan.") % {
            "product": name,
            "system": SYSTEM_LABELS[definition.system],
        }
    lasts = "" if definition.kinds == (Kind.CLOSING,) else validity_words(definition.validity)
    signed = (
        _("dibubuhi segel elektronik kantor dan dapat dicek keasliannya lewat kode QR")
        if definition.decision.by == "automatic"
        else _("ditandatangani secara elektronik dan dapat dicek keasliannya lewat kode QR")
    )
    if not lasts:
        return f"{name}, {signed}."
    return _("%(product)s, berlaku %(validity)s, %(signed)s.") % {
        "product": name,
        "validity": lasts,
        "signed": signed,
    }


def _law(definition: Definition, _language: str) -> str:
    return "; ".join(definition.legal_basis) + "."


_WRITERS: dict[str, Callable[[Definition, str], str]] = {
    "requirements": _requirements,
    "procedure": _procedure,
    "time": _time,
    "fee": _fee,
    "product": _product,
    "legal_basis": _law,
}
