"""
Publishing, withdrawing and editing service files; what the command line calls.

A published version is fixed for good: a change is the next version. Publishing reads and checks the file again, so no
page or command can store a definition that `catalogue check` would refuse.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.catalogue import codec, difference
from satupintu.catalogue.models import Service, ServiceDraft, ServiceVersion, UsualTime
from satupintu.catalogue.parse import check_text, load_definition
from satupintu.catalogue.rules import Definition, Problem
from satupintu.people.rules import Actor

log = structlog.get_logger()


class DefinitionHasProblems(Exception):
    """The file cannot be published; `problems` say what to repair."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.message = _("Berkas layanan ini belum bisa diterbitkan. Perbaiki dulu yang ditandai.")
        super().__init__("\n".join(str(problem) for problem in problems))


class VersionTaken(Exception):
    """This version number is published already with other content, or a later one is."""

    def __init__(self, code: str, version: int, latest: int) -> None:
        self.message = _(
            "%(code)s v%(version)s tidak bisa diterbitkan: versi %(latest)s sudah terbit."
            " Versi yang terbit tidak pernah berubah; pakai versi %(next)s."
        ) % {"code": code, "version": version, "latest": latest, "next": latest + 1}
        super().__init__(self.message)


class ServiceUnknown(Exception):
    """There is no published service with this code."""

    def __init__(self, code: str) -> None:
        self.message = _("Layanan %(code)s tidak dikenal.") % {"code": code}
        super().__init__(self.message)


class EditedMeanwhile(Exception):
    """Somebody else saved the draft after it was opened."""

    def __init__(self) -> None:
        self.message = _(
            "Draf ini sudah disimpan orang lain setelah Anda membukanya."
            " Buka lagi, lalu ulangi perubahan Anda."
        )
        super().__init__(self.message)


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a service file's text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- Publishing ----------------------------------------------------------------------------
def publish_version(*, by: Actor, at: datetime, text: str, filename: str = "") -> ServiceVersion:
    """
    Store the file as an immutable version and return its row; the same file twice gives the same row.

    A withdrawn service is offered again. The draft of the same name is removed.
    Raises DefinitionHasProblems, or VersionTaken unless the number is the one after the latest (any for the first).
    """
    problems = check_text(text, filename)
    if problems:
        raise DefinitionHasProblems(problems)
    definition = load_definition(text, filename)
    try:
        with transaction.atomic():
            return _store(definition, text, by=by, at=at)
    except IntegrityError as error:  # another process published at the same moment
        known = _find(definition.code, definition.version)
        if known is not None and known.sha256 == sha256_of(text):
            return known
        raise VersionTaken(definition.code, definition.version, definition.version) from error


def _find(code: str, version: int) -> ServiceVersion | None:
    return (
        ServiceVersion.objects.select_related("service")
        .filter(service__code=code, version=version)
        .first()
    )


def _store(definition: Definition, text: str, *, by: Actor, at: datetime) -> ServiceVersion:
    digest = sha256_of(text)
    known = _find(definition.code, definition.version)
    if known is not None and known.sha256 == digest:
        return known
    service, _made = Service.objects.get_or_create(
        code=definition.code, defaults={"category": definition.category}
    )
    latest = (
        ServiceVersion.objects.filter(service=service)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    if latest is not None and definition.version != latest + 1:
        raise VersionTaken(definition.code, definition.version, latest)
    Service.objects.filter(id=service.id).update(
        category=definition.category, withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""
    )
    row = ServiceVersion.objects.create(
        service=service,
        version=definition.version,
        toml=text,
        json=codec.to_json(definition),
        sha256=digest,
        based_on=definition.based_on,
        effective_from=date.fromisoformat(definition.effective_from),
        published_at=at,
        published_by_id=by.user_id,
    )
    ServiceDraft.objects.filter(name=f"{definition.code}.v{definition.version}.toml").delete()
    log.info("service_published", service=definition.code, version=definition.version)
    return row


@dataclass(frozen=True, slots=True)
class Shipped:
    """What `publish_shipped` did: published now, and offered (the office decides) as file names."""

    published: tuple[str, ...]
    offered: tuple[str, ...]


def list_shipped_files() -> list[tuple[str, str]]:
    """Return (file name, text) of the service files that come with the program, by name."""
    folder = resources.files("satupintu.catalogue") / "services"
    return sorted(
        (item.name, item.read_text(encoding="utf-8"))
        for item in folder.iterdir()
        if item.name.endswith(".toml")
    )


def publish_shipped(*, by: Actor, at: datetime) -> Shipped:
    """
    Publish the shipped services this office has never had; a second run publishes nothing.

    A newer shipped version of a service the office has is only offered: an upgrade of the program must not change
    what the office decided. Raises DefinitionHasProblems if a shipped file is damaged.
    """
    held = {
        f"{code}.v{version}.toml": digest
        for code, version, digest in ServiceVersion.objects.values_list(
            "service__code", "version", "sha256"
        )
    }
    codes = {name.rpartition(".v")[0] for name in held}
    published: list[str] = []
    offered: list[str] = []
    for name, text in list_shipped_files():
        if held.get(name) == sha256_of(text):
            continue
        if name.partition(".v")[0] in codes:
            offered.append(name)
            continue
        publish_version(by=by, at=at, text=text, filename=name)
        published.append(name)
    return Shipped(tuple(published), tuple(offered))


@transaction.atomic
def withdraw(*, by: Actor, at: datetime, code: str, reason: str) -> None:
    """
    Stop offering a service; running cases keep their version. Withdrawing twice changes nothing.

    Raises ServiceUnknown.
    """
    if not Service.objects.filter(code=code).exists():
        raise ServiceUnknown(code)
    changed = Service.objects.filter(code=code, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_by_id=by.user_id, withdrawn_reason=reason[:300]
    )
    if changed:
        log.info("service_withdrawn", service=code)


@transaction.atomic
def offer_again(*, by: Actor, at: datetime, code: str) -> None:
    """Offer a withdrawn service again in its latest version. Raises ServiceUnknown."""
    if not Service.objects.filter(code=code).update(
        withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""
    ):
        raise ServiceUnknown(code)
    log.info("service_offered_again", service=code, by=by.user_id, at=at.isoformat())


# --- Drafts --------------------------------------------------------------------------------
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

    The version number and `based_on` lines are set to this office's next number and to where the file comes from; the rest
    stays as it is. A file too broken to read its code and version is kept under its own name.
    """
    name, adapted = difference.as_next_version(text, filename, _latest_versions())
    return save_draft(by=by, at=at, name=name, text=adapted, note=filename)


def _latest_versions() -> dict[str, int]:
    latest: dict[str, int] = {}
    for code, version in ServiceVersion.objects.values_list("service__code", "version"):
        latest[code] = max(version, latest.get(code, 0))
    return latest


@transaction.atomic
def delete_draft(*, by: Actor, at: datetime, name: str) -> None:
    """Remove a draft; none of that name is fine."""
    deleted, _rows = ServiceDraft.objects.filter(name=name).delete()
    if deleted:
        log.info("service_draft_deleted", name=name, by=by.user_id, at=at.isoformat())


def diff_versions(a: Definition | None, b: Definition) -> list[difference.Change]:
    """Return what changed from `a` to `b`, by section, readable; everything is new when `a` is None."""
    return difference.changes(a, b)


# --- Figures of other domains --------------------------------------------------------------
@transaction.atomic
def record_usual_time(
    *, at: datetime, code: str, kind: str, sample: int, median_minutes: int, p90_minutes: int
) -> None:
    """Write down how long a service really took: working minutes from submission to permit, over `sample` cases."""
    UsualTime.objects.update_or_create(
        service_code=code,
        kind=kind,
        defaults={
            "sample": sample,
            "median_minutes": median_minutes,
            "p90_minutes": p90_minutes,
            "computed_at": at,
        },
    )


# --- For the command line ------------------------------------------------------------------
def _read_file(path: Path) -> tuple[str, list[Problem]]:
    try:
        return path.read_text(encoding="utf-8"), []
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = _("Berkas ini bukan teks UTF-8.")
        return "", [Problem(path.name, line, "", message)]
    except OSError as error:
        message = _("Berkas tidak bisa dibaca: %(why)s.") % {"why": error.strerror}
        return "", [Problem(str(path), 0, "", message)]


def service_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and the `*.toml` files of folders named."""
    found: list[Path] = []
    for path in paths:
        found.extend(sorted(path.glob("*.toml")) if path.is_dir() else [path])
    return found


def check_files(paths: Iterable[Path]) -> list[Problem]:
    """Return every problem of these files (folders: their *.toml); with no paths the shipped files are checked."""
    files = service_files(paths)
    if not files:
        return [one for name, text in list_shipped_files() for one in check_text(text, name)]
    problems: list[Problem] = []
    for path in files:
        text, unreadable = _read_file(path)
        problems += unreadable or check_text(text, path.name)
    return problems


def publish_files(*, by: Actor, at: datetime, paths: Iterable[Path]) -> list[ServiceVersion]:
    """
    Publish these files in order of name and return their rows.

    Nothing is published when one of them has a problem: raises DefinitionHasProblems. Raises VersionTaken.
    """
    files = service_files(paths)
    problems = check_files(files) if files else []
    if problems:
        raise DefinitionHasProblems(problems)
    return [
        publish_version(by=by, at=at, text=path.read_text(encoding="utf-8"), filename=path.name)
        for path in files
    ]


def diff_files(old: Path | None, new: Path) -> list[difference.Change]:
    """
    Return what changed from file `old` to file `new`; with `old` None, from the latest published version.

    Raises DefinitionHasProblems if one of them cannot be read.
    """
    problems = check_files([path for path in (old, new) if path is not None])
    if problems:
        raise DefinitionHasProblems(problems)
    target = load_definition(new.read_text(encoding="utf-8"), new.name)
    if old is not None:
        return difference.changes(
            load_definition(old.read_text(encoding="utf-8"), old.name), target
        )
    latest = ServiceVersion.objects.filter(service__code=target.code).order_by("-version").first()
    source = codec.read_cached(latest.sha256, latest.json) if latest is not None else None
    return difference.changes(source, target)
