"""Applying: start, questions, documents, review, send, receipt."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from satupintu.permits.models import Application, Draft
from satupintu.permits.pages.applicant.token import make_token
from satupintu.permits.tests.officer_cases import make_world, sheet
from satupintu.workflow.models import Case

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGES = {
    "applicant": {
        "name": "Sari Lestari",
        "nik": "6103015203949999",
        "phone": "0812-0000-1234",
        "email": "",
        "address": "Jalan Kartini 14, Beringin",
    },
    "profession": {
        "str_number": "STR-0000-9999",
        "str_date": "2024-03-01",
        "not_practised": "no",
    },
    "practice": {"practice_kind": "own", "permit_order": "1"},
    "place": {
        "place_name": "Praktik Bidan Sari",
        "place_address": "Jalan Merdeka 12, Meliau",
        "place_region": "61.03.01.1005",
        "place_point": "",
        "schedule-rows": "1",
        "schedule-0-day": "mon",
        "schedule-0-hours": "16.00-20.00",
    },
}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def sari(client, world):
    client.force_login(world.user("sari"), backend=BACKEND)
    return client


def pdf(name="str.pdf", text="STR"):
    return SimpleUploadedFile(name, sheet(text), "application/pdf")


def begin(client, service="sip-bidan", **more) -> Draft:
    page = client.get(f"/ajukan/{service}/")
    form = page.context["form"]
    party = form.fields["party"].initial or form.initial["party"]
    client.post(f"/ajukan/{service}/", {"party": party, "kind": "new", **more})
    return Draft.objects.latest("created_at")


def post_step(client, draft, key, data, user, **more):
    token = make_token(draft.pk, user.pk)
    return client.post(f"/ajukan/draf/{draft.pk}/{key}/", {**data, "draf_token": token}, **more)


def fill(client, draft, user):
    for key, data in PAGES.items():
        answer = post_step(client, draft, key, data, user)
        assert answer.status_code == 302, (key, answer.context["form"].errors)
    return answer


def test_a_person_applies_from_start_to_receipt(sari, world):
    user = world.user("sari")

    draft = begin(sari)
    last = fill(sari, draft, user)
    assert last["Location"] == f"/ajukan/draf/{draft.pk}/berkas/"
    answer = post_step(
        sari, draft, "berkas", {"berkas-str": pdf(), "nyatakan-place_statement": "1"}, user
    )
    assert answer.status_code == 302, answer.context["rows"]
    assert answer["Location"] == f"/ajukan/draf/{draft.pk}/periksa/"
    review = sari.get(answer["Location"])
    assert review.context["problems"] == []
    sent = sari.post(f"/ajukan/draf/{draft.pk}/kirim/")

    case = Case.objects.get()
    assert sent["Location"] == f"/permohonan/{case.number}/tanda-terima/"
    page = sari.get(sent["Location"]).content.decode()
    assert case.number in page
    assert Application.objects.get().tracking_code in page
    assert "Tanda terima ini bukan izin." in page
    assert case.permit_case.answers["phone"] == "+6281200001234"


PATHS = ["/permohonan/", "/permohonan/data/", "/permohonan/kuasa/", "/lacak/"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_open(sari, path):
    assert sari.get(path).status_code == 200
