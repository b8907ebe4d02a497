"""The officers' menu: what a day needs stands open, the rest folded; every page still has its entry."""

import re

import pytest

from satupintu.people.rules import STAFF_ROLES, landing_page
from satupintu.permits.tests.applicant_office import sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.portal import frame

DAILY = ["Semua berkas", "Bantu pemohon", "Konsultasi", "Meja telepon", "Pengaduan"]


@pytest.fixture
def world(db):
    return make_world()


def groups(client, path):
    page = client.get(path).content.decode()
    side = page[page.index('class="side-wide"') : page.index('id="isi"')]
    return re.findall(
        r'<details class="side-group side-fold"( open)?><summary[^>]*>([^<]+)', side
    ), side


def test_a_clerk_sees_her_daily_five_before_anything_folded(client, world):
    sign_in(client, world.user("budi"))
    _folded, side = groups(client, "/berkas/")
    before = side[: side.index("<details")]
    positions = [before.index(f"<span>{label}</span>") for label in DAILY]
    assert positions == sorted(positions)
    assert "Slip bernomor" not in before
    assert "Slip bernomor" in side


def test_the_group_of_this_page_is_open_and_no_other(client, world):
    sign_in(client, world.user("budi"))
    folded, _side = groups(client, "/loket/slip/")
    assert [title for opened, title in folded if opened] == ["Loket dan pesan"]
    folded, _side = groups(client, "/berkas/")
    assert folded
    assert not [title for opened, title in folded if opened]


@pytest.mark.parametrize("who", ["budi", "ratna", "lina", "darius", "admin", "maya", "bupati"])
def test_every_page_that_a_role_may_open_has_its_entry(client, world, who):
    sign_in(client, world.user(who))
    roles = world.actor(who).roles
    _folded, side = groups(client, landing_page(roles))
    assert roles & STAFF_ROLES
    for _title, entries in frame.DESK:
        for _label, url, _icon in entries:
            there = frame._is_there(url) and frame._may_open(url, roles)
            assert (f'href="{url}"' in side) is there, url


def test_no_page_stands_twice_in_the_menu():
    urls = [url for _title, entries in frame.DESK for _label, url, _icon in entries]
    assert len(urls) == len(set(urls))
