"""Asking an officer by message, on every channel, with number, day and code in return; judging what was answered."""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satupintu.desk import queries as complaints
from satupintu.desk.links import consultation_page
from satupintu.desk.queries import consultations as queries
from satupintu.desk.queries.consultations import Consultation, Meeting
from satupintu.desk.rules import State
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.meetings import WAY_LABELS, Way
from satupintu.desk.services import NotFiled
from satupintu.desk.services import rate as rate_complaint
from satupintu.desk.services.common import CHANNELS
from satupintu.desk.services.consulting import (
    Question,
    ask,
    call_off,
    give_stars,
    hear_more,
    pick_time,
    want_meeting,
)
from satupintu.desk.services.consulting.moving import asker
from satupintu.lib import words
from satupintu.lib.refusal import Refusal
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.queries import known_by
from satupintu.messaging.registry import Asked, Judgeable, register_action, register_judged
from satupintu.messaging.services import queue_up
from satupintu.office.services import allow

ORIGIN = "dialogue"
_DAY = 86_400
_JUDGED_FOR = timedelta(days=30)  # after the last answer


def register() -> None:
    told = frozenset({"number", "by", "code", "link"})
    register_action(
        "desk.ask", take_question, {"asked": told, "added": told, "too_often": frozenset()}
    )
    register_action(
        "desk.meeting",
        meeting_now,
        {
            "booked": frozenset({"moment", "how", "link"}),
            "offered": frozenset(),
            "open": frozenset({"number"}),
            "none": frozenset(),
        },
    )
    register_action(
        "desk.meeting_pick",
        pick_offered,
        {
            "booked": frozenset({"moment", "how", "link"}),
            "refused": frozenset({"why"}),
            "other": frozenset(),
        },
    )
    register_action(
        "desk.meeting_want",
        want,
        {"wanted": frozenset({"number"}), "refused": frozenset({"why"})},
    )
    register_action(
        "desk.meeting_cancel",
        cancel,
        {"cancelled": frozenset(), "refused": frozenset({"why"})},
    )
    register_judged(answered_question)
    register_judged(answered_complaint)


def take_question(asked: Asked) -> Outcome:
    """Make a consultation of the question, once; where one goes on in this conversation, it is added to that."""
    found = queries.open_in(asked.conversation_id)
    how = "added" if found else "asked"
    if found is not None:
        hear_more(found, asked.origin, at=asked.at)
        queue_up(asked.conversation_id, at=asked.at)
    else:
        subject = str(asked.identity_id)
        if not allow("ask", subject, limit=rules.A_DAY, window_seconds=_DAY, at=asked.at):
            return Outcome("too_often")
        found = ask(
            Question(
                text=str(asked.memory["question"]),
                conversation_id=asked.conversation_id,
                name=known_by(asked.identity_id).name,
                party_id=asked.party_id,
                channel=CHANNELS[asked.channel],
            ),
            by=asker(),
            at=asked.at,
            origin=ORIGIN,
            origin_ref=asked.origin,
        )
    due = found.case.promise.due_at
    return Outcome(
        how,
        {
            "number": found.case.number,
            "by": words.long_date(timezone.localdate(due), asked.language) if due else "-",
            "code": found.tracking_code,
            "link": consultation_page(found.tracking_code),
        },
    )


def answered_question(asked: Asked) -> Judgeable | None:
    """Let whoever writes judge the last answered consultation of their address."""
    found = queries.to_rate(asked.identity_id, asked.at - _JUDGED_FOR)
    if found is None or found.said_at is None:
        return None
    with translation.override(asked.language):
        title = _("konsultasi %(number)s") % {"number": found.case.number}
    channel = CHANNELS[asked.channel]
    give = partial(give_stars, found, at=asked.at, channel=channel)
    return Judgeable(title, found.said_at, give)


def answered_complaint(asked: Asked) -> Judgeable | None:
    """Let whoever writes judge the last answer to what they openly complained of; it closes the complaint."""
    known = known_by(asked.identity_id)
    contact = known.phone or known.email
    found = next(
        (
            one
            for one in (complaints.list_for_contact(contact) if contact else [])
            if one.case.state == State.ANSWERED and one.answered_at is not None
        ),
        None,
    )
    if found is None or found.answered_at is None:
        return None
    with translation.override(asked.language):
        title = _("pengaduan %(number)s") % {"number": found.case.number}
    give = partial(rate_complaint, found, at=asked.at, channel=CHANNELS[asked.channel])
    return Judgeable(title, found.answered_at, give)


# --- Appointments ------------------------------------------------------------------------------------

_OTHER = "other"


def _open(asked: Asked) -> Consultation | None:
    """Return the consultation that goes on with whoever writes."""
    return queries.open_in(asked.conversation_id)


def _told(meeting: Meeting, asked: Asked, code: str) -> dict[str, str]:
    with translation.override(asked.language):
        how = str(WAY_LABELS[Way(meeting.way)]).lower()
    moment = words.zoned_moment(timezone.localtime(meeting.starts_at), asked.language)
    return {"moment": moment, "how": how, "link": consultation_page(code)}


def meeting_now(asked: Asked) -> Outcome:
    """Say what is agreed, or offer what may be chosen; "open": nothing yet, "none": nothing was asked."""
    found = _open(asked)
    if found is None:
        return Outcome("none")
    meeting = queries.meeting_of(found)
    if meeting is not None and meeting.starts_at > asked.at:
        return Outcome("booked", _told(meeting, asked, found.tracking_code))
    times = [datetime.fromisoformat(one) for one in found.offered.get("times", ())]
    if not any(one > asked.at for one in times):
        return Outcome("open", {"number": found.case.number})
    with translation.override(asked.language):
        other = _("Waktu lain")
    short = [(one, timezone.localtime(one)) for one in times if one > asked.at]
    choices = [
        Choice(
            one.isoformat(),
            f"{words.short_date(local, asked.language)} {words.clock_time(local, asked.language)}",
        )
        for one, local in short
    ]
    return Outcome("offered", choices=(*choices, Choice(_OTHER, other)))


def pick_offered(asked: Asked) -> Outcome:
    """Agree to a time that was offered."""
    picked, found = str(asked.memory["slot"]), _open(asked)
    if picked == _OTHER:
        return Outcome("other")
    try:
        if found is None:
            raise NotFiled(_("Konsultasi ini sudah selesai. Ajukan pertanyaan baru."))
        moment = datetime.fromisoformat(picked)
        pick_time(found, moment, at=asked.at, channel=CHANNELS[asked.channel])
    except Refusal as refused:
        return Outcome("refused", {"why": refused.message})
    meeting = queries.meeting_of(found)
    assert meeting is not None, "it was agreed on just now"
    return Outcome("booked", _told(meeting, asked, found.tracking_code))


def want(asked: Asked) -> Outcome:
    """Pass on that somebody would like to talk, and when it suits them."""
    found = _open(asked)
    try:
        if found is None:
            raise NotFiled(_("Konsultasi ini sudah selesai. Ajukan pertanyaan baru."))
        want_meeting(
            found,
            str(asked.memory["way"]),
            str(asked.memory["wish"]),
            at=asked.at,
            channel=CHANNELS[asked.channel],
        )
    except Refusal as refused:
        return Outcome("refused", {"why": refused.message})
    queue_up(asked.conversation_id, at=asked.at)
    return Outcome("wanted", {"number": found.case.number})


def cancel(asked: Asked) -> Outcome:
    """Call the appointment off."""
    found = _open(asked)
    try:
        if found is None:
            raise NotFiled(_("Tidak ada janji temu yang dapat dibatalkan."))
        call_off(found, at=asked.at, channel=CHANNELS[asked.channel])
    except Refusal as refused:
        return Outcome("refused", {"why": refused.message})
    return Outcome("cancelled")
