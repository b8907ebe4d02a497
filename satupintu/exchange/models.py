"""Programs that may call in, what each sent, and the answers they may ask for again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField
from satupintu.lib.ids import uuid7


class ApiClient(models.Model):
    """A program of another office. Its token is shown once; here is only its keyed digest, and a part to find it by."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)  # stands in the log as who acted
    contact = EncryptedTextField()  # whom the office calls about it
    scopes = models.JSONField(default=list)  # rules.Scope values
    # The officer in whose name it acts (staff:act); the roles are those the officer holds that day.
    user = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prefix = models.CharField(max_length=8, unique=True)
    token = models.CharField(max_length=120)  # lib.crypto.fingerprint
    valid_until = models.DateField()  # the last day
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Sending(models.Model):
    """An application that a client sent: by the draft it was made from, written before anything else of it."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="sendings")
    draft_id = models.UUIDField(unique=True)
    reference = models.CharField(max_length=80, blank=True)  # the client's own word for it
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["client", "-at"], name="sending_of_client")]


class Report(models.Model):
    """A complaint that a client sent by Open311: it may ask how that one stands. Nothing here says who complains."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=32, unique=True)  # for one whose number is not told yet
    at = models.DateTimeField()


class Partner(models.Model):
    """Another office's Open311 server, to which complaints are sent on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=300)  # what stands before /services.xml
    api_key = EncryptedTextField(blank=True)
    jurisdiction = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Forwarding(models.Model):
    """A complaint that was sent on, in an officer's words; what the other office calls it and says of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=120)
    words = EncryptedTextField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fate = models.CharField(max_length=8)  # open311.client.Fate
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=120, blank=True)  # service_request_id there
    token = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True)  # status_notes there
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the worker.
            models.Index(
                fields=["due_at"],
                name="forwarding_due",
                condition=Q(fate__in=["waiting", "sending", "open"]),
            ),
            models.Index(fields=["case", "-at"], name="forwarding_of_case"),
        ]


class Endpoint(models.Model):
    """Where a client is told of cases it may see. A secret that was replaced signs too for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="endpoints")
    url = EncryptedTextField()  # may hold a key of the client's own
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)  # after a failure nobody asks at once
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=8, blank=True)  # webhooks.Stop


class Delivery(models.Model):
    """One event for one endpoint; its id is the `webhook-id`, its body never changes between tries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    origin = models.CharField(max_length=80)  # what caused it, once for an endpoint
    subject = models.CharField(max_length=60)  # a case's number, or "test"
    body = models.TextField()  # a CloudEvent: number, kind, state, address; nothing personal
    at = models.DateTimeField()
    state = models.CharField(max_length=8)  # webhooks.Outcome
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(null=True, blank=True)  # the last HTTP status
    why = models.CharField(max_length=200, blank=True)  # nothing was answered
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "origin"], name="told_once_of_a_move")
        ]
        indexes: ClassVar = [
            # Read by the worker.
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["endpoint", "-at"], name="delivery_of_endpoint"),
        ]


class Upload(models.Model):
    """A file that a client sent ahead of its application. What is never used is removed after a week."""

    document = models.OneToOneField(
        "documents.Document", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="uploads")
    service_code = models.CharField(max_length=60)
    requirement = models.CharField(max_length=60)
    at = models.DateTimeField()
    draft_id = models.UUIDField(null=True, blank=True)  # of the application that used it

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], name="upload_unused", condition=Q(draft_id__isnull=True))
        ]


class KeptAnswer(models.Model):
    """
    What a client was answered under an Idempotency-Key, for a day; `status` 0 while the work runs.

    Key and request are kept as digests only. The answer may hold personal data: encrypted.
    """

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    request = models.CharField(max_length=120)
    begun_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    answer = EncryptedJSONField()  # {"body", "headers"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "key"], name="a_key_is_answered_once")
        ]
        indexes: ClassVar = [models.Index(fields=["begun_at"], name="kept_answer_begun")]
