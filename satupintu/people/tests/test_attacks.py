"""What somebody tries who wants into another person's account; each was possible once."""

import re

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.messaging.models import OutMessage
from satupintu.people import services
from satupintu.people.models import AccountEvent, Authority, Party, SignInCode, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import AuthorityKind, GivenHow, Role, read_address
from satupintu.people.tests.factories import make_officer, make_person

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
