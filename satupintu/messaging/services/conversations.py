"""An officer in a conversation: takes it, answers, leaves a note for colleagues, hands it on, closes it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from satupintu.lib.ids import uuid7
from satupintu.lib.refusal import Refusal
from satupintu.messaging import rules
from satupintu.messaging.channels import transport_for
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import (
    Conversation,
    ConversationNote,
    Identity,
    InMessage,
    OutMessage,
)
from satupintu.messaging.registry import Waiting, listeners
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.services import contacts
from satupintu.messaging.services.inbox import open_conversation, read_due, take
from satupintu.messaging.services.outbox import answer_subject, queue_answer
from satupintu.people.queries import User
from satupintu.people.rules import Actor


class ConversationRefused(Refusal):
    """What an officer wanted to do in a conversation cannot be done; `message` says why and what to do."""


def queue_up(
    conversation_id: UUID, *, at: datetime, words: str = "", origin: str = ""
) -> datetime | None:
    """
    Put a conversation into the officers' queue; from now on they hear what the person writes, not the machine.

    Returns by when whoever keeps questions as cases promises an answer; None where nobody does. `words` is what is
    asked; the same `origin` makes one case.
    """
    Conversation.objects.filter(pk=conversation_id, waiting_since__isnull=True).update(
        waiting_since=at
    )
    found = Conversation.objects.get(pk=conversation_id)
    waiting = Waiting(found.pk, found.identity_id, found.case_id, words, origin, at)
    promised = (listener.waits(waiting) for listener in listeners())
    return next((by for by in promised if by is not None), None)


def begin_conversation(identity: Identity, *, at: datetime) -> Conversation:
    """Return the open conversation of an identity, a new one where there is none or the last has rested."""
    return open_conversation(identity, at)


def keep_words(conversation: Conversation, words: str, *, external_id: str, at: datetime) -> None:
    """
    Keep what somebody wrote on a form of the office's pages as theirs in a conversation, for its thread.

    Nobody reads it further: the form's own act said what it means. `external_id` is what it is known by, once.
    """
    identity = conversation.identity
    InMessage.objects.create(
        transport="webchat",
        external_id=external_id,
        channel=identity.channel,
        sender=identity.address,
        claim={},
        identity=identity,
        conversation=conversation,
        kind=IncomingKind.TEXT,
        text=words,
        at=at,
        received_at=at,
        handled_at=at,
        next_attempt_at=at,
    )


def belongs_to(conversation_id: UUID, *, case_id: UUID, at: datetime) -> None:
    """
    Note whose matter a conversation became: the person waits in it, and `case_id`'s owner hears what is said.

    Raises ConversationRefused where it is another case's, or over.
    """
    free = Conversation.objects.filter(
        pk=conversation_id, case_id__isnull=True, closed_at__isnull=True
    )
    if not free.update(case_id=case_id, waiting_since=Coalesce("waiting_since", at), moved_at=at):
        raise ConversationRefused(
            _("Percakapan ini sudah ditutup, atau sudah menjadi berkas lain.")
        )


def give_back(conversation_id: UUID, *, at: datetime) -> None:
    """Let a conversation wait for any officer again, whoever has it: its matter was given to others."""
    Conversation.objects.filter(pk=conversation_id, closed_at__isnull=True).update(
        officer=None, waiting_since=at, moved_at=at
    )


def rest(conversation_id: UUID, *, at: datetime) -> None:
    """End a conversation whose matter is over, whoever has it; the next message begins a new one."""
    Conversation.objects.filter(pk=conversation_id, closed_at__isnull=True).update(
        closed_at=at, waiting_since=None, moved_at=at
    )


def take_over(conversation_id: UUID, *, by: Actor, at: datetime) -> None:
    """
    Let an officer have a conversation. Raises ConversationRefused when somebody else has it meanwhile.

    Officers who have it already keep it. The machine no longer answers in it.
    """
    free = Q(officer__isnull=True) | Q(officer_id=by.user_id)
    done = Conversation.objects.filter(free, pk=conversation_id, closed_at__isnull=True).update(
        officer_id=by.user_id, moved_at=at
    )
    if not done:
        raise _refusal(conversation_id)


def _refusal(conversation_id: UUID) -> ConversationRefused:
    now = Conversation.objects.select_related("officer").get(pk=conversation_id)
    if now.closed_at is not None:
        return ConversationRefused(_("Percakapan ini sudah ditutup."))
    name = now.officer.name if now.officer else ""
    return ConversationRefused(
        _("%(name)s sudah menangani percakapan ini. Muat ulang untuk melihat jawabannya.")
        % {"name": name}
    )


@transaction.atomic
def answer(
    conversation_id: UUID, *, text: str, turn: int, by: Actor, at: datetime, asks: bool = False
) -> OutMessage:
    """
    Send an officer's answer to where the person wrote from; whoever answers first has the conversation.

    `asks`: it only asks back, and the person's turn comes first.

    `turn` is the conversation's when the officer read it: when another officer answered since, ConversationRefused is
    raised and nothing is sent. Also raised for an empty answer, and where the channel can carry no free words now
    (WhatsApp's 24 hours, no line): then by telephone or in manual mode.
    """
    words = text.strip()
    if not words:
        raise ConversationRefused(_("Tulis jawabannya dahulu."))
    conversation = Conversation.objects.select_related("identity__contact__party").get(
        pk=conversation_id
    )
    identity = conversation.identity
    channel = ChannelKind(identity.channel)
    if transport_for(channel) is None:
        raise ConversationRefused(
            _("Saluran ini tidak tersambung. Jawab dengan telepon kantor, lalu catat di sini.")
        )
    if not rules.may_say_anything(channel, identity.heard_at, at):
        raise ConversationRefused(
            _(
                "WhatsApp hanya mengizinkan jawaban bebas dalam 24 jam. Telepon orangnya, lalu catat di sini."
            )
        )
    free = Q(officer__isnull=True) | Q(officer_id=by.user_id)
    moved = Conversation.objects.filter(
        free, pk=conversation_id, turn=turn, closed_at__isnull=True
    ).update(officer_id=by.user_id, turn=turn + 1, moved_at=at, waiting_since=None)
    if not moved:
        raise _refusal(conversation_id)
    _tell_answered(conversation, by=by, at=at, asks=asks)
    last = InMessage.objects.filter(conversation=conversation).order_by("-received_at").first()
    return queue_answer(
        identity=identity,
        body=words,
        subject=answer_subject(last) if last else "",
        origin=f"answer:{uuid7()}",
        at=at,
        conversation=conversation,
        answers=last if channel is ChannelKind.EMAIL else None,
        by=by,
    )


def _tell_answered(
    conversation: Conversation, *, by: Actor, at: datetime, asks: bool = False
) -> None:
    if conversation.case_id:
        for listener in listeners():
            listener.answered(conversation.case_id, by=by, at=at, asks=asks)


def note(conversation_id: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Leave a note that only officers read. Raises ConversationRefused for an empty one."""
    words = text.strip()
    if not words:
        raise ConversationRefused(_("Tulis catatannya dahulu."))
    ConversationNote.objects.create(
        conversation_id=conversation_id, text=words, by_id=by.user_id, at=at
    )


def leave_note(conversation_id: UUID, *, text: str, at: datetime) -> None:
    """Leave a note of the program's own, for officers: what a dialogue learned that is nobody's message."""
    ConversationNote.objects.create(conversation_id=conversation_id, text=text, by=None, at=at)


@transaction.atomic
def hand_over(conversation_id: UUID, *, to: User | None, by: Actor, at: datetime) -> None:
    """Give a conversation to another officer, or back to the queue (None), where it waits again."""
    free = Q(officer__isnull=True) | Q(officer_id=by.user_id)
    done = Conversation.objects.filter(free, pk=conversation_id, closed_at__isnull=True).update(
        officer=to, waiting_since=at, moved_at=at
    )
    if not done:
        raise _refusal(conversation_id)
    if case_id := _case_of(conversation_id):
        for listener in listeners():
            listener.handed_over(case_id, to=to.pk if to else None, by=by, at=at)


def _case_of(conversation_id: UUID) -> UUID | None:
    return Conversation.objects.values_list("case_id", flat=True).get(pk=conversation_id)


@transaction.atomic
def close(conversation_id: UUID, *, by: Actor, at: datetime) -> None:
    """
    End a conversation; the next message of the person begins a new one, with the machine.

    Raises ConversationRefused, and what the owner of its case says against it.
    """
    if case_id := _case_of(conversation_id):
        for listener in listeners():
            listener.closing(case_id, by=by, at=at)
    free = Q(officer__isnull=True) | Q(officer_id=by.user_id)
    done = Conversation.objects.filter(free, pk=conversation_id, closed_at__isnull=True).update(
        closed_at=at, waiting_since=None, moved_at=at
    )
    if not done:
        raise _refusal(conversation_id)


def write_down(
    *,
    channel: ChannelKind,
    address: str,
    name: str,
    text: str,
    outgoing: bool,
    happened_at: datetime,
    by: Actor,
    at: datetime,
    waits: bool = False,
    about_id: UUID | None = None,
) -> Conversation:
    """
    Manual mode: keep what was said on a telephone or an account that the program cannot reach, and return its thread.

    `outgoing`: the officer said it; `waits`: the person still waits for an answer; `about_id` is the case it was about,
    if the officer knew one. It happened at `happened_at` and is kept as written down at `at`; the machine answers
    nothing. Raises ConversationRefused for an empty text or an address that cannot be one.
    """
    words = text.strip()
    if not words or not address.strip():
        raise ConversationRefused(_("Isi nomor atau alamatnya dan apa yang dikatakan."))
    if happened_at > at:
        raise ConversationRefused(_("Waktunya belum terjadi. Periksa tanggal dan jamnya."))
    if not outgoing:
        message = Incoming(
            channel, str(uuid7()), address.strip(), IncomingKind.TEXT, happened_at, words, name=name
        )
        take("manual", Received(messages=(message,)), at=at, typed_by=by, about_id=about_id)
        read_due(at=at)
    identity, _made = contacts.remember_identity(
        channel=channel, address=address.strip(), name=name, at=at
    )
    conversation = Conversation.objects.filter(identity=identity, closed_at__isnull=True).first()
    if conversation is None:
        conversation = Conversation.objects.create(identity=identity, opened_at=at, moved_at=at)
    if outgoing:
        with transaction.atomic():
            _spoken(identity, conversation, words, at=happened_at, by=by, about_id=about_id)
            _tell_answered(conversation, by=by, at=happened_at)
            Conversation.objects.filter(pk=conversation.pk).update(waiting_since=None, moved_at=at)
    elif waits:
        queue_up(conversation.pk, at=at, words=words)
    return conversation


def _spoken(
    identity: Identity,
    conversation: Conversation,
    words: str,
    *,
    at: datetime,
    by: Actor,
    about_id: UUID | None,
) -> None:
    OutMessage.objects.create(
        origin=f"manual:{uuid7()}",
        channel=identity.channel,
        address=identity.address,
        identity=identity,
        conversation=conversation,
        party=identity.contact.party,
        language=identity.contact.language,
        body=words,
        state=Delivery.MANUAL,
        created_at=at,
        next_attempt_at=at,
        done_at=at,
        transport="manual",
        sent_by_id=by.user_id,
        about_id=about_id,
    )
