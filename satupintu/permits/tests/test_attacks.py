"""What somebody tries who wants what is not theirs; each was possible once."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from satupintu.documents.services import store_bytes, store_upload
from satupintu.lib import clock
from satupintu.people import services as people
from satupintu.people.models import Authority, RoleAssignment
from satupintu.people.queries import actor_of
from satupintu.permits.models import Draft, HandOver, Permit
from satupintu.permits.services import drafts
from satupintu.permits.services.common import ConflictOfInterest
from satupintu.permits.tests.applicant_office import begin, pdf, sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.models import Transition
from satupintu.workflow.services import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


# --- Drafts of people one no longer acts for -------------------------------------------------


def test_proxy_whose_authority_ended_opens_no_draft_of_theirs(client, world):
    sari, joko = world.user("sari"), world.user("joko")
    at = clock.now()
    given = people.give_authority(
        party=sari.party, to=joko, valid_until=None, letter=None, by=actor_of(sari, at), at=at
    )
    sign_in(client, joko)
    draft = begin(client, party=str(sari.party_id))
    pages = ["", "applicant/", "berkas/", "periksa/"]
    assert client.get(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 200

    people.end_authority(authority_id=given.pk, by=actor_of(sari, at), at=clock.now())

    assert Draft.objects.get().party_id == sari.party_id
    for page in pages:
        assert client.get(f"/ajukan/draf/{draft.pk}/{page}").status_code == 404, page
    assert client.post(f"/ajukan/draf/{draft.pk}/kirim/").status_code == 404
    page = client.get("/permohonan/").content.decode()
    assert f"/ajukan/draf/{draft.pk}/" not in page


def test_officer_whose_role_ended_opens_no_draft_they_typed(client, world):
    budi, sari = world.user("budi"), world.user("sari")
    sign_in(client, budi)
    mine = begin(sign_in(type(client)(), sari))
    draft = drafts.start_draft(
        user_id=None, party_id=sari.party_id, version_ids=mine.versions, kind=mine_kind(mine),
        answers={}, typed_by_id=budi.pk, consent_how="counter", channel="counter", at=clock.now(),
    )  # fmt: skip
    assert client.get(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 200

    RoleAssignment.objects.filter(user=budi).delete()

    assert client.get(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 404


def mine_kind(draft):
    from satupintu.catalogue.rules import Kind

    return Kind(draft.kind)


# --- Identity documents -----------------------------------------------------------------------


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (250, 250, 250)).save(out, "JPEG")
    return SimpleUploadedFile("ktp.jpg", out.getvalue(), "image/jpeg")


def test_identity_document_leaves_in_the_own_data_only_with_its_watermark(client, world):
    sari = world.user("sari")
    at = clock.now()
    document = store_upload(
        upload=photo(), accept=("jpg",), max_mb=5, party_id=sari.party_id, kind="ktp", name="ktp.jpg",
        identity=True, keep_gps=False, by=actor_of(sari, at), at=at,
    )  # fmt: skip

    answer = sign_in(client, sari).get("/permohonan/data/unduh/")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    name = next(one for one in archive.namelist() if one.startswith("berkas/"))
    picture = Image.open(io.BytesIO(archive.read(name)))
    colours = picture.convert("RGB").getcolors(1 << 24)
    assert len(colours) > 100, "a plain picture without words across it"
    assert document.file.size != len(archive.read(name))


# --- Evidence is not the applicant's to erase -----------------------------------------------


def test_applicant_erases_no_evidence_of_a_hand_over_and_no_letter_of_authority(client, world):
    case = world.issued(world.apply())
    sari, joko, budi = world.user("sari"), world.user("joko"), world.actor("budi")
    at = clock.now()

    def paper(kind):
        return store_bytes(
            content=kind.encode(), media_type="image/jpeg", party_id=sari.party_id, kind=kind,
            name=f"{kind}.jpg", by=budi, at=at,
        )  # fmt: skip

    signature, letter, spare = paper("hand_over"), paper("authority_letter"), paper("foto")
    HandOver.objects.create(
        permit=Permit.objects.get(case=case), how="counter", collector="Joko", signature_id=signature.pk,
        given_by_id=world.user("budi").pk, at=at,
    )  # fmt: skip
    people.give_authority(
        party=sari.party, to=joko, valid_until=None, letter=letter.pk, by=actor_of(sari, at), at=at
    )
    assert Authority.objects.filter(document_id=letter.pk).exists()

    sign_in(client, sari).post("/permohonan/data/hapus/", {"yakin": "1"})

    for document in (signature, letter, spare):
        document.refresh_from_db()
    assert (signature.removed_at, letter.removed_at) == (None, None)
    assert spare.removed_at is not None


# --- One's own case ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "action", "who"),
    [
        ("apply", "declare_complete", "budi"),
        ("apply", "take", "budi"),
        ("complete", "recommend_for", "wati"),
        ("ready", "pause", "ratna"),
        ("complete", "extend", "lina"),
        ("proposed", "initial", "lina"),
        ("proposed", "send_back", "lina"),
        ("initialled", "approve", "darius"),
        ("approved", "number", "darius"),
        ("numbered", "issue", "darius"),
        ("numbered", "void_number", "darius"),
        ("issued", "hand_over", "budi"),
        ("issued", "revoke", "darius"),
    ],
)
def test_officer_does_nothing_to_a_case_in_which_they_are_the_applicant(world, stage, action, who):
    case = world.apply()
    if stage != "apply":
        case = getattr(world, stage)(case)
    officer = world.user(who)
    officer.party = case.party
    officer.save()
    before = Transition.objects.filter(case=case).count()

    with pytest.raises(ConflictOfInterest):
        act(
            world.fresh(case), action, by=world.actor(who), at=world.at, reason="Karena.",
            data={"collector": "Joko", "days": 1, "task": str(world.tasks(case)[0].pk) if world.tasks(case) else ""},
        )  # fmt: skip

    assert Transition.objects.filter(case=case).count() == before


# --- Nothing of a person stays in the browser -------------------------------------------------


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("sari", "/permohonan/"),
        ("sari", "/akun/kuasa/"),
        ("sari", "/akun/persetujuan/"),
        ("budi", "/berkas/"),
        ("budi", "/tugas/"),
        ("budi", "/loket/kuasa/"),
        ("budi", "/pesan/"),
        ("ratna", "/izin/"),
    ],
)
def test_pages_of_a_signed_in_person_are_kept_by_no_browser(client, world, who, address):
    answer = sign_in(client, world.user(who)).get(address)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_case_page_is_kept_by_no_browser(client, world):
    case = world.apply()

    answer = sign_in(client, world.user("budi")).get(f"/berkas/{case.number}/")

    assert "no-store" in answer["Cache-Control"]


def test_version_that_is_no_number_is_no_crash(client, world):
    case = world.apply()
    case = world.do(
        case,
        "return",
        "budi",
        reason="Buram.",
        items=[{"on": "document", "key": "str", "reason": "Buram."}],
    )
    sari = sign_in(client, world.user("sari"))
    address = f"/permohonan/{case.number}/perbaiki/"
    token = sari.get(address).context["token"]

    for version in ("²", "9" * 5000):
        sent = {"versi": version, "berkas-str": pdf(), "draf_token": token}
        answer = sari.post(address, sent)
        assert answer.status_code in (200, 302), version
