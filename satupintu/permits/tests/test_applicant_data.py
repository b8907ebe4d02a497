"""A person's rights over their data, a proxy, and what a page weighs."""

import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.documents.models import Document
from satupintu.lib import clock
from satupintu.messaging.models import OutMessage
from satupintu.messaging.services import notify
from satupintu.people.models import AccountEvent, Authority, Party, User
from satupintu.people.queries import find_party
from satupintu.people.services import AccountNeeded
from satupintu.permits.models import Draft
from satupintu.permits.services.personal import close_account
from satupintu.permits.tests.applicant_office import begin, fill, pdf, post_step, sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world(clock.now())


@pytest.fixture
def user(world):
    return world.user("sari")


@pytest.fixture
def sari(client, user):
    return sign_in(client, user)


# --- Take it along -----------------------------------------------------------------------------
def test_everything_comes_in_one_zip(sari, world):
    case = world.apply()

    answer = sari.get("/permohonan/data/unduh/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    assert archive.testzip() is None
    data = json.loads(archive.read("data.json"))
    assert data["party"]["identity"] == "6103015203949999"
    assert data["cases"][0]["number"] == case.number
    assert data["cases"][0]["answers"]["str_number"] == "STR-0000-9999"
    names = archive.namelist()
    assert names[0] == "data.json"
    assert (
        len([name for name in names if name.startswith("berkas/")]) == len(data["documents"]) == 2
    )


def test_a_missing_file_is_named_instead_of_breaking_the_rest(sari, world):
    from satupintu.documents.queries import path_of

    world.apply()
    path_of(Document.objects.first()).unlink()

    answer = sari.get("/permohonan/data/unduh/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    assert any(name.endswith(".pdf.txt") for name in archive.namelist())


def test_nobody_elses_data_is_in_it(client, world):
    world.apply()
    sign_in(client, world.user("joko"))

    answer = client.get("/permohonan/data/unduh/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    assert json.loads(archive.read("data.json"))["cases"] == []
    assert archive.namelist() == ["data.json"]


# --- Have it erased ----------------------------------------------------------------------------
def test_drafts_and_unused_files_go_and_cases_stay(sari, user):
    sent = fill(sari, begin(sari), user)
    sari.post(f"/ajukan/draf/{sent.pk}/kirim/")
    draft = begin(sari)
    post_step(sari, draft, "berkas", {"berkas-str": pdf("lain.pdf", "lain")}, user)

    sari.post("/permohonan/data/hapus/", {"yakin": "1"})

    assert not Draft.objects.filter(submitted_at=None).exists()
    assert Case.objects.count() == 1
    removed = {document.name: document.removed_at for document in Document.objects.all()}
    assert removed["str.pdf"] is None
    assert removed["lain.pdf"] is not None


def test_without_the_tick_nothing_is_erased(sari):
    begin(sari)

    sari.post("/permohonan/data/hapus/")

    assert Draft.objects.count() == 1


def test_erasing_asks_for_a_post(sari):
    assert sari.get("/permohonan/data/hapus/").status_code == 405


def test_who_never_applied_is_forgotten_whole(client, world):
    user = world.user("joko")
    joko = sign_in(client, user)
    number = user.party.identity
    draft = begin(joko)
    post_step(joko, draft, "berkas", {"berkas-str": pdf("str.pdf", "str")}, user)
    about = {"kind": "email", "phone": "0564-21000", "link": "/"}
    notify(user.party_id, "address_changed", about, origin="x", at=clock.now())
    Draft.objects.create(
        party=user.party,
        typed_by=world.user("budi"),
        versions=draft.versions,
        kind="new",
        created_at=clock.now(),
        saved_at=clock.now(),
    )
    party_id, old = user.party_id, user.username
    assert "Hapus akun saya" in joko.get("/permohonan/data/").text

    answer = joko.post("/permohonan/data/tutup/", {"yakin": "1"}, follow=True)

    assert "Akun dan data Anda sudah dihapus" in answer.text
    party, login = Party.objects.get(pk=party_id), User.objects.get(pk=user.pk)
    own = (party.identity, party.phone, party.email, party.address, party.region, party.birth_date)
    assert own == ("", "", "", "", "", None)
    assert (party.name, login.name, login.email, login.phone) == ("—", "—", "", "")
    assert party.erased_at is not None
    assert (login.is_active, login.username != old, login.has_usable_password()) == (
        False,
        True,
        False,
    )
    assert not Draft.objects.exists()
    assert Document.objects.get().removed_at is not None
    assert not OutMessage.objects.filter(party_id=party_id).exists()
    assert find_party(identity=number) is None
    assert AccountEvent.objects.filter(event="account_closed", user=login).count() == 1
    assert joko.get("/permohonan/data/").status_code == 302, "signed out"
    assert audit().broken == []


def test_every_other_session_of_a_closed_account_ends(client, world):
    user = world.user("joko")
    joko, telephone = sign_in(client, user), sign_in(type(client)(), user)

    joko.post("/permohonan/data/tutup/", {"yakin": "1"})

    assert telephone.get("/permohonan/").status_code == 302


def test_an_archive_is_kept_with_its_person(sari, user, world):
    world.apply()
    assert "Hapus akun saya" not in sari.get("/permohonan/data/").text

    answer = sari.post("/permohonan/data/tutup/", {"yakin": "1"}, follow=True)

    assert "permohonan Anda adalah arsip yang wajib disimpan kantor" in answer.text
    user.party.refresh_from_db()
    assert (user.party.identity, user.party.erased_at) == ("6103015203949999", None)


def test_an_account_is_not_closed_without_the_tick(sari, user):
    sari.post("/permohonan/data/tutup/")

    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("darius", "Akun petugas ditutup oleh pengelola kantor"),
        ("sari", "Anda masih bertindak untuk pihak lain"),
    ],
)
def test_who_others_need_is_told_so(client, world, who, said):
    login = world.user(who)
    with pytest.raises(AccountNeeded) as refused:
        close_account(user=login, by=world.actor(who), at=clock.now())

    assert said in refused.value.message
    assert User.objects.get(pk=login.pk).is_active


# --- A proxy -----------------------------------------------------------------------------------
def test_a_proxy_may_go_on_and_no_more_after_the_end(sari, world, user):
    case = world.returned(world.apply())
    given = {"address": "joko@contoh.id", "letter": pdf("kuasa.pdf", "kuasa")}

    sari.post("/permohonan/kuasa/", given)
    authority = Authority.objects.get(user=world.user("joko"))
    joko = sign_in(type(sari)(), world.user("joko"))
    assert joko.get(f"/permohonan/{case.number}/").status_code == 200
    assert authority.document_id is not None
    sari.post("/permohonan/kuasa/", {"akhiri": str(authority.pk)})

    assert joko.get(f"/permohonan/{case.number}/").status_code == 404


def test_an_unknown_address_is_answered_with_the_same_words(sari, world):
    known = sari.post("/permohonan/kuasa/", {"address": "joko@contoh.id"}, follow=True)
    unknown = sari.post("/permohonan/kuasa/", {"address": "tidak.ada@contoh.id"}, follow=True)

    words = [list(map(str, one.context["messages"])) for one in (known, unknown)]
    assert words[0] == words[1] != []
    assert Authority.objects.filter(kind="letter").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "bukan alamat"}, "address"),
        ({"address": "sari@contoh.id"}, "address"),
        ({"address": "joko@contoh.id", "valid_until": "2020-01-01"}, "valid_until"),
        (
            {"address": "joko@contoh.id", "letter": SimpleUploadedFile("a.pdf", b"MZ" * 50)},
            "letter",
        ),
    ],
)
def test_a_proxy_that_cannot_be_given_says_why(sari, world, given, field):
    answer = sari.post("/permohonan/kuasa/", given)

    assert answer.context["form"].errors[field]
    assert not Authority.objects.filter(kind="letter").exists()


# --- What a page weighs ------------------------------------------------------------------------
LIMIT = 40 * 1024
ASSET = re.compile(r'(?:href|src)="(/static/[^"?]+)')


def weight(client, path):
    """Return the bytes of a first visit: the page and what it loads, each gzipped as it is sent."""
    page = client.get(path)
    assert page.status_code == 200, path
    assets = set(ASSET.findall(page.content.decode()))
    files = [Path(str(finders.find(one.removeprefix("/static/")))) for one in assets]
    return sum(
        len(gzip.compress(content, 6))
        for content in [page.content, *(file.read_bytes() for file in files)]
    )


def test_every_applicants_page_weighs_at_most_forty_kilobytes(sari, user, world):
    draft = fill(sari, begin(sari), user)
    returned = world.returned(world.apply(permit_order="2"))
    issued = world.issued(world.apply(permit_order="3"))
    code = issued.permit_case.application.tracking_code
    paths = [
        "/ajukan/sip-bidan/",
        *(
            f"/ajukan/draf/{draft.pk}/{key}/"
            for key in ("applicant", "profession", "practice", "place", "berkas", "periksa")
        ),
        "/permohonan/",
        "/permohonan/data/",
        "/permohonan/kuasa/",
        "/lacak/",
        f"/lacak/{code}/",
        f"/permohonan/{returned.number}/",
        f"/permohonan/{returned.number}/perbaiki/",
        f"/permohonan/{returned.number}/tarik/",
        f"/permohonan/{returned.number}/tanda-terima/",
        f"/permohonan/{issued.number}/izin/",
    ]

    weights = {path: weight(sari, path) for path in paths}

    assert {path: size for path, size in weights.items() if size > LIMIT} == {}
