"""A post whose session has ended is kept for the same person, and seen by nobody else."""

import pytest
from django.core import signing
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from satupintu.documents.models import Document
from satupintu.lib import clock
from satupintu.people import held
from satupintu.permits.models import Draft
from satupintu.permits.pages.applicant.token import make_token, read_token
from satupintu.permits.services import drafts
from satupintu.permits.tests.applicant_office import (
    PAGES,
    begin,
    pdf,
    post_step,
    sign_in,
)
from satupintu.permits.tests.officer_cases import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def user(world):
    return world.user("sari")


@pytest.fixture
def draft(client, user):
    return begin(sign_in(client, user))


def test_a_post_without_a_session_waits_for_the_same_person(client, user, draft):
    client.logout()

    answer = post_step(client, draft, "applicant", {**PAGES["applicant"], "name": "Sari L"}, user)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/?next=%2Fajukan%2Fdraf%2F")
    draft.refresh_from_db()
    assert draft.answers == {}
    page = sign_in(client, user).get(f"/ajukan/draf/{draft.pk}/applicant/")
    assert "Isian Anda tadi tersimpan" in page.content.decode()
    assert b'value="Sari L"' in page.content
    post_step(client, draft, "applicant", PAGES["applicant"], user)
    draft.refresh_from_db()
    assert draft.held == {}
    assert draft.answers["name"] == "Sari Lestari"


def test_the_person_is_led_to_what_waits(client, user, draft):
    client.logout()
    post_step(client, draft, "profession", PAGES["profession"], user)
    sign_in(client, user)

    answer = client.get(f"/ajukan/draf/{draft.pk}/")

    assert answer["Location"] == f"/ajukan/draf/{draft.pk}/profession/"
    assert b"sebelum sesi berakhir" in client.get("/permohonan/").content


def test_files_posted_without_a_session_wait_too(client, user, draft):
    client.logout()
    post_step(client, draft, "berkas", {"berkas-str": pdf()}, user)

    document = Document.objects.get()
    assert document.party_id is None  # in nobody's vault yet
    sign_in(client, user)
    assert b"Isian Anda tadi tersimpan" in client.get(f"/ajukan/draf/{draft.pk}/berkas/").content
    post_step(client, draft, "berkas", {}, user)
    draft.refresh_from_db()
    assert draft.documents == {"str": str(document.pk)}
    assert draft.held == {}


def test_another_person_at_the_same_computer_never_sees_it(client, user, draft, world):
    client.logout()
    sign_in(client, world.user("joko"))

    answer = post_step(client, draft, "applicant", {**PAGES["applicant"], "name": "Rahasia"}, user)

    assert answer.status_code == 403
    assert b"Rahasia" not in answer.content
    assert client.get(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 404
    draft.refresh_from_db()
    assert draft.held["user"] == user.pk
    assert draft.answers == {}


def test_without_the_token_nothing_is_taken_even_with_a_session(client, user, draft):
    answer = client.post(f"/ajukan/draf/{draft.pk}/applicant/", PAGES["applicant"])

    assert answer.status_code == 403
    draft.refresh_from_db()
    assert draft.answers == {}
    assert draft.held == {}


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "x" * 5000])
def test_an_altered_token_is_none(text):
    assert read_token(text) is None


def test_a_token_of_another_draft_or_salt_is_refused(client, user, draft):
    other = Draft.objects.create(
        user=user, versions=draft.versions, created_at=draft.created_at, saved_at=draft.saved_at
    )
    forged = signing.dumps([str(draft.pk), user.pk], salt="something else")
    address = f"/ajukan/draf/{draft.pk}/applicant/"

    for token in (make_token(other.pk, user.pk), forged):
        answer = client.post(address, {**PAGES["applicant"], "draf_token": token})
        assert answer.status_code == 403
    draft.refresh_from_db()
    assert draft.answers == {}


def test_a_stranger_with_a_token_of_their_own_cannot_write(client, draft, world):
    joko = world.user("joko")
    stranger = sign_in(Client(), joko)

    answer = post_step(stranger, draft, "applicant", PAGES["applicant"], joko)

    assert answer.status_code == 404
    draft.refresh_from_db()
    assert draft.answers == draft.held == {}


def test_autosave_without_a_session_says_so(client, user, draft):
    client.logout()

    answer = post_step(
        client, draft, "applicant", {"name": "Sari"}, user, headers={"X-Autosave": "1"}
    )

    assert answer.status_code == 401
    assert answer.json() == {"kept": True}
    draft.refresh_from_db()
    assert draft.held["steps"] == {"applicant": {"name": ["Sari"]}}


def test_autosave_never_uses_up_what_a_press_of_the_button_needs(client, user, draft, monkeypatch):
    monkeypatch.setattr(held, "HELD_AN_HOUR", 2)
    client.logout()

    saves = [
        post_step(
            client, draft, "applicant", {"name": f"Sari {n}"}, user, headers={"X-Autosave": "1"}
        )
        for n in range(3)
    ]
    press = post_step(client, draft, "applicant", {"name": "Sari Lestari"}, user)

    assert [one.json()["kept"] for one in saves] == [True, True, False]
    assert press.status_code == 302
    draft.refresh_from_db()
    assert draft.held["steps"] == {"applicant": {"name": ["Sari Lestari"]}}


def test_what_cannot_be_kept_is_not_said_to_be_saved(client, user, draft, monkeypatch):
    monkeypatch.setattr(held, "HELD_AN_HOUR", 1)
    client.logout()
    post_step(client, draft, "applicant", {"name": "Sari"}, user)

    answer = post_step(client, draft, "applicant", {"name": "Sari Lestari Dewi"}, user)

    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Belum tersimpan" in text
    assert "Isian Anda disimpan" not in text
    assert "Sari Lestari Dewi" in text  # to copy
    draft.refresh_from_db()
    assert draft.held["steps"] == {"applicant": {"name": ["Sari"]}}


def test_a_draft_that_has_gone_keeps_nothing_and_says_so(client, user, draft):
    client.logout()
    drafts.discard_draft(draft=draft, at=clock.now())

    answer = post_step(client, draft, "applicant", {"name": "Sari Lestari"}, user)

    assert answer.status_code == 403
    assert "sudah dikirim atau dihapus" in answer.content.decode()
    assert "Sari Lestari" in answer.content.decode()


def test_two_pages_posted_without_a_session_both_wait(client, user, draft):
    for key in ("practice", "place"):
        post_step(client, draft, key, PAGES[key], user)
    client.logout()
    post_step(client, draft, "applicant", {**PAGES["applicant"], "name": "Sari L"}, user)
    post_step(client, draft, "berkas", {"berkas-str": pdf(), "nyatakan-place_statement": "1"}, user)
    sign_in(client, user)

    assert client.get(f"/ajukan/draf/{draft.pk}/")["Location"].endswith("/applicant/")
    page = client.get(f"/ajukan/draf/{draft.pk}/berkas/")
    rows = {row.key: row for row in page.context["rows"]}
    assert rows["str"].document.name == "str.pdf"  # named at once, and can be looked at
    assert client.get(f"/ajukan/draf/{draft.pk}/lihat/str/").status_code == 200
    assert rows["place_statement"].declared
    assert b'value="Sari L"' in client.get(f"/ajukan/draf/{draft.pk}/applicant/").content

    post_step(client, draft, "berkas", {"nyatakan-place_statement": "1"}, user)
    draft.refresh_from_db()
    assert set(draft.documents) == {"str"}
    assert list(draft.held["steps"]) == ["applicant"]
    post_step(client, draft, "applicant", PAGES["applicant"], user)
    draft.refresh_from_db()
    assert draft.held == {}


def test_a_file_refused_without_a_session_is_named(client, user, draft):
    client.logout()

    answer = post_step(
        client,
        draft,
        "berkas",
        {"berkas-str": pdf("str.pdf").__class__("str.pdf", b"bukan pdf", "application/pdf")},
        user,
        follow=True,
    )

    assert (
        "Berkas ini belum diterima, pilih lagi: Surat Tanda Registrasi" in answer.content.decode()
    )


def test_what_is_held_is_unreadable_in_the_database(client, user, draft):
    from django.db import connection

    client.logout()
    post_step(client, draft, "applicant", PAGES["applicant"], user)

    with connection.cursor() as cursor:
        cursor.execute("SELECT held, answers FROM permits_draft")
        stored = str(cursor.fetchall())
    assert "6103015203949999" not in stored


def test_a_draft_survives_a_dying_process_between_file_and_draft(client, user, draft, world):
    """The file is a row of its own before the draft names it: nothing half is left."""
    from satupintu.permits.pages.applicant.attach import store_one
    from satupintu.permits.pages.applicant.common import sheet_of

    sheet = sheet_of(draft)
    requirement = sheet.documents()[0][0]
    store_one(
        requirement, pdf(), party_id=user.party_id, by=world.actor("sari"), at=clock.now()
    )  # and the process is killed here

    draft.refresh_from_db()
    assert draft.documents == {}
    page = client.get(f"/ajukan/draf/{draft.pk}/berkas/")
    assert page.context["rows"][0].reuse is not None  # found again, not asked twice


KEYS = st.sampled_from(["name", "nik", "str_number", "place_name"])
SAVES = st.lists(st.tuples(st.integers(0, 2), KEYS, st.text(max_size=12)), max_size=25)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(saves=SAVES)
def test_any_sequence_of_saves_from_three_windows_keeps_the_last_answer(draft, saves):
    Draft.objects.filter(pk=draft.pk).update(answers={})
    windows = [Draft.objects.get(pk=draft.pk) for _ in range(3)]
    expected: dict[str, str] = {}
    at = clock.now()

    for window, key, value in saves:
        drafts.save_answers(draft=windows[window], answers={key: value}, at=at)
        expected[key] = value

    assert Draft.objects.get(pk=draft.pk).answers == expected
