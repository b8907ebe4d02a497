"""The office changes its topics of consultations: what it may, what it means for those that run, and the pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from satupintu.desk.models import Consultation, TopicsVersion
from satupintu.desk.queries import planning as queries
from satupintu.desk.rules.changing import Moved, Shifted
from satupintu.desk.rules.topics import OTHER, Helper, Topics, from_plain, plain
from satupintu.desk.rules.topics_changing import (
    Addition,
    Asking,
    Wish,
    effect,
    objections,
    possible_helpers,
    read_words,
    replanned,
    restored,
)
from satupintu.desk.services import versions as services
from satupintu.desk.services.consulting import Question, ask
from satupintu.desk.services.consulting.moving import asker
from satupintu.desk.topics import PLANS, shipped, topic_of, topics
from satupintu.people.rules import Role
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.queries import open_tasks

SignIn = Callable[[str], Client]
HERE, CHANGE = "/pengaturan/konsultasi/", "/pengaturan/konsultasi/ubah/"
COUNTER = Helper("office", Role.FRONT_OFFICE)
VERIFIERS = Helper("office", Role.VERIFIER)
HEALTH = Helper("health", Role.TECHNICAL_OFFICER)
PARKING = Addition({"id": "Parkir", "en": "Parking"}, "parkir, kendaraan", COUNTER)


def wish(days=None, helpers=None, words=None, hidden=None, addition=None) -> Wish:
    return Wish(days or {}, helpers or {}, words or {}, hidden or {}, addition)


def test_a_plan_is_the_same_as_plain_data_and_after_the_wish_of_nothing():
    assert from_plain(plain(shipped())) == shipped()
    assert replanned(shipped(), wish()) == shipped()
    changed = replanned(shipped(), wish({"fee": 2}, {"fee": HEALTH}, {"fee": "Biaya"}))
    assert from_plain(plain(changed)) == changed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        (" , ,", ()),
        ("Biaya, RETRIBUSI\ntarif", ("biaya", "retribusi", "tarif")),
        ("biaya, biaya", ("biaya",)),
        ("sampai mana", ("sampai mana",)),
    ],
)
def test_words_are_read_as_they_are_typed(typed, words):
    assert read_words(typed) == words


@pytest.mark.parametrize("key", sorted(shipped().by_key))
def test_any_topic_can_be_hidden_but_what_fits_none(key):
    plan = replanned(shipped(), wish(hidden={key: True}))
    found = [(one.what, one.key) for one in objections(plan, shipped(), "id")]
    assert found == ([("offered", OTHER)] if key == OTHER else [])
    assert plan.get(key).label == shipped().get(key).label


def test_a_topic_is_added_and_stays_hidden_when_one_goes_back():
    later = replanned(shipped(), wish(addition=PARKING))
    assert later.get("parkir").words == ("parkir", "kendaraan")
    assert later.get("parkir").deadline == shipped().answer
    back = restored(shipped(), later)
    assert back.offered == shipped().by_key
    assert back.get("parkir").hidden


def test_who_can_be_chosen():
    found = possible_helpers(shipped(), shipped(), ["office", "health", "district"])
    assert found == [COUNTER, VERIFIERS, Helper("office", Role.SECTION_HEAD), HEALTH]


def test_what_a_change_would_mean_for_consultations_that_run():
    new = replanned(shipped(), wish({"fee": 2}, {"fee": VERIFIERS}))
    found = effect([Asking(None, "fee", 3), Asking(None, "status", 2)], {None: shipped()}, new)
    assert found.running == 5
    assert found.moved == [Moved("fee", COUNTER, VERIFIERS, 3)]
    assert found.shifted == [Shifted("fee", 1, 2, 3)]


# --- In the office --------------------------------------------------------------------------------


def question(world: World, text: str = "Berapa biaya izin reklame?") -> Consultation:
    return ask(Question(text=text), by=asker(), at=world.at)


def take(world: World, new: Topics, seen: int | None = None) -> None:
    services.take(PLANS, new, seen=seen, by=world.actor("admin"), at=world.at)


def test_a_question_keeps_the_plan_it_came_under(world: World):
    before = question(world)
    take(world, replanned(topics(), wish({"fee": 4}, {"fee": VERIFIERS})))
    after = question(world)
    assert (before.plan_id, after.plan_id) == (None, 1)
    for one, days, role in ((before, 1, Role.FRONT_OFFICE), (after, 4, Role.VERIFIER)):
        assert topic_of(one).deadline.days == days
        assert [task.role for task in open_tasks(one.case)] == [role]
    found = queries.consultations_effect(shipped())
    assert found.moved == [Moved("fee", VERIFIERS, COUNTER, 1)]


def test_a_hidden_topic_is_given_to_no_new_question(world: World):
    take(world, replanned(topics(), wish(hidden={"fee": True})))
    assert question(world).topic == OTHER
    assert "Biaya dan retribusi" not in Client().get("/konsultasi/").content.decode()


def test_a_question_sorted_into_a_topic_added_since_is_answered_by_that(world: World):
    one = question(world)
    take(world, replanned(topics(), wish(addition=PARKING)))
    Consultation.objects.filter(pk=one.pk).update(topic="parkir")
    one.refresh_from_db()
    assert topic_of(one).key == "parkir"


# --- The pages ------------------------------------------------------------------------------------


def fields(client: Client, **changes: str) -> dict[str, str]:
    """Return what a browser would send of the form as it stands, with changes; "" takes a box away."""
    form = client.get(CHANGE).context["form"]
    sent = {
        name: "on" if field.initial is True else str(field.initial)
        for name, field in form.fields.items()
        if field.initial not in (None, False, "")
    }
    sent |= {"seen": str(topics().number or 0)} | changes
    return {name: value for name, value in sent.items() if value != ""}


@pytest.mark.parametrize("path", [HERE, CHANGE, f"{HERE}v0/"])
def test_only_who_keeps_the_settings_opens_the_pages(world: World, browser: SignIn, path: str):
    assert browser("admin").get(path).status_code == 200
    for other in ("maya", "budi", "lina", "sari"):
        assert browser(other).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_a_change_is_looked_at_taken_and_gone_back_from(world: World, browser: SignIn):
    question(world)
    client = browser("admin")
    sent = fields(client, days_fee="2", answerer_fee="office.verifier", words_fee="biaya, ongkos")
    look = client.post(CHANGE, sent)
    page = look.content.decode()
    assert "dihitung 2 hari, bukan 1" in page
    assert "dijawab oleh Verifikator · Kantor ini (DPMPTSP)" in page
    assert not TopicsVersion.objects.exists()
    done = client.post(CHANGE, sent | {"shown": look.context["shown"], "take": "1"})
    assert done["Location"] == HERE
    assert topics().get("fee").words == ("biaya", "ongkos")
    assert "biaya, ongkos" in client.get(HERE).content.decode()
    assert "<del>1 hari kerja</del>" in client.get(f"{HERE}v1/").content.decode()
    assert client.post(f"{HERE}v0/", {"seen": "1"})["Location"] == HERE
    assert topics().get("fee") == shipped().get("fee")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"offered_other": ""}, "harus tetap ada, untuk yang tidak cocok dengan topik lain"),
        ({"days_fee": "0"}, "Paling sedikit 1 hari."),
        ({"new_id": "Parkir"}, "Isi juga ini, atau kosongkan semua kotak yang baru."),
        ({"new_id": "Fees"}, "Sebutan itu sudah dipakai."),
        ({}, "Belum ada yang diubah."),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    world: World, browser: SignIn, change: dict[str, str], sentence: str
):
    client = browser("admin")
    answer = client.post(CHANGE, fields(client, note="Sebabnya", **change))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Sebabnya" in answer.content.decode()
    assert not TopicsVersion.objects.exists()


def test_two_people_at_the_form_and_both_changes_are_kept(world: World, browser: SignIn):
    client = browser("admin")
    mine = fields(client, days_fee="2")
    take(world, replanned(topics(), wish({"status": 3})))
    refused = client.post(CHANGE, mine)
    assert refused.status_code == 409
    merged = mine | {"days_status": "3", "shown": refused.context["shown"], "seen": "1"}
    assert client.post(CHANGE, merged | {"take": "1"})["Location"] == HERE
    assert [topics().get(key).deadline.days for key in ("fee", "status")] == [2, 3]
