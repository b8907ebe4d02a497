"""Complaints: what is said, apart from who says it, and the answers. Consultations: what is asked, and how it went."""

from typing import ClassVar

from django.db import models

from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField
from satupintu.lib.ids import uuid7


class Version(models.Model):
    """
    A plan of the office's own; the one with the highest number is in force. A row never changes.

    Two people who changed the same version cannot both make the next one: its number is taken.
    """

    number = models.PositiveIntegerField(primary_key=True)
    plan = models.JSONField()  # as from_plain of its rules reads it
    note = models.CharField(max_length=300, blank=True)  # why, in the office's words
    # The version that was gone back to; 0: as the program came. NULL: it was edited.
    back_to = models.PositiveIntegerField(null=True, blank=True)
    made_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class PlanVersion(Version):
    """The office's own plan for complaints."""


class TopicsVersion(Version):
    """The office's own plan for consultations."""


class Complaint(models.Model):
    """The complaint's side of its case. Nothing here says who complains: that is `Reporter`."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="complaint"
    )
    tracking_code = models.CharField(max_length=16, unique=True)
    privacy = models.CharField(max_length=12)  # rules.Privacy
    category = models.SlugField(max_length=20)  # of the plan
    class_key = models.SlugField(max_length=20)  # of the plan; screening may change it
    accused_kind = models.CharField(max_length=8)  # rules.Accused
    accused_text = EncryptedTextField(blank=True)  # as it was written
    sealed = models.BooleanField(default=False)  # nobody of the office reads it
    hold = models.CharField(max_length=12, blank=True)  # rules.Hold
    story = EncryptedTextField()
    wish = EncryptedTextField(blank=True)
    about = models.ForeignKey(
        "workflow.Case",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    service_code = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    typed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The plan under which it came in; NULL: the one that came with the program.
    plan = models.ForeignKey(
        "desk.PlanVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # In which it was told; what is sent there later belongs to it.
    conversation = models.ForeignKey(
        "messaging.Conversation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)  # the last answer
    on_time = models.BooleanField(null=True, blank=True)  # whether that was by its date
    rating = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    public_story = models.TextField(blank=True)  # anonymised wording; "" until it is published
    public_answer = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the public register, newest first.
            models.Index(
                fields=["-published_at", "case"],
                name="complaint_public",
                condition=models.Q(published_at__isnull=False),
            ),
            # Read by the worker: answered ones that close by themselves.
            models.Index(fields=["answered_at"], name="complaint_answered"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Reporter(models.Model):
    """Who complains, where they may be asked. An anonymous complaint has no such row."""

    complaint = models.OneToOneField(
        Complaint, primary_key=True, on_delete=models.PROTECT, related_name="reporter"
    )
    party = models.ForeignKey(
        "people.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = EncryptedTextField(blank=True)
    contact_kind = models.CharField(max_length=8, blank=True)  # "phone", "email" or ""
    contact = EncryptedTextField(blank=True, searchable=True)
    code_print = models.CharField(
        max_length=80, blank=True
    )  # keyed print of the code that was sent
    code_until = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)


class AccusedOfficer(models.Model):
    """An officer whom a complaint is about: it does not exist for them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="accused")
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "user"], name="accused_once")
        ]


class Answer(models.Model):
    """A draft of an answer, and whether it went out (`sent_at`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="answers")
    seq = models.PositiveIntegerField()  # of the move that proposed it
    text = EncryptedTextField()
    drafted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="complaint_answer_once")
        ]


class Attachment(models.Model):
    """
    A photo, a paper or a voice that whoever complains sent.

    One without a complaint came with a form that is being put right, or was given up (`services.forget_unsent`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "document"], name="attached_once")
        ]
        indexes: ClassVar = [
            # Read by the worker: what no complaint followed.
            models.Index(
                fields=["at"],
                condition=models.Q(complaint__isnull=True),
                name="attachment_unsent",
            )
        ]


class Consultation(models.Model):
    """
    The consultation's side of its case: what is asked, about what, and how the first answer came.

    What is said further stands in its conversation; `contact` is where somebody who asked on a page is told.
    """

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="consultation"
    )
    tracking_code = models.CharField(max_length=16, unique=True)
    topic = models.SlugField(max_length=20)  # of the plan
    # The plan under which it came in; NULL: the one that came with the program.
    plan = models.ForeignKey(
        TopicsVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    question = EncryptedTextField()
    name = EncryptedTextField(blank=True)  # as they call themselves
    contact_kind = models.CharField(max_length=8, blank=True)  # "phone", "email" or ""
    contact = EncryptedTextField(blank=True, searchable=True)
    conversation = models.ForeignKey(
        "messaging.Conversation", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    about = models.ForeignKey(
        "workflow.Case",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
    )
    service_code = models.CharField(max_length=60, blank=True)
    typed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)  # the first answer
    waited = models.PositiveIntegerField(null=True, blank=True)  # working minutes until then
    on_time = models.BooleanField(null=True, blank=True)  # whether that was within the promise
    said_at = models.DateTimeField(null=True, blank=True)  # the office's last word
    rating = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    offered = models.JSONField(default=dict, blank=True)  # way, times, officer; {}: nothing offered

    class Meta:
        indexes: ClassVar = [
            # Read by the worker: what closes by itself.
            models.Index(fields=["said_at"], name="consultation_said"),
            # Read by the rating dialogue: what was said in one conversation.
            models.Index(fields=["conversation", "said_at"], name="consultation_talk"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Meeting(models.Model):
    """
    An appointment for a consultation, as the move `seq` of its case made it.

    At most one is not ended: called off, moved, or followed by another.

    `room` is what the provider gave; {} until a worker has asked for it, and always for a telephone call.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="meetings"
    )
    seq = models.PositiveIntegerField()
    way = models.CharField(max_length=10)  # rules.meetings.Way
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    officer = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    provider = models.CharField(max_length=20, blank=True)
    room = EncryptedJSONField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)  # a room must be made, or let go
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "seq"], name="meeting_once_a_move"),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=models.Q(ended_at__isnull=True),
                name="meeting_one_at_a_time",
            ),
            # Two people cannot be given the same moment of one officer.
            models.UniqueConstraint(
                fields=["officer", "starts_at"],
                condition=models.Q(ended_at__isnull=True),
                name="meeting_officer_once",
            ),
        ]
        indexes: ClassVar = [
            # Read by the worker: rooms to make or let go.
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="meeting_rooms",
            ),
            # Read by the worker: whom to remind.
            models.Index(fields=["starts_at"], name="meeting_starts"),
        ]
