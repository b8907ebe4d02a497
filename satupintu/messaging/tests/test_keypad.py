"""The demo's telephone with keys: what its owner can do with it, and the page that shows it."""

import base64
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from satupintu.messaging.handsets.cast import CAST
from satupintu.messaging.handsets.keypad import Keypad, Unsaid
from satupintu.messaging.handsets.switchboard import Hands, Switchboard
from satupintu.messaging.pages import telephones
from satupintu.messaging.pages.telephones import told_together
from satupintu.messaging.tests.test_switchboard import sound
from satupintu.messaging.threads import Line

AT = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


@pytest.fixture
def board():
    made = Switchboard()
    yield made
    made.close()


@pytest.fixture
def phone(board):
    """A telephone in a call that records; what the office asked for is asked here."""
    made = Keypad(board, CAST[0])
    with board.listening():
        call = made._call = board.call("081200000902")
        board.record(call.id, {"name": "r", "maxSilenceSeconds": "5", "maxDurationSeconds": "120"})
        yield made


def test_letters_are_the_keys_that_bear_them_and_nothing_else_is_pressed(board):
    phone = Keypad(board, CAST[0])
    call = phone._call = board.call("081200000902")
    phone.act("keys", "7k3f-9qxm-2#", "")

    assert call.moments[-1].text == "753397962#"
    for typed in ("", "12?", "1" * 41, "１"):
        with pytest.raises(Unsaid, match="keys"):
            phone.act("keys", typed, "")


def test_a_wav_is_said_and_what_is_no_wav_is_refused(phone):
    for text, wav, why in (
        ("", "", "words"),
        ("", base64.b64encode(b"RIFFnone").decode(), "sound"),
        ("", base64.b64encode(sound(121)).decode(), "long"),
    ):
        with pytest.raises(Unsaid, match=why):
            phone.act("say", text, wav)
    phone.act("say", "", base64.b64encode(sound(1)).decode())

    said = phone.state()["moments"][-1]
    assert said["mine"]
    assert phone.sound(said["sound"])[:4] == b"RIFF"
    assert phone.sound("none") == b""


def test_words_are_spoken_where_there_is_a_voice_and_said_to_be_impossible_where_none_is(
    phone, monkeypatch
):
    from satupintu.messaging.channels.asterisk import speech

    monkeypatch.setattr(speech.shutil, "which", lambda _name: None)
    with pytest.raises(Unsaid, match="voice"):
        phone.act("say", "Halo", "")


def test_nothing_is_said_into_a_call_that_does_not_record(board):
    phone = Keypad(board, CAST[0])
    phone._call = board.call("081200000902")
    with pytest.raises(Unsaid, match="listening"):
        phone.act("say", "", base64.b64encode(sound(1)).decode())


def test_a_telephone_that_lies_there_does_nothing(board):
    phone = Keypad(board, CAST[0])
    for kind in ("keys", "say", "hang_up", "whatsapp"):
        phone.act(kind, "1", "")
    assert phone.state() is None
    phone.act("dial", "", "")
    assert phone.state()["hands"] == Hands.OFFICE  # nobody listens
    first = phone.state()["id"]
    phone.act("dial", "", "")
    assert phone.state()["id"] == first, "one call at a time"
    phone.act("hang_up", "", "")
    assert phone.state()["hands"] == Hands.NOBODY


def moment(seconds, text="", sound="", *, mine=False):
    at = AT + timedelta(seconds=seconds)
    return {"mine": mine, "text": text, "sound": sound, "at": at.isoformat()}


def test_each_text_gets_its_sound_and_a_sound_of_its_own_is_a_beep():
    spoken = [
        Line("mine", "Menu", AT, "", language="id"),
        Line("mine", "Speak", AT + timedelta(seconds=5), "", language="en"),
        Line("mine", "Kept", AT + timedelta(seconds=14), "", language="en"),
    ]
    moments = [
        moment(1, sound="a"), moment(4, "4", mine=True), moment(6, sound="b"), moment(9, sound="beep"),
        moment(12, "Halo", "said", mine=True), moment(15, sound="c"),
    ]  # fmt: skip
    heard = told_together(moments, spoken)

    assert [(one.mine, one.text, one.sound, one.language) for one in heard] == [
        (False, "Menu", "a", "id"), (True, "4", "", "id"), (False, "Speak", "b", "en"),
        (False, "", "beep", "id"), (True, "Halo", "said", "id"),
        (False, "Kept", "c", "en"),
    ]  # fmt: skip


@pytest.fixture
def door(monkeypatch, settings):
    """The page without the telephones behind it: answers as they would."""
    settings.HANDSETS_PORT, settings.DEMO = 8007, True
    answers = {}
    call = {"id": "1.0", "hands": "program", "speaking": False, "recording": True, "moments": []}
    answers["state"] = httpx.Response(200, json={"whatsapp": [], "sms": [], "call": call})
    monkeypatch.setattr(telephones, "_reach", lambda _method, where, **_asked: answers.get(where))
    return answers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("why", "does", "sentence"),
    [
        ("keys", "keys", "Yang dapat ditekan"), ("words", "say", "Ketik dulu"), ("long", "say", "dua menit"),
        ("voice", "say", "espeak-ng"), ("sound", "say", "WAV satu kanal"), ("listening", "say", "bunyi bip"),
        ("odd", "say", "belum menyala"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_typed_is_lost(client, door, why, does, sentence):
    door["act"] = httpx.Response(422, json={"problem": why})
    sent = {"apa": "panggilan", "siapa": "yohanes", "lakukan": does, "text": "Tolong hubungi saya"}
    answer = client.post("/demo/telepon/", sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in page
    assert "Tolong hubungi saya" in page


@pytest.mark.django_db
def test_a_recording_that_is_too_large_is_not_even_sent(client, door, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    wav = SimpleUploadedFile("panjang.wav", sound(160))
    answer = client.post(
        "/demo/telepon/", {"apa": "panggilan", "lakukan": "say", "text": "", "wav": wav}
    )
    assert answer.status_code == 422
    assert "dua menit" in answer.content.decode()


@pytest.mark.django_db
def test_a_sound_is_played_by_the_page_itself(client, door):
    door["sound"] = httpx.Response(200, content=sound(1))
    answer = client.get("/demo/telepon/yohanes/a-b.wav")
    assert (answer["Content-Type"], answer.content[:4]) == ("audio/wav", b"RIFF")
    del door["sound"]
    assert client.get("/demo/telepon/yohanes/a-b.wav").status_code == 404
    page = client.get("/demo/telepon/?apa=panggilan")
    assert "media-src 'self'" in page["Content-Security-Policy"]
