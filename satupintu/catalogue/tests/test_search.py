"""Everyday words, old spellings and small typing errors find the right service first."""

import pytest

from satupintu.catalogue import search, services
from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.rules import Kind

DEFINITIONS = [load_definition(text, name) for name, text in services.list_shipped_files()]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("ijin praktek bidan", "sip-bidan"),
        ("bidan", "sip-bidan"),
        ("bdian", "sip-bidan"),
        ("dokter gigi", "sip-dokter"),
        ("doker gigi", "sip-dokter"),
        ("dokter hewan", "sip-dokter-hewan"),
        ("warung", "nib-pendampingan"),
        ("mau buka warung kopi", "nib-pendampingan"),
        ("spanduk", "reklame"),
        ("pasang spanduk", "reklame"),
        ("billboard", "reklame"),
        ("papan nama toko", "reklame"),
        ("apotik", "sip-apoteker"),
        ("asisten apoteker", "sip-ttk"),
        ("fisioterapi", "sip-nakes"),
        ("skripsi", "penelitian"),
        ("izin penelitian", "penelitian"),
        ("TK", "paud"),
        ("taman kanak kanak", "paud"),
        ("bimbel", "pnf"),
        ("angkot", "trayek-sk"),
        ("kartu pengawas", "trayek-kartu-pengawasan"),
        ("legalisir ijin", "salinan-legalisir"),
        ("IMB", "pbg"),
        ("bangun rumah", "pbg"),
        ("gudang", "tdg"),
        ("PIRT", "pirt"),
        ("keripik", "pirt"),
        ("klinik", "klinik"),
        ("tukang urut", "stpt"),
        ("tutup usaha", "penutupan"),
        ("midwife", "sip-bidan"),
        ("SITU", "nib-pendampingan"),
        ("HO", "nib-pendampingan"),
        ("nomor induk berusaha", "nib-pendampingan"),
        ("drg", "sip-dokter"),
        ("tukang gigi", "stpt"),
        ("izin hilang", "salinan-legalisir"),
        ("izin lama hilang", "salinan-legalisir"),
        ("lost permit", "salinan-legalisir"),
        ("kuliah kerja nyata", "penelitian"),
        ("kkn", "penelitian"),
        ("sekolah", "paud"),
        ("jual keripik", "pirt"),
        ("jual keripik singkong", "pirt"),
        ("close business", "penutupan"),
        ("perpanjang izin reklame", "reklame"),
        ("kartu pengawasan rusak", "trayek-kartu-pengawasan"),
        ("renew route permit", "trayek-sk"),
        ("perpanjang sip bidan", "sip-bidan"),
        ("sip perawat hilang", "sip-perawat"),
    ],
)
def test_everyday_words_find_the_service_first(asked, first):
    assert search.rank(DEFINITIONS, asked, "id")[:1] == [first]


@pytest.mark.parametrize(
    "asked",
    ["perpanjang sip", "sip hilang", "extend practice permit", "str"],
)
def test_kinds_of_request_and_documents_lead_to_the_practice_permits(asked):
    found = search.rank(DEFINITIONS, asked, "id")

    practice = {one.code for one in DEFINITIONS if one.code.startswith("sip-")}
    assert set(found[: len(practice) - 1]) <= practice
    assert len(found) >= len(practice) - 1


def test_renew_finds_only_what_can_be_extended():
    extendable = {one.code for one in DEFINITIONS if Kind.EXTENSION in one.kinds}

    assert set(search.rank(DEFINITIONS, "renew", "en")) == extendable


@pytest.mark.parametrize(
    "asked",
    [
        "zzzz",
        "paspor",
        "?!",
        "qwertyuiop asdfgh",
        "izin keramaian",
        "tambang",
        "tambang emas",
        "nikah",
    ],
)
def test_words_of_no_service_find_nothing(asked):
    found = search.rank(DEFINITIONS, asked, "id")

    assert found == [] or asked == "?!"


def test_empty_search_lists_everything_by_title():
    codes = search.rank(DEFINITIONS, "  ", "id")

    assert len(codes) == len(DEFINITIONS)
    titles = {definition.code: definition.title.id for definition in DEFINITIONS}
    assert [titles[code] for code in codes] == sorted(
        (titles[code] for code in codes), key=str.lower
    )
