"""Files in every shape that offices and hostile people send, read in a process of their own."""

import zipfile
from datetime import date

import pytest

from satupintu.imports.tests.files import as_csv, as_xlsx, sicantik_line
from satupintu.lib.tabular.headings import HEAD_ROWS
from satupintu.lib.tabular.reading import MOST_ROWS, TROUBLES, CannotReadTable, Table

LINES = [sicantik_line(1), sicantik_line(2, **{"Nama Pemohon": "Café Ñandú"})]


def read(path):
    table = Table(path)
    return list(table.rows()), table.about


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_in_every_encoding_and_with_every_separator(tmp_path, separator, encoding):
    rows, about = read(as_csv(tmp_path / "a.csv", LINES, separator=separator, encoding=encoding))
    assert [len(cells) for _n, cells in rows] == [12, 12, 12]
    assert rows[2][1][4] == "Café Ñandú"
    assert about["separator"] == separator


def test_excels_own_separator_line_and_quoted_line_breaks_are_understood(tmp_path):
    lines = [sicantik_line(1, **{"Alamat Pemohon": "Jalan A, RT 1"})]
    rows, _about = read(as_csv(tmp_path / "a.csv", lines, above="sep=,\r\n"))
    assert rows[1][1][6] == "Jalan A, RT 1"


def test_cells_of_a_sheet_keep_what_they_mean(tmp_path):
    head = ["No Izin", "Nama", "NIK", "Tgl Terbit", "Telepon", "Jumlah"]
    path = as_xlsx(
        tmp_path / "a.xlsx",
        [
            head,
            ["503/1", "Sari", 6103015203949999, date(2024, 3, 15), 81200001234, 2.5],
            [None] * 3,
        ],
    )
    rows, about = read(path)
    assert rows == [
        (1, head),
        (2, ["503/1", "Sari", "6.10301520395000E+15", "2024-03-15", "81200001234", "2.5"]),
    ]
    assert about["sheet"] == "Register"


def test_rows_keep_their_numbers_across_gaps(tmp_path):
    rows, _about = read(as_xlsx(tmp_path / "a.xlsx", [["a", "b", "c"], [], [], ["1", "2", "3"]]))
    assert [number for number, _cells in rows] == [1, 4]


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    return path


def with_doctype(path):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "xl/workbook.xml",
            f'<!DOCTYPE w [<!ENTITY a "aaaa">]><workbook xmlns="{space}"><sheets/></workbook>',
        )
    return path


def many_rows(path, more=HEAD_ROWS):
    path.write_bytes(b"a,b,c\n" + b"1,2,3\n" * (MOST_ROWS + more))
    return path


def plain(content):
    def write(path):
        path.write_bytes(content)
        return path

    return write


def test_as_many_rows_as_promised_are_read_beside_their_headings(tmp_path):
    rows, _about = read(many_rows(tmp_path / "a.csv", more=0))
    assert len(rows) == MOST_ROWS + 1


@pytest.mark.parametrize(
    ("write", "word"),
    [
        (plain(b""), "empty"),
        (plain(b"\n\n\n"), "empty"),
        (plain(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "old_excel"),
        (plain(b"<html><table><tr><td>No Izin</td></tr></table></html>"), "web_page"),
        (plain(b"%PDF-1.7"), "not_a_table"),
        (plain(b"PK\x03\x04 not a zip"), "xlsx_broken"),
        (bomb, "too_large_inside"),
        (with_doctype, "xlsx_broken"),
        (many_rows, "too_many_rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, write, word):
    with pytest.raises(CannotReadTable) as refused:
        read(write(tmp_path / "a.xlsx"))
    assert refused.value.word == word
    assert refused.value.message == str(TROUBLES[word])
