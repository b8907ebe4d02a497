"""Stored files (by content), and documents: what a file is, whose, how long it is good for."""

from typing import ClassVar

from django.db import models

from satupintu.lib.fields import EncryptedTextField
from satupintu.lib.ids import uuid7


class StoredFile(models.Model):
    """Bytes on disk under their SHA-256, written once, outside the web root."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    pages = models.PositiveIntegerField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)  # by the virus scanner
    stored_at = models.DateTimeField()
    erased_at = models.DateTimeField(
        null=True, blank=True
    )  # the row stays as proof, the bytes are gone


class Document(models.Model):
    """
    A file with a meaning: an applicant's STR, an inspection photograph, an issued permit.

    A person's documents (`party`) are the vault: reused while valid. Rows are never changed in
    content.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    party = models.ForeignKey(
        "people.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(max_length=40)  # "ktp", "str", "permit", "letter.return", ...
    name = EncryptedTextField()  # as the person named it, made safe
    identity = models.BooleanField(default=False)  # shown with a watermark, leaves only so
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)  # out of the vault; still evidence
    erase_after = models.DateField(null=True, blank=True)  # the bytes may go; None: never

    class Meta:
        indexes: ClassVar = [
            # Read by the vault: the newest document of a kind that a party still has.
            models.Index(fields=["party", "kind", "-created_at"], name="document_vault"),
        ]
