"""The chat on our own pages: the row in the outbox is what its page shows."""

from satupintu.messaging.channels.port import Health, Outgoing, Sent
from satupintu.messaging.rules import ChannelKind


class WebChat:
    """Takes what is answered to whoever chats on the office's pages."""

    name = "webchat"
    per_second = 0.0

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.WEB

    def send(self, message: Outgoing) -> Sent:
        del message
        return Sent()

    def health(self) -> Health:
        return Health(True, "webchat")


def transport() -> WebChat:
    return WebChat()
