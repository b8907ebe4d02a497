"""The leader's page: each figure leads to the list behind it, and goes by the date that was promised first."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client

from satupintu.desk.rules import STAGE_LABELS as COMPLAINT_STAGES
from satupintu.desk.rules import Accused
from satupintu.desk.services import Filing, file_complaint
from satupintu.desk.services.filing import reporter_actor
from satupintu.lib import clock
from satupintu.people.queries import Unit
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.portal.summary_lists import TITLES
from satupintu.workflow.services import run_readers

BACKEND = "satupintu.people.backends.PasswordBackend"


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


def browser(world, key="bupati"):
    client = Client()
    client.force_login(world.user(key), backend=BACKEND)
    return client


def now(client):
    return {one.label: one.value for one in client.get("/ringkasan/").context["now"]}


class Links(HTMLParser):
    """Every address of a list on the page, with the number that leads there."""

    def __init__(self):
        super().__init__()
        self.found, self._open = [], ""

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            address = dict(attrs).get("href", "")
            self._open = address if "/ringkasan/daftar/" in address else ""

    def handle_data(self, data):
        if self._open and data.strip().isdigit():
            self.found.append((self._open, int(data)))
            self._open = ""


def test_the_summary_counts_decisions_of_the_month_by_service(world):
    world.issued(world.apply())
    world.apply("joko")
    run_readers(at=world.at, limit=500)

    answer = browser(world).get("/ringkasan/")

    line = answer.context["lines"][0]
    assert (line.decided, line.issued, line.kept, line.promised) == (1, 1, 1, 1)
    assert [one.value for one in answer.context["figures"]][:2] == ["1", "100%"]


def test_the_summary_shows_what_is_late(world, monkeypatch):
    """Renamed: past the legal limit it counts what waits for a decision, no longer what is decided and unsigned."""
    world.apply()
    world.numbered(world.apply("joko"))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=40))

    late = now(browser(world))

    assert late["berjalan, lewat janji layanan"] == "2"
    assert late["menunggu keputusan, lewat batas hukum"] == "1"


def test_what_is_due_today_is_not_late_yet(world, monkeypatch):
    case = world.apply()
    due = case.promise.counted_due_at
    client = browser(world)

    monkeypatch.setattr(clock, "now", lambda: due - timedelta(hours=2))
    assert now(client)["jatuh tempo hari ini"] == "1"
    assert now(client)["berjalan, lewat janji layanan"] == "0"
    monkeypatch.setattr(clock, "now", lambda: due + timedelta(minutes=1))
    assert now(client)["jatuh tempo hari ini"] == "0"
    assert now(client)["berjalan, lewat janji layanan"] == "1"
    monkeypatch.setattr(clock, "now", lambda: due - timedelta(days=1))
    assert now(client)["jatuh tempo hari ini"] == "0"


def test_an_extension_does_not_hide_a_missed_date(world, monkeypatch):
    case = world.apply()
    first = case.promise.counted_due_at
    case = world.do(case, "extend", "lina", reason="Menunggu hasil laboratorium.", days=5)
    assert case.promise_due_at > first
    monkeypatch.setattr(clock, "now", lambda: first + timedelta(hours=1))
    client = browser(world)

    assert now(client)["berjalan, lewat janji layanan"] == "1"
    page = client.get("/ringkasan/daftar/?yang=terlambat")
    row = page.context["found"].rows[0]
    assert (row.date, row.extended) == (first, case.promise_due_at)
    assert "diperpanjang sampai" in page.content.decode()


def test_who_is_waited_for_is_named_down_to_the_officer(world):
    world.apply()
    taken = world.apply("joko")
    world.do(taken, "take", "budi", task=str(world.tasks(taken)[0].pk))
    world.complete(world.apply("joko"))  # asks the department of health
    world.returned(world.apply("joko"))  # the applicant's turn

    lines = browser(world).get("/ringkasan/").context["waiting"]

    told = [(line.depth, line.who, line.count) for line in lines]
    assert told[0] == (0, "Pemohon", "1")
    assert (1, "Petugas loket", "2") in told
    assert (2, "belum ditangani siapa pun", "1") in told
    assert (2, world.user("budi").name, "1") in told
    assert (1, "Petugas teknis", "1") in told


def test_every_number_leads_to_a_list_of_that_many(world, monkeypatch):
    world.issued(world.apply())
    world.complete(world.apply("joko"))
    world.returned(world.apply("joko"))
    world.apply("joko")
    run_readers(at=world.at, limit=500)
    due = world.apply("joko").promise.counted_due_at
    for at in (MONDAY, due - timedelta(hours=1), due + timedelta(days=3)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        client = browser(world)
        links = Links()
        links.feed(client.get("/ringkasan/?bulan=2026-11").content.decode())
        assert len(links.found) >= 8
        for address, count in links.found:
            page = client.get(address)
            assert page.status_code == 200, address
            assert len(page.context["found"].rows) == count, address


def test_the_leader_reads_masked_names_and_opens_no_case(world):
    case = world.apply()

    for key, names in (("bupati", False), ("auditor", True), ("darius", True)):
        text = (
            browser(world, key)
            .get("/ringkasan/daftar/?yang=unit&unit=" + world.tasks(case)[0].unit.code)
            .content.decode()
        )
        assert case.number in text
        assert ("Sari Lestari" in text) is names
        assert (f"/berkas/{case.number}/" in text) is names
        assert ("Sari L•••" in text) is not names


def test_lists_go_on_by_keyset(world, monkeypatch):
    from satupintu.portal import summary_lists

    monkeypatch.setattr(summary_lists, "STANDING_PAGE", 2)
    monkeypatch.setattr(summary_lists, "list_promised", _short(summary_lists.list_promised))
    for _n in range(3):
        world.apply("joko")
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=40))
    client = browser(world)

    first = client.get("/ringkasan/daftar/?yang=terlambat")
    second = client.get(first.context["page"]["next_url"])

    numbers = [row.number for page in (first, second) for row in page.context["found"].rows]
    assert (len(numbers), len(set(numbers))) == (3, 3)
    assert second.context["page"]["next_url"] == ""


def _short(read):
    return lambda **given: read(**given, size=2)


def test_an_earlier_month_is_chosen_by_its_address(world, monkeypatch):
    world.issued(world.apply())
    run_readers(at=world.at, limit=500)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 11, 2, tzinfo=UTC))
    client = browser(world)

    assert client.get("/ringkasan/").context["lines"] == []
    assert len(client.get("/ringkasan/?bulan=2026-11").context["lines"]) == 1
    assert client.get("/ringkasan/?bulan=2026-10").context["lines"] == []
    for strange in ("2026-13", "x", "0001-01", "9999-01", "9999-12", "2028-01", ""):
        assert client.get("/ringkasan/", {"bulan": strange}).context["this_month"], strange


def test_lists_that_do_not_exist_are_not_found(world):
    client = browser(world)

    assert client.get("/ringkasan/daftar/").status_code == 404
    assert client.get("/ringkasan/daftar/?yang=semua").status_code == 404
    odd = client.get("/ringkasan/daftar/?yang=unit&unit=x&petugas=y&peran=z&sesudah=w")
    assert odd.context["found"].rows == []


def test_the_clerk_at_the_counter_does_not_read_the_leaders_page(world):
    assert browser(world, "budi").get("/ringkasan/").status_code == 403
    assert browser(world, "budi").get("/ringkasan/daftar/?yang=terlambat").status_code == 403


def test_the_page_asks_as_often_for_many_cases_as_for_few(world, django_assert_num_queries):
    client = browser(world)
    addresses = (
        "/ringkasan/",
        "/ringkasan/daftar/?yang=unit&unit=dpmptsp",
        "/ringkasan/daftar/?yang=pemohon",
    )
    world.returned(world.apply())
    world.apply()
    counted = [_queries(client, one) for one in addresses]
    for _n in range(4):
        world.returned(world.apply("joko"))
        world.complete(world.apply("joko"))

    assert [_queries(client, one) for one in addresses] == counted
    assert max(counted) <= 20


def _queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_complaints_that_wait_and_those_past_their_day_are_counted_with_the_way_to_them(
    world, monkeypatch
):
    def file_one(category):
        filing = Filing(story="Berkas saya belum selesai juga.", category=category)
        return file_complaint(filing, by=reporter_actor(), at=MONDAY)

    file_one("late")
    file_one("levy")  # sealed: counted, and read by nobody here
    leader = browser(world)
    assert now(leader)["pengaduan menunggu"] == "2"
    assert now(leader)["pengaduan lewat batas"] == "0"
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=21))
    leader = browser(world)
    assert now(leader)["pengaduan lewat batas"] == "1"
    urls = [one.url for one in leader.get("/ringkasan/").context["now"] if "pengaduan" in one.label]
    page = leader.get(urls[0]).content.decode()
    assert "Sekarang menunggu jawaban: 2, di antaranya lewat batas: 1." in page
    assert "ADU-" not in page


@pytest.mark.parametrize("who", ["darius", "lina", "auditor", "bupati"])
def test_no_list_behind_a_figure_tells_of_a_complaint(world, monkeypatch, who):
    sari = world.user("sari")
    late, levy = {"category": "late"}, {"category": "levy"}
    for more in (levy, late, late | {"accused": Accused.HEAD}):
        filing = Filing(story="Berkas saya belum selesai juga.", party_id=sari.party_id, **more)
        file_complaint(filing, by=reporter_actor(), at=MONDAY)
    for at in (MONDAY, MONDAY + timedelta(days=120)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        leader = browser(world, who)
        pages = [leader.get("/ringkasan/").content.decode()]
        lists = [f"unit&unit={one.code}" for one in Unit.objects.all()]
        for what in (*TITLES, *lists):
            pages += [leader.get(f"/ringkasan/daftar/?yang={what}").content.decode()]
        for page in pages:
            assert "ADU-" not in page
            for stage in COMPLAINT_STAGES.values():
                assert str(stage) not in page
