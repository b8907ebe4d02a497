"""Imports of old registers: the file as it was read, its rows, and how its columns are understood."""

from typing import ClassVar

from django.db import models

from satupintu.imports import rules
from satupintu.lib.fields import EncryptedJSONField
from satupintu.lib.ids import uuid7


class Import(models.Model):
    """One file of an old register. The bytes are not kept: its rows are, encrypted, until they are emptied."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160)  # of the file
    # Of the bytes: the same file comes in once, whoever sends it.
    sha256 = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=12)  # permits.imported.Source
    stage = models.CharField(max_length=10, default=rules.Stage.READING)
    headings = models.JSONField(default=list)
    about = models.JSONField(default=dict)  # encoding, separator, sheet, names of other sheets
    profile = EncryptedJSONField(default=list)  # what stands in each column (services/profile.py)
    mapping = models.JSONField(default=dict)  # rules.rows.Plan
    rows = models.PositiveIntegerField(default=0)
    run = models.PositiveSmallIntegerField(default=0)  # how often it was started
    reached = models.PositiveIntegerField(default=0)  # the last row that was taken back
    claimed_until = models.DateTimeField(null=True, blank=True)  # by a worker
    # Since when no number can be taken for its cases: the register is closed, or its block is used up.
    held_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    # Who had it checked, imported or taken back last: in whose name the program acts.
    by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the worker.
            models.Index(fields=["stage", "moved_at"], name="import_waiting"),
            models.Index(fields=["-uploaded_at", "id"], name="import_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of a file: what stood there, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()  # in the file, as a spreadsheet counts
    cells = EncryptedJSONField(default=list)
    outcome = models.CharField(max_length=10, default=rules.RowState.WAITING)
    problems = EncryptedJSONField(default=list)  # [[target, code, more]]
    key = models.CharField(max_length=60, blank=True)  # as permits.Imported
    alike = models.CharField(max_length=60, blank=True)
    case_id = models.UUIDField(null=True, blank=True)  # that came of it, or that was there before
    twin = models.PositiveIntegerField(null=True, blank=True)  # the row that says the same
    forced = models.BooleanField(default=False)  # alike, and imported all the same

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="a_row_is_read_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "outcome", "number"], name="import_row_state"),
            models.Index(fields=["batch", "key"], name="import_row_key"),
            models.Index(fields=["batch", "alike"], name="import_row_alike"),
        ]


class SavedMapping(models.Model):
    """How the columns of files with these headings are understood, under a name."""

    fingerprint = models.CharField(max_length=64, unique=True)  # rules.columns.fingerprint_of
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=12)
    mapping = models.JSONField(default=dict)
    saved_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
