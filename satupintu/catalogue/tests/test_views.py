"""Public and administrators' pages: they work, refuse strangers, and need a fixed number of queries."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from satupintu.catalogue import codec, queries, services
from satupintu.catalogue.models import Service, ServiceDraft, ServiceVersion
from satupintu.catalogue.tests.factories import AT, SYSTEM, make_many, make_service, shipped_text
from satupintu.lib import clock
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make_officer("ratna", Role.SERVICE_ADMIN, name="Ratna"))
    return client


# --- Public ---------------------------------------------------------------------------------
def test_list_shows_services_by_category(client):
    make_service("sip-bidan")
    make_service("reklame")

    page = client.get("/layanan/").content.decode()

    assert "Surat Izin Praktik Bidan" in page
    assert "Bangunan dan ruang kota" in page


def test_search_page_understands_old_spelling_and_says_how_many(client):
    make_service("sip-bidan")
    make_service("reklame")

    page = client.get("/layanan/", {"q": "ijin praktek bidan"}).content.decode()

    assert "Surat Izin Praktik Bidan" in page
    assert "Izin Penyelenggaraan Reklame" not in page


def test_search_page_without_a_match_says_what_to_do(client):
    make_service("sip-bidan")

    page = client.get("/layanan/", {"q": "zzzz"}).content.decode()

    assert "Belum ada layanan yang cocok" in page
    assert reverse("catalogue:guide") in page


def test_service_page_shows_the_standard_in_the_order_of_the_law(client):
    version = make_service("sip-bidan")

    page = client.get("/layanan/sip-bidan/").content.decode()

    parts = [
        "Persyaratan</h3>",
        "Sistem, mekanisme",
        "Jangka waktu penyelesaian",
        "Biaya atau tarif",
        "Produk pelayanan",
        "Penanganan pengaduan",
        "Dasar hukum",
        "Evaluasi kinerja",
    ]
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
    assert version.sha256 in page
    assert "/ajukan/sip-bidan/" in page
    assert "Gratis" in page


def test_service_page_in_english_has_no_indonesian_text_of_the_definition(client):
    make_service("sip-bidan")

    page = client.get("/layanan/sip-bidan/", headers={"cookie": "bahasa=en"}).content.decode()

    assert "Midwife practice permit" in page
    assert "Surat Izin Praktik Bidan" not in page


def test_the_page_of_a_service_says_dates_and_only_what_one_kind_needs(client, monkeypatch):
    make_service("sip-bidan")
    monday = datetime(2026, 11, 23, 2, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: monday)

    new = client.get("/layanan/sip-bidan/").context["service"]
    again = client.get("/layanan/sip-bidan/?jenis=replacement").context["service"]
    strange = client.get("/layanan/sip-bidan/?jenis=x").context["service"]

    assert (new["kind"], strange["kind"], again["kind"]) == ("new", "new", "replacement")
    assert (new["days"], again["days"]) == (5, 2)
    assert str(new["promised"].date()) == "2026-11-30"
    assert [one.note for one in new["steps"][1:]] == [
        "1 hari kerja · Selasa 24 Nov",
        "3 hari kerja · Jumat 27 Nov",
        "1 hari kerja · Senin 30 Nov",
    ]
    assert [one.key for one in new["needs"]] == [
        "str", "facility_letter", "place_statement", "competence",
    ]  # fmt: skip
    assert again["needs"] == []
    assert not any("baru" in one.when for one in new["needs"])


def test_usual_time_stands_beside_the_promise(client):
    make_service("sip-bidan")
    services.record_usual_time(
        at=AT, code="sip-bidan", kind="new", sample=12, median_minutes=380, p90_minutes=900
    )

    page = client.get("/layanan/sip-bidan/").content.decode()

    assert "6 jam 20 menit" in page
    assert "12 permohonan terakhir" in page


def test_each_kind_of_request_has_its_own_promise_and_usual_time(client):
    make_service("sip-bidan")
    services.record_usual_time(
        at=AT, code="sip-bidan", kind="replacement", sample=9, median_minutes=95, p90_minutes=200
    )

    page = " ".join(client.get("/layanan/sip-bidan/").content.decode().split())

    assert "<li>Baru: paling lama 5 hari kerja</li>" in page
    assert "hilang atau rusak: paling lama 2 hari kerja. <span" in page
    assert page.count("1 jam 35 menit") == 1


@pytest.mark.parametrize(
    "address",
    [
        "/layanan/tidak-ada/",
        "/layanan/tidak-ada/berkas/",
        "/layanan/pilihan/x/",
        "/izin-apa/?di=x",
        "/izin-apa/?di=what&hasil=99",
    ],
)
def test_unknown_addresses_are_not_found(client, address):
    assert client.get(address).status_code == 404


def test_withdrawn_service_says_so_with_its_reason_and_what_comes_near(client):
    make_service("sip-bidan")
    make_service("sip-perawat")
    services.withdraw(by=SYSTEM, at=AT, code="sip-bidan", reason="digabung dengan izin lain")

    answer = client.get("/layanan/sip-bidan/")

    page = answer.content.decode()
    assert answer.status_code == 410
    assert "Surat Izin Praktik Bidan" in page
    assert "digabung dengan izin lain" in page
    assert "23 November 2026" in page
    assert 'href="/layanan/sip-perawat/"' in page
    assert "/ajukan/sip-bidan/" not in page


def test_public_pages_refuse_posts(client):
    make_service("sip-bidan")

    for address in ("/layanan/", "/layanan/sip-bidan/", "/izin-apa/"):
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [3, 30])
def test_list_asks_the_database_the_same_number_of_times(
    client, count, django_assert_max_num_queries
):
    make_many(count)
    client.get("/layanan/")

    with django_assert_max_num_queries(4):
        client.get("/layanan/")


def test_service_page_needs_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    make_service("sip-bidan")
    client.get("/layanan/sip-bidan/")

    with django_assert_max_num_queries(8):
        client.get("/layanan/sip-bidan/")


def test_service_file_can_be_copied_by_other_offices(client):
    make_service("sip-bidan")

    answer = client.get("/layanan/sip-bidan/berkas/")

    assert answer.content.decode() == shipped_text("sip-bidan")


def test_guide_leads_to_one_service(client):
    make_service("reklame")

    first = client.get("/izin-apa/").content.decode()
    result = client.get("/izin-apa/?di=what&hasil=3").content.decode()

    assert "Apa yang ingin Anda lakukan?" in first
    assert 'href="/ajukan/reklame/"' in result


def test_guide_leads_to_a_bundle(client):
    make_service("reklame")
    make_service("nib-pendampingan")

    result = client.get("/izin-apa/?di=sign&hasil=1").content.decode()

    assert "/ajukan/nib-pendampingan/?layanan=reklame" in result


def test_guide_leads_to_extending_a_permit_that_is_held(client):
    make_service("sip-bidan")
    make_service("stpt")
    make_service("reklame")

    kinds = client.get("/izin-apa/?di=existing").content.decode()
    held = client.get("/izin-apa/?di=held&jenis=extension").content.decode()
    health = client.get("/izin-apa/?di=health&jenis=extension").content.decode()
    result = client.get("/izin-apa/?di=health&hasil=2&jenis=extension").content.decode()

    assert 'href="?di=held&amp;jenis=extension"' in kinds
    assert 'href="?di=health&amp;jenis=extension"' in held
    assert 'href="?di=held&amp;hasil=2&amp;jenis=extension"' in held
    assert "Tanda daftar gudang" not in held  # not offered by this office
    assert 'href="?di=held&amp;jenis=extension"' in health  # back to where one came from
    assert 'href="/ajukan/sip-bidan/?jenis=extension"' in result


def test_guide_shows_only_what_offers_the_kind_chosen(client):
    for code in ("sip-bidan", "stpt", "reklame"):
        make_service(code)

    page = client.get("/izin-apa/?di=health&jenis=replacement").content.decode()

    assert "Bidan" in page
    assert "Penyehat tradisional" not in page
    assert client.get("/izin-apa/?di=health&jenis=zzz").status_code == 404


def test_picker_answers_with_matches(client):
    page = client.get("/layanan/pilihan/kbli/", {"q": "jagung", "name": "x"}).content.decode()

    assert 'name="x" value="01111"' in page


# --- Administrators -------------------------------------------------------------------------
ADMIN = [
    "/pengaturan/layanan/",
    "/pengaturan/layanan/sip-bidan/",
    "/pengaturan/layanan/sip-bidan/v1/",
    "/pengaturan/layanan/draf/x.v1.toml/",
]


@pytest.mark.parametrize("address", ADMIN)
def test_admin_pages_send_strangers_to_sign_in(client, address):
    assert client.get(address).url.startswith("/masuk/")


@pytest.mark.parametrize("address", ADMIN)
def test_admin_pages_refuse_other_roles_and_applicants(client, address):
    for user in (make_officer("budi", Role.VERIFIER), make_person()):
        client.force_login(user)
        assert client.get(address).status_code == 403


def test_admin_reads_versions_and_one_file(admin):
    make_service("sip-bidan")

    assert "Surat Izin Praktik Bidan" in admin.get("/pengaturan/layanan/").content.decode()
    assert "Bawaan program" in admin.get("/pengaturan/layanan/sip-bidan/").content.decode()
    assert "schema = 1" in admin.get("/pengaturan/layanan/sip-bidan/v1/").content.decode()
    assert admin.get("/pengaturan/layanan/sip-bidan/v2/").status_code == 404


@pytest.mark.parametrize("count", [3, 30])
def test_admin_overview_asks_the_same_number_of_times(admin, count, django_assert_max_num_queries):
    make_many(count)
    admin.get("/pengaturan/layanan/")

    with django_assert_max_num_queries(12):
        admin.get("/pengaturan/layanan/")


def upload(admin, text, name="sip-bidan.v1.toml"):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    return admin.post("/pengaturan/layanan/unggah/", {"file": file})


def test_another_offices_file_becomes_a_draft_of_our_next_version(admin):
    make_service("sip-bidan")
    theirs = shipped_text("sip-bidan").replace("version = 1", "version = 7", 1)

    answer = upload(admin, theirs, "sip-bidan.v7.toml")

    assert answer.url == "/pengaturan/layanan/draf/sip-bidan.v2.toml/"
    draft = ServiceDraft.objects.get()
    assert 'version = 2\nbased_on = "sip-bidan v7 (sip-bidan.v7.toml)"' in draft.toml
    assert ServiceVersion.objects.count() == 1


def test_upload_of_something_that_is_no_text_is_refused(admin):
    answer = upload(admin, b"\xff\xfe\x00", "x.v1.toml")

    assert answer.status_code == 422
    assert "bukan teks UTF-8" in answer.content.decode()
    assert ServiceDraft.objects.count() == 0


def test_broken_file_is_kept_as_draft_with_its_problems(admin):
    answer = admin.get(upload(admin, 'schema = 1\ncode = "x\n', "x.v1.toml").url)

    page = answer.content.decode()
    assert "Baris</strong>" not in page
    assert "<strong>Baris 2</strong>" in page
    assert "Terbitkan</button>" not in page


def test_preview_shows_page_form_and_difference_without_saving(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url
    draft = ServiceDraft.objects.get()
    changed = draft.toml.replace("issue_days = 1", "issue_days = 0")

    page = admin.post(url, {"text": changed, "seen_version": 1, "preview": "1"}).content.decode()

    assert "perubahan belum disimpan" in page
    assert "issue_days" in page
    assert "Pratinjau formulir" in page
    assert "NIK" in page
    assert ServiceDraft.objects.get().toml == draft.toml


def test_saving_over_somebody_elses_change_is_refused_and_keeps_both(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url
    admin.post(url, {"text": "pertama", "seen_version": 1, "save": "1"})

    answer = admin.post(url, {"text": "kedua", "seen_version": 1, "save": "1"})

    assert answer.status_code == 409
    assert "kedua" in answer.content.decode()
    assert ServiceDraft.objects.get().toml == "pertama"


def test_publishing_a_draft_makes_the_next_version_and_clears_the_draft(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url

    answer = admin.post(f"{url}terbitkan/", {"seen_version": 1})

    assert answer.url == "/pengaturan/layanan/sip-bidan/"
    assert list(ServiceVersion.objects.order_by("version").values_list("version", flat=True)) == [
        1,
        2,
    ]
    assert ServiceVersion.objects.get(version=2).published_by.name == "Ratna"
    assert ServiceDraft.objects.count() == 0


def test_publishing_a_draft_with_problems_is_refused(admin):
    url = upload(
        admin, shipped_text("sip-bidan").replace("days = 3", "days = 9"), "sip-bidan.v1.toml"
    ).url

    answer = admin.post(f"{url}terbitkan/", {"seen_version": 1})

    assert answer.status_code == 409
    assert "melewati batas hukum" in answer.content.decode()
    assert ServiceVersion.objects.count() == 0


def test_withdraw_needs_a_reason_and_offer_takes_it_back(admin):
    make_service("sip-bidan")

    admin.post("/pengaturan/layanan/sip-bidan/tarik/", {"reason": ""})
    assert Service.objects.get().withdrawn_at is None
    admin.post("/pengaturan/layanan/sip-bidan/tarik/", {"reason": "digabung"})
    assert Service.objects.get().withdrawn_reason == "digabung"
    admin.post("/pengaturan/layanan/sip-bidan/tawarkan/")
    assert Service.objects.get().withdrawn_at is None


def test_a_draft_can_be_deleted(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url

    assert admin.get(f"{url}hapus/").status_code == 405
    admin.post(f"{url}hapus/")

    assert ServiceDraft.objects.count() == 0


def test_a_file_new_to_this_process_is_read_from_the_row(client):
    version = make_service("sip-bidan")
    codec._cache.clear()

    definition = queries.definition_of(version.id)

    assert definition.code == "sip-bidan"


def test_publishing_what_somebody_else_has_changed_since_is_refused(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url
    text = ServiceDraft.objects.get().toml
    admin.post(url, {"text": text + "\n", "seen_version": 1, "save": "1"})

    answer = admin.post(f"{url}terbitkan/", {"seen_version": 1})

    assert answer.status_code == 409
    assert ServiceVersion.objects.count() == 1


def test_a_shipped_file_becomes_a_draft_by_its_button(admin):
    page = admin.get("/pengaturan/layanan/").content.decode()
    assert '<input type="hidden" name="berkas" value="stpt.v1.toml">' in page
    assert "Surat Terdaftar Penyehat Tradisional" in page

    answer = admin.post("/pengaturan/layanan/stpt/ubah/", {"berkas": "stpt.v1.toml"})

    assert answer.url == "/pengaturan/layanan/draf/stpt.v1.toml/"
    assert ServiceDraft.objects.get().toml == shipped_text("stpt")


def test_a_refused_upload_still_offers_the_shipped_files(admin):
    answer = upload(admin, b"\xff\xfe\x00", "x.v1.toml")

    assert 'value="stpt.v1.toml"' in answer.content.decode()


def test_a_withdrawn_service_keeps_its_title_in_the_overview(admin):
    make_service("stpt")
    services.withdraw(by=SYSTEM, at=AT, code="stpt", reason="digabung")

    assert (
        "Surat Terdaftar Penyehat Tradisional</a>"
        in admin.get("/pengaturan/layanan/").content.decode()
    )


def test_preview_shows_the_form_for_the_kind_and_answers_chosen(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url
    text = ServiceDraft.objects.get().toml
    asked = {"text": text, "seen_version": 1, "preview": "1"}

    def form(**chosen: str) -> str:
        page = admin.post(url, {**asked, **chosen}).content.decode()
        return page.partition("Pratinjau formulir</h2>")[2]

    plain = form()
    own = form(**{"jawab-practice_kind": "own"})
    change = form(jenis="change")
    odd = form(jenis="x", **{"jawab-practice_kind": "y"})

    assert "Titik lokasi" not in plain
    assert "Titik lokasi" in own
    assert '<option value="own" selected>' in own
    assert "Apa yang berubah?" not in plain
    assert "Apa yang berubah?" in change
    assert '<option value="new" selected>' in odd


def test_publishing_before_its_day_names_the_line(admin):
    make_service("sip-bidan")
    url = admin.post("/pengaturan/layanan/sip-bidan/ubah/").url
    text = ServiceDraft.objects.get().toml
    early = text.replace("effective_from = ", "effective_from = 2026-01-05 # ", 1)
    admin.post(url, {"text": early, "seen_version": 1, "save": "1"})

    answer = admin.post(f"{url}terbitkan/", {"seen_version": 2})

    assert answer.status_code == 409
    assert "<code>effective_from</code>" in answer.content.decode()
    assert ServiceVersion.objects.count() == 1
