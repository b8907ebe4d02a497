"""
Real Chromium against a real server: fixtures and helpers for the browser tests.

`live` is the server's address (Django's live server, threads, the test database). `browser_page` opens a page of
a given width, language, with or without JavaScript. `axe(page)` asserts that axe-core finds nothing.
`shot(page, name)` keeps a picture in screenshots/. Any request to another host fails the test.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright runs its own event loop in this thread; Django's check for "async" code is not about us.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEIGHTS = {360: 740, 768: 1024, 1280: 860}

PageMaker = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def _fast_static(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Serve static files from where they are written: no collectstatic before a test."""
    from django.conf import settings

    storages = settings.STORAGES
    settings.STORAGES = {
        **storages,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    yield
    settings.STORAGES = storages


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def live(live_server: Any, settings: Any) -> str:
    """The server's address; hosts and the base address follow it."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.BASE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def browser_page(chromium: Browser, live: str) -> Iterator[PageMaker]:
    """Open pages: browser_page("/lacak/", width=360, script=False, language="en", dark=True)."""
    contexts: list[BrowserContext] = []

    def make(
        path: str = "/",
        *,
        width: int = 360,
        script: bool = True,
        language: str = "id",
        dark: bool = False,
        context: BrowserContext | None = None,
    ) -> Page:
        if context is None:
            context = chromium.new_context(
                base_url=live,
                viewport={"width": width, "height": HEIGHTS.get(width, 860)},
                java_script_enabled=script,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                locale="id-ID" if language == "id" else "en-GB",
            )
            context.add_cookies([{"name": "bahasa", "value": language, "url": live}])
            contexts.append(context)
        page = context.new_page()
        page.foreign = []  # type: ignore[attr-defined]
        page.troubles = []  # type: ignore[attr-defined]
        page.on("request", lambda request: _note_foreign(page, live, request.url))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda message: _note_console(page, message))
        page.goto(path)
        return page

    yield make
    for context in contexts:
        pages = context.pages
        foreign = [url for page in pages for url in getattr(page, "foreign", [])]
        troubles = [text for page in pages for text in getattr(page, "troubles", [])]
        context.close()
        assert foreign == [], f"Requests to other hosts: {foreign}"
        assert troubles == [], f"The browser complained: {troubles}"


def _note_foreign(page: Any, live: str, url: str) -> None:
    if not url.startswith((live, "data:", "blob:")):
        page.foreign.append(url)


def _note_console(page: Any, message: Any) -> None:
    """Keep violations of the content security policy; other remarks of the browser are not ours."""
    if message.type == "error" and "Content Security Policy" in message.text:
        page.troubles.append(message.text)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing (WCAG 2.2 AA and its best practices)."""

    def check(page: Page) -> None:
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture(scope="session")
def shot() -> Callable[..., Path]:
    """Keep a picture of the whole page as screenshots/<name>-<width>.png and return its path."""

    def keep(page: Page, name: str, *, full: bool = True) -> Path:
        SCREENSHOTS.mkdir(exist_ok=True)
        width = (page.viewport_size or {"width": 0})["width"]
        path = SCREENSHOTS / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=full)
        return path

    return keep


@pytest.fixture(scope="session")
def fits() -> Callable[[Page], None]:
    """Assert that a page does not scroll sideways."""

    def check(page: Page) -> None:
        wide, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room, f"{page.url}: {wide} px wide on {room} px"

    return check


@pytest.fixture(scope="session")
def inspect(
    axe: Callable[[Page], None], shot: Callable[..., Path], fits: Callable[[Page], None]
) -> Callable[[Page, str], None]:
    """What every main page gets: no sideways scrolling, nothing found by axe, a picture."""

    def check(page: Page, name: str) -> None:
        fits(page)
        axe(page)
        shot(page, name)

    return check
