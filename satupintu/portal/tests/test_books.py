"""The books: applications and permits in their order, the monthly recap; on screen, for print, as XLSX."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from satupintu.lib import clock
from satupintu.lib.tests.test_sheets import read_sheet
from satupintu.people.models import Disclosure, Party
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.portal.books import layout, pages
from satupintu.workflow.services import run_readers

BACKEND = "satupintu.people.backends.PasswordBackend"
NOVEMBER = {"dari": "2026-11-01", "sampai": "2026-11-30", "layanan": ""}
BOOKS = ("/buku/", "/buku/izin/")


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


def browser(world, key="budi"):
    client = Client()
    client.force_login(world.user(key), backend=BACKEND)
    return client


def lines(answer):
    """Return what the table of a page says, each line by the keys of its columns."""
    keys = [column.key for column in answer.context["columns"]]
    return [dict(zip(keys, cells, strict=True)) for _number, cells in answer.context["rows"]]


def sheet(answer):
    return read_sheet(b"".join(answer.streaming_content))


def handed_over(world):
    case = world.issued(world.apply())
    return world.do(case, "hand_over", "budi", **world.receipt(case))


def test_the_book_of_applications_has_the_columns_that_offices_keep():
    assert [str(column.label) for column in layout.APPLICATIONS] == [
        "No. urut", "Nomor pendaftaran", "Tanggal pendaftaran", "Nama pemohon", "Alamat", "Jenis layanan",
        "Jenis permohonan", "Lokasi (kecamatan)", "Tanggal lengkap", "Nomor izin", "Tanggal izin",
        "Masa berlaku sampai", "Tanggal diserahkan", "Penerima", "Keterangan",
    ]  # fmt: skip


def test_a_line_tells_the_whole_way_of_an_application(world):
    case = handed_over(world)
    world.apply("joko")

    first, second = lines(browser(world).get("/buku/"))

    permit = case.permit
    assert first == {
        "no": 1,
        "number": case.number,
        "registered": MONDAY.date(),
        "name": "Sari Lestari",
        "service": "Surat Izin Praktik Bidan",
        "kind": "Baru",
        "place": "Kapuas",
        "complete": MONDAY.date(),
        "permit_number": permit.number,
        "permit_date": MONDAY.date(),
        "validity": permit.valid_until,
        "handed": MONDAY.date(),
        "taken_by": "Sari Lestari",
        "remark": "Izin sudah diterima",
    }
    assert (second["no"], second["permit_number"], second["complete"]) == (2, "", None)
    assert second["remark"] == "Diterima, menunggu pemeriksaan kelengkapan"


def test_the_book_of_permits_remarks_what_became_of_each(world, monkeypatch):
    case = handed_over(world)
    world.issued(world.apply("joko"))
    world.do(case, "revoke", "darius", reason="Tempat praktik ditutup.")

    first, second = lines(browser(world).get("/buku/izin/"))

    assert first["permit_number"] == case.permit.number
    assert first["remark"].startswith("Dicabut")
    assert second["remark"].startswith("Berlaku")
    later = MONDAY + timedelta(days=365 * 12)
    monkeypatch.setattr(clock, "now", lambda: later)
    second = lines(browser(world).get("/buku/izin/", NOVEMBER))[1]
    assert second["remark"].startswith("Kedaluwarsa")


def test_period_and_service_narrow_a_book(world):
    world.apply()
    world.apply("joko", "nib-pendampingan")
    client = browser(world)

    def numbers(**more):
        return [one["no"] for one in lines(client.get("/buku/", NOVEMBER | more))]

    assert numbers() == [1, 2]
    assert numbers(layanan="sip-bidan") == [1]
    assert numbers(dari="2026-11-23", sampai="2026-11-23") == [1, 2]
    assert numbers(dari="2026-11-24") == []
    assert numbers(sampai="2026-11-22") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"dari": "2026-12-01"},
        {"dari": "2024-01-01"},
        {"dari": "kemarin"},
        {"sampai": ""},
        {"layanan": "tidak-ada"},
    ],
)
def test_a_wrong_period_is_named_and_this_month_is_shown(world, wrong):
    world.apply()
    answer = browser(world).get("/buku/", NOVEMBER | wrong)
    assert answer.context["form"].errors
    assert len(answer.context["rows"]) == 1
    assert (
        browser(world).post("/buku/", NOVEMBER | wrong | {"sebagai": "xlsx"}).context["form"].errors
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_all_calendars_breaks_no_book(world, day):
    answer = browser(world).get("/buku/", {"dari": day, "sampai": day})

    assert answer.status_code == 200
    assert lines(answer) == []


def test_pages_go_on_with_the_number_of_the_page_before(world, monkeypatch):
    monkeypatch.setattr(pages, "BOOK_PAGE", 2)
    for _n in range(3):
        world.apply("joko")
    client = browser(world)

    first = client.get("/buku/")
    second = client.get("/buku/" + first.context["page"]["next_url"])

    assert [one["no"] for one in lines(first) + lines(second)] == [1, 2, 3]
    assert len({one["number"] for one in lines(first) + lines(second)}) == 3
    assert second.context["page"]["next_url"] == ""


@pytest.mark.parametrize("address", BOOKS)
def test_the_sheet_holds_the_whole_period_with_addresses_and_is_recorded(world, address):
    case = handed_over(world)
    client = browser(world)
    assert "Jalan" not in client.get(address).content.decode()
    assert Disclosure.objects.count() == 0

    answer = client.post(address, NOVEMBER | {"sebagai": "xlsx"})

    rows = sheet(answer)
    party = Party.objects.get(pk=case.party_id)
    assert answer["Content-Disposition"].startswith('attachment; filename="register-')
    assert len(rows[-1]) == 15
    assert rows[-1][0] == 1.0
    assert {"Sari Lestari", case.number, case.permit.number} <= set(rows[-1])
    assert party.address in rows[-1]
    look = Disclosure.objects.get()
    assert (look.user_id, look.subject.split()[-2:]) == (
        world.user("budi").pk,
        ["xlsx", "register"],
    )
    looks = browser(world, "auditor").get("/data-dibuka/").content.decode()
    assert "buku register dengan nama dan alamat" in looks


@pytest.mark.parametrize("address", BOOKS)
def test_the_printed_book_is_landscape_with_every_column(world, address):
    handed_over(world)

    answer = browser(world).post(address, NOVEMBER | {"sebagai": "cetak"})
    text = answer.content.decode()

    assert len(answer.context["lines"]) == 1
    assert text.count("<th scope") == 15
    assert "portal/landscape.css" in text
    assert "Masa: 1 November 2026 sampai 30 November 2026" in text
    assert Disclosure.objects.get().subject.endswith("print register")


def test_too_many_lines_for_paper_are_offered_as_a_sheet(world, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PRINTED", 1)
    world.apply()
    world.apply("joko")

    answer = browser(world).post("/buku/", NOVEMBER | {"sebagai": "cetak"})

    assert "Lebih dari 1 baris" in answer.content.decode()
    assert Disclosure.objects.count() == 0
    assert len(sheet(browser(world).post("/buku/", NOVEMBER | {"sebagai": "xlsx"}))) == 4 + 2


def test_a_name_that_looks_like_a_formula_is_text_on_the_sheet(world):
    case = world.apply()
    Party.objects.filter(pk=case.party_id).update(name='=HYPERLINK("http://contoh.id")')

    rows = sheet(browser(world).post("/buku/", NOVEMBER | {"sebagai": "xlsx"}))

    assert '=HYPERLINK("http://contoh.id")' in rows[-1]


@pytest.mark.parametrize("key", ["bupati", "admin"])
def test_who_does_not_work_on_cases_reads_no_name_and_no_address(world, key):
    case = handed_over(world)
    party = Party.objects.get(pk=case.party_id)
    client = browser(world, key)
    for address in BOOKS:
        for answer in (client.get(address), client.post(address, NOVEMBER | {"sebagai": "cetak"})):
            text = answer.content.decode()
            assert "Sari L•••" in text
            assert "Sari Lestari" not in text
            assert party.address not in text
            assert f"/berkas/{case.number}/" not in text
        cells = [
            str(cell)
            for row in sheet(client.post(address, NOVEMBER | {"sebagai": "xlsx"}))
            for cell in row
        ]
        assert "Sari L•••" in cells
        assert not any("Lestari" in cell or party.address in cell for cell in cells)
    assert Disclosure.objects.count() == 0


@pytest.mark.parametrize("key", ["wati", "sari"])
def test_other_departments_and_applicants_do_not_read_the_books(world, key):
    client = browser(world, key)
    for address in (*BOOKS, "/buku/rekap/"):
        assert client.get(address).status_code == 403
        assert client.post(address, NOVEMBER | {"sebagai": "xlsx"}).status_code == 403


def test_the_recap_shows_what_the_log_says_and_gives_it_as_a_sheet(world):
    handed_over(world)
    world.apply("joko")
    run_readers(at=MONDAY, limit=500)
    client = browser(world, "bupati")

    answer = client.get("/buku/rekap/")

    (row,) = answer.context["rows"]
    assert row[2:9] == [0, 2, 1, 0, 0, 1, 100.0]
    assert answer.context["whole"][2:9] == row[2:9]
    rows = sheet(client.get("/buku/rekap/?bulan=2026-11&sebagai=xlsx"))
    assert rows[-2][2:9] == rows[-1][2:9] == [0.0, 2.0, 1.0, 0.0, 0.0, 1.0, 100.0]
    assert client.get("/buku/rekap/?bulan=2026-10").context["rows"] == []
    assert client.get("/buku/rekap/?bulan=0001-01").context["rows"] == answer.context["rows"]


@pytest.mark.parametrize("address", [*BOOKS, "/buku/rekap/"])
def test_books_ask_as_often_for_many_lines_as_for_few(world, address):
    client = browser(world)
    world.issued(world.apply())
    run_readers(at=MONDAY, limit=500)

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    few = queries()
    for case in [world.apply("joko") for _n in range(3)]:
        world.issued(case)
    run_readers(at=MONDAY, limit=500)
    assert queries() == few <= 14


def test_a_sheet_is_read_in_chunks(world, monkeypatch):
    from satupintu.permits import registers

    monkeypatch.setattr(registers, "CHUNK", 2)
    for _n in range(5):
        world.apply("joko")
    rows = sheet(browser(world).post("/buku/", NOVEMBER | {"sebagai": "xlsx"}))
    assert [row[0] for row in rows[-5:]] == [1.0, 2.0, 3.0, 4.0, 5.0]
