"""
What comes in: kept before its sender is answered, read by a worker, answered by a dialogue or an officer.

`take` is called by webhooks, open lines and officers who type in what came to a telephone of their own. `read_due` is
the worker's: files are fetched outside any transaction; then identity, conversation, answer and mark are one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q

from satupintu.documents.services import UploadRefused, store_upload
from satupintu.lib.fields import hashes_of, matching
from satupintu.lib.kept import read_ahead
from satupintu.lib.prepared import Prepared, PreparedUpdate, insert
from satupintu.messaging import rules
from satupintu.messaging.channels import transport_named
from satupintu.messaging.channels.port import (
    Fetching,
    Incoming,
    IncomingKind,
    Media,
    MediaGone,
    MediaTooLarge,
    Received,
)
from satupintu.messaging.dialogues.render import rendered
from satupintu.messaging.dialogues.talk import (
    Heard,
    Outcome,
    Position,
    Talk,
    Turn,
    command_of,
    is_for_machine,
    split_keyword,
)
from satupintu.messaging.models import Conversation, Identity, InFile, InMessage, OutMessage
from satupintu.messaging.registry import Asked, action_named, listeners, take_files
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import contacts, moving
from satupintu.messaging.services.outbox import answer_subject, queue_answer
from satupintu.messaging.services.pieces import Keep, give_up_pieces, keep_pieces
from satupintu.messaging.services.sending import take_reports
from satupintu.messaging.wording import book, words_in
from satupintu.people.rules import Actor, system_actor

log = structlog.get_logger()

READER = system_actor("messages")
MOST_MB = 10
_ACCEPT = ("pdf", "jpg", "png", "voice")
_LATER = timedelta(seconds=20)  # times the attempt


_CLAIM = PreparedUpdate(
    lambda message_id, seen: InMessage.objects.filter(pk=message_id, attempts=seen),
    sets=("attempts", "claimed_until"),
)
_READ = PreparedUpdate(
    lambda message_id: InMessage.objects.filter(pk=message_id, handled_at__isnull=True),
    sets=("identity", "conversation", "handled_at", "claimed_until", "error"),
)
_HEARD = PreparedUpdate(
    lambda identity_id, since: Identity.objects.filter(
        Q(heard_at__isnull=True) | Q(heard_at__lt=since), pk=identity_id
    ),
    sets=("heard_at",),
)
_ACCOUNT_HEARD = PreparedUpdate(
    lambda channel, phones, since: contacts.known_by_phone(channel, phones).filter(
        Q(heard_at__isnull=True) | Q(heard_at__lt=since)
    ),
    sets=("heard_at",),
    many={"phones"},
)
_OPEN = Prepared(
    lambda identity_id: Conversation.objects.filter(
        identity_id=identity_id, closed_at__isnull=True
    ).order_by("pk")[:1]
)
_ANSWERS = Prepared(
    lambda identity_id, since: OutMessage.objects.filter(
        identity_id=identity_id, answers__isnull=False, created_at__gt=since
    ).values_list("pk", flat=True)[: rules.MOST_ANSWERS_AN_HOUR]
)
_GO_ON = PreparedUpdate(
    lambda conversation_id, seen: Conversation.objects.filter(pk=conversation_id, turn=seen),
    sets=("dialogue", "step", "memory", "turn", "moved_at"),
)


class _Again(Exception):
    """Somebody else answered in this conversation meanwhile: read the message again."""


def take(
    transport: str,
    received: Received,
    *,
    at: datetime,
    typed_by: Actor | None = None,
    about_id: UUID | None = None,
) -> int:
    """
    Keep what a transport received and return how many messages it told of; what is already kept stays as it is.

    `typed_by` and `about_id` are known of what an officer types in: who, and the case it was about.

    One statement for the messages; outside a transaction, see take_reports.
    """
    rows = [_row(transport, one, at, typed_by, about_id) for one in received.messages]
    InMessage.objects.bulk_create(rows, ignore_conflicts=True)
    keep_pieces(transport, received.pieces, keep=_keeper(at), at=at)
    take_reports(received.reports_of or transport, received.reports, at=at)
    for moved in received.moved:
        moving.follow_move(
            channel=moved.channel, old=moved.old, new=moved.new, new_phone=moved.new_phone, at=at
        )
    for problem in received.problems:
        log.warning("message_not_understood", transport=transport, why=problem)
    return len(rows)


def _keeper(at: datetime) -> Keep:
    return lambda transport, received: take(transport, received, at=at)


def take_incomplete(*, at: datetime) -> int:
    """Keep what came of long messages whose other parts did not; return how many (the worker's loop)."""
    return give_up_pieces(keep=_keeper(at), at=at)


def _row(
    transport: str, one: Incoming, at: datetime, typed_by: Actor | None, about_id: UUID | None
) -> InMessage:
    return InMessage(
        transport=transport,
        external_id=one.external_id,
        channel=one.channel,
        sender=one.sender,
        claim={
            "phone": one.phone,
            "account": one.account,
            "name": one.name,
            "subject": one.subject,
            "automatic": one.automatic,
            "incomplete": one.incomplete,
            "media": [
                [media.id, media.mime, media.name, media.sha256, media.voice] for media in one.media
            ],
            "place": list(one.place) if one.place else [],
        },
        kind=one.kind,
        text=one.text,
        choice=one.choice,
        raw=one.raw,
        at=one.at,
        received_at=at,
        next_attempt_at=at,
        typed_by_id=typed_by.user_id if typed_by else None,
        about_id=about_id,
    )


def read_due(*, at: datetime, limit: int = 50) -> int:
    """Read what came in and return how many messages were read (the worker's loop)."""
    waiting = InMessage.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=at),
        handled_at__isnull=True,
        next_attempt_at__lte=at,
    )
    found = list(waiting.order_by("next_attempt_at", "pk")[:limit])
    if found:
        read_ahead()
    return sum(_read_or_later(message, at) for message in found if _claim(message, at))


def _claim(message: InMessage, at: datetime) -> bool:
    """Take a message for this process, until the claim runs out; one of two who try gets it."""
    claimed = _CLAIM.run(
        message_id=message.pk,
        seen=message.attempts,
        attempts=message.attempts + 1,
        claimed_until=at + rules.CLAIM,
    )
    message.attempts += claimed
    return bool(claimed)


def read_now(transport: str, external_id: str, *, at: datetime) -> None:
    """Read one message at once, where its sender waits in front of a page; a worker reads it if this fails."""
    message = InMessage.objects.filter(
        matching("external_id", external_id), transport=transport, handled_at__isnull=True
    ).first()
    if message is None:
        return
    if _claim(message, at):
        _read_or_later(message, at)


def _read_or_later(message: InMessage, at: datetime) -> int:
    try:
        files, why = _files(message, at)
        with transaction.atomic():
            _read(message, files, why, at)
    except _Again:
        InMessage.objects.filter(pk=message.pk).update(
            attempts=F("attempts") - 1, claimed_until=None
        )
        return 0
    except Exception as error:  # noqa: BLE001  one message must not stop the others
        kind = type(error).__name__
        log.error("message_unread", message=str(message.pk), kind=kind)  # noqa: TRY400  no personal data
        if message.attempts >= rules.READ_ATTEMPTS:
            _leave_to_officer(message, kind, at)
        else:
            InMessage.objects.filter(pk=message.pk).update(
                claimed_until=None, next_attempt_at=at + _LATER * message.attempts, error=kind
            )
        return 0
    return 1


@transaction.atomic
def _leave_to_officer(message: InMessage, why: str, at: datetime) -> None:
    """Let an officer read what the program could not, so that nothing is lost."""
    identity = _identity(message, at)
    conversation = open_conversation(identity, at)
    Conversation.objects.filter(pk=conversation.pk, waiting_since__isnull=True).update(
        waiting_since=at
    )
    _mark_read(message, identity, conversation, at, error=why)


def _files(message: InMessage, at: datetime) -> tuple[tuple[str, ...], str]:
    """Fetch and check the files of a message, each once; return their document ids, and why one was refused."""
    kept: list[str] = []
    why = ""
    transport = transport_named(message.transport)
    for position, claim in enumerate(message.claim.get("media", ())):
        row = InFile.objects.filter(message=message, position=position).first()
        if row is None:
            row = InFile(message=message, position=position)
            media = Media(claim[0], claim[1], claim[2], claim[3], claim[4])
            row.document_id, why_not = _one_file(transport, media, at)
            row.why = why_not[:200]
            row.save()
        if row.document_id:
            kept.append(str(row.document_id))
        why = why or row.why
    return tuple(kept), why


def _one_file(transport: Any, media: Media, at: datetime) -> tuple[UUID | None, str]:
    if not isinstance(transport, Fetching):
        return None, "berkas tidak dapat diambil"
    try:
        content = transport.fetch(media, MOST_MB * 1024 * 1024)
    except MediaTooLarge:
        return None, f"lebih besar dari {MOST_MB} MB"
    except MediaGone:
        return None, "sudah tidak ada; kirim lagi"
    try:
        document = store_upload(
            upload=_as_upload(content, media),
            accept=_ACCEPT,
            max_mb=MOST_MB,
            party_id=None,
            kind="message",
            name=media.name[:100] or "Berkas dari pesan",
            identity=False,
            keep_gps=False,
            by=READER,
            at=at,
        )
    except UploadRefused as error:
        return None, str(error.message)
    return document.pk, ""


def _as_upload(content: bytes, media: Media) -> Any:
    from django.core.files.base import ContentFile

    return ContentFile(content, name=media.name or "berkas")


def _identity(message: InMessage, at: datetime) -> Identity:
    claim: Mapping[str, Any] = message.claim
    channel, name = ChannelKind(message.channel), claim.get("name", "")
    if account := claim.get("account", ""):
        identity = moving.remember_account(
            channel=channel, number=message.sender, user_id=account, name=name, at=at
        )
    else:
        identity, _made = contacts.remember_identity(
            channel=channel,
            address=message.sender,
            phone=claim.get("phone", ""),
            name=name,
            at=at,
        )
    _hear(identity, message.at)
    return identity


def _hear(identity: Identity, at: datetime) -> None:
    """Note when somebody was heard: on WhatsApp under every id of their account, for the 24 hours are the account's."""
    if identity.channel == ChannelKind.WHATSAPP and identity.phone:
        _ACCOUNT_HEARD.run(
            channel=identity.channel, phones=hashes_of(identity.phone), since=at, heard_at=at
        )
    else:
        _HEARD.run(identity_id=identity.pk, since=at, heard_at=at)


def open_conversation(identity: Identity, at: datetime) -> Conversation:
    """Return the open conversation of an identity or its account, a new one where the last has rested."""
    found = _OPEN.first(identity_id=identity.pk) or _open_of_account(identity)
    if found is not None:
        resting = found.waiting_since is None and found.officer_id is None and found.case_id is None
        if resting and found.moved_at < at - rules.REST:
            Conversation.objects.filter(pk=found.pk).update(closed_at=at)
        else:
            return found
    opened = Conversation(identity=identity, opened_at=at, moved_at=at)
    insert(opened)
    return opened


def _open_of_account(identity: Identity) -> Conversation | None:
    """Return what is open with the same WhatsApp account under its other id; None elsewhere, and where none is."""
    if identity.channel != ChannelKind.WHATSAPP or not identity.phone:
        return None
    return Conversation.objects.filter(
        identity__in=contacts.account_of(identity), closed_at=None
    ).first()


def asked_in(
    conversation: Conversation,
    identity: Identity,
    *,
    memory: Mapping[str, Any],
    heard: Heard,
    language: str,
    origin: str,
    at: datetime,
    private: bool,
) -> Asked:
    """Return what an action is told of whoever is talked with. No query where the contact was read along."""
    return Asked(
        memory=memory,
        heard=heard,
        language=language,
        channel=ChannelKind(identity.channel),
        conversation_id=conversation.pk,
        contact_id=identity.contact_id,
        identity_id=identity.pk,
        party_id=identity.contact.party_id,
        origin=origin,
        at=at,
        private=private,
    )


def _mark_read(
    message: InMessage,
    identity: Identity,
    conversation: Conversation,
    at: datetime,
    error: str = "",
) -> None:
    done = _READ.run(
        message_id=message.pk,
        identity=identity.pk,
        conversation=conversation.pk,
        handled_at=at,
        claimed_until=None,
        error=error,
    )
    if not done:
        raise _Again


def _read(message: InMessage, files: tuple[str, ...], why: str, at: datetime) -> None:
    identity = _identity(message, at)
    conversation = open_conversation(identity, at)
    _mark_read(message, identity, conversation, at)
    claim: Mapping[str, Any] = message.claim
    if message.typed_by_id and conversation.case_id:
        _to_officer(message, conversation, at)
        return
    if claim.get("automatic") or message.typed_by_id or _too_many(identity, at):
        return  # kept and shown; answering a machine would never end, and an officer answers by their own telephone
    command = "" if message.choice else command_of(message.text)
    if _with_officer(conversation) and not (
        command in {"stop", "resume", "menu"} or _for_machine(conversation, message)
    ):
        _to_officer(message, conversation, at)
        return
    place = claim.get("place") or None
    heard = Heard(message.text, message.choice, files, tuple(place) if place else None)
    _answer(message, identity, conversation, heard=heard, refused=why, at=at)


def _too_many(identity: Identity, at: datetime) -> bool:
    """Say whether an identity got so many answers this hour that it must be a machine that answers us."""
    answers = _ANSWERS.all(identity_id=identity.pk, since=at - timedelta(hours=1))
    return len(answers) == rules.MOST_ANSWERS_AN_HOUR


def _with_officer(conversation: Conversation) -> bool:
    return bool(conversation.waiting_since or conversation.officer_id or conversation.case_id)


def _for_machine(conversation: Conversation, message: InMessage) -> bool:
    position = Position(conversation.dialogue, conversation.step)
    return is_for_machine(book(), position, message.text)


def _to_officer(message: InMessage, conversation: Conversation, at: datetime) -> None:
    waits = [
        listener.heard(conversation.case_id, message.pk, message.text, at)
        for listener in listeners()
        if conversation.case_id
    ]
    since = conversation.waiting_since or (at if all(waits) else None)
    Conversation.objects.filter(pk=conversation.pk).update(moved_at=at, waiting_since=since)


def _is_only_files(position: Position, heard: Heard) -> bool:
    """Say whether files came that no dialogue asked for, and no words that begin one."""
    words = heard.text.strip()
    begins = command_of(words) or (words and split_keyword(book(), words))
    return bool(heard.files) and not (position.dialogue or heard.choice or begins)


def _turn(
    talk: Talk,
    position: Position,
    message: InMessage,
    *,
    heard: Heard,
    refused: str,
    asked: Callable[[Mapping[str, Any], Heard], Asked],
) -> Turn:
    """Return what is answered: by a dialogue, or by whoever takes the files; why one was refused is said besides."""
    said = heard.files or heard.text or heard.choice
    if refused and not said:
        return Turn(talk.say("file_refused", {"why": refused}), (), position)
    if message.kind == IncomingKind.OTHER and not heard.text:
        return Turn(talk.say("unknown_kind"), (), position)
    if _is_only_files(position, heard) and (title := take_files(asked({}, heard))):
        talk.private = True  # they are the matter's now
        turn = Turn(talk.say("file_added", {"title": title}), (), position)
    else:
        turn = talk.hear(position, heard)
    if not refused:
        return turn
    return replace(turn, text=f"{turn.text}\n\n{talk.say('file_refused', {'why': refused})}")


def _answer(
    message: InMessage,
    identity: Identity,
    conversation: Conversation,
    *,
    heard: Heard,
    refused: str,
    at: datetime,
) -> None:
    """Let the dialogue go on by one turn. Raises _Again when another message went on from the same place."""
    language = identity.contact.language

    def asked(memory: Mapping[str, Any], said: Heard) -> Asked:
        return asked_in(
            conversation,
            identity,
            memory=memory,
            heard=said,
            language=language,
            origin=f"in:{message.pk}",
            at=at,
            private=talk.private,
        )

    about: UUID | None = None

    def act(name: str, memory: Mapping[str, Any], said: Heard) -> Outcome:
        nonlocal about
        outcome = action_named(name)(asked(memory, said))
        about = outcome.about or about
        return outcome

    talk = Talk(book(), language, act, words_in(language))
    position = Position(conversation.dialogue, conversation.step, conversation.memory)
    turn = _turn(talk, position, message, heard=heard, refused=refused, asked=asked)
    if turn.command == "stop":
        contacts.account_of(identity).update(stopped_at=at)
    elif turn.command == "resume":
        contacts.resume_identity(identity.pk)
    elif turn.command in {"english", "indonesian"}:
        contacts.speak(identity.contact_id, talk.language)
    moved = _GO_ON.run(
        conversation_id=conversation.pk,
        seen=conversation.turn,
        dialogue=turn.position.dialogue,
        step=turn.position.step,
        memory=dict(turn.position.memory),
        turn=conversation.turn + 1,
        moved_at=at,
    )
    if not moved:
        raise _Again
    queue_answer(
        identity=identity,
        body=rendered(ChannelKind(message.channel), talk, turn.text, turn.choices),
        choices=turn.choices,
        subject=answer_subject(message),
        origin=f"in:{message.pk}",
        at=at,
        conversation=conversation,
        answers=message,
        about_id=about,
        private=talk.private,
    )
    if about is not None or talk.private:
        InMessage.objects.filter(pk=message.pk).update(about_id=about, private=talk.private)
