import re

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection

from satupintu.lib import clock
from satupintu.messaging.models import OutMessage
from satupintu.people import services
from satupintu.people.models import AccountEvent, CallBackRequest, SignInCode, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import GivenHow, Role, read_address
from satupintu.people.tests.factories import PASSWORD, make_officer, make_person

pytestmark = pytest.mark.django_db


def sent_code() -> str:
    body = OutMessage.objects.order_by("-created_at", "-pk").first().body
    return re.search(r"\b\d{6}\b", body)[0]


def ask_code(client, address="sari@contoh.id", **more):
    return client.post("/masuk/", {"address": address, **more})


def signed_in_as(client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def test_new_person_signs_in_by_code_and_tells_a_name_once(client):
    assert ask_code(client, next="/ajukan/sip-bidan/").url == "/masuk/kode/"
    assert client.post("/masuk/kode/", {"code": sent_code()}).url == "/masuk/nama/"
    assert signed_in_as(client) is None

    answer = client.post(
        "/masuk/nama/", {"name": "Sari Lestari", "consent": "on", "messages": "on"}
    )

    assert answer.url == "/ajukan/sip-bidan/"
    sari = signed_in_as(client)
    assert (sari.name, sari.email, sari.has_usable_password()) == (
        "Sari Lestari", "sari@contoh.id", False,
    )  # fmt: skip
    assert {one.purpose for one in sari.party.consents.all()} == {"account", "messages"}


def test_known_person_is_in_after_the_code(client):
    sari = make_person()
    ask_code(client)

    answer = client.post("/masuk/kode/", {"code": sent_code()})

    assert answer.url == "/permohonan/"
    assert signed_in_as(client) == sari


def test_person_signs_in_by_telephone_number_as_typed(client):
    joko = make_person("Joko", email="", phone="+6281200005678")
    ask_code(client, "0812 0000 5678")

    client.post("/masuk/kode/", {"code": sent_code()})

    assert signed_in_as(client) == joko
    assert OutMessage.objects.get().channel == "sms"


def test_known_and_unknown_addresses_get_the_same_answers(client):
    make_person()
    pages = []
    for address in ("sari@contoh.id", "nobody@contoh.id"):
        client.cookies.clear()
        first = ask_code(client, address)
        page = client.get("/masuk/kode/").content.decode()
        wrong = client.post("/masuk/kode/", {"code": "000000"}).content.decode()
        page, wrong = (
            re.sub(r'value="[A-Za-z0-9]{64}"', "", text).replace(address[0] + "•••", "•••")
            for text in (page, wrong)
        )
        pages.append((first.status_code, first.url, page, wrong))

    assert pages[0] == pages[1]
    assert OutMessage.objects.count() == 2


def test_wrong_code_stays_on_the_page_and_opens_nothing(client):
    make_person()
    ask_code(client)
    code = sent_code()

    answer = client.post("/masuk/kode/", {"code": f"{(int(code) + 1) % 10**6:06d}"})

    assert answer.status_code == 200
    assert "Kode tidak cocok" in answer.content.decode()
    assert signed_in_as(client) is None


def test_used_code_opens_no_second_session(client):
    make_person()
    ask_code(client)
    code = sent_code()
    client.post("/masuk/kode/", {"code": code})
    client.post("/keluar/")
    session = client.session
    session["sign_in"] = {"kind": "email", "address": "sari@contoh.id", "next": ""}
    session.save()

    client.post("/masuk/kode/", {"code": code})

    assert signed_in_as(client) is None


def test_name_page_without_a_proved_address_sends_back(client):
    ask_code(client)

    assert client.get("/masuk/nama/").url == "/masuk/"
    assert client.post("/masuk/nama/", {"name": "X Y", "consent": "on"}).url == "/masuk/"
    assert not User.objects.exists()


def test_account_needs_consent(client):
    ask_code(client)
    client.post("/masuk/kode/", {"code": sent_code()})

    answer = client.post("/masuk/nama/", {"name": "Sari Lestari"})

    assert answer.status_code == 200
    assert not User.objects.exists()


def test_sixth_code_in_an_hour_is_not_sent(client):
    for _ in range(5):
        ask_code(client)

    answer = ask_code(client)

    assert "Terlalu sering" in answer.content.decode()
    assert OutMessage.objects.count() == 5


def test_one_place_cannot_ask_for_many_addresses(client):
    for number in range(50):
        ask_code(client, f"orang{number}@contoh.id")

    answer = ask_code(client, "satu-lagi@contoh.id")

    assert "Terlalu sering" in answer.content.decode()
    assert OutMessage.objects.count() == 50


def test_guessing_codes_is_throttled_across_new_codes(client):
    make_person()
    for _ in range(3):
        ask_code(client)
        code = sent_code()
        for _ in range(5):
            client.post("/masuk/kode/", {"code": f"{(int(code) + 1) % 10**6:06d}"})
    ask_code(client)

    answer = client.post("/masuk/kode/", {"code": sent_code()})

    assert "Terlalu sering" in answer.content.decode()
    assert signed_in_as(client) is None


def test_without_sms_the_page_offers_the_counter_and_a_call(client, settings):
    settings.DEMO = False
    ask_code(client, "081200005678")

    page = client.get("/masuk/kode/").content.decode()

    assert "SMS belum tersambung" in page
    assert OutMessage.objects.count() == 0
    assert client.post("/masuk/kode/telepon/").status_code == 200
    assert CallBackRequest.objects.get().phone == "+6281200005678"


def test_code_from_the_counter_lets_a_person_without_sms_in(client, settings):
    settings.DEMO = False
    budi = make_officer("budi", Role.FRONT_OFFICE)
    ask_code(client, "081200005678")
    at = clock.now()
    code = services.give_code(
        address=read_address("081200005678"), how=GivenHow.COUNTER, by=actor_of(budi, at), at=at
    )

    client.post("/masuk/kode/", {"code": code})
    client.post("/masuk/nama/", {"name": "Joko Prasetyo", "consent": "on"})

    assert signed_in_as(client).phone == "+6281200005678"
    assert AccountEvent.objects.get(event="account_opened").details == {"how": "counter"}


@pytest.mark.parametrize(
    "wanted",
    ["https://jahat.example/", "//jahat.example/", "/\\jahat.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_to_another_site(client, wanted):
    make_person()
    ask_code(client, next=wanted)

    assert client.post("/masuk/kode/", {"code": sent_code()}).url == "/permohonan/"
    assert client.post("/keluar/", {"next": wanted}).url == "/"


def test_session_key_changes_at_sign_in_and_sign_out(client):
    make_person()
    ask_code(client)
    before = client.session.session_key

    client.post("/masuk/kode/", {"code": sent_code()})
    inside = client.session.session_key
    client.post("/keluar/")

    assert before != inside
    assert not Session.objects.filter(session_key__in=[before, inside]).exists()


def test_signing_out_needs_a_post(client):
    assert client.get("/keluar/").status_code == 405


def test_session_row_reveals_nothing(client):
    ask_code(client, "081200005678")

    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        rows = " ".join(row[0] for row in cursor.fetchall())

    assert rows
    assert "5678" not in rows.lower() or "81200005678" not in rows
    assert "sign_in" not in rows
    assert client.session["sign_in"]["address"] == "+6281200005678"


def test_altered_session_row_is_an_empty_session(client):
    make_person()
    ask_code(client)
    client.post("/masuk/kode/", {"code": sent_code()})
    Session.objects.update(session_data="k1:AAAA")

    assert client.get("/akun/").url == "/masuk/?next=%2Fakun%2F"


def test_raw_tables_hold_no_telephone_number(client):
    ask_code(client, "081200005678")
    client.post("/masuk/kode/", {"code": sent_code()})
    client.post("/masuk/nama/", {"name": "Joko Prasetyo", "consent": "on"})

    with connection.cursor() as cursor:
        for table in (
            "people_user", "people_party", "people_signincode", "messaging_outmessage",
        ):  # fmt: skip
            cursor.execute(f"SELECT * FROM {table}")
            assert "81200005678" not in repr(cursor.fetchall()), table


def test_officer_signs_in_with_password_and_lands_on_tasks(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)

    answer = client.post("/masuk/petugas/", {"username": " Budi ", "password": PASSWORD})

    assert answer.url == "/tugas/"
    assert signed_in_as(client) == budi


@pytest.mark.parametrize("username", ["budi", "tidak-ada"])
def test_wrong_password_says_the_same_for_known_and_unknown_names(client, username):
    make_officer("budi", Role.FRONT_OFFICE)

    answer = client.post("/masuk/petugas/", {"username": username, "password": "salah"})

    assert "Nama pengguna atau kata sandi tidak cocok." in answer.content.decode()
    assert signed_in_as(client) is None


def test_inactive_officer_does_not_get_in(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    User.objects.filter(pk=budi.pk).update(is_active=False)

    client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})

    assert signed_in_as(client) is None


def test_passwords_are_throttled_by_name(client):
    make_officer("budi", Role.FRONT_OFFICE)
    for _ in range(10):
        client.post("/masuk/petugas/", {"username": "budi", "password": "salah"})

    answer = client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})

    assert "Terlalu sering" in answer.content.decode()
    assert signed_in_as(client) is None


def test_switching_officers_ends_the_session_before(client):
    make_officer("budi", Role.FRONT_OFFICE)
    ratna = make_officer("ratna", Role.VERIFIER, name="Ratna Dewi")
    client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})
    session = client.session
    session["act_for"] = "left behind"
    session.save()
    before = client.session.session_key

    answer = client.post("/masuk/ganti/", {"username": "ratna", "password": PASSWORD})

    assert answer.url == "/tugas/"
    assert signed_in_as(client) == ratna
    assert "act_for" not in client.session
    assert not Session.objects.filter(session_key=before).exists()


def test_failed_switch_leaves_the_first_officer_signed_in(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    make_officer("ratna", Role.VERIFIER)
    client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})

    client.post("/masuk/ganti/", {"username": "ratna", "password": "salah"})

    assert signed_in_as(client) == budi


def test_counter_code_for_a_known_party_joins_its_data(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    at = clock.now()
    party = services.create_party(
        name="Joko Prasetyo", phone="+6281200005678", by=actor_of(budi, at), at=at
    )
    code = services.give_code(
        address=read_address("081200005678"),
        how=GivenHow.COUNTER, by=actor_of(budi, at), at=at, party=party,
    )  # fmt: skip
    client.post("/masuk/", {"address": "081200005678"})
    SignInCode.objects.filter(given_how="sent").delete()
    SignInCode.objects.filter(given_how="counter").update(expires_at=at.replace(year=2100))

    client.post("/masuk/kode/", {"code": code})
    client.post("/masuk/nama/", {"name": "Joko Prasetyo", "consent": "on"})

    assert signed_in_as(client).party == party


def test_a_database_that_goes_away_while_signing_in_is_our_fault_not_the_persons(client):
    """Django says "400 Bad Request" when a session cannot be stored: who reads it blames what they typed."""
    ask_code(client)
    client.raise_request_exception = False

    def gone(execute, sql, params, many, context):
        if sql.startswith('UPDATE "django_session"'):
            raise OperationalError("terminating connection due to administrator command")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(gone):
        answer = ask_code(client, address="joko@contoh.id")

    assert answer.status_code == 500
    assert ask_code(client, address="joko@contoh.id").url == "/masuk/kode/"


def test_a_session_that_ended_meanwhile_is_not_stored_again(client):
    ask_code(client)
    store = client.session
    store["next"] = "/"
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        store.save()

    assert not Session.objects.exists()
