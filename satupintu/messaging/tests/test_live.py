"""Conversations followed live: what a stream tells, to whom, for how long, and beside how many others."""

import re
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.lib import clock
from satupintu.messaging import live, services, threads
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import Conversation, Identity, OutMessage
from satupintu.messaging.rules import DELIVERY_SHOWN, ChannelKind, Delivery
from satupintu.messaging.threads import Line
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer

AT = datetime(2026, 11, 29, 3, tzinfo=UTC)
BACKEND = "satupintu.people.backends.PasswordBackend"


def line(number, text="", **more):
    return Line("theirs", text or f"baris {number}", AT, "", key=UUID(int=number), **more)


# --- What a page holds, and what it misses ----------------------------------------------------------
@pytest.mark.parametrize(
    ("shown", "now", "sent"),
    [
        ([], [], []),
        ([], [line(1)], [line(1)]),
        ([line(1)], [line(1)], []),
        ([line(1)], [line(1), line(2)], [line(2)]),
        ([line(1), line(3)], [line(1), line(2), line(3)], [line(2)]),  # written before, known later
        ([line(1), line(2)], [line(2)], []),  # gone
        ([line(1)], [line(1, "lain")], [line(1, "lain")]),
        (
            [line(1, state=DELIVERY_SHOWN[Delivery.SENT])],
            [line(1, state=DELIVERY_SHOWN[Delivery.READ])],
            [line(1, state=DELIVERY_SHOWN[Delivery.READ])],
        ),
    ],
)
def test_missing_is_what_the_page_does_not_show_as_it_is(shown, now, sent):
    assert live.missing(now, live.held_by(shown)) == sent


def test_only_the_newest_lines_are_held_and_told_of():
    lines = [line(number) for number in range(live.MOST_LINES + 20)]
    assert live.missing(lines, "") == lines[20:]
    assert live.missing(lines, live.held_by(lines)) == []
    assert len(live.held_by(lines)) == 600  # in a header of every stream


@pytest.mark.parametrize("held", ["x", "\x00" * 5000, "ü☃", "a" * 7])
def test_nonsense_as_an_id_holds_nothing(held):
    assert live.missing([line(1)], held) == [line(1)]


# --- Who chats --------------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def free_places(monkeypatch):
    """A stream that another test left open must not hold a place."""
    monkeypatch.setattr(live, "_places", live.Places())


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(live, "HOLD_SECONDS", 0.2)
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.02)


@pytest.fixture
def budi():
    return make_officer("budi", Role.FRONT_OFFICE)


def signed_in(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def asked(client):
    client.post(reverse("messaging:chat"), {"text": "TANYA apakah buka?"})
    return Conversation.objects.get()


def tell(conversation, text, by):
    now = Conversation.objects.get(pk=conversation.pk)
    return services.answer(
        now.pk, text=text, turn=now.turn, by=actor_of(by, at=clock.now()), at=clock.now()
    )


def listens_at(client, page):
    found = re.search(r'data-live="([^"]+)"', client.get(page).content.decode())
    return found.group(1).replace("&amp;", "&")


def read(client, address, last=""):
    """Read a stream to its end; return its words and the id of its last event."""
    answer = client.get(address, headers={"Last-Event-ID": last} if last else {})
    assert answer["Content-Type"].startswith("text/event-stream")
    words = b"".join(answer.streaming_content).decode()
    ids = re.findall(r"^id: (.*)$", words, re.MULTILINE)
    return words, ids[-1] if ids else last


pages = pytest.mark.django_db


@pages
def test_an_answer_comes_to_the_page_that_shows_the_question(client, asked, budi, quick):
    address = listens_at(client, reverse("messaging:chat"))
    assert "data:" not in read(client, address)[0]
    tell(asked, "Buka sampai <pukul> tiga.", budi)

    words, _held = read(client, address)

    assert "Buka sampai &lt;pukul&gt; tiga." in words
    assert "apakah buka?" not in words  # the page shows it already
    assert budi.name not in words
    assert words.count("id: ") == 1
    assert words.startswith("retry: 500\n\n")


@pages
def test_nothing_is_lost_or_told_twice_between_two_streams(client, asked, budi, quick):
    address = listens_at(client, reverse("messaging:chat"))
    tell(asked, "Pertama.", budi)
    first, held = read(client, address)
    second = tell(asked, "Kedua.", budi)
    # A third was written before both, and committed only now.
    third = tell(asked, "Ketiga.", budi)
    OutMessage.objects.filter(pk=third.pk).update(created_at=second.created_at - timedelta(hours=1))

    then, again = read(client, address, held)

    assert "Pertama." in first
    assert "Pertama." not in then
    assert "Kedua." in then
    assert "Ketiga." in then
    assert "data:" not in read(client, address, again)[0]


@pages
def test_what_comes_while_a_stream_is_open_comes_in_it(client, asked, budi, monkeypatch):
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.02)
    stream = iter(client.get(listens_at(client, reverse("messaging:chat"))).streaming_content)
    assert next(stream) == b"retry: 500\n\n"
    tell(asked, "Selagi terbuka.", budi)
    assert b"Selagi terbuka." in next(stream)
    tell(asked, "Lagi.", budi)
    assert b"Lagi." in (lagi := next(stream))
    assert b"Selagi terbuka." not in lagi


@pages
def test_a_stream_ends_by_itself(client, asked, quick):
    began = time.monotonic()
    read(client, listens_at(client, reverse("messaging:chat")))
    assert 0.2 <= time.monotonic() - began < 7  # by the usual time it would be eight seconds


@pages
def test_a_stranger_hears_nothing_and_is_told_not_to_ask_again(client, asked, budi, quick):
    tell(asked, "Hanya untuk penanya.", budi)
    other = Client()
    address = listens_at(client, reverse("messaging:chat"))
    assert other.get(address).status_code == 204
    other.post(reverse("messaging:chat"), {"text": "halo"})
    words, _held = read(other, f"{reverse('messaging:chat_live')}?punya=")
    assert "halo" in words
    assert "Hanya untuk penanya." not in words


# --- Places -----------------------------------------------------------------------------------------
@pages
def test_without_a_place_a_stream_tells_what_is_missing_and_ends_at_once(
    client, asked, budi, settings
):
    settings.LIVE_STREAMS = 0
    address = listens_at(client, reverse("messaging:chat"))
    tell(asked, "Tanpa tempat.", budi)
    began = time.monotonic()
    words, held = read(client, address)
    assert words.startswith("retry: 5000\n\n")
    assert "Tanpa tempat." in words
    assert "data:" not in read(client, address, held)[0]
    assert time.monotonic() - began < live.HOLD_SECONDS / 2


def test_places_are_few_one_each_and_given_back(settings):
    settings.LIVE_STREAMS = 2
    places = live.Places()
    with places.ask("sari") as first, places.ask("sari") as again, places.ask("joko") as second:
        assert (first, again, second) == (True, False, True)
        with places.ask("lidia") as third:
            assert not third
    with places.ask("lidia") as third:
        assert third


def test_whoever_leaves_gives_the_place_back(settings):
    settings.LIVE_STREAMS = 1

    def stream(who):
        return live.events(who=who, held="", pulse=int, read=list, show=str)

    first = stream("sari")
    assert next(first) == "retry: 500\n\n"
    assert next(stream("joko")) == "retry: 5000\n\n"
    first.close()
    assert next(stream("joko")) == "retry: 500\n\n"


# --- Officers ---------------------------------------------------------------------------------------
@pages
def test_an_officer_sees_a_new_message_a_note_and_how_an_answer_fared(
    client, asked, budi, transport
):
    page = reverse("messaging:conversation", args=[asked.pk])
    officer = signed_in(budi)
    address = listens_at(officer, page)
    client.post(reverse("messaging:chat"), {"text": "Besok saya datang."})
    services.note(
        asked.pk, text="Tolong disambut.", by=actor_of(budi, at=clock.now()), at=clock.now()
    )
    stream = iter(officer.get(address).streaming_content)
    next(stream)
    words = next(stream).decode()
    assert "Besok saya datang." in words
    assert "Tolong disambut." in words

    sent = tell(asked, "Baik.", budi)
    key = threads.get_conversation(asked.pk).identity.contact
    name = next(one.name for one in threads.thread_of(key) if one.key == sent.pk)
    assert f'data-line="{name}"' in next(stream).decode()
    services.send_due(at=clock.now())
    moved = next(stream).decode()
    assert f'data-line="{name}"' in moved
    assert str(DELIVERY_SHOWN[Delivery.SENT].label) in moved


@pages
def test_sms_of_the_person_reaches_the_officers_page(asked, budi, transport, quick):
    at = clock.now()
    message = Incoming(ChannelKind.SMS, "m1", "+6281200001234", IncomingKind.TEXT, at, "TANYA ada?")
    services.take("fake", Received(messages=(message,)), at=at)
    services.read_due(at=at)
    other = Conversation.objects.get(identity__channel=ChannelKind.SMS)
    officer = signed_in(budi)
    address = listens_at(officer, reverse("messaging:conversation", args=[other.pk]))
    Identity.objects.get(channel=ChannelKind.SMS)
    services.take(
        "fake",
        Received(
            messages=(
                Incoming(
                    ChannelKind.SMS, "m2", "+6281200001234", IncomingKind.TEXT, at, "Halo lagi"
                ),
            )
        ),
        at=at,
    )
    services.read_due(at=at)
    words, _held = read(officer, address)
    assert "Halo lagi" in words
    assert "apakah buka?" not in words  # somebody else's conversation


@pages
@pytest.mark.parametrize("who", ["nobody", "head"])
def test_only_officers_at_the_desk_may_listen(asked, who):
    address = reverse("messaging:conversation_live", args=[asked.pk])
    client = Client() if who == "nobody" else signed_in(make_officer("kepala", Role.HEAD))
    assert client.get(address).status_code == (302 if who == "nobody" else 403)


@pages
def test_a_page_left_open_does_not_keep_its_officer_signed_in(asked, budi, quick, monkeypatch):
    officer = signed_in(budi)
    address = listens_at(officer, reverse("messaging:conversation", args=[asked.pk]))
    monkeypatch.setattr("satupintu.people.access.STAFF_SEEN", -1)  # every use is written down
    ends = officer.session.get_expiry_date()
    before = officer.session.model.objects.get(pk=officer.session.session_key).expire_date
    read(officer, address)
    after = officer.session.model.objects.get(pk=officer.session.session_key).expire_date
    assert ends
    assert after == before
    officer.get(reverse("messaging:conversation", args=[asked.pk]))
    used = officer.session.model.objects.get(pk=officer.session.session_key).expire_date
    assert used > before
