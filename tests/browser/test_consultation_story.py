"""
A consultation, on a running office: asked in the chat without a script, asked back, answered, talked about, rated.

Bu Marlina asks by the chat; Budi asks back, which stops the clock, then answers. She asks to talk, chooses a time that he
offers, is let in only when the door is open, and rates the answer. What nobody answered in time stands in the list as late.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "Apa syarat SIP bidan untuk lulusan baru?"


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.locator(".thread")).to_contain_text(text)


def answer(page: Page, address: str, text: str, button: str) -> None:
    page.goto(address)
    page.fill("#text", text)
    page.get_by_role("button", name=button).click()
    expect(page.locator("main")).to_contain_text(text)


def agree_to_talk(asker: Page, officer: Page, desk: str, axe) -> None:
    """Let the asker ask to talk on the page of their code, in English, and choose a time that the officer offers."""
    asker.locator("summary", has_text="Ask to talk").click()
    asker.fill("#waktu", "Rabu pagi")
    asker.get_by_role("button", name="Ask for an appointment").click()
    expect(asker.locator("main")).to_contain_text("Waiting for an officer")

    officer.goto(f"{desk}tawarkan-waktu/")
    when = officer.evaluate("new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10)")
    officer.fill("[name=time_1]", f"{when}T13:00")
    axe(officer)
    officer.locator("main form .form-end button").first.click()
    expect(officer.locator("main")).to_contain_text("WIB")

    asker.reload()
    asker.locator("input[name=waktu][type=radio]").first.check()
    asker.get_by_role("button", name="Choose this time").click()
    expect(asker.locator("main")).to_contain_text("Enter the video room")
    expect(asker.locator("main")).to_contain_text("WIB")


def look_at_the_door_and_call_off(asker: Page) -> None:
    asker.get_by_role("link", name="Enter the video room").click()
    expect(asker.locator("body")).to_contain_text(re.compile("15 minutes before|cannot be opened"))
    asker.locator("summary", has_text="Call off").click()
    asker.get_by_role("button", name="Yes, call it off").click()
    expect(asker.locator("main")).not_to_contain_text("Enter the video room")


def test_asked_by_message_answered_talked_about_and_rated(browsing: Browsing, axe, fits, shot):
    asker = browsing.page("/obrolan/", width=360, script=False)
    say(asker, f"TANYA {QUESTION}")
    told = asker.inner_text("main")
    number = re.search(r"KSL-\d{4}-\d{5}", told)
    code = re.search(r"Kode lacak ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])", told)
    assert number, told
    assert code, told
    fits(asker)

    budi = browsing.page("/konsultasi/meja/", who="budi", width=1280)
    expect(budi.locator("main")).to_contain_text("terlambat")  # an older one that nobody answered
    axe(budi)
    shot(budi, "cerita-konsultasi-1-meja")
    desk = f"/konsultasi/berkas/{number.group()}/"
    budi.locator(f"a[href$='{desk}']").click()
    expect(budi.locator("main")).to_contain_text(QUESTION)
    axe(budi)
    answer(budi, desk, "Lulusan mana, Bu?", "Minta keterangan dahulu")
    expect(budi.locator("main")).to_contain_text("Menunggu keterangan penanya")

    asker.goto("/obrolan/")
    expect(asker.locator(".thread")).to_contain_text("Lulusan mana, Bu?")
    say(asker, "Poltekkes Pontianak")
    answer(budi, desk, "STR, ijazah dan rekomendasi organisasi profesi.", "Kirim jawaban")
    expect(budi.locator("main")).to_contain_text("Pertanyaan dijawab")
    shot(budi, "cerita-konsultasi-2-dijawab")

    english = browsing.page(f"/konsultasi/lacak/{code.group(1)}/", width=360, language="en")
    axe(english)
    agree_to_talk(english, budi, desk, axe)
    fits(english)
    axe(english)
    shot(english, "cerita-konsultasi-3-janji", language="en")
    look_at_the_door_and_call_off(english)

    # What she asked to talk about reopened it; answered once more, it is rated and over.
    answer(budi, desk, "Sudah lengkap, silakan ajukan.", "Kirim jawaban")
    english.reload()
    english.get_by_label("5", exact=True).check()
    english.get_by_role("button", name="Rate and close").click()
    expect(english.locator("main")).to_contain_text("Consultation over")
    budi.goto(desk)
    expect(budi.locator("main")).to_contain_text("5 / 5")
    axe(budi)
    assert browsing.complaints() == []
