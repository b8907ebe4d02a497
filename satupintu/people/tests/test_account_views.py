import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.messaging.models import OutMessage
from satupintu.people import services
from satupintu.people.models import Authority, Consent, Party, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import AuthorityKind, Role
from satupintu.people.tests.factories import AT, PASSWORD, TESTER, make_officer, make_person
from satupintu.people.tests.test_sign_in_views import sent_code

pytestmark = pytest.mark.django_db
PAGES = [
    "/akun/", "/akun/alamat/", "/akun/kata-sandi/", "/akun/persetujuan/", "/akun/kuasa/",
    "/akun/kuasa/baru/", "/akun/pengaman/",
]  # fmt: skip


@pytest.fixture
def sari(client):
    user = make_person()
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_page_opens_for_its_person(client, sari, page, language):
    client.cookies["bahasa"] = language

    answer = client.get(page)

    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1


@pytest.mark.parametrize("page", PAGES)
def test_page_sends_visitors_to_sign_in_and_back(client, page):
    from urllib.parse import quote_plus

    assert client.get(page).url == f"/masuk/?next={quote_plus(page)}"


def test_profile_is_saved_encrypted_and_shown_masked(client, sari):
    answer = client.post(
        "/akun/",
        {"name": "Sari Lestari", "identity": "6103 0152 0394 9999", "birth_date": "1994-03-12",
         "address": "Jalan Kartini 14", "language": "en"},
    )  # fmt: skip

    assert answer.url == "/akun/"
    party = Party.objects.get(pk=sari.party_id)
    assert (party.identity, party.identity_kind) == ("6103015203949999", "nik")
    assert User.objects.get(pk=sari.pk).language == "en"
    page = client.get("/akun/").content.decode()
    assert "6103015203949999" not in page
    assert "6103••••••••9999" in page


def test_impossible_nik_is_refused_and_nothing_changes(client, sari):
    answer = client.post(
        "/akun/", {"name": "Sari", "identity": "6103015213949999", "language": "id"}
    )

    assert answer.status_code == 200
    assert "bulan lahir" in answer.content.decode()
    assert Party.objects.get(pk=sari.party_id).identity == ""


def test_a_number_is_mended_from_the_web_until_an_officer_has_seen_it(client, sari):
    client.post("/akun/", {"name": "Sari", "identity": "6103015203949999", "language": "id"})
    client.post("/akun/", {"name": "Sari", "identity": "", "language": "id"})  # as it was
    assert "belum kami cocokkan" in client.get("/akun/").content.decode()

    client.post("/akun/", {"name": "Sari", "identity": "6103010708889999", "language": "id"})
    party = Party.objects.get(pk=sari.party_id)
    assert party.identity == "6103010708889999"
    assert services.see_identity(party=party, by=TESTER, at=AT)
    client.post("/akun/", {"name": "Sari", "identity": "6103015203949999", "language": "id"})

    assert Party.objects.get(pk=sari.party_id).identity == "6103010708889999"
    assert "diperbaiki di loket" in client.get("/akun/").content.decode()


def test_new_telephone_number_is_used_only_after_its_code(client, sari):
    client.post("/akun/alamat/", {"address": "081200001234"})
    assert User.objects.get(pk=sari.pk).phone == ""

    client.post("/akun/alamat/kode/", {"code": sent_code()})

    changed = User.objects.get(pk=sari.pk)
    assert (changed.phone, changed.party.phone) == ("+6281200001234", "+6281200001234")


def test_address_of_somebody_else_is_not_taken_over(client, sari):
    make_person("Joko", email="joko@contoh.id")
    client.post("/akun/alamat/", {"address": "joko@contoh.id"})

    answer = client.post("/akun/alamat/kode/", {"code": sent_code()})

    assert "sudah dipakai akun lain" in answer.content.decode()
    assert User.objects.get(pk=sari.pk).email == "sari@contoh.id"


def test_password_is_set_and_the_session_stays(client, sari):
    client.post("/akun/kata-sandi/", {"new": "empat ekor kambing"})

    assert User.objects.get(pk=sari.pk).check_password("empat ekor kambing")
    assert client.get("/akun/").status_code == 200


@pytest.mark.parametrize("new", ["pendek", "aaaaaaaaaaaaa", "Sari Lestari"])
def test_weak_password_is_refused(client, sari, new):
    client.post("/akun/kata-sandi/", {"new": new})

    assert not User.objects.get(pk=sari.pk).has_usable_password()


def test_changing_a_password_needs_the_old_one(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    client.force_login(budi)

    client.post("/akun/kata-sandi/", {"old": "salah", "new": "empat ekor kambing"})

    assert User.objects.get(pk=budi.pk).check_password(PASSWORD)


def test_consent_is_withdrawn_and_given_again_as_rows(client, sari):
    client.post("/akun/persetujuan/", {"purpose": "account", "action": "withdraw"})
    client.post("/akun/persetujuan/", {"purpose": "account", "action": "give"})

    rows = Consent.objects.filter(party=sari.party, purpose="account").order_by("pk")
    assert [row.withdrawn_at is None for row in rows] == [False, True]


def test_company_is_added_and_chosen(client, sari):
    client.post(
        "/akun/kuasa/baru/",
        {"whom": "nib", "name": "CV Kapuas", "identity": "9120000099991", "kind": "officer"},
    )
    authority = Authority.objects.get(user=sari)

    answer = client.post("/akun/kuasa/pilih/", {"party": str(authority.party_id)})

    assert answer.url == "/akun/kuasa/"
    assert "Anda sedang bertindak untuk CV Kapuas" in client.get("/akun/").content.decode()


def test_acting_for_a_stranger_is_forbidden(client, sari):
    joko = make_person("Joko", email="joko@contoh.id")

    assert client.post("/akun/kuasa/pilih/", {"party": str(joko.party_id)}).status_code == 403
    assert "act_for" not in client.session


def test_letter_of_authority_is_stored_before_the_claim(client, sari):
    stored = []

    def store(file, party_id, actor, at):
        from uuid import UUID

        stored.append((file.name, actor.user_id))
        return UUID(int=7)

    before = services.parties._Letters.store
    services.register_letter_store(store)
    try:
        client.post(
            "/akun/kuasa/baru/",
            {"whom": "nik", "name": "Joko", "identity": "6103010708889999", "kind": "letter",
             "letter": SimpleUploadedFile("kuasa.pdf", b"%PDF-1.7")},
        )  # fmt: skip
    finally:
        services.parties._Letters.store = before

    authority = Authority.objects.get(user=sari)
    assert stored == [("kuasa.pdf", sari.pk)]
    assert (authority.document_id.int, authority.confirmed_at) == (7, None)


def test_somebody_elses_authority_cannot_be_ended(client, sari):
    joko = make_person("Joko", email="joko@contoh.id")
    authority = services.claim_authority(
        user=joko, kind=AuthorityKind.OFFICER, name="CV", is_organisation=True,
        identity_kind="nib", identity="9120000099991", letter=None, valid_until=None,
        by=actor_of(joko, AT), at=AT,
    )  # fmt: skip

    assert client.post(f"/akun/kuasa/{authority.pk}/lepas/").status_code == 403
    assert Authority.objects.get().revoked_at is None


def test_applicant_has_no_office_devices(client, sari):
    assert client.get("/akun/perangkat/").status_code == 403
    assert OutMessage.objects.filter(template="device").count() == 0
