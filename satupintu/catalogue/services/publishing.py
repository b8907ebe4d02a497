"""
Publishing and withdrawing services.

A published version is fixed for good: a change is the next version. Publishing reads and checks the file again, so no
page or command can store a definition that `catalogue check` would refuse.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue import codec
from satupintu.catalogue.lines import Lines
from satupintu.catalogue.models import Service, ServiceDraft, ServiceVersion, UsualTime
from satupintu.catalogue.parse import check_text, load_definition
from satupintu.catalogue.rules import Definition, Problem
from satupintu.lib.kept import forget_kept
from satupintu.people.rules import Actor

log = structlog.get_logger()


class DefinitionHasProblems(Exception):
    """The file cannot be published; `problems` say what to repair."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.message = _("Berkas layanan ini belum bisa diterbitkan. Perbaiki dulu yang ditandai.")
        super().__init__("\n".join(str(problem) for problem in problems))


class VersionTaken(Exception):
    """The version number is published already with other content, or a later one is."""

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


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a service file's text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def publish_version(*, by: Actor, at: datetime, text: str, filename: str = "") -> ServiceVersion:
    """
    Store the file as an immutable version and return its row; the same file twice gives the same row.

    A withdrawn service is offered again. The draft of the same name is removed.
    Raises DefinitionHasProblems (also for a next version that would be in force before today or before the one it
    follows), or VersionTaken unless the number is the one after the latest (any for the first).
    """
    problems = check_text(text, filename)
    if problems:
        raise DefinitionHasProblems(problems)
    definition = load_definition(text, filename)
    try:
        with transaction.atomic():
            return _store(definition, text, filename, by=by, at=at)
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


def _date_problems(definition: Definition, text: str, filename: str, today: date) -> list[Problem]:
    """
    A next version cannot have been in force before anybody could read it, nor before the one it follows.

    The first version may: it writes down what the office had already decreed.
    """
    last = (
        ServiceVersion.objects.filter(service__code=definition.code)
        .order_by("-version")
        .values_list("effective_from", flat=True)
        .first()
    )
    if last is None:
        return []
    earliest = max(today, last)
    if date.fromisoformat(definition.effective_from) >= earliest:
        return []
    message = _("Versi baru tidak dapat berlaku sebelum terbit atau sebelum versi sebelumnya.")
    allowed = _("%(date)s atau sesudahnya") % {"date": earliest.isoformat()}
    line = Lines(text).of(("effective_from",))
    return [Problem(filename, line, "effective_from", message, allowed)]


def _store(
    definition: Definition, text: str, filename: str, *, by: Actor, at: datetime
) -> ServiceVersion:
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
    problems = _date_problems(definition, text, filename, timezone.localdate(at))
    if problems:
        raise DefinitionHasProblems(problems)
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
    forget_kept()
    log.info("service_published", service=definition.code, version=definition.version)
    return row


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
        forget_kept()
        log.info("service_withdrawn", service=code)


@transaction.atomic
def offer_again(*, by: Actor, at: datetime, code: str) -> None:
    """Offer a withdrawn service again in its latest version. Raises ServiceUnknown."""
    if not Service.objects.filter(code=code).update(
        withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""
    ):
        raise ServiceUnknown(code)
    forget_kept()
    log.info("service_offered_again", service=code, by=by.user_id, at=at.isoformat())


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


@lru_cache(maxsize=200)
def shipped_definition(name: str) -> Definition:
    """Return what a shipped file says; it never changes while this process lives."""
    return load_definition(dict(list_shipped_files())[name], name)


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
    forget_kept()
