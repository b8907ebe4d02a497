import dataclasses
import re
import shutil
import subprocess
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satupintu.documents import render, rules, verify
from satupintu.documents.render import RenderFailed, render_pdf
from satupintu.documents.tests.conftest import make_permit_page

CASE = (("Nomor pendaftaran", "DAFTAR-2026-000123"), ("Layanan", "SIP Bidan"))
PAGE = make_permit_page()
COMMON = {
    "letterhead": PAGE.letterhead,
    "number": "503/0045/XI/2026",
    "recipient": ("Ibu Sari Contoh", "Sanggau"),
    "signature": PAGE.signature,
}


def text_of(content: bytes, tmp_path) -> str:
    assert shutil.which("pdftotext"), "Install it: apt-get install poppler-utils"
    path = tmp_path / "page.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=False
    )
    return re.sub(r"\s+", " ", done.stdout)


def test_a_permit_carries_number_holder_signature_and_check(tmp_path):
    text = text_of(render_pdf("permit", PAGE), tmp_path)

    for words in (
        "SURAT IZIN PRAKTIK BIDAN", "503/0001/SIP-B/XI/2026", "Sari Contoh", "14 Maret 2031",
        "Ditetapkan di Sanggau", "pada tanggal 23 November 2026", "sanggau.contoh.id/cek",
        "7K3F-9QX2", "CONTOH: tidak berlaku sebagai izin",
    ):  # fmt: skip
        assert words in text


def test_a_real_signer_prints_no_example_mark(tmp_path):
    text = text_of(render_pdf("permit", make_permit_page(demo=False)), tmp_path)

    assert "CONTOH" not in text.replace("Sari Contoh", "").replace("M.Si.", "")
    assert "alat bukti hukum yang sah (UU 11/2008, pasal 5)" in text


def test_a_draft_is_marked():
    page = dataclasses.replace(make_permit_page(demo=False), draft=True)

    content = render_pdf("permit", page)
    words = re.sub(r"\s", "", "".join(verify._page_texts(content)))
    assert "DRAF" in words


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        ("", "KEPALA DINAS,"),
        ("Plh.", "Plh. KEPALA DINAS,"),
        ("Plt.", "Plt. KEPALA DINAS,"),
        ("a.n.", "a.n. KEPALA DINAS, SEKRETARIS,"),
    ],
)
def test_the_capacity_of_the_signer_is_printed_by_law(capacity, expected, tmp_path):
    block = dataclasses.replace(PAGE.signature, capacity=capacity, own_title="Sekretaris")

    text = text_of(
        render_pdf("permit", dataclasses.replace(PAGE, signature=block, copies=("Arsip",))),
        tmp_path,
    )

    assert expected in text
    assert "Tembusan" in text


def test_by_hand_leaves_room_and_claims_no_electronic_signature(tmp_path):
    block = dataclasses.replace(PAGE.signature, electronic=False, demo=False)

    text = text_of(render_pdf("permit", dataclasses.replace(PAGE, signature=block)), tmp_path)

    assert "secara elektronik" not in text
    assert "sertifikat" not in text


def test_a_decree_and_a_card_are_made(tmp_path):
    decree = dataclasses.replace(
        PAGE,
        subtitle="Izin trayek",
        considering=("bahwa perlu;",),
        decisions=("Memberi izin:", "Berlaku."),
    )

    text = text_of(render_pdf("decree", decree), tmp_path)
    for words in ("MEMUTUSKAN", "Menimbang", "Mengingat", "KESATU", "KEDUA", "Sari Contoh"):
        assert words in text
    assert "SURAT IZIN PRAKTIK BIDAN" in text_of(render_pdf("card", PAGE), tmp_path)


LETTERS = {
    "return": (
        rules.return_letter(
            **COMMON, case=CASE, items=("STR terpotong.",), answer_by=date(2026, 12, 9),
            track=PAGE.check,
        ),
        ("Perbaikan berkas permohonan", "STR terpotong.", "Rabu, 9 Desember 2026"),
    ),
    "refusal": (
        rules.refusal_letter(
            **COMMON, case=CASE, reasons=("Di luar wilayah.",), legal_basis=("PP 28/2024",),
            objection_to="Kepala Dinas", superior="Bupati",
        ),
        ("21 hari kerja", "Ombudsman", "PP 28/2024", "Di luar wilayah."),
    ),
    "deemed": (
        rules.deemed_granted_notice(
            **COMMON, case=CASE, complete_on=date(2026, 11, 16), limit_on=date(2026, 11, 23),
            legal_basis="UU 30/2014, pasal 53",
        ),
        ("dianggap dikabulkan secara hukum", "Senin, 23 November 2026", "bukan izin"),
    ),
    "recommendation": (
        rules.recommendation_request(
            **COMMON, case=CASE, questions=("Kelayakan tempat.",), answer_by=date(2026, 11, 24)
        ),
        ("Permintaan rekomendasi teknis", "Selasa, 24 November 2026"),
    ),
    "closing": (
        rules.closing_letter(
            **COMMON, case=CASE, asked_on=date(2026, 11, 2), answer_by=date(2026, 11, 16)
        ),
        ("Penutupan ini bukan penolakan", "Senin, 16 November 2026"),
    ),
    "revocation": (
        rules.revocation_letter(
            **COMMON, permit=CASE, reasons=("Pindah tempat.",), legal_basis=("PP 28/2024",),
            effective_on=date(2026, 11, 23), objection_to="Kepala Dinas",
        ),
        ("dicabut dan tidak berlaku lagi sejak Senin, 23 November 2026", "21 hari kerja"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_what_it_must(name, tmp_path):
    page, expected = LETTERS[name]

    text = text_of(render_pdf("letter", page), tmp_path)

    for words in (*expected, "503/0045/XI/2026", "Ibu Sari Contoh"):
        assert words in text


def test_a_receipt_is_not_a_permit_and_says_what_comes_next(tmp_path):
    page = rules.ReceiptPage(
        PAGE.letterhead, "DAFTAR-2026-000123", "7K3F-9QX", "SIP Bidan", "Sari Contoh",
        "Senin, 23 November 2026, 09.14 WIB", "Rabu, 25 November 2026",
        (("Kelengkapan diperiksa", "Selasa, 24 November 2026"),), ("STR",), PAGE.check,
        by_officer="Petugas Contoh",
    )  # fmt: skip

    text = text_of(render_pdf("receipt", page), tmp_path)

    for words in (
        "Tanda terima ini bukan izin.", "7K3F-9QX", "Selesai selambat-lambatnya Rabu, 25 November 2026",
        "Kelengkapan diperiksa", "Selasa, 24 November 2026", "Petugas Contoh",
    ):  # fmt: skip
        assert words in text


def test_the_same_data_makes_the_same_file():
    assert render_pdf("permit", PAGE) == render_pdf("permit", make_permit_page())


@pytest.mark.parametrize(
    "words",
    [
        "#panic()", "*tebal* _miring_ $x$", '"; #read("/etc/passwd")', "<svg>", "= Judul", "@ref",
        "\\u{41} `kode`", "#sys.inputs", "#image(\"x\")", "[isi] #[isi]",
    ],
)  # fmt: skip
def test_what_people_write_is_shown_and_never_run(words, tmp_path):
    text = text_of(render_pdf("permit", make_permit_page(words)), tmp_path)

    assert words in text


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_words_make_a_page(words):
    assert render_pdf("card", make_permit_page(words)).startswith(b"%PDF-1.7")


def test_arms_are_drawn_and_a_plain_shield_stands_in():
    assert "<svg" in render.arms_svg("", "#0B5D5E")
    head = dataclasses.replace(PAGE.letterhead, arms_svg="", colour="merah")
    assert render_pdf("permit", dataclasses.replace(PAGE, letterhead=head)).startswith(b"%PDF")


def test_an_unknown_template_or_a_missing_key_is_named():
    with pytest.raises(RenderFailed, match="There is no template 'poster'"):
        render_pdf("poster", PAGE)
    page = dataclasses.asdict(PAGE)
    del page["number"]
    with pytest.raises(RenderFailed, match="number"):
        render_pdf("permit", page)
    broken = dataclasses.replace(PAGE.letterhead, arms_svg="<bukan svg")
    with pytest.raises(RenderFailed, match="permit"):
        render_pdf("permit", dataclasses.replace(PAGE, letterhead=broken))


def test_the_fonts_are_free_and_small():
    folder = render.HERE / "fonts"

    assert "SIL Open Font License" in (folder / "OFL.txt").read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000


def test_a_signature_never_stands_alone_on_a_page(tmp_path):
    """However long the text is, the page that carries the signature carries some of it too."""
    for count in range(1, 40, 3):
        decree = dataclasses.replace(
            PAGE, decisions=tuple(f"Ketentuan nomor {number}." for number in range(count))
        )

        last = verify._page_texts(render_pdf("decree", decree))[-1]

        assert "Ditetapkan di" in last
        assert f"Ketentuan nomor {count - 1}." in last
