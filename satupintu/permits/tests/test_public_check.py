"""The public check: by code, by number and code, by file."""

from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from satupintu.documents.models import Document, StoredFile
from satupintu.documents.queries import path_of
from satupintu.office.models import RateCount
from satupintu.people.rules import masked_name
from satupintu.permits.models import Permit
from satupintu.permits.pages.public import (
    FILES_AN_HOUR,
    TRIES_AN_HOUR,
)
from satupintu.permits.pages.typed import Typed, what_is
from satupintu.permits.rules import PermitState
from satupintu.permits.services import letters
from satupintu.permits.tests.officer_cases import issued_world, make_world, sheet
from satupintu.permits.verification import read_check_code
from satupintu.workflow.models import Transition

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def issued():
    return issued_world()


@pytest.fixture
def permit(issued):
    return issued[1]


def ask(client, code, **more):
    return client.get(reverse("permits:check_code", args=[code]), more)


def send(client, data, name="izin.pdf", **more):
    return client.post(
        reverse("permits:check"),
        {"berkas": SimpleUploadedFile(name, data, "application/pdf")},
        **more,
    )


def word(answer):
    return str(answer.context["answer"].verdict.word)


# --- By code -------------------------------------------------------------------------------------


def test_a_permit_in_force_is_answered_in_one_word_with_its_facts(client, permit):
    answer = ask(client, permit.check_code)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert word(answer) == "BERLAKU"
    assert permit.number in page
    assert "Izin Praktik Bidan" in page
    assert "Darius" in page
    assert "Diperiksa" in page


def test_a_demonstration_is_marked_on_its_answer(client, permit):
    assert permit.is_demo
    assert "CONTOH" in ask(client, permit.check_code).content.decode()


def test_nobodys_personal_data_is_shown(client, permit):
    page = ask(client, permit.check_code).content.decode()
    assert "Sari L•••" in page
    for private in ("Sari Lestari", "6103015203949999", "81200001234", "Kartini 14"):
        assert private not in page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"valid_until": date(2026, 11, 1)}, "KEDALUWARSA"),
        ({"state": PermitState.REVOKED}, "DICABUT"),
        ({"state": PermitState.SUPERSEDED}, "DIGANTI"),
        ({"state": PermitState.REVOKED, "valid_until": date(2026, 11, 1)}, "DICABUT"),
        ({"valid_until": None}, "BERLAKU"),
    ],
)
def test_the_word_follows_the_permit(client, permit, changes, expected):
    Permit.objects.filter(pk=permit.pk).update(**changes)
    assert word(ask(client, permit.check_code)) == expected


def test_a_permit_that_was_replaced_leads_to_the_one_in_its_place(client, issued):
    world, permit = issued
    case = world.issued(world.apply("joko", place_name="Klinik Lain"))
    later = Permit.objects.get(case=case)
    Permit.objects.filter(pk=later.pk).update(previous=permit)
    Permit.objects.filter(pk=permit.pk).update(state=PermitState.SUPERSEDED)
    page = ask(client, permit.check_code).content.decode()
    assert reverse("permits:check_code", args=[later.check_code]) in page
    assert later.number in page


@pytest.mark.parametrize("typed", ["lower", "spaces", "dashes"])
def test_a_code_is_understood_however_it_is_typed(client, permit, typed):
    code = permit.check_code
    text = {
        "lower": code.lower(),
        "spaces": f" {code[:5]} {code[5:]} ",
        "dashes": f"{code[:5]}-{code[5:]}",
    }
    answer = client.get(reverse("permits:check"), {"kode": text[typed]}, follow=True)
    assert word(answer) == "BERLAKU"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7K3F-9QXM-2", Typed.OTHER),  # its check character is wrong: no code of ours
        ("0000-0000-0", Typed.TRACKING),
        ("0000 0000 o", Typed.TRACKING),
        ("oOiIl-L2345", Typed.CHECK),
        ("REG-2026-000123", Typed.REGISTRATION),
        ("reg 2026 000123", Typed.REGISTRATION),
        ("503/12/SIPB/XI/2026", Typed.OTHER),
        ("", Typed.OTHER),
    ],
)
def test_our_codes_are_told_apart_without_asking(typed, expected):
    assert what_is(typed) == expected


def test_a_tracking_code_or_registration_number_is_not_called_unknown(client, world):
    case = world.apply()
    code = case.permit_case.application.tracking_code

    by_code = client.get(reverse("permits:check"), {"kode": code})
    by_number = client.get(reverse("permits:check"), {"kode": case.number})
    direct = client.get(f"/cek/{code}/")

    for answer in (by_code, by_number, direct):
        assert answer.status_code == 404
        assert answer.context["answer"] is None
        assert "TIDAK DIKENAL" not in answer.content.decode()
    assert by_code.context["hint"].link.url == f"/lacak/{code}/"
    assert direct.context["hint"].link.url == f"/lacak/{code}/"
    assert by_number.context["hint"].link.url == "/permohonan/"
    assert RateCount.objects.count() == 0


def test_a_check_code_or_registration_number_in_tracking_leads_on(client, permit):
    by_code = client.get("/lacak/", {"kode": permit.check_code})
    by_number = client.get("/lacak/", {"kode": permit.case.number})

    assert by_code.context["hint"].link.url == f"/cek/{permit.check_code}/"
    assert by_number.context["hint"].link.url == "/permohonan/"
    assert by_code.context["form"].errors == by_number.context["form"].errors == {}


def test_letters_that_look_alike_are_forgiven():
    assert read_check_code("oOiIlL2345") == "0011112345"
    assert read_check_code("U234567890") == ""


def test_number_and_code_must_belong_together(client, permit):
    spaced = permit.number.lower().replace("/", " / ")
    assert word(ask(client, permit.check_code, nomor=spaced)) == "BERLAKU"
    wrong = ask(client, permit.check_code, nomor="503/999/SIP/2026")
    assert word(wrong) == "TIDAK DIKENAL"
    assert permit.number not in wrong.content.decode()


@pytest.mark.parametrize("code", ["ZZZZZZZZZZ", "x", "%00", "'; drop--", "U" * 300, "../../etc"])
def test_unknown_and_malformed_codes_are_answered_alike(client, code):
    expected = ask(client, "0000000000")
    answer = client.get(reverse("permits:check"), {"kode": code}, follow=True)
    assert (answer.status_code, word(answer)) == (404, "TIDAK DIKENAL")
    assert answer.context["answer"].text == expected.context["answer"].text


def test_no_answer_may_be_kept_by_a_cache_or_a_search_engine(client, permit):
    for answer in (
        ask(client, permit.check_code),
        ask(client, "0000000000"),
        client.get(reverse("permits:check")),
        send(client, b"x"),
    ):
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_guessing_is_stopped_and_a_neighbour_is_not(client, permit):
    for _try in range(TRIES_AN_HOUR):
        assert ask(client, "0000000000").status_code == 404
    assert ask(client, "0000000000").status_code == 429
    assert word(ask(client, permit.check_code)) == "BERLAKU"
    other = client.get(reverse("permits:check_code", args=["0000000000"]), REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 404


def test_an_answer_needs_at_most_six_queries(client, permit, django_assert_max_num_queries):
    ask(client, permit.check_code)
    with django_assert_max_num_queries(6):
        ask(client, permit.check_code)


def test_the_page_is_complete_in_english(client, permit):
    client.cookies["bahasa"] = "en"
    page = ask(client, permit.check_code).content.decode()
    for text in ("IN FORCE", "Number", "Holder", "Signed by", "Check a permit"):
        assert text in page
    for text in ("BERLAKU", "Pemegang", "Ditandatangani"):
        assert text not in page


@pytest.mark.parametrize(
    ("name", "organisation", "expected"),
    [
        ("Sari Lestari", False, "Sari L•••"),
        ("Maria Magdalena Lani", False, "Maria M••• L•••"),
        ("Suharto", False, "Suh•••"),
        ("", False, "•••"),
        ("PT Contoh Sehat", True, "PT Contoh Sehat"),
    ],
)
def test_a_persons_name_is_recognised_not_learnt(name, organisation, expected):
    assert masked_name(name, is_organisation=organisation) == expected


# --- By file -------------------------------------------------------------------------------------


def test_the_file_that_was_signed_is_in_force_and_nothing_is_kept(client, permit):
    data = path_of(permit.document).read_bytes()
    before = (Document.objects.count(), StoredFile.objects.count())
    answer = send(client, data)
    assert word(answer) == "BERLAKU"
    assert permit.number in answer.content.decode()
    assert (Document.objects.count(), StoredFile.objects.count()) == before


def test_the_file_of_a_revoked_permit_is_whole_and_revoked(client, permit):
    Permit.objects.filter(pk=permit.pk).update(state=PermitState.REVOKED)
    assert word(send(client, path_of(permit.document).read_bytes())) == "DICABUT"


@pytest.mark.slow
def test_a_changed_byte_is_altered(client, permit):
    data = bytearray(path_of(permit.document).read_bytes())
    data[len(data) // 3] ^= 1
    assert word(send(client, bytes(data))) == "BERUBAH"


@pytest.mark.slow
def test_a_permit_printed_anew_is_altered_and_its_page_tells_what_we_signed(client, permit):
    printed = BytesIO()
    with pikepdf.open(BytesIO(path_of(permit.document).read_bytes())) as pdf:
        del pdf.Root.AcroForm
        pdf.save(printed)
    answer = send(client, printed.getvalue())
    assert word(answer) == "BERUBAH"
    assert permit.number in answer.content.decode()


@pytest.mark.slow
def test_what_was_changed_is_named(client, issued):
    world, permit = issued
    other = Permit.objects.select_related("document").get(
        case=world.issued(world.apply("joko", place_name="Klinik Palsu"))
    )
    # a forger takes another permit's page and puts this permit's code on it
    Permit.objects.filter(pk=other.pk).update(check_code="0000000000")
    Permit.objects.filter(pk=permit.pk).update(check_code=other.check_code)
    page = BytesIO()
    with pikepdf.open(BytesIO(path_of(other.document).read_bytes())) as pdf:
        del pdf.Root.AcroForm
        pdf.save(page)
    answer = send(client, page.getvalue())
    assert word(answer) == "BERUBAH"
    assert any("Palsu" in one for one in answer.context["answer"].changes)


@pytest.mark.slow
def test_a_pdf_without_a_signature_is_unknown(client, permit):
    answer = send(client, sheet("SURAT"))
    assert word(answer) == "TIDAK DIKENAL"
    assert "tidak memuat tanda tangan elektronik" in answer.content.decode()


def test_a_letter_of_ours_is_genuine_and_no_permit(client, world):
    case = world.returned(world.apply())
    row = Transition.objects.filter(case=case).order_by("-seq").first()
    (letter,) = letters.make_after(row, at=world.at)
    assert word(send(client, path_of(letter.document).read_bytes())) == "ASLI"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "kosong"),
        (b"MZ\x90\x00" + b"\0" * 200, "bukan PDF"),
        (b"\xff\xd8\xff\xe0 a photograph", "bukan PDF"),
        (b"hello", "bukan PDF"),
        (b"%PDF-1.7\nnothing in here", "rusak"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(client, data, sentence):
    answer = send(client, data)
    assert answer.status_code == 400
    assert answer.context["answer"] is None
    assert sentence in answer.content.decode()


def test_no_file_gets_a_sentence(client):
    answer = client.post(reverse("permits:check"))
    assert answer.status_code == 400
    assert "Pilih dulu berkas PDF" in answer.content.decode()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client):
    answer = client.generic(
        "POST",
        reverse("permits:check"),
        b"x",
        "multipart/form-data; boundary=a",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )
    assert answer.status_code == 413
    assert "lebih besar dari 20 MB" in answer.content.decode()
    assert RateCount.objects.count() == 0


def test_files_are_limited_by_address(client):
    for _try in range(FILES_AN_HOUR):
        assert send(client, b"no pdf").status_code == 400
    assert send(client, b"no pdf").status_code == 429


def test_the_file_form_needs_no_cookie(permit):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert word(send(strict, path_of(permit.document).read_bytes())) == "BERLAKU"


def test_a_day_later_the_answer_is_todays(client, permit):
    Permit.objects.filter(pk=permit.pk).update(valid_until=date(2020, 1, 1) + timedelta(days=1))
    assert word(send(client, path_of(permit.document).read_bytes())) == "KEDALUWARSA"
