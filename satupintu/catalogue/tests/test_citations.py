"""What counts as a legal basis: a regulation by kind, number and year; for a longer time, national sector law."""

import pytest

from satupintu.catalogue.citations import cites_regulation, cites_sector_law, days_stated


@pytest.mark.parametrize(
    ("text", "regulation", "sector"),
    [
        ("UU 17/2023 Pasal 264", True, True),
        ("UU Nomor 17 Tahun 2023", True, True),
        ("Undang-Undang No. 17 Tahun 2023 tentang Kesehatan", True, True),
        ("PP 28/2024", True, True),
        ("PP 16/2021 (28 hari kerja)", True, True),
        ("Permendagri 3/2018", True, True),
        ("Permen Investasi/BKPM 5/2025", True, True),
        ("Peraturan Menteri Kesehatan Nomor 28 Tahun 2017", True, True),
        ("Peraturan Menteri Pendidikan dan Kebudayaan Nomor 84 Tahun 2014", True, True),
        ("Peraturan BPOM 4/2024", True, True),
        ("Permenhub PM 15/2019", True, True),
        ("UUD 1945 Pasal 28C", True, True),
        ("Perda Kabupaten Sanggau 3/2020", True, False),
        ("Perbup Bengkayang 34/2019", True, False),
        ("SE Menkes HK.02.01/MENKES/6/2024", True, False),
        ("UU 30/2014 Pasal 53 sebagaimana diubah UU 6/2023", True, False),
        ("UU 25/2009 Pasal 21", True, False),
        ("SK 1", False, False),
        ("SK Kepala Dinas 1/2026", False, False),
        ("Keputusan Kepala DPMPTSP Nomor 1 Tahun 2026", False, False),
        ("SE Bupati 4/2026", False, False),
        ("Surat Edaran Kepala Dinas 4/2026", False, False),
        ("Kepala dinas minta 3", False, False),
        ("UU Kesehatan", False, False),
        ("UU 17", False, False),
        ("UU 17/23", False, False),
        ("PP menurut SK Kepala Dinas 1/2026", False, False),
        ("Peraturan kantor 1/2026", False, False),
        ("kebiasaan", False, False),
        ("", False, False),
    ],
)
def test_what_counts_as_a_regulation_and_as_sector_law(text, regulation, sector):
    assert (cites_regulation(text), cites_sector_law(text)) == (regulation, sector)


def test_days_that_the_basis_states_are_read():
    assert days_stated("PP 16/2021 (28 hari kerja)") == 28
    assert days_stated("PP 16/2021") is None
