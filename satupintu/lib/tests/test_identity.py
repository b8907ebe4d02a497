"""Identity numbers: examples other projects print, and which part is named when one is wrong."""

import csv
from datetime import date
from pathlib import Path

import pytest

from satupintu.lib import identity
from satupintu.lib.identity import (
    BadIdentity,
    BadNik,
    check_nib,
    check_nik,
    check_nip,
    check_npwp,
    check_phone,
    mask_identity,
)

TODAY = date(2026, 11, 23)
with (Path(__file__).parent / "vectors" / "identity.csv").open(encoding="utf-8") as file:
    VECTORS = [(row["kind"], row["value"], row["expected"]) for row in csv.DictReader(file)]


def outcome(kind: str, value: str) -> str:
    try:
        if kind == "NPWP":
            return check_npwp(value, TODAY)
        read = check_nik(value, TODAY) if kind == "NIK" else check_nip(value)
    except BadIdentity as error:
        return error.part
    return f"{read.birth_date} {'f' if read.female else 'm'}"


@pytest.mark.parametrize(("kind", "value", "expected"), VECTORS)
def test_examples_of_other_projects(kind, value, expected):
    assert outcome(kind, value) == expected


@pytest.mark.parametrize(
    ("value", "birth_date", "female", "region"),
    [
        ("6103014107909999", date(1990, 7, 1), True, "61.03.01"),
        ("1403090107909999", date(1990, 7, 1), False, "14.03.09"),
        ("6103.0141 0790-9999", date(1990, 7, 1), True, "61.03.01"),
        ("9999990101009999", date(2000, 1, 1), False, "99.99.99"),  # an unknown region is no reason
        ("6103012311269999", date(2026, 11, 23), False, "61.03.01"),  # born today
        ("6103012411269999", date(1926, 11, 24), False, "61.03.01"),  # a hundred years ago
        ("6103010101279999", date(1927, 1, 1), False, "61.03.01"),
    ],
)
def test_a_nik_tells_birth_sex_and_first_region(value, birth_date, female, region):
    read = check_nik(value, TODAY)

    assert (read.birth_date, read.female, read.region_code) == (birth_date, female, region)


@pytest.mark.parametrize(
    ("value", "part", "words"),
    [
        ("", "digits", "hanya boleh berisi angka"),
        ("61030141O7909999", "digits", "hanya boleh berisi angka"),
        ("٦١٠٣٠١٤١٠٧٩٠٩٩٩٩", "digits", "hanya boleh berisi angka"),
        ("610301410790999", "length", "yang Anda ketik 15 angka"),
        ("61030141079099999", "length", "yang Anda ketik 17 angka"),
        ("6103010007909999", "day", "tidak mungkin 00"),
        ("6103013207909999", "day", "tidak mungkin 32"),
        ("6103014007909999", "day", "tidak mungkin 40"),
        ("6103017207909999", "day", "tidak mungkin 72"),
        ("6103010100909999", "month", "tidak mungkin 00"),
        ("6103010113909999", "month", "tidak mungkin 13"),
        ("6103013102909999", "date", "tidak ada dalam kalender"),
        ("6103012902019999", "date", "tidak ada dalam kalender"),
        ("6103014107900000", "serial", "tidak mungkin 0000"),
    ],
)
def test_a_wrong_nik_is_told_which_part_is_wrong(value, part, words):
    with pytest.raises(BadNik) as caught:
        check_nik(value, TODAY)

    assert caught.value.part == part
    assert words in caught.value.message
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (check_nib, "0000000099999", "0000000099999"),
        (check_nib, "1234 5678 90123", "1234567890123"),
        (lambda text: check_nip(text).contract, "199001012023211009", True),
        (lambda text: check_nip(text).female, "199001012015042009", True),
        (check_phone, "0812-0000-1234", "+6281200001234"),
        (check_phone, "6281200001234", "+6281200001234"),
        (check_phone, "+62 812 0000 1234", "+6281200001234"),
        (check_phone, "81200001234", "+6281200001234"),
        (check_phone, "(0564) 21234", "+6256421234"),
        (check_phone, "+60 12-345 6789", "+60123456789"),
        (check_phone, "0060 12 345 6789", "+60123456789"),
        (check_phone, "\u202a+62 812\u20110000\u20111234\u202c", "+6281200001234"),
        (check_phone, "tel:+62-812-0000-1234", "+6281200001234"),
        (check_phone, " Tel: 0812 0000 1234\u200b", "+6281200001234"),
        (identity.phone_for_people, "+6281200001234", "0812-0000-1234"),
        (mask_identity, "6103014107909999", "6103••••••••9999"),
        (mask_identity, "0000000099999", "0000•••••9999"),
        (mask_identity, "12345678", "••••••78"),
        (mask_identity, "1234", "••••"),
        (mask_identity, "", ""),
    ],
)
def test_other_numbers_are_read_and_masked(read, value, expected):
    assert read(value) == expected


@pytest.mark.parametrize(
    ("read", "value", "part"),
    [
        (check_nib, "123456789012", "length"),
        (check_nib, "12345678901x3", "digits"),
        (check_nip, "199013012015042009", "date"),
        (check_nip, "199001012015132009", "month"),
        (check_nip, "199001012015043009", "sex"),
        (lambda text: check_npwp(text, TODAY), "0216090524017001", "check"),
        (lambda text: check_npwp(text, TODAY), "6103013207909999", "day"),
        (check_phone, "telepon", "digits"),
        (check_phone, "", "digits"),
        (check_phone, "0812", "length"),
        (check_phone, "08120000123456789012", "length"),
        (check_phone, "+62 10 1234 567", "form"),
    ],
)
def test_other_wrong_numbers_are_told_which_part(read, value, part):
    with pytest.raises(BadIdentity) as caught:
        read(value)

    assert caught.value.part == part
    assert caught.value.message
