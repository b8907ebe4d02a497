"""What an act rests on is on its row: the very bytes and words, by their hash."""

from typing import Any

from satupintu.documents.models import Document
from satupintu.documents.services import store_bytes
from satupintu.permits.tests.officer_cases import MONDAY, World, sheet
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.rules import digest


def stored(world: World, text: str) -> Document:
    return store_bytes(
        content=sheet(text),
        media_type="application/pdf",
        party_id=None,
        kind="scan",
        name="pindaian.pdf",
        by=world.actor("budi"),
        at=MONDAY,
        pages=1,
    )


def digests(case: Case, action: str) -> dict[str, Any]:
    return dict(Transition.objects.get(case=case, action=action).digests)


def test_a_recommendation_names_its_scan_and_its_words(world: World) -> None:
    scan = stored(world, "rekomendasi")
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
