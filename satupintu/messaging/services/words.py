"""The office's own words, and a test message by one transport."""

from collections.abc import Mapping
from datetime import datetime

from satupintu.lib.ids import uuid7
from satupintu.lib.kept import forget_kept
from satupintu.messaging.channels.port import Failed, Outgoing, Transport
from satupintu.messaging.models import OfficeText
from satupintu.messaging.rules import ChannelKind
from satupintu.people.rules import Actor


def save_words(key: str, typed: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Keep the office's words of a text, checked before by `texts.problems`; "" is the program's own again."""
    OfficeText.objects.bulk_create(
        OfficeText(
            key=key, language=language, text=text.strip(), changed_by_id=by.user_id, changed_at=at
        )
        for language, text in typed.items()
    )
    forget_kept()


def send_test(
    transport: Transport, channel: ChannelKind, address: str, *, by: Actor, at: datetime
) -> str:
    """
    Hand a test message over now, by this transport and no other; return "" or why it was not taken.

    It is not kept in the outbox: what is tested is the line, not the office's messages.
    """
    words = f"Uji coba saluran {transport.name} dari Satu Pintu, {at:%H:%M} UTC, {by.name}."
    outgoing = Outgoing(channel, address, "Uji coba saluran", words, f"{uuid7()}.uji")
    result = transport.send(outgoing)
    return f"{result.trouble}: {result.why}" if isinstance(result, Failed) else ""
