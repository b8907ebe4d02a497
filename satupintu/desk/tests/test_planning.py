"""The office changes its plan for complaints on a page: a look at what it means, versions, two people at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from satupintu.desk.models import Complaint, PlanVersion, Version
from satupintu.desk.plan import PLANS, plan, plan_of, shipped
from satupintu.desk.proof import case_faults
from satupintu.desk.queries import planning as queries
from satupintu.desk.rules import ACCUSED_LABELS, Accused
from satupintu.desk.rules.changing import Moved, Shifted
from satupintu.desk.rules.plans import Answerer, Plan
from satupintu.desk.rules.replanning import Wish, answerer_of, replanned
from satupintu.desk.services import NotFiled, close_answered
from satupintu.desk.services import versions as services
from satupintu.desk.tests.conftest import answered, assigned, complain, fresh
from satupintu.desk.tests.test_replanning import COUNTER, HEALTH, VERIFIERS
from satupintu.lib.kept import forget_kept
from satupintu.people.rules import Role
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.queries import history, open_tasks

SignIn = Callable[[str], Client]
HERE, CHANGE = "/pengaturan/pengaduan/", "/pengaturan/pengaduan/ubah/"


def wanted(days=None, answerers=None, hidden=None) -> Plan:
    return replanned(plan(), Wish(days or {}, answerers or {}, hidden or {}))


def take(world: World, new: Plan, *, seen: int | None = None, who: str = "admin") -> Version:
    return services.take(PLANS, new, seen=seen, by=world.actor(who), at=world.at)


# --- The service ----------------------------------------------------------------------------------


def test_a_fresh_office_has_the_plan_of_the_program(world: World):
    assert plan() == shipped()
    assert complain(world).plan_id is None


def test_each_change_is_the_next_version_and_the_newest_is_in_force(world: World):
    take(world, wanted({"simple": 3}))
    take(world, wanted(hidden={"system": True}), seen=1)
    assert (plan().number, plan().classes["simple"].deadline.days) == (2, 3)
    assert "system" not in plan().offered
    first = PlanVersion.objects.get(number=1)
    assert (first.made_by.name, first.made_at) == (world.actor("admin").name, world.at)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, services.NothingChanged),
        ({"days": {"simple": 6}}, services.PlanRefused),
        ({"answerers": {"levy": VERIFIERS}}, services.PlanRefused),
        ({"hidden": {"levy": True}}, services.PlanRefused),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_is_kept(world: World, change, refusal):
    with pytest.raises(refusal) as told:
        take(world, wanted(**change))
    assert len(told.value.message) > 15
    assert not PlanVersion.objects.exists()


def test_of_two_people_the_second_is_told_and_nothing_is_overwritten(world: World):
    mine, theirs = wanted({"simple": 3}), wanted({"alleged": 7})
    take(world, theirs)
    with pytest.raises(services.ReplannedMeanwhile):
        take(world, mine)
    assert plan().classes["simple"].deadline.days == 5
    assert plan().classes["alleged"].deadline.days == 7
    with pytest.raises(services.ReplannedMeanwhile):
        take(world, mine, seen=7)  # a version that never was


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_same_moment_one_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    theirs, mine = wanted({"alleged": 7}), wanted({"simple": 3})
    checked = services.check

    def check_then_lose_the_race(plans: object, new: Plan, *, seen: int | None) -> None:
        checked(plans, new, seen=seen)
        monkeypatch.setattr(services, "check", checked)
        take(world, theirs)

    monkeypatch.setattr(services, "check", check_then_lose_the_race)
    with pytest.raises(services.ReplannedMeanwhile):
        take(world, mine)
    forget_kept()
    assert PlanVersion.objects.count() == 1
    assert plan().classes["alleged"].deadline.days == 7


def test_a_complaint_keeps_the_plan_it_came_under(world: World):
    before = complain(world)
    take(world, wanted({"simple": 2, "alleged": 7}, {"late": COUNTER}))
    after = complain(world)
    assert (before.plan_id, after.plan_id) == (None, 1)
    for one, days, role in ((before, 5, Role.VERIFIER), (after, 2, Role.FRONT_OFFICE)):
        assert plan_of(fresh(one)).classes["simple"].deadline.days == days
        world.do(one.case, "assign", "maya", **{"class": "simple"})
        task = next(task for task in open_tasks(one.case) if task.stage == "complaint_draft")
        assert task.role == role
    assert after.case.legal_due_at < before.case.legal_due_at


def test_each_complaint_closes_after_the_days_of_the_plan_it_came_under(world: World):
    before = answered(world)
    take(world, wanted({"closing": 20}))
    after = answered(world)
    assert close_answered(at=world.at + timedelta(days=19)) == 1
    assert (fresh(before).case.state, fresh(after).case.state) == ("closed", "answered")
    assert close_answered(at=world.at + timedelta(days=20)) == 1


def test_the_audit_sees_a_complaint_that_was_given_another_plan(world: World):
    take(world, wanted({"simple": 2}))
    one = complain(world)
    chain = {one.case.pk: list(history(one.case))}
    assert list(case_faults([one.case], chain)) == []
    Complaint.objects.filter(pk=one.pk).update(plan=None)
    assert "not what was filed" in next(case_faults([one.case], chain))


def test_screening_again_counts_by_the_plan_it_came_under(world: World):
    one = complain(world)
    take(world, wanted({"alleged": 2}))
    world.do(one.case, "assign", "maya", **{"class": "alleged"})
    due = fresh(one).case.legal_due_at
    assert due is not None
    assert due > world.at + timedelta(days=14)  # 14 working days, not 2


def test_nobody_files_under_a_hidden_category_and_its_words_stay(world: World):
    one = complain(world, category="system")
    take(world, wanted(hidden={"system": True}))
    with pytest.raises(NotFiled):
        complain(world, category="system")
    assert plan().category_words(one.category, "id") == "Aplikasi atau situs bermasalah"


def test_what_a_change_would_mean_counts_the_complaints_that_run(world: World):
    complain(world)
    assigned(world)
    complain(world, category="levy")
    complain(world, accused="head")
    gone = complain(world)
    world.do(gone.case, "discard", "maya", reason="Spam.")
    found = queries.complaints_effect(wanted({"simple": 3, "first_response": 1}, {"late": HEALTH}))
    assert found.running == 4
    assert found.moved == [Moved("late", VERIFIERS, HEALTH, 2)]
    assert sorted(found.shifted, key=lambda one: one.key) == [
        Shifted("first_response", 3, 1, 3),
        Shifted("simple", 5, 3, 3),
    ]


def test_what_a_change_would_mean_costs_as_much_for_many(
    world: World, django_assert_max_num_queries
):
    for _n in range(12):
        complain(world)
    with django_assert_max_num_queries(3):
        queries.complaints_effect(shipped())


def test_who_cannot_answer_because_a_post_is_held_by_nobody_is_named(world: World):
    transport = Answerer("transport", Role.TECHNICAL_OFFICER, Role.COORDINATOR)
    named = [answerer_of(plan(), key) for key in plan().offered]
    before = queries.list_unheld(named, world.at.date())
    assert transport not in before
    assert queries.list_unheld([*named, transport], world.at.date()) == [*before, transport]


def test_going_back_makes_a_version_and_loses_none(world: World):
    take(world, wanted({"simple": 3}))
    take(world, wanted({"simple": 1}), seen=1)
    back = services.earlier(PLANS, 1)
    services.take(PLANS, back, seen=2, by=world.actor("admin"), at=world.at, back_to=1)
    assert (plan().number, plan().classes["simple"].deadline.days) == (3, 3)
    assert list(PlanVersion.objects.values_list("number", "back_to")) == [
        (3, 1),
        (2, None),
        (1, None),
    ]


# --- The pages ------------------------------------------------------------------------------------


def fields(client: Client, **changes: str) -> dict[str, str]:
    """Return what a browser would send of the form as it stands, with changes; "" takes a box away."""
    form = client.get(CHANGE).context["form"]
    sent = {
        name: "on" if initial is True else str(initial)
        for name in form.fields
        if (initial := form.get_initial_for_field(form.fields[name], name)) not in (None, False)
    }
    sent |= {"seen": str(plan().number or 0)} | changes
    return {name: value for name, value in sent.items() if value != ""}


def shown(answer) -> dict[str, str]:
    """Return what the page that shows what a change means adds to the form, when its button is pressed."""
    return {"shown": answer.context["shown"], "seen": answer.context["seen"], "take": "1"}


@pytest.mark.parametrize("path", [HERE, CHANGE, f"{HERE}v0/"])
def test_only_who_keeps_the_settings_opens_the_pages(world: World, browser: SignIn, path: str):
    assert browser("admin").get(path).status_code == 200
    for other in ("maya", "budi", "nora", "lina", "sari"):
        assert browser(other).get(path).status_code == 403
        assert browser(other).post(path).status_code in (403, 405)
    assert Client().get(path).status_code == 302
    assert not PlanVersion.objects.exists()


def test_a_change_is_looked_at_first_and_then_taken(world: World, browser: SignIn):
    complain(world)
    client = browser("admin")
    sent = fields(client, days_simple="3", answerer_late="health.technical_officer.coordinator")
    look = client.post(CHANGE, sent | {"preview": "1"})
    page = look.content.decode()
    assert look.status_code == 200
    assert "1 menunggu jawaban, dan tetap menurut rencana waktu masuknya" in page
    assert "dijawab oleh Dinas Kesehatan" in page
    assert "dihitung 3 hari, bukan 5" in page
    assert not PlanVersion.objects.exists()
    done = client.post(CHANGE, sent | {"note": "Keputusan 7/2026"} | shown(look))
    assert done["Location"] == HERE
    page = client.get(HERE).content.decode()
    assert "Versi 1 berlaku sejak" in page
    assert "Keputusan 7/2026" in page
    assert "lebih cepat dari batas" in page
    page = client.get(f"{HERE}v1/").content.decode()
    assert "<del>5 hari kerja</del>" in page
    assert "<ins>3 hari kerja</ins>" in page
    assert Complaint.objects.get().plan_id is None


def test_who_answers_about_officers_and_when_it_closes_are_changed_on_the_page(
    world: World, browser: SignIn
):
    client = browser("admin")
    assert "accused_head" not in client.get(CHANGE).context["form"].fields
    sent = fields(client, days_closing="20", accused_officer="inspectorate.inspector.coordinator")
    look = client.post(CHANGE, sent | {"preview": "1"})
    changes = {one.what: str(one.after) for one in look.context["changes"]}
    assert changes["Ditutup sendiri sesudah dijawab"] == "20 hari kalender"
    assert "Inspektorat" in changes[f"Yang diadukan: {ACCUSED_LABELS[Accused.OFFICER]}"]
    assert client.post(CHANGE, sent | shown(look))["Location"] == HERE
    assert plan().route(category="late", accused="officer").sealed
    assert "20 hari kalender" in client.get(HERE).content.decode()


def test_nothing_is_taken_that_was_not_shown(world: World, browser: SignIn):
    client = browser("admin")
    sent = fields(client, days_simple="3")
    assert client.post(CHANGE, sent | {"take": "1"}).status_code == 200
    look = client.post(CHANGE, sent)
    again = client.post(CHANGE, sent | {"days_simple": "2"} | shown(look))
    assert "Isian berubah sesudah akibatnya dilihat" in again.content.decode()
    assert not PlanVersion.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"days_simple": "6"}, "Paling lama 5 hari. Sumber batas itu: KemenPANRB"),
        ({"days_simple": "0"}, "Paling sedikit 1 hari."),
        ({"days_closing": "9"}, "Paling sedikit 10 hari: selama itu pengadu dapat menilai"),
        ({"days_simple": ""}, "Isi berapa hari."),
        ({"days_simple": "tiga"}, "Tulis jumlah hari sebagai angka."),
        ({"answerer_levy": "office.verifier.section_head"}, "Aturan ini tidak dapat dimatikan."),
        ({"offered_levy": ""}, "Aturan ini tidak dapat dimatikan."),
        ({"new_id": "Parkir"}, "Isi juga ini, atau kosongkan semua kotak yang baru."),
        ({"new_id": "diskriminasi"}, "Sebutan itu sudah dipakai."),
        ({"answerer_late": "moon.verifier.head"}, "moon"),
        ({}, "Belum ada yang diubah."),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_and_what_was_typed_stays(
    world: World, browser: SignIn, change: dict[str, str], sentence: str
):
    client = browser("admin")
    answer = client.post(CHANGE, fields(client, note="Sebabnya", **change))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Sebabnya" in page
    assert not PlanVersion.objects.exists()


def test_a_category_is_added_and_can_be_chosen_at_home(world: World, browser: SignIn):
    client = browser("admin")
    new = {"new_id": "Parkir di kantor", "new_en": "Parking", "new_class": "simple"}
    sent = fields(client, **new, new_answerer="office.front_office.section_head")
    client.post(CHANGE, sent | shown(client.post(CHANGE, sent)))
    assert "Parkir di kantor" in Client().get("/pengaduan/").content.decode()
    one = complain(world, category="parkir-di-kantor")
    assert one.case.state == "received"


def test_two_people_at_the_form_and_both_changes_are_kept(world: World, browser: SignIn):
    world.give_role("maya", Role.SERVICE_ADMIN)
    one, other = browser("admin"), browser("maya")
    mine, theirs = fields(one, days_simple="3"), fields(other, offered_system="")
    look = one.post(CHANGE, mine)
    other.post(CHANGE, theirs | shown(other.post(CHANGE, theirs)))
    refused = one.post(CHANGE, mine | shown(look))
    assert refused.status_code == 409
    assert "baru saja diubah orang lain" in refused.content.decode()
    assert [str(change.after) for change in refused.context["changes"]] == ["3 hari kerja"]
    merged = mine | shown(refused)
    del merged["offered_system"]  # the form that came back has their change
    assert not refused.context["form"]["offered_system"].value()
    assert one.post(CHANGE, merged)["Location"] == HERE
    assert plan().number == 2
    assert plan().classes["simple"].deadline.days == 3
    assert "system" not in plan().offered


def test_going_back_shows_what_it_means_and_who_did_it(world: World, browser: SignIn):
    take(world, wanted({"simple": 3}))
    client = browser("admin")
    look = client.get(f"{HERE}v0/")
    assert "Bila kembali ke versi ini" in look.content.decode()
    assert "Versi ini berlaku sekarang." in client.get(f"{HERE}v1/").content.decode()
    stale = client.post(f"{HERE}v0/", {"seen": "0"})
    assert stale.status_code == 409
    assert "baru saja diubah orang lain" in stale.content.decode()
    assert client.post(f"{HERE}v0/", {"seen": "1"})["Location"] == HERE
    assert plan().classes == shipped().classes
    assert "Kembali ke bawaan program" in client.get(HERE).content.decode()


@pytest.mark.parametrize("path", [f"{HERE}v9/", f"{HERE}v-1/", f"{HERE}vx/", f"{HERE}v{'9' * 30}/"])
def test_a_version_that_is_not_there_is_no_page(world: World, browser: SignIn, path: str):
    assert browser("admin").get(path).status_code == 404


@pytest.mark.parametrize("seen", ["", "x", "99", "-1", "1" * 40])
def test_a_form_that_names_no_version_is_no_error(world: World, browser: SignIn, seen: str):
    client = browser("admin")
    take(world, wanted({"alleged": 7}))
    answer = client.post(CHANGE, fields(client, days_simple="3") | {"seen": seen, "take": "1"})
    assert answer.status_code in (404, 409)
    assert PlanVersion.objects.count() == 1


def test_the_page_says_who_may_not_be_left_out_in_english_too(world: World, browser: SignIn):
    client = browser("admin")
    client.cookies["bahasa"] = "en"
    page = client.get(HERE).content.decode()
    assert "Complaint plan" in page
    assert "that cannot be switched off" in page


def test_an_office_with_every_kind_of_version_is_read_in_few_queries(
    world: World, browser: SignIn, django_assert_max_num_queries
):
    client = browser("admin")
    client.get(HERE)
    for number in range(6):
        take(world, wanted({"oversight": 50 - number}), seen=number or None)
    with django_assert_max_num_queries(12):
        client.get(HERE)
