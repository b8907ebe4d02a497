from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from satupintu.messaging.rules import (
    ATTEMPTS,
    FORWARD,
    OPEN_STATES,
    TEXTS,
    Delivery,
    MissingWords,
    check_context,
    wait_after,
    whatsapp_link,
)

ORDER = {"queued": 0, "sending": 1, "failed": 2, "sent": 3, "manual": 3}


@pytest.mark.parametrize("before", Delivery)
@pytest.mark.parametrize("after", Delivery)
def test_delivery_only_moves_forward(before, after):
    if after in FORWARD[before]:
        assert ORDER[after] > ORDER[before]


def test_sent_messages_are_final():
    assert FORWARD[Delivery.SENT] == FORWARD[Delivery.MANUAL] == frozenset()
    assert {Delivery.SENT, Delivery.FAILED, Delivery.MANUAL}.isdisjoint(OPEN_STATES)


def test_attempts_wait_longer_each_time_and_end():
    waits = [wait_after(number) for number in range(1, ATTEMPTS)]

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]
    assert wait_after(ATTEMPTS) is None


def test_text_without_all_it_needs_is_refused():
    check_context("withdrawn", TEXTS["withdrawn"])
    with pytest.raises(MissingWords, match="link"):
        check_context("withdrawn", TEXTS["withdrawn"] - {"link"})
    with pytest.raises(KeyError):
        check_context("no such text", frozenset())


def test_whatsapp_link_carries_number_and_text():
    link = urlsplit(whatsapp_link("+6281200001234", "Yth. Sari,\n\nBaik & benar?"))

    assert (link.netloc, link.path) == ("wa.me", "/6281200001234")
    assert parse_qs(link.query)["text"] == ["Yth. Sari,\n\nBaik & benar?"]
