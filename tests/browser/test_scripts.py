"""The small scripts: what they add when they run, and what stays when the line is bad."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.no_rows,
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.broken_line
def test_autosave_says_saved_and_says_so_when_the_line_is_gone(browser_page):
    page = browser_page("/gaya/", width=1280)
    saved = page.locator("[data-saved]")

    page.fill("#id_name", "Sari Lestari")
    expect(saved).to_contain_text("Tersimpan")

    page.context.set_offline(True)
    page.fill("#id_name", "Sari Lestari, A.Md.Keb.")
    expect(saved).to_contain_text("Tidak ada sinyal")
    assert page.input_value("#id_name") == "Sari Lestari, A.Md.Keb."

    page.context.set_offline(False)
    expect(saved).to_contain_text("Tersimpan")


def _choose(page, answer, status=200):
    """Let the upload's address answer, and choose a file."""

    def reply(route):
        if route.request.method == "POST" and "X-Autosave".lower() not in route.request.headers:
            route.fulfill(status=status, content_type="application/json", body=json.dumps(answer))
        else:
            route.continue_()

    page.route("**/gaya/", reply)
    page.set_input_files(
        "#id_letter", {"name": "str.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    return page.locator(".upload-state").first


def test_a_chosen_file_is_sent_at_once_and_said_to_be_received(browser_page):
    page = browser_page("/gaya/", width=360)

    state = _choose(page, {"name": "str.pdf", "note": "1 halaman"})

    expect(state).to_contain_text("Diterima: str.pdf · 1 halaman")
    assert page.evaluate("document.querySelector('#id_letter').files.length") == 0


def test_a_refused_file_says_why(browser_page):
    page = browser_page("/gaya/", width=360)

    state = _choose(page, {"message": "Berkas ini terkunci kata sandi."}, status=400)

    expect(state).to_contain_text("Berkas ini terkunci kata sandi.")


@pytest.mark.broken_line
def test_a_file_that_could_not_be_sent_stays_in_the_form(browser_page):
    page = browser_page("/gaya/", width=360)

    state = _choose(page, {}, status=502)

    expect(state).to_contain_text("ikut terkirim saat Anda menekan Lanjut")
    assert page.evaluate("document.querySelector('#id_letter').files.length") == 1


def test_a_large_photo_is_made_smaller_before_it_is_sent(browser_page):
    page = browser_page("/gaya/", width=360)
    # A noisy picture of 3000 x 2400, made in the browser: about 20 MB as PNG.
    size = page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 2400 });
          const pen = canvas.getContext("2d");
          const noise = pen.createImageData(3000, 2400);
          for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * 2654435761) >>> 24;
          pen.putImageData(noise, 0, 0);
          const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.98));
          const box = new DataTransfer();
          box.items.add(new File([blob], "ktp.jpg", { type: "image/jpeg" }));
          const input = document.querySelector("#id_letter");
          input.closest(".upload").removeAttribute("data-upload");
          input.files = box.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
          return blob.size;
        }"""
    )

    for _ in range(100):  # wait_for_function would need eval, which our policy forbids
        if page.evaluate("document.querySelector('#id_letter').files[0].size") < size:
            break
        page.wait_for_timeout(100)

    width = page.evaluate(
        "createImageBitmap(document.querySelector('#id_letter').files[0]).then((p) => p.width)"
    )
    assert width == 2200


def test_a_place_is_pointed_at_on_our_own_map(browser_page, shot):
    page = browser_page("/gaya/", width=1280)

    page.click("[data-map-open]")
    page.locator(".map path").first.wait_for()
    page.locator(".map path").nth(3).click()

    latitude, longitude = map(float, page.input_value("#id_coordinates").split(","))
    assert -1.5 < latitude < 1.5
    assert 109 < longitude < 112
    expect(page.locator("[data-map-note]")).to_contain_text("·")
    page.locator(".map").scroll_into_view_if_needed()
    shot(page, "gaya-peta", full=False)

    expect(page.locator(".map text", has_text="Kapuas").first).to_be_visible()
    page.fill("#id_coordinates", "0.1216, 110.5975")
    before = page.get_attribute(".map .pin", "cx")
    page.fill("#id_coordinates", "0.5, 110.2")
    assert page.get_attribute(".map .pin", "cx") != before
    page.click("text=Tutup peta")
    expect(page.locator(".map")).to_be_hidden()
    page.click("text=Buka peta")
    expect(page.locator(".map")).to_be_visible()


def test_my_own_place_is_written_as_typed_coordinates(browser_page):
    page = browser_page("/gaya/", width=360)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": -0.12345, "longitude": 110.54321})

    page.click("[data-map-here]")

    expect(page.locator("#id_coordinates")).to_have_value("-0.12345, 110.54321")


def test_a_refused_location_says_what_else_can_be_done(browser_page):
    page = browser_page("/gaya/", width=360)

    page.click("[data-map-here]")

    expect(page.locator("[data-map-note]")).to_contain_text("ketik koordinatnya")


def test_ticks_of_a_checklist_stay_on_the_device(browser_page):
    page = browser_page("/gaya/", width=360)

    page.get_by_label("KTP", exact=False).first.check()
    page.reload()

    assert page.locator("[data-ticks] input").first.is_checked()


def test_a_signature_becomes_a_picture_and_can_be_cleared(browser_page):
    page = browser_page("/gaya/", width=360)
    pad = page.locator("canvas.signpad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()

    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.up()

    assert page.input_value("#tanda").startswith("data:image/png;base64,")
    page.click("[data-sign-clear]")
    assert page.input_value("#tanda") == ""
