"""
What a service costs, computed from the answers, and how: line by line, so that anybody can compute it again.

Pure. Money is whole rupiah; indices are decimals as the regulation writes them. The result is cut to whole rupiah.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from satupintu.catalogue.rules import Definition, Field, Text, fields_by_key
from satupintu.lib.words import rupiah


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the computation: what it is in both languages, and its value as written."""

    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A fee in whole rupiah and how it came about."""

    amount_idr: int
    lines: tuple[Line, ...] = ()


# An index of PBG: the choice that names it, its weight in the integrated index (1 where it stands alone).
PBG_PARAMETERS = ("complexity", "permanence", "height")
PBG_INDICES = ("function", *PBG_PARAMETERS, "ownership", "work")

_RESULT = Text("Retribusi", "Levy")


def computed(definition: Definition, answers: Mapping[str, Any]) -> Computed:
    """Return the fee and its lines; nothing for what costs nothing here. A missing answer counts as zero."""
    fee = definition.fee
    if fee.kind == "fixed":
        return Computed(fee.amount_idr, (Line(_RESULT, rupiah(fee.amount_idr)),))
    if fee.kind != "rule":
        return Computed(0)
    return _RULES[fee.rule](definition, answers)


def inputs(definition: Definition) -> list[Field]:
    """Return the questions whose answers the fee is computed from, in the order of the rule."""
    fee = definition.fee
    if fee.kind != "rule":
        return []
    known = fields_by_key(definition)
    return [known[key] for key in input_keys(fee.rule, fee.params)]


def input_keys(rule: str, params: Mapping[str, Any]) -> list[str]:
    """Return the keys of the questions that a rule with these parameters asks for."""
    if rule == "pbg":
        return [str(params["area"]), *(str(params[name]["field"]) for name in PBG_INDICES)]
    return [str(params["field"])]


def _per_unit(definition: Definition, answers: Mapping[str, Any]) -> Computed:
    params = definition.fee.params
    asked = fields_by_key(definition)[str(params["field"])]
    count, unit = _number(answers.get(asked.key)), int(params["unit_idr"])
    amount = _whole(count * unit)
    return Computed(
        amount,
        (
            Line(asked.label, written(count)),
            Line(Text("Tarif tiap satuan", "Rate of one unit"), rupiah(unit)),
            Line(_RESULT, f"{written(count)} × {rupiah(unit)} = {rupiah(amount)}"),
        ),
    )


def _by_choice(definition: Definition, answers: Mapping[str, Any]) -> Computed:
    params = definition.fee.params
    asked = fields_by_key(definition)[str(params["field"])]
    chosen = str(answers.get(asked.key))
    amount = int(params["amounts"].get(chosen, 0))
    return Computed(
        amount, (Line(asked.label, _choice(asked, chosen)), Line(_RESULT, rupiah(amount)))
    )


def _pbg(definition: Definition, answers: Mapping[str, Any]) -> Computed:
    """
    Return the levy of a building approval: LLt × (Ilo × SHST) × It × Ibg, with It = If × Σ(bp × Ip) × Fm.

    LLt floor area in m², Ilo the locality index (at most 0.5 percent), SHST the highest standard price of a m², If the
    index of function, bp and Ip weight and index of complexity, permanence and height, Fm the factor of ownership, Ibg
    the index of what is built. Source: PP 16/2021 Annex III, indices of the regional regulation in the service file.
    """
    params, known = definition.fee.params, fields_by_key(definition)
    area = _number(answers.get(str(params["area"])))
    shst, locality = int(params["shst_idr"]), _number(params["locality_percent"])
    found = {name: _index(params[name], answers) for name in PBG_INDICES}
    chosen = {
        name: (
            known[str(params[name]["field"])],
            str(answers.get(str(params[name]["field"]))),
        )
        for name in PBG_INDICES
    }
    weights = {name: _number(params[name]["weight"]) for name in PBG_PARAMETERS}
    classed = sum((weights[name] * found[name] for name in PBG_PARAMETERS), Decimal(0))
    integrated = found["function"] * classed * found["ownership"]
    price = locality / 100 * shst
    amount = _whole(area * price * integrated * found["work"])
    weighed = " + ".join(
        f"{written(weights[name])} × {written(found[name])}" for name in PBG_PARAMETERS
    )
    indices = [
        Line(
            chosen[name][0].label,
            f"{_choice(*chosen[name])}: {written(found[name])}",
        )
        for name in PBG_INDICES
    ]
    return Computed(
        amount,
        (
            Line(known[str(params["area"])].label, written(area)),
            Line(
                Text("Harga satuan (Ilo × SHST)", "Unit price (Ilo × SHST)"),
                f"{written(locality)}% × {rupiah(shst)} = {rupiah(_whole(price))}",
            ),
            *indices,
            Line(
                Text("Indeks terintegrasi (It)", "Integrated index (It)"),
                f"{written(found['function'])} × ({weighed}) × {written(found['ownership'])}"
                f" = {written(integrated)}",
            ),
            Line(
                Text("Retribusi (LLt × harga satuan × It × Ibg)", "Levy (LLt × price × It × Ibg)"),
                f"{written(area)} × {rupiah(_whole(price))} × {written(integrated)}"
                f" × {written(found['work'])} = {rupiah(amount)}",
            ),
        ),
    )


_RULES: Mapping[str, Callable[[Definition, Mapping[str, Any]], Computed]] = {
    "per_unit": _per_unit,
    "by_choice": _by_choice,
    "pbg": _pbg,
}


def _index(of: Mapping[str, Any], answers: Mapping[str, Any]) -> Decimal:
    return _number(of["index"].get(str(answers.get(str(of["field"])))))


def _choice(asked: Field, chosen: str) -> str:
    """Return the answer as the office writes it (a levy is assessed in Indonesian)."""
    return next((one.label.id for one in asked.choices if one.value == chosen), "–")


def _number(value: Any) -> Decimal:
    """Return a number of an answer or a service file exactly as written; 0 for none."""
    try:
        return Decimal(str(value)) if value not in (None, "") else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_DOWN))


def written(value: Decimal) -> str:
    """Return a number as Indonesians write it: comma for decimals, no zeros behind them."""
    text = f"{value.normalize():f}" if value else "0"
    return text.replace(".", ",")
