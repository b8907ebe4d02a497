"""
Notifications turned on, sent, shown and reported, on a running office with a real service worker.

The browser's own push service cannot be reached: what `PushManager.subscribe` gives comes from npm's `web-push-testing`,
which opens what the office sends; the browser's debugging protocol then hands that to the worker as its service would.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from satupintu.messaging.tests import test_webpush
from satupintu.messaging.tests.sms_bench import until
from tests.browser.conftest import Browsing
from tests.browser.office import Office, running_office

pytestmark = [pytest.mark.browser, pytest.mark.slow]
service = test_webpush.service
SUBSCRIBE = (
    "PushManager.prototype.subscribe = async (asked) => { window.asked = asked; return %s; };"
)


@pytest.fixture(scope="module")
def pushing_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that may call the push service of the test, on this machine."""
    folder = tmp_path_factory.mktemp("pushing-office")
    with running_office(folder, SATUPINTU_OUTGOING_NETWORKS="127.0.0.0/8") as found:
        yield found


@pytest.fixture
def browsing(notifying_chromium, pushing_office):
    found = Browsing(notifying_chromium, pushing_office.url)
    yield found
    found.close()


def reported(office: Office) -> set[str]:
    """Return what the worker's reports said, as the office keeps them."""
    url = office.environment["DATABASE_URL"]
    statement = "SELECT state FROM messaging_deliveryreport WHERE transport = 'webpush'"
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(Path(office.home) / "db.sqlite3")
    else:
        import psycopg

        connection = psycopg.connect(url)
    try:
        return {row[0] for row in connection.execute(statement).fetchall()}
    finally:
        connection.close()


def opened(
    browsing: Browsing, service: test_webpush.Service, path: str, **who: Any
) -> tuple[Page, str]:
    """Open a page in a browser that allows notifications; return it, and its name at the push service."""
    context = browsing.context(**who)
    context.grant_permissions(["notifications"], origin=browsing.url)
    page = browsing.page(path, context=context)
    key = page.locator("form[data-push]").get_attribute("data-push")
    name, given = service.subscribe(key)
    page.evaluate(SUBSCRIBE % given)
    return page, name


def test_a_person_turns_notifications_on(browsing, service, axe, fits, shot):
    page, _name = opened(browsing, service, "/akun/kabar/", who="sari", width=360)
    expect(page.get_by_role("button", name="Nyalakan di peramban ini")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Nyalakan di peramban ini").click()
    expect(page.locator("main")).to_contain_text("Menyala di 1 peramban.")
    expect(page.get_by_label("Pemberitahuan peramban")).to_be_checked()
    axe(page)
    fits(page)
    shot(page, "kabar-peramban-360")
    page.get_by_role("button", name="Matikan di semua peramban").click()
    expect(page.locator("main")).to_contain_text("dimatikan")
    assert page.get_by_text("Menyala di").count() == 0


def test_a_browser_that_refuses_says_what_to_do(browsing):
    page = browsing.page("/akun/kabar/", who="sari", width=360)
    page.evaluate("Notification.requestPermission = async () => 'denied'")
    page.get_by_role("button", name="Nyalakan di peramban ini").click()
    expect(page.locator("[data-push-note]")).to_contain_text("tidak mengizinkan pemberitahuan")
    bare = browsing.page("/akun/kabar/", who="sari", width=360, script=False)
    assert bare.get_by_role("button", name="Nyalakan di peramban ini").count() == 0
    expect(bare.locator("main")).to_contain_text("perlu menjalankan skrip")


def test_what_the_office_sends_is_shown_by_the_worker_and_reported(
    browsing, service, pushing_office, shot
):
    page, name = opened(browsing, service, "/pengaturan/saluran/", who="admin", width=1280)
    shot(page, "saluran-peramban-1280")
    page.get_by_role("button", name="Kirim uji ke peramban ini").click()
    expect(page.locator("main")).to_contain_text("Pesan uji diserahkan")
    [told] = service.got(name)

    registrations: list[dict[str, Any]] = []
    protocol = page.context.new_cdp_session(page)
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    protocol.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    protocol.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": pushing_office.url,
            "registrationId": registrations[-1]["registrationId"],
            "data": json.dumps(told),
        },
    )
    shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
        .map((one) => [one.title, one.body, one.tag])"""
    page.wait_for_function(f"async () => (await ({shown})()).length")
    [[title, body, tag]] = page.evaluate(shown)
    assert title == "Satu Pintu"
    assert "Uji coba saluran webpush" in body
    assert tag == told["notification"]["tag"]
    until(lambda: reported(pushing_office) == {"delivered"})

    [worker] = page.context.service_workers
    worker.evaluate(
        """async () => {
            const [notification] = await self.registration.getNotifications();
            self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        }"""
    )
    until(lambda: reported(pushing_office) == {"delivered", "read"})
