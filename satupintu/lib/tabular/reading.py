"""A file that a person sent, read row by row in a process of its own; or a sentence that says how to put it right."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _

from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular import table_process
from satupintu.lib.tabular.headings import HEAD_ROWS

log = structlog.get_logger()
SECONDS = 240  # of processor time: 100,000 rows of XLSX take about 40
MOST_MB = 60
MOST_ROWS, MOST_COLUMNS, MOST_TEXT = 100_000, 60, 2_000

TROUBLES: Mapping[str, Any] = {
    "empty": _("Berkas ini kosong. Pilih berkas yang berisi tabel."),
    "old_excel": _(
        "Ini berkas Excel lama (.xls) atau berkas berkata sandi. Buka di Excel atau LibreOffice, simpan sebagai .xlsx"
        " tanpa kata sandi, lalu kirim lagi."
    ),
    "locked": _("Berkas ini berkata sandi. Simpan ulang tanpa kata sandi, lalu kirim lagi."),
    "web_page": _(
        "Isi berkas ini halaman web, walau namanya .xls. Buka di Excel atau LibreOffice, simpan sebagai .xlsx, lalu"
        " kirim lagi."
    ),
    "not_a_table": _("Berkas ini bukan tabel. Kirim berkas .xlsx atau .csv."),
    "xlsx_broken": _("Berkas Excel ini rusak. Buka dan simpan ulang di Excel atau LibreOffice."),
    "csv_broken": _("Berkas CSV ini tidak dapat diurai. Simpan ulang sebagai .xlsx."),
    "no_sheet": _("Tidak ada lembar kerja yang terlihat dalam berkas ini."),
    "too_large_inside": _(
        "Isi berkas ini jauh lebih besar daripada ukurannya. Salin tabelnya saja ke berkas baru, lalu kirim lagi."
    ),
    "too_many_rows": _(
        "Berkas ini lebih dari 100.000 baris. Bagi per tahun, lalu kirim satu per satu."
    ),
    "too_large": _("Berkas ini lebih besar dari 60 MB. Bagi per tahun, lalu kirim satu per satu."),
    "too_heavy": _(
        "Berkas ini terlalu berat untuk dibaca. Bagi per tahun, lalu kirim satu per satu."
    ),
}


class CannotReadTable(Refusal):
    """The file is no table that can be read; `word` is a key of TROUBLES, or of the caller's own with its sentence."""

    def __init__(self, word: str, sentence: str = "") -> None:
        super().__init__(sentence or str(TROUBLES.get(word, TROUBLES["xlsx_broken"])))
        self.word = word


class Table:
    """The rows of a file, read once; `about` is filled when the last one was read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.about: dict[str, Any] = {}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (number, cells) of every row with something in it. Raises CannotReadTable."""
        if self.path.stat().st_size > MOST_MB * 1024 * 1024:
            raise CannotReadTable("too_large")
        request = {
            "path": str(self.path),
            "most_rows": MOST_ROWS + HEAD_ROWS,  # titles and headings are no rows of data
            "most_columns": MOST_COLUMNS,
            "most_text": MOST_TEXT,
            "seconds": SECONDS,
        }
        with subprocess.Popen(  # noqa: S603  our own file, run by our own interpreter
            [sys.executable, "-I", table_process.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(json.dumps(request).encode())
                process.stdin.close()
                yield from self._lines(process.stdout)
            finally:
                process.kill()

    def _lines(self, out: Any) -> Iterator[tuple[int, list[str]]]:
        for line in out:
            said = json.loads(line)
            if isinstance(said, list):
                yield said[0], said[1]
            elif "trouble" in said:
                raise CannotReadTable(said["trouble"])
            else:
                self.about = {
                    key: said[key]
                    for key in ("encoding", "separator", "sheet", "other_sheets")
                    if key in said
                }
                return
        log.warning("table_process_died")
        raise CannotReadTable("too_heavy")
