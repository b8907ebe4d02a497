"""What a message may say, where it goes, and how its delivery moves: forward only."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChannelKind(StrEnum):
    """What the person uses to read; how it is carried there is the transport's matter."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    TELEPHONE = "telephone"
    WEB = "web"  # the chat on the office's own pages
    PUSH = "push"  # a browser's notifications


CHANNEL_LABELS = {
    ChannelKind.EMAIL: _("Surel"),
    ChannelKind.SMS: _("SMS"),
    ChannelKind.WHATSAPP: _("WhatsApp"),
    ChannelKind.TELEPHONE: _("Telepon"),
    ChannelKind.WEB: _("Obrolan web"),
    ChannelKind.PUSH: _("Pemberitahuan peramban"),
}


class Delivery(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # tried at least once
    SENT = "sent"  # handed to the next server: that is not delivery
    DELIVERED = "delivered"  # on the person's telephone, as reported
    READ = "read"
    FAILED = "failed"  # given up, or reported as undeliverable
    MANUAL = "manual"  # an officer sent it by hand


@dataclass(frozen=True, slots=True)
class Shown:
    """A state as the chip component shows it."""

    label: object
    tone: str


DELIVERY_SHOWN = {
    Delivery.QUEUED: Shown(_("Menunggu dikirim"), "quiet"),
    Delivery.SENDING: Shown(_("Sedang dikirim"), "info"),
    Delivery.SENT: Shown(_("Terkirim, belum ada kabar sampai"), "info"),
    Delivery.DELIVERED: Shown(pgettext_lazy("kabar", "Sampai"), "good"),
    Delivery.READ: Shown(_("Dibaca"), "good"),
    Delivery.FAILED: Shown(_("Tidak terkirim"), "bad"),
    Delivery.MANUAL: Shown(_("Dikirim petugas"), "good"),
}

OPEN_STATES = frozenset({Delivery.QUEUED, Delivery.SENDING})

# Which states may follow which; nothing ever goes back (tested cell by cell).
_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.READ})
FORWARD: dict[Delivery, frozenset[Delivery]] = {
    Delivery.QUEUED: frozenset({Delivery.SENDING, Delivery.SENT, Delivery.FAILED, Delivery.MANUAL}),
    Delivery.SENDING: frozenset({Delivery.SENT, Delivery.FAILED, Delivery.MANUAL}) | _ARRIVED,
    Delivery.SENT: frozenset({Delivery.FAILED}) | _ARRIVED,
    # An officer may still send it by hand; and what was given up can arrive late, which is then the truth.
    Delivery.FAILED: frozenset({Delivery.MANUAL}) | _ARRIVED,
    Delivery.DELIVERED: frozenset({Delivery.READ}),
    Delivery.READ: frozenset(),
    Delivery.MANUAL: frozenset(),
}


def follow_states(new: Delivery) -> frozenset[Delivery]:
    """Return the states that may be followed by `new`."""
    return frozenset(state for state, after in FORWARD.items() if new in after)


# Whom a person is told by, first what they chose; each only where this office carries it and it reaches them. After the
# last one the message waits for an officer with a telephone.
LADDER = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.EMAIL, ChannelKind.PUSH)
SHORT = frozenset({ChannelKind.SMS, ChannelKind.TELEPHONE, ChannelKind.PUSH})  # told in few words
QUIET_CHANNELS = frozenset(
    {ChannelKind.SMS, ChannelKind.WHATSAPP, ChannelKind.TELEPHONE, ChannelKind.PUSH}
)
WINDOW = timedelta(hours=24)  # WhatsApp: free words may follow a person's message for so long
REST = timedelta(hours=24)  # a conversation in which nothing is said for so long begins anew
REPORT_WITHIN = timedelta(hours=6)  # then the next channel is tried: accepted is not delivered
BREAKER_AFTER = 5  # failures one after another
_BREAKER_MINUTES = (1, 5, 15, 60)
THROTTLED_FOR = timedelta(seconds=30)  # where the server does not say how long
MOST_ANSWERS_AN_HOUR = 40  # to one identity: two machines that answer each other stop here
AT_ONCE = frozenset(
    {"sign_in_code", "complaint_code", "checklist"}
)  # somebody waits for it in front of a screen
RECORDING_DAYS = 90  # what a caller said is kept so long, then its bytes are erased
WAIT_FOR_PARTS = timedelta(
    minutes=10
)  # after the last part of a long message; then it is read with a gap
READ_ATTEMPTS = 5  # of an incoming message; then an officer reads it


def is_awaited(template: str) -> bool:
    """Say whether somebody waits for a message, as for a code or an answer ("": in a conversation)."""
    return not template or template in AT_ONCE


def may_say_anything(channel: ChannelKind, heard_at: datetime | None, at: datetime) -> bool:
    """Say whether free words may be sent now; on WhatsApp only within WINDOW of a person's message, else always."""
    if channel is not ChannelKind.WHATSAPP:
        return True
    return heard_at is not None and heard_at > at - WINDOW


def breaker_opens(failures: int) -> timedelta | None:
    """Return how long nothing is sent after so many failures of the server one after another; None: go on."""
    if failures < BREAKER_AFTER:
        return None
    return timedelta(
        minutes=_BREAKER_MINUTES[min(failures - BREAKER_AFTER, len(_BREAKER_MINUTES) - 1)]
    )


def quiet_end(local: datetime, begins: time, ends: time) -> datetime | None:
    """
    Return when the quiet hours end that `local` lies in, in the same zone; None outside them.

    Hours may pass midnight (20.00 to 07.00); equal ones mean none.
    """
    now = local.time()
    if begins == ends:
        return None
    inside = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if now >= ends else 0)
    return datetime.combine(day, ends, tzinfo=local.tzinfo)


CLAIM = timedelta(minutes=5)  # longer than a transport may take; then another worker tries again
_BACK_OFF = (1, 5, 30, 120, 480)  # minutes after the first, second, ... failed attempt
ATTEMPTS = len(_BACK_OFF) + 1


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts; None when it is time to give up."""
    return timedelta(minutes=_BACK_OFF[attempts - 1]) if attempts <= len(_BACK_OFF) else None


# Every text by name, and what it must be told. `link` is absolute; dates are dates or datetimes.
# `items` is a list of {"title", "reason"}; `survey` is an address, "" when there is none. Nothing here may be an
# identity or telephone number.
TEXTS: dict[str, frozenset[str]] = {
    "sign_in_code": frozenset({"code", "minutes"}),
    "application_received": frozenset({"name", "service", "number", "tracking_code", "link"}),
    "application_returned": frozenset({"name", "service", "number", "items", "answer_by", "link"}),
    "application_complete": frozenset({"name", "service", "number", "promised", "link"}),
    "recommendation_asked": frozenset({"name", "service", "number", "unit", "promised", "link"}),
    "field_visit": frozenset({"name", "service", "number", "when", "place", "link"}),
    "issued": frozenset({"name", "service", "number", "permit_number", "link", "survey"}),
    "issued_elsewhere": frozenset(
        {"name", "service", "number", "external_number", "link", "survey"}
    ),
    "refused": frozenset({"name", "service", "number", "reason", "link"}),
    "withdrawn": frozenset({"name", "service", "number", "link"}),
    "reminder_answer": frozenset({"name", "service", "number", "answer_by", "link"}),
    "closed_unanswered": frozenset({"name", "service", "number", "link"}),
    "uncollected": frozenset({"name", "service", "permit_number", "place", "link"}),
    "not_collected": frozenset({"name", "service", "number", "permit_number", "link"}),
    "permit_sent": frozenset({"name", "service", "number", "place", "link"}),
    "expiring": frozenset({"name", "service", "permit_number", "valid_until", "days", "link"}),
    "revoked": frozenset({"name", "service", "permit_number", "reason", "link"}),
    "fee_set": frozenset(
        {"name", "service", "number", "fee_number", "amount", "due_on", "pay_to", "link"}
    ),
    "fee_paid": frozenset(
        {"name", "service", "number", "receipt_number", "amount", "rest", "link"}
    ),
    "fee_unproved": frozenset({"name", "service", "number", "amount", "reason", "link"}),
    "fee_reminder": frozenset(
        {"name", "service", "number", "fee_number", "rest", "due_on", "pay_to", "link"}
    ),
    "refund_answered": frozenset(
        {"name", "service", "number", "amount", "granted", "paid", "why", "link"}
    ),
    "calendar_changed": frozenset({"name", "service", "number", "before", "promised", "link"}),
    "deadline_extended": frozenset({"name", "service", "number", "promised", "reason", "link"}),
    "task_waiting": frozenset({"name", "service", "number", "unit", "due", "link"}),
    "deadline_near": frozenset({"name", "service", "number", "pledge", "due", "link"}),
    "deadline_missed": frozenset({"name", "service", "number", "pledge", "due", "link"}),
    "deemed_granted_warning": frozenset({"name", "service", "number", "legal_due", "link"}),
    "address_changed": frozenset({"name", "kind", "phone", "link"}),
    "checklist": frozenset({"service", "ready", "missing", "promised", "fee", "link"}),
    "authority_confirmed": frozenset({"name", "party", "link"}),
    "complaint_received": frozenset({"name", "number", "tracking_code", "due", "link"}),
    "complaint_code": frozenset({"code", "minutes"}),
    "complaint_answered": frozenset({"name", "number", "tracking_code", "days", "link"}),
    "complaint_news": frozenset({"link"}),
    "complaint_waiting": frozenset({"name", "number", "category", "due", "link"}),
    "consultation_received": frozenset({"name", "number", "tracking_code", "due", "link"}),
    "consultation_answered": frozenset({"name", "number", "days", "link"}),
    "consultation_closed": frozenset({"name", "number", "link"}),
    "consultation_waiting": frozenset({"name", "number", "category", "due", "link"}),
    "meeting_wanted": frozenset({"name", "number", "how", "wish", "link"}),
    "meeting_offered": frozenset({"name", "number", "how", "times", "link"}),
    "meeting_booked": frozenset({"name", "number", "how", "moment", "link"}),
    "meeting_cancelled": frozenset({"name", "number", "moment", "link"}),
    "meeting_reminder": frozenset({"name", "number", "how", "moment", "link"}),
    "objection_received": frozenset(
        {"name", "service", "number", "about", "tracking_code", "due", "link"}
    ),
    "objection_decided": frozenset(
        {"name", "service", "number", "about", "outcome", "reason", "appeal_until", "link"}
    ),
    "objection_deemed": frozenset({"name", "service", "number", "about", "due", "link"}),
    "objection_waiting": frozenset({"name", "service", "number", "about", "due", "link"}),
    "sanction_given": frozenset(
        {
            "name",
            "service",
            "permit_number",
            "sanction",
            "sanction_number",
            "reason",
            "demand",
            "link",
        }
    ),
    "condition_due": frozenset({"name", "service", "permit_number", "condition", "due", "link"}),
    "condition_late": frozenset(
        {"name", "service", "number", "permit_number", "condition", "due", "link"}
    ),
    "condition_judged": frozenset(
        {"name", "service", "permit_number", "condition", "outcome", "reason", "link"}
    ),
    "suspension_ended": frozenset({"name", "service", "permit_number", "link"}),
    "sanction_waiting": frozenset({"name", "service", "number", "permit_number", "due", "link"}),
    "warning_ran_out": frozenset(
        {"name", "service", "number", "permit_number", "sanction", "due", "link"}
    ),
    "log_root": frozenset({"name", "number", "day", "root"}),
    "budget_reached": frozenset({"name", "channel", "percent", "used", "most", "after", "link"}),
    "endpoint_stopped": frozenset({"name", "client", "why", "link"}),
}


# Messages that leave the outbox soon, sent or not: they hold a secret, or the address of a passer-by.
FORGOTTEN_AFTER = {
    "sign_in_code": timedelta(days=1),
    "complaint_code": timedelta(days=1),
    "checklist": timedelta(hours=1),
}


class MissingWords(Exception):
    """A text was asked for without all it must be told (a mistake of the caller)."""


_LETTER_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST_REFERENCES = 20


def letters_before(headers: str) -> list[str]:
    """
    Return the ids of the letters before the one with these headers, ours among them, oldest first; at most 20.

    RFC 5322, section 3.6.4: its References, else the one letter that its In-Reply-To names.
    """
    for name in ("References", "In-Reply-To"):
        found = re.search(rf"^{name}:(.*)$", headers, re.MULTILINE | re.IGNORECASE)
        ids = _LETTER_ID.findall(found[1]) if found else []
        if ids and (name == "References" or len(ids) == 1):
            return ids[-_MOST_REFERENCES:]
    return []


def check_context(template: str, given: frozenset[str]) -> None:
    """Raise MissingWords unless `given` covers the text's needs, KeyError for an unknown text."""
    missing = TEXTS[template] - given
    if missing:
        raise MissingWords(f"{template} needs {', '.join(sorted(missing))}")


def whatsapp_link(phone: str, text: str) -> str:
    """Return the address that opens a chat with `phone` (E.164) and `text` already typed."""
    return f"https://wa.me/{phone.lstrip('+')}?text={quote(text)}"


Pair = tuple[UUID, UUID]  # two contacts that were said to be one person


def step_towards(start: UUID, goal: UUID, pairs: Collection[Pair]) -> Pair | None:
    """Return the first pair on the way from `start` to `goal`, over others if need be; None where none leads there."""
    before: dict[UUID, Pair] = {}
    edge = [goal]
    while edge:
        here = edge.pop(0)
        for pair in pairs:
            there = pair[1] if pair[0] == here else pair[0]
            if here in pair and there not in before and there != goal:
                before[there] = pair
                edge.append(there)
    return before.get(start)
