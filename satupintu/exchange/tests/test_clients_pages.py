"""The pages of the service administrator about programs that may call in."""

import re

from django.test import Client

from satupintu.exchange.models import ApiClient
from satupintu.exchange.rules import Scope
from satupintu.exchange.tests.conftest import Program

CODE = "7K3F9QXM2A"
NEW = "/pengaturan/klien-api/baru/"


def browser(world, who="admin"):
    client = Client()
    client.force_login(world.user(who), backend="satupintu.people.backends.PasswordBackend")
    return client


def given(**more):
    return {
        "name": "SiDesa, Dinas PMD",
        "contact": "Dinas PMD, 0812-0000-0000",
        "scopes": ["verify:read"],
        "officer": "",
        "valid_until": "2027-12-31",
        **more,
    }


def test_a_client_is_made_and_its_token_shown_once(world):
    admin = browser(world)
    page = admin.post(NEW, given())

    token = re.search(r"spt_[\w-]+", page.content.decode()).group()
    assert "no-store" in page["Cache-Control"]
    assert Program(token).get(f"/verify/{CODE}").status_code == 200
    made = ApiClient.objects.get()
    assert made.created_by == world.user("admin")
    listed = admin.get("/pengaturan/klien-api/").content.decode()
    assert "SiDesa, Dinas PMD" in listed
    assert token not in listed


def test_what_is_missing_is_said_and_nothing_is_made(world):
    page = browser(world).post(NEW, given(scopes=["staff:act"]))

    assert "Cakupan petugas memerlukan petugas yang ditunjuk." in page.content.decode()
    assert not ApiClient.objects.exists()


def test_a_client_is_revoked(world, program):
    sidesa = program(Scope.VERIFY_READ)
    admin = browser(world)
    answer = admin.post(f"/pengaturan/klien-api/{sidesa.client.pk}/cabut/")

    assert answer.status_code == 302
    assert ApiClient.objects.get().revoked_by == world.user("admin")
    assert sidesa.get(f"/verify/{CODE}").status_code == 401
    assert "Dicabut" in admin.get("/pengaturan/klien-api/").content.decode()


def test_nobody_else_sees_the_clients(world):
    for who in ("budi", "darius", "auditor"):
        assert browser(world, who).get("/pengaturan/klien-api/").status_code == 403
        assert browser(world, who).post(NEW, given()).status_code == 403
    assert not ApiClient.objects.exists()
