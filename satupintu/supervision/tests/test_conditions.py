"""Conditions: set, printed, watched, reported, judged; what is refused; and what the audit finds."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdfium2 import PdfDocument

from satupintu.documents.queries import path_of
from satupintu.messaging.models import OutMessage
from satupintu.people.rules import Role
from satupintu.permits.models import Permit
from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import World, sheet
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Condition, Report, Sanction, Supervision
from satupintu.supervision.rules import ConditionState, Kind
from satupintu.supervision.services import following
from satupintu.supervision.services.conditions import BadCondition, TooMany
from satupintu.supervision.tests.conftest import LAW, give, read_all
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Case
from satupintu.workflow.services import MoveNotAllowed, ReasonMissing, act

SignIn = Callable[[str], Client]
SIGN = "Pasang papan nama praktik"


def faults() -> list[str]:
    return [str(one) for one in audit(stop_at_first=False).broken]


def texts() -> list[str]:
    return list(OutMessage.objects.order_by("id").values_list("template", flat=True))


def said(answer: Any) -> str:
    return str(answer.content.decode())


def bind(world: World, case: Case, who: str = "ratna", **more: Any) -> Case:
    return world.do(case, "add_condition", who, **({"text": SIGN, "days": 30} | more))


def issue(world: World, case: Case) -> Case:
    """Let a prepared case go to its permit, and its conditions begin."""
    case = world.do(case, "propose_approval", "ratna")
    case = world.do(world.do(case, "initial", "lina"), "approve", "darius")
    number_and_issue(case, by=world.actor("darius"), at=world.at, key=world.key())
    read_all(world)
    return world.fresh(case)


@pytest.fixture
def bound(world: World) -> Condition:
    """A condition of Sari's permit, which was just issued: due on 23 December 2026."""
    issue(world, bind(world, world.ready(world.apply())))
    return Condition.objects.select_related("case", "about").get()


def judge(world: World, one: Condition, action: str, who: str = "ratna", **more: Any) -> Case:
    assert one.case is not None
    reason = more.pop("reason", "Sudah dilihat di tempat.")
    return world.do(one.case, action, who, reason=reason, condition=str(one.pk), **more)


def report(world: World, one: Condition, who: str = "sari", **more: Any) -> Case:
    assert one.case is not None
    given = {"condition": str(one.pk), "note": "Sudah terpasang.", **more}
    return world.do(one.case, "report_condition", who, **given)


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "expected"),
    [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)],
)
def test_the_nearest_reminder_is_sent(left, expected):
    today = date(2026, 11, 23)
    assert rules.reminder_for(today + timedelta(days=left), today, (30, 7, 1)) == expected


@pytest.mark.parametrize("state", list(ConditionState))
def test_what_may_follow(state):
    allowed = {name for name, (before, _to) in rules.CONDITION_MOVES.items() if state in before}
    expected = {
        "open": {"report_condition", "accept_condition", "prolong_condition", "refuse_condition"},
        "reported": {
            "report_condition",
            "accept_condition",
            "prolong_condition",
            "refuse_condition",
        },
        "unfulfilled": {"report_condition", "accept_condition", "prolong_condition"},
    }
    assert allowed == expected.get(str(state), set())


# --- From setting to judging ----------------------------------------------------------------------


def test_a_condition_is_printed_and_runs_from_the_issue(world: World) -> None:
    case = bind(world, world.ready(world.apply()))
    case = bind(world, case, text="Kirim laporan pertama.", days=0, due_on="2027-01-31")
    case = issue(world, case)
    permit = Permit.objects.get(case=case)
    assert permit.document is not None
    sheets = PdfDocument(path_of(permit.document).read_bytes())
    page = " ".join(" ".join(one.get_textpage().get_text_range() for one in sheets).split())
    assert f"{SIGN}, selambat-lambatnya 23 Desember 2026." in page
    assert "Kirim laporan pertama, selambat-lambatnya 31 Januari 2027." in page
    found = queries.find_about(case.pk)
    assert found is not None
    assert found.case.state == "watched"
    assert [(one.state, one.due_on) for one in queries.conditions_of(found.pk)] == [
        ("open", date(2026, 12, 23)),
        ("open", date(2027, 1, 31)),
    ]
    read_all(world)
    assert Supervision.objects.count() == 1
    assert faults() == []


def test_what_was_dropped_does_not_run(world: World) -> None:
    case = bind(world, world.ready(world.apply()))
    one = Condition.objects.get()
    case = world.do(case, "drop_condition", "ratna", condition=str(one.pk))
    with pytest.raises(MoveNotAllowed):
        world.do(case, "drop_condition", "ratna", condition=str(one.pk))
    issue(world, case)
    assert Supervision.objects.count() == 0
    assert Condition.objects.get().state == "dropped"
    assert faults() == []


def test_a_report_is_checked_and_the_last_one_closes(world: World, bound: Condition) -> None:
    case = report(world, bound)
    assert [(one.stage, one.role) for one in world.tasks(case)] == [("condition_check", "verifier")]
    case = report(world, bound, note="Foto menyusul.")
    assert len(world.tasks(case)) == 1
    case = judge(world, bound, "accept_condition")
    assert (case.state, world.tasks(case)) == ("settled", [])
    assert Condition.objects.get().state == "fulfilled"
    read_all(world)
    assert "condition_judged" in texts()
    with pytest.raises(MoveNotAllowed):
        report(world, bound)
    assert faults() == []


def test_more_time_has_a_new_day_and_new_reminders(world: World, bound: Condition) -> None:
    for days, count in ((0, 1), (1, 0), (23, 1), (24, 0), (29, 1), (30, 0)):
        assert following.remind_of_conditions(at=world.at + timedelta(days=days)) == count, days
    assert following.tell_of_late_conditions(at=world.at + timedelta(days=30)) == 0
    assert following.tell_of_late_conditions(at=world.at + timedelta(days=31)) == 1
    assert following.tell_of_late_conditions(at=world.at + timedelta(days=31)) == 0
    assert texts().count("condition_due") == 3
    assert "condition_late" in texts()
    judge(world, bound, "prolong_condition", due_on="2027-02-01")
    assert Condition.objects.get().due_on == date(2027, 2, 1)
    assert following.remind_of_conditions(at=world.at + timedelta(days=45)) == 1
    assert following.tell_of_late_conditions(at=world.at + timedelta(days=71)) == 1
    assert faults() == []


def test_unfulfilled_leads_to_a_warning_and_both_stay(world: World, bound: Condition) -> None:
    case = judge(world, bound, "refuse_condition", reason="Papan tidak ada.")
    assert (case.state, Condition.objects.get().state) == ("watched", "unfulfilled")
    permit = Permit.objects.get()
    case = give(world, permit, Kind.WARNING)
    assert case.pk == bound.case_id
    report(world, bound)
    assert "condition_check" in {one.stage for one in world.tasks(case)}
    case = world.do(case, "settle", "ratna", reason="Sudah dipasang.")
    assert case.state == "watched"
    with pytest.raises(MoveNotAllowed, match="belum dipenuhi"):
        world.do(case, "close", "ratna")
    judge(world, bound, "accept_condition")
    assert world.fresh(case).state == "settled"
    assert faults() == []


def test_with_the_permit_its_conditions_end(world: World, bound: Condition) -> None:
    act(
        world.fresh(bound.about),
        "revoke",
        by=world.actor("darius"),
        at=world.at,
        reason="Berbahaya.",
    )
    read_all(world)
    assert Condition.objects.get().state == "ended"
    assert following.remind_of_conditions(at=world.at + timedelta(days=29)) == 0
    assert faults() == []


# --- Refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": "  "}, "Tulis apa"),
        ({"days": 0}, "salah satu"),
        ({"due_on": "2027-01-01"}, "salah satu"),
        ({"days": 0, "due_on": "2026-11-23"}, "sesudah hari ini"),
        ({"days": 99999}, "paling lama"),
    ],
)
def test_what_cannot_be_a_condition(world: World, more: dict, words: str) -> None:
    case = world.ready(world.apply())
    with pytest.raises(BadCondition, match=words):
        bind(world, case, **more)
    assert Condition.objects.count() == 0


def test_a_permit_bears_so_many(world: World) -> None:
    case = world.ready(world.apply())
    for number in range(rules.MOST_CONDITIONS):
        case = bind(world, case, text=f"Syarat {number}")
    with pytest.raises(TooMany):
        bind(world, case)


def test_who_may_set_and_when(world: World) -> None:
    case = world.ready(world.apply())
    for who in ("budi", "wati", "lina", "darius", "sari"):
        with pytest.raises(MoveNotAllowed):
            bind(world, case, who)
    case = world.do(case, "propose_approval", "ratna")
    with pytest.raises(MoveNotAllowed):
        bind(world, case)
    assert bind(world, case, "lina").state == "proposed"
    case = world.do(case, "initial", "lina")
    case = world.do(case, "approve", "darius")
    with pytest.raises(MoveNotAllowed):
        bind(world, case, "darius")
    assert Condition.objects.count() == 1


def test_who_may_report_and_judge(world: World, bound: Condition) -> None:
    for who in ("joko", "ratna", "budi"):
        with pytest.raises(MoveNotAllowed):
            report(world, bound, who)
    for who in ("budi", "darius", "sari"):
        with pytest.raises(MoveNotAllowed):
            judge(world, bound, "accept_condition", who)
    with pytest.raises(BadCondition, match="Tulis bagaimana"):
        report(world, bound, note=" ")
    with pytest.raises(ReasonMissing):
        judge(world, bound, "refuse_condition", reason=" ")
    with pytest.raises(BadCondition):
        judge(world, bound, "prolong_condition", due_on="")
    with pytest.raises(BadCondition, match="sesudah hari ini"):
        judge(world, bound, "prolong_condition", due_on="2026-11-23")
    judge(world, bound, "refuse_condition", "lina")
    with pytest.raises(MoveNotAllowed, match="sudah berubah"):
        judge(world, bound, "refuse_condition")
    assert Report.objects.count() == 0


# --- Proof ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "fulfilled"}, "its log says “reported”"),
        ({"due_on": date(2028, 1, 1)}, "another day"),
        ({"text": "Lain."}, "does not say what was set"),
        ({"days": 99}, "does not say what was set"),
    ],
)
def test_the_audit_finds_a_changed_condition(
    world: World, bound: Condition, change: dict, words: str
) -> None:
    report(world, bound)
    assert faults() == []
    Condition.objects.update(**change)
    assert any(words in one for one in faults())


def test_the_audit_finds_changed_reports_and_what_is_gone(world: World, bound: Condition) -> None:
    report(world, bound)
    Report.objects.update(note="Lain.")
    assert any("does not say what was reported" in one for one in faults())
    Report.objects.all().delete()
    assert any("reports of a condition" in one for one in faults())
    Condition.objects.all().delete()
    assert any("a condition that the log names is gone" in one for one in faults())


def test_the_audit_watches_what_is_not_issued_yet(world: World) -> None:
    case = bind(world, world.ready(world.apply()))
    assert faults() == []
    Condition.objects.update(text="Lain.")
    assert any("does not say what was set" in one for one in faults())
    Condition.objects.all().delete()
    assert any("is gone" in one for one in faults())
    Condition.objects.create(about=case, text="Baru", days=3)
    assert any("no row of the log sets" in one for one in faults())


# --- Pages ----------------------------------------------------------------------------------------


def test_the_pages_from_setting_to_a_warning(world: World, browser: SignIn) -> None:
    ratna, sari = browser("ratna"), browser("sari")
    case = world.ready(world.apply())
    page = f"/pengawasan/syarat/{case.number}/"
    assert page in said(ratna.get(f"/berkas/{case.number}/"))
    given = {"version": case.version, "text": SIGN, "days": "", "due_on": ""}
    answer = ratna.post(page, given)
    assert answer.status_code == 422
    assert "Isi salah satu" in said(answer)
    assert SIGN in said(answer)
    assert ratna.post(page, given | {"days": 30}).status_code == 302
    assert ratna.post(page, given | {"days": 20}).status_code == 422  # looked at before the first
    assert SIGN in said(ratna.get(page))
    case = issue(world, world.fresh(case))
    found = Supervision.objects.get()
    one = Condition.objects.get()
    own = f"/pengawasan/saya/{found.case.number}/"
    assert own in said(sari.get(f"/permohonan/{case.number}/"))
    assert "selambat-lambatnya" in said(sari.get("/permohonan/"))
    reporting = f"{own}syarat/{one.pk}/"
    assert reporting in said(sari.get(own))
    bad = SimpleUploadedFile("bukti.exe", b"MZ", "application/octet-stream")
    sent = {"version": found.case.version, "note": "Sudah terpasang."}
    answer = sari.post(reporting, sent | {"bukti": bad})
    assert answer.status_code == 422
    assert "Sudah terpasang." in said(answer)
    good = SimpleUploadedFile("bukti.pdf", sheet("bukti"), "application/pdf")
    assert sari.post(reporting, sent | {"bukti": good})["Location"] == own
    paper = Report.objects.get().document_id
    judging = f"/pengawasan/berkas/{found.case.number}/syarat/{one.pk}/"
    assert str(paper) in said(ratna.get(judging))
    assert ratna.get(f"/pengawasan/surat/{found.case.number}/{paper}/").status_code == 200
    assert one.text in said(ratna.get("/pengawasan/syarat/", {"hanya": "dilaporkan"}))
    version = world.fresh(found.case).version
    judged = {"version": version, "outcome": "refuse_condition", "reason": "", "due_on": ""}
    assert ratna.post(judging, judged).status_code == 409
    assert ratna.post(judging, judged | {"reason": "Papan tidak ada."}).status_code == 302
    warn = f"/pengawasan/usul/{case.number}/?syarat={one.pk}"
    assert warn in said(ratna.get(judging)).replace("&amp;", "&")
    filled = said(ratna.get(warn))
    assert "Syarat izin dengan batas 23 Desember 2026 tidak dipenuhi" in filled


def test_strangers_see_no_condition(world: World, bound: Condition, browser: SignIn) -> None:
    assert bound.case is not None
    joko, budi = browser("joko"), browser("budi")
    own = f"/pengawasan/saya/{bound.case.number}/syarat/{bound.pk}/"
    desk = f"/pengawasan/berkas/{bound.case.number}/syarat/{bound.pk}/"
    assert joko.get(own).status_code == 404
    assert budi.get(own).status_code == 404
    assert joko.get(desk).status_code == 403
    assert joko.get("/pengawasan/syarat/").status_code == 403
    assert budi.get(f"/pengawasan/syarat/{bound.about.number}/").status_code == 403
    assert 'name="outcome"' not in said(budi.get(desk))
    assert 'name="outcome"' in said(browser("lina").get(desk))
    other = give(world, Permit.objects.get(), Kind.SUSPENSION, law=LAW)
    assert Sanction.objects.get().case_id == other.pk == bound.case_id
    assert Role.HEAD not in rules.PROPOSERS
