"""
A call to a running office: the demo's telephone with keys, through Asterisk's wire format to the real voice menu.

Somebody follows an application by its number and the keys of its code, leaves a spoken message, asks to be called back
and hangs up, all without a script at 360 pixels; an officer finds the message.
"""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from satupintu.lib.codes import keypad
from satupintu.messaging.tests.test_switchboard import sound
from tests.browser.conftest import Browsing
from tests.browser.test_conversation_story import TRIES, refresh, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def listen(page: Page) -> None:
    page.get_by_role("link", name="Dengarkan lanjutannya").click()


def state(page: Page) -> str:
    return page.locator("#akhir [role=status]").inner_text()


def heard(page: Page) -> str:
    """Return what the telephone spoke last; a beep is no word."""
    return page.locator("section.card").first.locator(".bubble:not(.mine) [lang]").last.inner_text()


def call(page: Page) -> None:
    """Call until the voice menu answers: a demo that has just begun opens its line a little later."""
    for _ in range(TRIES):
        page.get_by_role("button", name="Telepon kantor").click()
        if "Menu suara" in state(page):
            return
        page.get_by_role("button", name="Tutup telepon").click()
        page.wait_for_timeout(1000)
    pytest.fail(page.inner_text("main")[:2000])


def hang_up(page: Page) -> None:
    page.get_by_role("button", name="Tutup telepon").click()
    assert state(page) == "Telepon sudah ditutup."


def press(page: Page, key: str, words: str) -> None:
    page.locator(f".keypad button[value='{key}']").click()
    until(page, lambda: words in heard(page), lambda: listen(page))


def type_keys(page: Page, keys: str, words: str) -> None:
    page.fill("#tombol", keys)
    page.get_by_role("button", name="Tekan", exact=True).click()
    until(page, lambda: words in heard(page), lambda: listen(page))


def say(page: Page, words: str) -> None:
    """Speak into the recording: typed words, or a sound where there is no espeak-ng."""
    if shutil.which("espeak-ng"):
        page.fill("#ucapan", words)
    else:
        wav = {"name": "pesan.wav", "mimeType": "audio/wav", "buffer": sound(3)}
        page.set_input_files("#wav", wav)
    page.get_by_role("button", name="Ucapkan").click()


def test_a_call_follows_an_application_and_leaves_a_message(browsing: Browsing, axe, fits, shot):
    sari = browsing.page("/permohonan/", who="sari", width=360)
    sari.locator("a[href^='/permohonan/REG']").first.click()
    number = re.search(r"REG-(\d{4}-\d+)", sari.inner_text("main"))
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b", sari.inner_text("main"))
    assert number
    assert code

    phone = browsing.page("/demo/telepon/?siapa=yohanes&apa=panggilan", width=360, script=False)
    until(phone, lambda: not phone.locator(".notice.warn").count(), phone.reload)
    call(phone)
    assert "Tekan 1 untuk Cek permohonan" in heard(phone)
    fits(phone)
    shot(phone, "telepon-1-menu")

    # Followed by tones: letters of the code are the keys that bear them, and what is no key is refused, not lost.
    press(phone, "1", "Tekan angka pada nomor permohonan")
    phone.fill("#tombol", "12?")
    phone.get_by_role("button", name="Tekan", exact=True).click()
    expect(phone.locator(".notice")).to_contain_text("Yang dapat ditekan")
    assert phone.input_value("#tombol") == "12?"
    type_keys(phone, f"{number.group(1)}#", "sembilan tanda kode lacak")
    type_keys(phone, f"{code.group()}#", "kirim juga lewat SMS")
    assert "Paling lambat" in heard(phone) or "Selesai" in heard(phone)
    office = phone.locator("section.card").last.inner_text()
    assert "*********" in office
    assert keypad(code.group()) not in office
    wav = phone.locator("audio").last.get_attribute("src")
    assert phone.request.get(phone.url.partition("/demo")[0] + wav).body()[:4] == b"RIFF"
    shot(phone, "telepon-2-keadaan")
    press(phone, "1", "SMS kami kirim")
    hang_up(phone)
    phone.get_by_role("link", name="SMS", exact=True).click()
    until(
        phone,
        # Not the last: a demo that has just begun still sends what it owes.
        lambda: number.group() in phone.locator("section.card").first.inner_text(),
        refresh(phone),
    )

    # A spoken message.
    phone.get_by_role("link", name="Panggilan telepon").click()
    call(phone)
    press(phone, "4", "Setuju?")
    press(phone, "1", "Bicaralah setelah bunyi bip")
    until(phone, lambda: "merekam" in state(phone), lambda: listen(phone))
    shot(phone, "telepon-3-bicara")
    say(phone, "Saya Yohanes. Tolong beri tahu kapan petugas ukur datang.")
    press(phone, "#", "Pesan Anda sudah kami simpan")

    # To be called back.
    press(phone, "5", "Ke nomor mana")
    press(phone, "1", "Petugas menelepon Anda paling lambat")

    hang_up(phone)

    scripted = browsing.page("/demo/telepon/?siapa=yohanes&apa=panggilan", width=1280)
    axe(scripted)
    shot(scripted, "telepon-4-sesudah")
    budi = browsing.page("/telepon/", who="budi", width=1280)
    budi.fill("#q", "0812-0000-0903")
    budi.keyboard.press("Enter")
    expect(budi.locator("main")).to_contain_text("Pesan Anda sudah kami simpan")
    expect(budi.locator(".bubble", has_text="Berkas").first).to_be_visible()


def test_a_complaint_is_spoken_and_heard_by_who_screens_it(browsing: Browsing, axe, fits, shot):
    phone = browsing.page("/demo/telepon/?siapa=marlina&apa=panggilan", width=360, script=False)
    until(phone, lambda: not phone.locator(".notice.warn").count(), phone.reload)
    call(phone)
    press(phone, "6", "Tentang apa pengaduan Anda?")
    press(phone, "1", "mendengar suara dan nomor Anda")
    press(phone, "1", "Ceritakan apa yang terjadi")
    until(phone, lambda: "merekam" in state(phone), lambda: listen(phone))
    say(phone, "Loket lantai dua tutup sebelum pukul dua belas.")
    press(phone, "#", "kirim juga lewat SMS")
    complaint = re.search(r"A D U, ([\d ]+), ([\d ]+)", phone.inner_text("main"))
    assert complaint, phone.inner_text("main")
    press(phone, "1", "SMS kami kirim")
    hang_up(phone)
    filed = "-".join(["ADU", *(part.replace(" ", "") for part in complaint.groups())])

    fits(phone)

    maya = browsing.page(f"/pengaduan/berkas/{filed}/", who="maya", width=1280)
    expect(maya.locator("main")).to_contain_text("Disampaikan dengan suara lewat telepon")
    expect(maya.locator("main audio").first).to_be_visible()
    axe(maya)
    shot(maya, "telepon-5-pengaduan")
    narrow = browsing.page(f"/pengaduan/berkas/{filed}/", who="maya", width=360)
    fits(narrow)
    shot(narrow, "telepon-5-pengaduan")
    thread = browsing.page("/percakapan/", who="budi", width=360)
    thread.get_by_role("link", name="Bu Marlina", exact=True).first.click()
    expect(thread.locator(".bubble", has_text="Disampaikan tertutup").first).to_be_visible()
    for secret in (filed, complaint.group(0), "/pengaduan/lacak/"):
        expect(thread.locator("main")).not_to_contain_text(secret)
    shot(thread, "telepon-6-tertutup")
    fits(thread)
