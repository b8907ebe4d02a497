"""Parts of long messages wait in the database: whatever is begun anew or repeated, one message comes of them."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection

from satupintu.messaging import channels, services, threads
from satupintu.messaging.channels.port import Piece, Received
from satupintu.messaging.channels.smpp import Smpp
from satupintu.messaging.models import InMessage, InPiece
from satupintu.messaging.rules import WAIT_FOR_PARTS
from satupintu.people.tests.factories import AT

pytestmark = pytest.mark.django_db
SARI, JOKO = "+6281200001234", "+6281300005678"
WORDS = {1: b"Saya mau ", 2: b"mengurus ", 3: b"izin"}
LATE = AT + WAIT_FOR_PARTS + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def line(monkeypatch):
    """A line that was begun anew, before each part if need be: it remembers nothing."""
    monkeypatch.setattr(channels, "transports", lambda: (Smpp("x", 1, "u", "p", "1500"),))


def come(*places, sender=SARI, number=7, at=AT):
    for place in places:
        named = f"{sender} 1500 {number} 3"
        piece = Piece(named, sender, "1500", 3, place, 0, WORDS[place], at)
        services.take("smpp", Received(pieces=(piece,)), at=at)


def texts():
    return sorted(one.text for one in InMessage.objects.all())


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_in_whatever_order_one_message_comes_of_three_parts(order):
    come(*order[:2])
    assert (texts(), InPiece.objects.count()) == ([], 2)
    come(order[2])

    assert texts() == ["Saya mau mengurus izin"]
    assert not InPiece.objects.exists()


def test_a_part_that_is_repeated_counts_once():
    come(1, 1, 3, 3)
    assert texts() == []
    come(2)

    assert texts() == ["Saya mau mengurus izin"]


def test_parts_of_two_people_and_of_two_messages_stay_apart():
    come(1, 2)
    come(3, sender=JOKO)
    come(3, number=8)

    assert texts() == []
    assert InPiece.objects.count() == 4


def test_after_the_time_the_office_gets_what_there_is_and_sees_that_it_is_not_all():
    come(1, 3)
    assert services.take_incomplete(at=AT + WAIT_FOR_PARTS) == 0
    assert services.take_incomplete(at=LATE) == 1
    assert services.take_incomplete(at=LATE) == 0

    assert texts() == ["Saya mau  (...) izin"]
    services.read_due(at=LATE)
    message = InMessage.objects.get()
    assert message.at == AT
    (line,) = [one for one in threads.thread_in(message.conversation_id) if one.side == "theirs"]
    assert line.incomplete


def test_the_time_runs_from_the_last_part():
    come(1)
    come(2, at=AT + WAIT_FOR_PARTS)
    assert services.take_incomplete(at=LATE) == 0
    come(3, at=LATE)

    assert texts() == ["Saya mau mengurus izin"]


def test_a_number_that_is_used_again_makes_another_message():
    come(1, 3)
    come(1, 2, 3, at=LATE)

    assert texts() == ["Saya mau  (...) izin", "Saya mau mengurus izin"]


def test_a_message_that_cannot_be_kept_keeps_its_parts(monkeypatch):
    come(1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(InMessage.objects, "bulk_create", _broken)
        with pytest.raises(OSError, match="no database"):
            come(3)
    assert texts() == []
    come(3)  # the centre was not answered, and sends it again

    assert texts() == ["Saya mau mengurus izin"]


def _broken(rows, **_more):
    if rows:
        raise OSError("no database")


def test_an_incomplete_message_is_shown_as_such_and_a_whole_one_is_not():
    come(1, 2, 3)
    services.read_due(at=AT)
    message = InMessage.objects.get()

    assert not any(one.incomplete for one in threads.thread_in(message.conversation_id))


def test_neither_words_nor_numbers_are_readable_in_the_table():
    come(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT message, rest FROM messaging_inpiece")
        stored = str(cursor.fetchall())

    assert "81200001234" not in stored
    assert WORDS[1].hex() not in stored
