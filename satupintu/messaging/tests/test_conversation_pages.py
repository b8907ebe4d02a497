"""The officers' desk for conversations, and the chat on the office's own pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.lib import clock
from satupintu.messaging import services
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import Conversation, ConversationNote, InMessage, OutMessage
from satupintu.messaging.pages.chat import MESSAGES_AN_HOUR
from satupintu.messaging.rules import ChannelKind
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer

pytestmark = pytest.mark.django_db
PHONE = "+6281200001234"
BACKEND = "satupintu.people.backends.PasswordBackend"


def signed_in(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def budi():
    return make_officer("budi", Role.FRONT_OFFICE)


@pytest.fixture
def ratna():
    return make_officer("ratna", Role.VERIFIER)


@pytest.fixture
def asked(transport):
    """Somebody asked an officer by SMS."""
    del transport
    at = clock.now() - timedelta(minutes=3)
    message = Incoming(
        ChannelKind.SMS,
        "m1",
        PHONE,
        IncomingKind.TEXT,
        at,
        text="TANYA SIP bidan pindah?",
        name="Sari",
    )
    services.take("fake", Received(messages=(message,)), at=at)
    services.read_due(at=at)
    return Conversation.objects.get()


def page(conversation):
    return reverse("messaging:conversation", args=[conversation.pk])


def test_who_waits_is_listed_and_answered(budi, asked):
    desk = signed_in(budi)
    assert "Sari" in desk.get(reverse("messaging:conversations")).content.decode()
    thread = desk.get(page(asked)).content.decode()
    assert "SIP bidan pindah?" in thread
    assert PHONE not in thread

    desk.post(page(asked), {"text": "Bisa, lampirkan STR.", "turn": asked.turn, "as": "answer"})
    sent = OutMessage.objects.get(sent_by=budi)
    assert (sent.channel, sent.address, sent.body) == ("sms", PHONE, "Bisa, lampirkan STR.")
    now = Conversation.objects.get()
    assert (now.officer, now.waiting_since) == (budi, None)


def test_two_officers_who_answer_at_once_the_second_is_told_and_loses_nothing(budi, ratna, asked):
    both = {"turn": asked.turn, "as": "answer"}
    signed_in(budi).post(page(asked), {"text": "Bisa.", **both})
    late = signed_in(ratna).post(page(asked), {"text": "Tidak bisa.", **both})

    assert late.status_code == 409
    assert "Tidak bisa." in late.content.decode()
    assert "sudah menangani" in late.content.decode()
    assert OutMessage.objects.filter(sent_by__isnull=False).count() == 1


def test_one_officer_in_two_windows_cannot_answer_twice_by_mistake(budi, asked):
    desk, both = signed_in(budi), {"turn": asked.turn, "as": "answer"}
    desk.post(page(asked), {"text": "Bisa.", **both})
    assert desk.post(page(asked), {"text": "Bisa.", **both}).status_code == 409
    assert OutMessage.objects.filter(sent_by=budi).count() == 1


def test_a_note_is_for_officers_and_is_never_sent(budi, asked):
    signed_in(budi).post(
        page(asked), {"text": "Tanya Dinkes dulu.", "turn": asked.turn, "as": "note"}
    )

    assert ConversationNote.objects.get().text == "Tanya Dinkes dulu."
    assert OutMessage.objects.filter(body__contains="Dinkes").count() == 0
    assert "Tanya Dinkes dulu." in signed_in(budi).get(page(asked)).content.decode()


def test_taken_handed_over_given_back_and_closed(budi, ratna, asked):
    def do(client, what, **data):
        return client.post(reverse("messaging:conversation_act", args=[asked.pk, what]), data)

    do(signed_in(budi), "ambil")
    assert (
        "sudah menangani"
        in do(signed_in(ratna), "ambil").wsgi_request._messages._queued_messages[0].message
    )
    do(signed_in(budi), "alihkan", kepada=ratna.pk)
    assert Conversation.objects.get().officer == ratna
    do(signed_in(ratna), "alihkan", kepada="")
    assert Conversation.objects.get().officer is None
    do(signed_in(budi), "tutup")  # nobody has answered
    assert Conversation.objects.get().closed_at is None
    turn = Conversation.objects.get().turn
    signed_in(budi).post(page(asked), {"text": "Buka.", "turn": turn, "as": "answer"})
    do(signed_in(budi), "tutup")
    assert Conversation.objects.get().closed_at is not None
    assert do(signed_in(budi), "apa").status_code == 404


def test_the_published_standard_fills_the_answer(budi, asked):
    answer = signed_in(budi).get(page(asked), {"layanan": "tidak-ada"})
    assert answer.status_code == 200


def test_an_answer_that_no_line_can_carry_is_refused_with_what_to_do(budi, asked, transport):
    transport.kinds = set()
    refused = signed_in(budi).post(
        page(asked), {"text": "Bisa.", "turn": asked.turn, "as": "answer"}
    )
    assert "tidak tersambung" in refused.content.decode()
    assert "Bisa." in refused.content.decode()


def test_whatsapp_after_its_24_hours_is_refused(budi, transport):
    at = clock.now() - timedelta(hours=25)
    message = Incoming(ChannelKind.WHATSAPP, "w1", "ID.1", IncomingKind.TEXT, at, text="TANYA x")
    services.take("fake", Received(messages=(message,)), at=at)
    services.read_due(at=at)
    with pytest.raises(services.ConversationRefused, match="24 jam"):
        services.answer(
            Conversation.objects.get().pk, text="x", turn=1, by=actor_of(budi, at), at=clock.now()
        )


@pytest.mark.parametrize("name", ["messaging:conversations", "messaging:write_down"])
def test_strangers_see_nothing(client, name):
    assert client.get(reverse(name)).status_code in {302, 403}


def test_what_was_said_on_another_telephone_is_written_down(budi):
    desk = signed_in(budi)
    made = desk.post(
        reverse("messaging:write_down"),
        {"channel": "telephone", "address": "0812-0000-1234", "name": "Sari", "outgoing": "",
         "happened_at": "", "text": "Tanya jam buka."},
    )  # fmt: skip
    assert made.status_code == 302
    message = InMessage.objects.get()
    assert (message.channel, message.sender, message.typed_by, message.text) == (
        "telephone", PHONE, budi, "Tanya jam buka.",
    )  # fmt: skip
    desk.post(
        reverse("messaging:write_down"),
        {"channel": "telephone", "address": PHONE, "outgoing": "1", "text": "Buka jam 8."},
    )
    assert OutMessage.objects.get().state == "manual"
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("address", "", "Isi nomor"), ("address", "abc", "hanya boleh berisi angka"), ("text", "", "Tulis apa"),
        ("happened_at", "2099-01-01T10:00", "belum terjadi"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_down_is_said_and_nothing_is_lost(budi, field, value, says):
    data = {
        "channel": "sms",
        "address": PHONE,
        "outgoing": "",
        "happened_at": "",
        "text": "Halo",
        "name": "Sari",
    }
    answer = signed_in(budi).post(reverse("messaging:write_down"), data | {field: value})
    assert answer.status_code == 422 or field == "happened_at"
    assert says in answer.content.decode()
    assert "Sari" in answer.content.decode()
    assert InMessage.objects.count() == 0


# --- Chat -------------------------------------------------------------------------------------------
def test_whoever_chats_is_answered_at_once_without_a_script(client):
    chat = reverse("messaging:chat")
    assert "Selamat datang" in client.get(chat).content.decode()
    client.post(chat, {"choice": "menu:hours"})
    said = client.get(chat).content.decode()
    assert "Jam layanan" in said
    client.post(chat, {"text": "cek"})
    assert "kode lacak" in client.get(chat).content.decode()


def test_the_chat_shows_an_officers_answer_but_not_the_officer_or_notes(client, budi):
    chat = reverse("messaging:chat")
    client.post(chat, {"text": "TANYA apakah buka?"})
    conversation = Conversation.objects.get()
    waiting = client.get(chat).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in waiting
    signed_in(budi).post(
        page(conversation), {"text": "rahasia kantor", "turn": conversation.turn, "as": "note"}
    )
    signed_in(budi).post(
        page(conversation),
        {"text": "Buka sampai pukul tiga.", "turn": conversation.turn, "as": "answer"},
    )
    said = client.get(chat).content.decode()
    assert "Buka sampai pukul tiga." in said
    assert "rahasia kantor" not in said
    assert budi.name not in said


def test_two_people_do_not_read_each_other(client):
    chat = reverse("messaging:chat")
    client.post(chat, {"text": "TANYA rahasia saya"})
    assert "rahasia saya" not in Client().get(chat).content.decode()


def test_an_empty_message_and_too_many_are_refused_in_words(client, monkeypatch):
    chat = reverse("messaging:chat")
    assert client.post(chat, {"text": "  "}).status_code == 422
    monkeypatch.setattr("satupintu.messaging.pages.chat.may_try", lambda *_a, **_k: False)
    refused = client.post(chat, {"text": "halo"})
    assert refused.status_code == 429
    assert "halo" in refused.content.decode()


@pytest.mark.django_db
def test_who_asks_for_ever_keeps_nobody_else_out_of_the_chat():
    chat = reverse("messaging:chat")
    for _number in range(MESSAGES_AN_HOUR):
        assert Client().post(chat, {"text": "Halo"}).status_code == 302
    assert Client().post(chat, {"text": "Halo"}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(chat, {"text": "Halo"}).status_code == 302
