"""A call is kept as it happens: in the person's thread, in the officers' queue, with what the caller said."""

import io
import itertools
import wave
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.documents.queries import Document, get_document
from satupintu.messaging import services, threads
from satupintu.messaging.channels.port import Ringing, Then
from satupintu.messaging.models import Conversation, Identity, InFile, InMessage, OutMessage
from satupintu.messaging.rules import RECORDING_DAYS, ChannelKind, Delivery
from satupintu.messaging.services.calls import LiveCall
from satupintu.office.services import save_series
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Pontianak")
OPEN = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)  # a Wednesday
NIGHT = OPEN.replace(hour=22)
PHONE = "+6281200001234"


def ring(number=PHONE, *, call="c1", at=OPEN, **more):
    ringing = Ringing(call, more.pop("channel", ChannelKind.TELEPHONE), number, **more)
    seconds = itertools.count()
    return LiveCall(ringing, now=lambda: at + timedelta(seconds=next(seconds)))


def sound(seconds=1):
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x01\x00" * 8000 * seconds)
    return made.getvalue()


def test_what_is_said_and_pressed_stands_in_the_persons_thread():
    call = ring()
    call.begin()
    call.pressed("3")
    call.ended(seconds=95, with_officer=False)

    identity = Identity.objects.get()
    assert (identity.channel, identity.address, identity.phone) == ("telephone", PHONE, PHONE)
    assert OPEN <= identity.heard_at < OPEN + timedelta(minutes=1)
    lines = threads.thread_of(identity.contact)
    assert [line.side for line in lines] == ["theirs", "mine", "theirs", "mine"]
    assert lines[0].text == "Menelepon, 2 menit"
    assert "Selamat datang" in lines[1].text
    assert lines[2].text == "3"
    assert "Jam layanan" in lines[3].text


def test_what_the_caller_answered_was_heard_and_what_broke_off_was_only_sent():
    call = ring()
    call.begin()
    call.pressed("3")

    first, second = OutMessage.objects.order_by("created_at", "pk")
    assert (first.state, second.state) == (Delivery.DELIVERED, Delivery.SENT)
    assert services.send_due(OPEN + timedelta(minutes=1)) == 0  # nothing waits for a worker
    assert services.read_due(at=OPEN + timedelta(minutes=1)) == 0


def test_the_keys_of_a_code_are_not_kept():
    save_series(
        code="registration",
        name="Tanda terima",
        pattern="REG-{year}-{seq:6}",
        unit="",
        by_name="tests",
        at=OPEN,
    )
    call = ring()
    for keys in (None, "1", "42#", "753962742#"):
        if keys is None:
            call.begin()
        else:
            call.pressed(keys)

    kept = [row.text for row in InMessage.objects.order_by("received_at", "pk")]
    assert kept == ["", "1", "42#", "*********"]


def test_two_calls_of_one_number_are_one_person_and_withheld_numbers_are_nobody():
    for call in ("c1", "c2"):
        ring(call=call).begin()
    for call in ("c3", "c4"):
        ring("", call=call).begin()

    assert Identity.objects.filter(phone=PHONE).count() <= 1
    assert Identity.objects.count() == 3
    assert sorted(one.address for one in Identity.objects.all()) == [
        PHONE, "call:c3", "call:c4"
    ]  # fmt: skip


def test_a_message_that_was_left_waits_for_an_officer_and_is_erased_in_time():
    call = ring()
    call.begin()
    call.pressed("4")
    call.pressed("1")
    said = call.recorded(sound())

    assert "Pesan Anda sudah kami simpan" in said.prompts[0].text
    conversation = Conversation.objects.get()
    assert conversation.waiting_since is not None
    document = get_document(InFile.objects.get().document_id)
    assert document.file.media_type == "audio/wav"
    assert threads.count_waiting() == 1

    kept = timedelta(days=RECORDING_DAYS)
    assert services.forget_recordings(at=OPEN + kept - timedelta(hours=1)) == 0
    assert services.forget_recordings(at=OPEN + kept + timedelta(hours=1)) == 1
    assert services.forget_recordings(at=OPEN + kept + timedelta(hours=2)) == 0
    gone = Document.objects.get()
    assert gone.erase_after == (OPEN + kept).date()
    assert threads.thread_of(conversation.identity.contact)[-2].files == (
        (None, "sudah dihapus sesuai masa simpan"),
    )


def test_a_recording_of_nothing_is_kept_nowhere():
    call = ring()
    call.begin()
    call.pressed("4")
    call.pressed("1")
    again = call.recorded(b"")

    assert again.then is Then.RECORD
    assert not Document.objects.exists()
    assert Conversation.objects.get().waiting_since is None


@pytest.mark.parametrize(
    ("number", "keys", "note"),
    [
        (PHONE, ["5", "1"], PHONE),
        (PHONE, ["5", "2", "056421234#"], "+6256421234"),
        ("", ["5", "081200005678#"], "+6281200005678"),
    ],
)
def test_whoever_wants_to_be_called_back_waits_with_the_number_to_call(number, keys, note):
    call = ring(number)
    call.begin()
    said = [call.pressed(one) for one in keys][-1]

    assert "Petugas menelepon Anda paling lambat" in said.prompts[0].text
    conversation = Conversation.objects.get()
    assert conversation.waiting_since is not None
    assert note in conversation.notes.get().text


def test_a_number_nobody_can_dial_is_asked_for_again():
    call = ring("")
    call.begin()
    call.pressed("5")
    said = call.pressed("12#")

    assert "bukan nomor telepon" in said.prompts[0].text
    assert said.then is Then.KEYS
    assert Conversation.objects.get().waiting_since is None


@pytest.mark.parametrize(
    ("at", "officers", "then"),
    [(OPEN, True, Then.OFFICER), (OPEN, False, Then.KEY), (NIGHT, True, Then.KEY)],
)
def test_zero_puts_through_only_while_the_office_is_open_and_has_a_telephone(at, officers, then):
    call = ring(at=at, officers=officers)
    call.begin()

    assert call.pressed("0").then is then


def test_the_language_a_caller_chose_is_spoken_at_the_next_call():
    call = ring()
    call.begin()
    call.pressed("9")

    assert Identity.objects.get().contact.language == "en"
    assert ring(call="c2").begin().prompts[0].text.startswith("Welcome")


def test_a_call_over_whatsapp_stands_in_the_thread_of_whatsapp():
    ring(channel=ChannelKind.WHATSAPP).begin()

    assert Identity.objects.get().channel == "whatsapp"
    assert InMessage.objects.get().kind == "call"


# --- What officers see of it ------------------------------------------------------------------


def officer(*roles):
    client = Client()
    user = make_officer("budi", *roles)
    client.force_login(user, backend="satupintu.people.backends.PasswordBackend")
    return client


def left_a_message():
    call = ring()
    call.begin()
    call.pressed("4")
    call.pressed("1")
    call.recorded(sound())
    return Conversation.objects.get(), InFile.objects.get().document_id


def test_an_officer_sees_the_number_to_call_and_hears_what_was_said():
    conversation, document = left_a_message()
    client = officer(Role.FRONT_OFFICE)
    page = client.get(reverse("messaging:conversation", args=[conversation.pk]))
    address = reverse("messaging:conversation_file", args=[conversation.pk, document])

    assert "tel:+6281200001234" in page.text
    assert address in page.text
    file = client.get(address)
    assert file["Content-Type"] == "audio/wav"
    assert b"".join(file.streaming_content) == sound()


@pytest.mark.parametrize("roles", [(Role.HEAD,), ()])
def test_nobody_else_hears_it(roles):
    conversation, document = left_a_message()
    address = reverse("messaging:conversation_file", args=[conversation.pk, document])

    assert Client().get(address).status_code in {302, 403}
    if roles:
        assert officer(*roles).get(address).status_code in {302, 403, 404}


def test_a_file_of_somebody_else_is_not_found():
    conversation, document = left_a_message()
    other = ring("+6281299998888", call="c2")
    other.begin()
    theirs = Conversation.objects.exclude(pk=conversation.pk).get()
    client = officer(Role.FRONT_OFFICE)

    for where, what in ((theirs.pk, document), (conversation.pk, conversation.pk)):
        address = reverse("messaging:conversation_file", args=[where, what])
        assert client.get(address).status_code == 404
