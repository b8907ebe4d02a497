"""Sanctions that the head signs in ink: numbered, printed, scanned back, read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.permits.models import Letter, Permit
from satupintu.permits.registration import for_ink
from satupintu.permits.tests.officer_cases import World, scan_of, sheet, text_of
from satupintu.supervision.models import Sanction
from satupintu.supervision.rules import Kind
from satupintu.supervision.services import letters
from satupintu.supervision.tests.conftest import LAW, give, read_all, suggest
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Case
from satupintu.workflow.services import BadData, CannotMove

SignIn = Callable[[str], Client]


@pytest.fixture
def warned(world: World, permit: Permit, settings: Any) -> Case:
    """The supervision of a permit that was warned in an office that signs in ink."""
    settings.SIGNER = "manual"
    case = give(world, permit, Kind.WARNING)
    read_all(world)
    return case


def test_a_warning_is_printed_signed_and_scanned_back(
    world: World, warned: Case, browser: SignIn
) -> None:
    letters.make_due(at=world.at + letters.PATIENCE * 2)
    sanction = Sanction.objects.get()
    assert (sanction.ink, sanction.document_id) == (True, None)
    clerk, holder = browser("budi"), browser("sari")
    desk = f"/pengawasan/berkas/{warned.number}/"
    back, printing = f"{desk}surat-bertanda-tangan/", f"{desk}surat/{sanction.pk}/cetak.pdf"
    for page in ("/surat/ekspedisi/", "/pengawasan/", desk):
        assert back in clerk.get(page).content.decode(), page
    own = holder.get(f"/pengawasan/saya/{warned.number}/").content.decode()
    assert "Suratnya menunggu tanda tangan." in own
    assert holder.get(printing).status_code == 403
    shown = clerk.get(back).content.decode()
    assert printing in shown
    assert f'name="version" value="{warned.version}"' in shown
    text = text_of(clerk.get(printing).content)
    assert sanction.number in text
    assert world.user("darius").name in text
    assert "secara elektronik" not in text
    given = {"version": warned.version, "letter": str(sanction.pk)}
    assert clerk.post(back, given).status_code == 422
    picture = SimpleUploadedFile("surat.txt", b"bukan PDF", "application/pdf")
    assert clerk.post(back, given | {"scan": picture}).status_code == 422
    scan = SimpleUploadedFile("surat.pdf", sheet("tinta"), "application/pdf")
    stale = clerk.post(back, given | {"scan": scan, "version": 0})
    assert stale.status_code == 409
    assert 'name="kept_scan"' in stale.content.decode()
    kept = stale.content.decode().partition('name="kept_scan" value="')[2][:36]
    assert clerk.post(back, given | {"kept_scan": kept})["Location"] == desk
    sanction.refresh_from_db()
    paper = f"/pengawasan/surat/{warned.number}/{sanction.document_id}/"
    assert paper in holder.get(f"/pengawasan/saya/{warned.number}/").content.decode()
    assert holder.get(paper).status_code == 200
    assert for_ink() == []
    assert clerk.get(printing).status_code == 404
    assert clerk.get(back)["Location"] == desk
    assert back not in clerk.get(desk).content.decode()
    assert audit().broken == []


def test_what_was_owed_and_where_it_stands_stay_as_they_are(world: World, warned: Case) -> None:
    before = [(one.stage, one.due_at) for one in world.tasks(warned)]
    assert before
    sanction = Sanction.objects.get()
    after = world.do(
        warned, "scan_letter", "budi", letter=str(sanction.pk), scan=scan_of(world, warned)
    )
    assert [(one.stage, one.due_at) for one in world.tasks(after)] == before
    assert (after.state, Sanction.objects.get().state) == ("warned", "in_force")


def test_it_is_scanned_back_once_and_by_its_own_scan(
    world: World, permit: Permit, warned: Case
) -> None:
    sanction = Sanction.objects.get()
    with pytest.raises(BadData):
        world.do(warned, "scan_letter", "budi", letter=str(sanction.pk))
    foreign = scan_of(world, world.apply("joko"))
    with pytest.raises(BadData):
        world.do(warned, "scan_letter", "budi", letter=str(sanction.pk), scan=foreign)
    other = world.issued(world.apply(place_name="Klinik B", permit_order="2"))
    elsewhere = give(world, Permit.objects.get(case=other), Kind.WARNING)
    scan = scan_of(world, elsewhere)
    with pytest.raises(BadData):
        world.do(elsewhere, "scan_letter", "budi", letter=str(sanction.pk), scan=scan)
    scan = scan_of(world, warned)
    world.do(warned, "scan_letter", "budi", letter=str(sanction.pk), scan=scan)
    again = scan_of(world, warned, "lain")
    with pytest.raises(CannotMove):
        world.do(warned, "scan_letter", "budi", letter=str(sanction.pk), scan=again)
    assert audit(stop_at_first=False).broken == []
    Sanction.objects.filter(pk=sanction.pk).update(document=None)
    (broken,) = audit(stop_at_first=False).broken
    assert "signed in ink" in str(broken)


def test_what_is_only_proposed_waits_for_no_ink(
    world: World, permit: Permit, settings: Any
) -> None:
    settings.SIGNER = "manual"
    case = suggest(world, permit, Kind.WARNING)
    sanction = Sanction.objects.get()
    assert for_ink() == []
    with pytest.raises(CannotMove):
        letters.page_for_ink(sanction)
    scan = scan_of(world, case)
    with pytest.raises(CannotMove):
        world.do(case, "scan_letter", "budi", letter=str(sanction.pk), scan=scan)


def test_suspension_and_lifting_wait_and_a_revocation_is_the_permits_own_letter(
    world: World, permit: Permit, settings: Any
) -> None:
    settings.SIGNER = "manual"
    give(world, permit, Kind.SUSPENSION, law=LAW)
    give(world, permit, Kind.LIFTING)
    give(world, permit, Kind.REVOCATION, law=LAW)
    read_all(world)
    letters.make_due(at=world.at + letters.PATIENCE * 2)
    assert list(Sanction.objects.order_by("seq").values_list("ink", "document")) == [
        (True, None),
        (True, None),
        (False, None),
    ]
    assert Letter.objects.get(kind="revocation").ink
    assert len(for_ink()) == 3


def test_an_office_that_signs_by_key_has_nothing_that_waits(world: World, permit: Permit) -> None:
    give(world, permit, Kind.WARNING)
    letters.make_due(at=world.at + letters.PATIENCE * 2)
    sanction = Sanction.objects.get()
    assert not sanction.ink
    assert sanction.document_id
