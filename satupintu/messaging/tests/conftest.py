import pytest

from satupintu.messaging import channels
from satupintu.messaging.channels.port import Health, Sent
from satupintu.messaging.rules import ChannelKind


class FakeTransport:
    """Carries every channel, answers what it was told to, and remembers what it got."""

    name = "fake"
    per_second = 0.0

    def __init__(self, *answers):
        self.answers = list(answers)
        self.got = []
        self.files = {}
        self.kinds = {*ChannelKind}

    def carries(self, channel):
        return channel in self.kinds

    def send(self, message):
        self.got.append(message)
        answer = self.answers.pop(0) if self.answers else Sent()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fetch(self, media, limit):
        found = self.files[media.id]
        if isinstance(found, Exception):
            raise found
        return found

    def health(self):
        return Health(True, "fake")


@pytest.fixture
def transport(monkeypatch):
    fake = FakeTransport()
    monkeypatch.setattr(channels, "transports", lambda: (fake,))
    return fake
