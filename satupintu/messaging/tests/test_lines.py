"""Lines that are kept open are begun again when they break, and what they hear is kept."""

import threading

import pytest

from satupintu.lib import clock
from satupintu.messaging import channels, lines
from satupintu.messaging.channels.port import Health, Incoming, IncomingKind, Received
from satupintu.messaging.models import InMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.people.tests.factories import AT


class Line:
    """Breaks twice, then hears a message and ends the test."""

    name = "line"
    per_second = 0.0

    def __init__(self):
        self.begun = 0

    def carries(self, channel):
        return False

    def health(self):
        return Health(True, "")

    def send(self, message):
        raise AssertionError

    def listen(self, take, stop):
        self.begun += 1
        if self.begun < 3:
            raise OSError("gone")
        message = Incoming(ChannelKind.SMS, "m1", "+62812", IncomingKind.TEXT, AT, text="halo")
        take(Received(messages=(message,)))
        stop.set()


@pytest.mark.django_db(transaction=True)
def test_a_line_that_breaks_is_begun_again_and_what_it_hears_is_kept(monkeypatch):
    line = Line()
    monkeypatch.setattr(lines, "transports", lambda: (line,))
    monkeypatch.setattr(lines, "wait_seconds", lambda _breaks: 0.01)
    lines.keep_open(threading.Event(), clock.now)

    assert line.begun == 3
    assert InMessage.objects.get().text == "halo"


def test_an_office_without_lines_keeps_none_open(monkeypatch):
    monkeypatch.setattr(lines, "transports", channels.transports)
    assert lines.listening() == {}
    lines.keep_open(threading.Event(), clock.now)


def test_it_waits_longer_each_time():
    assert [lines.wait_seconds(breaks) for breaks in (1, 2, 3, 4, 9)] == [
        1.0,
        5.0,
        15.0,
        60.0,
        60.0,
    ]
