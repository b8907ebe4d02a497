"""Supervision of a permit: its case, the sanctions with their letters, and the days an office gives."""

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
        ]


class Days(models.Model):
    """The days this office gives (one row): see rules.Periods."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    warning_days = models.JSONField()
    warnings_before = models.PositiveSmallIntegerField()
    decide_days = models.PositiveSmallIntegerField()
    follow_days = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT)
