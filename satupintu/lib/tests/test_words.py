"""Dates, amounts and searched text, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib import words

DAY = date(2026, 11, 25)
MOMENT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.long_date(DAY), "Rabu, 25 November 2026"),
        (words.long_date(DAY, "en"), "Wednesday, 25 November 2026"),
        (words.plain_date(date(2026, 8, 1)), "1 Agustus 2026"),
        (words.short_date(date(2026, 5, 9)), "9 Mei 2026"),
        (words.short_date(DAY, "en-gb"), "25 Nov 2026"),
        (words.long_moment(MOMENT), "Rabu, 25 November 2026, 15.00"),
        (words.clock_time(MOMENT.replace(hour=8, minute=5)), "08.05"),
        (words.month_year(DAY), "November 2026"),
        (words.rupiah(150000), "Rp150.000"),
        (words.rupiah(150000, "en"), "Rp150,000"),
        (words.rupiah(-2500), "-Rp2.500"),
        (words.rupiah(0), "Rp0"),
        (words.number(1234), "1.234"),
        (words.number(96.45, decimals=1), "96,5"),
        (words.number(Decimal("1234.5"), "en", 1), "1,234.5"),
        (words.duration(95), "1 jam 35 menit"),
        (words.duration(95, "en"), "1 hour 35 minutes"),
        (words.duration(61, "en"), "1 hour 1 minute"),
        (words.duration(120), "2 jam"),
        (words.duration(0), "0 menit"),
        (words.duration(-30), "30 menit"),
        (words.weekday_name(6), "Minggu"),
    ],
)
def test_values_are_written_as_people_write_them(written, expected):
    assert written == expected


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ijin Praktek Bidan", "izin praktik bidan"),
        ("perijinan APOTIK", "perizinan apotek"),
        ("materai & kwitansi", "meterai kuitansi"),
        ("No. antrian kadaluarsa", "no antrean kedaluwarsa"),
        ("Jum'at", "jumat"),
        ("Café  Ménoreh", "cafe menoreh"),
        ("koefisien", "koefisien"),  # no old spelling inside a word
        ("  ", ""),
    ],
)
def test_search_text_is_folded_to_one_spelling(typed, folded):
    assert words.fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert words.fold(words.fold(text)) == words.fold(text)


@pytest.mark.parametrize(
    ("value", "spelt"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (17, "tujuh belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (1000, "seribu"),
        (1500, "seribu lima ratus"),
        (21021, "dua puluh satu ribu dua puluh satu"),
        (1_000_000, "satu juta"),
        (2_150_000_000, "dua miliar seratus lima puluh juta"),
        (-5, "minus lima"),
    ],
)
def test_numbers_are_spelt_out(value, spelt):
    assert words.spell_out(value) == spelt


def test_too_large_a_number_is_not_spelt_out():
    with pytest.raises(ValueError, match="too large"):
        words.spell_out(10**15)


def test_a_label_that_is_a_question_needs_no_colon():
    assert words.labelled("Nama", "Isi bagian ini.") == "Nama: Isi bagian ini."
    assert words.labelled("Di mana?", "Pilih salah satu.") == "Di mana? Pilih salah satu."
