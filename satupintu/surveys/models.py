"""
Codes that may answer once, and the answers. Nothing joins the two.

An answer has no code, no case, no person and no hour: only its month, its service, its unit and its way are kept.
Its key is random, so that the order of rows tells nothing.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Invitation(models.Model):
    """One code, by its keyed hash (lib.crypto.lookup_hash). `used` says that it has answered, never what or when."""

    code = models.CharField(primary_key=True, max_length=60)
    service_code = models.CharField(max_length=60)
    unit_code = models.CharField(max_length=40)
    month = models.DateField()  # first day; of the hand-over
    used = models.BooleanField(default=False)

    class Meta:
        # Read by the sweep that forgets old codes.
        indexes: ClassVar = [models.Index(fields=["month"], name="survey_code_month")]


def _answer() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(null=True, blank=True)


class Answer(models.Model):
    """One sheet: what was answered (NULL: left open), or that the person declined."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service_code = models.CharField(max_length=60)
    unit_code = models.CharField(max_length=40)
    month = models.DateField()  # first day; of the answer
    way = models.CharField(max_length=8)
    declined = models.BooleanField(default=False)
    sex = models.CharField(max_length=12, blank=True)
    education = models.CharField(max_length=12, blank=True)
    occupation = models.CharField(max_length=12, blank=True)
    u1 = _answer()
    u2 = _answer()
    u3 = _answer()
    u4 = _answer()
    u5 = _answer()
    u6 = _answer()
    u7 = _answer()
    u8 = _answer()
    u9 = _answer()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name=f"survey_u{n}_is_1_to_4",
                condition=Q(**{f"u{n}__isnull": True}) | Q(**{f"u{n}__range": (1, 4)}),
            )
            for n in range(1, 10)
        ]
        # Read by the counts of a period, of all services or of one.
        indexes: ClassVar = [
            models.Index(fields=["month", "service_code"], name="survey_answer_month")
        ]
