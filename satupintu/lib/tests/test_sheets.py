"""One sheet of XLSX, read back from the file itself."""

from datetime import date
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from satupintu.lib.sheets import SheetColumn, write_sheet

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_sheet(content: bytes) -> list[list[str | float | None]]:
    """Return the cells of the first sheet: texts, numbers, None for an empty one. Fails on any formula."""
    with ZipFile(BytesIO(content)) as archive:
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert root.findall(f".//{NS}f") == [], "a cell is computed"
    found = []
    for row in root.iter(f"{NS}row"):
        cells: list[str | float | None] = []
        for cell in row.iter(f"{NS}c"):
            if cell.get("t") == "inlineStr":
                cells.append("".join(part.text or "" for part in cell.iter(f"{NS}t")))
            else:
                value = cell.find(f"{NS}v")
                cells.append(None if value is None else float(value.text))
        found.append(cells)
    return found


def written(rows, **more):
    out = BytesIO()
    columns = [SheetColumn("Nama", 20), SheetColumn("Tanggal"), SheetColumn("Jumlah", decimals=1)]
    count = write_sheet(out, name="uji", heading=["Kantor"], columns=columns, rows=rows, **more)
    return count, out.getvalue()


def test_texts_days_and_numbers_come_back():
    count, content = written(
        [["Sari", date(2026, 11, 25), 1.5], ["", None, 0]], total=["Jumlah", None, 1.5]
    )

    assert count == 2
    assert read_sheet(content) == [
        ["Kantor"],
        ["Nama", "Tanggal", "Jumlah"],
        ["Sari", 46351.0, 1.5],
        [None, None, 0.0],
        ["Jumlah", None, 1.5],
    ]


def test_what_looks_like_a_formula_stays_text():
    names = [
        "=1+1",
        "+62812",
        "-Sari",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "{=1}",
        "https://contoh.id",
        "007",
    ]

    _count, content = written([[name, None, None] for name in names])

    assert [row[0] for row in read_sheet(content)[2:]] == names
    assert b"hyperlink" not in ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").lower()


def test_what_xml_forbids_does_not_break_the_file():
    _count, content = written(
        [["Sari\x00\x0b & <Lestari>", None, None], ["x" * 40_000, None, None]]
    )

    rows = read_sheet(content)
    assert rows[2][0] == "Sari & <Lestari>"
    assert len(rows[3][0]) == 32_767


def test_the_sheet_prints_on_landscape_a4_with_its_heads_on_every_page():
    _count, content = written([["Sari", None, None]])

    with ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Print_Titles" in book


def test_rows_are_written_as_they_come():
    asked = []

    def rows():
        for n in range(3):
            asked.append(n)
            yield [str(n), None, n]

    assert written(rows())[0] == 3
    assert asked == [0, 1, 2]
