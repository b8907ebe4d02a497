"""The officers' desk in a real browser: pictures of each page, axe, keys, no sideways scroll."""

from datetime import timedelta

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TUESDAY = MONDAY + timedelta(days=1, hours=4, minutes=25)  # 13.25; the office closes at 15.00


@pytest.fixture
def world(transactional_db, live, monkeypatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    return make_world()


@pytest.fixture
def desk(world, browser_page, live):
    """Open a page as an officer: desk("ratna", "/tugas/", width=1280)."""

    def open_as(who: str, path: str, **named):
        client = Client()
        client.force_login(world.user(who), backend="satupintu.people.backends.PasswordBackend")
        page = browser_page("/tentang/", **named)
        page.context.add_cookies(
            [{"name": "sesi", "value": client.cookies["sesi"].value, "url": live}]
        )
        page.goto(path)
        return page

    return open_as


def several(world: World) -> None:
    """Fill the inbox: late, due today, tomorrow; one back from repair, some held by somebody."""
    late = world.apply("joko", at=MONDAY - timedelta(days=3, hours=2))
    world.do(late, "take", "budi", task=str(world.tasks(late)[0].pk))
    for key in ("sari", "joko"):
        today = world.apply(key)
        world.do(today, "take", "budi", task=str(world.tasks(today)[0].pk))
    repaired = world.returned(world.apply("joko"))
    world.at = TUESDAY
    repaired = world.do(repaired, "resubmit", "budi", reason="Foto STR baru.")
    world.do(repaired, "take", "budi", task=str(world.tasks(repaired)[0].pk))
    tomorrow = world.apply("sari")
    world.do(tomorrow, "take", "budi", task=str(world.tasks(tomorrow)[0].pk))
    world.apply("joko")
    world.complete(world.apply("sari"))
    world.at = MONDAY


def test_the_inbox_looks_right(world, desk, shot, axe, fits):
    several(world)
    for width in (1280, 768, 360):
        page = desk("budi", "/tugas/", width=width)
        fits(page)
        shot(page, "inbox")
        axe(page)
    axe(desk("budi", "/tugas/?map=unit", width=1280, language="en"))
    shot(desk("budi", "/tugas/?map=unit", width=1280, dark=True), "inbox-dark")


def test_an_empty_inbox_congratulates(world, desk, shot, axe):
    page = desk("budi", "/tugas/", width=1280)
    assert page.get_by_text("Semua beres").is_visible()
    shot(page, "inbox-empty")
    axe(page)


def test_keys_walk_open_and_pick(world, desk):
    several(world)
    page = desk("budi", "/tugas/", width=1280)
    assert page.locator("[data-bulk]").is_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-bulk]").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("[data-bulk]").is_hidden()
    page.keyboard.press("o")
    page.wait_for_url("**/berkas/**")


def test_the_case_page_looks_right(world, desk, shot, axe, fits):
    case = world.apply()
    world.do(case, "take", "ratna", task=str(world.tasks(case)[0].pk))
    world.do(case, "comment", "budi", reason="Pemohon menelepon, menanyakan jadwal.")
    path = f"/berkas/{case.number}/"
    page = desk("ratna", path, width=1280)
    page.keyboard.press("s")
    page.wait_for_url("**?dok=**")
    for width in (1280, 768, 360):
        page = desk("ratna", path, width=width)
        page.locator(".viewer-page img").wait_for(state="attached")
        fits(page)
        shot(page, "case", full=width != 1280)
        axe(page)
    axe(desk("ratna", path, width=1280, language="en"))
    shot(desk("ratna", path, width=1280, dark=True), "case-dark")


def test_the_case_works_without_javascript(world, desk, shot):
    case = world.apply()
    page = desk("budi", f"/berkas/{case.number}/", width=360, script=False)
    shot(page, "case-plain")
    page.get_by_role("link", name="Nyatakan lengkap").click()
    page.wait_for_url(f"**/berkas/{case.number}/nyatakan-lengkap/")
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Nyatakan lengkap").click()
    page.wait_for_url(f"**/berkas/{case.number}/")
    assert world.fresh(case).state == "review"


def test_the_forms_look_right(world, desk, shot, axe, fits):
    case = world.apply()
    for name, who, slug, stage in (
        ("return", "budi", "kembalikan", None),
        ("complete", "budi", "nyatakan-lengkap", None),
        ("visit", "wati", "catat-tinjauan", "complete"),
        ("recommend", "wati", "rekomendasikan", None),
    ):
        case = getattr(world, stage)(case) if stage else case
        for width in (1280, 360):
            page = desk(who, f"/berkas/{case.number}/{slug}/", width=width)
            fits(page)
            shot(page, f"act-{name}")
            axe(page)


def test_deciding_and_handing_over_look_right(world, desk, shot, axe, fits):
    case = world.initialled(world.apply())
    page = desk("darius", f"/berkas/{case.number}/setujui/", width=1280)
    shot(page, "act-approve")
    axe(page)
    page.get_by_label("Kata sandi tanda tangan").fill("demo")
    page.get_by_role("button", name="Setujui").click()
    page.get_by_text("Ditandatangani dan terbit").first.wait_for()
    assert world.fresh(case).state == "issued"
    shot(page, "case-issued")
    for width in (1280, 360):
        page = desk("budi", f"/berkas/{case.number}/serahkan/", width=width)
        fits(page)
        shot(page, "act-hand-over")
        axe(page)
    page = desk("budi", "/izin/", width=1280)
    shot(page, "issued")
    axe(page)
    page = desk("budi", "/berkas/", width=1280)
    shot(page, "cases")
    axe(page)


def test_other_systems_reports_and_search_look_right(world, desk, shot, axe, fits):
    case = world.do(world.apply(service="nib-pendampingan"), "declare_complete", "budi")
    for width in (1280, 360):
        page = desk("budi", f"/berkas/{case.number}/", width=width)
        page.get_by_role("button", name="Isi di sistem nasional").click()
        page.get_by_role("heading", name="Isi di sistem nasional").wait_for()
        fits(page)
        shot(page, "elsewhere")
        axe(page)
    for key in ("sari", "joko"):
        world.proposed(world.apply(key))
    page = desk("lina", "/tugas/?map=unit", width=1280)
    page.get_by_label("Pilih semua").check()
    shot(page, "inbox-picked")
    page.get_by_role("button", name="Beri paraf").click()
    page.get_by_role("heading", name="Laporan").wait_for()
    shot(page, "inbox-report")
    axe(page)
    page.locator("#cari-meja").fill("Sari")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Berkas").wait_for()
    assert "Sari" not in page.url
    shot(page, "search")
    axe(page)
