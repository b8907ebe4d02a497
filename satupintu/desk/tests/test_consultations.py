"""A question from any channel to its end: due, answered, asked back, reopened, handed on, closed, counted."""

from datetime import timedelta

import pytest

from satupintu.desk.models import Consultation
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.consultations import ConsultationState as S
from satupintu.desk.services import NotFiled
from satupintu.desk.services.consulting import (
    Question,
    ask_on_page,
    close_consultations,
    give_stars,
    reply_on_page,
)
from satupintu.messaging import services as messaging
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import Conversation, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.queries import open_tasks
from satupintu.workflow.services import CannotMove, act, run_readers, sweep_deadlines

PHONE = "+6281299990000"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def say(world: World):
    del world
    count = 0

    def one(text, at=MONDAY, channel=ChannelKind.SMS, sender=PHONE):
        nonlocal count
        count += 1
        message = Incoming(
            channel, f"m{count}", sender, IncomingKind.TEXT, at, text=text, name="Marlina"
        )
        messaging.take("demo", Received(messages=(message,)), at=at)
        messaging.read_due(at=at)
        return [
            one.body for one in OutMessage.objects.filter(origin__startswith="in:", created_at=at)
        ]

    return one


def only() -> Consultation:
    return queries.find(Consultation.objects.get().pk)


def reply(world, text, at, who="budi", *, asks=False):
    talk = Conversation.objects.get(pk=only().conversation_id)
    return messaging.answer(
        talk.pk, text=text, turn=talk.turn, by=world.actor(who), at=at, asks=asks
    )


def on_page(world, text="Apa syarat SIP bidan?", **more):
    return ask_on_page(
        Question(text=text, **more), language="id", at=world.at, origin_ref=more.pop("ref", None)
    )


# --- Asking -----------------------------------------------------------------------------------------


def test_a_question_by_sms_is_a_numbered_case_with_a_day(world, say):
    said = say("TANYA Apa syarat SIP bidan?")[0]

    one = only()
    assert one.case.number == "KSL-2026-00001"
    assert one.case.number in said
    assert one.tracking_code in said
    assert "24 November 2026" in said
    assert len(said) <= 160  # one part of plain letters
    assert (one.topic, one.case.channel, one.name) == ("requirements", "sms", "Marlina")
    assert one.question == "Apa syarat SIP bidan?"
    assert one.case.state == S.ASKED
    (task,) = open_tasks(one.case)
    assert (task.stage, task.role) == (rules.STAGE, "front_office")
    assert task.due_at == one.case.promise.due_at
    talk = Conversation.objects.get()
    assert talk.case_id == one.pk
    assert talk.waiting_since == MONDAY


def test_the_same_message_twice_is_one_question(world, say):
    message = Incoming(
        ChannelKind.SMS, "x1", PHONE, IncomingKind.TEXT, MONDAY, text="TANYA biaya reklame"
    )
    for _again in range(2):
        messaging.take("demo", Received(messages=(message,)), at=MONDAY)
        messaging.read_due(at=MONDAY)
    assert Consultation.objects.count() == 1


def test_what_is_added_while_one_waits_is_the_same_question(world, say):
    say("TANYA Apa syarat SIP bidan?")
    assert say("dan berapa lama?", at=MONDAY + HOUR) == []
    assert say("MENU", at=MONDAY + 2 * HOUR) != []
    said = say("TANYA juga biayanya", at=MONDAY + 3 * HOUR)
    assert Consultation.objects.count() == 1
    assert said == []  # the officer hears it


def test_asking_again_from_the_menu_is_added_to_what_waits(world, say):
    say("TANYA Apa syarat SIP bidan?")
    Conversation.objects.update(waiting_since=None, officer=None)
    reply(world, "STR dan ijazah.", MONDAY + HOUR)
    say("MENU", at=MONDAY + 2 * HOUR)
    # With an officer in it, what is written is heard by them; it reopens the question.
    say("3", at=MONDAY + 3 * HOUR)
    assert only().case.state == S.ASKED


def test_a_case_that_a_question_names_is_tied_to_it(world, say):
    case = world.apply("sari")
    say(f"TANYA kapan {case.number.lower()} selesai?")
    assert only().about == case


def test_a_complaint_that_a_question_names_is_not(world, say):
    from satupintu.desk.tests.conftest import complain

    number = complain(world).case.number
    say(f"TANYA bagaimana {number}")
    assert only().about is None


def test_too_many_questions_from_one_telephone_are_stopped(world, say):
    for number in range(rules.A_DAY):
        say(f"TANYA nomor {number}", at=MONDAY + number * HOUR / 10)
        Conversation.objects.update(closed_at=MONDAY)
    said = say("TANYA lagi", at=MONDAY + 2 * HOUR)
    assert "Terlalu banyak pertanyaan" in said[0]
    assert Consultation.objects.count() == rules.A_DAY


def test_a_question_on_the_page_is_kept_once_with_its_press(world):
    first = ask_on_page(Question(text="Apa syaratnya?"), language="id", at=MONDAY, origin_ref="a")
    again = ask_on_page(Question(text="Apa syaratnya?"), language="id", at=MONDAY, origin_ref="a")
    assert first == again
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "  "}, "Tulis pertanyaannya"),
        ({"text": "Kapan?", "about": "REG-2026-999999"}, "Tidak ada berkas bernomor"),
        ({"text": "Kapan?", "contact": "bukan nomor"}, ""),
    ],
)
def test_what_is_asked_badly_is_refused_and_nothing_kept(world, given, said):
    with pytest.raises(NotFiled) as refused:
        ask_on_page(Question(**given), language="id", at=MONDAY, origin_ref=None)
    assert said in refused.value.message
    assert Consultation.objects.count() == 0
    assert Conversation.objects.count() == 0


def test_what_is_written_down_for_somebody_is_a_question_too(world):
    talk = messaging.write_down(
        channel=ChannelKind.TELEPHONE, address=PHONE, name="Marlina", text="Jam buka?",
        outgoing=False, happened_at=MONDAY, by=world.actor("budi"), at=MONDAY,
    )  # fmt: skip
    messaging.queue_up(talk.pk, at=MONDAY, words="Jam buka?")
    assert only().case.channel == "phone"


# --- Answering --------------------------------------------------------------------------------------


def test_an_officers_reply_answers_in_time(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR, ijazah, rekomendasi.", MONDAY + 2 * HOUR)

    one = only()
    assert one.case.state == S.ANSWERED
    assert (one.on_time, one.waited) == (True, 120)
    assert open_tasks(one.case) == []
    assert one.case.promise_due_at is None
    assert Conversation.objects.get().waiting_since is None


def test_an_answer_after_its_day_is_late_and_the_section_head_knew(world, say):
    say("TANYA Apa syarat SIP bidan?")
    late = MONDAY + 3 * DAY
    sweep_deadlines(at=late)
    assert {task.stage for task in open_tasks(only().case)} == {rules.STAGE, rules.STAGE_LATE}
    reply(world, "STR.", late)
    assert only().on_time is False
    assert open_tasks(only().case) == []


def test_two_officers_who_answer_at_once_send_one_answer(world, say):
    say("TANYA Apa syarat SIP bidan?")
    talk = Conversation.objects.get()
    messaging.answer(
        talk.pk, text="Satu.", turn=talk.turn, by=world.actor("budi"), at=MONDAY + HOUR
    )
    with pytest.raises(messaging.ConversationRefused) as refused:
        messaging.answer(
            talk.pk, text="Dua.", turn=talk.turn, by=world.actor("ratna"), at=MONDAY + HOUR
        )
    assert "sudah menangani" in refused.value.message
    sent = OutMessage.objects.filter(origin__startswith="answer:")
    assert [one.body for one in sent] == ["Satu."]
    assert Transition.objects.filter(case=only().case, action="answer").count() == 1


def test_asking_back_stops_the_clock_until_the_person_replies(world, say):
    say("TANYA Apa syarat izin saya?")
    before = only().case.promise.due_at
    reply(world, "Izin yang mana?", MONDAY + HOUR, asks=True)
    assert only().case.state == S.QUESTIONED
    assert only().case.promise.paused
    say("SIP bidan", at=MONDAY + 2 * DAY)
    one = only()
    assert one.case.state == S.ASKED
    assert one.case.promise.due_at > before
    reply(world, "STR.", MONDAY + 2 * DAY + HOUR)
    assert (only().on_time, only().waited) == (True, 120)  # an hour before, an hour after


def test_thanks_leave_an_answer_answered(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR.", MONDAY + HOUR)
    say("Terima kasih banyak", at=MONDAY + 2 * HOUR)
    assert only().case.state == S.ANSWERED
    assert Conversation.objects.get().waiting_since is None


def test_a_reply_reopens_with_a_day_of_its_own_for_the_same_officer(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR.", MONDAY + HOUR)
    say("Apakah harus dilegalisir?", at=MONDAY + 2 * DAY)
    one = only()
    assert one.case.state == S.ASKED
    assert one.case.promise.due_at > MONDAY + 2 * DAY
    (task,) = open_tasks(one.case)
    assert task.assignee == world.user("budi")
    assert (one.on_time, one.waited) == (True, 60)  # of the first answer
    assert Conversation.objects.get().waiting_since == MONDAY + 2 * DAY


def test_what_was_said_by_telephone_and_written_down_is_an_answer(world, say):
    say("TANYA Apa syarat SIP bidan?")
    messaging.write_down(
        channel=ChannelKind.SMS, address=PHONE, name="", text="STR.", outgoing=True,
        happened_at=MONDAY + HOUR, by=world.actor("budi"), at=MONDAY + 2 * HOUR,
    )  # fmt: skip
    assert only().case.state == S.ANSWERED
    assert only().waited == 60  # when it was said, not when it was written down


def test_what_a_caller_says_and_an_officer_writes_down_reopens(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR.", MONDAY + HOUR)
    messaging.write_down(
        channel=ChannelKind.SMS, address=PHONE, name="", text="Kurang jelas, apa itu STR",
        outgoing=False, happened_at=MONDAY + 2 * HOUR, by=world.actor("budi"), at=MONDAY + 2 * HOUR,
    )  # fmt: skip
    assert only().case.state == S.ASKED


# --- Handing over, closing ---------------------------------------------------------------------------


def test_a_conversation_given_to_a_colleague_gives_them_the_task(world, say):
    say("TANYA Apa syarat SIP bidan?")
    talk = Conversation.objects.get()
    messaging.hand_over(talk.pk, to=world.user("ratna"), by=world.actor("budi"), at=MONDAY + HOUR)
    (task,) = open_tasks(only().case)
    assert task.assignee == world.user("ratna")
    assert Transition.objects.get(case=only().case, action="hand_over").data == {
        "officer": world.user("ratna").pk
    }


def test_another_agency_that_is_asked_sees_and_answers_it(world, say):
    say("TANYA apakah lokasi saya boleh?")
    one = only()
    with pytest.raises(queries.NotFound):
        queries.get_consultation_for(world.actor("hendra"), one.case.number)
    unit = next(iter(world.actor("hendra").units))
    act(one.case, "hand_over", by=world.actor("budi"), at=MONDAY + HOUR, data={"unit": unit})
    found = queries.get_consultation_for(world.actor("hendra"), one.case.number)
    assert [task.unit_id for task in open_tasks(found.case)] == [unit]
    reply(world, "Boleh, zona permukiman.", MONDAY + 2 * HOUR, who="hendra")
    assert only().case.state == S.ANSWERED


def test_nobody_closes_what_nobody_answered(world, say):
    say("TANYA Apa syarat SIP bidan?")
    with pytest.raises(messaging.ConversationRefused) as refused:
        messaging.close(Conversation.objects.get().pk, by=world.actor("budi"), at=MONDAY + HOUR)
    assert "belum dijawab" in refused.value.message
    assert Conversation.objects.get().closed_at is None
    assert only().case.state == S.ASKED


def test_closing_the_conversation_closes_what_was_answered(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR.", MONDAY + HOUR)
    messaging.close(Conversation.objects.get().pk, by=world.actor("budi"), at=MONDAY + 2 * HOUR)
    assert only().case.state == S.CLOSED


def test_it_closes_by_itself_after_the_plans_days_and_asks_for_a_mark(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR.", MONDAY + HOUR)
    assert close_consultations(at=MONDAY + 3 * DAY) == 0
    assert close_consultations(at=MONDAY + 3 * DAY + HOUR) == 1
    assert only().case.state == S.CLOSED
    assert Conversation.objects.get().closed_at is not None
    run_readers(at=MONDAY + 4 * DAY)
    told = OutMessage.objects.get(template="consultation_closed")
    assert "NILAI" in told.body
    assert told.channel == ChannelKind.SMS


def test_what_was_asked_back_and_never_replied_lapses(world, say):
    say("TANYA Apa syarat izin saya?")
    reply(world, "Izin yang mana?", MONDAY + HOUR, asks=True)
    assert close_consultations(at=MONDAY + 14 * DAY) == 0
    assert close_consultations(at=MONDAY + 15 * DAY) == 1
    run_readers(at=MONDAY + 15 * DAY)
    assert not OutMessage.objects.filter(template="consultation_closed").exists()


def test_what_waits_for_an_answer_never_closes_by_itself(world, say):
    say("TANYA Apa syarat SIP bidan?")
    assert close_consultations(at=MONDAY + 90 * DAY) == 0


def test_after_it_is_closed_the_next_message_begins_anew(world, say):
    say("TANYA Apa syarat SIP bidan?")
    reply(world, "STR.", MONDAY + HOUR)
    close_consultations(at=MONDAY + 4 * DAY)
    assert "Pilih" in say("halo", at=MONDAY + 5 * DAY)[0]
    say("TANYA berapa biayanya?", at=MONDAY + 5 * DAY + HOUR)
    assert Consultation.objects.count() == 2


def test_what_is_no_question_is_laid_aside_with_a_reason(world, say):
    say("TANYA menang undian")
    with pytest.raises(CannotMove):
        act(only().case, "discard", by=world.actor("budi"), at=MONDAY + HOUR)
    act(only().case, "discard", by=world.actor("budi"), at=MONDAY + HOUR, reason="Iklan.")
    assert only().case.state == S.DISCARDED
    assert Conversation.objects.get().closed_at is not None
    assert queries.counted(MONDAY - DAY, MONDAY + DAY) == []


# --- On the page -------------------------------------------------------------------------------------


def test_whoever_asked_on_the_page_is_told_where_they_said(world):
    on_page(world, contact="marlina@contoh.id", name="Marlina")
    run_readers(at=MONDAY)
    reply(world, "STR.", MONDAY + HOUR)
    run_readers(at=MONDAY + HOUR)
    told = {one.template: one for one in OutMessage.objects.filter(channel=ChannelKind.EMAIL)}
    assert set(told) == {"consultation_received", "consultation_answered"}
    assert f"/konsultasi/lacak/{only().tracking_code}/" in told["consultation_answered"].body
    assert "STR." not in told["consultation_answered"].body


def test_a_reply_on_the_page_reopens(world):
    on_page(world)
    reply(world, "STR.", MONDAY + HOUR)
    reply_on_page(only(), "Apakah harus asli?", at=MONDAY + 2 * HOUR)
    assert only().case.state == S.ASKED


def test_nothing_is_replied_to_what_is_over(world):
    on_page(world)
    reply(world, "STR.", MONDAY + HOUR)
    give_stars(only(), 4, at=MONDAY + 2 * HOUR)
    with pytest.raises(NotFiled):
        reply_on_page(only(), "Lagi", at=MONDAY + 3 * HOUR)


def test_a_mark_closes_and_is_given_once(world):
    on_page(world)
    with pytest.raises(CannotMove):
        give_stars(only(), 5, at=MONDAY)  # nobody has answered
    reply(world, "STR.", MONDAY + HOUR)
    with pytest.raises(CannotMove):
        give_stars(only(), 6, at=MONDAY + HOUR)
    give_stars(only(), 4, at=MONDAY + 2 * HOUR)
    assert (only().rating, only().case.state) == (4, S.CLOSED)
    with pytest.raises(CannotMove):
        give_stars(only(), 1, at=MONDAY + 3 * HOUR)
    assert only().rating == 4


def test_an_officer_cannot_judge_themselves(world):
    on_page(world)
    reply(world, "STR.", MONDAY + HOUR)
    with pytest.raises(CannotMove):
        act(only().case, "rate", by=world.actor("budi"), at=MONDAY + HOUR, data={"stars": 5})


# --- Counted, proven ---------------------------------------------------------------------------------


def test_the_figures_of_a_year(world, say):
    say("TANYA Berapa biaya reklame?")
    reply(world, "Sesuai tarif.", MONDAY + HOUR)
    say("TANYA Berapa tarif PBG?", sender="+6281288880000")
    rows = queries.counted(MONDAY - DAY, MONDAY + DAY)
    fee = next(one for one in queries.by_topic(rows) if one.key == "fee")
    assert (fee.came, fee.answered, fee.on_time, fee.open, fee.wait) == (2, 1, 1, 1, 60)
    assert [(one.key, one.came) for one in queries.by_channel(rows)] == [("sms", 2)]


def test_the_audit_sees_an_altered_question(world, say):
    say("TANYA Apa syarat SIP bidan?")
    assert not audit(stop_at_first=False).broken
    Consultation.objects.update(question="Sesuatu yang lain")
    assert any("not what was asked" in str(one) for one in audit(stop_at_first=False).broken)
