"""What a conversation tells the consultation that goes on in it: each in the transaction that keeps what was said."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from satupintu.desk.models import Consultation
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.consultations import ConsultationState as State
from satupintu.desk.services.common import CHANNELS
from satupintu.desk.services.consulting.asking import Question, ask
from satupintu.desk.services.consulting.moving import (
    answered,
    asker,
    check_no_meeting_ahead,
    days_of,
    keep,
    move,
    owed,
)
from satupintu.desk.topics import topic_of
from satupintu.lib.workingtime import working_minutes
from satupintu.messaging.queries import get_identity, known_by
from satupintu.messaging.registry import Listener, Waiting
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import ConversationRefused
from satupintu.office.queries import work_calendar
from satupintu.people.rules import Actor
from satupintu.workflow.queries import open_tasks
from satupintu.workflow.services import Facts, TaskChange

ORIGIN = "conversation"


class Hearing(Listener):
    """Whatever waits for an officer is a consultation; an officer's reply answers it, the person's reopens it."""

    def waits(self, waiting: Waiting) -> datetime | None:
        """Make a consultation of what begins to wait, unless it is one; return by when it is answered."""
        if waiting.case_id is not None:
            found = queries.find(waiting.case_id)
            return found.case.promise.due_at if found else None
        identity = get_identity(waiting.identity_id)
        made = ask(
            Question(
                text=waiting.words or _("Pertanyaan lisan: dengarkan rekamannya."),
                conversation_id=waiting.conversation_id,
                name=known_by(identity.pk).name,
                party_id=identity.contact.party_id,
                channel=CHANNELS[ChannelKind(identity.channel)],
            ),
            by=asker(),
            at=waiting.at,
            origin=ORIGIN,
            origin_ref=waiting.origin or str(waiting.conversation_id),
        )
        return made.case.promise.due_at

    def heard(self, case_id: UUID, message_id: UUID, words: str, at: datetime) -> bool:
        """Take a reply for what it is: more of the question, what was asked back, thanks, or not yet an answer."""
        found = queries.find(case_id)
        if found is None:
            return True
        if found.case.state == State.ANSWERED and rules.is_thanks(words):
            return False
        hear_more(found, str(message_id), at=at)
        return True

    def answered(self, case_id: UUID, *, by: Actor, at: datetime, asks: bool) -> None:
        """Let an officer's reply answer the question, or stop the clock where it only asks back."""
        found = queries.find(case_id)
        if found is None:
            return
        if asks and found.case.state == State.ASKED:
            move(found.case, "ask_back", by=by, at=at)
        elif not asks and found.case.state in (State.ASKED, State.QUESTIONED):
            _answered(found, by, at)
        keep(found, said_at=at)

    def handed_over(self, case_id: UUID, *, to: int | None, by: Actor, at: datetime) -> None:
        """Note in the log who has it now, and let the task be theirs."""
        found = queries.find(case_id)
        if found is None or found.case.state not in (State.ASKED, State.QUESTIONED):
            return
        mine = {task.pk: to for task in open_tasks(found.case) if task.stage == rules.STAGE}
        move(
            found.case,
            "hand_over",
            by=by,
            at=at,
            facts=Facts(data={"officer": to}),
            tasks=TaskChange(assign=mine),
        )

    def closing(self, case_id: UUID, *, by: Actor, at: datetime) -> None:
        """End the consultation with its conversation. Raises ConversationRefused while nobody has answered."""
        found = queries.find(case_id)
        if found is None or found.case.closed_at is not None:
            return
        if found.case.state == State.ASKED:
            raise ConversationRefused(
                _("Pertanyaan %(number)s belum dijawab. Jawab dahulu, atau sisihkan di halamannya.")
                % {"number": found.case.number}
            )
        check_no_meeting_ahead(found, at)
        move(found.case, "close", by=by, at=at, tasks=answered(found.case))


def hear_more(found: Consultation, source: str, *, at: datetime) -> None:
    """
    Make it the office's turn again after an answer or what was asked back; whoever answered before has it first.

    `source` says where it was said. Nothing where the person waits already.
    """
    topic, before = topic_of(found), found.case.state
    if before not in (State.QUESTIONED, State.ANSWERED):
        return
    tasks, days = TaskChange(), None
    if before == State.ANSWERED:
        officer = found.conversation.officer_id if found.conversation else None
        tasks = TaskChange(open=owed(topic, at, assignee_id=officer))
        days = {"promise": days_of(topic, at)}
    facts = Facts(data={"message": source})
    move(found.case, "reply", by=asker(), at=at, facts=facts, tasks=tasks, days=days)


def _answered(found: Consultation, by: Actor, at: datetime) -> None:
    promise, calendar = found.case.promise, work_calendar()
    move(found.case, "answer", by=by, at=at, tasks=answered(found.case))
    if found.answered_at is not None:
        return
    stood = sum(
        working_minutes(begins, ends or at, calendar)
        for begins, ends in promise.pauses
        if (ends or at) > begins
    )
    waited = working_minutes(found.case.opened_at, max(at, found.case.opened_at), calendar) - stood
    due = promise.counted_due_at
    keep(
        found,
        answered_at=at,
        waited=max(0, waited),
        on_time=promise.paused or due is None or at <= due,
    )
