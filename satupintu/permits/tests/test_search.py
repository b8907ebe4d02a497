"""The search of officers: by words as they sound, by whole numbers, narrowed, by keyset; what is stored of it."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.lib.words import sounds
from satupintu.people.models import Disclosure, Party
from satupintu.permits import finding
from satupintu.permits.finding import case_words, read_typed
from satupintu.permits.models import CaseWord
from satupintu.permits.pages.officer import searching
from satupintu.permits.tests.officer_cases import MONDAY

FIND = "/berkas/cari/"


def named(world, name, key="joko", **more):
    """Return a case of somebody called so."""
    party = world.user(key).party
    Party.objects.filter(pk=party.pk).update(name=name)
    return world.apply(key, **more)


def found(client, q="", **more):
    answer = client.post(FIND, {"q": q, **more})
    assert answer.status_code == 200
    return [row.number for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Soeharto", "Suharto"),
        ("Djoko", "Joko"),
        ("Tjokroaminoto", "Cokroaminoto"),
        ("Achmad", "Akhmad"),
        ("Muhammad", "Muhamad"),
        ("Sjahrir", "Syahrir"),
        ("Njoto", "Nyoto"),
        ("Sophia Vivi", "Sofia Fifi"),
        ("ijin praktek", "izin praktik"),
        ("Djalan Achmad Yani", "jalan akhmad yani"),
    ],
)
def test_old_and_new_spellings_sound_alike(old, new):
    assert sounds(old) == sounds(new)


def test_different_names_do_not():
    assert sounds("Sari") != sounds("Sarah")
    assert sounds("Joko") != sounds("Joni")


@pytest.mark.parametrize(
    ("typed", "looked_up", "words"),
    [
        ("6103015203949999", "identity", ()),
        ("6103 0152 0394 9999", "identity", ()),
        ("0812-0000-1234", "phone", ()),
        ("+62 812 0000 1234", "phone", ()),
        ("9999", "", ()),
        ("Sari Lestari", "", ("sari", "lestari")),
        ("di", "", ()),
        ("", "", ()),
    ],
)
def test_what_is_typed_is_understood(typed, looked_up, words):
    read = read_typed(typed)
    assert (read.looked_up, read.words) == (looked_up, words)


def test_a_case_is_known_by_name_and_place_never_by_numbers():
    words = case_words(
        "Sari Lestari",
        "Jalan Kartini 14",
        {"nik": "6103015203949999", "place_name": "Klinik Contoh 6103015203949999", "schedule": []},
    )
    assert {"sari", "lestari", "lest", "kartini", "jalan", "klinik", "contoh"} <= words
    assert not [word for word in words if sum(sign.isdigit() for sign in word) > 4]
    assert "kart" not in words  # an address is found by whole words only


def test_a_name_is_found_in_old_and_new_spelling_and_while_it_is_typed(world, browser):
    case = named(world, "Djoko Soetrisno")
    budi = browser("budi")
    for typed in ("Joko", "Sutrisno joko", "djoko soetrisno", "sutr", "SOETRISNO"):
        assert found(budi, typed) == [case.number], typed
    for typed in ("Sutrisna", "Joko Widodo", "jo"):
        assert found(budi, typed) == [], typed


def test_an_address_and_a_place_are_found_by_their_words(world, browser):
    case = world.apply(place_name="Klinik Melati Poetih", place_address="Jalan Merdeka 12, Meliau")
    budi = browser("budi")
    for typed in ("melati putih", "merdeka meliau", "Sari Meliau"):
        assert found(budi, typed) == [case.number], typed


def test_a_changed_answer_is_found_too(world, browser):
    case = world.returned(world.apply(place_name="Klinik Melati"))
    world.do(case, "resubmit", "sari", answers={"place_name": "Klinik Anggrek"})
    budi = browser("budi")
    assert found(budi, "anggrek") == found(budi, "melati") == [case.number]


@pytest.mark.parametrize(
    ("typed", "what"), [("6103015203949999", "identity"), ("0812-0000-1234", "phone")]
)
def test_a_persons_number_is_found_whole_and_the_look_is_recorded(world, browser, typed, what):
    party = world.user("sari").party
    party.phone = "+6281200001234"
    party.save()
    case = world.apply()

    assert found(browser("budi"), typed) == [case.number]

    look = Disclosure.objects.get()
    assert (look.user_id, look.party_id, look.subject) == (
        world.user("budi").pk, party.pk, f"search {what}",
    )  # fmt: skip
    assert "dicari dengan nomor" in browser("auditor").get("/data-dibuka/").content.decode()


def test_a_number_that_nobody_has_is_recorded_without_a_person(world, browser):
    assert found(browser("budi"), "6103014107909998") == []
    assert Disclosure.objects.get().party_id is None


def test_words_and_case_numbers_are_no_look(world, browser):
    case = world.apply()
    found(browser("budi"), "Sari")
    browser("budi").post(FIND, {"q": case.number})
    assert Disclosure.objects.count() == 0


def test_service_unit_and_days_narrow(world, browser):
    bidan = world.complete(world.apply())
    nib = world.apply(service="nib-pendampingan")
    budi = browser("budi")
    health = next(one for one in world.tasks(bidan) if one.stage == "recommend").unit.code

    assert set(found(budi, "sari")) == {nib.number, bidan.number}
    assert found(budi, "sari", layanan="sip-bidan") == [bidan.number]
    assert found(budi, "", layanan="nib-pendampingan") == [nib.number]
    assert found(budi, "sari", unit=health) == [bidan.number]
    assert found(budi, "sari", dari="2026-11-24") == []
    assert len(found(budi, "sari", dari="2026-11-23", sampai="2026-11-23")) == 2
    assert found(budi, "sari", sampai="2026-11-22") == []
    assert found(budi, "") == []
    assert len(found(budi, "sari", dari="kemarin")) == 2


def test_a_day_at_the_end_of_all_calendars_breaks_no_search(world, browser):
    case, budi = named(world, "Sari Lestari"), browser("budi")

    assert found(budi, "lestari", dari="0001-01-01", sampai="9999-12-31") == [case.number]
    assert found(budi, "lestari", dari="9999-12-31") == []


def test_everyday_words_lead_to_services(world, browser):
    world.apply()
    answer = browser("budi").post(FIND, {"q": "ijin bidan"})
    assert answer.context["services"][0]["code"] == "sip-bidan"


def test_pages_go_on_by_keyset_without_a_count(world, browser, monkeypatch):
    monkeypatch.setattr(searching, "FOUND_PAGE", 2)
    cases = [world.apply("joko", at=MONDAY - timedelta(days=3 - n)).number for n in range(3)]
    budi = browser("budi")

    first = budi.post(FIND, {"q": "joko"})
    second = budi.post(FIND, {"q": "joko", "sesudah": first.context["following"]})

    assert [row.number for row in first.context["rows"]] == [cases[2], cases[1]]
    assert [row.number for row in second.context["rows"]] == [cases[0]]
    assert second.context["following"] == ""
    assert "COUNT(" not in " ".join(_sql(budi, {"q": "joko"}))


def test_common_words_that_seldom_stand_together_are_intersected(world, browser, monkeypatch):
    """The walk would find only the newest: what lies beyond it is found in the same order, page by page."""
    monkeypatch.setattr(searching, "FOUND_PAGE", 2)
    both = [
        named(world, "Surya Handayani", at=MONDAY - timedelta(days=9 - n)).number for n in range(3)
    ]
    for n in range(4):
        named(world, "Surya Kusuma", at=MONDAY - timedelta(days=5 - n))
        named(world, "Wulan Handayani", at=MONDAY - timedelta(days=5 - n))
    budi = browser("budi")
    walked = len(_sql(budi, {"q": "surya handayani"}))
    monkeypatch.setattr(finding, "WALKED", 2)

    first = budi.post(FIND, {"q": "surya handayani"})
    following = {"q": "surya handayani", "sesudah": first.context["following"]}
    second = budi.post(FIND, following)

    assert [row.number for row in first.context["rows"]] == [both[2], both[1]]
    assert [row.number for row in second.context["rows"]] == [both[0]]
    assert len(_sql(budi, {"q": "surya handayani"})) == walked + 1
    assert "INTERSECT" in " ".join(_sql(budi, {"q": "surya handayani"}))
    assert found(budi, "surya handayani", layanan="pirt") == []


def test_the_search_asks_as_often_for_many_as_for_few(world, browser):
    world.apply("joko")
    budi = browser("budi")
    few = len(_sql(budi, {"q": "joko"}))
    for _n in range(4):
        world.apply("joko")
    assert len(_sql(budi, {"q": "joko"})) == few <= 15


def _sql(client, given):
    client.post(FIND, given)
    with CaptureQueriesContext(connection) as caught:
        assert client.post(FIND, given).status_code == 200
    return [one["sql"] for one in caught.captured_queries]


def test_other_departments_find_only_what_they_were_asked(world, browser):
    first = world.complete(world.apply())
    world.apply("joko")
    assert found(browser("wati"), "sari") == [first.number]
    assert found(browser("wati"), "joko") == []
    assert found(browser("agus"), "sari") == []
    assert found(browser("agus"), "6103015203949999") == []


def test_the_index_of_words_can_be_read_by_nobody(world):
    world.apply()
    stored = " ".join(CaseWord.objects.values_list("key", flat=True))
    assert CaseWord.objects.count() > 10
    for word in ("sari", "lestari", "kartini", "klinik"):
        assert word not in stored


def test_earlier_cases_are_given_their_words(world, browser):
    case = world.apply()
    kept = set(CaseWord.objects.values_list("key", "case_id"))
    CaseWord.objects.all().delete()

    migration = import_module("satupintu.permits.migrations.0009_words_of_earlier_cases")
    migration.find_earlier_cases(apps, None)
    migration.find_earlier_cases(apps, None)

    assert set(CaseWord.objects.values_list("key", "case_id")) == kept
    assert found(browser("budi"), "lestari") == [case.number]


def test_odd_words_find_nothing_and_break_nothing(world, browser):
    budi = browser("budi")
    for odd in ("%", "'; --", "\x00\x00\x00", "a" * 500, "*** ???", "0812", "+"):
        assert found(budi, odd) == []
    assert finding.SHORTEST == 3
