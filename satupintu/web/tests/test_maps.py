"""A point is called outside only where it clearly is: checked with the centres of real villages."""

import pytest

from satupintu.web import maps

# Centroids of villages as cahyadsn/wilayah_boundaries gives them (MIT): nothing of these was drawn by us.
SANGGAU = [
    (0.1355, 110.6464),
    (0.0937, 110.5030),
    (0.1896, 110.7477),
    (0.5262, 110.7850),
    (0.4559, 110.5694),
    (0.8637, 110.4037),
    (0.4514, 110.3652),
    (0.1778, 110.3694),
    (-0.0240, 110.0856),
    (0.1381, 110.0983),
    (-0.1431, 109.9954),
    (-0.3471, 110.3199),
    (1.1229, 110.1591),
]
BENGKALIS = [
    (1.4711, 102.1122),
    (1.4551, 102.2748),
    (1.4573, 102.2116),
    (1.4880, 102.2792),
    (1.3117, 102.0480),
    (1.2712, 101.2154),
    (1.7924, 101.6870),
    (2.0660, 101.6991),
    (1.2273, 102.1230),
    (1.4838, 101.9625),
    (1.1122, 101.6236),
    (1.3360, 101.1695),
]


@pytest.mark.parametrize("point", SANGGAU)
def test_villages_of_sanggau_are_inside_it_and_outside_bengkalis(point):
    assert not maps.is_outside("61.03", *point)
    assert maps.is_outside("14.03", *point)


@pytest.mark.parametrize("point", BENGKALIS)
def test_villages_of_bengkalis_are_inside_it_and_outside_sanggau(point):
    assert not maps.is_outside("14.03", *point)
    assert maps.is_outside("61.03", *point)


@pytest.mark.parametrize(
    ("where", "point"),
    [
        ("Pontianak", (-0.0263, 109.3425)),
        ("Sanggau with its digits turned round", (110.5975, 0.1216)),
        ("the sea of Natuna", (3.0, 108.0)),
        ("the zero of every form", (0.0, 0.0)),
    ],
)
def test_what_lies_elsewhere_is_outside(where, point):
    assert maps.is_outside("61.03", *point), where


def test_near_the_outline_nobody_is_called_outside():
    ring = maps._rings("61.03")[0]
    for longitude, latitude in ring[::5]:
        assert not maps.is_outside("61.03", latitude + 0.01, longitude)  # 1.1 km
        assert not maps.is_outside("61.03", latitude - 0.01, longitude)


def test_without_an_outline_nothing_is_said():
    assert not maps.is_outside("99.99", 0.0, 0.0)
    assert not maps.is_outside("", 0.0, 0.0)


def test_every_drawn_regency_has_its_file_and_no_file_is_left_out():
    assert {path.stem for path in maps.FOLDER.glob("*.json")} == maps.DRAWN
