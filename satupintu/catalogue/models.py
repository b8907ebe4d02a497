"""Services, their published versions (fixed for good), drafts, and the figures other domains write down here."""

from typing import Any, ClassVar

from django.db import models


class PublishedIsFixed(Exception):
    """Somebody tried to change or delete a published version; publish the next version instead."""


class Service(models.Model):
    """A service by its code; what it says is in its versions."""

    code = models.SlugField(max_length=60, unique=True)
    category = models.SlugField(max_length=20)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class ServiceVersionSet(models.QuerySet["ServiceVersion"]):
    """Rows that can be withdrawn and nothing else."""

    def update(self, **values: Any) -> int:
        if set(values) - {"withdrawn_at"}:
            raise PublishedIsFixed("A published version never changes.")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PublishedIsFixed("A published version is never deleted.")


class ServiceVersion(models.Model):
    """One published service file. A case keeps its version for life."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    toml = models.TextField()
    json = models.TextField()  # the parsed definition, so that no reader needs the TOML
    sha256 = models.CharField(max_length=64)  # of the TOML text in UTF-8
    based_on = models.CharField(max_length=120, blank=True)
    effective_from = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # NULL: shipped with the program
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceVersionSet.as_manager()

    class Meta:
        ordering: ClassVar = ["service", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "version"], name="service_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.version}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise PublishedIsFixed("A published version never changes.")
        super().save(**options)

    def delete(
        self,
        using: Any | None = None,  # noqa: ARG002  as below
        keep_parents: bool = False,  # noqa: ARG002, FBT001, FBT002  Django's signature
    ) -> tuple[int, dict[str, int]]:
        raise PublishedIsFixed("A published version is never deleted.")


class UsualTime(models.Model):
    """How long a service really took lately, written down here by the domain that computes it."""

    service_code = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=20)
    sample = models.PositiveIntegerField()
    median_minutes = models.PositiveIntegerField()  # working minutes
    p90_minutes = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service_code", "kind"], name="usual_time_once"),
        ]


class ServiceDraft(models.Model):
    """A service file being edited in the browser. Several people may; `version` catches the second one."""

    name = models.CharField(max_length=80)  # the file's name: "sip-bidan.v2.toml"
    toml = models.TextField()
    note = models.CharField(max_length=200, blank=True)  # where it came from
    author = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-updated_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="service_draft_once_per_name"),
        ]
