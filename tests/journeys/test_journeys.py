"""
What people come to the office for, told from beginning to end through its pages.

Each is short enough to be read aloud to the people who do the work.
"""

import re

import pytest

from tests.journeys.person import Person

pytestmark = pytest.mark.django_db

SARI, JOKO = "sari@contoh.id", "joko@contoh.id"
ABOUT_SARI = {"nik": "6103015203949999"}
PRACTICE = {
    "place_name": "Praktik Bidan Sari", "place_address": "Jalan Merdeka 12",
    "place_region": "61.03.01.1005", "schedule-rows": "1", "schedule-0-day": "mon",
    "schedule-0-hours": "16.00-20.00",
}  # fmt: skip


def asks_for_a_midwifes_permit(sari: Person, scan) -> str:
    sari.opens("/layanan/sip-bidan/").follows("Ajukan")
    sari.presses("Mulai mengisi", kind="new")
    sari.presses("Simpan dan lanjut", **ABOUT_SARI)
    sari.presses(
        "Simpan dan lanjut", str_number="STR-0000-9999", str_date="2024-03-01", not_practised="no"
    )
    sari.presses("Simpan dan lanjut", practice_kind="own", permit_order="1")
    sari.presses("Simpan dan lanjut", **PRACTICE)
    sari.presses(
        "Simpan dan lanjut", **{"berkas-str": scan("STR"), "nyatakan-place_statement": "1"}
    )
    sari.presses("Kirim permohonan").sees("Permohonan diterima", "Tanda terima ini bukan izin.")
    return sari.finds(r"REG-\d{4}-\d{6}")


def declares_complete(officer: Person, number: str) -> None:
    officer.opens(f"/berkas/{number}/").follows("Nyatakan lengkap")
    seen = dict.fromkeys((name for name in officer.page.choices if name.startswith("seen_")), "on")
    officer.presses("Nyatakan lengkap", **seen).sees("Lengkap, dalam pemeriksaan teknis")


def recommends(officer: Person, number: str) -> None:
    """Whoever practises at home is visited first."""
    officer.opens(f"/berkas/{number}/").follows("Jadwalkan tinjauan")
    officer.presses("Jadwalkan", date="2026-11-27", time="10:00", place="Jalan Merdeka 12")
    officer.follows("Catat hasil tinjauan").presses("Catat", findings="Ruang praktik bersih.")
    officer.follows("Rekomendasikan")
    officer.presses("Rekomendasikan", number="440/118/DINKES", reason="Layak.")
    officer.sees("Syarat terpenuhi")


def test_a_midwife_gets_her_permit_from_home(office, comes, scan):
    sari = comes(SARI)
    number = asks_for_a_midwifes_permit(sari, scan)
    office.later(hours=1)

    budi = comes("budi").opens(f"/berkas/{number}/").follows("Kembalikan untuk diperbaiki")
    budi.presses(
        "Kembalikan", pick_document_str="on", why_document_str="Foto STR buram. Foto ulang."
    )
    office.later(hours=2)
    sari.opens("/permohonan/").sees("Perlu jawaban Anda", "Foto STR buram. Foto ulang.")
    sari.follows("Perbaiki sekarang").presses("Kirim perbaikan", **{"berkas-str": scan("STR baru")})
    sari.sees("Perbaikan Anda sudah kami terima.")

    declares_complete(budi, number)
    sari.opens(f"/permohonan/{number}/").sees("Selesai selambat-lambatnya")
    office.later(days=1)
    recommends(comes("wati"), number)
    comes("ratna").opens(f"/berkas/{number}/").follows("Ajukan untuk disetujui").presses("Ajukan")
    comes("lina").opens(f"/berkas/{number}/").follows("Paraf").presses("Paraf")
    darius = comes("darius").opens(f"/berkas/{number}/").follows("Setujui")
    darius.presses("Setujui", secret="demo").sees("Izin terbit")
    office.later(minutes=5)

    sari.opens("/permohonan/").sees("Izin saya", "BERLAKU").follows("Lihat dan unduh")
    code = sari.finds(r"\b[0-9A-Z]{10}\b")
    sari.presses("Unduh izin (PDF)")
    assert sari.content.startswith(b"%PDF-")
    neighbour = Person().opens(f"/cek/{code}/")
    neighbour.sees("BERLAKU")
    assert "Sari Lestari" not in neighbour.page.text

    darius.opens(f"/berkas/{number}/").sees("Izin sudah diterima").follows("Cabut izin")
    darius.presses("Cabut izin", reason="Praktik dipindahkan tanpa izin baru.", secret="demo")
    neighbour.opens(f"/cek/{code}/").sees("DICABUT")


def test_a_refusal_says_why_and_how_to_object(office, comes, scan):
    sari = comes(SARI)
    number = asks_for_a_midwifes_permit(sari, scan)
    declares_complete(comes("budi"), number)
    ratna = comes("ratna").opens(f"/berkas/{number}/").follows("Usulkan penolakan")
    ratna.presses("Usulkan penolakan", reason="Sudah ada tiga tempat praktik.")
    comes("lina").opens(f"/berkas/{number}/").follows("Paraf").presses("Paraf")
    darius = comes("darius").opens(f"/berkas/{number}/").follows("Tolak")

    darius.presses("Tolak", reason="Sudah ada tiga tempat praktik.", secret="demo").sees("Ditolak")
    office.later(minutes=5)

    sari.opens(f"/permohonan/{number}/").sees("Ditolak", "Sudah ada tiga tempat praktik.")
    sari.follows("Surat penolakan")
    assert sari.content.startswith(b"%PDF-")


def test_nobody_decides_alone(office, comes, scan):
    number = asks_for_a_midwifes_permit(comes(SARI), scan)
    declares_complete(comes("ratna"), number)
    recommends(comes("wati"), number)

    ratna = comes("ratna").opens(f"/berkas/{number}/setujui/")

    assert "Setujui" not in [text for form in ratna.page.forms for text, _ in form.buttons]
    ratna.sees("Tindakan itu tidak tersedia")


SHOP = {
    "nik": "6103010708889999", "business_name": "Bengkel Joko", "kbli": "47111",
    "capital": "5000000", "workers": "1", "place_address": "Gang Melati 3",
    "place_region": "61.03.01.1004", "area_m2": "20", "responsible": "Joko Prasetyo",
    "ad_kind": "banner", "land": "own", "ad_text": "Bengkel Joko", "start_date": "2027-01-04",
    "panels-rows": "1", "panels-0-width_m": "2", "panels-0-height_m": "1", "panels-0-count": "1",
}  # fmt: skip


def test_the_guide_leads_to_two_permits_in_one_application(office, comes, scan):
    joko = comes(JOKO)
    joko.opens("/izin-apa/").follows("Membuka usaha").follows("Warung, kios").follows("Ya")
    joko.sees("Anda butuh lebih dari satu").follows("Ajukan semuanya")
    joko.sees("Pendampingan NIB", "Izin Penyelenggaraan Reklame")
    joko.presses("Mulai mengisi", kind="new")

    asked: list[str] = []
    while joko.heading != "Berkas":
        here = [key for key in SHOP if {key, f"{key}-q"} & joko.page.fields]
        asked += here
        joko.presses("Simpan dan lanjut", **{key: SHOP[key] for key in here})
        assert not joko.page.text.count("Ada yang perlu diperbaiki"), joko.page.text
    assert len(asked) == len(set(asked)), "asked twice"
    photo = {"berkas-site_photo": scan("Tempat", "jpg")}
    joko.presses(
        "Simpan dan lanjut",
        **{
            "berkas-ktp": scan("KTP"),
            "berkas-design": scan("Gambar"),
            "nyatakan-assist_consent": "1",
        },
        **photo,
    )
    joko.presses("Kirim permohonan").sees("Permohonan diterima")

    assert len(set(re.findall(r"REG-\d{4}-\d{6}", joko.page.text))) == 2
    joko.opens("/permohonan/").sees("Pendampingan NIB", "Izin Penyelenggaraan Reklame")


def test_a_person_without_email_gets_a_code_at_the_counter(office, comes):
    budi = comes("budi").opens("/loket/kode/")
    how = budi.page.choices["how"][0][0] if "how" in budi.page.choices else None
    typed = {"how": how} if how else {}
    budi.presses("Buat kode", address="0812-0000-1234", **typed)
    code = budi.finds(r"\b\d{6}\b")

    sari = Person().opens("/masuk/").presses("Kirim kode", address="0812-0000-1234")
    sari.presses("Masuk", code=code)

    sari.opens("/akun/").sees("Akun saya", "6103••••••••9999")
