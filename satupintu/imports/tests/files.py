"""Files of old registers, made up in the shapes that SiCantik, OSS and an office's own Excel have."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter


def sicantik_line(n: int, **other: str) -> dict[str, str]:
    """Return one made-up line: a nurse's permit of 2025. Identity numbers end in 9999."""
    line = {
        "No": str(n),
        "No Permohonan": f"{n:03}/PERM/SICANTIK/IX/2025",
        "No Izin": f"503/{n:03}/SIP-PR/DPMPTSP/2025",
        "Jenis Izin": "Surat Izin Praktik Perawat",
        "Nama Pemohon": f"Sari Contoh {n}",
        "NIK": nik(n),
        "Alamat Pemohon": f"Jalan Melati Nomor {n}, Kapuas",
        "No HP": f"0812-0000-{n:04}",
        "Tgl Pengajuan": "15/09/2025",
        "Tgl Selesai": "22/09/2025",
        "Akhir Berlaku": "21/09/2030",
        "Status": "Selesai Ditetapkan",
    }
    return {**line, **other}


def nik(n: int) -> str:
    """Return a made-up NIK that can exist: a woman born on a day of 1990, the last four 9999."""
    return f"610301{41 + n % 28:02}{1 + n % 12:02}909999"


def as_csv(
    path: Path,
    lines: list[dict[str, str]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    above: str = "",
) -> Path:
    heading = list(lines[0])
    rows = [heading, *([line.get(one, "") for one in heading] for line in lines)]
    text = "\r\n".join(
        separator.join(f'"{one}"' if separator in one or '"' in one else one for one in row)
        for row in rows
    )
    path.write_bytes((above + text + "\r\n").encode(encoding))
    return path


def as_xlsx(path: Path, rows: list[list[Any]]) -> Path:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Register")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(at, place, value, day)
            elif value is not None:
                sheet.write(at, place, value)
    book.close()
    path.write_bytes(out.getvalue())
    return path
