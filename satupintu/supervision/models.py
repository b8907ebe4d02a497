"""Supervision of a permit: its case, conditions and reports, sanctions with their letters, the days an office gives."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedTextField
from satupintu.lib.ids import uuid7
from satupintu.supervision import rules


class Supervision(models.Model):
    """The supervision of one permit: its own case, tied to the permit's for life."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="supervision"
    )
    about = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="supervised_by"
    )

    def __str__(self) -> str:
        return str(self.case_id)


class Sanction(models.Model):
    """
    A sanction as it was proposed; what it says never changes. Decided, it has a number, and then its letter.

    The letter is owed from the decision on: it is made after it, and by the worker when that failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="sanctions")
    seq = models.PositiveIntegerField()  # of the move that proposed it
    kind = models.CharField(max_length=12)  # rules.Kind
    level = models.PositiveSmallIntegerField(default=0)  # of a warning: 1, 2, 3
    grounds = EncryptedTextField()  # one a line, as the holder reads them
    remedy = EncryptedTextField(blank=True)  # what to put right
    law = models.CharField(max_length=300, blank=True)  # that lets it come without the steps before
    put_right_by = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)  # last day of a suspension; NULL: until lifted
    state = models.CharField(max_length=10, default=rules.SanctionState.PROPOSED)
    number = models.CharField(max_length=120, blank=True)
    ink = models.BooleanField(default=False)  # its letter is signed by hand, and scanned back
    decided_seq = models.PositiveIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ran_out_told_at = models.DateTimeField(null=True, blank=True)  # that its day has passed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="sanction_once"),
        ]
        indexes: ClassVar = [
            # Read by the list of warnings and the sweep that watches their days.
            models.Index(
                fields=["put_right_by", "id"],
                name="warning_running",
                condition=Q(state="in_force", put_right_by__isnull=False),
            ),
            # Read by the sweep that ends suspensions.
            models.Index(
                fields=["until", "id"],
                name="suspension_running",
                condition=Q(state="in_force", until__isnull=False),
            ),
            # Read by the worker: letters that are owed and not made.
            models.Index(
                fields=["decided_at", "id"],
                name="sanction_letter_due",
                condition=Q(document__isnull=True, decided_at__isnull=False),
            ),
            # Read by the list of those that wait for ink.
            models.Index(
                fields=["document", "decided_at", "id"],
                name="sanction_in_ink",
                condition=Q(ink=True),
            ),
        ]


class Days(models.Model):
    """The days this office gives (one row): see rules.Periods."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    warning_days = models.JSONField()
    warnings_before = models.PositiveSmallIntegerField()
    decide_days = models.PositiveSmallIntegerField()
    follow_days = models.PositiveSmallIntegerField()
    remind_days = models.JSONField(default=list)  # empty: as the program comes
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT)


class Condition(models.Model):
    """
    What a permit is bound to. Set while the permit is prepared, or by its service file; what it says never changes.

    Until the issue it belongs to the permit's case alone; from then on its supervision's log tells its state and day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        "workflow.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="conditions"
    )
    key = models.CharField(max_length=60, blank=True)  # of the service file; "": an officer's own
    text = EncryptedTextField()
    days = models.PositiveIntegerField(default=0)  # calendar days after the issue; 0: `due_on`
    due_on = models.DateField(null=True, blank=True)  # NULL until the issue, where days are given
    state = models.CharField(max_length=12, default=rules.ConditionState.SET)
    reminded_for = models.PositiveIntegerField(null=True, blank=True)  # the last reminder, in days
    late_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["about", "key"],
                condition=~Q(key=""),
                name="standing_condition_once",
            ),
        ]
        indexes: ClassVar = [
            # Read by the list of what is due, and by the sweep that reminds.
            models.Index(
                fields=["due_on", "id"],
                name="condition_due",
                condition=Q(state__in=("open", "reported", "unfulfilled")),
            ),
            models.Index(fields=["about"], name="condition_about"),
        ]


class Report(models.Model):
    """What the holder said of a condition, with a paper."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="reports")
    seq = models.PositiveIntegerField()  # of the move that reported it
    note = EncryptedTextField(blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["condition", "seq"], name="condition_report_once"),
        ]
