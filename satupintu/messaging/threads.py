"""Conversations as officers read them: the queue, and everything one person and we said to each other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from satupintu.lib.fields import matching
from satupintu.lib.keyset import beyond
from satupintu.lib.language import current_language
from satupintu.lib.words import duration, labelled
from satupintu.messaging import rules
from satupintu.messaging.channels.port import IncomingKind
from satupintu.messaging.models import (
    Contact,
    Conversation,
    ConversationNote,
    Identity,
    InFile,
    InMessage,
    OutMessage,
)
from satupintu.messaging.queries import identities_of_party
from satupintu.messaging.rules import CHANNEL_LABELS, ChannelKind, Delivery
from satupintu.web.formatting import masked


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said: by the person, by us ("mine"), or a note among officers ("note")."""

    side: str
    text: str
    at: datetime
    channel: Any
    by: str = ""
    state: Any = None
    choices: tuple[str, ...] = ()
    files: tuple[tuple[UUID | None, str], ...] = ()
    later: bool = False  # typed in afterwards
    twice: bool = False
    unread_kind: bool = False
    incomplete: bool = False  # parts of it never came
    language: str = "id"  # of the words; what people write is taken for Indonesian
    private: bool = False  # for whoever has the matter: officers read only that something was told
    key: UUID | None = None  # of the message; None of a note

    @property
    def name(self) -> str:
        """What the line is called in a page: the same as long as it is the same message or note."""
        return self.key.hex if self.key else f"{self.side}-{self.at.timestamp()}"


def named(identity: Identity) -> str:
    """Return what officers call somebody: the party's name, what they call themselves, else the masked address."""
    contact = identity.contact
    if contact.party is not None:
        return contact.party.name
    return contact.name or str(masked(identity.phone or identity.address))


def list_open() -> QuerySet[Conversation]:
    """Return the open conversations in which a person waits or an officer is, the longest waiting first."""
    return (
        Conversation.objects.filter(
            Q(waiting_since__isnull=False) | Q(officer__isnull=False), closed_at__isnull=True
        )
        .select_related("identity__contact__party", "officer")
        .order_by(F("waiting_since").asc(nulls_last=True), "opened_at")
    )


def count_waiting() -> int:
    return Conversation.objects.filter(waiting_since__isnull=False, closed_at__isnull=True).count()


def get_conversation(conversation_id: UUID) -> Conversation:
    """Return a conversation with who is in it. Raises Conversation.DoesNotExist. For officers only."""
    return Conversation.objects.select_related(
        "identity__contact__party", "identity__contact__merged_into", "officer"
    ).get(pk=conversation_id)


def contacts_of(contact: Contact) -> list[UUID]:
    """Return the contacts that are one person with this one, itself included."""
    head = contact.merged_into_id or contact.pk
    return [
        head,
        *Contact.objects.filter(merged_into_id=head).values_list("pk", flat=True),
    ]


def identities_of(contact: Contact) -> list[Identity]:
    return list(
        Identity.objects.filter(contact__in=contacts_of(contact))
        .select_related("contact")
        .order_by("created_at")
    )


def thread_of(contact: Contact, *, limit: int = 200) -> list[Line]:
    """
    Return what was said with a person on every channel, oldest first, for officers; newest `limit` of each side.

    Five queries. What is private stands there as one line without words.
    """
    identities = [one.pk for one in identities_of(contact)]
    return _thread(identities, Q(identity__in=identities), limit)


def _thread(identities: list[UUID], ours_are: Q, limit: int) -> list[Line]:
    notes = Q(conversation__identity__in=identities)
    return _said(Q(identity__in=identities), ours_are, notes, limit)


def thread_in(conversation_id: UUID, *, limit: int = 200) -> list[Line]:
    """Return what was said and noted in one conversation, oldest first, for officers. Four queries."""
    here = Q(conversation_id=conversation_id)
    return _said(here, here, here, limit)


def _said(theirs_are: Q, ours_are: Q, notes_are: Q, limit: int) -> list[Line]:
    theirs = (
        InMessage.objects.filter(theirs_are)
        .select_related("typed_by")
        .prefetch_related("files")
        .order_by("-at")[:limit]
    )
    ours = (
        OutMessage.objects.filter(ours_are)
        .exclude(template__in=[*rules.FORGOTTEN_AFTER])
        # What the office tells by itself in private: that it told something would say what of.
        .exclude(~Q(template=""), private=True)
        .select_related("sent_by")
        .order_by("-created_at")[:limit]
    )
    notes = ConversationNote.objects.filter(notes_are).select_related("by").order_by("-at")[:limit]
    lines = [*map(_theirs, theirs), *map(_ours, ours), *map(_note, notes)]
    shown: list[Line] = []
    for line in sorted(lines, key=lambda line: line.at):
        if line.private and shown and shown[-1].private:
            continue  # of those that follow each other, one is shown
        shown.append(_veiled(line))
    return shown


def _veiled(line: Line) -> Line:
    """Return a line as officers read it: of a private one, only when it was said."""
    if not line.private:
        return line
    words = _("Disampaikan tertutup: dibaca hanya oleh yang menangani urusannya.")
    return Line(
        "theirs",
        words,
        line.at,
        line.channel,
        language=current_language(),
        private=True,
        key=line.key,
    )


def thread_about(
    case_id: UUID,
    *,
    conversations: Iterable[UUID] = (),
    after: tuple[datetime, UUID] | None,
    limit: int,
    own: bool,
) -> list[Line]:
    """
    Return what was said about a case on every channel, newest first, `limit` lines of each side after a place.

    Three queries. What an officer tied to the case, what was told of its moves and dates, and what stands in the
    conversations given. `own` is for the person themselves: without the names of officers. Sign-in codes are never
    among them.
    """
    tied = Q(about_id=case_id) | Q(conversation__in=list(conversations))
    theirs = (
        InMessage.objects.filter(tied, beyond(after, "at", falling=True))
        .select_related("typed_by")
        .prefetch_related("files")
        .order_by("-at", "pk")[:limit]
    )
    ours = (
        OutMessage.objects.filter(tied, beyond(after, "created_at", falling=True))
        .exclude(template__in=[*rules.FORGOTTEN_AFTER])
        .select_related("sent_by")
        .order_by("-created_at", "pk")[:limit]
    )
    lines = [*map(_theirs, theirs), *map(_ours, ours)]
    return [replace(line, by="") if own else _veiled(line) for line in lines]


def thread_of_party(party_id: UUID, *, limit: int = 200) -> list[Line]:
    """Return what was said with a party at all its addresses, and what the office told it, oldest first."""
    identities = [one.pk for one in identities_of_party(party_id)]
    return _thread(identities, Q(identity__in=identities) | Q(party=party_id), limit)


def identity_of_phone(phone: str) -> Identity | None:
    """Return who is known by a telephone number (E.164) on any channel, the last heard first; None for nobody."""
    return (
        Identity.objects.filter(matching("address", phone) | matching("phone", phone), gone_at=None)
        .select_related("contact__party")
        .order_by(F("heard_at").desc(nulls_last=True))
        .first()
    )


def known_at(address: str) -> list[Identity]:
    """Return who is known by a telephone number (E.164) or an e-mail address, each contact once. One query."""
    found = (
        Identity.objects.filter(
            matching("address", address) | matching("phone", address), gone_at=None
        )
        .select_related("contact__party", "contact__merged_into")
        .order_by("created_at")
    )
    return list({one.contact_id: one for one in found}.values())


def has_file(contact: Contact, document_id: UUID) -> bool:
    """Say whether a document came in a message of this person, on any channel, that officers may read."""
    identities = [one.pk for one in identities_of(contact)]
    return InFile.objects.filter(
        document_id=document_id, message__identity__in=identities, message__private=False
    ).exists()


def lines_of_owner(phone: str, email: str, hidden: str = "", *, limit: int = 30) -> list[Line]:
    """
    Return what the office keeps of a telephone number and a mailbox on every channel, for the demo's own page.

    `hidden` is what somebody calls themselves whose number WhatsApp does not show; "" for whose number it does.
    """
    known = matching("address", phone) | matching("phone", phone) | matching("address", email)
    found = list(Identity.objects.filter(known).values_list("pk", flat=True))
    if hidden:
        found += [
            one.pk
            for one in Identity.objects.filter(
                channel=ChannelKind.WHATSAPP, phone=""
            ).select_related("contact")
            if one.contact.name == hidden
        ]
    return _thread(found, Q(identity__in=found), limit)[-limit:]


def spoken_in(call_id: str) -> list[Line]:
    """Return what the office spoke in one call by telephone, oldest first; for the demo's own page."""
    call = InMessage.objects.filter(matching("external_id", call_id), transport="asterisk")
    rows = OutMessage.objects.filter(answers__in=call).select_related("sent_by")
    return [_ours(row) for row in rows.order_by("created_at")]


def own_thread(identity: Identity, *, limit: int = 50) -> list[Line]:
    """Return what the person themselves may read of one identity: no notes, no officer's name."""
    theirs = InMessage.objects.filter(identity=identity).order_by("-at")[:limit]
    ours = OutMessage.objects.filter(identity=identity).order_by("-created_at")[:limit]
    return _own(theirs, ours)


def own_lines_of(conversation_id: UUID, since: datetime, *, limit: int = 50) -> list[Line]:
    """
    Return what people said in one conversation since a moment, for whoever has the code of what it is about.

    What the machine answered is left out, and what is private: the code is known to officers too. Two queries.
    """
    theirs = InMessage.objects.filter(conversation_id=conversation_id, at__gte=since, private=False)
    ours = OutMessage.objects.filter(
        conversation_id=conversation_id, created_at__gte=since, private=False
    )
    ours = ours.exclude(origin__startswith="in:")
    return _own(theirs.order_by("-at")[:limit], ours.order_by("-created_at")[:limit])


def pulse_of(identities: list[UUID]) -> tuple[object, ...]:
    """Return what differs once anything is said, noted or delivered at these addresses. Three small queries."""
    theirs = InMessage.objects.filter(identity__in=identities).count()
    ours = OutMessage.objects.filter(identity__in=identities).order_by("-created_at")
    states = ours.values_list("pk", "state", "maybe_twice")[:20]
    notes = ConversationNote.objects.filter(conversation__identity__in=identities).count()
    return theirs, tuple(states), notes


def _own(theirs: Iterable[InMessage], ours: Iterable[OutMessage]) -> list[Line]:
    lines = [
        *(replace(_theirs(row), side="mine", by="") for row in theirs),
        *(replace(_ours(row), side="theirs", by="", state=None) for row in ours),
    ]
    return sorted(lines, key=lambda line: line.at)


def _called(row: InMessage) -> str:
    """Return "Called, 2 minutes" of a call; "" of any other message."""
    if row.kind != IncomingKind.CALL or row.text:
        return ""
    seconds = row.claim.get("seconds")
    if seconds is None:
        return _("Menelepon")
    minutes = duration(max(1, round(seconds / 60)), current_language())
    if row.claim.get("officer"):
        return _("Menelepon, %(minutes)s, disambungkan ke petugas") % {"minutes": minutes}
    return _("Menelepon, %(minutes)s") % {"minutes": minutes}


def _theirs(row: InMessage) -> Line:
    called = _called(row)
    return Line(
        "theirs",
        called or row.text or row.choice.removeprefix("menu:"),
        row.at,
        CHANNEL_LABELS[ChannelKind(row.channel)],
        by=row.typed_by.name if row.typed_by else "",
        files=tuple(_files(row.files.all())),
        later=row.typed_by_id is not None,
        incomplete=bool(row.claim.get("incomplete")),
        unread_kind=row.kind == IncomingKind.OTHER and not row.text,
        private=row.private,
        key=row.pk,
    )


def _files(rows: Iterable[InFile]) -> Iterable[tuple[UUID | None, str]]:
    return ((row.document_id, row.why) for row in rows)


def _ours(row: OutMessage) -> Line:
    return Line(
        "mine",
        labelled(row.subject, row.body)
        if row.template and row.channel not in rules.SHORT
        else row.body,
        row.created_at,
        CHANNEL_LABELS[ChannelKind(row.channel)],
        by=row.sent_by.name if row.sent_by else "",
        state=rules.DELIVERY_SHOWN[Delivery(row.state)],
        choices=tuple(choice[1] for choice in row.more.get("choices", ())),
        twice=row.maybe_twice,
        private=row.private,
        language=row.language,
        key=row.pk,
    )


def _note(row: ConversationNote) -> Line:
    return Line("note", row.text, row.at, "", by=row.by.name if row.by else "")
