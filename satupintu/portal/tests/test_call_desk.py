"""The call desk: find, check who calls, answer, write down; a number alone reveals nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from satupintu.desk.models import Consultation
from satupintu.lib import clock
from satupintu.messaging.models import Conversation, InMessage, OutMessage
from satupintu.people.models import Disclosure
from satupintu.permits.tests.applicant_office import sign_in
from satupintu.permits.tests.officer_cases import make_world

pytestmark = pytest.mark.django_db
DESK = "/telepon/"
CALL = {
    "phone": "0812-0000-9999",
    "name": "Sari",
    "asked": "Sampai mana?",
    "answer": "Sedang diperiksa.",
    "outcome": "answered",
}


@pytest.fixture
def world():
    return make_world(clock.now() - timedelta(minutes=5))


@pytest.fixture
def budi(client, world):
    return sign_in(client, world.user("budi"))


def search(desk, text):
    return desk.post(DESK, {"what": "search", "q": text}).content.decode()


def test_a_case_is_found_by_number_code_and_the_beginning_of_a_name(budi, world):
    case = world.complete(world.apply())
    code = case.permit_case.application.tracking_code
    for text in (case.number, code, "Sari Les"):
        assert case.number in search(budi, text), text
    assert "Tidak ada berkas" in search(budi, "Zulkarnain Xyz")


def test_the_status_is_shown_only_for_what_proves_the_caller(budi, world):
    case = world.complete(world.apply())
    code = case.permit_case.application.tracking_code
    said = "Selesai selambat-lambatnya"

    def page(proof):
        return budi.post(DESK, {"q": "", "berkas": case.number, "bukti": proof}).content.decode()

    assert said not in page("")
    assert "nomor telepon bukan bukti" in page("")
    for wrong in ("0000", "7K3F-9QXM-2", "081200001234", "x"):
        assert "Tidak cocok" in page(wrong), wrong
        assert said not in page(wrong)
    for right in (code, code.lower().replace("-", ""), case.party.identity[-4:]):
        assert said in page(right), right


def test_looking_for_a_person_by_number_is_recorded(budi, world):
    world.apply()
    before = Disclosure.objects.count()
    search(budi, "0812-0000-1234")
    assert Disclosure.objects.count() == before + 1
    search(budi, "Sari")
    assert Disclosure.objects.count() == before + 1


def test_a_call_is_written_down_with_its_answer(budi, world):
    case = world.complete(world.apply())
    answer = budi.post(DESK, {"what": "record", "q": "", "berkas": case.number, **CALL})
    assert answer.status_code == 302
    heard = InMessage.objects.get()
    assert (heard.channel, heard.sender) == ("telephone", "+6281200009999")
    assert case.number in heard.text
    assert OutMessage.objects.get(channel="telephone").body == "Sedang diperiksa."
    assert Conversation.objects.get().waiting_since is None
    asked = Consultation.objects.select_related("case").get()
    assert (asked.question, asked.about) == ("Sampai mana?", case)
    assert (asked.case.state, asked.on_time) == ("answered", True)


def test_a_second_call_about_what_waits_is_the_same_consultation(budi, world):
    budi.post(DESK, {"what": "record", **CALL, "answer": "", "outcome": "waits"})
    budi.post(DESK, {"what": "record", **CALL, "asked": "Sudah ada jawaban?"})
    assert Consultation.objects.get().case.state == "answered"


def test_what_another_officer_must_answer_waits_in_the_list(budi, world):
    budi.post(DESK, {"what": "record", **CALL, "topic": "fee", "answer": "", "outcome": "waits"})
    assert Conversation.objects.get().waiting_since is not None
    assert (Consultation.objects.get().topic, Consultation.objects.get().case.state) == (
        "fee",
        "asked",
    )
    assert "Sari" in budi.get(reverse("messaging:conversations")).content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [({"phone": ""}, "Isi nomor penelepon"), ({"phone": "12"}, "nomor telepon"),
     ({"asked": ""}, "Tulis apa yang ditanyakan"), ({"answer": ""}, "Tulis jawabannya")],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(budi, change, says):
    refused = budi.post(DESK, {"what": "record", **CALL, **change})
    assert refused.status_code == 422
    assert says in refused.content.decode()
    assert "Sari" in refused.content.decode()
    assert InMessage.objects.count() == 0


def test_what_was_said_before_stands_beside_a_known_number(budi, world):
    budi.post(DESK, {"what": "record", **CALL})
    assert "Sampai mana?" in search(budi, "0812-0000-9999")


def test_an_unknown_case_is_said(budi):
    assert "tidak ada" in budi.post(DESK, {"berkas": "REG-2026-999999"}).content.decode()


def test_applicants_do_not_see_the_desk(client, world):
    assert sign_in(client, world.user("sari")).get(DESK).status_code in {302, 403}


def test_everything_between_a_person_and_the_office_stands_on_one_line(budi, world):
    case = world.complete(world.apply())
    page = budi.get(f"/orang/{case.party_id}/").content.decode()
    assert case.number in page
    assert "Nyatakan lengkap" in page or "lengkap" in page
    assert budi.get("/orang/01a22513-065e-7df1-b03f-e1c3c38776ee/").status_code == 404
