"""What people of the demo asked and heard: a question that waits, one that was answered, one the machine answered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from satupintu.messaging import services
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.queries import Conversation
from satupintu.messaging.rules import ChannelKind
from satupintu.people.queries import Party
from satupintu.people.rules import Actor


class Asked(NamedTuple):
    """Somebody's message, minutes before now; `answer` is an officer's, minutes later."""

    channel: ChannelKind
    sender: str
    name: str
    text: str
    minutes_ago: int
    answer: str = ""
    who: str = ""  # of the cast, when the office knows who it is


ASKED = (
    Asked(ChannelKind.SMS, "+6281200000901", "", "SYARAT SIP BIDAN", 300),
    Asked(
        ChannelKind.SMS, "+6281200000902", "Bu Marlina",
        "TANYA Kalau ijazah saya masih nama gadis, apakah perlu surat keterangan?", 200,
        "Ya, cukup fotokopi akta nikah. Unggah bersama ijazahnya.",
    ),
    Asked(
        ChannelKind.SMS, "+6281200000903", "Pak Yohanes",
        "TANYA Kios saya pindah ke seberang jalan, apakah izin reklamenya harus baru?", 45, "", "petrus",
    ),
)  # fmt: skip


def tell(
    now: datetime, officer: Callable[[datetime], Actor], party_of: Callable[[str], Party | None]
) -> None:
    """Let the made-up people ask, and an officer answer one of them."""
    for number, asked in enumerate(ASKED):
        at = now - timedelta(minutes=asked.minutes_ago)
        message = Incoming(
            asked.channel, f"demo-{number}", asked.sender, IncomingKind.TEXT, at,
            text=asked.text, name=asked.name, phone=asked.sender,
        )  # fmt: skip
        if asked.who:
            services.remember_identity(
                channel=asked.channel, address=asked.sender, party=party_of(asked.who), at=at
            )
        services.take("demo", Received(messages=(message,)), at=at)
        services.read_now("demo", message.external_id, at=at)
        if asked.answer:
            found = Conversation.objects.get(opened_at=at)
            later = at + timedelta(minutes=20)
            services.answer(
                found.pk, text=asked.answer, turn=found.turn, by=officer(later), at=later
            )
