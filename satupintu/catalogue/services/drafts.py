"""Service files being edited in the browser, or brought from another office."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue import difference
from satupintu.catalogue.models import ServiceDraft, ServiceVersion
from satupintu.catalogue.services.publishing import publish_version
from satupintu.people.rules import Actor

log = structlog.get_logger()


class EditedMeanwhile(Exception):
    """Somebody else saved the draft after it was opened."""

    def __init__(self) -> None:
        self.message = _(
            "Draf ini sudah disimpan orang lain setelah Anda membukanya."
            " Buka lagi, lalu ulangi perubahan Anda."
        )
        super().__init__(self.message)


@transaction.atomic
def save_draft(
    *,
    by: Actor,
    at: datetime,
    name: str,
    text: str,
    seen_version: int | None = None,
    note: str = "",
) -> ServiceDraft:
    """
    Store a service file being edited; problems are allowed. `seen_version` is the draft's version when it was opened.

    `seen_version` None opens a new draft or takes the place of an old one of that name.
    Raises EditedMeanwhile if somebody else saved it since.
    """
    values = {"toml": text, "author_id": by.user_id, "updated_at": at}
    if note:
        values["note"] = note[:200]
    if seen_version is None:
        draft, made = ServiceDraft.objects.get_or_create(name=name, defaults=values)
        if made:
            return draft
        seen_version = draft.version
    changed = ServiceDraft.objects.filter(name=name, version=seen_version).update(
        version=seen_version + 1, **values
    )
    if changed != 1:
        raise EditedMeanwhile
    return ServiceDraft.objects.get(name=name)


def copy_from_text(*, by: Actor, at: datetime, text: str, filename: str) -> ServiceDraft:
    """
    Keep a file from elsewhere (another office's, an upload) as a draft of this office's next version.

    The version number, `based_on` and `effective_from` become this office's next number, where the file comes from,
    and today; the rest stays as it is. A file too broken to read its code and version is kept under its own name.
    """
    today = timezone.localdate(at)
    name, adapted = difference.as_next_version(text, filename, _latest_versions(), today)
    return save_draft(by=by, at=at, name=name, text=adapted, note=filename)


def _latest_versions() -> dict[str, int]:
    latest: dict[str, int] = {}
    for code, version in ServiceVersion.objects.values_list("service__code", "version"):
        latest[code] = max(version, latest.get(code, 0))
    return latest


def publish_draft(*, by: Actor, at: datetime, name: str, seen_version: int) -> ServiceVersion:
    """
    Publish a draft as it was looked at: `seen_version` is the draft's version on the page.

    Raises EditedMeanwhile if it was saved or removed since, DefinitionHasProblems, VersionTaken.
    """
    draft = ServiceDraft.objects.filter(name=name, version=seen_version).first()
    if draft is None:
        raise EditedMeanwhile
    return publish_version(by=by, at=at, text=draft.toml, filename=name)


@transaction.atomic
def delete_draft(*, by: Actor, at: datetime, name: str) -> None:
    """Remove a draft; none of that name is fine."""
    deleted, _rows = ServiceDraft.objects.filter(name=name).delete()
    if deleted:
        log.info("service_draft_deleted", name=name, by=by.user_id, at=at.isoformat())
