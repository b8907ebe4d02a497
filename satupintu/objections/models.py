"""Objections: against which decision, why, what is asked, and the letters about them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedTextField
from satupintu.lib.ids import uuid7


class Objection(models.Model):
    """The objection's side of its case. What it says never changes; its state is the case's."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="objection"
    )
    about = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="objections")
    # The case of supervision whose sanction is objected to; NULL: a decision of the permit's own case.
    against = models.ForeignKey(
        "workflow.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    about_seq = models.PositiveIntegerField()  # the move objected to, of `against` or `about`
    decision = models.CharField(max_length=20)  # that move's action, a key of rules.EFFECTS
    standing = models.CharField(max_length=12)  # rules.Standing
    tracking_code = models.CharField(max_length=16, unique=True)
    grounds = EncryptedTextField()
    wish = EncryptedTextField(blank=True)  # beyond what the decision's own effect asks
    interest = EncryptedTextField(blank=True)  # of a third party: how the decision harms them
    announced_at = models.DateTimeField()  # of the decision; the 21 days count from here
    typed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        # Read before another objection to the same decision is taken, and by the pages of the permit's case.
        indexes: ClassVar = [
            models.Index(fields=["about", "about_seq"], name="objection_of_decision")
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Evidence(models.Model):
    """A paper that was sent in with an objection."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="evidence")
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")


class ObjectionLetter(models.Model):
    """
    A letter about an objection, owed from the move `seq` on.

    The row is there first, its number next, its document last: whatever fails in between is found and finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()  # of the move it follows from
    kind = models.CharField(max_length=12)  # rules.LetterKind
    ink = models.BooleanField(default=False)  # printed, signed by hand, and scanned back
    number = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="objection_letter_once")
        ]
        indexes: ClassVar = [
            # Read by the worker: letters that are owed and not made.
            models.Index(
                fields=["at", "id"], name="objection_letter_due", condition=Q(document__isnull=True)
            ),
            # Read by the list of those that wait for ink.
            models.Index(
                fields=["document", "at", "id"],
                name="objection_letter_in_ink",
                condition=Q(ink=True),
            ),
        ]
