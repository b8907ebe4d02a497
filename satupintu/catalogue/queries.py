"""What the office offers, in which version, and how to find it by everyday words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet

from satupintu.catalogue import codec, search
from satupintu.catalogue.models import (
    PublishedIsFixed,
    Service,
    ServiceDraft,
    ServiceVersion,
    UsualTime,
)
from satupintu.catalogue.rules import Definition
from satupintu.lib.kept import kept

__all__ = [
    "Offer",
    "PublishedIsFixed",
    "Service",
    "ServiceDraft",
    "ServiceNotOffered",
    "ServiceVersion",
    "UsualTime",
    "Withdrawn",
    "current_version",
    "definition_of",
    "find_draft",
    "find_withdrawn",
    "get_offer",
    "get_version",
    "latest_definitions",
    "list_drafts",
    "list_offers",
    "list_services",
    "list_versions",
    "search_services",
    "usual_time",
    "usual_times",
]


class ServiceNotOffered(Exception):
    """No version of this service is in force on that day."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as it is offered on a day: the version in force and what it says."""

    version_id: int
    code: str
    number: int
    sha256: str
    effective_from: date
    published_at: datetime
    definition: Definition = field(compare=False)  # the hash tells it

    @property
    def file_name(self) -> str:
        return f"{self.code}.v{self.number}.toml"


@kept
def _versions() -> Mapping[int, ServiceVersion]:
    """Return every published version by id, without its texts. Usually no query."""
    rows = ServiceVersion.objects.select_related("service").defer("toml", "json")
    return {row.pk: row for row in rows.order_by("service__code", "version")}


def _in_force(today: date) -> list[ServiceVersion]:
    """The highest version of each offered service that is effective and not withdrawn, by code."""
    newest = {
        row.service_id: row
        for row in _versions().values()
        if row.effective_from <= today
        and row.withdrawn_at is None
        and row.service.withdrawn_at is None
    }
    return list(newest.values())


def _read(versions: Iterable[ServiceVersion]) -> list[Offer]:
    """Return the offers; fetches the JSON of all those this process has not read yet in one query."""
    rows = list(versions)
    unread = [row.id for row in rows if codec.cached(row.sha256) is None]
    if unread:
        for row in ServiceVersion.objects.filter(id__in=unread).only("sha256", "json"):
            codec.read_cached(row.sha256, row.json)
    return [_offer(row) for row in rows]


def _offer(row: ServiceVersion) -> Offer:
    return Offer(
        version_id=row.id,
        code=row.service.code,
        number=row.version,
        sha256=row.sha256,
        effective_from=row.effective_from,
        published_at=row.published_at,
        definition=definition_of(row),
    )


def current_version(code: str, today: date) -> ServiceVersion:
    """
    Return the version of `code` in force on `today`; its texts are fetched only when read. Usually no query.

    Raises ServiceNotOffered if the service is unknown, withdrawn or not yet effective.
    """
    for row in _in_force(today):
        if row.service.code == code:
            return row
    raise ServiceNotOffered(code)


def get_offer(code: str, today: date) -> Offer:
    """Return the service as offered on `today`. Usually no query. Raises ServiceNotOffered."""
    return _offer(current_version(code, today))


def definition_of(version: int | ServiceVersion) -> Definition:
    """
    Return what a published version says. No query when this process has read the same file before.

    Raises ServiceVersion.DoesNotExist if there is no such id.
    """
    if isinstance(version, int):
        # Published versions never change: what is kept cannot be out of date, only lack the newest.
        version = _versions().get(version) or ServiceVersion.objects.get(id=version)
    known = codec.cached(version.sha256)
    if known is not None:
        return known
    text = ServiceVersion.objects.values_list("json", flat=True).get(id=version.pk)
    return codec.read_cached(version.sha256, text)


def list_offers(today: date) -> list[Offer]:
    """Return all services offered on `today`, by code. Usually no query, one when files are new to this process."""
    return _read(_in_force(today))


def list_services(today: date) -> list[Definition]:
    """Return what all services offered on `today` say, by code."""
    return [offer.definition for offer in list_offers(today)]


def latest_definitions() -> dict[str, Definition]:
    """Return what the latest version of every service says, by code; withdrawn ones too. Usually no query."""
    newest = {row.service_id: row for row in _versions().values()}
    return {offer.code: offer.definition for offer in _read(newest.values())}


def titles_in(language: str) -> dict[str, str]:
    """Return the title of every service that was ever published, by its code."""
    return {code: one.title_in(language) for code, one in latest_definitions().items()}


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A service that was offered once: what it was, since when and why it is not."""

    code: str
    at: datetime
    reason: str
    definition: Definition


def find_withdrawn(code: str) -> Withdrawn | None:
    """Return the withdrawn service of this code; None if there is none. At most two queries."""
    row = list_versions(code).filter(service__withdrawn_at__isnull=False).first()
    if row is None or row.service.withdrawn_at is None:
        return None
    return Withdrawn(
        code, row.service.withdrawn_at, row.service.withdrawn_reason, definition_of(row)
    )


def search_services(text: str, language: str, today: date) -> list[Offer]:
    """Return the offered services that fit everyday words, best first; all of them for an empty text."""
    offers = list_offers(today)
    order = search.rank([offer.definition for offer in offers], text, language)
    by_code = {offer.code: offer for offer in offers}
    return [by_code[code] for code in order]


@kept
def _usual_times() -> Mapping[tuple[str, str], UsualTime]:
    return {(row.service_code, row.kind): row for row in UsualTime.objects.all()}


def usual_time(code: str, kind: str = "new") -> UsualTime | None:
    """Return how long this service really took lately; None until enough cases are known. Usually no query."""
    return _usual_times().get((code, kind))


def usual_times(code: str) -> dict[str, UsualTime]:
    """Return how long this service really took lately, by kind of request; only kinds with enough cases."""
    return {row.kind: row for row in UsualTime.objects.filter(service_code=code)}


def get_version(code: str, number: int) -> ServiceVersion:
    """Return one published version with its texts. Raises ServiceVersion.DoesNotExist."""
    return ServiceVersion.objects.select_related("service", "published_by").get(
        service__code=code, version=number
    )


def list_versions(code: str | None = None) -> QuerySet[ServiceVersion]:
    """Return the published versions (of one service), newest first, without their texts."""
    rows = ServiceVersion.objects.select_related("service", "published_by").defer("toml", "json")
    if code is not None:
        rows = rows.filter(service__code=code)
    return rows.order_by("service__code", "-version")


def source_of(version_id: int) -> str:
    """Return the text of a published service file. One query."""
    return ServiceVersion.objects.values_list("toml", flat=True).get(pk=version_id)


def list_drafts() -> QuerySet[ServiceDraft]:
    """Return the drafts, last edited first, without their text."""
    return ServiceDraft.objects.select_related("author").defer("toml").order_by("-updated_at", "id")


def find_draft(name: str) -> ServiceDraft | None:
    return ServiceDraft.objects.select_related("author").filter(name=name).first()
