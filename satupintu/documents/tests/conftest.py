from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from satupintu.documents.rules import Check, Letterhead, Officer, PermitPage, SignatureBlock
from satupintu.people.rules import system_actor

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
BY = system_actor("uji")
RATNA = Officer(id=7, name="Ratna Contoh, M.Si.", position="Kepala Dinas", nip="197001011995032999")


def make_permit_page(holder="Sari Contoh", *, demo=True):
    return PermitPage(
        Letterhead(
            "Pemerintah Kabupaten Sanggau", "DPMPTSP", "Jalan Contoh 1", "dpmptsp@contoh.id"
        ),
        "Surat Izin Praktik Bidan",
        "503/0001/SIP-B/XI/2026",
        (("Diberikan kepada", holder), ("Alamat", "Jalan Melati Contoh 12")),
        (("Tempat praktik", "Praktik Mandiri Sari"),),
        SignatureBlock(
            "Sanggau", date(2026, 11, 23), "Kepala Dinas", "Ratna Contoh, M.Si.", demo=demo
        ),
        Check("https://sanggau.contoh.id/cek/7K3F9QX2", "sanggau.contoh.id/cek", "7K3F-9QX2"),
        legal_basis=("Undang-Undang Nomor 17 Tahun 2023 tentang Kesehatan",),
        valid_from="23 November 2026",
        valid_until="14 Maret 2031",
    )


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path: Path):
    """Each test has its own files, keys and socket, and its own place where uploads come in."""
    settings.FILES = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.KEYS = tmp_path / "keys"
    settings.SIGNER_SOCKET = tmp_path / "run" / "signer.sock"
    settings.SIGNER = "demo"
    settings.TSA_URL = ""
    settings.CLAMD = ""


@pytest.fixture(scope="session")
def permit_pdf() -> bytes:
    from satupintu.documents.render import render_pdf

    return render_pdf("permit", make_permit_page())


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
