from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from satupintu.messaging.rules import (
    ATTEMPTS,
    DELIVERY_SHOWN,
    FORWARD,
    OPEN_STATES,
    TEXTS,
    Delivery,
    MissingWords,
    check_context,
    follow_states,
    letters_before,
    wait_after,
    whatsapp_link,
)

# How much is known of a message that leaves us; what was given up may still turn out to have arrived.
ORDER = {"queued": 0, "sending": 1, "sent": 2, "failed": 3, "manual": 5, "delivered": 4, "read": 5}


@pytest.mark.parametrize("before", Delivery)
@pytest.mark.parametrize("after", Delivery)
def test_delivery_only_moves_forward(before, after):
    if after in FORWARD[before]:
        assert ORDER[after] > ORDER[before]


def test_what_was_read_or_told_by_hand_is_final_and_nothing_of_it_is_sent_again():
    assert FORWARD[Delivery.READ] == FORWARD[Delivery.MANUAL] == frozenset()
    assert {Delivery.QUEUED, Delivery.SENDING} == OPEN_STATES


def test_sent_is_never_shown_as_arrived():
    words = {state: str(DELIVERY_SHOWN[state].label) for state in Delivery}

    assert "belum ada kabar" in words[Delivery.SENT]
    assert DELIVERY_SHOWN[Delivery.SENT].tone != "good"
    assert len(set(words.values())) == len(Delivery)


def test_a_report_may_come_before_or_after_any_other():
    assert follow_states(Delivery.DELIVERED) == {"sending", "sent", "failed"}
    assert follow_states(Delivery.READ) == {"sending", "sent", "failed", "delivered"}
    assert follow_states(Delivery.FAILED) == {"queued", "sending", "sent"}


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


@pytest.mark.parametrize(
    ("headers", "before"),
    [
        ("", []),
        ("Subject: Tanya\nReferences: <a@x.id> <b@y.id>\nIn-Reply-To: <b@y.id>", ["<a@x.id>", "<b@y.id>"]),
        ("In-Reply-To: <b@y.id>", ["<b@y.id>"]),
        ("In-Reply-To: <b@y.id> <c@y.id>", []),  # RFC 5322: then the new letter begins a thread
        ("references: kemarin <b@y.id>", ["<b@y.id>"]),
        ("Subject: References: <a@x.id>", []),
        ("References: " + " ".join(f"<{n}@x.id>" for n in range(30)), [f"<{n}@x.id>" for n in range(10, 30)]),
    ],
)  # fmt: skip
def test_a_letter_names_those_before_it(headers, before):
    assert letters_before(headers) == before
