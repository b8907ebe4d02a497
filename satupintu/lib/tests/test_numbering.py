"""How a number is written, and which patterns are refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.numbering import (
    BadPattern,
    check_pattern,
    format_number,
    numbers_of_digits,
    roman,
)

DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("pattern", "seq", "number"),
    [
        ("503/{seq:3}/SIP-B/DPMPTSP/{roman_month}/{year}", 7, "503/007/SIP-B/DPMPTSP/XI/2026"),
        ("{class}/{seq}/{service}/{unit}/{year}", 12, "500.16/12/SIP-B/DPMPTSP/2026"),
        ("REG-{year}-{seq:6}", 123, "REG-2026-000123"),
        ("{seq:3}/{month:2}/{day:2}/{year}", 1000, "1000/11/05/2026"),
        ("{seq}/{month}/{year}", 1, "1/11/2026"),
    ],
)
def test_a_number_is_written_by_its_pattern(pattern, seq, number):
    check_pattern(pattern)

    assert (
        format_number(
            pattern,
            seq=seq,
            at_date=DAY,
            classification="500.16",
            unit="DPMPTSP",
            service="SIP-B",
        )
        == number
    )


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{seq}/{tahun}", "“{tahun}” tidak dikenal"),
        ("{seq}/{year.real}", "tidak dikenal"),
        ("{seq}/{}/{year}", "tidak dikenal"),
        ("{seq:0}/{year}", "tidak dapat dibaca"),
        ("{seq:33}/{year}", "tidak dapat dibaca"),
        ("{seq:x}/{year}", "tidak dapat dibaca"),
        ("{seq:}/{year}", "tidak dapat dibaca"),
        ("{year:2}/{seq}", "tidak dapat dibaca"),
        ("{seq}/{year", "tidak berpasangan"),
        ("{seq}}/{year}", "tidak berpasangan"),
        ("503/{year}", "tepat satu kali"),
        ("{seq}/{seq}/{year}", "tepat satu kali"),
        ("{seq}{year}", "tanda pemisah"),
        ("{month}{seq}/{year}", "tanda pemisah"),
        ("503{seq:3}/{year}", "tanda pemisah"),
        ("{seq}/SK", "harus memuat {year}"),
        ("x" * 81, "paling panjang 80"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_a_sentence(pattern, words):
    with pytest.raises(BadPattern) as caught:
        check_pattern(pattern)

    assert words in caught.value.message


def test_a_series_that_never_restarts_needs_no_year():
    check_pattern("SK-{seq:4}", yearly=False)


def test_a_sequence_starts_at_one():
    with pytest.raises(ValueError, match="starts at 1"):
        format_number("{seq}/{year}", seq=0, at_date=DAY)


@pytest.mark.parametrize(
    ("value", "figures"),
    [(1, "I"), (4, "IV"), (9, "IX"), (11, "XI"), (12, "XII"), (1990, "MCMXC"), (3999, "MMMCMXCIX")],
)
def test_roman_figures(value, figures):
    assert roman(value) == figures


@pytest.mark.parametrize("value", [0, -1, 4000])
def test_roman_figures_have_no_zero(value):
    with pytest.raises(ValueError, match="Roman"):
        roman(value)


PARTS = st.sampled_from(["{year}", "{month:2}", "{roman_month}", "{class}", "{unit}", "SK", "503"])
PATTERNS = st.tuples(st.lists(PARTS, max_size=2), st.lists(PARTS, max_size=2)).map(
    lambda sides: "/".join([*sides[0], "{seq:3}", *sides[1], "{year}"])
)


@given(PATTERNS, st.integers(1, 10**7), st.integers(1, 10**7), st.dates(), st.dates())
def test_different_sequence_numbers_of_a_year_never_share_a_written_one(
    pattern, one, other, day, other_day
):
    check_pattern(pattern)
    other_day = other_day.replace(year=day.year, day=min(other_day.day, 28))
    words = {"classification": "500.16", "unit": "DPMPTSP"}

    written = format_number(pattern, seq=one, at_date=day, **words)
    other_written = format_number(pattern, seq=other, at_date=other_day, **words)

    assert one == other or written != other_written


@pytest.mark.parametrize(
    ("pattern", "digits", "numbers"),
    [
        ("REG-{year}-{seq:6}", "2026000042", ["REG-2026-000042"]),
        ("REG-{year}-{seq:6}", "42", ["REG-2026-000042", "REG-2025-000042"]),
        ("REG-{year}-{seq:6}", "000042", ["REG-2026-000042", "REG-2025-000042"]),
        ("REG-{year}-{seq:6}", "20261000421", ["REG-2026-1000421"]),
        ("REG-{year}-{seq:6}", "0", []),
        ("REG-{year}-{seq:6}", "", []),
        ("REG-{year}-{seq:6}", "4x", []),
        ("P2-{seq}/{year}", "2422026", ["P2-42/2026", "P2-2422026/2026", "P2-2422026/2025"]),
        ("{seq}", "7", ["7"]),
        ("{seq}/{unit}/{year}", "42", []),
        ("{seq}/{roman_month}/{year}", "42", []),
    ],
)
def test_figures_of_a_number_or_its_sequence_alone_are_enough(pattern, digits, numbers):
    assert numbers_of_digits(pattern, digits, years=(2026, 2025)) == numbers
