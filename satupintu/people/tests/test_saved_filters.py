"""Filters that officers keep: under a name, as chips; their own, or a unit's by its section head."""

import pytest
from django.test import Client
from django.utils import timezone

from satupintu.lib import clock
from satupintu.people.models import SavedFilter
from satupintu.people.rules import MOST_FILTERS, filter_query
from satupintu.permits.tests.officer_cases import MONDAY, make_world

LATE = "terlambat=1&layanan=sip-bidan"
KEPT = "layanan=sip-bidan&terlambat=1"  # in the order of the page's marks


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


def browser(world, key):
    client = Client()
    client.force_login(world.user(key), backend="satupintu.people.backends.PasswordBackend")
    return client


def keep(client, name="Bidan terlambat", query=LATE, page="inbox", **more):
    given = {"halaman": page, "saringan": query, "nama": name, **more}
    return client.post("/saringan/simpan/", given, follow=True)


def chips(client, address="/tugas/"):
    return [(one["name"], one["on"]) for one in client.get(address).context["saved"]["items"]]


@pytest.mark.parametrize(
    ("page", "given", "query"),
    [
        ("inbox", {"terlambat": "1", "layanan": "sip-bidan"}, KEPT),
        ("inbox", {"sesudah": "x", "map": "unit", "q": "Sari"}, "map=unit"),
        ("inbox", {"layanan": ""}, ""),
        ("cases", {"keadaan": "review", "layanan": "x"}, "keadaan=review"),
    ],
)
def test_only_the_marks_of_the_page_are_kept(page, given, query):
    assert filter_query(page, given) == query


def test_the_present_filter_is_kept_and_stands_as_a_chip(world):
    budi = browser(world, "budi")
    assert "Simpan saringan" in budi.get(f"/tugas/?{LATE}").content.decode()

    answer = keep(budi, "  Bidan   terlambat ")

    assert answer.redirect_chain == [(f"/tugas/?{KEPT}", 302)]
    assert "Saringan “Bidan terlambat” tersimpan." in answer.content.decode()
    assert chips(budi, f"/tugas/?{LATE}") == [("Bidan terlambat", True)]
    assert chips(budi) == [("Bidan terlambat", False)]
    assert f'href="/tugas/?{KEPT.replace("&", "&amp;")}"' in budi.get("/tugas/").content.decode()
    row = SavedFilter.objects.get()
    assert (row.user_id, row.unit_id, row.page) == (world.user("budi").pk, None, "inbox")


def test_a_list_of_cases_has_its_own(world):
    budi = browser(world, "budi")
    keep(budi, "Teknis", "keadaan=review", "cases")
    assert chips(budi) == []
    assert chips(budi, "/berkas/?keadaan=review") == [("Teknis", True)]


def test_nobody_sees_changes_or_deletes_anothers(world):
    keep(browser(world, "budi"))
    row = SavedFilter.objects.get()
    for key in ("ratna", "lina", "auditor"):
        other = browser(world, key)
        assert chips(other, "/berkas/") == []
        for what, given in (("ubah", {"nama": "X"}), ("hapus", {})):
            answer = other.post(f"/saringan/{row.pk}/{what}/", given, follow=True)
            assert "bukan milik Anda" in answer.content.decode()
    row.refresh_from_db()
    assert row.name == "Bidan terlambat"


def test_a_filter_is_renamed_and_deleted(world):
    budi = browser(world, "budi")
    keep(budi)
    row = SavedFilter.objects.get()

    budi.post(f"/saringan/{row.pk}/ubah/", {"nama": "Pagi hari"})
    assert chips(budi) == [("Pagi hari", False)]
    answer = budi.post(f"/saringan/{row.pk}/hapus/", follow=True)
    assert answer.redirect_chain == [("/tugas/", 302)]
    assert chips(budi) == []


def test_a_section_head_shares_with_the_unit_and_only_they_change_it(world):
    lina, budi = browser(world, "lina"), browser(world, "budi")

    keep(lina, "Mendesak", bagikan="1")

    row = SavedFilter.objects.get()
    assert row.unit is not None
    assert chips(budi) == [("Mendesak", False)]
    assert chips(browser(world, "wati")) == []  # of another unit
    shown = budi.get("/tugas/").context["saved"]["items"][0]
    assert (shown["own"], bool(shown["shared_by"])) == (False, True)
    budi.post(f"/saringan/{row.pk}/hapus/")
    assert SavedFilter.objects.count() == 1
    lina.post(f"/saringan/{row.pk}/ubah/", {"nama": "Hari ini"})
    assert chips(budi) == [("Hari ini", False)]


def test_others_cannot_share(world):
    budi = browser(world, "budi")
    assert "kepala bidang" in keep(budi, bagikan="1").content.decode()
    assert SavedFilter.objects.count() == 0
    assert "bagikan" not in budi.get(f"/tugas/?{LATE}").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "   "}, "Beri nama"),
        ({"query": ""}, "Saring dulu"),
        ({"query": "sesudah=1"}, "Saring dulu"),
        ({"page": "lain"}, "Saring dulu"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(world, given, said):
    assert said in keep(browser(world, "budi"), **given).content.decode()
    assert SavedFilter.objects.count() == 0


def test_a_name_is_used_once_and_there_is_an_end(world):
    budi = browser(world, "budi")
    keep(budi)
    assert "sudah dipakai" in keep(budi).content.decode()
    for n in range(MOST_FILTERS - 1):
        keep(budi, f"Saringan {n}")
    assert "Paling banyak" in keep(budi, "Satu lagi").content.decode()
    assert SavedFilter.objects.count() == MOST_FILTERS
    first, second = SavedFilter.objects.order_by("created_at", "pk")[:2]
    answer = budi.post(f"/saringan/{second.pk}/ubah/", {"nama": first.name}, follow=True)
    assert "sudah dipakai" in answer.content.decode()
    keep(browser(world, "ratna"))  # her own, under the same name
    assert SavedFilter.objects.count() == MOST_FILTERS + 1
    assert timezone.localdate(first.created_at) == MONDAY.date()


def test_applicants_and_leaders_keep_no_filters(world):
    assert browser(world, "sari").post("/saringan/simpan/").status_code == 403
    assert browser(world, "bupati").post("/saringan/simpan/").status_code == 403
