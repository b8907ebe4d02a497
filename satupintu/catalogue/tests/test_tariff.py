"""What a service costs: every named rule, and the levy of a building approval against sums done by hand."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from satupintu import config
from satupintu.catalogue.checks.outcome import check_fee
from satupintu.catalogue.parse import check_text, load_definition
from satupintu.catalogue.rules import Fee
from satupintu.catalogue.tariff import computed, inputs, written
from satupintu.catalogue.tests.factories import shipped_text

PBG = Path(config.__file__).parent / "demo" / "services" / "pbg-kantor.v1.toml"


@pytest.fixture(scope="module")
def pbg():
    return load_definition(PBG.read_text(encoding="utf-8"))


def test_the_service_file_of_the_demo_is_sound():
    assert check_text(PBG.read_text(encoding="utf-8"), PBG.name) == []


def house(**more):
    return {
        "building_use": "house",
        "work": "new",
        "floors": "1",
        "complexity": "simple",
        "permanence": "permanent",
        "ownership": "private",
        "area_m2": 120,
        **more,
    }


PER_UNIT = {"unit_idr": 1000, "field": "area_m2"}
BY_CHOICE = {"field": "floors", "amounts": {"1": 7000}}


@pytest.mark.parametrize(
    ("fee", "answers", "idr"),
    [
        (Fee(), {}, 0),
        (Fee("external"), {}, 0),
        (Fee("fixed", 50_000), {}, 50_000),
        (Fee("rule", 0, "per_unit", PER_UNIT), {"area_m2": 2.5}, 2500),
        (Fee("rule", 0, "per_unit", PER_UNIT), {}, 0),
        (Fee("rule", 0, "per_unit", PER_UNIT), {"area_m2": "x"}, 0),
        (Fee("rule", 0, "by_choice", BY_CHOICE), {"floors": "1"}, 7000),
        (Fee("rule", 0, "by_choice", BY_CHOICE), {"floors": "2"}, 0),
    ],
)
def test_fee_in_rupiah(pbg, fee, answers, idr):
    assert computed(replace(pbg, fee=fee), answers).amount_idr == idr


# LLt x (Ilo x SHST) x It x Ibg with Ilo x SHST = 0,5% x 5.500.000 = 27.500 (PP 16/2021 Annex III), done by hand.
BY_HAND = [
    # 120 x 27.500 x 0,17 x (0,3 + 0,2 x 2 + 0,5) x 1 = 3.300.000 x 0,204
    ({}, 673_200),
    # 90 x 27.500 x 0,15 x 1,2
    ({"building_use": "house_small", "area_m2": 90}, 445_500),
    # 250 x 27.500 x 0,7 x (0,3 x 2 + 0,2 x 2 + 0,5 x 1,12) = 6.875.000 x 0,7 x 1,56
    (
        {"building_use": "business", "complexity": "complex", "floors": "3", "area_m2": 250},
        7_507_500,
    ),
    # Heavy renovation of the first: x 0,325
    ({"work": "heavy"}, 218_790),
    # 0,225: 151.470
    ({"work": "medium"}, 151_470),
    # Worship and what the state owns cost nothing.
    ({"building_use": "worship"}, 0),
    ({"ownership": "state"}, 0),
    # Halves of a rupiah are dropped: 33,3 x 27.500 x 0,204 = 186.813,0; with 33,33: 186.981,3
    ({"area_m2": 33.33}, 186_981),
    ({"area_m2": None}, 0),
]


@pytest.mark.parametrize(("change", "idr"), BY_HAND)
def test_the_levy_of_a_building_approval_is_what_the_formula_gives(pbg, change, idr):
    assert computed(pbg, house(**change)).amount_idr == idr


def test_the_computation_can_be_followed_line_by_line(pbg):
    lines = {line.label.id: line.value for line in computed(pbg, house()).lines}
    assert lines["Luas total lantai (meter persegi)"] == "120"
    assert lines["Harga satuan (Ilo × SHST)"] == "0,5% × Rp5.500.000 = Rp27.500"
    assert lines["Jumlah lantai"] == "1 lantai: 1"
    assert lines["Indeks terintegrasi (It)"] == "0,17 × (0,3 × 1 + 0,2 × 2 + 0,5 × 1) × 1 = 0,204"
    assert lines["Retribusi (LLt × harga satuan × It × Ibg)"].endswith("= Rp673.200")


def test_the_questions_of_a_rule_are_those_it_computes_from(pbg):
    assert [one.key for one in inputs(pbg)] == [
        "area_m2",
        "building_use",
        "complexity",
        "permanence",
        "floors",
        "ownership",
        "work",
    ]
    assert inputs(load_definition(shipped_text("sip-bidan"))) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("area", "acres"),
        ("shst_idr", 0),
        ("shst_idr", 5.5),
        ("locality_percent", 0.6),
        ("floors", None),
        ("height", {"field": "floors", "weight": 0.5, "index": {"1": 1}}),
        ("height", {"field": "floors", "index": {"1": 1}}),
        ("function", {"field": "area_m2", "index": {}}),
        ("ownership", {"field": "ownership", "index": {"private": -1, "state": 0}}),
        ("work", "new"),
    ],
)
def test_a_formula_that_cannot_be_computed_is_refused(pbg, name, wrong):
    fee = replace(pbg.fee, params={**pbg.fee.params, name: wrong})
    found = [path for path, _message, _allowed in check_fee(replace(pbg, fee=fee))]
    assert ("fee", "params") in found


def test_days_to_pay_are_at_least_one(pbg):
    fee = replace(pbg.fee, due_days=0)
    assert ("fee", "due_days") in [path for path, _m, _a in check_fee(replace(pbg, fee=fee))]


def test_numbers_are_written_as_people_write_them():
    assert [written(Decimal(one)) for one in ("0.50", "120", "1.0900", "0", "1200")] == [
        "0,5",
        "120",
        "1,09",
        "0",
        "1200",
    ]
