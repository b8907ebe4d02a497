from datetime import timedelta

import pytest
from django.db import connection, transaction

from satupintu.messaging import queries, services
from satupintu.messaging.channels.port import Failed
from satupintu.messaging.models import OutMessage
from satupintu.messaging.rules import ATTEMPTS, CLAIM, ChannelKind
from satupintu.messaging.services import sending
from satupintu.people import services as people
from satupintu.people.queries import Party, actor_of
from satupintu.people.rules import Address, AddressKind, Purpose, Role, system_actor
from satupintu.people.tests.factories import AT, make_officer, make_person

pytestmark = pytest.mark.django_db
TESTER = system_actor("tests")
WITHDRAWN = {"service": "SIP Bidan", "number": "P-1", "link": "http://localhost/x/"}


def make_party(name="Sari", *, email="sari@contoh.id", phone="+6281200001234") -> Party:
    return people.create_party(name=name, email=email, phone=phone, by=TESTER, at=AT)


def make_message(party=None, *, origin="transition:1", **more) -> OutMessage:
    party = party or make_party()
    return services.notify(party.pk, "withdrawn", WITHDRAWN, origin=origin, at=AT, **more)


def test_one_cause_writes_one_message_per_party():
    sari, joko = make_party(), make_party("Joko", email="joko@contoh.id")

    first = make_message(sari)
    again = make_message(sari)
    other = make_message(joko)

    assert first.pk == again.pk != other.pk
    assert OutMessage.objects.count() == 2


def test_message_is_part_of_the_callers_transaction():
    party = make_party()

    def queue_and_fail():
        with transaction.atomic():
            make_message(party)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        queue_and_fail()

    assert OutMessage.objects.count() == 0


@pytest.mark.parametrize(
    ("email", "phone", "demo", "channel"),
    [
        ("sari@contoh.id", "+6281200001234", True, "sms"),
        ("sari@contoh.id", "", True, "email"),
        ("", "+6281200001234", True, "sms"),
        ("", "+6281200001234", False, "whatsapp"),
        ("sari@contoh.id", "+6281200001234", False, "whatsapp"),
        ("sari@contoh.id", "", False, None),
        ("", "", True, None),
    ],
)
def test_person_is_told_by_what_reaches_them(settings, email, phone, demo, channel):
    settings.DEMO = demo
    party = make_party(email=email, phone=phone)

    message = make_message(party)

    assert (message.channel if message else None) == channel


def test_without_a_line_for_telephones_the_mail_server_is_used(settings):
    settings.DEMO, settings.EMAIL_HOST = False, "localhost"

    assert make_message().channel == "email"


def test_person_who_withdrew_consent_is_not_written_to():
    party = make_party()
    people.give_consent(party=party, purpose=Purpose.MESSAGES, how="web", by=TESTER, at=AT)
    people.withdraw_consent(party=party, purpose=Purpose.MESSAGES, by=TESTER, at=AT)

    assert make_message(party) is None
    assert OutMessage.objects.count() == 0


def test_address_that_asked_for_silence_is_left_alone():
    party = make_party()
    services.stop_identity(channel=ChannelKind.SMS, address="+6281200001234", at=AT)
    services.remember_identity(
        channel=ChannelKind.SMS, address="+6281200001234", party=party, at=AT
    )

    assert make_message(party).channel == "email"


def test_identity_is_one_row_per_channel_and_address():
    party = make_party()
    first, made = services.remember_identity(
        channel=ChannelKind.SMS, address="+6281200001234", party=None, at=AT
    )
    second, made_again = services.remember_identity(
        channel=ChannelKind.SMS, address="+6281200001234", party=party, at=AT
    )

    assert (made, made_again, first.pk) == (True, False, second.pk)
    assert queries.Contact.objects.get().party == party


def test_message_is_sent_once_and_marked(transport):
    message = make_message()

    assert services.send_due(AT) == 1
    assert services.send_due(AT) == 0

    row = OutMessage.objects.get()
    assert (row.state, row.transport, row.attempts, row.done_at) == ("sent", "fake", 1, AT)
    assert [one.reference for one in transport.got] == [f"{message.pk}.satupintu"]


def test_worker_killed_while_sending_is_followed_by_another(transport):
    message = make_message()
    OutMessage.objects.update(state="sending", attempts=1, claimed_until=AT + CLAIM)

    assert services.send_due(AT + timedelta(minutes=1)) == 0
    assert services.send_due(AT + CLAIM + timedelta(seconds=1)) == 1
    assert transport.got[0].reference == f"{message.pk}.satupintu"


def test_two_workers_cannot_claim_the_same_message(transport):
    make_message()
    seen_by_both = queries.list_due(AT, 10, [*ChannelKind])

    assert sending._claim(seen_by_both[0], AT)
    assert not sending._claim(OutMessage(pk=seen_by_both[0].pk, attempts=0, state="queued"), AT)


def test_failed_message_is_tried_later_and_given_up_in_the_end(transport):
    make_message(make_party(phone=""))
    transport.answers = [Failed(permanent=False, why="server answered 451")] * ATTEMPTS
    at = AT
    for _ in range(ATTEMPTS):
        services.send_due(at)
        assert services.send_due(at) == 0
        at += timedelta(hours=9)

    row = OutMessage.objects.get()
    assert (row.state, row.attempts, row.error) == ("failed", ATTEMPTS, "server answered 451")
    assert len(transport.got) == ATTEMPTS


def test_permanent_refusal_is_not_repeated(transport):
    make_message(make_party(phone=""))
    transport.answers = [Failed(permanent=True, why="recipient refused [550]")]

    services.send_due(AT)
    services.send_due(AT + timedelta(days=1))

    assert len(transport.got) == 1
    assert OutMessage.objects.get().state == "failed"


def test_one_crashing_message_does_not_stop_the_others(transport):
    make_message(origin="transition:1")
    make_message(make_party("Joko", email="joko@contoh.id"), origin="transition:2")
    transport.answers = [ValueError("boom")]

    assert services.send_due(AT) == 1
    assert sorted(OutMessage.objects.values_list("state", flat=True)) == ["sending", "sent"]


def test_code_that_expired_is_not_sent(transport):
    services.queue_message(
        template="sign_in_code", context={"code": "123456", "minutes": 10}, origin="code:1",
        address="sari@contoh.id", channel=ChannelKind.EMAIL, at=AT,
        expires_at=AT + timedelta(minutes=10),
    )  # fmt: skip

    services.send_due(AT + timedelta(minutes=10))

    assert transport.got == []
    assert OutMessage.objects.get().state == "failed"


def test_whatsapp_waits_for_a_hand_and_is_logged(settings, transport):
    settings.DEMO = False
    transport.kinds = {ChannelKind.SMS, ChannelKind.EMAIL}
    message = services.queue_message(
        template="withdrawn", context={"name": "Sari", **WITHDRAWN}, origin="x",
        address="+6281200001234", channel=ChannelKind.WHATSAPP, at=AT,
    )  # fmt: skip
    budi = make_officer("budi", Role.FRONT_OFFICE)
    assert services.send_due(AT) == 0

    services.mark_sent_by_hand(message_id=message.pk, by=actor_of(budi, AT), at=AT)

    row = OutMessage.objects.get()
    assert (row.state, row.sent_by_id, row.transport) == ("manual", budi.pk, "manual_whatsapp")
    with pytest.raises(services.NotSendable):
        services.mark_sent_by_hand(message_id=message.pk, by=actor_of(budi, AT), at=AT)


def test_outbox_holds_nothing_readable():
    make_message()

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, subject, body FROM messaging_outmessage")
        raw = repr(cursor.fetchall())
    assert "sari@contoh.id" not in raw
    assert "SIP Bidan" not in raw


def test_erased_party_is_not_written_to():
    party = make_party()
    Party.objects.filter(pk=party.pk).update(erased_at=AT)

    assert make_message(party) is None


def test_messages_with_codes_are_forgotten_after_a_day_and_others_kept():
    make_message()
    services.queue_message(
        template="sign_in_code", context={"code": "123456", "minutes": 10}, origin="code:1",
        address="sari@contoh.id", channel=ChannelKind.EMAIL, at=AT,
    )  # fmt: skip

    assert services.forget_codes(at=AT + timedelta(hours=23)) == 0
    assert services.forget_codes(at=AT + timedelta(hours=25)) == 1
    assert OutMessage.objects.get().template == "withdrawn"


def test_officer_is_warned_by_email_once():
    head = make_officer("darius", Role.HEAD)
    head.email = "darius@contoh.id"
    context = {"service": "SIP", "number": "P-1", "legal_due": AT, "link": "http://localhost/x/"}

    for _ in range(2):
        services.notify_officer(head, "deemed_granted_warning", context, origin="case:1", at=AT)

    assert OutMessage.objects.get().address == "darius@contoh.id"


def test_officer_without_address_is_not_written_to():
    head = make_officer("darius", Role.HEAD)

    assert services.notify_officer(head, "withdrawn", {}, origin="case:1", at=AT) is None


def test_an_address_that_is_replaced_is_told_and_named_no_new_one():
    person = make_person("Sari", email="sari@contoh.id")

    people.change_address(
        user=person,
        address=Address(AddressKind.EMAIL, "baru@contoh.id"),
        by=system_actor("tests"),
        at=AT,
    )

    message = OutMessage.objects.get(template="address_changed")
    assert (message.channel, message.address) == ("email", "sari@contoh.id")
    assert "baru@contoh.id" not in message.body


def test_the_first_to_be_sent_are_found_without_sorting_all_that_wait(django_assert_num_queries):
    """After an outage tens of thousands wait, and a worker takes a hundred at a time."""
    with django_assert_num_queries(1) as asked:
        queries.list_due(AT, 10, [*ChannelKind])
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a few rows are read faster whole
        cursor.execute(f"{how} {asked[0]['sql']}")
        plan = str(cursor.fetchall())
    assert "message_due" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
