"""Asking an officer by message, on every channel, with number, day and code in return; judging what was answered."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satupintu.desk import queries as complaints
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import State
from satupintu.desk.rules import consultations as rules
from satupintu.desk.services import rate as rate_complaint
from satupintu.desk.services.common import CHANNELS
from satupintu.desk.services.consulting import Question, ask, give_stars, hear_more
from satupintu.desk.services.consulting.moving import asker
from satupintu.lib import words
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
            "link": f"{settings.BASE_URL}/konsultasi/lacak/{found.tracking_code}/",
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
