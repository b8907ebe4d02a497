"""Reports in any order, the ladder, quiet hours, the breaker, the rate, and workers that die."""

from datetime import date, datetime, time, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError

from satupintu.messaging import services
from satupintu.messaging.channels.port import Failed, Report, Sent, Trouble
from satupintu.messaging.models import DeliveryReport, Lane, Meter, OutMessage
from satupintu.messaging.rules import (
    BREAKER_AFTER,
    CLAIM,
    REPORT_WITHIN,
    ChannelKind,
    Delivery,
    breaker_opens,
    quiet_end,
)
from satupintu.messaging.services import sending
from satupintu.people import services as people
from satupintu.people.rules import system_actor
from satupintu.people.tests.factories import AT

pytestmark = pytest.mark.django_db
TESTER = system_actor("tests")
ZONE = ZoneInfo("Asia/Pontianak")


def tell(name="Sari", *, origin="t:1", at=AT, phone="+6281200001234", email="sari@contoh.id"):
    party = people.create_party(name=name, email=email, phone=phone, by=TESTER, at=AT)
    return services.notify(
        party.pk,
        "withdrawn",
        {"service": "SIP Bidan", "number": "P-1", "link": "http://x/"},
        origin=origin,
        at=at,
    )


def tell_some(count):
    """Tell so many people, each by a telephone of their own."""
    for number in range(count):
        tell(origin=f"t:{number}", phone=f"+62812000012{number:02}", email="")


def report(state, external_id="wamid.1", at=AT, **more):
    services.take_reports("fake", [Report(external_id, state, at, **more)], at=at)


@pytest.mark.parametrize(
    "order", list(permutations([Delivery.SENT, Delivery.DELIVERED, Delivery.READ]))
)
def test_reports_in_any_order_end_in_the_furthest(transport, order):
    transport.answers = [Sent("wamid.1", reports=True)]
    tell()
    services.send_due(AT)
    for state in order:
        report(state)
        report(state)

    row = OutMessage.objects.get()
    assert row.state == "read"
    assert row.await_until is None
    assert DeliveryReport.objects.count() == 3


def test_a_report_before_our_mark_is_not_lost(transport):
    report(Delivery.DELIVERED)
    transport.answers = [Sent("wamid.1", reports=True)]
    tell()
    services.send_due(AT)

    assert OutMessage.objects.get().state == "delivered"


def test_what_was_reported_of_many_before_our_mark_is_not_lost(transport):
    tell_some(5)
    report(Delivery.DELIVERED, "wamid.3")
    transport.answers = [Sent(f"wamid.{number}", parts=2, reports=True) for number in range(5)]
    assert services.send_due(AT) == 5

    states = sorted(OutMessage.objects.values_list("state", flat=True))
    assert states == ["delivered", "sent", "sent", "sent", "sent"]
    meter = Meter.objects.get()
    assert (meter.messages, meter.parts) == (5, 10)


def test_one_that_cannot_be_marked_takes_no_other_mark_away(transport, monkeypatch):
    tell_some(4)
    run = sending._SENT.run

    def refuse(**values):
        if values["external_id"] == "wamid.2":
            raise DataError("too long")
        return run(**values)

    monkeypatch.setattr(sending._SENT, "run", refuse)
    attempts = [
        sending.Attempt(message, transport, Sent(f"wamid.{number}"))
        for number, message in enumerate(OutMessage.objects.order_by("created_at", "pk"))
    ]
    OutMessage.objects.update(state=Delivery.SENDING)
    assert sending._settle(attempts, set(), AT) == 4
    marked = OutMessage.objects.filter(state=Delivery.SENT)
    assert {one.external_id for one in marked} == {"wamid.0", "wamid.1", "wamid.3"}
    assert Meter.objects.get().messages == 3


def test_a_report_of_another_transport_or_id_changes_nothing(transport):
    transport.answers = [Sent("wamid.1")]
    tell()
    services.send_due(AT)
    report(Delivery.READ, "wamid.2")
    services.take_reports("other", [Report("wamid.1", Delivery.READ, AT)], at=AT)

    assert OutMessage.objects.get().state == "sent"


def test_a_report_under_a_short_id_is_of_no_message_whose_id_ends_with_it(transport):
    transport.answers = [Sent("5001234")]  # some SMS centres count: 1234, then 5001234
    tell()
    services.send_due(AT)
    report(Delivery.DELIVERED, "1234")

    assert OutMessage.objects.get().state == "sent"


@pytest.mark.parametrize("trouble", [Trouble.PERSON, Trouble.WINDOW, Trouble.CONTENT])
def test_whoever_is_not_reached_is_told_by_the_next_channel_down_to_the_officers(
    transport, trouble
):
    transport.answers = [Failed(permanent=True, why="131026", trouble=trouble)] * 3
    tell()
    for minute in range(3):
        services.send_due(AT + timedelta(minutes=minute))

    told = list(OutMessage.objects.order_by("pk").values_list("channel", "state"))
    assert told == [("whatsapp", "failed"), ("sms", "failed"), ("email", "failed")]
    assert services.send_due(AT + timedelta(days=1)) == 0
    from satupintu.messaging.queries import list_for_hand

    assert [one.channel for one in list_for_hand()] == ["email"]


def test_few_words_by_sms_and_the_whole_letter_by_mail(transport):
    transport.answers = [Failed(permanent=True, why="x", trouble=Trouble.PERSON)] * 2
    tell()
    for minute in range(3):
        services.send_due(AT + timedelta(minutes=minute))

    by = {one.channel: one for one in transport.got}
    assert "Sari" not in by[ChannelKind.SMS].body
    assert len(by[ChannelKind.SMS].body) <= 160
    assert by[ChannelKind.EMAIL].body.startswith("Yth. Sari")


def test_reported_as_undeliverable_goes_on_with_the_next_channel_once(transport):
    transport.answers = [Sent("wamid.1", reports=True)]
    tell()
    services.send_due(AT)
    report(Delivery.FAILED, why="131026")
    report(Delivery.FAILED, why="131026")

    assert sorted(OutMessage.objects.values_list("channel", "state")) == [
        ("sms", "queued"),
        ("whatsapp", "failed"),
    ]


def test_taken_and_never_delivered_is_told_again_elsewhere_but_stays_sent(transport):
    transport.answers = [Sent("wamid.1", reports=True)]
    tell()
    services.send_due(AT)
    assert services.give_up_waiting(at=AT + REPORT_WITHIN - timedelta(minutes=1)) == 0
    assert services.give_up_waiting(at=AT + REPORT_WITHIN) == 1
    assert services.give_up_waiting(at=AT + REPORT_WITHIN) == 0

    assert sorted(OutMessage.objects.values_list("channel", "state")) == [
        ("sms", "queued"),
        ("whatsapp", "sent"),
    ]
    report(Delivery.DELIVERED, at=AT + timedelta(hours=7))
    assert OutMessage.objects.get(channel="whatsapp").state == "delivered"


def test_a_channel_without_reports_is_not_waited_for(transport):
    transport.answers = [Sent("x")]
    tell()
    services.send_due(AT)
    assert services.give_up_waiting(at=AT + timedelta(days=9)) == 0


@pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.SETTINGS])
def test_what_is_not_the_messages_fault_costs_it_no_attempt_and_stops_the_lane(transport, trouble):
    transport.answers = [
        Failed(permanent=False, why="slow down", trouble=trouble, retry_after=timedelta(seconds=90))
    ]
    tell()
    assert services.send_due(AT) == 0

    row = OutMessage.objects.get()
    assert (row.state, row.attempts) == ("sending", 0)
    assert services.send_due(AT + timedelta(seconds=30)) == 0
    assert len(transport.got) == 1
    assert services.send_due(AT + timedelta(minutes=10)) == 1
    lane = Lane.objects.get()
    assert (lane.failures, lane.open_until) == (0, None)


def test_a_server_that_is_down_opens_the_breaker_and_one_success_closes_it(transport):
    transport.answers = [OSError()] * BREAKER_AFTER
    tell_some(BREAKER_AFTER)
    services.send_due(AT)
    assert Lane.objects.get().open_until == AT + breaker_opens(BREAKER_AFTER)

    tell(origin="t:new", phone="+6281200009999", email="")
    assert services.send_due(AT + timedelta(seconds=30)) == 0
    assert services.send_due(AT + timedelta(minutes=2)) >= 1
    assert Lane.objects.get().open_until is None


def test_a_batch_that_fails_as_one_opens_the_breaker_once(transport):
    transport.answers = [OSError()] * 20
    tell_some(20)
    services.send_due(AT)

    assert Lane.objects.get().open_until == AT + breaker_opens(BREAKER_AFTER)


def test_breaker_waits_longer_each_time():
    waits = [breaker_opens(failures) for failures in range(BREAKER_AFTER - 1, BREAKER_AFTER + 6)]
    assert waits[0] is None
    assert [int(one.total_seconds() // 60) for one in waits[1:]] == [1, 5, 15, 60, 60, 60]


def test_no_more_than_the_server_takes_in_a_second(transport):
    transport.per_second = 10.0
    tell_some(30)

    assert services.send_due(AT) == 10
    assert services.send_due(AT) == 0
    assert services.send_due(AT + timedelta(milliseconds=500)) == 5
    assert services.send_due(AT + timedelta(seconds=10)) == 10


def test_a_worker_killed_between_sending_and_marking_is_followed_and_the_message_marked_as_perhaps_twice(
    transport,
):
    message = tell()
    OutMessage.objects.update(state="sending", attempts=1, claimed_until=AT + CLAIM)
    assert services.send_due(AT + timedelta(minutes=1)) == 0
    assert services.send_due(AT + CLAIM + timedelta(seconds=1)) == 1

    row = OutMessage.objects.get()
    assert row.maybe_twice
    assert transport.got[0].reference == f"{message.pk}.satupintu"


def reference(message):
    return f"{message.pk}.satupintu"


@pytest.mark.parametrize("state", [Delivery.SENT, Delivery.DELIVERED, Delivery.READ])
def test_a_message_that_was_reported_by_our_reference_is_not_sent_again(transport, state):
    message = tell()
    OutMessage.objects.update(state="sending", attempts=1, claimed_until=AT + CLAIM)
    report(state, reference=reference(message))
    assert services.send_due(AT + CLAIM + timedelta(seconds=1)) == 1

    row = OutMessage.objects.get()
    assert (row.state, row.transport, row.external_id) == (state, "fake", "wamid.1")
    assert (row.maybe_twice, row.claimed_until, bool(row.done_at)) == (False, None, True)
    assert transport.got == []
    assert Meter.objects.get().messages == 1
    assert services.send_due(AT + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    "order", list(permutations([Delivery.SENT, Delivery.DELIVERED, Delivery.READ]))
)
def test_reports_by_our_reference_in_any_order_end_in_the_furthest(transport, order):
    message = tell()
    OutMessage.objects.update(state="sending", attempts=1, claimed_until=AT + CLAIM)
    for state in order:
        report(state, reference=reference(message))
    services.send_due(AT + CLAIM + timedelta(seconds=1))

    assert OutMessage.objects.get().state == "read"


def test_a_report_that_a_dead_worker_left_unread_is_read_before_anybody_is_told_elsewhere(
    transport,
):
    transport.answers = [Sent("wamid.1", reports=True)]
    tell()
    services.send_due(AT)
    DeliveryReport.objects.create(
        transport="fake", external_id="wamid.1", state="delivered", at=AT, received_at=AT
    )
    assert services.give_up_waiting(at=AT + REPORT_WITHIN) == 0
    assert OutMessage.objects.get().state == "delivered"


def test_a_message_whose_answer_came_too_late_for_us_is_not_sent_again(transport):
    transport.answers = [Failed(permanent=False, why="ReadTimeout")]
    message = tell()
    assert services.send_due(AT) == 0
    report(Delivery.DELIVERED, reference=reference(message))
    assert services.send_due(AT + timedelta(hours=1)) == 1

    assert OutMessage.objects.get().state == "delivered"
    assert len(transport.got) == 1


def test_a_report_that_overtakes_our_mark_changes_nothing_of_it(transport):
    """The webhook is quicker than the worker that waits for the answer."""
    message = tell()
    transport.send = lambda got: (
        report(Delivery.DELIVERED, reference=got.reference),
        Sent("wamid.1", parts=2, reports=True),
    )[1]
    assert services.send_due(AT) == 1

    row = OutMessage.objects.get(pk=message.pk)
    assert (row.state, row.parts, row.await_until) == ("delivered", 2, None)
    assert Meter.objects.get().parts == 2


@pytest.mark.parametrize(
    "given", ["", "x.satupintu", "0190.satupintu", "00000000-0000-0000-0000-000000000000.satupintu"]
)
def test_a_reference_that_names_nothing_of_ours_is_ignored(transport, given):
    tell()
    OutMessage.objects.update(state="sending", attempts=1, claimed_until=AT + CLAIM)
    report(Delivery.DELIVERED, reference=given)
    assert services.send_due(AT + CLAIM + timedelta(seconds=1)) == 1
    assert OutMessage.objects.get().maybe_twice


def test_a_reference_never_renames_a_message_that_was_sent(transport):
    transport.answers = [Sent("wamid.1", reports=True)]
    message = tell()
    services.send_due(AT)
    report(Delivery.READ, "wamid.other", reference=reference(message))

    row = OutMessage.objects.get()
    assert (row.state, row.external_id) == ("sent", "wamid.1")


def test_a_person_who_gets_too_much_at_once_waits_and_nobody_else(transport):
    pause = timedelta(seconds=90)
    transport.answers = [
        Failed(permanent=False, why="131056", trouble=Trouble.BUSY, retry_after=pause)
    ]
    tell(email="")
    services.send_due(AT)
    tell(origin="t:2", email="")
    tell(origin="t:3", phone="+6281200005678", email="")
    transport.answers = [
        Failed(permanent=False, why="131056", trouble=Trouble.BUSY, retry_after=pause)
    ]
    assert services.send_due(AT + timedelta(seconds=1)) == 1
    assert [one.address for one in transport.got][1:] == ["+6281200001234", "+6281200005678"]

    waiting = OutMessage.objects.exclude(state="sent")
    assert {one.next_attempt_at for one in waiting} == {AT + timedelta(seconds=91)}
    assert {one.attempts for one in waiting} == {0}
    assert services.send_due(AT + timedelta(seconds=60)) == 0
    assert services.send_due(AT + timedelta(seconds=92)) == 2
    assert not Lane.objects.filter(open_until__isnull=False).exists()


def test_an_attempt_that_failed_is_no_second_message(transport):
    transport.answers = [Failed(permanent=False, why="451")]
    tell()
    services.send_due(AT)
    services.send_due(AT + timedelta(hours=1))
    assert not OutMessage.objects.get().maybe_twice


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("19:59", None), ("20:00", "24 07:00"), ("23:59", "24 07:00"), ("00:00", "23 07:00"),
        ("06:59", "23 07:00"), ("07:00", None), ("12:00", None),
    ],
)  # fmt: skip
def test_quiet_hours_over_midnight(now, ends):
    local = datetime.combine(date(2026, 11, 23), time.fromisoformat(now), tzinfo=ZONE)
    found = quiet_end(local, time(20), time(7))
    assert (f"{found:%d %H:%M}" if found else None) == ends


@pytest.mark.parametrize(
    ("now", "quiet"), [("12:59", False), ("13:00", True), ("13:59", True), ("14:00", False)]
)
def test_quiet_hours_of_a_day(now, quiet):
    local = datetime.combine(date(2026, 11, 23), time.fromisoformat(now), tzinfo=ZONE)
    assert bool(quiet_end(local, time(13), time(14))) == quiet
    assert quiet_end(local, time(13), time(13)) is None


def test_what_the_office_says_by_itself_waits_for_the_morning_but_not_by_mail_and_no_code(
    transport,
):
    night = datetime(2026, 11, 23, 22, 0, tzinfo=ZONE)
    assert tell(at=night).next_attempt_at == datetime(2026, 11, 24, 7, 0, tzinfo=ZONE)
    assert tell(origin="t:2", phone="", at=night).next_attempt_at == night
    code = services.queue_message(
        template="sign_in_code", context={"code": "1", "minutes": 10}, origin="c", at=night,
        address="+6281200001234", channel=ChannelKind.SMS,
    )  # fmt: skip
    assert code.next_attempt_at == night


def test_the_meter_counts_messages_and_parts_by_month(transport):
    transport.answers = [Sent("a", parts=1), Sent("b", parts=3)]
    tell()
    tell(origin="t:2", phone="+6281200005678")
    services.send_due(AT)

    assert list(Meter.objects.values_list("transport", "messages", "parts")) == [("fake", 2, 4)]


def test_the_channel_a_person_chose_comes_first(transport):
    message = tell()
    assert message.channel == "whatsapp"
    identity, _ = services.remember_identity(
        channel=ChannelKind.EMAIL, address="sari@contoh.id", party=message.party, at=AT
    )
    services.choose_identity(identity.pk, at=AT)
    again = services.notify(
        message.party_id,
        "withdrawn",
        {"service": "x", "number": "1", "link": "l"},
        origin="t:3",
        at=AT,
    )
    assert again.channel == "email"


def test_whoever_waits_for_an_answer_is_not_behind_what_the_office_tells_by_itself(transport):
    tell_some(3)
    identity, _made = services.remember_identity(
        channel=ChannelKind.SMS, address="+62811", at=AT + timedelta(minutes=1)
    )
    services.queue_answer(identity=identity, body="Buka.", origin="a", at=AT + timedelta(minutes=1))
    services.send_due(AT + timedelta(minutes=1), limit=1)

    assert transport.got[0].body == "Buka."
