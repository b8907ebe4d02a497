"""Letters that the signatory signs in ink: owed, numbered, printed, scanned back, read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.permits.models import Letter
from satupintu.permits.registration import for_ink
from satupintu.permits.services import letters
from satupintu.permits.tests.officer_cases import MONDAY, World, scan_of, sheet, text_of
from satupintu.workflow.audit import audit
from satupintu.workflow.services import BadData, CannotMove, run_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(world: World, settings):
    """An ink office that has just refused."""
    settings.SIGNER = "manual"
    case = world.do(world.proposed(world.apply()), "initial", "lina")
    case = world.do(case, "reject", "darius", reason="Tidak memenuhi syarat.", legal_basis=["UU 1"])
    run_readers(at=MONDAY)
    return case


def test_a_refusal_is_printed_signed_and_scanned_back(world: World, refused, browser) -> None:
    letter = Letter.objects.get(kind="refusal")
    assert letter.ink
    letters.make_due(at=MONDAY + letters.PATIENCE * 2)  # the worker gives it a number, and no seal
    letter.refresh_from_db()
    assert letter.number
    assert letter.document is None
    clerk = browser("budi")
    assert letter.number in clerk.get("/surat/ekspedisi/").content.decode()
    page = clerk.get(f"/berkas/{refused.number}/surat-bertanda-tangan/").content.decode()
    printed = clerk.get(f"/berkas/{refused.number}/surat/{letter.pk}/cetak.pdf")
    text = text_of(printed.content)
    assert str(letter.pk) in page
    assert world.user("darius").name in text
    assert "secara elektronik" not in text
    given = {
        "version": refused.version,
        "letter": str(letter.pk),
        "scan": SimpleUploadedFile("surat.pdf", sheet("tinta"), "application/pdf"),
    }
    answer = clerk.post(f"/berkas/{refused.number}/surat-bertanda-tangan/", given)
    assert answer.status_code == 302
    letter.refresh_from_db()
    assert letter.document is not None
    mine = browser("sari").get(f"/permohonan/{refused.number}/").content.decode()
    assert str(letter.pk) in mine
    assert for_ink() == []
    assert clerk.get(f"/berkas/{refused.number}/surat/{letter.pk}/cetak.pdf").status_code == 404
    assert audit().broken == []


def test_a_letter_is_scanned_back_once_and_by_its_own_scan(world: World, refused) -> None:
    letter = Letter.objects.get(kind="refusal")
    with pytest.raises(BadData):
        world.do(refused, "scan_letter", "budi", letter=str(letter.pk))
    other = world.apply("joko")
    with pytest.raises(BadData):
        world.do(other, "scan_letter", "budi", letter=str(letter.pk), scan=scan_of(world, other))
    scan = scan_of(world, refused)
    world.do(refused, "scan_letter", "budi", letter=str(letter.pk), scan=scan)
    version = world.fresh(refused).version
    with pytest.raises(CannotMove):
        world.do(
            refused, "scan_letter", "budi", letter=str(letter.pk), scan=scan_of(world, refused)
        )
    assert world.fresh(refused).version == version
    assert audit().broken == []
    Letter.objects.filter(kind="refusal").update(document=None)
    assert len(audit().broken) == 1


def test_what_no_signatory_signs_keeps_the_seal(world: World, settings) -> None:
    settings.SIGNER = "manual"
    world.returned(world.apply())
    run_readers(at=MONDAY)
    assert [one.ink for one in Letter.objects.all()] == [False]
    letters.make_due(at=MONDAY + letters.PATIENCE * 2)
    assert Letter.objects.get().document is not None
