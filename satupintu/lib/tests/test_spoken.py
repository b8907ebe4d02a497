"""Written text as it is read aloud."""

import pytest

from satupintu.lib.spoken import read_aloud, signs_apart


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Biaya: Rp150.000.", "Biaya: seratus lima puluh ribu rupiah."),
        ("Biaya: Rp0", "Biaya: nol rupiah"),
        ("Rp1.250.000,", "satu juta dua ratus lima puluh ribu rupiah,"),
        ("1 hari kerja", "satu hari kerja"),
        ("14 hari", "empat belas hari"),
        ("Rabu, 25 November 2026.", "Rabu, dua puluh lima November dua ribu dua puluh enam."),
        (
            "Senin-Kamis 08.00-15.30",
            "Senin sampai Kamis pukul delapan sampai pukul lima belas lewat tiga puluh menit",
        ),
        ("buka sampai 15.00.", "buka sampai pukul lima belas."),
        ("SIP Bidan", "es i pe Bidan"),
        ("DPMPTSP Sanggau", "de pe em pe te es pe Sanggau"),
        ("KABUPATEN SANGGAU", "KABUPATEN sanggau"),  # long words in capitals stay words
        ("REG-2026-000123", "er e ge, dua nol dua enam, nol nol nol satu, dua tiga"),
        ("Kode 7K3F-9QXM-2 salah", "Kode tujuh ka tiga ef, sembilan ki eks em, dua salah"),
        ("0812-0000-1234", "nol delapan satu dua, nol nol nol nol, satu dua tiga empat"),
        ("Lihat https://izin.sanggau.go.id/lacak/ sekarang", "Lihat sekarang"),
        ("pas foto (4 x 6)", "pas foto, empat x enam,"),
        ("dan/atau", "dan atau"),
        ("rumah-rumah", "rumah rumah"),
        ("10%", "sepuluh persen"),
        ("Satu.\nDua.", "Satu. Dua."),
        ("", ""),
    ],
)
def test_indonesian_is_written_out(written, spoken):
    assert read_aloud(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("By Wednesday, 25 November 2026.", "By Wednesday, 25 November 2026."),
        ("08:00-15:00", "08:00-15:00"),
        ("REG-2026-000123", "R E G, two zero two six, zero zero zero one, two three"),
    ],
)
def test_english_is_left_to_the_speech_program_but_for_codes(written, spoken):
    assert read_aloud(written, "en") == spoken


def test_signs_are_read_one_by_one_with_pauses():
    assert signs_apart("12345") == "satu dua tiga empat, lima"
    assert signs_apart("a-b", "en") == "A, B"
