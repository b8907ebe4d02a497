"""Every component, narrow and wide, light and dark, in both languages."""

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.no_rows,
    pytest.mark.django_db(transaction=True),
]

PAGES = {
    "beranda": "/",
    "tentang": "/tentang/",
    "maklumat": "/maklumat/",
    "kontak": "/kontak/",
    "gaya": "/gaya/",
    "gaya-meja": "/gaya/?meja",
    "gaya-berkas": "/gaya/?berkas",
}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_page_passes_axe_fits_and_is_photographed(browser_page, inspect, name, width):
    page = browser_page(PAGES[name], width=width)

    inspect(page, name)


@pytest.mark.parametrize("name", ["beranda", "gaya", "gaya-meja", "gaya-berkas"])
def test_page_passes_axe_in_english_and_in_the_dark(browser_page, inspect, name):
    page = browser_page(PAGES[name], width=1280, language="en", dark=True)

    inspect(page, f"{name}-en-gelap")


def test_dark_on_a_phone(browser_page, inspect):
    page = browser_page("/gaya/", width=360, dark=True)

    inspect(page, "gaya-gelap")


def test_the_language_switch_works_without_script_and_stays_on_the_page(browser_page):
    page = browser_page("/maklumat/", width=1280, script=False)

    page.get_by_role("button", name="English").first.click()

    assert page.url.endswith("/maklumat/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text() == "Service pledge"


def test_the_appearance_is_kept_without_script(browser_page):
    page = browser_page("/", width=1280, script=False)

    page.get_by_role("button", name="Gelap").click()

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_withdrawing_asks_first_and_cancel_changes_nothing(browser_page):
    page = browser_page("/gaya/", width=1280)

    page.click("#tarik")
    dialog = page.get_by_role("dialog")

    assert "Tarik permohonan ini?" in dialog.inner_text()
    dialog.get_by_role("button", name="Batal").click()
    assert page.get_by_role("dialog").count() == 0
    assert page.url.endswith("/gaya/")


def test_keys_move_pick_and_show_the_bulk_bar(browser_page):
    page = browser_page("/gaya/?meja", width=1280)
    bulk = page.locator("[data-bulk]")
    assert not bulk.is_visible()

    for key in ("j", "j", "x"):
        page.keyboard.press(key)

    assert "SIP Bidan" in page.locator("tr[aria-selected=true]").inner_text()
    assert bulk.is_visible()
    assert page.locator("[data-picked]").inner_text() == "1 dipilih"


def test_the_case_page_shows_one_part_at_a_time_on_a_phone(browser_page):
    page = browser_page("/gaya/?berkas", width=360)
    assert page.locator("#syarat").is_visible()
    assert not page.locator("#riwayat").is_visible()

    page.get_by_role("link", name="Riwayat").click()

    assert page.locator("#riwayat").is_visible()
    assert not page.locator("#syarat").is_visible()
