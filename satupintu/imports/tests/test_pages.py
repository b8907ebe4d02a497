"""The pages, as a service administrator walks them: send, map, look, repair, import, take back."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from satupintu.imports.models import Import, ImportRow
from satupintu.imports.tests.files import as_csv, nik, sicantik_line
from satupintu.imports.tests.office import work
from satupintu.lib.sheets import SheetColumn, write_sheet
from satupintu.people.models import Disclosure
from satupintu.permits.models import Permit
from satupintu.workflow.queries import Case

pytestmark = pytest.mark.django_db

LINES = [
    sicantik_line(1),
    sicantik_line(2, NIK="6.10301E+15"),
    sicantik_line(1, **{"No Izin": "503/901/2025", "No Permohonan": "901"}),
    sicantik_line(1),
]


@pytest.fixture
def browser(world):
    client = Client()
    client.force_login(world.user("admin"), backend="satupintu.people.backends.PasswordBackend")
    return client


def upload(client, path, name="2025.csv"):
    file = SimpleUploadedFile(name, path.read_bytes())
    return client.post(reverse("imports:index"), {"source": "sicantik", "berkas": file})


def posted(form):
    """Return what a browser would send of the form as it is shown."""
    values = {name: form[name].value() for name in form.fields}
    values["ditanya"] = ",".join(form.columns)
    return {key: value for key, value in values.items() if value not in (None, False)}


def repair_one(browser, batch):
    """Open a row, which is a noted look; type something wrong, which is kept; then what is right."""
    repair = reverse("imports:repair", args=[batch.pk, 3])
    page = browser.post(repair)
    assert Disclosure.objects.filter(subject=f"import {batch.pk} row 3").count() == 1
    values = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    page = browser.post(repair, values | {"sel-5": "12", "simpan": "1"})
    assert page.status_code == 400
    assert page.context["form"]["sel-5"].value() == "12"
    answer = browser.post(repair, values | {"sel-5": nik(2), "simpan": "1"})
    assert answer.status_code == 302
    assert ImportRow.objects.get(number=3).outcome == "new"


def look_everywhere(world, browser):
    """See that the books, the public check and the officers know what came in, and say from where."""
    book = browser.get("/buku/?dari=2025-09-01&sampai=2025-09-30").content.decode()
    assert "IMP-2026-000001" in book
    assert ", impor" in book
    public = Client()
    check = public.get("/cek/", {"kode": "", "nomor": "503/001/SIP-PR/DPMPTSP/2025"})
    assert "BERLAKU" in check.content.decode()
    assert "sebelum sistem ini dipakai" in check.content.decode()
    assert public.get("/cek/", {"kode": "", "nomor": "503/999"}).status_code == 400
    officer = Client()
    officer.force_login(world.user("budi"), backend="satupintu.people.backends.PasswordBackend")
    case = officer.get("/berkas/IMP-2026-000001/").content.decode()
    assert "Dari register lama" in case
    assert "Impor" in case


def test_the_whole_way_by_pages(world, browser, tmp_path):
    answer = upload(browser, as_csv(tmp_path / "a.csv", LINES, separator=";"))
    batch = Import.objects.get()
    columns = reverse("imports:columns", args=[batch.pk])
    assert answer.headers["Location"] == columns
    page = browser.get(columns)
    assert nik(1) not in page.content.decode()  # examples are masked too
    form = page.context["form"]
    assert [count for _field, count in form.word_lines("layanan")] == [4]
    assert form["kata-layanan-0"].value() == "sip-perawat"  # guessed by its words
    assert form["kata-status-0"].value() == "issued"
    show = reverse("imports:show", args=[batch.pk])
    assert browser.post(columns, posted(form)).headers["Location"] == show
    assert browser.get(show).context["working"]
    work()
    page = browser.get(show)
    assert {tile["label"]: tile["count"] for tile in page.context["tiles"]}.values() != {}
    assert (page.context["new"], page.context["bad"]) == (1, 1)
    text = page.content.decode()
    assert "Sari C•••" in text
    assert nik(1) not in text
    assert len(page.context["twins"]) == 2
    assert not Case.objects.exists()

    repair_one(browser, batch)

    # Alike: another case all the same.
    listing = reverse("imports:rows", args=[batch.pk, "alike"])
    assert len(browser.get(listing).context["twins"]) == 1
    browser.post(reverse("imports:choose", args=[batch.pk, 4]), {"tetap": "1"})
    assert ImportRow.objects.get(number=4).outcome == "new"

    browser.post(reverse("imports:start", args=[batch.pk]))
    work()
    assert Permit.objects.count() == 3
    assert browser.get(show).context["imported"] == 3
    assert browser.get(reverse("imports:index")).context["lines"][0]["done"] == 3

    look_everywhere(world, browser)

    browser.post(reverse("imports:undo", args=[batch.pk]))
    work()
    assert not Permit.objects.exists()
    browser.post(reverse("imports:redo", args=[batch.pk]))
    work()
    browser.post(reverse("imports:start", args=[batch.pk]))
    work()
    assert Permit.objects.count() == 3


def test_a_repaired_sheet_is_downloaded_and_sent_back(world, browser, tmp_path):
    upload(browser, as_csv(tmp_path / "a.csv", LINES))
    batch = Import.objects.get()
    columns = reverse("imports:columns", args=[batch.pk])
    browser.post(columns, posted(browser.get(columns).context["form"]))
    work()
    sheet = browser.post(reverse("imports:bad_sheet", args=[batch.pk]))
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert Disclosure.objects.filter(subject__endswith="rows to repair").count() == 1
    cells = ImportRow.objects.get(number=3).cells
    out = BytesIO()
    write_sheet(
        out,
        name="perbaiki",
        heading=[],
        columns=[SheetColumn(one) for one in ("Baris asal", "Sebab", *batch.headings)],
        rows=[["3", "NIK", *cells[:5], nik(2), *cells[6:]]],
    )
    send = reverse("imports:repaired_sheet", args=[batch.pk])
    wrong = browser.post(send, {"berkas": SimpleUploadedFile("b.csv", b"a,b,c\n1,2,3\n")})
    assert wrong.status_code == 400
    assert "Baris asal" in wrong.content.decode()
    answer = browser.post(send, {"berkas": SimpleUploadedFile("b.xlsx", out.getvalue())})
    assert answer.status_code == 302
    assert ImportRow.objects.get(number=3).outcome == "new"
    # Where another column is chosen for the words, the page asks about those of the new one.
    form = browser.get(columns).context["form"]
    values = posted(form) | {"kolom-3": "fact", "kolom-11": "service"}
    page = browser.post(columns, values)
    assert page.status_code == 200
    assert [field.label for field, _n in page.context["form"].word_lines("layanan")] == [
        "selesai ditetapkan"
    ]


def test_bad_files_the_same_file_and_strangers_are_told_so(world, browser, tmp_path):
    empty = browser.post(reverse("imports:index"), {"source": "sicantik"})
    assert empty.status_code == 400
    page = browser.post(
        reverse("imports:index"),
        {"source": "oss", "berkas": SimpleUploadedFile("a.xls", b"<html><table>")},
    )
    assert page.status_code == 400
    assert "halaman web" in page.content.decode()
    path = as_csv(tmp_path / "a.csv", LINES)
    upload(browser, path)
    again = upload(browser, path, "lain.csv")
    batch = Import.objects.get()
    assert again.headers["Location"] == reverse("imports:show", args=[batch.pk])
    answer = browser.post(reverse("imports:discard", args=[batch.pk]))
    assert answer.headers["Location"] == reverse("imports:index")
    assert not Import.objects.exists()
    other = Client()
    other.force_login(world.user("budi"), backend="satupintu.people.backends.PasswordBackend")
    assert other.get(reverse("imports:index")).status_code == 403
