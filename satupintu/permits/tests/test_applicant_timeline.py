"""The timeline over the whole life of a case, as a table: what an applicant reads in each state."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from satupintu.catalogue.rules import Kind, Stage, Text
from satupintu.permits import rules
from satupintu.permits.paid import PAID
from satupintu.permits.rules import State
from satupintu.permits.timeline import DONE_TITLES, NOW_TITLES, build_timeline, holding_now

START = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)  # Sunday 22 November 2026, 19.05 in Sanggau
MONDAY = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
DUE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@dataclass
class Unit:
    name: str
    short_name: str = ""


@dataclass
class Row:
    action: str
    at: datetime = START
    channel: str = "web"
    role: str = "applicant"
    data: dict[str, Any] = field(default_factory=dict)
    unit: Any = None


@dataclass
class Task:
    stage: str
    label: str = ""
    role: str = "front_office"
    due_at: datetime = DUE
    opened_at: datetime = MONDAY
    unit: Any = field(default_factory=lambda: Unit("Dinas Penanaman Modal", "DPMPTSP"))


@dataclass
class Case:
    state: str


@dataclass
class PermitCase:
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass
class Definition:
    stages: tuple[Stage, ...] = (
        Stage("inspect", Text("Tinjauan tempat", "Inspection"), "technical_officer", "health"),
    )


@dataclass
class File:
    case: Case
    lifecycle: Any = rules.PERMIT
    definition: Definition = field(default_factory=Definition)
    permit_case: PermitCase = field(default_factory=PermitCase)
    kind: Kind = Kind.NEW


SUBMIT = Row("submit")
COMPLETE = Row("declare_complete", MONDAY, role="front_office", unit=Unit("Loket pelayanan"))
ASKED = Row("ask_recommendation", MONDAY, role="system", data={"stages": ["inspect"]})
HEALTH = Task("recommend", "inspect", "technical_officer", unit=Unit("Dinas Kesehatan"))
RETURN = Row("return", MONDAY, role="front_office", data={"answer_by": "2026-12-07"})
SIGNED = "Izin terbit, dapat diunduh dan dicek keasliannya"

# state, log, open tasks -> the timeline as "status title"
TABLE = [
    (State.SUBMITTED, [SUBMIT], [Task("check")],
     ["done Permohonan diterima", "now Kelengkapan berkas diperiksa", "next Tinjauan tempat",
      "next Paraf dan tanda tangan", f"next {SIGNED}"]),
    (State.RETURNED, [SUBMIT, RETURN], [],
     ["done Permohonan diterima", "done Dikembalikan untuk diperbaiki",
      "now Menunggu perbaikan dari pemohon", "next Tinjauan tempat",
      "next Paraf dan tanda tangan", f"next {SIGNED}"]),
    (State.REVIEW, [SUBMIT, COMPLETE, ASKED], [HEALTH],
     ["done Permohonan diterima", "done Berkas dinyatakan lengkap", "now Tinjauan tempat",
      "next Paraf dan tanda tangan", f"next {SIGNED}"]),
    (State.PAUSED, [SUBMIT, COMPLETE, ASKED, Row("pause", data={"answer_by": "2026-12-07"})], [HEALTH],
     ["done Permohonan diterima", "done Berkas dinyatakan lengkap",
      "done Keterangan diminta dari pemohon", "now Menunggu jawaban dari pemohon",
      "next Paraf dan tanda tangan", f"next {SIGNED}"]),
    (State.READY, [SUBMIT, COMPLETE, ASKED, Row("collect", role="system")], [Task("propose")],
     ["done Permohonan diterima", "done Berkas dinyatakan lengkap", "done Semua syarat terpenuhi",
      "now Keputusan disiapkan", "next Paraf dan tanda tangan", f"next {SIGNED}"]),
    (State.PROPOSED, [SUBMIT], [Task("initial", role="section_head")],
     ["done Permohonan diterima", "now Menunggu paraf dan tanda tangan", f"next {SIGNED}"]),
    (State.NUMBERED, [SUBMIT, Row("approve", role="head")], [Task("sign", role="head")],
     ["done Permohonan diterima", "done Permohonan disetujui", "now Penomoran dan tanda tangan",
      f"next {SIGNED}"]),
    (State.ISSUED, [SUBMIT, Row("issue", role="head")], [Task("deliver")],
     ["done Permohonan diterima", "done Izin terbit", "now Izin siap diunduh atau diambil"]),
    (State.HANDED_OVER, [SUBMIT, Row("issue"), Row("download")], [],
     ["done Permohonan diterima", "done Izin terbit", "done Izin diunduh"]),
    (State.REJECTED, [SUBMIT, Row("reject", role="head")], [],
     ["done Permohonan diterima", "bad Permohonan ditolak"]),
    (State.WITHDRAWN, [SUBMIT, Row("withdraw")], [],
     ["done Permohonan diterima", "bad Permohonan ditarik pemohon"]),
    (State.REVOKED, [SUBMIT, Row("issue"), Row("revoke")], [],
     ["done Permohonan diterima", "done Izin terbit", "bad Izin dicabut"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "log", "tasks", "expected"), TABLE, ids=[str(r[0]) for r in TABLE]
)
def test_timeline_by_state(state, log, tasks, expected):
    items = build_timeline(File(Case(state)), log, tasks)

    assert [f"{item.status} {item.title}" for item in items] == expected


def test_assisted_case_ends_in_the_other_system():
    file = File(Case(State.SUBMITTED), lifecycle=rules.ASSISTED)

    items = build_timeline(file, [SUBMIT], [Task("check")])

    assert [item.title for item in items if item.status == "next"] == [
        "Dibantu mengisi di sistem nasional",
        "Izin terbit di sistem nasional",
    ]


def test_notes_say_when_how_who_and_by_when():
    items = build_timeline(File(Case(State.REVIEW)), [SUBMIT, COMPLETE, ASKED], [HEALTH])

    assert [item.note for item in items[:3]] == [
        "Minggu 22 Nov, 19.05 · dari rumah (web)",
        "Senin 23 Nov, 11.15 · Loket pelayanan",
        "Sejak Senin 23 Nov, 11.15 · Dinas Kesehatan · paling lambat Rabu 25 Nov",
    ]


def test_two_units_asked_at_once_are_both_named():
    second = Task("recommend", "extra_trade", unit=Unit("Dinas Perdagangan"))

    items = build_timeline(File(Case(State.REVIEW)), [SUBMIT, ASKED], [HEALTH, second])

    now = [(item.title, item.note.split(" · ")[1]) for item in items if item.status == "now"]
    assert now == [
        ("Tinjauan tempat", "Dinas Kesehatan"),
        ("Menunggu rekomendasi teknis", "Dinas Perdagangan"),
    ]


def test_the_applicant_reads_by_when_to_answer():
    items = build_timeline(File(Case(State.RETURNED)), [SUBMIT, RETURN], [])

    assert items[2].note == "Jawab selambat-lambatnya Senin, 7 Desember 2026"


def test_holding_names_unit_role_since_and_date():
    holding = holding_now(File(Case(State.REVIEW)), [SUBMIT, ASKED], [HEALTH])

    assert holding is not None
    assert (holding.who, holding.role) == ("Dinas Kesehatan", "Petugas teknis")
    assert (holding.since, holding.by) == (MONDAY, DUE.date())


def test_holding_is_the_applicant_while_they_must_answer():
    holding = holding_now(File(Case(State.RETURNED)), [SUBMIT, RETURN], [])

    assert holding is not None
    assert holding.is_applicant
    assert holding.by is not None
    assert holding.by.isoformat() == "2026-12-07"


def test_nobody_holds_a_closed_case():
    assert holding_now(File(Case(State.REJECTED)), [SUBMIT], []) is None


def test_every_open_state_says_what_is_going_on():
    for state, status in rules.STATUSES.items():
        assert (state in NOW_TITLES) is not status.closed, state


def test_every_act_that_is_shown_is_an_act_of_a_lifecycle():
    known = {action for _state, action in [*PAID.moves, *rules.ASSISTED.moves]}

    assert set(DONE_TITLES) <= known


def test_english_is_plain_english():
    items = build_timeline(File(Case(State.REVIEW)), [SUBMIT, ASKED], [HEALTH], language="en")

    assert [item.title for item in items] == [
        "Application received",
        "Inspection",
        "Initials and signature",
        "Permit issued, to download and check",
    ]
    assert items[0].note == "Sunday 22 Nov, 19:05 · from home (web)"


def test_a_later_moment_does_not_change_what_was_done():
    earlier = build_timeline(File(Case(State.RETURNED)), [SUBMIT, RETURN], [])
    later = build_timeline(
        File(Case(State.SUBMITTED)),
        [SUBMIT, RETURN, Row("resubmit", MONDAY + timedelta(days=1))],
        [Task("check")],
    )

    assert [i for i in earlier if i.status == "done"] == [i for i in later if i.status == "done"][
        :2
    ]
