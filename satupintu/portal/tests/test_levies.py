"""Levies in the books: a month on screen, paper and sheet; the recap and the leader's page where fees exist."""

import pytest
from django.test import Client

from satupintu.lib import clock, words
from satupintu.lib.tests.test_sheets import read_sheet
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.permits.tests.paid_cases import make_paid_world
from satupintu.workflow.services import run_readers

pytestmark = pytest.mark.django_db
BACKEND = "satupintu.people.backends.PasswordBackend"
MONTH = "/retribusi/?bulan=2026-11"


@pytest.fixture
def now(monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def browser(world, key="budi"):
    client = Client()
    client.force_login(world.user(key), backend=BACKEND)
    return client


def test_the_month_is_one_list_with_its_sums_on_screen_paper_and_sheet(now):
    world = make_paid_world()
    case = world.settled()
    page = browser(world).get(MONTH).content.decode()
    for told in (case.number, "SKRD-2026-00001", "SSRD-2026-00001", "batas bayar 23 Des 2026"):
        assert told in page
    assert page.count("<h1") == 1
    paper = browser(world, "darius").get(f"{MONTH}&sebagai=cetak").content.decode()
    assert "Mengetahui, Kepala" in paper
    assert "673.200" in paper
    answer = browser(world).get(f"{MONTH}&sebagai=xlsx")
    cells = [one for row in read_sheet(b"".join(answer.streaming_content)) for one in row]
    assert "SKRD-2026-00001" in cells
    assert "Jumlah" in cells


@pytest.mark.parametrize("mark", ["", "?bulan=2026-13", "?bulan=2025-01", "?sebagai=apa"])
def test_a_month_without_money_and_a_strange_address_are_pages_too(now, mark):
    world = make_paid_world()
    assert "Tidak ada retribusi" in browser(world).get(f"/retribusi/{mark}").content.decode()
    paper = browser(world).get("/retribusi/?bulan=2025-01&sebagai=cetak")
    assert "Belum ada di masa ini" in paper.content.decode()


def test_no_month_that_has_not_come_is_led_to(now):
    world = make_paid_world()
    page = browser(world).get(MONTH).content.decode()
    assert "?bulan=2026-10" in page
    assert "?bulan=2026-12" not in page
    assert "?bulan=2026-11" in browser(world).get("/retribusi/?bulan=2026-10").content.decode()


def test_only_who_confirms_payments_is_led_to_the_statements(now):
    world = make_paid_world()
    assert "/retribusi/rekening-koran/" in browser(world).get(MONTH).content.decode()
    darius = browser(world, "darius").get(MONTH).content.decode()
    assert 'href="/retribusi/rekening-koran/"' not in darius


def test_the_recap_and_the_leader_read_what_was_set_and_received(now):
    world = make_paid_world()
    world.settled()
    world.apply()
    run_readers(at=world.at, limit=500)
    answer = browser(world, "darius").get("/buku/rekap/?bulan=2026-11")
    keys = [column.key for column in answer.context["columns"]]
    rows = [dict(zip(keys, cells, strict=True)) for cells in answer.context["rows"]]
    paid = {row["service"]: (row["fee_set"], row["fee_paid"]) for row in rows}
    assert (673_200, 673_200) in paid.values()
    assert (None, None) in paid.values()  # a free service
    whole = dict(zip(keys, answer.context["whole"], strict=True))
    assert (whole["fee_set"], whole["fee_paid"]) == (673_200, 673_200)
    leader = browser(world, "darius").get("/ringkasan/?bulan=2026-11").content.decode()
    assert "retribusi diterima" in leader
    assert "Rp673.200" in leader


def test_a_free_office_reads_no_word_of_fees_in_recap_and_summary(now):
    world = make_world()
    world.apply()
    run_readers(at=world.at, limit=500)
    for path in ("/buku/rekap/", "/ringkasan/"):
        page = browser(world, "darius").get(path).content.decode()
        assert "etribusi" not in page.split("<main", 1)[1], path


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("SKRD-2026-00001", "SKRD-2026-00001"),
        ("skrd/1", "skrd/1"),
        ("900/1/2026", "SKRD 900/1/2026"),
    ],
)
def test_a_number_that_says_what_it_is_is_not_named_twice(number, said):
    assert words.numbered("SKRD", number) == said
