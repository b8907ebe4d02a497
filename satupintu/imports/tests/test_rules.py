"""Headings, numbers and whole rows, as tables."""

from dataclasses import replace
from datetime import date

import pytest

from satupintu.imports.rules import guess_fate
from satupintu.imports.rules.cells import BadCell, is_organisation, read_number
from satupintu.imports.rules.columns import (
    Target,
    find_headings,
    guess_target,
    guess_targets,
)
from satupintu.imports.rules.places import Places
from satupintu.imports.rules.rows import Plan, read_row
from satupintu.imports.tests.files import nik
from satupintu.lib.tabular.headings import fingerprint_of
from satupintu.permits.imported import Fate

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("No.", Target.IGNORE),
        ("NO URUT", Target.IGNORE),
        ("no_permohonan", Target.OLD_NUMBER),
        ("No. Permohonan", Target.OLD_NUMBER),
        ("no_izin", Target.PERMIT_NUMBER),
        ("Nomor SK", Target.PERMIT_NUMBER),
        ("tgl_pengajuan", Target.SUBMITTED),
        ("Day of tanggal_pengajuan_proyek", Target.SUBMITTED),
        ("tgl_selesai", Target.DECIDED),
        ("Tgl. Terbit Izin", Target.DECIDED),
        ("akhir_berlaku", Target.VALID_UNTIL),
        ("jenis_izin", Target.SERVICE),
        ("Uraian Jenis Perizinan", Target.SERVICE),
        ("Nama Pemohon", Target.NAME),
        ("Nama Perusahaan", Target.COMPANY),
        ("NIK", Target.NIK),
        ("Alamat Usaha", Target.PLACE),
        ("Alamat", Target.ADDRESS),
        ("kecamatan_usaha", Target.DISTRICT),
        ("Kec.", Target.DISTRICT),
        ("Desa/Kelurahan", Target.VILLAGE),
        ("status_penetapan", Target.STATUS),
        ("Nomer HP", Target.PHONE),
        ("Jumlah Tenaga Kerja", Target.FACT),
        ("", Target.IGNORE),
    ],
)
def test_a_heading_says_what_its_column_holds(heading, target):
    assert guess_target(heading) is target


def test_two_columns_never_have_one_meaning():
    guessed = guess_targets(["Nama", "Nama Pemohon", "Tgl Izin", "Tgl Terbit"])
    assert guessed == [Target.FACT, Target.NAME, Target.FACT, Target.DECIDED]


def test_titles_merged_headings_and_counted_columns_are_passed_over():
    rows = [
        (1, ["REKAPITULASI IZIN TERBIT"]),
        (2, ["DPMPTSP KABUPATEN CONTOH TAHUN 2025"]),
        (4, ["No", "Pemohon", "", "Izin", "", "Status"]),
        (5, ["", "Nama", "Alamat", "Nomor", "Tanggal", ""]),
        (6, ["1", "2", "3", "4", "5", "6"]),
        (7, ["1", "Sari Contoh", "Jalan A", "503/1/2025", "13/01/2025", "Selesai"]),
    ]
    headings, begins = find_headings(rows)
    assert headings == [
        "No",
        "Nama Pemohon",
        "Alamat Pemohon",
        "Nomor Izin",
        "Tanggal Izin",
        "Status",
    ]
    assert begins == 7
    assert guess_targets(headings)[1:] == [
        Target.NAME, Target.ADDRESS, Target.PERMIT_NUMBER, Target.DECIDED, Target.STATUS,
    ]  # fmt: skip


def test_the_same_headings_are_found_again_however_they_are_written():
    assert fingerprint_of(["No. Izin", "NAMA"]) == fingerprint_of(["no_izin", "Nama"])
    assert fingerprint_of(["Nama", "No Izin"]) != fingerprint_of(["No Izin", "Nama"])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("nik", "6103015203949999", "6103015203949999"),
        ("nik", "'6103015203949999", "6103015203949999"),
        ("nik", '="6103015203949999"', "6103015203949999"),
        ("nib", "1234567890123.0", "1234567890123"),
        ("phone", "81200001234", "+6281200001234"),
        ("phone", "0812-0000-1234 / 0812-0000-9999", "+6281200001234"),
        ("nik", "-", ""),
    ],
)
def test_numbers_are_read_however_a_spreadsheet_keeps_them(kind, text, expected):
    assert read_number(kind, text, TODAY) == expected


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("nik", "6.10301E+15", "damaged"),
        ("nik", "6,10301520394E+15", "damaged"),
        ("phone", "8.12E+10", "damaged"),
        ("nib", "123456789012", "zeros_lost"),
        ("nik", "6103", "number_wrong"),
        ("nik", "6103019903949999", "number_wrong"),
    ],
)
def test_a_damaged_number_is_named_and_never_guessed(kind, text, code):
    with pytest.raises(BadCell) as refused:
        read_number(kind, text, TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("word", "fate"),
    [
        ("Selesai Ditetapkan", Fate.ISSUED),
        ("Terbit otomatis", Fate.ISSUED),
        ("Izin terbit / SS terverifikasi", Fate.ISSUED),
        ("SK PBG Terbit", Fate.ISSUED),
        ("Menunggu Verifikasi", Fate.CHECKING),
        ("Verifikasi Berkas", Fate.CHECKING),
        ("Perbaikan Dokumen", Fate.CHECKING),
        ("Pelaksanaan Konsultasi", Fate.REVIEWING),
        ("Menunggu Penugasan Penilik", Fate.REVIEWING),
        ("Permohonan Ditolak", Fate.REJECTED),
        ("Dicabut", Fate.REVOKED),
        ("Dibatalkan pemohon", Fate.WITHDRAWN),
        ("???", None),
    ],
)
def test_words_of_status_of_the_national_systems_are_known(word, fate):
    assert guess_fate(word) is fate


@pytest.mark.parametrize(
    ("name", "expected"),
    [("CV. Contoh Jaya", True), ("PT Contoh", True), ("Ptolemeus", False), ("Sari", False)],
)
def test_organisations_are_known_by_how_their_names_begin(name, expected):
    assert is_organisation(name) is expected


PLAN = Plan(
    headings=("Nomor", "Jenis", "Nama", "NIK", "Masuk", "Terbit", "Sampai", "Status", "Ket"),
    columns=(
        Target.PERMIT_NUMBER, Target.SERVICE, Target.NAME, Target.NIK, Target.SUBMITTED, Target.DECIDED,
        Target.VALID_UNTIL, Target.STATUS, Target.FACT,
    ),
    services={"sip perawat": "sip-perawat"},
)  # fmt: skip


def row(**other):
    cells = {
        "nomor": "503/1/2025", "jenis": "SIP Perawat", "nama": "Sari Contoh", "nik": nik(1),
        "masuk": "13/01/2025", "terbit": "20/01/2025", "sampai": "19/01/2030", "status": "Selesai", "ket": "arsip A1",
    } | other  # fmt: skip
    return list(cells.values())


def test_a_good_row_says_everything():
    found = read_row(row(), PLAN, TODAY)
    assert found.problems == []
    assert (found.service, found.fate) == ("sip-perawat", Fate.ISSUED)
    assert found.days[Target.VALID_UNTIL] == date(2030, 1, 19)
    assert found.facts == [("Ket", "arsip A1")]
    assert (found.holder.identity_kind, found.holder.identity) == ("nik", nik(1))


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"nama": ""}, [("name", "missing")]),
        ({"nomor": ""}, [("permit_number", "missing")]),
        ({"jenis": "Izin Apa"}, [("service", "service_unknown")]),
        ({"status": "???"}, [("status", "status_unknown")]),
        ({"nik": "6.1E+15"}, [("nik", "damaged")]),
        ({"masuk": "01/31/2025"}, [("submitted", "date_order")]),
        ({"masuk": "13/01/2035"}, [("submitted", "date_future"), ("decided", "date_before")]),
        ({"masuk": "0205-01-13"}, [("submitted", "date_odd")]),
        ({"terbit": "12/01/2025"}, [("decided", "date_before")]),
        ({"sampai": "19/01/2020"}, [("valid_until", "ends_before")]),
        ({"masuk": "", "terbit": ""}, [("decided", "missing")]),
        ({"status": "Proses", "masuk": ""}, [("submitted", "missing")]),
        (
            {"nama": "", "nik": "123", "terbit": "x"},
            [("nik", "number_wrong"), ("decided", "date_unread"), ("name", "missing")],
        ),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_said_at_once(change, problems):
    found = read_row(row(**change), PLAN, TODAY)
    assert [(one.on, one.code) for one in found.problems] == problems


def test_a_permit_for_life_has_no_last_day():
    found = read_row(row(sampai="Seumur hidup"), PLAN, TODAY)
    assert found.problems == []
    assert Target.VALID_UNTIL not in found.days


def test_a_damaged_number_may_be_left_out_for_a_whole_file():
    found = read_row(row(nik="6.1E+15"), replace(PLAN, drop_damaged=True), TODAY)
    assert found.problems == []
    assert found.holder.identity == ""


PLACES = Places.of(
    "61.03",
    [
        ("61.03.01", "Kapuas"), ("61.03.01.1001", "Beringin"), ("61.03.01.2002", "Sungai Mawang"),
        ("61.03.02", "Tayan Hilir"), ("61.03.02.2001", "Sungai Mawang"), ("61.03.02.2002", "Kawat"),
        ("61.03.03", "Tayan Hulu"),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("district", "village", "code"),
    [
        ("Kapuas", "", "61.03.01"),
        ("KEC. KAPUAS", "Kel. Beringin", "61.03.01.1001"),
        ("Kecamatan Kapuas", "BERINGIN", "61.03.01.1001"),
        ("Kapuass", "Beringn", "61.03.01.1001"),  # one letter too many, one too few
        ("", "Kawat", "61.03.02.2002"),
        ("", "Sungai Mawang", ""),  # two of that name
        ("Tayan Hilir", "Desa Sungai Mawang", "61.03.02.2001"),
        ("Tayan Hilir", "Beringin", "61.03.02"),  # that village is not there
        ("Tayan", "", ""),  # which of the two?
        ("Pontianak Kota", "Beringin", ""),  # not of this regency, whatever its village is called
        ("Kapuas", "tidak tahu", "61.03.01"),
        ("Desa", "", ""),
        ("", "", ""),
    ],
)
def test_the_words_for_a_place_are_found_in_the_table_of_regions(district, village, code):
    assert PLACES.find(district, village) == code
