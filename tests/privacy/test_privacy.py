"""Identity and telephone numbers: encrypted wherever they are kept, masked wherever they are shown."""

import re
from datetime import timedelta

import pytest
import structlog
from django.contrib.sessions.backends.base import SessionBase
from django.core.files.base import ContentFile
from django.urls import reverse

from satupintu.config.demo.stories import NEIGHBOURS
from satupintu.documents.models import Document
from satupintu.documents.services import store_upload
from satupintu.people.models import Disclosure, Party
from satupintu.people.services import DEMO_PASSWORD
from satupintu.people.sessions import SessionStore
from satupintu.permits.services import letters
from satupintu.permits.services.sweep import remind_expiring, remind_uncollected
from satupintu.permits.tests.officer_cases import make_world, sheet
from satupintu.workflow.models import Transition
from satupintu.workflow.services import act, run_readers
from tests.privacy.conftest import SECRETS, dump, leaks

pytestmark = pytest.mark.django_db

BACKEND = "satupintu.people.backends.PasswordBackend"


@pytest.fixture
def world():
    return make_world()


def live(world):
    """Let an office work: cases of every kind of end, letters, messages, reminders."""
    issued = world.issued(world.apply())
    world.do(
        issued, "hand_over", "budi", **world.receipt(issued, place="Loket 1"),
    )  # fmt: skip
    returned = world.returned(world.apply("joko", place_name="Klinik B", phone="+62 812-0000-5678"))
    row = Transition.objects.filter(case=returned).order_by("-seq").first()
    letters.make_after(row, at=world.at)
    refused = world.apply(place_name="Klinik C", permit_order="2")
    act(world.fresh(refused), "comment", by=world.actor("budi"), at=world.at,
        reason="Sudah ditelepon di 0812-0000-1234, NIK 6103015203949999 cocok.")  # fmt: skip
    store_upload(
        upload=ContentFile(sheet("KTP"), name="x"),
        accept=("pdf",), max_mb=5, party_id=issued.party_id, kind="ktp",
        name="KTP 6103015203949999 HP 081200001234 Sari.pdf", identity=True, keep_gps=False,
        by=world.actor("sari"), at=world.at,
    )  # fmt: skip
    revoked = world.issued(world.apply(place_name="Klinik D", permit_order="3"))
    world.do(revoked, "revoke", "darius", reason="NIK 6103015203949999 bukan miliknya.")
    while run_readers(at=world.at + timedelta(minutes=5), limit=500):
        pass
    remind_uncollected(at=world.at + timedelta(days=30))
    remind_expiring(at=world.at + timedelta(days=30))
    return issued, returned, refused


def test_the_search_for_leaks_finds_every_spelling():
    assert len(SECRETS) > 20
    for text in (
        "6103015203949999", "610301 520394 9999", "+6281200001234", "0812-0000-1234",
        "6281200001234", "812 0000 1234", "tel:081200001234,",
    ):  # fmt: skip
        assert leaks(f"x {text} y"), text
    assert not leaks("REG-2026-000001 1234 9999 20261123")


def test_a_full_dump_holds_no_identity_and_no_telephone_number(world, client, leaks_in_database):
    live(world)
    session = SessionStore()
    session["told"] = "6103015203949999 +6281200001234"
    session.save()
    client.post(reverse("people:sign_in"), {"address": "0812-0000-1234"})
    tables = {table for table, _column, _text in dump()}
    assert len(tables) > 25
    assert {"people_party", "django_session", "messaging_outmessage", "workflow_note"} <= tables
    assert leaks_in_database() == []
    # Nothing that was meant to be encrypted lies open beside it.
    opened = {(table, column) for table, column, text in dump() if "bukan miliknya" in text}
    assert not opened
    assert not [place for *place, text in dump() if "1234 Sari.pdf" in text]
    assert Document.objects.get(kind="ktp", identity=True).name == "KTP …9999 HP …1234 Sari.pdf"


def test_what_is_encrypted_can_still_be_read_by_the_office(world):
    found = Party.objects.get(name="Sari Lestari")
    assert (found.identity, found.phone) == ("6103015203949999", "+6281200001234")
    assert issubclass(SessionStore, SessionBase)


@pytest.mark.slow
def test_the_whole_demo_holds_none(leaks_in_database):
    from datetime import UTC, datetime

    from satupintu.config import demo

    demo.seed("sanggau", datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    assert Party.objects.count() > len(NEIGHBOURS)
    assert leaks_in_database() == []


def journey(world, client) -> list[tuple[str, str]]:
    """Walk through the office as an applicant and as officers; return (address, page) of all that was seen."""
    issued, returned, fresh = live(world)
    seen = []

    def look(address):
        answer = client.get(address, follow=True)
        assert answer.status_code < 500, address
        page = "" if answer.streaming else answer.content.decode(errors="replace")
        seen.append((answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"], page))
        for where, _status in answer.redirect_chain:
            seen.append((where, ""))

    client.post(reverse("people:staff_sign_in"), {"username": "budi", "password": DEMO_PASSWORD})
    for who in ("budi", "ratna", "darius"):
        client.force_login(world.user(who), backend=BACKEND)
        for address in ("/tugas/", "/berkas/", "/izin/"):
            look(address)
        for case in (issued, returned, fresh):
            look(reverse("permits:case", args=[case.number]))
    client.logout()
    look("/register/")
    look("/lacak/" + issued.permit_case.application.tracking_code + "/")
    look("/cek/" + issued.permit.check_code + "/")
    return seen


def test_no_page_of_officers_and_of_everybody_shows_a_whole_number(world, client):
    shown = {
        f"{address}: {one}"
        for address, page in journey(world, client)
        for one in leaks(without_notes(page))
    }
    assert shown == set()


def without_notes(page: str) -> str:
    """Leave out what officers wrote themselves in an internal note."""
    return page.replace("Sudah ditelepon di 0812-0000-1234, NIK 6103015203949999 cocok.", "")


def test_no_address_and_no_line_of_the_log_holds_a_number(world, client, capfd):
    with structlog.testing.capture_logs() as events:
        seen = journey(world, client)
        client.post(reverse("people:sign_in"), {"address": "0812-0000-1234"}, follow=True)
        client.get("/berkas/cari/", {"q": "Sari"})
    assert not [address for address, _page in seen if leaks(address)]
    assert not leaks(repr(events))
    out, err = capfd.readouterr()
    assert not leaks(out + err)


def test_showing_a_number_is_written_down_and_looking_is_not(world, client):
    case = world.apply()
    client.force_login(world.user("budi"), backend=BACKEND)
    page = client.get(reverse("permits:case", args=[case.number])).content.decode()
    assert re.search(r"6103•+9999", page)
    assert Disclosure.objects.count() == 0
    address = reverse("permits:case_show", args=[case.number])
    assert f'action="{address}"' in page
    shown = client.post(address, {"apa": "nik"})
    assert shown.status_code == 200
    assert "6103015203949999" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert [(one.user.username, one.party.name) for one in Disclosure.objects.all()] == [
        ("budi", "Sari Lestari")
    ]
    again = client.get(reverse("permits:case", args=[case.number])).content.decode()
    assert leaks(again) == set()
