"""What somebody tries who wants into another person's account; each was possible once."""

import re
import unicodedata

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from satupintu.lib import clock
from satupintu.messaging.models import OutMessage
from satupintu.people import services
from satupintu.people.mfa import set_device_cookie
from satupintu.people.models import AccountEvent, Authority, DeviceUser, Party, SignInCode, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import AuthorityKind, GivenHow, Role, read_address
from satupintu.people.tests.factories import PASSWORD, make_officer, make_person

pytestmark = pytest.mark.django_db


def sent_code() -> str:
    body = OutMessage.objects.order_by("-created_at", "-pk").first().body
    return re.search(r"\b\d{6}\b", body)[0]


def signed_in_as(client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


@pytest.mark.parametrize(
    "own",
    [
        "s@aricontoh.id",  # the same letters, another host
        "sa.ri@contoh.id",
        "sari@con-toh.id",
        "sari+x@contoh.id",
    ],
)
def test_code_for_an_address_of_the_same_letters_opens_nobody_elses_account(own):
    sari = make_person()
    at_victim, at_own = Client(), Client()
    at_victim.post("/masuk/", {"address": "sari@contoh.id"})
    at_own.post("/masuk/", {"address": own})

    answer = at_victim.post("/masuk/kode/", {"code": sent_code()})

    assert answer.status_code == 200
    assert signed_in_as(at_victim) is None
    assert sari.email == "sari@contoh.id"


def test_code_of_an_address_of_the_same_letters_leaves_the_persons_own_code_alive():
    sari = make_person()
    hers, other = Client(), Client()
    hers.post("/masuk/", {"address": "sari@contoh.id"})
    code = sent_code()
    other.post("/masuk/", {"address": "s@aricontoh.id"})

    hers.post("/masuk/kode/", {"code": code})

    assert signed_in_as(hers) == sari


def test_second_code_on_the_page_after_the_first_was_right_is_no_crash(client):
    client.post("/masuk/", {"address": "baru@contoh.id"})
    client.post("/masuk/kode/", {"code": sent_code()})
    client.post("/masuk/kode/kirim-ulang/")

    answer = client.post("/masuk/kode/", {"code": sent_code()})

    assert answer.url == "/masuk/nama/"


# --- Authority over others -----------------------------------------------------------------


def company_of(director: User) -> Party:
    return services.claim_authority(
        user=director, kind=AuthorityKind.OFFICER, name="CV Maju", is_organisation=True,
        identity_kind="nib", identity="1234567890128", letter=None, valid_until=None,
        by=actor_of(director, clock.now()), at=clock.now(),
    ).party  # fmt: skip


def test_holder_of_an_authority_gives_it_to_nobody_else():
    sari, joko, rina = (
        make_person("Sari", email="sari@contoh.id"),
        make_person("Joko", email="joko@contoh.id"),
        make_person("Rina", email="rina@contoh.id"),
    )
    at = clock.now()
    services.give_authority(
        party=sari.party, to=joko, valid_until=None, letter=None, by=actor_of(sari, at), at=at
    )

    with pytest.raises(services.AuthorityRefused):
        services.give_authority(
            party=sari.party, to=rina, valid_until=None, letter=None, by=actor_of(joko, at), at=at
        )

    assert not Authority.objects.filter(user=rina).exists()


def test_officer_confirms_no_claim_of_their_own(client):
    at = clock.now()
    sari = make_person()
    officer = make_officer("budi", Role.FRONT_OFFICE)
    company = company_of(sari)
    claim = services.claim_authority(
        user=officer, kind=AuthorityKind.OFFICER, name="CV Maju", is_organisation=True,
        identity_kind="nib", identity=company.identity, letter=None, valid_until=None,
        by=actor_of(officer, at), at=at,
    )  # fmt: skip

    done = services.confirm_authority(authority_id=claim.pk, by=actor_of(officer, at), at=at)

    claim.refresh_from_db()
    assert (done, claim.confirmed_at) == (False, None)


# --- Codes given by officers ---------------------------------------------------------------


def test_code_for_the_address_of_an_officer_is_given_by_nobody(client):
    head = make_officer("kepala", Role.HEAD)
    User.objects.filter(pk=head.pk).update(email="kepala@contoh.id")
    front = make_officer("budi", Role.FRONT_OFFICE)

    with pytest.raises(services.CodeRefused):
        services.give_code(
            address=read_address("kepala@contoh.id"),
            how=GivenHow.CALL_BACK,
            by=actor_of(front, clock.now()),
            at=clock.now(),
        )

    assert not SignInCode.objects.exists()
    client.force_login(front)
    answer = client.post("/loket/kode/", {"address": "kepala@contoh.id", "how": "call_back"})
    assert answer.status_code == 200
    assert not SignInCode.objects.exists()


def test_log_says_whose_account_a_given_code_opens():
    sari = make_person()
    front = make_officer("budi", Role.FRONT_OFFICE)

    services.give_code(
        address=read_address("sari@contoh.id"),
        how=GivenHow.COUNTER,
        by=actor_of(front, clock.now()),
        at=clock.now(),
    )

    event = AccountEvent.objects.get(event="code_given")
    assert (event.by, event.user) == (front, sari)


# --- A demo that became a real office ------------------------------------------------------


def test_made_up_officers_with_their_published_password_enter_no_real_office(client, settings):
    officer = make_officer("budi", Role.HEAD)
    officer.set_password("satupintu")
    officer.is_demo = True
    officer.save()
    settings.DEMO = False

    client.post("/masuk/petugas/", {"username": "budi", "password": "satupintu"})

    assert signed_in_as(client) is None


# --- Guessing ------------------------------------------------------------------------------


def test_wrong_password_costs_as_much_for_a_name_that_is_known_unknown_or_without_password(
    client, monkeypatch
):
    make_officer("budi", Role.VERIFIER)
    passwordless = make_person()
    computed = []
    hasher = hashers.get_hasher()
    monkeypatch.setattr(
        type(hasher), "encode", lambda *_: computed.append(1) or "md5$salt$00000000"
    )

    costs = set()
    for username in ("budi", "tidak-ada", passwordless.username):
        computed.clear()
        client.post("/masuk/petugas/", {"username": username, "password": "salah besar"})
        costs.add(len(computed))

    assert len(costs) == 1, costs


def test_officer_at_a_remembered_device_is_not_locked_out_by_a_stranger(client):
    officer = make_officer("budi", Role.VERIFIER)
    at = clock.now()
    device = services.remember_device(
        device_id=None, label="Loket 1", user=officer, by=actor_of(officer, at), at=at
    )
    response = HttpResponse()
    set_device_cookie(response, device.pk)
    stranger = Client()
    for _try in range(30):
        stranger.post("/masuk/petugas/", {"username": "budi", "password": "salah"})
    client.cookies["perangkat"] = response.cookies["perangkat"].value

    client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})

    assert signed_in_as(client) == officer


@pytest.mark.parametrize("name", ["Sari\r\nBcc: x@contoh.id", "Sari\u202e Lestari", "Sari\u2028L"])
def test_name_holds_nothing_that_starts_a_line_or_turns_the_reading(client, name):
    client.post("/masuk/", {"address": "sari@contoh.id"})
    client.post("/masuk/kode/", {"code": sent_code()})
    client.post("/masuk/nama/", {"name": name, "consent": "on"})

    kept = User.objects.get().name

    assert "Sari" in kept
    assert all(unicodedata.category(ch) not in {"Cc", "Cf", "Zl", "Zp"} for ch in kept)


# --- Around the second factor --------------------------------------------------------------


@pytest.mark.parametrize("address", ["/akun/pengaman/aplikasi/", "/akun/pengaman/kunci/baru/"])
def test_being_asked_for_the_password_again_is_no_second_factor(client, settings, address):
    settings.STAFF_MFA_REQUIRED = True
    make_officer("budi", Role.FRONT_OFFICE)
    client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600  # an hour ago: allauth asks for the password again
    session.save()

    client.post(address, {"code": "000000", "name": "x"})

    methods = [record["method"] for record in client.session["account_authentication_methods"]]
    assert methods == ["password"]
    assert client.get("/loket/kode/").status_code == 302


def test_device_is_not_remembered_without_a_second_factor_shown_there_and_then(client):
    make_officer("budi", Role.FRONT_OFFICE)
    client.post("/masuk/petugas/", {"username": "budi", "password": PASSWORD})

    client.post("/masuk/kode-kedua/", {"code": "000000", "remember": "1"})

    assert not DeviceUser.objects.exists()


def test_who_claimed_a_company_first_waits_again_once_an_officer_confirms_somebody_else():
    at = clock.now()
    squatter = make_person("Joko", email="joko@contoh.id")
    director = make_person("Sari", email="sari@contoh.id")
    officer = make_officer("budi", Role.FRONT_OFFICE)
    company = company_of(squatter)
    assert company.pk in actor_of(squatter, at).party_ids
    claim = services.claim_authority(
        user=director, kind=AuthorityKind.OFFICER, name="CV Maju", is_organisation=True,
        identity_kind="nib", identity=company.identity, letter=None, valid_until=None,
        by=actor_of(director, at), at=at,
    )  # fmt: skip

    services.confirm_authority(authority_id=claim.pk, by=actor_of(officer, at), at=at)

    assert company.pk in actor_of(director, at).party_ids
    assert company.pk not in actor_of(squatter, at).party_ids
    assert Authority.objects.get(user=squatter).confirmed_at is None


def test_codes_asked_too_often_leave_no_sessions_behind():
    stranger = Client()
    for _try in range(5):
        stranger.post("/masuk/", {"address": "sari@contoh.id"})
    before = Session.objects.count()

    for _try in range(20):
        Client().post("/masuk/", {"address": "sari@contoh.id"})

    assert Session.objects.count() == before
