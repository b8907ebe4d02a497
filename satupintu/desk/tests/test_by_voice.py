"""Complaining by telephone: a topic, a yes, a spoken story; its recording belongs to the complaint."""

import itertools
from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from satupintu.desk import queries
from satupintu.desk.dialogues import complaining
from satupintu.desk.dialogues.complaining import COMPLAINTS_A_DAY
from satupintu.desk.models import Attachment, Complaint, Reporter
from satupintu.desk.plan import plan
from satupintu.documents.queries import path_of
from satupintu.documents.services import erase_unused_files
from satupintu.lib.words import long_date
from satupintu.messaging import services
from satupintu.messaging.channels.port import Ringing, Spoken, Then
from satupintu.messaging.models import InFile
from satupintu.messaging.queries import OutMessage
from satupintu.messaging.rules import RECORDING_DAYS, ChannelKind
from satupintu.messaging.services.calls import LiveCall
from satupintu.messaging.tests.test_switchboard import sound
from satupintu.people.rules import Role
from satupintu.permits.tests.officer_cases import MONDAY, World

PHONE = "+6281299990000"


def heard(spoken: Spoken) -> str:
    return " ".join(prompt.text for prompt in spoken.prompts)


def ring(*keys: str, number: str = PHONE, call: str = "c1") -> tuple[LiveCall, Spoken]:
    seconds = itertools.count()
    made = LiveCall(
        Ringing(call, ChannelKind.TELEPHONE, number),
        now=lambda: MONDAY + timedelta(seconds=next(seconds)),
    )
    spoken = made.begin()
    for key in keys:
        spoken = made.pressed(key)
    return made, spoken


def test_a_complaint_is_spoken_numbered_and_sent_by_sms(world: World) -> None:
    del world
    call, asked = ring("6", "3")
    assert "Petugas yang menanganinya mendengar suara dan nomor Anda" in heard(asked)
    call.pressed("1")
    said = heard(call.recorded(sound(3)))

    made = Complaint.objects.select_related("case").get()
    assert made.category == "conduct"
    assert made.case.channel == "phone"
    assert "lewat telepon" in made.story
    assert Reporter.objects.get().contact == PHONE
    # Spoken sign by sign: what a caller writes down leads back to it.
    spoken = said.replace(" ", "").replace(",", "-")
    assert made.case.number in spoken
    assert made.tracking_code in spoken

    assert "SMS kami kirim" in heard(call.pressed("1"))
    text = OutMessage.objects.get(channel="sms", template="").body
    day = long_date(localdate(made.case.legal.due_at), "id")
    assert (
        f"Pengaduan {made.case.number}, dijawab paling lambat {day}. Kode {made.tracking_code}: "
        in text
    )
    assert day in said


@pytest.mark.parametrize("number", ["", "200", "+62811"])
def test_who_has_no_telephone_for_sms_is_not_offered_one(world: World, number: str) -> None:
    del world
    call, _asked = ring("6", "1", "1", number=number)
    said = heard(call.recorded(sound(1)))
    assert "Kode lacaknya" in said
    assert "SMS" not in said
    made = Complaint.objects.get()
    assert made.privacy == "anonymous"  # there is no way back but the code
    assert not Reporter.objects.exists()
    assert made.tracking_code in said.replace(" ", "").replace(",", "-")


def test_the_recording_is_the_complaints_and_no_longer_the_conversations(
    world: World,
) -> None:
    del world
    call, _asked = ring("6", "1", "1")
    call.recorded(sound(1))
    document = Attachment.objects.get().document
    assert document.file.media_type == "audio/wav"
    heard_by_officers = InFile.objects.get()
    assert (heard_by_officers.document_id, heard_by_officers.why) == (
        None, "disimpan pada pengaduannya",
    )  # fmt: skip

    later = MONDAY + timedelta(days=RECORDING_DAYS + 2)
    assert services.forget_recordings(at=later) == 0
    assert erase_unused_files(at=later + timedelta(days=2)) == 0
    assert path_of(document).exists()


def test_a_spoken_complaint_about_levies_is_read_by_the_inspectorate_alone(world: World) -> None:
    call, _asked = ring("6", "4", "1")
    call.recorded(sound(1))
    made = Complaint.objects.select_related("case").get()
    assert made.sealed
    assert queries.may_see(world.actor("nora"), made.case)
    assert not queries.may_see(world.actor("maya"), made.case)


@pytest.mark.parametrize("keys", [("6", "3", "2"), ("6", "9")])
def test_nothing_is_filed_without_a_yes(world: World, keys: tuple[str, ...]) -> None:
    del world
    ring(*keys)
    assert not Complaint.objects.exists()


def test_silence_is_no_complaint(world: World) -> None:
    del world
    call, _asked = ring("6", "1", "1")
    assert call.recorded(b"").then is Then.RECORD
    assert not Complaint.objects.exists()


def test_a_category_that_the_office_no_longer_offers_becomes_its_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    del world
    offered = {key: one for key, one in plan().offered.items() if key != "late"}

    class Narrow:
        def __getattr__(self, name: str) -> object:
            return offered if name == "offered" else getattr(plan(), name)

    monkeypatch.setattr(complaining, "plan", Narrow)
    call, _asked = ring("6", "2", "1")
    call.recorded(sound(1))
    assert Complaint.objects.get().category == next(iter(offered))


def test_one_number_does_not_fill_the_register(world: World) -> None:
    del world
    for number in range(COMPLAINTS_A_DAY):
        call, _asked = ring("6", "1", "1", call=f"c{number}")
        call.recorded(sound(1))
    call, _asked = ring("6", "1", "1", call="one more")
    assert "Terlalu banyak pengaduan" in heard(call.recorded(sound(1)))
    assert Complaint.objects.count() == COMPLAINTS_A_DAY


def test_the_screener_finds_who_called(world: World) -> None:
    call, _asked = ring("6", "1", "1")
    call.recorded(sound(1))
    made = Complaint.objects.select_related("case").get()
    assert Role.COMPLAINT_ADMIN in world.actor("maya").roles
    assert [one.pk for one in queries.find_for(world.actor("maya"), phone=PHONE)] == [made.pk]
