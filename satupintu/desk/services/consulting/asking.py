"""Taking a question in, on whatever channel it came: once, with its conversation, a number, a code and a day."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.desk.models import Consultation
from satupintu.desk.proof import CONSULTATION, consultation_text
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import KIND_COMPLAINT
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.topics import OTHER
from satupintu.desk.services.consulting.moving import asker, days_of, owed
from satupintu.desk.services.filing import NotFiled, named_case, read_contact
from satupintu.desk.topics import topics
from satupintu.lib import crypto
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.ids import uuid7
from satupintu.messaging import services as messaging
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.rules import ChannelKind
from satupintu.office.services import ensure_series, take_number
from satupintu.people.queries import Party
from satupintu.people.rules import STAFF_ROLES, Actor
from satupintu.workflow.queries import Case, find_by_number
from satupintu.workflow.services import Facts, TaskChange, find_arrived, link_cases, open_case

ORIGIN = "consultation"
PAGE = "webchat"  # what carries a conversation on the office's own pages
_NUMBER = re.compile(r"\b[A-Z]{2,6}-\d{4}-\d{3,6}\b")


@dataclass(frozen=True, slots=True)
class Question:
    """
    What somebody asks. `conversation_id` is where it is said and answered.

    `topic` "" is found in the words; `about` is the number of a case, "" is looked for in the words; `contact` is a
    telephone number or e-mail address of somebody who asks on a page. `happened` is when it was asked, None: now.
    """

    text: str
    conversation_id: UUID | None = None
    topic: str = ""
    service_code: str = ""
    about: str = ""
    name: str = ""
    contact: str = ""
    party_id: UUID | None = None
    channel: str = "web"
    happened: datetime | None = None


def ask(
    question: Question,
    *,
    by: Actor,
    at: datetime,
    origin: str = ORIGIN,
    origin_ref: str | None = None,
) -> Consultation:
    """
    Open a consultation in a conversation and return it; the person waits from now on.

    In one transaction: number, case with its promise, what is asked, the tie to the case it is about, the task, the
    conversation. `by` is whoever asks, or the officer who writes it down. What arrived before under the same origin
    and reference returns the first. Raises NotFiled, ConversationRefused (the conversation is another matter's).
    """
    if arrived := _find_arrived(origin, origin_ref):
        return arrived
    if not question.text.strip():
        raise NotFiled(_("Tulis pertanyaannya dahulu."))
    contact = read_contact(question.contact)
    about = _about(question)
    facts = Facts(recorded_at=at, channel=question.channel, origin=origin, origin_ref=origin_ref)
    try:
        return _open(question, contact, about, by, facts)
    except IntegrityError:
        arrived = _find_arrived(origin, origin_ref)
        if arrived is None:
            raise
        return arrived


def _find_arrived(origin: str, origin_ref: str | None) -> Consultation | None:
    row = find_arrived(origin, origin_ref) if origin_ref is not None else None
    return queries.find(row.case_id) if row else None


def _about(question: Question) -> Case | None:
    """Return the case that is named; one that is only mentioned need not exist, and is never a complaint."""
    named = named_case(question.about)
    if named is None and (said := _NUMBER.search(question.text.upper())):
        named = find_by_number(said.group())
    return named if named is not None and named.kind != KIND_COMPLAINT else None


@transaction.atomic
def _open(
    question: Question, contact: tuple[str, str], about: Case | None, by: Actor, facts: Facts
) -> Consultation:
    case_id, at = uuid7(), facts.recorded_at
    assert at is not None, "when it is kept is known"
    ensure_series(rules.SERIES, by_name=by.name, at=at)
    came = question.happened or at
    plan = topics()
    words = [(one.key, one.words) for one in plan.offered.values()]
    topic = plan.get(question.topic or rules.topic_of(question.text, words, OTHER))
    typed = bool(by.roles & STAFF_ROLES)
    consultation = Consultation(
        case_id=case_id,
        tracking_code=make_tracking_code(),
        topic=topic.key,
        plan_id=plan.number,
        question=question.text.strip()[: rules.LONGEST_QUESTION],
        name=question.name.strip()[:160],
        contact_kind=contact[0],
        contact=contact[1],
        conversation_id=question.conversation_id,
        about=about,
        service_code=question.service_code,
        typed_by_id=by.user_id if typed else None,
    )
    row = open_case(
        kind=rules.KIND_CONSULTATION,
        number=take_number(rules.SERIES, at=came, case_id=case_id, by_name=_("Konsultasi")).number,
        lifecycle=rules.CONSULTATION,
        by=by if typed else asker(),
        at=came,
        facts=replace(
            facts,
            data={"topic": topic.key},
            digests={CONSULTATION: crypto.fingerprint(consultation_text(consultation))},
        ),
        tasks=TaskChange(open=owed(topic, came)),
        days={"promise": days_of(topic, came)},
        case_id=case_id,
        party_id=question.party_id,
    )
    consultation.case = row.case
    Consultation.objects.bulk_create([consultation])
    if about is not None:
        link_cases(source=row.case, target=about, kind=rules.LINK, at=at)
    if question.conversation_id is not None:
        messaging.belongs_to(question.conversation_id, case_id=case_id, at=at)
    return consultation


def ask_on_page(
    question: Question, *, language: str, at: datetime, origin_ref: str | None
) -> Consultation:
    """
    Take a question from the office's page, with a conversation of its own, which its code opens. Raises NotFiled.

    It stands in the person's thread as one by message does. The same `origin_ref` twice is one question.
    """
    if arrived := _find_arrived(ORIGIN, origin_ref):
        return arrived
    party = Party.objects.filter(pk=question.party_id).first() if question.party_id else None
    with transaction.atomic():
        identity, _made = messaging.remember_identity(
            channel=ChannelKind.WEB,
            address=secrets.token_urlsafe(18),
            party=party,
            name=question.name,
            language=language,
            at=at,
        )
        conversation = messaging.begin_conversation(identity, at=at)
        asked = ask(
            replace(question, conversation_id=conversation.pk),
            by=asker(),
            at=at,
            origin_ref=origin_ref,
        )
        if asked.conversation_id == conversation.pk:
            words, known_as = asked.question, f"asked:{asked.pk}"
            messaging.keep_words(conversation, words, external_id=known_as, at=at)
        return asked


def reply_on_page(consultation: Consultation, text: str, *, at: datetime) -> None:
    """Add what whoever holds the code writes to the conversation of their page. Raises NotFiled."""
    said = text.strip()[: rules.LONGEST_QUESTION]
    conversation = consultation.conversation
    if not said:
        raise NotFiled(_("Tulis balasannya dahulu."))
    if (
        conversation is None
        or conversation.closed_at is not None
        or conversation.identity.channel != ChannelKind.WEB
    ):
        raise NotFiled(_("Konsultasi ini sudah selesai. Ajukan pertanyaan baru."))
    message = Incoming(
        ChannelKind.WEB, str(uuid7()), conversation.identity.address, IncomingKind.TEXT, at, said
    )
    messaging.take(PAGE, Received(messages=(message,)), at=at)
    messaging.read_now(PAGE, message.external_id, at=at)
