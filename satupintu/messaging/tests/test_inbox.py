"""What comes in is kept once, read once, and answered where it came from."""

from datetime import timedelta

import pytest
from django.db import connection

from satupintu.messaging import services
from satupintu.messaging.channels.port import (
    Incoming,
    IncomingKind,
    Media,
    MediaGone,
    MediaTooLarge,
    Moved,
    Received,
)
from satupintu.messaging.models import (
    Contact,
    Conversation,
    Identity,
    InFile,
    InMessage,
    OutMessage,
)
from satupintu.messaging.registry import Listener, _listeners, register_action, register_listener
from satupintu.messaging.rules import MOST_ANSWERS_AN_HOUR, READ_ATTEMPTS, ChannelKind
from satupintu.messaging.services import contacts, inbox
from satupintu.people import services as people
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role, system_actor
from satupintu.people.tests.factories import AT, make_officer

pytestmark = pytest.mark.django_db
PHONE = "+6281200001234"


def incoming(
    text="",
    *,
    message_id="m1",
    channel=ChannelKind.SMS,
    sender=PHONE,
    kind=IncomingKind.TEXT,
    at=AT,
    **more,
):
    return Incoming(channel, message_id, sender, kind, at, text=text, **more)


def say(text="", *, at=AT, transport="fake", **more):
    """Let a message come in and be read; return the newest answer."""
    services.take(transport, Received(messages=(incoming(text, at=at, **more),)), at=at)
    services.read_due(at=at)
    return OutMessage.objects.order_by("-created_at", "-pk").first()


def test_a_question_is_answered_where_it_came_from_and_sent():
    answer = say("halo")

    assert (answer.channel, answer.address, answer.state) == ("sms", PHONE, "queued")
    assert "1 Cek permohonan" in answer.body
    assert answer.body.endswith("Balas dengan angkanya.")
    message = InMessage.objects.get()
    assert message.handled_at == AT
    assert answer.answers == message
    assert answer.conversation == message.conversation


def test_the_same_message_twice_is_kept_and_answered_once():
    say("halo")
    say("halo")

    assert InMessage.objects.count() == OutMessage.objects.count() == 1


def test_a_short_number_is_nobody_whose_number_ends_with_it():
    say("halo", sender="+6281200001234")

    answer = say("halo", sender="1234", message_id="m2")

    assert answer.address == "1234"
    assert Identity.objects.count() == Contact.objects.count() == Conversation.objects.count() == 2


def test_the_same_id_of_another_transport_is_another_message():
    say("halo")
    say("halo", transport="other")

    assert InMessage.objects.count() == 2


def test_a_menu_is_walked_by_numbers_on_sms_and_buttons_stay_beside_the_words_on_whatsapp():
    say("halo")
    answer = say("4", message_id="m2", at=AT + timedelta(minutes=1))
    assert "Jam layanan" in answer.body

    buttons = say(
        "halo",
        message_id="w1",
        channel=ChannelKind.WHATSAPP,
        sender="ID.1234",
        at=AT + timedelta(minutes=1),
    )
    assert "Balas dengan angkanya" not in buttons.body
    assert [
        "menu:track",
        "Cek permohonan",
        "Dengan kode lacak di tanda terima Anda",
    ] in buttons.more["choices"]
    picked = say(
        "",
        message_id="w2",
        choice="menu:track",
        kind=IncomingKind.CHOICE,
        channel=ChannelKind.WHATSAPP,
        sender="ID.1234",
        at=AT + timedelta(minutes=1),
    )
    assert "kode lacak" in picked.body


def test_whoever_asks_for_silence_is_silent_until_they_want_to_hear_again():
    party = people.create_party(name="Sari", phone=PHONE, by=system_actor("tests"), at=AT)
    answer = say("STOP")
    assert "tidak akan mengirim pesan" in answer.body
    identity = Identity.objects.get()
    assert identity.stopped_at == AT
    Contact.objects.update(party=party)
    assert (
        services.notify(
            party.pk, "withdrawn", {"service": "x", "number": "1", "link": "l"}, origin="a", at=AT
        )
        is None
        or OutMessage.objects.get(origin=f"a:{party.pk}").channel != "sms"
    )

    say("lanjut", message_id="m2", at=AT + timedelta(minutes=1))
    assert Identity.objects.get().stopped_at is None


def test_language_is_kept_for_what_follows():
    say("english")
    assert Contact.objects.get().language == "en"
    assert "Opening hours" in say("hours", message_id="m2", at=AT + timedelta(minutes=1)).body


def test_a_question_to_an_officer_waits_and_what_follows_is_not_answered_by_the_machine():
    answer = say("TANYA apakah SIP bidan bisa pindah praktik?")
    assert "Petugas menjawab paling lambat" in answer.body
    conversation = Conversation.objects.get()
    assert conversation.waiting_since == AT

    say("halo? ini penting", message_id="m2", at=AT + timedelta(minutes=1))
    assert OutMessage.objects.count() == 1
    say("menu", message_id="m3", at=AT + timedelta(minutes=2))
    assert OutMessage.objects.count() == 2


def test_whoever_has_the_case_hears_what_is_added(monkeypatch):
    heard = []

    class Hearing(Listener):
        def heard(self, case_id, message_id, words, at):
            heard.append((case_id, words))
            return True

    register_listener(Hearing())
    try:
        say("TANYA sesuatu")
        case_id = Conversation.objects.get().pk
        Conversation.objects.update(case_id=case_id)
        say("dan satu lagi", message_id="m2", at=AT + timedelta(minutes=1))
    finally:
        _listeners.pop()
    assert heard == [(case_id, "dan satu lagi")]


def test_an_automatic_answer_is_kept_and_never_answered():
    say("Saya sedang cuti", channel=ChannelKind.EMAIL, sender="a@contoh.id", automatic=True)

    assert OutMessage.objects.count() == 0
    assert InMessage.objects.get().handled_at == AT


def test_two_machines_that_answer_each_other_stop():
    for number in range(MOST_ANSWERS_AN_HOUR + 5):
        say("halo", message_id=f"m{number}", at=AT + timedelta(seconds=number))

    assert OutMessage.objects.count() == MOST_ANSWERS_AN_HOUR
    assert InMessage.objects.filter(handled_at__isnull=True).count() == 0


def test_a_conversation_that_rests_a_day_begins_anew():
    say("CEK")
    say("halo", message_id="m2", at=AT + timedelta(days=2))

    assert Conversation.objects.filter(closed_at__isnull=True).count() == 1
    assert Conversation.objects.count() == 2


def test_unknown_kinds_are_kept_raw_and_answered_politely():
    answer = say("", kind=IncomingKind.OTHER, raw='{"type":"reaction"}')

    assert "jenis ini" in answer.body
    assert InMessage.objects.get().raw == '{"type":"reaction"}'


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (MediaGone(), "sudah tidak ada"),
        (MediaTooLarge(), "lebih besar dari 10 MB"),
        (b"MZ\x90\x00 a program", "tidak dapat kami terima"),
    ],
)
def test_a_file_that_is_not_taken_is_said_with_the_reason(transport, file, says):
    transport.files["9"] = file
    answer = say("", kind=IncomingKind.MEDIA, media=(Media("9", "application/pdf", "surat.pdf"),))

    assert says in answer.body
    assert InFile.objects.get().document_id is None


def test_a_file_that_cannot_be_fetched_now_is_fetched_later(transport):
    transport.files["9"] = OSError("down")
    services.take(
        "fake",
        Received(messages=(incoming("", kind=IncomingKind.MEDIA, media=(Media("9"),)),)),
        at=AT,
    )
    assert services.read_due(at=AT) == 0
    assert InMessage.objects.get().handled_at is None

    transport.files["9"] = MediaGone()
    assert services.read_due(at=AT + timedelta(minutes=5)) == 1


def test_a_message_that_cannot_be_read_goes_to_an_officer_in_the_end(monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(inbox, "_read", broken)
    services.take("fake", Received(messages=(incoming("halo"),)), at=AT)
    at = AT
    for _ in range(READ_ATTEMPTS):
        services.read_due(at=at)
        at += timedelta(minutes=10)

    assert InMessage.objects.get().handled_at is not None
    assert Conversation.objects.get().waiting_since is not None


def test_a_worker_killed_while_reading_is_followed_by_another():
    services.take("fake", Received(messages=(incoming("halo"),)), at=AT)
    InMessage.objects.update(attempts=1, claimed_until=AT + timedelta(minutes=5))

    assert services.read_due(at=AT + timedelta(minutes=1)) == 0
    assert services.read_due(at=AT + timedelta(minutes=6)) == 1
    assert OutMessage.objects.count() == 1


def test_two_messages_at_once_cannot_both_go_on_from_one_place(monkeypatch):
    """While the first is read, another worker moves the conversation: the first is read again, from the new place."""
    say("halo")
    real, moved = inbox.action_named, []

    def meddle(name):
        if not moved:
            moved.append(1)
            Conversation.objects.update(turn=99)
        return real(name)

    monkeypatch.setattr(inbox, "action_named", meddle)
    say("jam", message_id="m2", at=AT + timedelta(minutes=1))
    assert OutMessage.objects.count() == 1
    assert InMessage.objects.get(handled_at__isnull=True).attempts == 0

    assert services.read_due(at=AT + timedelta(minutes=2)) == 1
    assert OutMessage.objects.count() == 2


def test_a_changed_number_is_followed_and_the_thread_goes_on():
    say("halo", channel=ChannelKind.WHATSAPP, sender="+6281111", phone="+6281111")
    services.take(
        "fake",
        Received(moved=(Moved(ChannelKind.WHATSAPP, "+6281111", "+6282222", "+6282222"),)),
        at=AT,
    )

    say(
        "halo",
        message_id="m2",
        channel=ChannelKind.WHATSAPP,
        sender="+6282222",
        at=AT + timedelta(minutes=1),
    )
    assert Contact.objects.count() == 1
    assert Identity.objects.get().phone == "+6282222"


def test_contacts_of_two_parties_are_never_merged_and_a_merge_can_be_undone():
    earlier = AT - timedelta(days=1)
    first, _ = services.remember_identity(channel=ChannelKind.SMS, address="+62811", at=earlier)
    second, _ = services.remember_identity(channel=ChannelKind.WHATSAPP, address="ID.1", at=AT)
    services.merge_contacts(keep=first.contact_id, other=second.contact_id, at=AT)
    assert Contact.objects.get(pk=second.contact_id).merged_into_id == first.contact_id
    services.unmerge_contacts(here=first.contact_id, other=second.contact_id, at=AT)
    assert Contact.objects.get(pk=second.contact_id).merged_into_id is None

    for identity, name in ((first, "Sari"), (second, "Joko")):
        party = people.create_party(name=name, by=system_actor("tests"), at=AT)
        Contact.objects.filter(pk=identity.contact_id).update(party=party)
    with pytest.raises(services.MergeRefused):
        services.merge_contacts(keep=first.contact_id, other=second.contact_id, at=AT)


def test_merged_contacts_stay_one_step_from_their_head():
    ids = [
        services.remember_identity(
            channel=ChannelKind.SMS, address=f"+6281{n}", at=AT + timedelta(minutes=n)
        )[0].contact_id
        for n in range(3)
    ]
    services.merge_contacts(keep=ids[1], other=ids[2], at=AT)
    services.merge_contacts(keep=ids[0], other=ids[1], at=AT)

    assert set(Contact.objects.filter(merged_into_id=ids[0]).values_list("pk", flat=True)) == set(
        ids[1:]
    )


def test_what_an_officer_typed_in_is_kept_and_not_answered_by_the_machine():
    budi = make_officer("budi", Role.FRONT_OFFICE)
    services.take(
        "manual", Received(messages=(incoming("halo"),)), at=AT, typed_by=actor_of(budi, AT)
    )
    services.read_due(at=AT)

    assert InMessage.objects.get().typed_by == budi
    assert OutMessage.objects.count() == 0


def test_nothing_readable_is_stored():
    say("Nama saya Sari Lestari", raw="Sari Lestari", name="Sari Lestari")

    with connection.cursor() as cursor:
        for table in ("inmessage", "identity", "contact", "conversation", "outmessage"):
            cursor.execute(f"SELECT * FROM messaging_{table}")
            assert "Lestari" not in (found := repr(cursor.fetchall())), table
            assert "81200001234" not in found, table


def test_an_action_that_fails_writes_nothing_and_is_tried_again():
    tries = []

    def act(asked):
        tries.append(asked.origin)
        if len(tries) == 1:
            Conversation.objects.update(waiting_since=AT)
            raise RuntimeError
        from satupintu.messaging.dialogues.talk import Outcome

        return Outcome("told", dict.fromkeys(("office", "address", "hours", "now", "phone"), "x"))

    from satupintu.messaging.answers import register

    register_action("office.hours", act, {"told": frozenset()})
    try:
        say("jam")
        assert Conversation.objects.count() == 0
        services.read_due(at=AT + timedelta(minutes=5))
    finally:
        register()
    assert len(tries) == 2
    assert len(set(tries)) == 1
    assert OutMessage.objects.count() == 1


def test_contacts_module_finds_who_is_known():
    say("halo", name="Sari")
    assert contacts.find_identity(ChannelKind.SMS, PHONE).contact.name == "Sari"
