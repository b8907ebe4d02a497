"""The pages of consultations: asked without an account, followed by code, answered by an officer, counted."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.desk.models import Consultation
from satupintu.desk.pages.forms import TRAP
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import consultations as rules
from satupintu.messaging import services as messaging
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import ConversationNote, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.people.rules import GUESSES_AN_HOUR
from satupintu.permits.tests.officer_cases import World

QUESTION = "Apa syarat SIP bidan yang baru lulus?"


@pytest.fixture
def stranger(world: World) -> Client:
    return Client()


def text(answer) -> str:
    return answer.content.decode()


def ask(client, **more):
    return client.post("/konsultasi/", {"question": QUESTION, "tanda": "a1"} | more)


def asked(client, **more) -> Consultation:
    ask(client, **more)
    return queries.find(Consultation.objects.get().pk)


def desk(one) -> str:
    return reverse("desk:consultation", args=[one.case.number])


def reply(client, one, said, how="answer"):
    fresh = queries.find(one.pk)
    turn = fresh.conversation.turn
    return client.post(desk(one), {"text": said, "turn": turn, "as": how})


def test_a_stranger_asks_and_follows_by_the_code(stranger, browser):
    answer = ask(stranger)
    one = queries.find(Consultation.objects.get().pk)
    assert answer["Location"] == f"/konsultasi/lacak/{one.tracking_code}/"
    page = text(stranger.get(answer["Location"]))
    assert QUESTION in page
    assert "24 November 2026" in page

    reply(browser("budi"), one, "STR dan ijazah.")
    page = text(Client().get(answer["Location"]))
    assert "STR dan ijazah." in page
    assert "Budi" not in page


def test_the_same_press_twice_is_one_question(stranger):
    ask(stranger)
    ask(stranger)
    assert Consultation.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"question": ""}, "Tulis pertanyaan Anda."),
        ({"contact": "0812"}, "nomor"),
        ({"contact": "a@b"}, "Alamat surel tidak lengkap"),
        ({"about": "REG-2026-999999"}, "Tidak ada berkas bernomor"),
        ({"topic": "magic"}, ""),
        ({"question": "x" * 4001}, ""),
    ],
)
def test_bad_input_is_said_and_nothing_typed_is_lost(stranger, more, said):
    refused = ask(stranger, **{"name": "Marlina"} | more)
    assert refused.status_code == 422
    assert said in text(refused)
    assert "Marlina" in text(refused)
    assert Consultation.objects.count() == 0


def test_a_flood_from_one_place_is_asked_to_wait(stranger):
    for number in range(rules.AN_HOUR):
        ask(stranger, tanda=f"t{number}")
    refused = ask(stranger, tanda="more")
    assert refused.status_code == 422
    assert "Terlalu banyak pertanyaan" in text(refused)
    assert QUESTION in text(refused)


def test_what_a_machine_fills_in_is_taken_once(stranger):
    ask(stranger, **{TRAP: "http://spam"})
    assert ask(stranger, **{TRAP: "http://spam"}, tanda="b").status_code == 422
    assert Consultation.objects.count() == 1


def test_whoever_is_signed_in_is_not_asked_who_they_are(world, browser):
    sari = browser("sari")
    assert 'name="contact"' not in text(sari.get("/konsultasi/"))
    one = asked(sari)
    assert one.case.party == world.user("sari").party
    assert f"/konsultasi/lacak/{one.tracking_code}/" in text(sari.get("/permohonan/"))


def test_a_code_that_is_none_is_not_found_and_guessing_is_stopped(stranger):
    for _try in range(GUESSES_AN_HOUR + 1):
        assert stranger.get("/konsultasi/lacak/7K3F9QXM2/").status_code == 404
    one = asked(stranger)
    assert stranger.get(f"/konsultasi/lacak/{one.tracking_code}/").status_code == 404


def test_a_code_is_followed_from_the_common_page_too(stranger):
    one = asked(stranger)
    found = stranger.get("/lacak/", {"kode": one.tracking_code}, follow=True)
    assert QUESTION in text(found) or one.case.number in text(found)


def test_a_reply_and_a_mark_on_the_page(stranger, browser):
    one = asked(stranger)
    page = reverse("desk:consultation_track", args=[one.tracking_code])
    assert stranger.post(page, {"apa": "balas", "balasan": " "}).status_code == 422
    reply(browser("budi"), one, "STR.")
    assert stranger.post(page, {"apa": "nilai"}).status_code == 422
    stranger.post(page, {"apa": "balas", "balasan": "Harus asli?"})
    assert "Harus asli?" in text(stranger.get(page))
    assert "Harus asli?" in text(browser("budi").get(desk(one)))
    reply(browser("budi"), one, "Boleh salinan.")
    assert stranger.post(page, {"apa": "nilai", "bintang": "5"}).status_code == 302
    assert Consultation.objects.get().rating == 5
    late = stranger.post(page, {"apa": "balas", "balasan": "Lagi"})
    assert late.status_code == 422
    assert "Lagi" in text(late) or "sudah selesai" in text(late)


def test_the_list_says_who_waits_how_long_and_who_may_look(stranger, browser):
    one = asked(stranger, name="Marlina")
    page = text(browser("budi").get("/konsultasi/meja/"))
    assert one.case.number in page
    assert "Marlina" in page
    assert re.search(r"1 hari|besok|jam", page)
    assert browser("sari").get("/konsultasi/meja/").status_code in {302, 403}
    assert browser("sari").get(desk(one)).status_code in {302, 403}
    assert Client().get(desk(one)).status_code == 302
    assert browser("hendra").get(desk(one)).status_code == 404


@pytest.mark.parametrize("count", [3, 12])
def test_the_list_asks_the_database_as_often_for_few_as_for_many(
    stranger, browser, count, django_assert_max_num_queries
):
    for number in range(count):
        if number < rules.AN_HOUR:
            ask(stranger, tanda=f"t{number}")
        else:
            ask(Client(REMOTE_ADDR=f"10.0.0.{number}"), tanda=f"t{number}")
    budi = browser("budi")
    budi.get("/konsultasi/meja/")
    with django_assert_max_num_queries(10):
        budi.get("/konsultasi/meja/")


def test_an_officer_asks_back_notes_and_answers(stranger, browser):
    one = asked(stranger)
    budi = browser("budi")
    assert reply(budi, one, "", "answer").status_code == 409
    reply(budi, one, "Tanya Dinkes.", "note")
    assert ConversationNote.objects.get().text == "Tanya Dinkes."
    reply(budi, one, "Lulusan mana?", "ask")
    assert "Menunggu keterangan penanya" in text(budi.get(desk(one)))
    reply(budi, one, "STR.")
    assert "Pertanyaan dijawab" in text(budi.get(desk(one)))


def test_the_second_of_two_officers_keeps_what_they_typed(stranger, browser):
    one = asked(stranger)
    turn = queries.find(one.pk).conversation.turn
    first = {"text": "Satu.", "turn": turn, "as": "answer"}
    assert browser("budi").post(desk(one), first).status_code == 302
    second = browser("ratna").post(desk(one), first | {"text": "Dua panjang."})
    assert second.status_code == 409
    assert "Dua panjang." in text(second)
    assert "sudah menangani" in text(second)
    assert OutMessage.objects.filter(origin__startswith="answer:").count() == 1


def act(client, one, slug, **given):
    fresh = queries.find(one.pk)
    address = reverse("desk:consultation_act", args=[fresh.case.number, slug])
    return client.post(address, {"version": fresh.case.version} | given)


def test_it_is_sorted_handed_over_and_laid_aside(world, stranger, browser):
    one, budi = asked(stranger), browser("budi")
    case = world.apply("sari")
    assert act(budi, one, "topik", topic="fee", about="REG-2026-999999").status_code == 422
    assert act(budi, one, "topik", topic="fee", about=case.number).status_code == 302
    assert (Consultation.objects.get().topic, Consultation.objects.get().about) == ("fee", case)
    assert act(budi, one, "serahkan", to=f"officer:{world.user('ratna').pk}").status_code == 302
    assert queries.find(one.pk).conversation.officer == world.user("ratna")
    unit = next(iter(world.actor("hendra").units))
    assert act(browser("ratna"), one, "serahkan", to=f"unit:{unit}").status_code == 302
    assert browser("hendra").get(desk(one)).status_code == 200
    assert act(budi, one, "sisihkan", reason="").status_code == 422
    assert act(budi, one, "sisihkan", reason="Iklan.").status_code == 302
    assert act(budi, one, "sisihkan", reason="Iklan.").status_code == 409
    assert act(budi, one, "apa").status_code == 404


def test_an_act_on_what_moved_meanwhile_is_refused(stranger, browser):
    one, budi = asked(stranger), browser("budi")
    act(budi, one, "topik", topic="fee")
    stale = reverse("desk:consultation_act", args=[one.case.number, "topik"])
    refused = budi.post(stale, {"version": one.case.version, "topic": "other"})
    assert refused.status_code == 422
    assert Consultation.objects.get().topic == "fee"


def test_the_leader_sees_how_fast(stranger, browser):
    one = asked(stranger)
    reply(browser("budi"), one, "STR.")
    lina = browser("lina")
    page = text(lina.get("/konsultasi/laporan/"))
    assert "Persyaratan" in page
    assert "Waktu tunggu" in page
    csv = lina.get("/konsultasi/laporan/2026.csv").content.decode("utf-8-sig")
    assert "Persyaratan,1,1,1,0," in csv
    assert lina.get("/konsultasi/laporan/2026.xlsx").content[:2] == b"PK"
    assert lina.get("/konsultasi/laporan/2026.doc").status_code == 404
    assert browser("hendra").get("/konsultasi/laporan/").status_code == 403


def test_the_queue_of_conversations_shows_the_day_and_leads_here(stranger, browser):
    one = asked(stranger)
    page = text(browser("budi").get(reverse("messaging:conversations")))
    assert one.case.number in page
    assert desk(one) in page


def _by_page(world):
    ask(Client())


def _by_message(world):
    message = Incoming(
        ChannelKind.SMS, "w1", "+6281299990000", IncomingKind.TEXT, world.at, f"TANYA {QUESTION}"
    )
    messaging.take("demo", Received(messages=(message,)), at=world.at)
    messaging.read_due(at=world.at)


def _by_counter(world):
    messaging.write_down(
        channel=ChannelKind.TELEPHONE,
        address="+6281299990000",
        name="",
        text=QUESTION,
        outgoing=False,
        happened_at=world.at,
        by=world.actor("budi"),
        at=world.at,
        waits=True,
    )


@pytest.mark.parametrize("come", [_by_page, _by_message, _by_counter])
def test_however_a_question_came_it_stands_once_in_the_persons_thread(world, browser, come):
    come(world)
    one, budi = queries.find(Consultation.objects.get().pk), browser("budi")
    said = "STR dan ijazah."
    reply(budi, one, said, "spoken" if come is _by_counter else "answer")
    thread = text(budi.get(reverse("messaging:conversation", args=[one.conversation_id])))
    assert thread.count(QUESTION) == 1
    for page in (thread, text(budi.get(desk(one)))):
        assert page.count(QUESTION) == 1
        assert page.count(said) == 1
    by_code = text(Client().get(reverse("desk:consultation_track", args=[one.tracking_code])))
    assert by_code.count(QUESTION) == 1
    assert by_code.count(said) == 1


def test_a_question_of_somebody_signed_in_stands_among_all_they_said(world, browser):
    one = asked(browser("sari"))
    page = text(browser("budi").get(reverse("portal:person", args=[one.case.party_id])))
    assert page.count(QUESTION) == 1
