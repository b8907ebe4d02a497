"""Paper: blank forms, originals and folders, and the moments at which things happened."""

from datetime import datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone

from satupintu.catalogue.queries import list_offers
from satupintu.documents.rules import Blank
from satupintu.permits import rules
from satupintu.permits.models import (
    PermitCase,
)
from satupintu.permits.rules import Original
from satupintu.permits.services import blank
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.services import CannotMove, MoveNotAllowed

HOUR = timedelta(hours=1)


def local(at: datetime) -> datetime:
    return timezone.localtime(at)


# --- Rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("SLIP-2026-000123", "SLIP-2026-000123"),
        ("slip 2026 123", "SLIP-2026-000123"),
        ("2026-123", "SLIP-2026-000123"),
        ("  Slip-2026/000123 ", "SLIP-2026-000123"),
        ("123", "123"),
        ("REG-2026-000123", "REG-2026-000123"),
        ("", ""),
    ],
)
def test_a_slip_number_is_read_as_people_write_it(typed: str, written: str) -> None:
    assert rules.read_slip_number(typed) == written


@pytest.mark.parametrize(
    ("before", "printed", "wrong"),
    [
        (timedelta(0), None, None),
        (HOUR, None, None),
        (-HOUR, None, "future"),
        (timedelta(days=90), None, None),
        (timedelta(days=91), None, "too_old"),
        (HOUR, 2 * HOUR, None),
        (2 * HOUR, HOUR, "before_last"),
    ],
)
def test_the_moment_of_receipt_is_checked(before, printed, wrong) -> None:
    slip = MONDAY - printed if printed is not None else None
    assert rules.check_moment(MONDAY - before, now=MONDAY, not_before=slip) == wrong


@pytest.mark.parametrize(
    ("before", "given", "changed"),
    [
        ({}, {"ktp": "seen"}, {"ktp": "seen"}),
        ({"ktp": "seen"}, {"ktp": "seen"}, {}),
        ({"ktp": "kept"}, {"ktp": "returned"}, {"ktp": "returned"}),
        ({"ktp": "seen"}, {"ktp": "kept", "str": "seen"}, {"ktp": "kept", "str": "seen"}),
        ({}, {}, {}),
    ],
)
def test_what_changes_of_the_originals(before, given, changed) -> None:
    assert rules.changed_originals(before, given) == changed


@pytest.mark.parametrize(
    ("before", "given"),
    [({}, {"ktp": "returned"}), ({"ktp": "seen"}, {"ktp": "returned"}), ({}, {"ktp": "lost"})],
)
def test_what_was_never_kept_is_not_given_back(before, given) -> None:
    with pytest.raises(ValueError, match="ktp|lost"):  # noqa: RUF043  either word
        rules.changed_originals(before, given)


# --- The blank form ------------------------------------------------------------------------------


def test_every_service_has_a_form_with_every_question(world: World) -> None:
    for offer in list_offers(local(MONDAY).date()):
        page = blank.blank_form(offer.definition)
        asked = [item for one in offer.definition.pages for item in one.fields]
        rows = [row for section in page.sections for row in section.rows]
        assert [row.label.removesuffix(" *") for row in rows] == [one.label.id for one in asked]
        assert [row.label.endswith(" *") for row in rows] == [one.required for one in asked]
        by_file = [one.label.id for one in offer.definition.requirements if one.by_file]
        assert [label.removesuffix(" *") for label, _note in page.requirements] == by_file


def test_a_question_asked_only_sometimes_says_when(world: World) -> None:
    (offer,) = [one for one in list_offers(local(MONDAY).date()) if one.code == "sip-bidan"]
    rows = {
        row.label.removesuffix(" *"): row
        for section in blank.blank_form(offer.definition).sections
        for row in section.rows
    }
    assert rows["Titik lokasi"].note == "Bila “Di mana Anda berpraktik”: Praktik mandiri."
    assert "16 angka" in rows["NIK"].note
    assert (rows["NIK"].blank, rows["NIK"].size) == (Blank.BOXES, 16)
    assert rows["Jadwal praktik"].blank is Blank.TABLE


def test_anybody_prints_the_blank_form(world: World, client) -> None:
    answer = client.get("/layanan/sip-bidan/formulir.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as made:
        assert len(made.pages) >= 2
        assert str(made.docinfo["/Title"]).startswith("Formulir Surat Izin Praktik Bidan")
    assert client.get("/layanan/tidak-ada/formulir.pdf").status_code == 404
    assert "/layanan/sip-bidan/formulir.pdf" in client.get("/layanan/sip-bidan/").content.decode()


# --- Originals and the folder --------------------------------------------------------------------


def test_originals_are_seen_kept_and_given_back_and_the_log_tells(world: World) -> None:
    case = world.apply()
    world.do(case, "note_originals", "budi", originals={"str": "kept"})
    world.do(case, "note_originals", "budi", originals={"str": "returned"})
    world.do(case, "shelve", "budi", shelf="Lemari 2, map A-12")

    permit_case = PermitCase.objects.get(case=case)
    assert permit_case.originals == {"str": Original.RETURNED}
    assert permit_case.shelf == "Lemari 2, map A-12"
    assert audit(stop_at_first=False).broken == []

    PermitCase.objects.filter(case=case).update(originals={"str": "seen"})
    assert "originals" in audit(stop_at_first=False).broken[0]
    PermitCase.objects.filter(case=case).update(originals={"str": "returned"}, shelf="Lemari 3")
    assert "folder" in audit(stop_at_first=False).broken[0]


@pytest.mark.parametrize(
    "data",
    [
        {"originals": {"str": "returned"}},
        {"originals": {"str": "lost"}},
        {"originals": {"unknown": "seen"}},
        {"originals": {}},
        {"originals": "str"},
        {},
    ],
)
def test_what_cannot_be_noted_is_refused(world: World, data) -> None:
    case = world.apply()
    with pytest.raises(CannotMove):
        world.do(case, "note_originals", "budi", **data)
    assert PermitCase.objects.get(case=case).originals == {}
    assert world.fresh(case).version == case.version


def test_originals_are_given_back_after_the_end_too_and_by_the_front_office_alone(world) -> None:
    case = world.issued(world.apply())
    world.do(case, "note_originals", "budi", originals={"str": "seen"})
    with pytest.raises(MoveNotAllowed):
        world.do(case, "note_originals", "wati", originals={"str": "kept"})
    with pytest.raises(MoveNotAllowed):
        world.do(case, "shelve", "darius", shelf="Lemari")
    withdrawn = world.apply("joko", place_name="Klinik Joko")
    world.do(withdrawn, "withdraw", "joko", reason="Batal.")
    world.do(withdrawn, "shelve", "budi", shelf="Gudang")


def test_the_forms_offer_what_can_be_said(world: World, browser) -> None:
    case, budi = world.apply(), browser("budi")
    address = f"/berkas/{case.number}/berkas-asli/"
    page = budi.get(address).content.decode()
    assert "Asli dilihat" in page
    assert "Asli dikembalikan" not in page

    version = world.fresh(case).version
    budi.post(address, {"version": version, "asli-str": "kept"})

    assert PermitCase.objects.get(case=case).originals == {"str": "kept"}
    assert "Asli dikembalikan" in budi.get(address).content.decode()
    mine = browser("sari").get(f"/permohonan/{case.number}/").content.decode()
    assert "Asli disimpan kantor" in mine
    shelf = f"/berkas/{case.number}/letak-map/"
    budi.post(shelf, {"version": world.fresh(case).version, "shelf": "A-12"})
    assert PermitCase.objects.get(case=case).shelf == "A-12"
    budi.post(shelf, {"version": world.fresh(case).version, "shelf": ""})
    assert PermitCase.objects.get(case=case).shelf == ""
