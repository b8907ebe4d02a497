"""
Asking and following without coming, on a running office: WhatsApp, SMS, telephone and e-mail on one thread.

Somebody whose number WhatsApp hides asks by buttons and words; an officer answers, and the answer is on their telephone.
Another follows a permit by SMS. A third calls; the officer checks, answers and writes it down without a mouse. A fourth
writes letters. All of it goes over the wire formats of Meta, Kannel and SMTP, by the real doors, through the worker.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TRIES = 60
PAUSE_MS = 1000


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def until(page: Page, seen: Callable[[], bool], look: Callable[[], object]) -> None:
    """Look again until it is there; the worker of a demo that has just begun has much else to do first."""
    for _ in range(TRIES):
        if seen():
            return
        page.wait_for_timeout(PAUSE_MS)
        look()
    pytest.fail(page.inner_text("main")[:2000])


def refresh(page: Page) -> Callable[[], object]:
    return lambda: page.get_by_role("link", name="Lihat pesan baru").click()


def send(page: Page, text: str) -> None:
    """Write from the telephone, or in the chat; a choice may be called "Kirim" as well."""
    page.fill("#text", text)
    form = page.locator("form", has=page.locator("#text"))
    form.locator("button:not([name=choice])").get_by_text("Kirim", exact=True).click()


def last(page: Page) -> str:
    """Return what the telephone shows last from the office; "" for nothing."""
    bubbles = page.locator("section.card").first.locator(".bubble:not(.mine)")
    return bubbles.last.inner_text() if bubbles.count() else ""


def test_asking_following_and_calling(browsing: Browsing, axe, fits, shot):  # noqa: PLR0915 - one story
    phone = browsing.page("/demo/telepon/?siapa=tamu", width=360, script=False)
    until(phone, lambda: not phone.locator(".notice.warn").count(), phone.reload)
    fits(phone)

    # WhatsApp: a greeting with buttons, then a question to an officer.
    send(phone, "Selamat pagi")
    until(phone, lambda: "Selamat datang" in last(phone), refresh(phone))
    shot(phone, "percakapan-1-whatsapp")
    phone.get_by_role("button", name="Tanya petugas").click()
    until(phone, lambda: "Apa yang ingin Anda tanyakan" in last(phone), refresh(phone))
    send(phone, "Apakah izin reklame perlu foto lokasi?")
    until(phone, lambda: "Petugas menjawab paling lambat" in last(phone), refresh(phone))

    # The officer finds it, reads it, answers it.
    budi = browsing.page("/percakapan/", who="budi", width=1280)
    axe(budi)
    budi.get_by_role("link", name="Warga", exact=True).click()
    expect(budi.locator("main")).to_contain_text("perlu foto lokasi?")
    axe(budi)
    shot(budi, "percakapan-2-petugas")
    budi.fill("#text", "Perlu: foto lokasi dan gambar reklamenya.")
    budi.get_by_role("button", name="Kirim jawaban").click()
    expect(budi.locator("main")).to_contain_text("gambar reklamenya")
    until(phone, lambda: "gambar reklamenya" in last(phone), refresh(phone))
    until(
        budi, lambda: "Dibaca" in budi.inner_text("main"), budi.reload
    )  # the telephone was looked at

    # A photo is checked like an upload; a voice note is answered with what can be read.
    phone.get_by_role("button", name="Kirim foto").click()
    until(budi, lambda: budi.locator(".bubble", has_text="Berkas").count() > 0, budi.reload)
    budi.fill("#text", "Fotonya jelas, terima kasih.")
    budi.get_by_role("button", name="Kirim jawaban").click()
    expect(budi.locator("main")).to_contain_text("Fotonya jelas")
    budi.get_by_role("button", name="Tutup percakapan").click()
    expect(budi.locator("main")).to_contain_text("Percakapan ditutup")

    # SMS: following a permit by its code, and nothing by its number.
    sari = browsing.page("/permohonan/", who="sari", width=360)
    sari.locator("a[href^='/permohonan/REG']").first.click()
    number = re.search(r"REG-\d{4}-\d+", sari.inner_text("main"))
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b", sari.inner_text("main"))
    assert number
    assert code
    phone.goto(phone.url.partition("/demo")[0] + "/demo/telepon/?siapa=tamu&apa=sms")
    send(phone, f"CEK {number.group()}")
    until(phone, lambda: "Kode lacak terdiri dari" in last(phone), refresh(phone))
    assert "Selesai" not in last(phone)
    send(phone, code.group().lower())
    until(phone, lambda: number.group() in last(phone), refresh(phone))
    assert f"/lacak/{code.group()}" in last(phone)
    fits(phone)
    shot(phone, "percakapan-3-sms")

    # The telephone: found by name, checked by what the caller says, answered, written down; by keyboard alone.
    budi.goto(budi.url.partition("/percakapan")[0] + "/telepon/")
    axe(budi)
    budi.keyboard.type(number.group())
    budi.keyboard.press("Enter")
    expect(budi.locator("#bukti")).to_be_focused()
    expect(budi.locator("main")).to_contain_text("nomor telepon bukan bukti")
    budi.keyboard.type(code.group())
    budi.keyboard.press("Enter")
    expect(budi.locator("main")).to_contain_text("Cocok. Keadaannya boleh disebutkan.")
    axe(budi)
    shot(budi, "percakapan-4-telepon")
    budi.locator("[name=phone]").focus()
    budi.keyboard.type("0812-0000-0903")
    for text in ("Pak Yohanes", "Sampai mana izin saya?", "Sedang diperiksa."):
        budi.keyboard.press("Tab")
        budi.keyboard.type(text)
    budi.keyboard.press("Tab")
    budi.keyboard.press("Tab")
    budi.keyboard.press("Enter")
    expect(budi.locator("main")).to_contain_text("Tercatat sebagai")

    # One thread: the SMS and the call stand together.
    budi.fill("#q", "0812-0000-0903")
    budi.keyboard.press("Enter")
    expect(budi.locator("main")).to_contain_text("Sampai mana izin saya?")

    by_letter(phone, budi, code.group())
    fits(phone)
    shot(phone, "percakapan-5-surel")


def by_letter(phone: Page, budi: Page, code: str) -> None:
    """Let somebody follow by a letter, ask an officer by another, and go on in the same thread."""
    office = phone.url.partition("/demo")[0]
    phone.goto(f"{office}/demo/telepon/?siapa=marlina&apa=surel")
    write(phone, "Izin saya", f"CEK {code}")
    until(phone, lambda: f"/lacak/{code}" in last(phone), letters(phone))
    write(phone, "Bertanya", "TANYA Apakah papan nama perlu izin reklame?")
    until(phone, lambda: "Petugas menjawab paling lambat" in last(phone), letters(phone))

    budi.goto(f"{office}/percakapan/")
    letter = budi.locator("tr", has_text="Surel").filter(has_text="Bu Marlina")
    letter.get_by_role("link", name="Bu Marlina", exact=True).click()
    budi.fill("#text", "Papan nama di tanah sendiri tidak perlu izin.")
    budi.get_by_role("button", name="Kirim jawaban").click()
    until(phone, lambda: "di tanah sendiri" in last(phone), letters(phone))

    phone.get_by_role("link", name="Balas").last.click()
    expect(phone.locator("#subject")).to_have_value("Re: Bertanya")
    phone.fill("#text", "Terima kasih, jelas sekali.")
    phone.get_by_role("button", name="Kirim surat").click()
    until(budi, lambda: "jelas sekali" in budi.inner_text("main"), budi.reload)
    assert (
        "Papan nama di tanah sendiri"
        not in budi.locator(".bubble", has_text="jelas sekali").inner_text()
    )


def test_complaining_and_following_it_on_each_channel(browsing: Browsing, axe, fits, shot):
    """By telephone: test_call_story.py. Who complains is asked first whether openly."""
    phone = browsing.page("/demo/telepon/?siapa=yohanes", width=360, script=False)
    until(phone, lambda: not phone.locator(".notice.warn").count(), phone.reload)
    office = phone.url.partition("/demo")[0]

    def said() -> str:  # all of it: besides the answer a letter of the office may come
        return phone.locator("section.card").first.inner_text()

    filed = {"WhatsApp": complain(phone, lambda text: send(phone, text), refresh(phone), said)}
    shot(phone, "pengaduan-lewat-whatsapp")
    # Another's: his SMS are read by an officer, whom he asked something, and ADU would be words to the officer.
    phone.goto(f"{office}/demo/telepon/?siapa=tamu&apa=sms")
    filed["SMS"] = complain(phone, lambda text: send(phone, text), refresh(phone), said)
    phone.goto(f"{office}/demo/telepon/?siapa=yohanes&apa=surel")
    filed["Surel"] = complain(phone, lambda text: reply(phone, text), letters(phone), said)
    fits(phone)
    chat = browsing.page("/obrolan/", width=360, script=False)
    filed["web"] = complain(
        chat,
        lambda text: send(chat, text),
        chat.reload,
        lambda: chat.locator(".thread").inner_text(),
    )
    assert len(set(filed.values())) == len(filed)

    maya = browsing.page("/pengaduan/meja/", who="maya", width=1280)
    axe(maya)
    for number in filed.values():
        maya.goto(f"{office}/pengaduan/berkas/{number}/")
        expect(maya.locator("main")).to_contain_text(WRONG)


WRONG = "Loket lantai dua tutup sebelum pukul dua belas."


def complain(
    page: Page,
    tell: Callable[[str], object],
    look: Callable[[], object],
    answer: Callable[[], str],
) -> str:
    """Complain by one channel, and follow it there by its code; return its number."""
    tell(f"ADU {WRONG}")
    until(page, lambda: "Tentang apa?" in answer(), look)
    tell("5")
    until(page, lambda: "membaca nama dan nomor Anda" in answer(), look)
    tell("1")
    until(page, lambda: "dijawab paling lambat" in answer(), look)
    filed = re.search(
        r"Pengaduan (ADU-\d{4}-\d{5}) diterima.*?kode ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])", answer()
    )
    assert filed, answer()
    number, code = filed.groups()
    tell(f"CEK {code}")
    until(page, lambda: f"{number}: Pengaduan diterima" in answer(), look)
    return str(number)


def write(page: Page, subject: str, text: str) -> None:
    page.fill("#subject", subject)
    page.fill("#text", text)
    page.get_by_role("button", name="Kirim surat").click()


def reply(page: Page, text: str) -> None:
    """Answer the last letter of the office in its thread; begin one where there is none."""
    answer = page.get_by_role("link", name="Balas")
    if answer.count():
        answer.last.click()
        page.fill("#text", text)
        page.get_by_role("button", name="Kirim surat").click()
    else:
        write(page, "Pengaduan", text)


def letters(page: Page) -> Callable[[], object]:
    return lambda: page.get_by_role("link", name="Lihat surat baru").click()
