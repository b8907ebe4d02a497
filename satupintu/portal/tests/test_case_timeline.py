"""One line through time per case: steps, messages with how far they came, calls, complaints for whom they are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satupintu.desk.rules import Accused, Privacy
from satupintu.desk.services import Filing, file_complaint
from satupintu.desk.services.filing import reporter_actor
from satupintu.lib import clock
from satupintu.messaging import services as messaging
from satupintu.messaging.models import InMessage, OutMessage
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.permits.tests.applicant_office import sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.services import run_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world(clock.now() - timedelta(minutes=50))


@pytest.fixture
def case(world):
    return world.complete(world.apply())


def office_page(case):
    return reverse("portal:case_timeline", args=[case.number])


def own_page(case):
    return reverse("portal:own_case_timeline", args=[case.number])


def looked_at(client, world, who, address):
    return sign_in(client, world.user(who)).get(address)


def complaint(world, case, **more):
    given = {
        "story": "Berkas saya belum juga selesai.",
        "category": "late",
        "about": case.number,
        **more,
    }
    return file_complaint(Filing(**given), by=reporter_actor(), at=world.at)


def call(world, case, said="Kapan selesai?", *, outgoing=False):
    return messaging.write_down(
        channel=ChannelKind.TELEPHONE,
        address="+6281200001234",
        name="Sari",
        text=said,
        outgoing=outgoing,
        happened_at=clock.now(),
        by=world.actor("budi"),
        at=clock.now(),
        about_id=case.pk,
    )


def test_steps_messages_and_calls_stand_on_one_line(client, world, case):
    while run_readers(at=clock.now(), limit=500):
        pass
    told = OutMessage.objects.filter(about_id=case.pk)
    assert told, "what is told of a move is about its case"
    told.update(state=Delivery.SENT)
    call(world, case)
    call(world, case, "Besok siang.", outgoing=True)
    page = looked_at(client, world, "budi", office_page(case)).content.decode()
    for words in ("Nyatakan lengkap", "Kapan selesai?", "Besok siang.", "Telepon"):
        assert words in page, words
    assert "Terkirim, belum ada kabar sampai" in page
    assert ">Sampai<" not in page
    own = looked_at(client, world, "sari", own_page(case)).content.decode()
    for words in ("Berkas dinyatakan lengkap", "Kapan selesai?", "Besok siang."):
        assert words in own, words
    assert "Terkirim, belum ada kabar sampai" in own
    assert world.user("budi").name not in own, "an officer's name is not the applicant's to read"


def test_what_is_said_about_another_case_stays_there(client, world, case):
    other = world.complete(world.apply(str="STR-0001"))
    call(world, other, "Tentang yang lain.")
    assert (
        "Tentang yang lain."
        not in looked_at(client, world, "budi", office_page(case)).content.decode()
    )


def test_the_pages_of_a_case_lead_to_its_line(client, world, case):
    assert (
        office_page(case)
        in looked_at(client, world, "budi", f"/berkas/{case.number}/").content.decode()
    )
    assert (
        own_page(case)
        in looked_at(client, world, "sari", f"/permohonan/{case.number}/").content.decode()
    )


# Who sees a complaint about the permit on the permit's line, by whom and what it is about.
KINDS = {
    "open": {},
    "confidential": {"privacy": Privacy.CONFIDENTIAL, "name": "Yohana", "contact": "081200007777"},
    "anonymous": {"privacy": Privacy.ANONYMOUS},
    "head": {"accused": Accused.HEAD},
    "levy": {"category": "levy"},
    "ratna": {"accused": Accused.OFFICER, "accused_text": "Ratna di bagian verifikasi"},
}
READERS = {
    "open": {"auditor"},
    "confidential": {"auditor"},
    "anonymous": {"auditor"},
    "head": set(),
    "levy": set(),
    "ratna": {"auditor"},
}
OFFICERS = ("budi", "ratna", "lina", "darius", "maya", "auditor", "wati")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", OFFICERS)
def test_a_complaint_is_seen_only_by_who_may_read_it(client, world, case, kind, who):
    one = complaint(world, case, **KINDS[kind])
    answer = looked_at(client, world, who, office_page(case))
    if who == "maya":  # reads complaints, not permits
        assert answer.status_code == 404
        return
    page = answer.content.decode()
    assert (one.case.number in page) is (who in READERS[kind])
    assert one.tracking_code not in page
    assert "Yohana" not in page


def test_a_complaint_passed_on_is_seen_by_who_answers_it_but_never_by_who_is_accused(
    client, world, case
):
    one = complaint(world, case)
    world.do(one.case, "assign", "maya", **{"class": "simple"})
    assert one.case.number in looked_at(client, world, "ratna", office_page(case)).content.decode()
    other = complaint(world, case)
    accused = [world.user("ratna").pk]
    world.do(other.case, "assign", "maya", **{"class": "alleged"}, accused=accused)
    assert (
        other.case.number
        not in looked_at(client, world, "ratna", office_page(case)).content.decode()
    )


def test_an_applicant_reads_their_own_complaint_and_nobody_elses(client, world, case):
    sari = world.user("sari").party
    mine = complaint(world, case, party_id=sari.pk, privacy=Privacy.CONFIDENTIAL)
    foreign = complaint(world, case)
    page = looked_at(client, world, "sari", own_page(case)).content.decode()
    assert reverse("desk:track", args=[mine.tracking_code]) in page
    assert foreign.case.number not in page
    assert foreign.tracking_code not in page


def test_only_who_may_see_the_case_sees_its_line(client, world, case):
    assert client.get(office_page(case)).status_code == 302
    assert looked_at(client, world, "sari", office_page(case)).status_code in (302, 403, 404)
    assert looked_at(client, world, "budi", own_page(case)).status_code == 404
    assert looked_at(client, world, "admin", office_page(case)).status_code in (302, 403, 404)
    one = complaint(world, case)
    assert looked_at(client, world, "maya", office_page(one.case)).status_code == 404


def test_two_hundred_messages_page_and_cost_no_query_each(client, world, case):
    at = clock.now() - timedelta(minutes=30)

    def queries(address):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    sign_in(client, world.user("budi"))
    client.get(office_page(case))
    call(world, case)
    few = queries(office_page(case))
    rows = [
        OutMessage(
            origin=f"test:{n}",
            channel=ChannelKind.SMS,
            address="+6281200001234",
            template="",
            body=f"Kabar ke-{n}.",
            more={},
            created_at=at + timedelta(seconds=n // 2),
            next_attempt_at=at,
            about_id=case.pk,
        )
        for n in range(200)
    ]
    OutMessage.objects.bulk_create(rows)
    assert queries(office_page(case)) <= few
    seen, address, pages = [], office_page(case), 0
    while address:
        answer = client.get(address)
        seen += [item.line.text for item in answer.context["items"] if item.line]
        following = answer.context["page"]["next_url"]
        address, pages = following and office_page(case) + following, pages + 1
    assert pages > 5
    news = [text for text in seen if text.startswith("Kabar")]
    assert len(news) == len(set(news)) == 200


def test_a_call_written_down_at_the_call_desk_is_about_its_case(client, world, case):
    desk = sign_in(client, world.user("budi"))
    given = {
        "what": "record",
        "q": "",
        "berkas": case.number,
        "phone": "0812-0000-9999",
        "asked": "Sampai mana?",
        "answer": "Sedang diperiksa.",
        "outcome": "answered",
    }
    assert desk.post("/telepon/", given).status_code == 302
    assert InMessage.objects.get().about_id == case.pk
    assert OutMessage.objects.get(channel="telephone").about_id == case.pk
