"""
Every page in both languages, on a phone and on a desk: it opens, fits, passes axe, is complete in its
language, asks nobody else for anything; and a picture of it for people to look at.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polib
import pytest
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from tests.browser.conftest import enter_code
from tests.browser.pages import NO_PAGES, PAGES, PLACES, MainPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
AXE_WIDTH = {"id": 1280, "en": 360}


@pytest.fixture(scope="module")
def places(office_browsing):
    """Find the addresses that hold a number of the demo."""
    found = {}
    for name, place in PLACES.items():
        page = office_browsing.page(place.page.format(**found), who=place.who, width=1280)
        if place.press:
            page.get_by_role("button", name=re.compile(f"^{place.press}")).first.click()
            found[name] = urlsplit(page.url).path
            page.context.close()
            continue
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        page.context.close()
        matches = (re.search(place.link, one) for one in links)
        found[name] = next((one[one.re.groups] for one in matches if one), None)
    assert [name for name, address in found.items() if address is None] == []
    return found


@pytest.fixture(scope="module")
def tabs(office_browsing):
    """One tab for each person and language; opening one for each page would take too long."""
    opened: dict[tuple[str, str], Page] = {}

    def tab(who: str, language: str) -> Page:
        if (who, language) not in opened:
            opened[who, language] = office_browsing.page(
                "/tentang/", who=who, language=language, width=1280
            )
        return opened[who, language]

    return tab


def one_heading(page: Page) -> None:
    page.wait_for_load_state()  # a form that was just sent may still be on its way
    headings = page.locator("h1:visible")
    assert headings.count() == 1, headings.all_inner_texts()
    assert headings.inner_text().strip()


UNLABELLED = """() => [...document.querySelectorAll(
    "input:not([type=hidden]), select, textarea")].filter((control) =>
    control.checkVisibility() && !control.labels?.length
    && !control.getAttribute("aria-label") && !control.getAttribute("aria-labelledby")
).map((control) => control.outerHTML.slice(0, 120))"""

SMALL = """() => [...document.querySelectorAll("main button, main .button, main summary")].filter(
    (one) => one.checkVisibility() && one.getBoundingClientRect().height > 0
      && one.getBoundingClientRect().height < 43.5
).map((one) => one.outerHTML.slice(0, 120))"""

# Texts a person reads or hears, and what stands around them: what is marked as Indonesian may be so.
TEXTS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest("[lang=id], script, style, textarea")) continue;
    const text = node.textContent.replace(/\\s+/g, " ").trim();
    if (text) found.push(text);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (!one.closest("[lang=id]")) found.push(one.getAttribute(name));
  found.push(document.title);
  return found;
}"""


@cache
def indonesian_texts() -> frozenset[str]:
    """The Indonesian of every text that has an English different from it."""
    found = set()
    for path in ROOT.glob("satupintu/*/locale/en/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            english = {entry.msgstr, *entry.msgstr_plural.values()}
            for text in (entry.msgid, entry.msgid_plural):
                if text and text not in english and not re.search(r"%\(|%s|{", text):
                    found.add(re.sub(r"\s+", " ", text).strip())
    english_words = set()
    for path in ROOT.glob("satupintu/*/locale/en/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            english_words |= {entry.msgstr, *entry.msgstr_plural.values()}
    return frozenset(found - english_words)


# Names of offices, which are data and stay Indonesian.
NAMES = frozenset({"Badan Kesatuan Bangsa dan Politik", "Inspektorat"})


def indonesian_left(page: Page) -> list[str]:
    sources = indonesian_texts()
    sources -= NAMES
    long = [text for text in sources if len(text) >= 24]
    return sorted(
        {
            text
            for text in page.evaluate(TEXTS)
            if text in sources or any(part in text for part in long)
        }
    )


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("main_page", PAGES, ids=lambda one: one.name)
def test_page_is_sound(
    office_browsing, places, tabs, *, axe, fits, shot, main_page: MainPage, language
):
    page = tabs(main_page.who, language)
    address = main_page.path.format(**places)

    page.set_viewport_size({"width": 1280, "height": 860})
    answer = page.goto(address)

    assert answer is not None
    assert answer.status == main_page.status, address
    assert page.locator("html").get_attribute("lang") == language
    one_heading(page)
    assert page.evaluate(UNLABELLED) == []
    if language == "en":
        assert indonesian_left(page) == []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 860 if width > 400 else 740})
        fits(page)
        if width == AXE_WIDTH[language]:
            axe(page)
        shot(page, main_page.name, language=language)
    assert office_browsing.complaints() == []


def route_names(resolver: Any, names: tuple[str, ...] = ()) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from route_names(entry, (*names, entry.namespace) if entry.namespace else names)
        else:
            yield ":".join([*names, entry.name])


def test_every_route_is_looked_at_or_is_no_page_for_a_reason(places):
    looked_at = set()
    for one in PAGES:
        try:
            looked_at.add(resolve(urlsplit(one.path.format(**places)).path).view_name)
        except Resolver404:
            assert one.name == "tidak-ditemukan"
    names = set(route_names(get_resolver()))
    names -= {"account_login", "people:sign_in"} - looked_at  # one page, two names

    assert sorted(names - looked_at - set(NO_PAGES)) == []
    assert sorted(looked_at & set(NO_PAGES) - {"account_login"}) == []
    assert sorted(set(NO_PAGES) - names - {"account_login"}) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_between_steps_are_sound(office_browsing, axe, fits, shot, language):
    page = office_browsing.page("/masuk/", width=360, language=language)

    def look(name: str) -> None:
        one_heading(page)
        fits(page)
        axe(page)
        shot(page, name, language=language)

    page.fill("[name=address]", f"baru-{language}@contoh.id")
    page.locator("main form .button.big").click()
    look("masuk-kode")
    page.fill("[name=code]", "000000")
    page.locator("main form .button.big").click()
    look("masuk-kode-salah")
    page.goto("/masuk/kode/")
    enter_code(page, then="/masuk/nama/")
    look("masuk-nama")


def test_dark_pages_are_sound(office_browsing, places, axe, shot):
    for who, path, name in (
        ("", "/", "beranda"),
        ("", "/layanan/reklame/", "layanan-reklame"),
        ("sari", "{returned}", "permohonan-perbaiki"),
        ("sari", "{permit_case}", "permohonan-izin"),
        ("ratna", "/tugas/?map=unit", "tugas"),
        ("ratna", "{case}", "berkas"),
    ):
        address = path.format(**places)
        page = office_browsing.page(address, who=who, dark=True, width=1280)
        axe(page)
        shot(page, f"{name}-gelap")
        page.context.close()
    assert office_browsing.complaints() == []
