"""
What a weak line has to carry: bytes as they come over the wire from the real server, compressed.

A first visit is a browser with an empty cache. At most 40 KB for each page of an applicant, everything
the page loads included; and the whole way of an application with a warm cache.
"""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_VISIT_BYTES = 40 * 1024
WAY_BYTES = 120 * 1024  # service page to review, seven pages, cache kept

ANYBODY = (
    "/", "/layanan/", "/layanan/?q=spanduk", "/layanan/reklame/", "/layanan/sip-bidan/", "/izin-apa/",
    "/masuk/", "/lacak/", "/cek/", "/register/", "/kontak/", "/maklumat/", "/tentang/",
)  # fmt: skip
SARI = ("/permohonan/", "/ajukan/reklame/", "/akun/", "/permohonan/data/")


class Wire:
    """Counts what a page receives, as Chromium's network layer saw it arrive."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.encodings: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.responseReceived", self._received)

    def _finished(self, event: dict) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _received(self, event: dict) -> None:
        headers = {key.lower(): value for key, value in event["response"]["headers"].items()}
        self.encodings[event["response"]["url"]] = headers.get("content-encoding", "")


def first_visit(browsing: Browsing, path: str, who: str = "") -> Wire:
    page = browsing.page("about:blank", who=who)
    wire = Wire(page)
    page.goto(path, wait_until="networkidle")
    page.context.close()
    return wire


@pytest.mark.parametrize("path", ANYBODY)
def test_a_first_visit_is_light(office_browsing, path):
    wire = first_visit(office_browsing, path)

    assert 2000 < wire.bytes <= FIRST_VISIT_BYTES


@pytest.mark.parametrize("path", SARI)
def test_a_first_visit_of_an_applicant_is_light(office_browsing, path):
    wire = first_visit(office_browsing, path, "sari")

    assert 2000 < wire.bytes <= FIRST_VISIT_BYTES


def test_pages_and_what_they_load_come_compressed(office_browsing, office):
    wire = first_visit(office_browsing, "/layanan/")

    plain = [
        url for url, encoding in wire.encodings.items()
        if encoding not in ("gzip", "br") and not url.startswith("data:") and not re.search(r"\.(webp|png|svg|ico)$", url)
    ]  # fmt: skip
    assert plain == []


def test_the_whole_way_of_an_application_is_light(office_browsing):
    page = office_browsing.page("about:blank", who="sari")
    wire = Wire(page)

    page.goto("/layanan/penelitian/", wait_until="networkidle")
    page.goto("/permohonan/", wait_until="networkidle")
    page.get_by_role("link", name=re.compile("^Lanjutkan")).first.click()
    page.wait_for_load_state("networkidle")
    draft = re.match(r".*/ajukan/draf/[^/]+/", page.url)
    assert draft
    for step in ("applicant", "berkas", "periksa"):
        page.goto(draft.group() + step + "/", wait_until="networkidle")
    page.context.close()

    assert 10_000 < wire.bytes <= WAY_BYTES
