"""Where people land after signing in."""

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.people.queries import User
from satupintu.people.rules import STAFF_ROLES, Role, landing_page
from satupintu.permits.tests.officer_cases import MONDAY, make_world


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


def test_every_officer_of_the_demo_lands_on_a_page_they_may_open(world):
    landed = {}
    for user in User.objects.exclude(username__isnull=True).exclude(assignments=None):
        client = Client()
        answer = client.post(
            "/masuk/petugas/", {"username": user.username, "password": "satupintu"}
        )
        assert answer.status_code == 302, user.username
        page = client.get(answer.url)
        assert page.status_code == 200, (user.username, answer.url)
        assert f'href="{answer.url}"' in page.content.decode(), "the name leads there too"
        landed[user.username] = answer.url
    assert landed["admin"] == "/pengaturan/layanan/"
    assert landed["auditor"] == "/berkas/"
    assert landed["bupati"] == "/ringkasan/"
    assert {landed[one] for one in ("budi", "ratna", "wati", "lina", "darius", "surya")} == {
        "/tugas/"
    }


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_no_officer_lands_among_the_applicants(role):
    assert landing_page(frozenset({role})) != "/permohonan/"


def test_who_holds_several_roles_lands_on_the_tasks():
    assert landing_page(frozenset({Role.SERVICE_ADMIN, Role.VERIFIER, Role.APPLICANT})) == "/tugas/"
    assert landing_page(frozenset({Role.APPLICANT})) == "/permohonan/"


def test_the_service_administrator_is_told_of_a_disk_that_is_nearly_full(world, settings):
    def told(who, address):
        client = Client()
        client.force_login(world.user(who), backend="satupintu.people.backends.PasswordBackend")
        return "Penyimpanan kantor hampir penuh" in client.get(address).content.decode()

    settings.DISK_LEAST_MB = 0
    assert not told("admin", "/pengaturan/layanan/")
    settings.DISK_LEAST_MB = 2**40

    assert told("admin", "/pengaturan/layanan/")
    assert told("admin", "/pengaturan/kalender/")
    assert not told("ratna", "/tugas/")  # who can do nothing about it
