"""A complaint from filing to its end: where it goes, who never sees it, what is late, what is held, what is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from satupintu.desk import queries, rules, services
from satupintu.desk.models import Answer, Complaint, Reporter
from satupintu.desk.rules import Accused, Hold, Privacy, State
from satupintu.desk.services import NotFiled, WrongCode
from satupintu.desk.services.filing import reporter_actor
from satupintu.desk.services.handling import OwnDraft
from satupintu.desk.tests.conftest import (
    ANSWER,
    STORY,
    answered,
    assigned,
    complain,
    drafted,
    fresh,
)
from satupintu.lib.refusal import Refusal
from satupintu.messaging.models import OutMessage
from satupintu.office.models import CalendarChange
from satupintu.office.services import confirm_closure, propose_closure
from satupintu.people.models import Disclosure
from satupintu.people.rules import Role
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Link, Transition
from satupintu.workflow.queries import (
    InboxFilter,
    NotFound,
    count_moved_by_calendar,
    get_case_for,
    inbox,
    moved_by_calendar,
    visible_of_all_kinds,
)
from satupintu.workflow.services import (
    MoveNotAllowed,
    ReasonMissing,
    follow_calendar,
    run_readers,
    sweep_deadlines,
)

OFFICERS = ("budi", "ratna", "lina", "darius", "maya", "nora", "tigor", "auditor", "wati")


def read_all(world: World, after: timedelta = timedelta(minutes=1)) -> None:
    while run_readers(at=world.at + after, limit=500):
        pass


def texts() -> list[str]:
    return list(OutMessage.objects.order_by("id").values_list("template", flat=True))


def readers(world: World, one: Complaint) -> set[str]:
    found = set()
    for who in OFFICERS:
        try:
            queries.get_complaint_for(world.actor(who), one.case.number)
        except NotFound:
            continue
        found.add(who)
    return found


def owing(world: World, one: Complaint) -> set[str]:
    """Return whose inbox shows a task of it."""
    return {
        who
        for who in OFFICERS
        if any(task.case_id == one.pk for task in inbox(world.actor(who), InboxFilter()))
    }


def stages(world: World, one: Complaint) -> list[tuple[str, str]]:
    return [(task.stage, task.role) for task in world.tasks(one.case)]


def no_faults() -> None:
    assert audit(stop_at_first=False).broken == []


# --- From one end to the other --------------------------------------------------------------------


def test_a_complaint_is_answered_and_rated(world: World) -> None:
    one = complain(world, name="Sari", contact="sari@contoh.id")
    assert one.case.number.startswith("ADU-2026-")
    assert (one.case.state, one.case.legal.days, one.case.pledge.days) == ("received", 5, 3)
    assert stages(world, one) == [("complaint_screen", "complaint_admin")]
    assert owing(world, one) == {"maya"}
    world.do(one.case, "assign", "maya", **{"class": "simple"})
    assert stages(world, one) == [("complaint_draft", "verifier")]
    world.do(one.case, "draft", "ratna", answer=ANSWER)
    assert stages(world, one) == [("complaint_approve", "section_head")]
    world.do(one.case, "send_back", "lina", reason="Sebut tanggalnya.")
    world.do(one.case, "draft", "ratna", answer=ANSWER + " Tanggal 24.")
    world.do(one.case, "approve", "lina")
    one = fresh(one)
    assert one.case.state == State.ANSWERED
    assert [answer.text for answer in queries.answers_of(one, sent=True)] == [
        ANSWER + " Tanggal 24."
    ]
    services.rate(one, 4, at=world.at)
    one = fresh(one)
    assert (one.case.state, one.rating) == ("closed", 4)
    read_all(world)
    assert texts().count("complaint_received") == 1
    assert texts().count("complaint_answered") == 1
    told = OutMessage.objects.get(template="complaint_answered")
    assert told.address == "sari@contoh.id"
    assert "Ombudsman" in told.body
    assert "keberatan" in told.body
    no_faults()


def test_reopening_reaches_the_unit_and_runs_its_days_again(world: World) -> None:
    one = answered(world)
    with pytest.raises(ReasonMissing):
        services.reopen(one, "", at=world.at)
    later = world.at + timedelta(days=2)
    services.reopen(fresh(one), "Belum selesai juga.", at=later)
    one = fresh(one)
    assert (one.case.state, one.answered_at) == (State.ASSIGNED, None)
    assert stages(world, one) == [("complaint_draft", "verifier")]
    assert one.case.legal.started_at == later
    no_faults()


def test_it_closes_by_itself_after_ten_days(world: World) -> None:
    one = answered(world)
    assert services.close_answered(at=world.at + timedelta(days=9)) == 0
    assert services.close_answered(at=world.at + timedelta(days=10)) == 1
    assert fresh(one).case.state == State.CLOSED
    services.reopen(fresh(one), "Masih sama.", at=world.at + timedelta(days=11))
    assert services.close_answered(at=world.at + timedelta(days=40)) == 0


def test_it_is_withdrawn_only_while_it_waits(world: World) -> None:
    one = complain(world)
    services.withdraw(one, at=world.at)
    assert fresh(one).case.state == State.WITHDRAWN
    with pytest.raises(MoveNotAllowed):
        services.withdraw(answered(world), at=world.at)


def test_the_same_origin_is_one_complaint(world: World) -> None:
    filing = services.Filing(story=STORY, category="late", channel="whatsapp")
    by = reporter_actor()
    first = services.file_complaint(filing, by=by, at=world.at, origin="wa", origin_ref="m1")
    again = services.file_complaint(filing, by=by, at=world.at, origin="wa", origin_ref="m1")
    assert first.pk == again.pk
    assert Complaint.objects.count() == 1
    assert first.case.channel == "whatsapp"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"story": "Tolong."}, "paling sedikit tiga kata"),
        ({"story": "a b c " * 1100}, "paling panjang 6000 huruf"),
        ({"category": "weather"}, "Pilih tentang apa"),
        ({"about": "REG-2026-999999"}, "Tidak ada berkas bernomor REG-2026-999999"),
        ({"contact": "sari@contoh"}, "surel tidak lengkap"),
        ({"contact": "12"}, ""),
    ],
)
def test_bad_input_is_one_sentence(world: World, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotFiled) as told:
        complain(world, **given)
    assert sentence in told.value.message
    assert Complaint.objects.count() == 0


def test_an_unknown_class_and_an_empty_answer_are_refused(world: World) -> None:
    one = complain(world)
    with pytest.raises(Refusal):
        world.do(one.case, "assign", "maya", **{"class": "grave"})
    one = assigned(world)
    with pytest.raises(Refusal):
        world.do(one.case, "draft", "ratna", answer="  ")
    assert Answer.objects.count() == 0


def test_screening_changes_the_class_and_its_date_counts_from_the_beginning(world: World) -> None:
    one = complain(world)
    world.at += timedelta(days=1)
    world.do(one.case, "assign", "maya", **{"class": "alleged"})
    one = fresh(one)
    assert (one.class_key, one.case.legal.days) == ("alleged", 14)
    assert one.case.legal.started_at == one.case.opened_at
    assert one.case.pledge_due_at is None  # the first response was given


def test_happened_stands_apart_from_recorded(world: World) -> None:
    before = world.at - timedelta(days=3)
    one = services.file_complaint(
        services.Filing(story=STORY, category="late", channel="phone", happened=before),
        by=world.actor("budi"),
        at=world.at,
    )
    row = Transition.objects.get(case_id=one.pk)
    assert (row.at, row.recorded_at, row.channel) == (before, world.at, "phone")
    assert (row.role, one.typed_by_id) == ("front_office", world.user("budi").pk)


def test_it_is_tied_to_the_case_it_is_about(world: World) -> None:
    case = world.apply()
    one = complain(world, about=case.number.lower())
    assert one.about_id == case.pk
    assert Link.objects.get().target_id == case.pk
    assert queries.track(one.case.number, one.tracking_code.lower()) == one
    assert queries.track(case.number, one.tracking_code) is None


# --- Who sees it -----------------------------------------------------------------------------------


def test_levies_and_the_head_are_read_by_the_inspectorate_alone(world: World) -> None:
    for more in ({"category": "levy"}, {"accused": Accused.HEAD}):
        one = complain(world, **more)
        assert one.sealed
        assert readers(world, one) == {"nora"}
        assert owing(world, one) == {"nora"}
        world.do(one.case, "assign", "nora", **{"class": "oversight"})
        world.do(one.case, "draft", "nora", answer=ANSWER)
        assert owing(world, one) == {"tigor"}
        assert "tigor" in readers(world, one)
        world.do(one.case, "approve", "tigor")
        assert fresh(one).case.state == State.ANSWERED
        assert not readers(world, one) & {"maya", "darius", "lina", "auditor"}


def test_the_accused_never_sees_it_nor_its_tasks(world: World) -> None:
    # ratna is the only verifier, who would answer what is late.
    one = complain(world, accused=Accused.NOBODY, accused_text="Bu Ratna di bagian verifikasi")
    world.do(one.case, "assign", "maya" if not one.sealed else "nora", **{"class": "alleged"})
    assert "ratna" not in readers(world, one)
    assert "ratna" not in owing(world, one)
    assert one.case.number not in {
        row.case.number for row in queries.list_complaints(world.actor("ratna"), [])
    }
    with pytest.raises(MoveNotAllowed):
        world.do(one.case, "comment", "ratna", reason="Saya lihat.")


def test_a_verifier_who_is_accused_gets_no_task_of_the_counter_either(world: World) -> None:
    # A verifier serves the counter too: its tasks are in their inbox.
    one = complain(world, category="information")
    world.do(
        one.case, "assign", "maya", **{"class": "information"}, accused=[world.user("ratna").pk]
    )
    assert "ratna" not in readers(world, one) | owing(world, one)
    assert owing(world, one) == {"nora"}


def test_a_changed_calendar_lists_no_complaint_that_it_moved(world: World) -> None:
    one = complain(world, category="levy")
    before = one.case.legal_due_at
    day = world.at.date() + timedelta(days=2)
    closure = propose_closure(
        date=day, name="Banjir", reason="Air naik.",
        by_name="Yuni", by_id=world.user("admin").pk, at=world.at,
    )  # fmt: skip
    confirm_closure(closure.pk, by_name="Lina", by_id=world.user("lina").pk, at=world.at)
    follow_calendar(at=world.at + timedelta(minutes=1))
    assert before is not None
    assert fresh(one).case.legal_due_at > before
    applied = CalendarChange.objects.get(what__contains="Banjir").applied_at
    assert applied is not None
    assert moved_by_calendar(applied) == []
    assert count_moved_by_calendar([applied]) == {applied: 1}


def test_a_proxy_reads_open_complaints_of_whom_they_act_for_and_no_confidential_one(
    world: World,
) -> None:
    sari, joko = world.actor("sari"), world.actor("joko")
    for privacy in (Privacy.OPEN, Privacy.CONFIDENTIAL):
        complain(world, privacy=privacy, party_id=sari.self_id, contact="+6281234567890")
    proxy = replace(joko, party_ids=joko.party_ids | sari.party_ids)
    assert [one.privacy for one in queries.list_own(proxy)] == [Privacy.OPEN]
    assert len(queries.list_own(sari)) == 2
    assert queries.list_own(replace(joko, party_ids=frozenset(), self_id=None)) == []


def test_whoever_acts_for_another_is_confidential_for_themselves(
    world: World, browser: Callable[[str], Client]
) -> None:
    client = browser("sari")
    sent = {"story": STORY, "category": "late", "privacy": "confidential", "accused": "nobody"}
    other = world.actor("joko").self_id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("satupintu.desk.pages.public.acting_party_id", lambda _request: other)
        assert client.post("/pengaduan/", sent).status_code == 302
    assert Reporter.objects.get().party_id == world.actor("sari").self_id


def test_whoever_screening_names_is_out_at_once(world: World) -> None:
    one = assigned(world)
    assert "ratna" in readers(world, one)
    world.do(one.case, "assign", "maya", **{"class": "alleged"}, accused=[world.user("ratna").pk])
    assert "ratna" not in readers(world, one)
    assert owing(world, one) == {"nora"}
    assert fresh(one).sealed


def test_the_admin_who_is_accused_does_not_screen(world: World) -> None:
    one = complain(world, accused=Accused.OFFICER, accused_text="Maya, admin pengaduan")
    assert "maya" not in readers(world, one) | owing(world, one)
    assert owing(world, one)


def test_the_head_who_is_accused_is_not_told_when_it_is_late(world: World) -> None:
    one = complain(world, accused=Accused.HEAD)
    sweep_deadlines(at=world.at + timedelta(days=120))
    assert "darius" not in owing(world, one) | readers(world, one)
    assert ("complaint_late", "coordinator") in stages(world, one)


def test_who_is_told_of_tasks_can_answer_them(world: World) -> None:
    one = complain(world, category="levy")
    read_all(world)
    told = OutMessage.objects.filter(template="complaint_waiting").values_list("address", flat=True)
    assert list(told) == ["nora.petugas@contoh.id"]
    assert STORY not in OutMessage.objects.get(template="complaint_waiting").body
    assert one.sealed


# --- Who knows whom ---------------------------------------------------------------------------------


def test_a_confidential_name_is_nowhere_but_apart(world: World) -> None:
    sari = world.user("sari")
    one = complain(
        world,
        privacy=Privacy.CONFIDENTIAL,
        name="Sari Lestari",
        contact="sari@contoh.id",
        party_id=sari.party_id,
    )
    row = Transition.objects.get(case_id=one.pk)
    assert (one.case.party_id, row.actor_user_id, row.actor_name) == (None, None, "Pelapor")
    for who in ("auditor", "budi"):
        with pytest.raises(Refusal):
            services.reveal(one, by=world.actor(who), at=world.at)
    assert Disclosure.objects.count() == 0
    seen = services.reveal(one, by=world.actor("maya"), at=world.at)
    assert seen is not None
    assert seen.name == "Sari Lestari"
    logged = Disclosure.objects.get()
    assert (logged.user.username, logged.party_id) == ("maya", None)
    read_all(world)
    told = OutMessage.objects.get(template="complaint_news")
    assert one.case.number not in told.body + told.subject
    assert one.tracking_code not in told.body
    assert told.party_id is None


def test_of_an_anonymous_one_nothing_is_kept(world: World) -> None:
    one = complain(
        world,
        privacy=Privacy.ANONYMOUS,
        name="Sari",
        contact="sari@contoh.id",
        party_id=world.user("sari").party_id,
    )
    assert Reporter.objects.count() == 0
    assert one.case.party_id is None
    with pytest.raises(Refusal):
        services.reveal(one, by=world.actor("nora"), at=world.at)
    read_all(world)
    assert set(texts()) == {"complaint_waiting"}


def test_their_own_lists_hold_what_is_theirs(world: World) -> None:
    sari = world.user("sari")
    assert sari.party_id is not None
    kept = [
        complain(world, privacy=privacy, party_id=sari.party_id, contact="+6281234567890")
        for privacy in (Privacy.OPEN, Privacy.CONFIDENTIAL)
    ]
    complain(world, privacy=Privacy.ANONYMOUS, party_id=sari.party_id)
    assert {one.pk for one in queries.list_own(world.actor("sari"))} == {one.pk for one in kept}
    assert [one.pk for one in queries.list_for_contact("+6281234567890")] == [kept[0].pk]
    assert len(queries.whole_complaints_of(sari.party_id)) == 2


# --- Held back, four eyes, late, public ------------------------------------------------------------


def test_what_is_held_is_kept_and_let_go(world: World) -> None:
    one = complain(world, hold=Hold.TRAP)
    assert one.case.state == State.HELD
    assert stages(world, one) == [("complaint_held", "complaint_admin")]
    world.do(one.case, "accept", "maya")
    assert (fresh(one).case.state, fresh(one).hold) == (State.RECEIVED, "")
    world.do(one.case, "discard", "maya", reason="Iklan.")
    assert fresh(one).case.state == State.DISCARDED
    world.do(one.case, "restore", "maya", reason="Ternyata sungguh.")
    one = fresh(one)
    assert one.case.state == State.RECEIVED
    assert one.case.legal_due_at is not None
    no_faults()


def test_a_contact_is_confirmed_by_its_code_and_five_tries(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satupintu.desk.services.own.secrets.randbelow", lambda _most: 123456)
    one = complain(world, contact="0812 3456 7890", hold=Hold.UNCONFIRMED)
    assert services.send_code(one, at=world.at)
    sent = OutMessage.objects.get(template="complaint_code")
    assert "123456" in sent.body
    late = world.at + timedelta(minutes=rules.CODE_MINUTES + 1)
    with pytest.raises(WrongCode):
        services.confirm(one, "123456", at=late)
    for _try in range(rules.CODE_TRIES):
        with pytest.raises(WrongCode):
            services.confirm(one, "000000", at=world.at)
    with pytest.raises(WrongCode):
        services.confirm(one, "123456", at=world.at)
    services.send_code(one, at=world.at + timedelta(minutes=1))
    services.confirm(one, "123456", at=world.at + timedelta(minutes=2))
    assert fresh(one).case.state == State.RECEIVED


def test_nobody_approves_their_own_draft(world: World) -> None:
    world.give_role("ratna", Role.SECTION_HEAD)
    one = drafted(world)
    with pytest.raises(OwnDraft):
        world.do(one.case, "approve", "ratna")
    with pytest.raises(MoveNotAllowed):
        world.do(one.case, "approve", "budi")
    world.do(one.case, "approve", "lina")


def test_who_has_no_task_of_it_does_not_draft(world: World) -> None:
    one = assigned(world)
    with pytest.raises(MoveNotAllowed):
        world.do(one.case, "draft", "budi", answer=ANSWER)
    with pytest.raises(MoveNotAllowed):
        world.do(one.case, "draft", "maya", answer=ANSWER)


def test_what_is_late_is_the_heads_task_too(world: World) -> None:
    one = assigned(world)
    late = one.case.legal_due_at
    assert late is not None
    sweep_deadlines(at=late + timedelta(minutes=1))
    assert ("complaint_late", "head") in stages(world, one)
    assert ("complaint_draft", "verifier") in stages(world, one)
    assert {"darius", "ratna"} <= owing(world, one)
    no_faults()


def test_public_words_name_nobody(world: World) -> None:
    one = answered(world, name="Sari Lestari", contact="sari@contoh.id")
    with pytest.raises(Refusal, match="nama atau kontak"):
        world.do(one.case, "publish", "maya", story="Sari Lestari mengeluh.", answer=ANSWER)
    assert queries.list_public() == []
    world.do(one.case, "publish", "maya", story="Berkas terlambat.", answer=ANSWER)
    assert [row.public_story for row in queries.list_public()] == ["Berkas terlambat."]


def test_the_same_complaint_is_suggested_to_who_may_read_it(world: World) -> None:
    first = complain(world)
    second = complain(world, story=STORY + " Tolong.")
    complain(world, story="Ruang tunggu panas dan kotor sekali.", category="quality")
    sealed = complain(world, category="levy", story=STORY)
    maya = world.actor("maya")
    assert [one.pk for one in queries.similar(second, maya)] == [first.pk]
    assert sealed.pk not in {one.pk for one in queries.similar(first, maya)}


def test_the_audit_sees_an_altered_story(world: World) -> None:
    one = drafted(world)
    no_faults()
    Answer.objects.filter(complaint=one).update(text="Lain.")
    assert any("answer" in str(fault) for fault in audit(stop_at_first=False).broken)
    Answer.objects.filter(complaint=one).update(text=ANSWER)
    Complaint.objects.filter(pk=one.pk).update(story="Lain sama sekali.")
    assert any("filed" in str(fault) for fault in audit(stop_at_first=False).broken)


def test_no_message_holds_the_code_of_a_complaint_about_somebody(world: World) -> None:
    one = complain(
        world,
        accused=Accused.OFFICER,
        accused_text="Pak Budi",
        name="Sari",
        contact="sari@contoh.id",
    )
    read_all(world)
    told = OutMessage.objects.get(template="complaint_news")
    assert one.tracking_code not in told.body
    assert "complaint_received" not in texts()


def test_pages_over_all_kinds_of_cases_ask_who_may_see_a_complaint(world: World) -> None:
    sari = world.user("sari")
    case = world.apply()
    plain = complain(world, party_id=sari.party_id)
    sealed = complain(world, party_id=sari.party_id, category="levy")
    about_ratna = complain(world, party_id=sari.party_id, accused_text="Bu Ratna")

    def seen(who: str) -> set[str]:
        found = Case.objects.filter(visible_of_all_kinds(world.actor(who)), party=sari.party)
        return {one.number for one in found}

    assert seen("ratna") == {case.number}
    assert seen("maya") == {plain.case.number}
    assert sealed.case.number in seen("nora")
    assert about_ratna.case.number in seen("nora")
    for who in ("ratna", "darius", "budi"):
        for one in (sealed, about_ratna):
            with pytest.raises(NotFound):
                get_case_for(world.actor(who), one.case.number)
    assert get_case_for(world.actor("nora"), sealed.case.number).pk == sealed.pk
