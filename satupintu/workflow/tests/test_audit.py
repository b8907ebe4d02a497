"""The proof of the log: each way of tampering is found and named."""

import errno
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from satupintu.people.rules import Actor, system_actor
from satupintu.people.services import record_disclosure
from satupintu.workflow import anchor
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Digest, Note, Pending, Task, Transition
from satupintu.workflow.seals import make_digests
from satupintu.workflow.services import act, erase_note

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def chain(make_case: Callable[..., Case], ratna: Actor, at: datetime) -> Case:
    case = make_case("T-1")
    make_case("T-2")
    act(case, "return", by=ratna, at=at, reason="Foto buram")
    act(case, "resubmit", by=ratna, at=at + HOUR)
    return case


def sql(statement: str, *values: object) -> None:
    """Write as somebody does who holds the database: past every constraint of the program."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_whole_log_passes(chain: Case) -> None:
    report = audit()

    assert (report.cases, report.rows, report.broken) == (2, 4, [])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"actor_name": "Orang lain"}, "row 2 (return, 2026-11-02T02:00:00+00:00): was changed"),
        ({"to_state": "answered"}, "was changed after it was written"),
        ({"data": {"given": "x"}}, "was changed after it was written"),
        ({"effects": {}}, "was changed after it was written"),
        ({"canonical_version": 1}, "was changed after it was written"),
        ({"previous_hash": "f" * 64}, "does not follow from the row before it"),
        ({"seq": 9}, "row 2 is missing"),
        ({"hash": "f" * 64}, "was changed after it was written"),
    ],
)
def test_a_changed_row_is_named(chain: Case, change: dict[str, object], fault: str) -> None:
    Transition.objects.filter(case=chain, seq=2).update(**change)

    broken = audit().broken

    assert len(broken) == 1
    assert broken[0].startswith("T-1")
    assert fault in broken[0]


def test_a_row_of_the_first_canonical_form_still_proves(chain: Case) -> None:
    row = Transition.objects.get(case__number="T-2")
    row.effects, row.canonical_version = {}, 1
    row.hash = row.right_hash(row.previous_hash)
    row.save(update_fields=["effects", "canonical_version", "hash"])
    Case.objects.filter(number="T-2").update(head_hash=row.hash)

    assert audit().broken == []


def test_a_deleted_row_is_named(chain: Case) -> None:
    sql("DELETE FROM workflow_pending WHERE 1=1")
    sql("DELETE FROM workflow_transition WHERE seq = 3")

    assert audit().broken == ["T-1: the case is at version 3, its log has 2 rows."]


# --- Tables beside the log ---------------------------------------------------------------------

LATER = datetime.fromisoformat("2026-12-24T08:00:00+00:00")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"state": "answered"}, "T-1: state or head of the case is not what its log says."),
        ({"promise_due_at": LATER}, "T-1, row 3 (resubmit, 2026-11-02T03:00:00+00:00): the case's"),
        ({"legal_due_at": LATER}, "T-1, row 3 (resubmit"),
        ({"terms": {}}, "T-1, row 3 (resubmit"),
        ({"opened_at": LATER}, "T-1, row 3 (resubmit"),
        ({"closed_at": LATER}, "T-1, row 3 (resubmit"),
        ({"moved_at": LATER}, "T-1, row 3 (resubmit"),
        ({"number": "T-9"}, "T-9, row 3 (resubmit"),
        ({"region": "61.03"}, "T-1, row 3 (resubmit"),
        ({"channel": "counter"}, "T-1, row 3 (resubmit"),
        ({"kind": "toy2"}, "T-1, row 3 (resubmit"),
    ],
)
def test_a_case_that_is_not_what_its_log_left_behind_is_named(
    chain: Case, change: dict[str, object], fault: str
) -> None:
    Case.objects.filter(pk=chain.pk).update(**change)

    broken = audit().broken

    assert len(broken) == 1
    assert broken[0].startswith(fault)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"state": "done"}, "T-1: the task “check” is “done”, its log says “open”."),
        ({"state": "dropped", "closed_seq": 3}, "T-1: the task “check” is “dropped”, its log"),
        ({"result": "complete"}, "T-1: the result of the task “check” is not what its log says."),
        ({"due_at": LATER}, "T-1: the task “check” is not as the log opened it."),
        ({"role": "head"}, "T-1: the task “check” is not as the log opened it."),
        ({"stage": "decide"}, "T-1: the task “decide” is not as the log opened it."),
        ({"detail": {"x": 1}}, "T-1: the task “check” is not as the log opened it."),
        (None, "T-1: a task that the log opened is gone."),
    ],
)
def test_a_task_that_is_not_what_its_log_left_behind_is_named(
    chain: Case, change: dict[str, object] | None, fault: str
) -> None:
    task = Task.objects.filter(case=chain)
    _ = task.update(**change) if change else task.delete()

    broken = audit().broken

    assert len(broken) == 1
    assert broken[0].startswith(fault)


def test_a_task_that_lies_with_another_officer_is_named(
    chain: Case, ratna: Actor, joko: Actor, at: datetime
) -> None:
    task = Task.objects.get(case=chain)
    act(chain, "take", by=ratna, at=at + HOUR, data={"task": str(task.pk)})
    assert audit().broken == []

    Task.objects.filter(pk=task.pk).update(assignee_id=joko.user_id)

    assert audit().broken == ["T-1: the task “check” lies with another officer than its log says."]


def test_a_task_that_nobody_opened_is_named(chain: Case) -> None:
    task = Task.objects.get(case=chain)
    task.pk = task.id = "0190f0f0-0000-7000-8000-000000000000"
    Task.objects.bulk_create([task])

    assert audit().broken == ["T-1: has a task that no row of its log opened."]


def test_rows_of_a_case_that_is_gone_are_named(chain: Case) -> None:
    other = Case.objects.get(number="T-2")
    Task.objects.filter(case=other).delete()
    first = Transition.objects.get(case=other)
    # As somebody does it who holds the database: the constraint is taken away first.
    if connection.vendor == "sqlite":
        sql("PRAGMA defer_foreign_keys = ON")
    else:
        sql("SET CONSTRAINTS ALL DEFERRED")
    sql("DELETE FROM workflow_case WHERE number = 'T-2'")
    try:
        broken = audit().broken
    finally:
        Case.objects.bulk_create([other])

    assert broken == [
        (
            f"Case {other.pk}: its 1 rows are in the log (the first: ask, {first.at.isoformat()}),"
            " the case itself is gone."
        )
    ]


def test_a_case_that_no_row_opened_is_named(chain: Case) -> None:
    case = Case.objects.get(number="T-2")
    case.id, case.number = "0190f0f0-0000-7000-8000-000000000000", "T-3"
    Case.objects.bulk_create([case])

    assert audit().broken == ["T-3: the case has no row in the log."]


# --- Notes ---------------------------------------------------------------------------------------


def test_a_note_that_was_erased_by_the_office_is_whole(chain: Case, at: datetime) -> None:
    erase_note(case=chain, seq=2, by=system_actor("law"), at=at + HOUR)

    assert audit().broken == []
    assert Transition.objects.get(case=chain, seq=4).data == {"row": 2}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": "Foto jelas"}, "its note was changed."),
        (
            {"text": "Foto jelas", "erased_at": LATER},
            "its note is said to be erased and is not empty.",
        ),
        (
            {"text": "", "salt": "", "erased_at": LATER},
            "its note was erased, and no row of the log says so.",
        ),
        ({"text": "", "salt": ""}, "its note was changed."),
    ],
)
def test_a_changed_note_is_named(chain: Case, change: dict[str, object], fault: str) -> None:
    Note.objects.filter(transition__case=chain).update(**change)

    assert audit().broken == [f"T-1, row 2 (return, 2026-11-02T02:00:00+00:00): {fault}"]


def test_a_note_that_was_filled_again_after_its_erasure_is_named(chain: Case, at: datetime) -> None:
    erase_note(case=chain, seq=2, by=system_actor("law"), at=at + HOUR)
    Note.objects.filter(transition__case=chain).update(text="Foto jelas")

    assert "row 2 (return, " in audit().broken[0]
    assert audit().broken[0].endswith("its note is said to be erased and is not empty.")


def test_a_note_that_cannot_be_read_is_named_and_the_others_are_checked(
    chain: Case, ratna: Actor, at: datetime
) -> None:
    other = Case.objects.get(number="T-2")
    act(other, "return", by=ratna, at=at + HOUR, reason="Kurang jelas")
    sql("UPDATE workflow_note SET text = 'k1:bm90IG91cnM='")

    assert sorted(audit(stop_at_first=False).broken) == [
        (
            "T-1, row 2 (return, 2026-11-02T02:00:00+00:00): its note cannot be read: it was altered,"
            " or its key is not here."
        ),
        (
            "T-2, row 2 (return, 2026-11-02T03:00:00+00:00): its note cannot be read: it was altered,"
            " or its key is not here."
        ),
    ]


# --- Seals ---------------------------------------------------------------------------------------


def test_what_happened_is_sealed_once_an_hour_and_each_day(
    chain: Case, ratna: Actor, at: datetime
) -> None:
    assert make_digests(at=at + HOUR) == 1
    act(chain, "answer", by=ratna, at=at + HOUR)
    assert make_digests(at=at + HOUR + timedelta(minutes=59)) == 0
    assert make_digests(at=at + 2 * HOUR) == 1
    assert make_digests(at=at + 4 * HOUR) == 0  # nothing happened
    assert make_digests(at=at + DAY) == 1  # a day has one all the same
    assert make_digests(at=at + DAY + HOUR) == 0

    made = Digest.objects.order_by("number")
    assert [(one.number, one.rows, one.heads) for one in made] == [(1, 4, 2), (2, 1, 1), (3, 0, 0)]
    report = audit(at=at + DAY)
    assert (report.digests, report.root, report.broken) == (3, made[2].root, [])


def test_a_new_day_is_not_made_to_wait_for_the_hour(
    chain: Case, ratna: Actor, at: datetime
) -> None:
    late = at.replace(hour=16, minute=50)  # 23.50 in Pontianak
    make_digests(at=late)
    act(chain, "answer", by=ratna, at=late + timedelta(minutes=5))

    assert make_digests(at=late + timedelta(minutes=15)) == 1


def test_a_move_under_a_clock_that_was_set_back_is_sealed_like_any_other(
    chain: Case, ratna: Actor, at: datetime
) -> None:
    make_digests(at=at + DAY)
    act(chain, "comment", by=ratna, at=at - 3 * DAY, reason="Jam komputer mundur")
    assert audit(at=at - 3 * DAY).broken == []

    assert make_digests(at=at + 2 * DAY) == 1
    assert Transition.objects.get(case=chain, action="comment").sealed_in == 2
    assert audit(at=at + 2 * DAY).broken == []


def test_a_seal_that_a_killed_worker_left_is_finished_by_the_next(
    chain: Case, at: datetime
) -> None:
    make_digests(at=at + HOUR)
    Digest.objects.update(seal="")
    anchor.path().unlink()

    make_digests(at=at + HOUR)

    assert Digest.objects.get().seal
    assert [line.root for line in anchor.read()] == [Digest.objects.get().root]
    assert audit().broken == []


def test_what_nobody_sealed_for_a_day_is_named(chain: Case, at: datetime) -> None:
    assert audit(at=at + timedelta(hours=20)).broken == []

    assert (
        audit(at=at + 2 * DAY).broken[0].startswith("T-1, row 1 (ask, 2026-11-02T02:00:00+00:00)")
    )
    assert "was never sealed, though its day is over" in audit(at=at + 2 * DAY).broken[0]


def _recompute(case: Case) -> None:
    """Give the case a chain in which somebody else acted: whole in itself."""
    previous = "0" * 64
    for row in Transition.objects.filter(case=case).order_by("seq"):
        row.actor_name, row.previous_hash = "Orang lain", previous
        previous = row.hash = row.right_hash(previous)
        row.save(update_fields=["actor_name", "previous_hash", "hash"])
    Case.objects.filter(pk=case.pk).update(head_hash=previous)


def _cut(case: Case) -> None:
    """Remove the newest row of a case, and repair everything that would betray it."""
    Pending.objects.filter(transition__case=case).delete()
    Transition.objects.filter(case=case, seq=3).delete()
    last = Transition.objects.get(case=case, seq=2)
    last.effects = {}
    last.canonical_version = 1
    last.hash = last.right_hash(last.previous_hash)
    last.save(update_fields=["effects", "canonical_version", "hash"])
    Case.objects.filter(pk=case.pk).update(version=2, head_hash=last.hash, state=last.to_state)


def _drop_case(case: Case) -> None:
    Pending.objects.filter(transition__case=case).delete()
    Task.objects.filter(case=case).delete()
    Note.objects.filter(transition__case=case).delete()
    Transition.objects.filter(case=case).delete()
    Case.objects.filter(pk=case.pk).delete()


def _reseal() -> None:
    """Forget every seal, as the worker would have to make them anew."""
    Digest.objects.all().delete()
    Transition.objects.update(sealed_in=None)


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (_recompute, "Seal 1 of 2026-11-02: 4 rows of 2 cases were sealed; here are 4 of 2, and"),
        (_cut, "Seal 1 of 2026-11-02: 4 rows of 2 cases were sealed; here are 3 of 2, and"),
        (_drop_case, "Seal 1 of 2026-11-02: 4 rows of 2 cases were sealed; here are 1 of 1, and"),
        (
            lambda case: Transition.objects.filter(case=case, seq=3).update(sealed_in=None),
            "Seal 1 of 2026-11-02: 4 rows of 2 cases were sealed; here are 3 of 2, and",
        ),
        (lambda _: Digest.objects.all().delete(), "Seal 1 is missing; rows of the log say that"),
        (lambda _: Digest.objects.update(seal="AAAA"), "Seal 1 of 2026-11-02: the seal is not"),
        (lambda _: Digest.objects.update(seal="no!"), "Seal 1 of 2026-11-02: the seal is not the"),
        (lambda _: Digest.objects.update(rows=3), "Seal 1 of 2026-11-02: was changed after it"),
        (lambda _: Digest.objects.update(root="0" * 64), "Seal 1 of 2026-11-02: was changed after"),
        (
            lambda _: Digest.objects.update(previous_root="1" * 64),
            "Seal 1 of 2026-11-02: does not follow from the one before it.",
        ),
        (lambda _: _reseal(), "Seal 1 of 2026-11-02T03:00:00+00:00 (4 rows) stands in "),
        (
            lambda case: (_cut(case), _reseal(), anchor_free_seal()),
            "Seal 1 of 2026-11-02T03:00:00+00:00 is another one in ",
        ),
        (lambda case: (_drop_case(case), _reseal()), "Seal 1 of 2026-11-02T03:00:00+00:00 (4 ro"),
    ],
)
def test_what_was_sealed_cannot_be_changed(
    chain: Case, at: datetime, tamper: Callable[[Case], object], fault: str
) -> None:
    make_digests(at=at + HOUR)

    tamper(chain)

    broken = audit().broken
    assert len(broken) == 1
    assert broken[0].startswith(fault), broken


@pytest.mark.parametrize("room", [0, 30])
def test_a_full_disk_leaves_no_half_line_in_the_anchor(
    chain: Case, at: datetime, monkeypatch, room: int
) -> None:
    make_digests(at=at)
    before = anchor.path().read_text()
    real = os.write

    def full(descriptor: int, content: bytes) -> int:
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content[:room])

    with monkeypatch.context() as patched:
        patched.setattr(anchor.os, "write", full)
        with pytest.raises(OSError, match=r"room|space"):
            make_digests(at=at + DAY)
    assert anchor.path().read_text() == before

    make_digests(at=at + DAY)

    assert [line.number for line in anchor.read()] == [1, 2]
    assert audit(stop_at_first=False).broken == []


def anchor_free_seal() -> None:
    """Seal on another machine that has the seal's key and no anchor."""
    text = anchor.path().read_text()
    anchor.path().unlink()
    make_digests(at=datetime.fromisoformat("2026-11-02T05:00:00+00:00"))
    anchor.path().write_text(text)


def test_the_worker_seals_nothing_over_a_tail_that_was_cut_off(chain: Case, at: datetime) -> None:
    make_digests(at=at + HOUR)
    _cut(chain)
    _reseal()

    assert make_digests(at=at + DAY) == 0
    assert Digest.objects.count() == 0
    assert "stands in" in audit().broken[0]


def test_the_root_that_was_sent_betrays_whoever_holds_database_and_anchor(
    chain: Case, at: datetime
) -> None:
    make_digests(at=at + HOUR)
    sent = Digest.objects.get().root
    assert audit(expect=sent).broken == []

    _cut(chain)
    _reseal()
    anchor.path().unlink()
    make_digests(at=at + DAY)

    assert audit().broken == []
    assert audit(expect=sent).broken == [
        f"No seal has the root {sent}: what it covered was removed, or sealed anew."
    ]


def test_the_anchor_lies_beside_the_database_and_only_grows(
    chain: Case, ratna: Actor, at: datetime
) -> None:
    make_digests(at=at + HOUR)
    before = Path(settings.ANCHOR).read_text()
    act(chain, "answer", by=ratna, at=at + HOUR)
    make_digests(at=at + DAY)

    text = Path(settings.ANCHOR).read_text()
    assert text.startswith(before)
    assert [line.number for line in anchor.read()] == [1, 2]
    assert Path(settings.ANCHOR).stat().st_mode & 0o777 == 0o600


def test_an_anchor_that_was_edited_is_named(chain: Case, at: datetime) -> None:
    make_digests(at=at + HOUR)
    anchor.path().write_text("lupakan saja\n")

    assert audit().broken == [f"{settings.ANCHOR}, line 1: is not a line of the program."]


def test_registers_beside_the_log_are_sealed_with_it(
    chain: Case, ratna: Actor, at: datetime
) -> None:
    record_disclosure(by=ratna, party_id=None, subject="case x identity", at=at)
    record_disclosure(by=ratna, party_id=None, subject="case x phone", at=at)
    make_digests(at=at + HOUR)
    assert audit().broken == []

    sql("DELETE FROM people_disclosure WHERE subject = 'case x phone'")

    assert audit().broken == [
        (
            "Seal 1 of 2026-11-02: 2 rows of disclosures were sealed; here are 1, and they are not the"
            " same."
        )
    ]


def test_a_sealed_register_alone_is_reason_for_a_digest(ratna: Actor, at: datetime) -> None:
    record_disclosure(by=ratna, party_id=None, subject="case x identity", at=at)

    assert make_digests(at=at) == 1
