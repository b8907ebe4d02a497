"""The demo inbox: what would have been sent can be read at /demo/kotak-masuk/."""

from django.conf import settings

from satupintu.messaging.channels.port import Health, Outgoing, Sent
from satupintu.messaging.rules import ChannelKind


class DemoInbox:
    """Takes every e-mail and SMS of a demo; the row in the outbox is the inbox."""

    name = "demo"
    per_second = 0.0

    def carries(self, channel: ChannelKind) -> bool:
        return bool(settings.DEMO) and channel in {ChannelKind.EMAIL, ChannelKind.SMS}

    def send(self, message: Outgoing) -> Sent:
        del message
        return Sent()

    def health(self) -> Health:
        return Health(True, "demo")


def transport() -> DemoInbox:
    return DemoInbox()
