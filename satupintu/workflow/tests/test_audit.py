"""The proof of the log: each way of tampering is found and named."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from satupintu.people.rules import Actor
from satupintu.workflow.audit import audit, make_digests
from satupintu.workflow.models import Case, Digest, Note, Transition
from satupintu.workflow.services import act, erase_note


@pytest.fixture
def chain(make_case: Callable[..., Case], ratna: Actor, at: datetime) -> Case:
    case = make_case("T-1")
    make_case("T-2")
    act(case, "return", by=ratna, at=at, reason="Foto buram")
    act(case, "resubmit", by=ratna, at=at + timedelta(hours=1))
    return case


def test_a_whole_log_passes(chain: Case) -> None:
    report = audit()

    assert (report.cases, report.rows, report.broken) == (2, 4, [])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"actor_name": "Orang lain"}, "row 2 (return, 2026-11-02T02:00:00+00:00): was changed"),
        ({"to_state": "answered"}, "was changed after it was written"),
        ({"data": {"given": "x"}}, "was changed after it was written"),
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


def test_a_deleted_row_is_named(chain: Case) -> None:
    last = Transition.objects.filter(case=chain).order_by("-seq").first()
    assert last is not None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workflow_pending WHERE 1=1")
        cursor.execute("DELETE FROM workflow_transition WHERE seq = 3")

    assert audit().broken == ["T-1: the case is at version 3, its log has 2 rows."]


def test_a_changed_note_is_found_and_an_erased_one_is_not(chain: Case, at: datetime) -> None:
    row = Transition.objects.get(case=chain, seq=2)
    Note.objects.filter(pk=row.pk).update(text="Foto jelas")
    assert "its note was changed" in audit().broken[0]

    erase_note(transition_id=row.pk, at=at)

    assert audit().broken == []


def test_a_state_that_the_log_does_not_say_is_found(chain: Case) -> None:
    Case.objects.filter(pk=chain.pk).update(state="answered")

    assert audit().broken == ["T-1: state or head of the case is not what its log says."]


def test_a_day_is_sealed_once_it_is_over(chain: Case, at: datetime) -> None:
    assert make_digests(at=at) == 0
    assert make_digests(at=at + timedelta(days=3)) == 3
    assert make_digests(at=at + timedelta(days=3)) == 0

    assert [digest.heads for digest in Digest.objects.order_by("day")] == [2, 0, 0]
    assert audit().digests == 3


def test_a_chain_that_was_recomputed_whole_is_betrayed_by_the_sealed_digest(
    chain: Case, at: datetime
) -> None:
    make_digests(at=at + timedelta(days=1))
    previous = "0" * 64
    for row in Transition.objects.filter(case=chain).order_by("seq"):
        from satupintu.workflow.rules import row_hash

        row.actor_name, row.previous_hash = "Orang lain", previous
        previous = row_hash(previous, row.canonical_row())
        Transition.objects.filter(pk=row.pk).update(
            actor_name="Orang lain", previous_hash=row.previous_hash, hash=previous
        )
    Case.objects.filter(pk=chain.pk).update(head_hash=previous)

    assert "Digest of 2026-11-02" in audit().broken[0]


def test_a_digest_under_another_seal_is_refused(chain: Case, at: datetime) -> None:
    make_digests(at=at + timedelta(days=1))
    Digest.objects.update(seal="AAAA")

    assert audit().broken == ["Digest of 2026-11-02: the seal is not the office's."]
