"""
A call is a live talk: nothing waits for a worker. Each thing said and pressed is kept as it happens, so that the
person's thread shows the call, also one that broke off.

`receive` gives whoever keeps the telephone's line open the office's side of one call (channels.port.Call). A call does
not move the conversation's written dialogue; it may put it into the officers' queue.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from satupintu.documents.services import UploadRefused, remove_document, store_bytes
from satupintu.lib import clock
from satupintu.messaging.channels.port import IncomingKind, Ringing, Spoken, Then
from satupintu.messaging.dialogues.call import CallTalk
from satupintu.messaging.dialogues.talk import Heard, Outcome, Talk
from satupintu.messaging.models import Conversation, Identity, InFile, InMessage, OutMessage
from satupintu.messaging.registry import action_named, listeners
from satupintu.messaging.rules import RECORDING_DAYS, Delivery
from satupintu.messaging.services import contacts
from satupintu.messaging.services.inbox import asked_in, open_conversation
from satupintu.messaging.wording import book, words_in
from satupintu.office import queries as office
from satupintu.people.rules import system_actor

log = structlog.get_logger()

LISTENER = system_actor("telephone")
TRANSPORT = "asterisk"
_SECRET_STEPS = frozenset({"call_track.keys"})  # kept as stars: nobody needs to read it again


class LiveCall:
    """The office's side of one call; implements channels.port.Call. `now` is asked at each turn."""

    def __init__(self, ringing: Ringing, *, now: Callable[[], datetime] = clock.now) -> None:
        self._ringing = ringing
        self._now = now
        self._turn = 0
        self._said: UUID | None = None  # what is being spoken
        self._about: UUID | None = None  # the case that is being spoken of

    @transaction.atomic
    def begin(self) -> Spoken:
        """Keep that somebody calls, and greet them."""
        at = self._now()
        ringing = self._ringing
        self._identity, _made = contacts.remember_identity(
            channel=ringing.channel,
            # Who withholds the number is somebody else at every call.
            address=ringing.number or f"call:{ringing.id}",
            phone=ringing.number,
            at=at,
        )
        Identity.objects.filter(pk=self._identity.pk).update(heard_at=at)
        self._conversation = open_conversation(self._identity, at)
        self._call = self._keep(IncomingKind.CALL, at)
        is_open = office.opening_now(at).is_open
        self._talk = CallTalk(
            self._talk_in,
            self._identity.contact.language,
            office=office.profile().name,
            officers=ringing.officers and is_open,
        )
        return self._answered(self._talk.begin(), at)

    @transaction.atomic
    def pressed(self, keys: str) -> Spoken:
        at = self._now()
        language = self._talk.language
        heard: InMessage | None = None
        if keys:
            shown = "*" * len(keys.rstrip("#")) if self._talk.step in _SECRET_STEPS else keys
            heard = self._keep(IncomingKind.CHOICE, at, text=shown)
            self._mark_heard(at)
        spoken = self._talk.pressed(keys)
        if self._talk.language != language:
            contacts.speak(self._identity.contact_id, self._talk.language)
        return self._answered(spoken, at, heard)

    def recorded(self, wav: bytes) -> Spoken:
        """Keep what the caller said, for rules.RECORDING_DAYS, and go on."""
        at = self._now()
        document = self._store(wav, at) if wav else None
        with transaction.atomic():
            if document is None:
                return self._answered(self._talk.recorded(()), at)
            self._mark_heard(at)
            message = self._keep(IncomingKind.MEDIA, at)
            InFile.objects.create(message=message, position=0, document_id=document)
            if self._conversation.case_id:
                for listener in listeners():
                    listener.heard(self._conversation.case_id, message.pk, "", at)
            return self._answered(self._talk.recorded((str(document),)), at, message)

    @transaction.atomic
    def no_officer(self) -> Spoken:
        return self._answered(self._talk.no_officer(), self._now())

    @transaction.atomic
    def ended(self, *, seconds: int, with_officer: bool) -> None:
        at = self._now()
        self._call.claim = {**self._call.claim, "seconds": seconds, "officer": with_officer}
        self._call.save(update_fields=["claim"])
        Conversation.objects.filter(pk=self._conversation.pk).update(moved_at=at)

    def _store(self, wav: bytes, at: datetime) -> UUID | None:
        try:
            document = store_bytes(
                content=wav,
                media_type="audio/wav",
                party_id=None,
                kind="message",
                name=f"pesan-suara-{timezone.localtime(at):%Y-%m-%d-%H%M}.wav",
                by=LISTENER,
                at=at,
            )
        except UploadRefused as error:
            log.error("recording_lost", why=error.trouble)  # noqa: TRY400  no room: said already
            return None
        return document.pk

    def _talk_in(self, language: str) -> Talk:
        return Talk(book(), language, self._act, words_in(language), voice=True)

    def _act(self, name: str, memory: Mapping[str, Any], heard: Heard) -> Outcome:
        asked = asked_in(
            self._conversation,
            self._identity,
            memory={**memory, "call": self._ringing.id},
            heard=heard,
            language=self._talk.language,
            origin=f"call:{self._ringing.id}:{self._turn}",
            at=self._now(),
            private=self._talk.private,
        )
        outcome = action_named(name)(asked)
        if outcome.about:
            self._about = self._call.about_id = outcome.about
            self._call.save(update_fields=["about_id"])
        return outcome

    def _keep(self, kind: IncomingKind, at: datetime, text: str = "") -> InMessage:
        self._turn += 1
        number = f":{self._turn}" if kind is not IncomingKind.CALL else ""
        return InMessage.objects.create(
            transport=TRANSPORT,
            external_id=f"{self._ringing.id}{number}",
            channel=self._ringing.channel,
            sender=self._identity.address,
            claim={"phone": self._ringing.number, "call": self._ringing.id},
            identity=self._identity,
            conversation=self._conversation,
            kind=kind,
            text=text,
            at=at,
            received_at=at,
            handled_at=at,
            next_attempt_at=at,
        )

    def _answered(self, spoken: Spoken, at: datetime, heard: InMessage | None = None) -> Spoken:
        """
        Keep what is spoken: as on its way until the caller does something after it.

        `heard` is what the caller did; of a private turn, officers read neither that nor the answer.
        """
        self._turn += 1
        if self._talk.private and heard is not None:
            InMessage.objects.filter(pk=heard.pk).update(private=True)
        message = OutMessage.objects.create(
            origin=f"call:{self._ringing.id}:{self._turn}",
            channel=self._ringing.channel,
            address=self._identity.address,
            identity=self._identity,
            conversation=self._conversation,
            party=self._identity.contact.party,
            language=self._talk.language,
            body="\n".join(prompt.text for prompt in spoken.prompts),
            more={},
            answers=self._call,
            about_id=self._about,
            private=self._talk.private,
            state=Delivery.SENT,
            created_at=at,
            next_attempt_at=at,
            done_at=at,
            transport=TRANSPORT,
            parts=0,
        )
        self._said, self._about = message.pk, None
        Conversation.objects.filter(pk=self._conversation.pk).update(moved_at=at)
        if spoken.then is Then.OFFICER:
            log.info("call_to_officer", call=self._ringing.id)
        return spoken

    def _mark_heard(self, at: datetime) -> None:
        """Note that the last thing spoken was heard: the caller answered it."""
        assert self._said is not None, "something is spoken before anybody answers"
        OutMessage.objects.filter(pk=self._said, state=Delivery.SENT).update(
            state=Delivery.DELIVERED, arrived_at=at
        )


def receive(ringing: Ringing) -> LiveCall:
    """Return the office's side of a call that came in; nothing is written before `begin`."""
    return LiveCall(ringing)


def give_recordings(document_ids: Collection[UUID], *, why: str) -> int:
    """
    Leave recordings to the matter that they were made for; return how many.

    Who reads the conversation sees `why` instead; whoever has the matter decides how long they are kept.
    """
    made = InFile.objects.filter(message__transport=TRANSPORT, document_id__in=document_ids)
    return made.update(document_id=None, why=why)


def forget_recordings(*, at: datetime) -> int:
    """Let what callers said go after rules.RECORDING_DAYS (the worker's loop); return how many were let go."""
    old = InFile.objects.filter(
        message__transport=TRANSPORT,
        message__at__lt=at - timedelta(days=RECORDING_DAYS),
        document_id__isnull=False,
    )
    today, done = timezone.localdate(at), 0
    for one in old.order_by("pk")[:100]:
        with transaction.atomic():
            assert one.document_id is not None, "asked for above"
            remove_document(document_id=one.document_id, by=LISTENER, at=at, erase_after=today)
            one.document_id, one.why = None, "sudah dihapus sesuai masa simpan"
            one.save(update_fields=["document_id", "why"])
        done += 1
    return done
