"""
Real Chromium against a real server: fixtures and helpers for the browser tests.

Two servers. `live` is Django's live server with an empty test database: for pages that need no rows.
`office` is a whole demo office (`satupintu run`), shared by the tests that only read; `own_office` is
one that a module may change. `office_browsing` and `own_browsing` open pages of them, as anybody or
signed in as one of the cast through the real pages.

A page that asks another host for anything, breaks the content security policy or makes the browser
complain fails the test. `axe(page)` asserts that axe-core finds nothing, `fits(page)` that nothing is
wider than the screen or its card, `shot(page, name)` keeps a picture in screenshots/ if pytest was given --pictures.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.office import Office, running_office

# Playwright runs its own event loop in this thread; Django's check for "async" code is not about us.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
# The one without a face of its own takes a third of the processor time; the others are as good.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEIGHTS = {360: 740, 768: 1024, 1280: 860}
APPLICANTS = {
    key: f"{key}@contoh.id" for key in ("sari", "joko", "lidia", "siti", "hasan", "petrus", "rudi")
}
PASSWORD = "satupintu"  # of every officer of the demo
SIGN_IN_CODE = re.compile(r"(?:Kode masuk Satu Pintu|Satu Pintu sign-in code): (\d{6})")

PageMaker = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def _fast_static() -> Iterator[None]:
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
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=_found(CHROMIUMS), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def notifying_chromium(driver: Playwright) -> Iterator[Browser]:
    """The browser with a face of its own: only there do notifications stand."""
    browser = driver.chromium.launch(executable_path=_found(CHROMIUMS[1:]), args=ARGUMENTS)
    yield browser
    browser.close()


def _found(programs: Sequence[str]) -> str:
    return next(filter(None, map(shutil.which, programs)), "/usr/bin/chromium")


class Browsing:
    """Browsers of one server: contexts by person, width and language, and what they complained of."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self.chromium, self.url = chromium, url
        self.contexts: list[BrowserContext] = []
        self.cookies: dict[str, Any] = {}
        self.foreign: list[str] = []
        self.troubles: list[str] = []
        self.broken_line = False

    def context(
        self,
        *,
        who: str = "",
        width: int = 360,
        script: bool = True,
        language: str = "id",
        dark: bool = False,
    ) -> BrowserContext:
        """A browser of its own; `who` is signed in (once, the session is used again)."""
        state = self._signed_in(who) if who else None
        context = self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 860)},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="id-ID" if language == "id" else "en-GB",
            storage_state=state,
        )
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "bahasa", "value": language, "url": self.url}])
        self.contexts.append(context)
        return context

    def page(self, path: str, *, context: BrowserContext | None = None, **options: Any) -> Page:
        """Open a page: page("/lacak/", who="sari", width=360, script=False, language="en")."""
        page = (context or self.context(**options)).new_page()
        page.on("request", lambda request: self._note_foreign(request.url))
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._note_console(page, message))
        page.on("response", self._note_missing)
        page.goto(path)
        return page

    def _signed_in(self, who: str) -> Any:
        if who not in self.cookies:
            page = self.page("/masuk/", script=False)
            sign_in(page, who)
            self.cookies[who] = page.context.storage_state()
            page.context.close()
            self.contexts.remove(page.context)
        return self.cookies[who]

    def _note_foreign(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.foreign.append(url)

    def _note_console(self, page: Page, message: Any) -> None:
        """Keep what the browser calls an error; a page that answers 4xx on purpose is none."""
        cut = self.broken_line and message.text.startswith("Failed to load resource")
        if message.type == "error" and not cut and not re.search(r"status of 4\d\d", message.text):
            self.troubles.append(f"{page.url}: {message.text}")

    def _note_missing(self, response: Any) -> None:
        """Keep pictures, styles and scripts that did not come."""
        if response.status >= 400 and response.request.resource_type in (
            "image",
            "script",
            "stylesheet",
            "font",
        ):
            self.troubles.append(f"{response.status}: {response.url}")

    def complaints(self) -> list[str]:
        """Return what was noted since the last call, and forget it."""
        found = [f"another host: {url}" for url in self.foreign] + self.troubles
        self.foreign, self.troubles = [], []
        return found

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts = []
        assert self.complaints() == []


def sign_in(page: Page, who: str, *, then: str = "") -> None:
    """Sign in through the pages: an applicant by a code from the demo inbox, an officer by password."""
    query = f"?next={then}" if then else ""
    if who not in APPLICANTS:
        page.goto(f"/masuk/petugas/{query}")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.click("main form .button.big")
        assert "/masuk/" not in page.url, page.inner_text("main")
        return
    page.goto(f"/masuk/{query}")
    page.fill("[name=address]", APPLICANTS[who])
    page.click("main form .button.big")
    enter_code(page)


def enter_code(page: Page, *, then: str = "") -> None:
    """Read the newest code in the demo inbox on another tab, and type it; `then` comes next."""
    inbox = page.context.new_page()
    inbox.goto("/demo/kotak-masuk/")
    # By its words: the number of an application (REG-2026-000123) has six figures too.
    newest = inbox.locator("article", has_text=SIGN_IN_CODE).first
    code = SIGN_IN_CODE.search(newest.inner_text())
    assert code, newest.inner_text()
    inbox.close()
    page.fill("[name=code]", code.group(1))
    page.click("main form .button.big")
    assert page.url.endswith(then) if then else "/masuk/" not in page.url, page.inner_text("main")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A demo office that no test changes."""
    with running_office(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture(scope="module")
def own_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A demo office of the module's own, to be changed."""
    with running_office(tmp_path_factory.mktemp("own-office")) as found:
        yield found


@pytest.fixture(scope="session")
def office_browsing(chromium: Browser, office: Office) -> Iterator[Browsing]:
    browsing = Browsing(chromium, office.url)
    yield browsing
    browsing.close()


@pytest.fixture(scope="module")
def own_cookies() -> dict[str, Any]:
    return {}


@pytest.fixture
def own_browsing(
    chromium: Browser, own_office: Office, own_cookies: dict[str, Any]
) -> Iterator[Browsing]:
    browsing = Browsing(chromium, own_office.url)
    browsing.cookies = own_cookies  # a code is sent to one address five times an hour at most
    yield browsing
    browsing.close()


@pytest.fixture
def live(live_server: Any, settings: Any) -> Iterator[str]:
    """
    The server's address; hosts and the base address follow it.

    At the end it waits for answers that nobody reads any more: they would hold the tables that are emptied next.
    """
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.BASE_URL = live_server.url
    server = live_server.thread.httpd
    handles, running, is_free = server.get_app(), [0], threading.Condition()

    def counted(environ: Any, start_response: Any) -> Iterator[bytes]:
        with is_free:
            running[0] += 1
        try:
            answer = handles(environ, start_response)
            try:
                yield from answer
            finally:
                getattr(answer, "close", lambda: None)()
        finally:
            with is_free:
                running[0] -= 1
                is_free.notify_all()

    server.set_app(counted)
    yield str(live_server.url)
    with is_free:
        assert is_free.wait_for(lambda: running[0] == 0, timeout=30), "an answer takes for ever"
    server.set_app(handles)


@pytest.fixture
def browser_page(
    chromium: Browser, live: str, request: pytest.FixtureRequest
) -> Iterator[PageMaker]:
    """
    Open pages: browser_page("/lacak/", width=360, script=False, language="en", dark=True).

    A test marked `broken_line` cuts the line itself: what could not be loaded is then no complaint.
    """
    browsing = Browsing(chromium, live)
    browsing.broken_line = request.node.get_closest_marker("broken_line") is not None

    def make(path: str = "/", **options: Any) -> Page:
        return browsing.page(path, **options)

    yield make
    browsing.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing (WCAG 2.2 AA and its best practices)."""

    def check(page: Page) -> None:
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture(scope="session")
def shot(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """With --pictures, keep one of the whole page as screenshots/<name>-<width>[-en].png; return its path."""
    wanted = request.config.getoption("--pictures")

    def keep(page: Page, name: str, *, full: bool = True, language: str = "") -> Path:
        width = (page.viewport_size or {"width": 0})["width"]
        ending = f"-{language}" if language else ""
        path = SCREENSHOTS / f"{name}-{width}{ending}.png"
        if wanted:
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=path, full_page=full)
        return path

    return keep


@pytest.fixture(scope="session")
def fits() -> Callable[[Page], None]:
    """Assert that a page does not scroll sideways, and that no card of a folded list hides the end of its words."""

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a form that was just sent may still be on its way
        wide, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room, f"{page.url}: {wide} px wide on {room} px"
        cut = page.locator(".table.fold tbody tr").evaluate_all(
            """rows => rows.filter(row => getComputedStyle(row).display === "block" && row.scrollWidth > row.clientWidth)
                           .map(row => row.innerText)"""
        )
        assert cut == [], f"{page.url}: wider than its card: {cut}"

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
