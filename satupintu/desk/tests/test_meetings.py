"""Appointments for a consultation: wanted, offered, agreed on, moved, called off, reminded of, entered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from satupintu.desk import meetings as providers
from satupintu.desk.meetings.port import MeetingFailed, Room
from satupintu.desk.models import Consultation, Meeting
from satupintu.desk.queries import consultations as queries
from satupintu.desk.readers.consultations import remind
from satupintu.desk.rules import meetings as rules
from satupintu.desk.rules.consultations import ConsultationState as S
from satupintu.desk.services import NotFiled
from satupintu.desk.services.consulting import (
    Question,
    SlotTaken,
    ask_on_page,
    call_off,
    close_consultations,
    enter_room,
    make_rooms,
    pick_time,
    want_meeting,
)
from satupintu.messaging import services as messaging
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import Conversation, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.services import CannotMove, act, run_readers

PHONE = "+6281299990000"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = MONDAY + 2 * DAY  # 09.00 in Sanggau


@pytest.fixture
def one(world: World) -> Consultation:
    made = ask_on_page(
        Question(text="Apa syarat SIP bidan?", contact="marlina@contoh.id", name="Marlina"),
        language="id",
        at=world.at,
        origin_ref=None,
    )
    return fresh(made)


def fresh(one: Consultation) -> Consultation:
    return queries.find(one.pk)


def officer(world, one, action, who="budi", *, at=MONDAY, reason="", **data):
    act(fresh(one).case, action, by=world.actor(who), at=at, reason=reason, data=data)
    return fresh(one)


def offer(world, one, *times, who="budi", way="video"):
    return officer(
        world, one, "offer_meeting", who, way=way, times=[time.isoformat() for time in times]
    )


def book(world, one, starts_at=WEDNESDAY, *, who="budi", way="video", at=MONDAY):
    return officer(world, one, "book_meeting", who, at=at, way=way, starts_at=starts_at.isoformat())


def told(template):
    run_readers(at=MONDAY + DAY)
    return list(OutMessage.objects.filter(template=template).order_by("created_at", "pk"))


class Rooms:
    """A provider that does what it is told, and remembers; it refuses to be asked inside a transaction."""

    name = "jitsi"

    def __init__(self):
        self.calls, self.fails, self.running = [], False, False

    def _do(self, call):
        # The test itself runs in one transaction; a second one would be the program's own.
        assert len(connection.savepoint_ids) <= 1, "the network inside a transaction"
        self.calls.append(call)
        if self.fails:
            raise MeetingFailed("rooms: 503")

    def prepare(self, wanted):
        self._do("prepare")
        return Room("r1", "https://temu.contoh/r1")

    def enter(self, wanted, room, *, who, host):
        self._do(f"enter {who} {host}")
        return f"{room.join_url}?host={host}"

    def is_running(self, room):
        return self.running

    def end(self, room):
        self._do("end")


@pytest.fixture
def provider(monkeypatch):
    made = Rooms()
    monkeypatch.setattr(providers, "provider", lambda: made)
    return made


# --- The pure part ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed", "now", "due"),
    [
        (-48, -25, []),
        (-48, -24, [24]),
        (-48, -3, [24]),  # the worker stood still
        (-48, -2, [2]),  # of two only the later
        (-12, -3, []),  # agreed after the first would have come
        (-12, -2, [2]),
        (-1, -0.5, []),
        (-48, 0, []),
        (-48, 1, []),
    ],
)
def test_which_reminder_is_due(agreed, now, due):
    found = rules.reminders_due(WEDNESDAY, WEDNESDAY + agreed * HOUR, WEDNESDAY + now * HOUR)
    assert found == [before * HOUR for before in due]


@pytest.mark.parametrize(
    ("minutes", "is_open", "is_over"),
    [(-16, False, False), (-15, True, False), (0, True, False), (90, True, False), (91, False, True)],
)  # fmt: skip
def test_when_a_room_is_open(minutes, is_open, is_over):
    now = WEDNESDAY + timedelta(minutes=minutes)
    assert rules.is_open(WEDNESDAY, 30, now) is is_open
    assert rules.is_over(WEDNESDAY, 30, now) is is_over


# --- Agreeing ---------------------------------------------------------------------------------------


def test_a_time_is_offered_chosen_and_told_with_its_zone(world, one, provider):
    offer(world, one, WEDNESDAY, WEDNESDAY + HOUR)
    assert "Rabu, 25 November 2026, 09.00 WIB" in told("meeting_offered")[0].body

    pick_time(fresh(one), WEDNESDAY, at=MONDAY + HOUR)

    meeting = queries.meeting_of(one)
    assert (meeting.starts_at, meeting.officer) == (WEDNESDAY, world.user("budi"))
    assert fresh(one).offered == {}
    bodies = [message.body for message in told("meeting_booked")]
    assert len(bodies) == 2  # whoever asked, and the officer
    assert all("Rabu, 25 November 2026, 09.00 WIB" in body for body in bodies)
    assert f"/konsultasi/lacak/{one.tracking_code}/" in "".join(bodies)
    assert "temu.contoh" not in "".join(bodies)  # the room's own address is told to nobody


def test_what_was_not_offered_cannot_be_chosen(world, one):
    offer(world, one, WEDNESDAY)
    with pytest.raises(SlotTaken):
        pick_time(fresh(one), WEDNESDAY + HOUR, at=MONDAY)
    assert queries.meeting_of(one) is None


def test_an_officer_is_never_promised_twice_for_one_time(world, one):
    other = ask_on_page(Question(text="Lain?"), language="id", at=MONDAY, origin_ref=None)
    offer(world, one, WEDNESDAY)
    offer(world, other, WEDNESDAY)
    pick_time(fresh(one), WEDNESDAY, at=MONDAY)
    with pytest.raises(SlotTaken) as refused:
        pick_time(fresh(other), WEDNESDAY, at=MONDAY)
    assert "janji lain" in refused.value.message
    with pytest.raises(SlotTaken):
        book(world, other, WEDNESDAY + timedelta(minutes=20))
    book(world, other, WEDNESDAY + timedelta(minutes=30))
    assert Meeting.objects.count() == 2


def test_two_who_choose_at_once_are_parted_by_the_database(world, one, monkeypatch):
    from satupintu.desk.services.consulting import meeting as service

    other = ask_on_page(Question(text="Lain?"), language="id", at=MONDAY, origin_ref=None)
    monkeypatch.setattr(service, "_check_free", lambda *_: None)  # both looked before either wrote
    book(world, one)
    with pytest.raises(SlotTaken):
        book(world, other)
    assert Meeting.objects.count() == 1
    assert queries.meeting_of(other) is None
    assert fresh(other).case.version == 1  # the refused move is not in its log


@pytest.mark.parametrize("when", [MONDAY - HOUR, MONDAY, MONDAY + 61 * DAY])
def test_a_time_that_cannot_be_is_refused(world, one, when):
    with pytest.raises(NotFiled):
        book(world, one, when)
    with pytest.raises(NotFiled):
        offer(world, one, when)


@pytest.mark.parametrize(
    "data", [{"way": "fax"}, {"way": "video"}, {"way": "video", "starts_at": "x"}]
)
def test_data_that_makes_no_sense_is_refused(world, one, data):
    with pytest.raises(CannotMove):
        officer(world, one, "book_meeting", **data)


def test_moving_ends_the_first_and_lets_its_room_go(world, one, provider):
    book(world, one)
    assert make_rooms(at=MONDAY) == 1
    book(world, one, WEDNESDAY + HOUR, at=MONDAY + HOUR)
    assert queries.meeting_of(one).starts_at == WEDNESDAY + HOUR
    make_rooms(at=MONDAY + HOUR)
    assert sorted(provider.calls) == ["end", "prepare", "prepare"]


def test_whoever_asked_calls_it_off_and_the_officer_hears(world, one, provider):
    book(world, one)
    make_rooms(at=MONDAY)
    call_off(fresh(one), at=MONDAY + HOUR, reason="Sakit.")
    assert queries.meeting_of(one) is None
    (message,) = told("meeting_cancelled")
    assert message.address == world.user("budi").email
    make_rooms(at=MONDAY + HOUR)
    assert provider.calls == ["prepare", "end"]
    with pytest.raises(CannotMove):
        call_off(fresh(one), at=MONDAY + HOUR)


def test_what_the_office_calls_off_is_told_to_whoever_asked(world, one):
    book(world, one, way="telephone")
    officer(world, one, "cancel_meeting", reason="Petugas sakit.")
    assert [message.address for message in told("meeting_cancelled")] == ["marlina@contoh.id"]


def test_asking_to_talk_reopens_what_was_answered(world, one):
    talk = Conversation.objects.get()
    messaging.answer(talk.pk, text="STR.", turn=talk.turn, by=world.actor("budi"), at=MONDAY)
    want_meeting(fresh(one), "telephone", "Selasa pagi", at=MONDAY + HOUR)
    assert fresh(one).case.state == S.ASKED
    (message,) = told("meeting_wanted")
    assert "Selasa pagi" in message.body


def test_nothing_ends_while_an_appointment_lies_ahead(world, one):
    talk = Conversation.objects.get()
    messaging.answer(talk.pk, text="STR.", turn=talk.turn, by=world.actor("budi"), at=MONDAY)
    book(world, one, MONDAY + 10 * DAY)
    assert close_consultations(at=MONDAY + 5 * DAY) == 0
    with pytest.raises(CannotMove):
        officer(world, one, "close")
    assert close_consultations(at=MONDAY + 11 * DAY) == 1


# --- Rooms, reminders --------------------------------------------------------------------------------


def test_a_room_that_is_not_given_is_asked_for_again_and_then_said(world, one, provider):
    book(world, one)
    provider.fails = True
    at = MONDAY
    for _attempt in range(rules.ATTEMPTS + 2):
        make_rooms(at=at)
        at += HOUR
    meeting = queries.meeting_of(one)
    assert provider.calls == ["prepare"] * rules.ATTEMPTS
    assert (meeting.error, meeting.room) == ("rooms: 503", {})


def test_a_telephone_call_needs_no_room(world, one, provider):
    book(world, one, way="telephone")
    assert make_rooms(at=MONDAY) == 0
    with pytest.raises(NotFiled):
        enter_room(queries.meeting_of(one), who="x", host=False, at=WEDNESDAY)


def test_each_side_is_reminded_once(world, one):
    book(world, one)
    assert remind(at=WEDNESDAY - 25 * HOUR) == 0
    for _again in range(2):
        remind(at=WEDNESDAY - 24 * HOUR)
    assert len(told("meeting_reminder")) == 2
    remind(at=WEDNESDAY - HOUR)
    assert len(told("meeting_reminder")) == 4
    officer(world, one, "cancel_meeting")
    assert remind(at=WEDNESDAY - HOUR / 2) == 0


def test_the_door_opens_in_time_and_earlier_when_the_officer_is_there(world, one, provider):
    book(world, one)
    make_rooms(at=MONDAY)
    meeting = queries.meeting_of(one)
    early, late = WEDNESDAY - 20 * timedelta(minutes=1), WEDNESDAY + 2 * HOUR
    with pytest.raises(NotFiled) as refused:
        enter_room(meeting, who="Marlina", host=False, at=early)
    assert "15 menit" in refused.value.message
    assert enter_room(meeting, who="Budi", host=True, at=early).endswith("host=True")
    provider.running = True
    assert enter_room(meeting, who="Marlina", host=False, at=early).endswith("host=False")
    with pytest.raises(NotFiled):
        enter_room(meeting, who="Marlina", host=False, at=late)
    provider.fails = True
    with pytest.raises(NotFiled) as refused:
        enter_room(meeting, who="Marlina", host=False, at=WEDNESDAY)
    assert "petugas menelepon" in refused.value.message


# --- By message, on the pages --------------------------------------------------------------------------


@pytest.fixture
def say(world):
    del world
    count = 0

    def speak(text):
        nonlocal count
        count += 1
        at = MONDAY + timedelta(seconds=count)
        message = Incoming(ChannelKind.SMS, f"m{count}", PHONE, IncomingKind.TEXT, at, text=text)
        messaging.take("demo", Received(messages=(message,)), at=at)
        messaging.read_due(at=at)
        answers = OutMessage.objects.filter(origin__startswith="in:", created_at=at)
        return "".join(answer.body for answer in answers)

    return speak


def test_an_appointment_is_made_by_sms_from_nothing(world, say):
    assert "Tentang apa?" in say("JANJI")
    assert "Bagaimana kita bicara?" in say("Syarat SIP bidan untuk lulusan baru")
    assert "Kapan waktu yang cocok?" in say("2")
    wanted = say("Selasa pagi")
    assert "JANJI" in wanted
    assert len(wanted) <= 160
    asked = Consultation.objects.get()
    assert say("saya tunggu ya") == ""  # the officer hears it
    offer(world, asked, WEDNESDAY, WEDNESDAY + HOUR, way="telephone")
    offered = say("janji")
    assert "1 25 Nov 2026 09.00" in offered
    assert "Jadi: Rabu, 25 November 2026, 09.00 WIB, lewat telepon" in say("1")
    assert "Janji Anda" in say("JANJI")
    assert "dibatalkan" in say("Batalkan janji")
    assert queries.meeting_of(asked) is None


def test_an_offer_that_is_gone_is_said_and_nothing_agreed(world, say):
    say("TANYA apa syaratnya")
    one = Consultation.objects.get()
    offer(world, one, WEDNESDAY)
    say("JANJI")
    other = ask_on_page(Question(text="Lain?"), language="id", at=MONDAY, origin_ref=None)
    book(world, other, WEDNESDAY)
    assert "janji lain" in say("1")
    assert queries.meeting_of(one) is None


def test_an_answered_question_is_rated_while_the_officer_has_it(world, say):
    say("TANYA apa syaratnya")
    talk = Conversation.objects.get()
    messaging.answer(talk.pk, text="STR.", turn=talk.turn, by=world.actor("budi"), at=MONDAY)
    assert "Nilai tanah" not in say("Nilai tanah saya berapa")  # to the officer: more than the word
    talk.refresh_from_db()
    messaging.answer(talk.pk, text="NJOP.", turn=talk.turn, by=world.actor("budi"), at=MONDAY)
    assert "kami catat" in say("NILAI 5")
    assert Consultation.objects.get().rating == 5


def test_pages_of_both_sides_agree_on_a_time(world, one, browser, provider):
    budi, page = browser("budi"), f"/konsultasi/lacak/{one.tracking_code}/"
    act_page = f"/konsultasi/berkas/{one.case.number}/tawarkan-waktu/"
    version = fresh(one).case.version
    given = {"version": version, "way": "video", "time_1": "2026-11-25T09:00"}
    assert budi.post(act_page, {**given, "time_1": ""}).status_code == 422
    assert budi.post(act_page, {**given, "time_1": "2020-01-01T09:00"}).status_code == 422
    assert budi.post(act_page, given).status_code == 302

    stranger = Client()
    assert "Rabu, 25 November 2026, 09.00 WIB" in stranger.get(page).content.decode()
    assert stranger.post(page, {"apa": "pilih-temu", "waktu": "besok"}).status_code == 422
    value = fresh(one).offered["times"][0]
    assert stranger.post(page, {"apa": "pilih-temu", "waktu": value}).status_code == 302
    make_rooms(at=MONDAY)
    early = stranger.get(f"{page}temu/", follow=True).content.decode()
    assert "15 menit sebelum" in early
    host = budi.get(f"/konsultasi/berkas/{one.case.number}/temu/")
    assert host["Location"] == "https://temu.contoh/r1?host=True"
    assert stranger.post(page, {"apa": "batal-temu"}).status_code == 302
    assert stranger.get(f"{page}temu/").status_code == 404
    assert stranger.post(page, {"apa": "minta-temu", "cara": "fax"}).status_code == 422
    assert stranger.post(page, {"apa": "minta-temu", "cara": "video"}).status_code == 302
    assert browser("hendra").get(f"/konsultasi/berkas/{one.case.number}/temu/").status_code == 404


def test_the_page_of_channels_says_whether_rooms_work(world, browser, monkeypatch):
    from satupintu.desk.meetings.jitsi import Jitsi
    from satupintu.messaging.channels.port import Health

    monkeypatch.setattr(Jitsi, "health", lambda _self: Health(False, "Jitsi: ConnectError"))
    page = browser("admin").post("/pengaturan/saluran/periksa/").content.decode()
    assert "Jitsi: ConnectError" in page
