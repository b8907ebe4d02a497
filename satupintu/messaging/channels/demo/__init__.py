"""The demo inbox: what would have been sent can be read at /demo/kotak-masuk/."""

from django.conf import settings

from satupintu.messaging.channels import Outgoing, Sent
from satupintu.messaging.rules import ChannelKind


class DemoInbox:
    """Takes every e-mail and SMS of a demo; the row in the outbox is the inbox."""

    name = "demo"

    def carries(self, channel: ChannelKind) -> bool:
        return bool(settings.DEMO) and channel is not ChannelKind.WHATSAPP

    def send(self, message: Outgoing) -> Sent:
        del message
        return Sent()
