"""Following a case: public tracking, my list, my case, repair, withdraw, collect, the notice."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.lib import clock
from satupintu.permits.models import HandOver, Permit
from satupintu.permits.pages.applicant.token import make_token
from satupintu.permits.tests.applicant_office import pdf, sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.services import run_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world(clock.now() - timedelta(minutes=5))


@pytest.fixture
def sari(client, world):
    return sign_in(client, world.user("sari"))


@pytest.fixture
def joko(world):
    from django.test import Client

    return sign_in(Client(), world.user("joko"))


def answer_repair(client, case, data, user):
    """Post the page of repair as its browser would, with the page's token."""
    asked = case.permit_case.repairs.latest("asked_at")
    token = make_token(asked.pk, user.pk)
    return client.post(f"/permohonan/{case.number}/perbaiki/", {**data, "draf_token": token})


def code_of(case):
    return case.permit_case.application.tracking_code


# --- Tracking ----------------------------------------------------------------------------------
def test_anybody_with_the_code_sees_the_timeline_and_no_personal_data(client, world):
    case = world.complete(world.apply())

    page = client.get(f"/lacak/{code_of(case)}/").content.decode()

    assert "Berkas dinyatakan lengkap" in page
    assert "S••• L•••" in page
    for private in ("Sari", "6103015203949999", "+6281200001234", "Kartini", "Budi Santoso"):
        assert private not in page


def test_a_code_is_read_forgivingly(client, world):
    code = code_of(world.apply())

    answer = client.get("/lacak/", {"kode": f" {code.lower().replace('-', ' ')} "})

    assert answer["Location"] == f"/lacak/{code}/"
    assert client.get(f"/lacak/{code.lower().replace('-', '')}/").status_code == 200


def test_an_unknown_and_a_mistyped_code_are_told_apart_without_asking(client, world):
    world.apply()

    unknown = client.get("/lacak/0000-0000-0/")
    mistyped = client.get("/lacak/", {"kode": "0000-0000-1"})

    assert unknown.status_code == 404
    assert "tidak menemukan" in unknown.content.decode()
    assert "keliru" in mistyped.content.decode()


def test_guessing_is_stopped(client, world):
    from satupintu.lib.codes import make_tracking_code

    answers = [client.get(f"/lacak/{make_tracking_code()}/").status_code for _ in range(22)]

    assert answers[:20] == [404] * 20
    assert answers[20:] == [429, 429]


def test_the_promise_is_a_date_and_stops_while_the_applicant_must_answer(client, world):
    case = world.apply()
    running = client.get(f"/lacak/{code_of(case)}/").content.decode()
    case = world.returned(case)
    waiting = client.get(f"/lacak/{code_of(case)}/").content.decode()

    assert "Selesai selambat-lambatnya" in running
    assert "Selesai selambat-lambatnya" not in waiting
    assert "Menunggu pemohon sampai" in waiting


def test_tracking_refuses_a_post(client, world):
    assert client.post("/lacak/").status_code == 405


# --- My list -----------------------------------------------------------------------------------
def test_my_list_shows_what_waits_with_reasons_and_the_date(sari, world):
    world.returned(world.apply())

    page = sari.get("/permohonan/").content.decode()

    assert "Perlu jawaban Anda" in page
    assert "Buram, foto ulang." in page
    assert "Jawab selambat-lambatnya" in page


def test_my_list_shows_permits_with_what_can_be_asked(sari, world):
    case = world.issued(world.apply())

    page = sari.get("/permohonan/").content.decode()

    assert case.permit.number in page
    assert f"/ajukan/sip-bidan/?jenis=extension&amp;izin={case.permit.pk}" in page


def test_my_list_does_not_ask_more_with_more_rows(sari, world, django_assert_max_num_queries):
    world.returned(world.apply())
    with django_assert_max_num_queries(13):
        sari.get("/permohonan/")
    for order in ("2", "3"):
        world.apply(permit_order=order)
        world.issued(world.apply(permit_order=order))

    with django_assert_max_num_queries(13):
        assert sari.get("/permohonan/").status_code == 200


def test_a_person_without_anything_is_told_what_to_do(joko):
    assert "Belum ada permohonan" in joko.get("/permohonan/").content.decode()


# --- My case -----------------------------------------------------------------------------------
def test_my_case_masks_identity_numbers(sari, world, django_assert_max_num_queries):
    case = world.complete(world.apply())

    # Among them the paper, what others say beside it, and the profile, which is kept for seconds.
    with django_assert_max_num_queries(17):
        page = sari.get(f"/permohonan/{case.number}/").content.decode()

    assert "6103015203949999" not in page
    assert "6103••••••••9999" in page
    assert "STR-0000-9999" in page


def test_my_case_shows_what_was_said_about_it_and_nothing_else(sari, world):
    first = world.returned(world.apply())
    second = world.apply(permit_order="2")
    run_readers(at=clock.now())

    page = sari.get(f"/permohonan/{first.number}/")

    templates = [one.template for one, _state in page.context["sent"]]
    assert templates == ["application_returned", "application_received"]
    other = sari.get(f"/permohonan/{second.number}/").context["sent"]
    assert [one.template for one, _state in other] == ["application_received"]


PAGES = ["", "tanda-terima/", "tanda-terima.pdf", "perbaiki/", "tarik/", "izin/", "pemberitahuan/"]


@pytest.mark.parametrize("tail", PAGES)
def test_somebody_elses_case_does_not_exist(joko, world, tail):
    case = world.returned(world.apply())

    assert joko.get(f"/permohonan/{case.number}/{tail}").status_code == 404


@pytest.mark.parametrize("tail", PAGES)
def test_a_visitor_is_sent_to_sign_in(client, world, tail):
    case = world.apply()

    answer = client.get(f"/permohonan/{case.number}/{tail}")

    assert answer["Location"].startswith("/masuk/?next=")


def test_my_files_and_nobody_elses(sari, joko, world):
    case = world.apply()
    attachment = case.permit_case.attachments.first()
    address = f"/permohonan/{case.number}/berkas/{attachment.pk}/"

    assert sari.get(address).status_code == 200
    assert joko.get(address).status_code == 404


# --- Repair ------------------------------------------------------------------------------------
def test_a_returned_case_is_repaired(sari, world):
    case = world.returned(world.apply())
    page = sari.get(f"/permohonan/{case.number}/perbaiki/")
    assert "Buram, foto ulang." in page.content.decode()

    given = {"berkas-str": pdf("jelas.pdf", "jelas"), "catatan": "Sudah saya foto ulang."}
    answer = answer_repair(sari, case, given, world.user("sari"))

    assert answer["Location"] == f"/permohonan/{case.number}/"
    assert world.fresh(case).state == "submitted"
    current = case.permit_case.attachments.get(requirement="str", superseded_at=None)
    assert current.document.name == "jelas.pdf"
    assert Transition.objects.filter(case=case).latest("seq").role == "applicant"


def test_a_field_is_put_right_and_a_stored_file_is_not_asked_again(sari, world):
    case = world.apply()
    items = [
        {"on": "document", "key": "str", "reason": "Buram."},
        {"on": "field", "key": "nik", "reason": "Tidak sama dengan KTP."},
    ]
    case = world.do(case, "return", "budi", reason="Perbaiki.", items=items)
    user = world.user("sari")

    given = {"berkas-str": pdf("jelas.pdf", "x"), "nik": "6103"}
    wrong = answer_repair(sari, case, given, user)
    assert wrong.status_code == 200
    assert "jelas.pdf" in wrong.content.decode()
    assert world.fresh(case).state == "returned"
    again = {"disimpan": wrong.context["kept"], "nik": "6103015203949999"}
    answer_repair(sari, case, again, user)

    assert world.fresh(case).state == "submitted"
    current = case.permit_case.attachments.get(requirement="str", superseded_at=None)
    assert current.document.name == "jelas.pdf"


def test_a_repair_without_the_file_is_not_sent(sari, world):
    case = world.returned(world.apply())

    answer = answer_repair(sari, case, {"catatan": "Sudah."}, world.user("sari"))

    assert answer.status_code == 200
    assert answer.context["wanted"][0].error == "Unggah berkas ini."
    assert world.fresh(case).state == "returned"


def test_a_repair_without_a_session_waits_for_the_same_person(sari, joko, world):
    case = world.returned(world.apply())
    user = world.user("sari")
    sari.logout()

    given = {"berkas-str": pdf("jelas.pdf", "jelas"), "catatan": "Sudah saya foto ulang."}
    answer = answer_repair(sari, case, given, user)
    assert answer["Location"].startswith("/masuk/?next=")
    assert world.fresh(case).state == "returned"
    assert answer_repair(joko, case, {"catatan": "Bukan saya"}, user).status_code == 403
    page = sign_in(sari, user).get(f"/permohonan/{case.number}/perbaiki/").content.decode()
    assert "Isian Anda tadi tersimpan" in page
    assert "jelas.pdf" in page
    answer_repair(sari, case, {"catatan": "Sudah."}, user)

    assert world.fresh(case).state == "submitted"
    assert case.permit_case.repairs.get().held == {}


def test_two_people_who_answer_without_a_session_both_keep_their_words(world):
    from satupintu.permits.services.drafts import held_answer, hold_answer

    case = world.returned(world.apply())
    repair = case.permit_case.repairs.get()
    sari, joko = world.user("sari").pk, world.user("joko").pk
    at = clock.now()

    assert hold_answer(
        repair_id=repair.pk, user_id=sari, fields={"catatan": ["a"]}, documents={}, at=at
    )
    assert hold_answer(
        repair_id=repair.pk, user_id=joko, fields={"catatan": ["b"]}, documents={}, at=at
    )

    repair.refresh_from_db()
    assert held_answer(repair, sari)["fields"] == {"catatan": ["a"]}
    assert held_answer(repair, joko)["fields"] == {"catatan": ["b"]}


def test_an_answer_nobody_waits_for_is_not_said_to_be_saved(sari, world):
    case = world.returned(world.apply())
    user = world.user("sari")
    token = make_token(case.permit_case.repairs.get().pk, user.pk)
    answer_repair(sari, case, {"berkas-str": pdf("jelas.pdf", "jelas")}, user)
    sari.logout()

    answer = sari.post(
        f"/permohonan/{case.number}/perbaiki/", {"catatan": "Sudah dikirim.", "draf_token": token}
    )

    assert answer.status_code == 403
    assert "tidak menunggu jawaban ini lagi" in answer.content.decode()
    assert "Sudah dikirim." in answer.content.decode()


def test_a_repair_without_its_token_is_refused(sari, world):
    case = world.returned(world.apply())

    answer = sari.post(f"/permohonan/{case.number}/perbaiki/", {"berkas-str": pdf()})

    assert answer.status_code == 403
    assert world.fresh(case).state == "returned"


def test_a_bad_file_in_a_repair_says_why(sari, world):
    case = world.returned(world.apply())
    empty = SimpleUploadedFile("a.pdf", b"")

    answer = answer_repair(sari, case, {"berkas-str": empty}, world.user("sari"))

    assert "kosong" in answer.content.decode()
    assert world.fresh(case).state == "returned"


def test_a_question_of_a_unit_is_answered(sari, world):
    case = world.complete(world.apply())
    case = world.do(case, "pause", "ratna", reason="Jam praktik hari Minggu?")
    user = world.user("sari")

    silent = answer_repair(sari, case, {}, user)
    assert silent.status_code == 200
    assert world.fresh(case).state == "paused"
    answer_repair(sari, case, {"catatan": "Tutup."}, user)

    assert world.fresh(case).state == "review"


def test_an_old_repair_page_is_refused_when_the_case_has_moved(sari, world):
    case = world.returned(world.apply())

    given = {"berkas-str": pdf(text="n"), "versi": "1"}
    answer_repair(sari, case, given, world.user("sari"))

    assert world.fresh(case).state == "returned"


def test_there_is_nothing_to_repair_on_a_running_case(sari, world):
    case = world.apply()

    answer = sari.get(f"/permohonan/{case.number}/perbaiki/")

    assert answer["Location"] == f"/permohonan/{case.number}/"


# --- Withdraw, collect -------------------------------------------------------------------------
def test_withdrawing_asks_first_and_then_stops_the_case(sari, world):
    case = world.apply()
    address = f"/permohonan/{case.number}/tarik/"

    assert sari.get(address).status_code == 200
    assert world.fresh(case).state == "submitted"
    sari.post(address, {"alasan": "Pindah tempat."})

    assert world.fresh(case).state == "withdrawn"
    again = sari.post(address)
    assert again.status_code == 302
    assert Transition.objects.filter(case=case, action="withdraw").count() == 1


def test_looking_at_a_permit_collects_nothing_and_downloading_does_once(sari, world):
    case = world.issued(world.apply())
    address = f"/permohonan/{case.number}/izin/"

    assert sari.get(address).status_code == 200
    assert world.fresh(case).state == "issued"
    for _ in range(2):
        answer = sari.post(address)
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF")

    assert world.fresh(case).state == "handed_over"
    assert HandOver.objects.count() == 1
    assert Permit.objects.get().collected_at is not None


def test_a_permit_that_is_not_there_is_not_found(sari, world):
    case = world.apply()

    assert sari.get(f"/permohonan/{case.number}/izin/").status_code == 404
    assert sari.post(f"/permohonan/{case.number}/izin/").status_code == 404


# --- The legal limit ---------------------------------------------------------------------------
def test_the_notice_can_be_printed_once_the_legal_limit_has_passed(client, world):
    early = make_world_later(world, days=30)
    case = early.apply()
    sign_in(client, early.user("sari"))

    page = client.get(f"/permohonan/{case.number}/")
    notice = client.get(f"/permohonan/{case.number}/pemberitahuan/")

    assert "dianggap dikabulkan" in page.content.decode()
    assert "Pemberitahuan ini bukan izin." in notice.content.decode()
    assert Case.objects.get().state == "submitted"


def make_world_later(world, *, days):
    world.at = world.at - timedelta(days=days)
    return world


def test_there_is_no_notice_before_the_limit(sari, world):
    case = world.apply()

    assert sari.get(f"/permohonan/{case.number}/pemberitahuan/").status_code == 404
