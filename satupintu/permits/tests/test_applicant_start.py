"""The start page asks what the request needs, the steps count honestly, and each page says what it takes."""

import re

import pytest

from satupintu.catalogue.form import page_form
from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.rules import Kind, fields_by_key
from satupintu.catalogue.services import record_usual_time
from satupintu.catalogue.tests.factories import shipped_text
from satupintu.lib import clock
from satupintu.permits.models import Draft
from satupintu.permits.pages.applicant.common import today
from satupintu.permits.steps import form_steps, most_steps, wanted_documents
from satupintu.permits.tests.applicant_office import PAGES, begin, fill, post_step, sign_in
from satupintu.permits.tests.officer_cases import make_world


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def user(world):
    return world.user("sari")


@pytest.fixture
def sari(client, user):
    return sign_in(client, user)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- Which permit ------------------------------------------------------------------------------
def test_which_permit_is_asked_only_when_the_kind_of_request_needs_one(sari, world):
    permit = world.issued(world.apply()).permit
    page = sari.get("/ajukan/sip-bidan/")
    given = {"party": page.context["form"].initial["party"], "kind": "extension"}

    asked = sari.post("/ajukan/sip-bidan/", given)
    form = asked.context["form"]

    assert "permit" not in page.context["form"].fields
    assert asked.status_code == 200
    assert form.errors == {}
    assert form["kind"].value() == "extension"
    assert form["permit"].value() == str(permit.pk)  # the only one there is
    assert not Draft.objects.filter(submitted_at=None).exists()

    gone_on = sari.post("/ajukan/sip-bidan/", {**given, "permit": str(permit.pk)})
    assert gone_on.status_code == 302
    assert Draft.objects.get(submitted_at=None).previous_permit_id == permit.pk


def test_a_permit_from_before_the_register_is_no_obstacle(sari, world):
    world.issued(world.apply())
    party = sari.get("/ajukan/sip-bidan/").context["form"].initial["party"]

    sari.post("/ajukan/sip-bidan/", {"party": party, "kind": "extension", "permit": "-"})

    assert Draft.objects.get(submitted_at=None).previous_permit_id is None


def test_drafts_of_one_service_are_told_apart(sari, user):
    begin(sari)
    post_step(sari, begin(sari), "applicant", PAGES["applicant"], user)

    lines = sari.get("/ajukan/sip-bidan/").context["drafts"]

    assert [one.filled_to for one in lines] == ["Data pemohon", ""]
    assert {str(one.kind) for one in lines} == {"Baru"}


# --- How many steps ----------------------------------------------------------------------------
def counted(definition, answers):
    steps = len(form_steps([definition], Kind.NEW, answers))
    return steps + bool(wanted_documents([definition], Kind.NEW, answers)) + 1


def test_the_number_of_steps_never_grows_while_one_fills_in():
    definition = load_definition(shipped_text("reklame"))
    asked = fields_by_key(definition)["ad_kind"]

    most = most_steps([definition], Kind.NEW, {})

    for choice in asked.choices:
        answered = {"ad_kind": choice.value}
        assert most_steps([definition], Kind.NEW, answered) <= most
        assert counted(definition, answered) <= most_steps([definition], Kind.NEW, answered)


@pytest.mark.parametrize("code", ["sip-bidan", "penelitian", "salinan-legalisir", "trayek-sk"])
def test_no_step_is_counted_twice_or_forgotten(code):
    definition = load_definition(shipped_text(code))

    assert most_steps([definition] * 2, Kind.NEW, {}) == most_steps([definition], Kind.NEW, {})
    assert most_steps([definition], Kind.NEW, {}) >= counted(definition, {})


def test_a_page_says_how_many_steps_there_may_be(sari, user):
    draft = begin(sari, "reklame")
    page = sari.get(f"/ajukan/draf/{draft.pk}/applicant/")

    keys, most = page.context["steps"], page.context["most"]

    assert most > keys
    assert f"Langkah 1 dari paling banyak {most} " in text_of(page)
    sip = begin(sari)
    assert "Langkah 1 dari 6 " in text_of(sari.get(f"/ajukan/draf/{sip.pk}/applicant/"))


# --- What a page says ----------------------------------------------------------------------------
def test_a_service_that_decides_itself_has_its_date_on_the_review_too(sari, user):
    draft = begin(sari, "salinan-legalisir")
    post_step(sari, draft, "applicant", PAGES["applicant"], user)
    post_step(sari, draft, "permit", {"permit_number": "1/X", "purpose": "bank"}, user)

    page = sari.get(f"/ajukan/draf/{draft.pk}/periksa/")
    sent = sari.post(f"/ajukan/draf/{draft.pk}/kirim/")
    receipt = sari.get(sent["Location"])

    promised = re.search(r"Selesai selambat-lambatnya (\w+, \d+ \w+ \d+)", text_of(page))
    assert promised
    assert promised.group() in text_of(receipt)
    assert "Bila semua syarat terpenuhi, izin langsung terbit." in text_of(page)


@pytest.mark.parametrize("code", ["salinan-legalisir", "penutupan"])
def test_the_number_of_a_permit_holds_a_figure(code):
    definition = load_definition(shipped_text(code))
    page = next(one for one in definition.pages if one.key == "permit")

    def wrong(number):
        form = page_form(
            definition, page, definition.kinds[0], {}, {"permit_number": number}, today=today()
        )
        return form.errors.get("permit_number")

    (refusal,) = wrong("Contoh isian")
    assert refusal.startswith("Bentuknya belum benar. Tertulis di bawah judul izin, misalnya 449")
    assert wrong("449.12/013/SIP-BIDAN/DPMPTSP/XI/2026") is None
    assert wrong("503/1") is None


def test_a_document_that_has_to_be_a_pdf_is_asked_for_as_one(sari, user):
    draft = begin(sari, "penelitian")

    page = sari.get(f"/ajukan/draf/{draft.pk}/berkas/")

    (proposal,) = [row for row in page.context["rows"] if row.pdf_only]
    section = page.content.decode().partition(f'id="syarat-{proposal.key}"')[2]
    assert "Pilih berkas PDF" in section.partition("</section>")[0]
    assert "Pilih berkas atau foto" not in section.partition("</section>")[0]
    assert "Foto dari ponsel boleh" in text_of(page)


def test_ones_own_case_says_how_long_it_usually_takes_as_the_public_page_does(sari, user, world):
    draft = fill(sari, begin(sari), user)
    sari.post(f"/ajukan/draf/{draft.pk}/kirim/")
    record_usual_time(
        code="sip-bidan", kind="new", sample=30, median_minutes=420, p90_minutes=840, at=clock.now()
    )

    own = sari.get("/permohonan/")
    number = re.search(r"REG-\d{4}-\d+", own.content.decode()).group()

    assert "Biasanya selesai 4 hari lebih cepat." in text_of(sari.get(f"/permohonan/{number}/"))


# --- Sentences ------------------------------------------------------------------------------------
def test_a_list_of_mistakes_reads_as_sentences(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "applicant", PAGES["applicant"], user)

    page = post_step(sari, draft, "practice", {}, user)
    review = sari.get(f"/ajukan/draf/{draft.pk}/periksa/").context["problems"]

    assert "Di mana Anda berpraktik? Pilih salah satu." in text_of(page)
    assert "Di mana Anda berpraktik? Pilih salah satu." in [one.message for one in review]


def test_a_list_opened_on_a_page_keeps_what_was_typed_and_claims_nothing_was_filled_in(sari, user):
    draft = begin(sari, "penelitian")
    typed = {"topic": "Tikar pandan", "place_region-in": "61.03.01", "place_region-search": "in"}

    page = post_step(sari, draft, "research", typed, user)

    text = page.content.decode()
    assert "Tikar pandan</textarea>" in text
    assert 'name="place_region" value="61.03.01.1005"' in text
    assert page.context["prefilled"] == []
    draft.refresh_from_db()
    assert "topic" not in draft.answers  # shown again, not saved


def test_a_part_of_the_list_is_answered_to_the_script(client, world):
    page = client.get("/layanan/pilihan/wilayah/", {"di": "61.03.01", "name": "x"})
    none = client.get("/layanan/pilihan/wilayah/", {"di": "61", "name": "x"})
    kbli = client.get("/layanan/pilihan/kbli/", {"di": "61.03.01", "name": "x"})

    assert 'name="x" value="61.03.01.1005"' in page.content.decode()
    assert "Tidak ada yang cocok" in none.content.decode()
    assert 'type="radio"' not in kbli.content.decode()
