from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from satupintu.messaging.models import OutMessage
from satupintu.people import services
from satupintu.people.models import Authority
from satupintu.people.queries import actor_of
from satupintu.people.rules import AuthorityKind, Role
from satupintu.people.tests.factories import AT, make_officer, make_person

pytestmark = pytest.mark.django_db
CLAIM = {"whom": "nik", "name": "Joko", "identity": "6103010708889999", "kind": "letter"}


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (400, 600), "white").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def claim(client):
    sari = make_person()
    client.force_login(sari)
    client.post(
        "/akun/kuasa/baru/", {**CLAIM, "letter": SimpleUploadedFile("kuasa.jpg", picture())}
    )
    return Authority.objects.get(user=sari)


@pytest.mark.parametrize(("action", "confirmed"), [("confirm", True), ("refuse", False)])
def test_claim_is_decided_by_an_officer_who_sees_the_letter(client, claim, action, confirmed):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    client.force_login(budi)
    address = f"/loket/kuasa/{claim.pk}/"
    assert address in client.get("/loket/kuasa/").content.decode()
    assert f"{address}surat/1/" in client.get(address).content.decode()
    assert client.get(f"{address}surat/1/")["Content-Type"] == "image/webp"
    assert client.get(f"{address}surat/2/").status_code == 404

    client.post(address, {"action": action})

    row = Authority.objects.get()
    assert (row.confirmed_at is not None) is confirmed
    assert (row.revoked_at is not None) is not confirmed
    assert row.confirmed_by_id == (budi.pk if confirmed else None)
    told = OutMessage.objects.filter(template="authority_confirmed").values_list(
        "party_id", flat=True
    )
    assert list(told) == ([claim.user.party_id] if confirmed else [])
    assert client.get(address).status_code == 404


def test_letter_is_kept_among_the_claimants_own_papers(claim):
    from satupintu.documents.queries import get_document

    assert get_document(claim.document_id).party_id == claim.user.party_id


def test_file_that_is_no_letter_is_refused_and_nothing_is_claimed(client):
    client.force_login(make_person())

    answer = client.post(
        "/akun/kuasa/baru/", {**CLAIM, "letter": SimpleUploadedFile("kuasa.pdf", b"MZ not a pdf")}
    )

    assert answer.status_code == 200
    assert Authority.objects.count() == 0


@pytest.mark.parametrize("who", ["visitor", "claimant", "leader"])
def test_others_neither_see_the_letter_nor_decide(client, claim, who):
    if who == "visitor":
        client.logout()
    if who == "leader":
        client.force_login(make_officer("bupati", Role.LEADER))
    address = f"/loket/kuasa/{claim.pk}/"

    read, posted = client.get(f"{address}surat/1/"), client.post(address, {"action": "confirm"})

    assert read.status_code == (302 if who == "visitor" else 403)
    assert posted.status_code == 403  # a visitor's post cannot be put aside, and is told so
    assert Authority.objects.get().confirmed_at is None


def test_claim_without_letter_can_still_be_looked_at(client):
    for user in (make_person("Joko", email="joko@contoh.id"), make_person()):
        services.claim_authority(
            user=user, kind=AuthorityKind.OFFICER, name="CV", is_organisation=True,
            identity_kind="nib", identity="9120000099991", letter=None, valid_until=None,
            by=actor_of(user, AT), at=AT,
        )  # fmt: skip
    client.force_login(make_officer("budi", Role.VERIFIER))
    waiting = Authority.objects.get(confirmed_at=None)

    assert "Tidak ada surat" in client.get(f"/loket/kuasa/{waiting.pk}/").content.decode()
