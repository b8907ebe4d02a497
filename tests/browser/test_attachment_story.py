"""A complaint with photos, on a running office: a refused file says why, nothing is lost, the officer gets the photo."""

import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STORY = "Loket dua tutup sejak pukul sepuluh dan tidak ada yang menjelaskan."


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def photo(name: str) -> FilePayload:
    content = BytesIO()
    Image.new("RGB", (640, 480), "gray").save(content, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_photos_come_with_a_complaint_and_nothing_typed_is_lost(
    browsing: Browsing, axe, fits, shot
):
    sender = browsing.page("/pengaduan/", width=360, script=False)
    sender.select_option("[name=category]", "quality")
    sender.fill("[name=story]", STORY)
    wrong: FilePayload = {
        "name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(80),
    }  # fmt: skip
    sender.set_input_files("[name=lampiran]", [photo("Loket.jpg"), wrong])
    sender.get_by_role("button", name="Kirim pengaduan").click()
    expect(sender.get_by_role("alert")).to_contain_text("program komputer")
    expect(sender.locator("main")).to_contain_text("Berkas yang sudah tersimpan: 1")
    expect(sender.locator("[name=story]")).to_have_value(STORY)
    fits(sender)
    shot(sender, "lampiran-1-berkas-ditolak")
    sender.get_by_role("button", name="Kirim pengaduan").click()
    expect(sender.get_by_role("link", name="1. Foto")).to_be_visible()
    sender.locator("summary", has_text="Tambah lampiran").click()
    sender.set_input_files("[name=lampiran]", [photo("Lagi.jpg")])
    sender.get_by_role("button", name="Kirim lampiran").click()
    expect(sender.get_by_role("link", name="2. Foto")).to_be_visible()
    fits(sender)
    shot(sender, "lampiran-2-lampiran")
    number = re.search(r"ADU-\d{4}-\d{5}", sender.inner_text("main"))
    assert number

    maya = browsing.page(f"/pengaduan/berkas/{number.group()}/", who="maya", width=1280)
    with maya.expect_download() as handed:
        maya.get_by_role("link", name="1. Foto").click()
    assert handed.value.suggested_filename == "lampiran.jpg"
    axe(maya)
    fits(maya)
    shot(maya, "lampiran-3-berkas")
    budi = browsing.page("/pengaduan/meja/baru/", who="budi", width=360)
    axe(budi)
    fits(budi)
    shot(budi, "lampiran-4-catat")
    own = browsing.page(urlsplit(sender.url).path, width=1280)
    axe(own)
    shot(own, "lampiran-5-kode")
