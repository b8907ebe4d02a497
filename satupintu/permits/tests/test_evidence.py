"""What an act rests on is on its row: the very bytes and words, by their hash."""

from typing import Any
from uuid import UUID

import pytest

from satupintu.documents.models import Document
from satupintu.documents.services import store_bytes
from satupintu.permits.tests.officer_cases import MONDAY, World, sheet
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.rules import digest
from satupintu.workflow.services import CannotMove


def stored(world: World, text: str, *, by: str = "budi", party_id: UUID | None = None) -> Document:
    return store_bytes(
        content=sheet(text),
        media_type="application/pdf",
        party_id=party_id,
        kind="scan",
        name="pindaian.pdf",
        by=world.actor(by),
        at=MONDAY,
        pages=1,
    )


def digests(case: Case, action: str) -> dict[str, Any]:
    return dict(Transition.objects.get(case=case, action=action).digests)


def test_a_recommendation_names_its_scan_and_its_words(world: World) -> None:
    scan = stored(world, "rekomendasi", by="wati")
    case = world.complete(world.apply())

    world.do(case, "recommend_for", "wati", number="440/1", text="Layak.", document=str(scan.pk))

    assert digests(case, "recommend_for") == {
        "file:scan": scan.file_id,
        "text": digest({"case": str(case.pk), "text": "Layak."}),
    }


def test_a_hand_over_names_authority_and_signature(world: World) -> None:
    authority, signature = stored(world, "surat kuasa"), stored(world, "tanda tangan")
    case = world.issued(world.apply())

    world.do(
        case,
        "hand_over",
        "budi",
        **world.receipt(
            case, collector="Joko Prasetyo", authority=authority.pk, signature=signature.pk
        ),
    )

    found = digests(case, "hand_over")
    assert found.pop("row:hand_over")  # who came for it: permits/proof
    assert found == {
        "file:authority": authority.file_id,
        "file:signature": signature.file_id,
    }


def test_an_act_without_papers_names_none(world: World) -> None:
    case = world.issued(world.apply())

    world.do(case, "revoke", "darius", reason="Praktik di tempat lain.")

    assert digests(case, "revoke") == {}


def test_an_officer_gives_no_file_that_another_person_sent_in(world: World) -> None:
    case = world.complete(world.apply())
    foreign = stored(world, "milik orang lain", party_id=world.user("joko").party_id)
    unsent = stored(world, "dari petugas lain", by="budi")

    for scan in (foreign, unsent):
        with pytest.raises(CannotMove, match="scan"):
            world.do(case, "recommend_for", "wati", text="Layak.", document=str(scan.pk))

    assert not Transition.objects.filter(case=case, action="recommend_for").exists()


def test_an_applicant_answers_with_no_file_of_another_person(world: World) -> None:
    case = world.returned(world.apply())
    foreign = stored(world, "milik orang lain", party_id=world.user("joko").party_id)

    with pytest.raises(CannotMove, match="str"):
        world.do(case, "resubmit", "sari", documents={"str": str(foreign.pk)})

    assert world.fresh(case).state == "returned"


def test_a_permit_signed_by_hand_is_no_file_of_another_person(world: World) -> None:
    case = world.numbered(world.apply())
    foreign = stored(world, "izin orang lain", party_id=world.user("joko").party_id)

    with pytest.raises(CannotMove, match="scan"):
        world.do(case, "issue", "darius", scan=str(foreign.pk))

    assert world.fresh(case).state == "numbered"
