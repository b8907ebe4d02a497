"""Contact (somebody who can be reached) with identities on channels, what they wrote, and what we write to them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField
from satupintu.lib.ids import uuid7
from satupintu.messaging import rules
from satupintu.people.queries import Party, User


def channel_choices() -> list[tuple[str, object]]:
    return [(kind.value, label) for kind, label in rules.CHANNEL_LABELS.items()]


class Contact(models.Model):
    """
    Somebody reachable, perhaps at several addresses; may belong to no party yet.

    Contacts that a Merge says are one person are a group; `merged_into` is its head, None of the head itself. Nothing
    is moved, so that it can be undone; services.merging alone writes it, from the merges.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts"
    )
    name = EncryptedTextField(blank=True)  # as they call themselves on the channel: a claim
    language = models.CharField(max_length=2, default="id")
    consented_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    created_at = models.DateTimeField()


class Merge(models.Model):
    """That two contacts are one person, as an officer said or a channel told (`by` None), until it is taken back."""

    one = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(undone_at__isnull=True), name="merge_once"
            )
        ]


class Identity(models.Model):
    """
    One address of a contact on a channel: what an answer is sent to.

    `address` is the channel's own id (E.164, an e-mail address, WhatsApp's business-scoped id); `phone` is known only
    where the channel shows it, of a business-scoped id also where it was shown before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    channel = models.CharField(max_length=12, choices=channel_choices)
    address = EncryptedTextField(searchable=True)
    phone = EncryptedTextField(searchable=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)  # when they last wrote or called
    chosen_at = models.DateTimeField(null=True, blank=True)  # asked to be told here
    stopped_at = models.DateTimeField(null=True, blank=True)  # asked for silence on this channel
    gone_at = models.DateTimeField(null=True, blank=True)  # no longer theirs; what was said is
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "address_hash"],
                condition=Q(gone_at__isnull=True),
                name="identity_once_per_channel",
            )
        ]


class Conversation(models.Model):
    """
    What is said with one identity about one thing, until it rests: where its dialogue stands, or who of us has it.

    `turn` is raised by every step: two messages handled at once cannot both continue from the same place.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="conversations")
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    dialogue = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=40, blank=True)
    memory = EncryptedJSONField()
    turn = models.PositiveIntegerField(default=0)
    case_id = models.UUIDField(null=True, blank=True, db_index=True)  # whose matter it became
    waiting_since = models.DateTimeField(null=True, blank=True)  # the person waits for an officer
    officer = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identity"],
                condition=Q(closed_at__isnull=True),
                name="conversation_open_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["waiting_since"],
                condition=Q(waiting_since__isnull=False),
                name="conversation_waiting",
            )
        ]


class ConversationNote(models.Model):
    """What an officer tells colleagues about a conversation; never sent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    text = EncryptedTextField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class InMessage(models.Model):
    """
    One message of a person, as it came (`raw`) and as it is shown. Stored before its sender is answered; never twice.

    `handled_at` is empty while a worker must still read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transport = models.CharField(max_length=20)
    external_id = EncryptedTextField(searchable=True)  # some contain the sender's number
    channel = models.CharField(max_length=12, choices=channel_choices)
    sender = EncryptedTextField()
    claim = EncryptedJSONField()  # what the transport told of the sender, media and place
    identity = models.ForeignKey(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    kind = models.CharField(max_length=10)
    text = EncryptedTextField(blank=True)
    choice = EncryptedTextField(blank=True)
    raw = EncryptedTextField(blank=True)
    at = models.DateTimeField()  # when they sent it, as the channel tells
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    about_id = models.UUIDField(null=True, blank=True)  # the case it is about
    private = models.BooleanField(default=False)  # for whoever has the matter, not for the desk
    typed_by = (
        models.ForeignKey(  # an officer, of what came to a telephone the program cannot reach
            User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
        )
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transport", "external_id_hash"], name="in_message_once"
            )
        ]
        indexes: ClassVar = [
            # Read by handle_due: what nobody has read yet.
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(handled_at__isnull=True),
                name="in_message_due",
            ),
            # Read by the timeline of a case.
            models.Index(
                fields=["about_id", "-at", "id"],
                condition=Q(about_id__isnull=False),
                name="in_message_about",
            ),
        ]


class InPiece(models.Model):
    """A part of a long message whose other parts have not come; deleted in the transaction that keeps the message."""

    transport = models.CharField(max_length=20)
    message = EncryptedTextField(searchable=True)  # port.Piece.message: holds the sender's number
    at = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    rest = EncryptedJSONField()  # sender, to, coding, octets in hexadecimal digits
    came_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transport", "message_hash", "at"], name="in_piece_once"
            )
        ]


class InFile(models.Model):
    """A file that came with a message: fetched and checked like an upload, or why it was not."""

    message = models.ForeignKey(InMessage, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    document_id = models.UUIDField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)  # for the person who sent it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="in_file_once")
        ]


class OutMessage(models.Model):
    """
    One message to one address. Written in the caller's transaction, sent by a worker.

    `origin` says what caused it and for whom ("transition:...:email"): the same cause never
    writes a second message.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    origin = models.CharField(max_length=160)
    channel = models.CharField(max_length=12, choices=channel_choices)
    address = EncryptedTextField(searchable=True)
    identity = models.ForeignKey(Identity, null=True, blank=True, on_delete=models.SET_NULL)
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL)
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL)
    about_id = models.UUIDField(null=True, blank=True)  # the case it is about
    template = models.CharField(max_length=40)  # "" in a conversation
    language = models.CharField(max_length=2, default="id")
    subject = EncryptedTextField(blank=True)
    body = EncryptedTextField()
    more = EncryptedJSONField()  # choices, the words of the template, the ladder still to go
    answers = models.ForeignKey(
        InMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="answered_by"
    )
    state = models.CharField(max_length=10, default=rules.Delivery.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    at_once = models.BooleanField(default=False)  # somebody waits for it: rules.is_awaited
    next_attempt_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)  # pointless later, as a code is
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # handed over, given up, sent by hand
    arrived_at = models.DateTimeField(null=True, blank=True)
    await_until = models.DateTimeField(null=True, blank=True)  # a report ought to have come by then
    transport = models.CharField(max_length=20, blank=True)  # what carried it: "smtp", "demo", ...
    external_id = EncryptedTextField(searchable=True, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    told_elsewhere = models.BooleanField(default=False)  # given up here, told by the next channel
    private = models.BooleanField(default=False)  # for whom it goes to; officers do not read it
    maybe_twice = models.BooleanField(default=False)  # a worker died between sending and marking
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    error = models.CharField(max_length=200, blank=True)  # the server's words without the address

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["origin"], name="message_once_per_origin"),
            models.CheckConstraint(
                condition=Q(state__in=[*rules.Delivery]), name="message_state_is_known"
            ),
        ]
        indexes: ClassVar = [
            # Read by send_due in this order: however many wait, it takes the first ones. SQLite knows no index by
            # one of several values given to a query; every open message is without `done_at`.
            models.Index(
                fields=["-at_once", "next_attempt_at", "id"],
                condition=Q(done_at__isnull=True),
                name="message_due",
            ),
            # Read by what waits for an officer's hand: a few of all that was ever sent.
            models.Index(
                fields=["created_at", "id"],
                condition=Q(state__in=["queued", "failed"]),
                name="message_not_sent",
            ),
            # Read by give_up_waiting: what was taken and never reported to have arrived.
            models.Index(
                fields=["await_until"],
                condition=Q(await_until__isnull=False),
                name="message_awaited",
            ),
            # Read by the timeline of a case.
            models.Index(
                fields=["about_id", "-created_at", "id"],
                condition=Q(about_id__isnull=False),
                name="message_about",
            ),
        ]


class DeliveryReport(models.Model):
    """What a provider said about a message of ours; it may come before we have noted that we sent it."""

    transport = models.CharField(max_length=20)
    external_id = EncryptedTextField(searchable=True)
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)
    trouble = models.CharField(max_length=10, blank=True)
    billed = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transport", "external_id_hash", "state"], name="report_once"
            )
        ]


class Lane(models.Model):
    """What all workers know of a transport: when it may send again (rate, breaker), and what it failed of late."""

    transport = models.CharField(max_length=20, primary_key=True)
    free_at = models.DateTimeField()  # the next message may go now or then
    failures = models.PositiveIntegerField(default=0)  # one after another
    open_until = models.DateTimeField(null=True, blank=True)  # the breaker: nothing goes until then
    why = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()


class Meter(models.Model):
    """What a transport carried in a month: messages and parts handed over. What was billed stands in the reports."""

    transport = models.CharField(max_length=20)
    month = models.CharField(max_length=7)  # "2026-11", in the office's zone
    messages = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transport", "month"], name="meter_once_a_month")
        ]


class OfficeText(models.Model):
    """The office's own words in place of a text that the program brings; the newest of a key and language counts."""

    key = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    text = models.TextField()  # "": back to the program's words
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "language"], name="office_text_key")]
