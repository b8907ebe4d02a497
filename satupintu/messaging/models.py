"""Contact (a reachable identity on a channel), Conversation, and the outbox."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedTextField
from satupintu.lib.ids import uuid7
from satupintu.messaging import rules
from satupintu.people.queries import Party, User


def channel_choices() -> list[tuple[str, object]]:
    return [(kind.value, label) for kind, label in rules.CHANNEL_LABELS.items()]


class Contact(models.Model):
    """Somebody reachable at an address of a channel; may belong to no party yet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=12, choices=channel_choices)
    address = EncryptedTextField(searchable=True)  # e-mail address or telephone number (E.164)
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts"
    )
    language = models.CharField(max_length=2, default="id")
    consented_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # asked for silence on this channel
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "address_hash"], name="contact_once_per_channel"
            )
        ]


class Conversation(models.Model):
    """What is said with one contact about one thing; answers come with the later channels."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="conversations")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)


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
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL)
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL)
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="id")
    subject = EncryptedTextField(blank=True)
    body = EncryptedTextField()
    state = models.CharField(max_length=10, default=rules.Delivery.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)  # pointless later, as a code is
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    transport = models.CharField(max_length=20, blank=True)  # what carried it: "smtp", "demo", ...
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
            # Read by send_due: the open messages, oldest due first.
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="message_due",
            ),
            # Read by what waits for an officer's hand: a few of all that was ever sent.
            models.Index(
                fields=["created_at", "id"],
                condition=Q(state__in=["queued", "failed"]),
                name="message_not_sent",
            ),
        ]
