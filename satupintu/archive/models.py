"""Boxes and the folders in them, the scheme as the office changed it, transfers, destruction lists, deposit lists."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.archive import rules
from satupintu.lib.ids import uuid7


class ClassChange(models.Model):
    """A class of the scheme as the office wrote it: stands before the shipped one of the same code."""

    code = models.CharField(max_length=20, primary_key=True)
    title = models.CharField(max_length=160)
    active_years = models.PositiveSmallIntegerField()
    inactive_years = models.PositiveSmallIntegerField()
    fate = models.CharField(max_length=8)  # rules.Fate
    basis = models.CharField(max_length=200)
    changed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()


class Box(models.Model):
    """A numbered box on a shelf."""

    number = models.PositiveIntegerField(primary_key=True)
    place = models.CharField(max_length=80)
    made_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)


class Transfer(models.Model):
    """Folders that passed to the inactive archive together (berita acara pemindahan)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Folder(models.Model):
    """The folder of a case that has ended: its class, its box, until when it is kept, what becomes of it."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="folder"
    )
    code = models.CharField(max_length=20)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="folders")
    state = models.CharField(max_length=9, default=rules.FolderState.ACTIVE)
    fate = models.CharField(max_length=8)
    ended_on = models.DateField(null=True)
    active_until = models.DateField(null=True)
    inactive_until = models.DateField(null=True)
    transfer = models.ForeignKey(
        Transfer, null=True, on_delete=models.PROTECT, related_name="folders"
    )
    lent_to = models.CharField(max_length=120, blank=True)
    lent_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # Read by the list of the archive, newest first, by keyset.
            models.Index(fields=["-filed_at", "case"], name="folder_newest"),
            # Read by what passes to the inactive archive.
            models.Index(
                fields=["active_until"], name="folder_to_pass", condition=Q(state="active")
            ),
            # Read by what has reached its end.
            models.Index(
                fields=["inactive_until"], name="folder_at_end", condition=Q(state="inactive")
            ),
        ]


class Disposal(models.Model):
    """A destruction list (daftar arsip usul musnah): drawn up, assessed, approved by two, done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=9, default=rules.ListState.DRAWN)
    drawn_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    assessed_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField(null=True)
    first_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    first_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    # The letter by which the regency's archives and its head agreed (PP 28/2012 Art. 69), on paper.
    consent = models.CharField(max_length=160, blank=True)
    done_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    witnesses = models.CharField(max_length=240, blank=True)


class DisposalItem(models.Model):
    """A folder on a destruction list. `struck`: why it was taken off again."""

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="items")
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="disposals")
    struck = models.CharField(max_length=200, blank=True)
    settled = models.BooleanField(default=False)  # the list is done or dropped, or it was struck

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["folder"], condition=Q(settled=False), name="folder_on_one_open_list"
            )
        ]


class Deposit(models.Model):
    """Permanent files for the regency's archives (daftar arsip yang diserahkan): drawn up, approved, received."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=9, default=rules.DepositState.DRAWN)
    drawn_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    # What the archive institution wrote when it took the files over.
    receipt = models.CharField(max_length=120, blank=True)
    received_on = models.DateField(null=True)
    received_by = models.CharField(max_length=160, blank=True)
    done_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)


class DepositItem(models.Model):
    """A folder on a deposit list."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="items")
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="deposits")
    settled = models.BooleanField(default=False)  # handed over, or the list was dropped

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["folder"], condition=Q(settled=False), name="folder_on_one_open_deposit"
            )
        ]
