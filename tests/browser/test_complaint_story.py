"""
A complaint, on a running office: filed without a name and a script, passed on, answered by two people, reopened.

Whoever complains keeps a code. The complaints' administrator passes it on, the verifier drafts, the section head
approves; the answer names what comes next when it does not satisfy; what is reopened reaches the unit again. Who is not
concerned does not find it.
"""

import re
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from satupintu.lib import clock
from tests.browser.conftest import Browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STORY = "Loket dua tutup sejak pukul sepuluh dan tidak ada yang menjelaskan."
LATE_WITHIN = 150  # seconds: the deadlines are looked at every minute
ANSWER = "Petugasnya sakit dan tidak diganti. Mulai besok ada pengganti."


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def act(page: Page, address: str, name: str, **fields: str) -> None:
    """Do one act on a complaint: its button leads to a page of its own."""
    page.goto(address)
    page.locator(".action-bar").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("main form .form-end button").first).to_be_visible()
    for field, text in fields.items():
        page.fill(f"[name={field}]", text)
    page.locator("main form .form-end button").first.click()


def test_from_a_nameless_complaint_to_an_answer_and_back(browsing: Browsing, axe, fits, shot):
    stranger = browsing.page("/pengaduan/", width=360, script=False)
    fits(stranger)
    stranger.get_by_role("button", name="Kirim pengaduan").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    stranger.select_option("[name=category]", "quality")
    stranger.fill("[name=story]", STORY)
    stranger.check("[name=privacy][value=anonymous]")
    shot(stranger, "pengaduan-1-lapor")
    stranger.get_by_role("button", name="Kirim pengaduan").click()
    number = re.search(r"ADU-\d{4}-\d{5}", stranger.inner_text("main"))
    assert number, stranger.inner_text("main")
    followed = stranger.url
    fits(stranger)

    maya = browsing.page("/pengaduan/meja/", who="maya", width=1280)
    axe(maya)
    shot(maya, "pengaduan-2-meja")
    maya.reload()  # filed a moment ago
    maya.locator(f"a[href$='/pengaduan/berkas/{number.group()}/']").first.click()
    expect(maya.locator("main")).to_contain_text(STORY)
    axe(maya)
    desk = maya.url
    act(maya, desk, "Teruskan ke unit")
    expect(maya.locator("main")).to_contain_text(number.group())

    # Who is not concerned finds nothing.
    outsider = browsing.page("/tugas/", who="budi", width=1280)
    assert number.group() not in outsider.inner_text("main")

    ratna = browsing.page("/tugas/", who="ratna", width=1280)
    act(ratna, desk, "Ajukan konsep jawaban", answer=ANSWER)
    lina = browsing.page("/tugas/", who="lina", width=1280)
    act(lina, desk, "Setujui dan kirim jawaban")

    stranger.goto(followed)
    expect(stranger.locator("main")).to_contain_text(ANSWER)
    expect(stranger.locator("main")).to_contain_text("Ombudsman")
    fits(stranger)
    shot(stranger, "pengaduan-3-jawaban")
    stranger.locator("summary", has_text="Belum selesai").click()
    stranger.fill("#alasan", "Hari ini tutup lagi.")
    stranger.get_by_role("button", name="Buka kembali").click()
    ratna.goto(desk)
    expect(ratna.locator("main")).to_contain_text("Hari ini tutup lagi.")
    expect(ratna.locator(".action-bar")).to_contain_text("Ajukan konsep jawaban")
    shot(ratna, "pengaduan-4-dibuka-kembali")


def test_a_late_answer_goes_to_the_head_and_to_the_leaders_page(
    browsing: Browsing, axe, fits, shot
):
    """The clock is moved by the date the letter came: the office's own worker finds it late in its next round."""
    came = clock.now().astimezone(ZoneInfo("Asia/Pontianak")) - timedelta(days=40)
    budi = browsing.page("/pengaduan/meja/baru/", who="budi", width=1280)
    budi.check("[name=channel][value=post]")
    budi.fill("[name=happened]", came.strftime("%Y-%m-%dT%H:%M"))
    budi.select_option("[name=category]", "late")
    budi.fill("[name=story]", "Surat saya dari bulan lalu tidak pernah dijawab.")
    budi.get_by_role("button", name="Catat pengaduan").click()
    number = re.search(r"ADU-\d{4}-\d{5}", budi.inner_text("body"))
    assert number, budi.inner_text("main")

    darius = browsing.page("/tugas/?map=belum-ditangani", who="darius", width=1280)
    waited = time.monotonic() + LATE_WITHIN
    while number.group() not in darius.inner_text("main") and time.monotonic() < waited:
        darius.wait_for_timeout(5_000)
        darius.reload()
    expect(darius.locator("main")).to_contain_text("Pengaduan terlambat")
    row = darius.locator("main").locator("tr, li").filter(has_text=number.group()).first
    row.get_by_role("link").first.click()
    expect(darius.locator("main")).to_contain_text("tidak pernah dijawab")
    fits(darius)
    axe(darius)
    shot(darius, "pengaduan-5-terlambat")
    desk = darius.url

    leader = browsing.page("/ringkasan/", who="bupati", width=360)
    expect(leader.locator("main")).to_contain_text("pengaduan lewat batas")
    leader.locator("main a[href='/pengaduan/laporan/']").first.click()
    expect(leader.locator("main")).to_contain_text("Sekarang menunggu jawaban")
    assert number.group() not in leader.inner_text("main")

    act(browsing.page("/tugas/", who="maya", width=1280), desk, "Teruskan ke unit")
    act(
        browsing.page("/tugas/", who="ratna", width=1280),
        desk,
        "Ajukan konsep jawaban",
        answer=ANSWER,
    )
    act(browsing.page("/tugas/", who="lina", width=1280), desk, "Setujui dan kirim jawaban")
    darius.goto("/tugas/?map=belum-ditangani")
    assert number.group() not in darius.inner_text("main"), "what is answered is no longer late"
