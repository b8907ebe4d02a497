"""Figures folded from the log. Every row can be made again from it."""

from typing import ClassVar

from django.db import models


class Outcome(models.Model):
    """How one case ended and whether its promise was kept: one row a case that ended."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    service_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    # issued, refused; withdrawn, lapsed; issued_elsewhere, refused_elsewhere; of a foreign log: finished
    result = models.CharField(max_length=20)
    opened_date = models.DateField()  # office zone, as the next
    decided_at = models.DateTimeField()
    decided_date = models.DateField()
    imported = models.BooleanField(default=False)  # came in from an older register
    # From submission, without the applicant's turns; NULL: it ended in an older register.
    working_minutes = models.PositiveIntegerField(null=True, blank=True)
    on_time = models.BooleanField(null=True, blank=True)  # NULL: nothing was promised
    # Issued within the pledge (one working day once all requirements were met); NULL: no pledge had begun.
    pledge_kept = models.BooleanField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the usual time of a service.
            models.Index(fields=["service_code", "kind", "-decided_at"], name="outcome_of_service"),
            # Read by the figures of a month and its recap, which find in it all they need of a row.
            models.Index(
                fields=[
                    "decided_date",
                    "service_code",
                    "kind",
                    "result",
                    "on_time",
                    "pledge_kept",
                    "working_minutes",
                    "opened_date",
                    "imported",
                ],
                name="outcome_in_month",
            ),
        ]
