"""What the applicant's tests share: a signed-in Sari, her draft, and how a browser posts a step."""

from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.permits.models import Draft
from satupintu.permits.pages.applicant.token import make_token
from satupintu.permits.tests.officer_cases import sheet

BACKEND = "satupintu.people.backends.PasswordBackend"
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


def pdf(name="str.pdf", text="STR"):
    return SimpleUploadedFile(name, sheet(text), "application/pdf")


def sign_in(client, user):
    client.force_login(user, backend=BACKEND)
    return client


def begin(client, service="sip-bidan", query="", **more) -> Draft:
    """Start a draft as the start page offers it."""
    address = f"/ajukan/{service}/{query}"
    form = client.get(address).context["form"]
    given = {"party": form.initial["party"], "kind": "new", **more}
    assert client.post(address, given).status_code == 302
    return Draft.objects.latest("created_at")


def post_step(client, draft, key, data, user, **more):
    token = make_token(draft.pk, user.pk)
    address = f"/ajukan/draf/{draft.pk}/{key}/"
    return client.post(address, {**data, "draf_token": token}, **more)


def fill(client, draft, user):
    """Answer every page and give every document."""
    for key, data in PAGES.items():
        answer = post_step(client, draft, key, data, user)
        assert answer.status_code == 302, (key, answer.context["form"].errors)
    given = {"berkas-str": pdf(), "nyatakan-place_statement": "1"}
    answer = post_step(client, draft, "berkas", given, user)
    assert answer.status_code == 302
    return draft
