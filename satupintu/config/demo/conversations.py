"""What people of the demo asked and heard: questions that wait, one of them late, answered and rated ones."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from satupintu.desk.queries.consultations import Consultation, open_in
from satupintu.desk.services.consulting import Question, ask_on_page, give_stars
from satupintu.messaging import services
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.queries import Conversation
from satupintu.messaging.rules import ChannelKind
from satupintu.people.queries import Party
from satupintu.people.rules import Actor
from satupintu.workflow.services import act


class Asked(NamedTuple):
    """Somebody's message, minutes before now; `answer` is an officer's, minutes later."""

    channel: ChannelKind
    sender: str
    name: str
    text: str
    minutes_ago: int
    answer: str = ""
    who: str = ""  # of the cast, when the office knows who it is
    stars: int = 0  # given after the answer
    meets: str = ""  # "offer_meeting" or "book_meeting", by video, in two days


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
        meets="offer_meeting",
    ),
    Asked(
        ChannelKind.SMS, "+6281200000904", "Bu Lidia",
        "TANYA Apakah lokasi gudang saya boleh di tepi jalan provinsi?", 60 * 24 * 9, "", "lidia",
    ),
    Asked(
        ChannelKind.SMS, "+6281200000905", "Bu Agnes",
        "TANYA Berapa biaya reklame papan nama toko?", 60 * 24 * 6,
        "Papan nama toko sampai satu meter persegi tidak dipungut biaya.", stars=5,
    ),
    Asked(
        ChannelKind.WEB, "", "Sari Lestari",
        "Apakah rekomendasi organisasi profesi boleh menyusul setelah permohonan masuk?", 60 * 26,
        "Tidak. Rekomendasi diunggah bersama permohonan; draf Anda tetap tersimpan.", "sari",
        meets="book_meeting",
    ),
)  # fmt: skip


def tell(
    now: datetime, officer: Callable[[datetime], Actor], party_of: Callable[[str], Party | None]
) -> None:
    """Let the made-up people ask, and an officer answer some of them."""
    for number, asked in enumerate(ASKED):
        at = now - timedelta(minutes=asked.minutes_ago)
        party = party_of(asked.who) if asked.who else None
        if asked.channel is ChannelKind.WEB:
            _on_page(asked, party, at)
        else:
            _by_message(number, asked, party, at)
        found = Conversation.objects.get(opened_at=at)
        later = at + timedelta(minutes=20)
        if asked.answer:
            services.answer(
                found.pk, text=asked.answer, turn=found.turn, by=officer(later), at=later
            )
        if asked.meets and (consultation := open_in(found.pk)):
            _meet(consultation, asked.meets, now, officer)
        if asked.stars and (consultation := open_in(found.pk)):
            give_stars(consultation, asked.stars, at=later + timedelta(hours=1))


def _meet(
    found: Consultation, what: str, now: datetime, officer: Callable[[datetime], Actor]
) -> None:
    """Let the officer offer two times, or set one."""
    day = timezone.localtime(now).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    ten, two = day.replace(hour=10), day.replace(hour=14)
    times = {"times": [ten.isoformat(), two.isoformat()]}
    when = times if what == "offer_meeting" else {"starts_at": day.replace(hour=9).isoformat()}
    act(found.case, what, by=officer(now), at=now, data={"way": "video", **when})


def _by_message(number: int, asked: Asked, party: Party | None, at: datetime) -> None:
    message = Incoming(
        asked.channel, f"demo-{number}", asked.sender, IncomingKind.TEXT, at,
        text=asked.text, name=asked.name, phone=asked.sender,
    )  # fmt: skip
    if party is not None:
        services.remember_identity(channel=asked.channel, address=asked.sender, party=party, at=at)
    services.take("demo", Received(messages=(message,)), at=at)
    services.read_now("demo", message.external_id, at=at)


def _on_page(asked: Asked, party: Party | None, at: datetime) -> None:
    question = Question(
        text=asked.text, name=asked.name, party_id=party.pk if party is not None else None
    )
    ask_on_page(question, language="id", at=at, origin_ref=None)
