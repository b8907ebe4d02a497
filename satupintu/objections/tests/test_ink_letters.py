"""Decisions on objections that the head signs in ink: numbered, printed, scanned back, read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.messaging.models import OutMessage
from satupintu.objections.models import Objection, ObjectionLetter
from satupintu.objections.services import letters
from satupintu.objections.tests.conftest import object_to, refused, reviewed
from satupintu.permits.registration import for_ink
from satupintu.permits.tests.officer_cases import World, scan_of, sheet, text_of
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Case
from satupintu.workflow.services import BadData, CannotMove, run_readers

SignIn = Callable[[str], Client]


@pytest.fixture
def decided(world: World, settings: Any) -> Case:
    """An objection that the head of an office that signs in ink has just refused."""
    objection = reviewed(world, refused(world))
    settings.SIGNER = "manual"
    case = world.do(objection.case, "refuse", "darius", reason="Alamat tetap salah.")
    read_all(world)
    return case


def read_all(world: World) -> None:
    while run_readers(at=world.at + timedelta(minutes=1), limit=500):
        pass


def waiting() -> ObjectionLetter:
    return ObjectionLetter.objects.get()


def test_a_decision_is_printed_signed_and_scanned_back(
    world: World, decided: Case, browser: SignIn
) -> None:
    clerk, mine = browser("budi"), browser("sari")
    desk = f"/keberatan/berkas/{decided.number}/"
    back, printing = f"{desk}surat-bertanda-tangan/", f"{desk}surat/{waiting().pk}/cetak.pdf"
    assert clerk.get(printing).status_code == 404  # it has no number yet
    letters.make_due(at=world.at + letters.PATIENCE * 2)
    letter = waiting()
    assert letter.ink
    assert letter.number
    assert letter.document_id is None
    for page in ("/surat/ekspedisi/", "/keberatan/", desk):
        assert back in clerk.get(page).content.decode(), page
    assert letter.number not in mine.get(f"/keberatan/{decided.number}/").content.decode()
    assert mine.get(printing).status_code == 403
    assert printing in clerk.get(back).content.decode()
    text = text_of(clerk.get(printing).content)
    assert letter.number in text
    assert world.user("darius").name in text
    assert "secara elektronik" not in text
    scan = SimpleUploadedFile("surat.pdf", sheet("tinta"), "application/pdf")
    given = {"version": decided.version, "letter": str(letter.pk), "scan": scan}
    assert clerk.post(back, given)["Location"] == desk
    letter.refresh_from_db()
    paper = f"/keberatan/{decided.number}/dokumen/{letter.document_id}/"
    assert paper in mine.get(f"/keberatan/{decided.number}/").content.decode()
    assert mine.get(paper).status_code == 200
    assert decided.number not in {one.case.number for one in for_ink()}
    assert clerk.get(printing).status_code == 404
    assert clerk.get(back)["Location"] == desk
    assert audit().broken == []


def test_it_is_scanned_back_once_by_its_own_scan_and_nobody_is_told_twice(
    world: World, decided: Case
) -> None:
    letter = waiting()
    with pytest.raises(BadData):
        world.do(decided, "scan_letter", "budi", letter=str(letter.pk))
    other = refused_of_another(world)
    foreign = scan_of(world, other.case)
    with pytest.raises(BadData):
        world.do(other.case, "scan_letter", "budi", letter=str(letter.pk), scan=foreign)
    with pytest.raises(BadData):
        world.do(decided, "scan_letter", "budi", letter=str(letter.pk), scan=foreign)
    read_all(world)
    told = OutMessage.objects.count()
    case = world.do(
        decided, "scan_letter", "budi", letter=str(letter.pk), scan=scan_of(world, decided)
    )
    read_all(world)
    assert (case.state, OutMessage.objects.count()) == ("refused", told)
    again = scan_of(world, decided, "lain")
    with pytest.raises(CannotMove):
        world.do(decided, "scan_letter", "budi", letter=str(letter.pk), scan=again)
    assert audit(stop_at_first=False).broken == []
    ObjectionLetter.objects.filter(pk=letter.pk).update(ink=False)
    (broken,) = audit(stop_at_first=False).broken
    assert "signed in ink" in str(broken)


def refused_of_another(world: World) -> Objection:
    case = world.do(world.ready(world.apply("joko")), "propose_refusal", "ratna", reason="Salah.")
    case = world.do(case, "initial", "lina")
    return object_to(world, world.do(case, "reject", "darius", reason="Alamat salah."), "joko")


def test_a_series_that_is_not_kept_leaves_the_letter_without_a_number(
    world: World, decided: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satupintu.permits.services.sealing.list_series", list)
    assert letters.make_due(at=world.at + letters.PATIENCE * 2) == 0
    assert letters.page_for_ink(waiting()).startswith(b"%PDF")


def test_an_office_that_signs_by_key_has_nothing_that_waits(world: World) -> None:
    objection = reviewed(world, refused(world))
    world.do(objection.case, "refuse", "darius", reason="Alamat tetap salah.")
    read_all(world)
    letters.make_due(at=world.at + letters.PATIENCE * 2)
    assert not waiting().ink
    assert waiting().document_id
