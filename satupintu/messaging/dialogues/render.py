"""One answer as each channel shows it. Buttons and lists stay beside the words where a channel has them."""

from collections.abc import Sequence

from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.talk import Talk
from satupintu.messaging.rules import ChannelKind

_HAS_BUTTONS = frozenset({ChannelKind.WHATSAPP, ChannelKind.WEB})


def rendered(channel: ChannelKind, talk: Talk, text: str, choices: Sequence[Choice]) -> str:
    """
    Return the words of an answer: with numbers to reply with where the channel has no buttons, with keys to press on
    the telephone.
    """
    if not choices or channel in _HAS_BUTTONS:
        return text
    if channel is ChannelKind.TELEPHONE:
        keys = [
            talk.say("press_it", {"key": number, "title": one.title})
            for number, one in enumerate(choices[:9], start=1)
        ]
        return " ".join([text, *keys])
    lines = [f"{number} {one.title}" for number, one in enumerate(choices, start=1)]
    return "\n".join([text, *lines, talk.say("number_it")])
