"""
What the archive institution gets of a deposit list: a ZIP with each file's documents, tables about them, and sums.

`daftar.csv` names the files; of each file `isian.csv` has the answers, `riwayat.csv` what was done, `dokumen.csv` the
documents; `SHA256SUMS` is read by `sha256sum -c`. Indonesian, as official papers are.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import override

from satupintu.archive import queries
from satupintu.archive.queries import Deposit, Folder
from satupintu.catalogue.form import display_answers
from satupintu.documents.queries import FileMissing, list_documents, open_file
from satupintu.lib.outflow import Outflow
from satupintu.permits.queries import documents_of_case, file_of
from satupintu.workflow.queries import act_label, history, title_of

_CHUNK = 256 * 1024
_UNSAFE = re.compile(r"[^\w.() -]+")


def package_of(deposit: Deposit) -> Iterator[bytes]:
    """Yield the ZIP of a deposit list, piece by piece. Five queries a file and one for the list."""
    out, sums = Outflow(), []
    folders = [one.folder for one in queries.deposited(deposit)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:

        def put(name: str, text: str) -> None:
            content = text.encode("utf-8-sig")
            package.writestr(name, content)
            sums.append(f"{sha256(content).hexdigest()}  {name}")

        put("daftar.csv", _list(folders))
        for folder in folders:
            number = _plain(folder.case.number)
            put(f"{number}/isian.csv", _answers(folder))
            put(f"{number}/riwayat.csv", _log(folder))
            lines = []
            for no, document in enumerate(
                list_documents(documents_of_case(folder.case_id)), start=1
            ):
                name = f"{number}/{no:03d}-{_plain(document.name)}"
                made = timezone.localtime(document.created_at).isoformat(timespec="minutes")
                try:
                    source = open_file(document)
                except FileMissing:
                    lines.append((name, document.name, made, "", "tidak ditemukan lagi"))
                    continue
                hashed = sha256()
                with source, package.open(name, "w") as inside:
                    while chunk := source.read(_CHUNK):
                        hashed.update(chunk)
                        inside.write(chunk)
                        yield out.take()
                sums.append(f"{hashed.hexdigest()}  {name}")
                lines.append((name, document.name, made, hashed.hexdigest(), ""))
            heads = ("Berkas", "Nama", "Dibuat", "SHA-256", "Keterangan")
            put(f"{number}/dokumen.csv", _table(heads, lines))
            yield out.take()
        package.writestr("SHA256SUMS", "".join(f"{one}\n" for one in sums))
    yield out.take()


def _plain(name: str) -> str:
    """Return a name that every file system takes."""
    return _UNSAFE.sub("_", name).strip(" .")[:120] or "berkas"


def _table(heads: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_cell(one) for one in line] for line in lines)
    return out.getvalue()


def _cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _list(folders: Iterable[Folder]) -> str:
    heads = (
        "No.", "Nomor berkas", "Kode klasifikasi", "Uraian", "Pemegang", "Tahun", "Boks", "Berakhir",
        "Inaktif sampai",
    )  # fmt: skip
    return _table(
        heads,
        (
            (
                no,
                one.case.number,
                one.code,
                title_of(one.case, "id"),
                one.case.party.name if one.case.party else "",
                timezone.localdate(one.case.opened_at).year,
                one.box_id,
                one.ended_on or "",
                one.inactive_until or "",
            )
            for no, one in enumerate(folders, start=1)
        ),
    )


def _answers(folder: Folder) -> str:
    file = file_of(folder.case)
    shown = display_answers(file.definition, file.permit_case.answers, "id")
    rows = ((title, label, value) for title, lines in shown for label, value, _field in lines)
    return _table(("Bagian", "Pertanyaan", "Jawaban"), rows)


def _log(folder: Folder) -> str:
    case = folder.case
    rows = (
        (
            timezone.localtime(row.at).isoformat(timespec="minutes"),
            act_label(case, row),
            row.actor_name,
        )
        for row in history(case)
    )
    with override("id"):
        return _table(("Waktu", "Tindakan", "Oleh"), rows)
