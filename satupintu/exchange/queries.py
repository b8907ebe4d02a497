"""Reads over clients and what they sent."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from satupintu.catalogue.queries import definition_of
from satupintu.exchange import rules
from satupintu.exchange.models import (
    ApiClient,
    Delivery,
    Endpoint,
    Forwarding,
    KeptAnswer,
    Partner,
    Report,
    Sending,
    Upload,
)
from satupintu.lib.crypto import is_fingerprint_of
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared
from satupintu.people.rules import system_actor
from satupintu.permits.queries import (
    File,
    Permit,
    PermitCase,
    SearchFilter,
    find_exact,
    find_many,
    read_typed,
)
from satupintu.permits.rules import KIND_PERMIT
from satupintu.workflow.queries import Case, NotFound, unread, with_version

__all__ = [
    "ApiClient",
    "Delivery",
    "Endpoint",
    "Forwarding",
    "KeptAnswer",
    "Partner",
    "Report",
    "Sending",
    "Upload",
]

_BY_PREFIX = Prepared(lambda prefix: ApiClient.objects.filter(prefix=prefix).select_related("user"))


def find_client(token: str) -> ApiClient | None:
    """Return the client whose token this is, with its officer, however it stands; None for nobody's. One query."""
    prefix = rules.prefix_of(token)
    if not prefix:
        return None
    found = _BY_PREFIX.first(prefix=prefix)
    return found if found is not None and is_fingerprint_of(token, found.token) else None


def list_clients() -> list[ApiClient]:
    """Return all clients, those in use first, by name. One query."""
    rows = ApiClient.objects.select_related("user", "created_by", "revoked_by")
    return sorted(rows, key=lambda one: (one.revoked_at is not None, one.name.lower(), one.prefix))


def get_client(client_id: UUID) -> ApiClient:
    """Return the client of this id. Raises ApiClient.DoesNotExist."""
    return ApiClient.objects.select_related("user").get(pk=client_id)


def find_by_prefix(prefix: str) -> ApiClient | None:
    return ApiClient.objects.filter(prefix=prefix).first()


# --- Complaints that came by Open311 -----------------------------------------------------------------
def find_report(client: ApiClient, number: str) -> Report | None:
    """Return the complaint of this number that the client itself sent, with its case. One query."""
    return Report.objects.select_related("case").filter(client=client, case__number=number).first()


def find_report_by_token(token: str) -> Report | None:
    """Return the complaint that was answered with this token, with its case. One query."""
    return Report.objects.select_related("case").filter(token=token).first()


def list_partners() -> list[Partner]:
    """Return the servers of other offices by name, also those that ended. One query."""
    return list(Partner.objects.order_by("name", "id"))


def list_forwardings(case: Case) -> list[Forwarding]:
    """Return where a complaint was sent on, newest first, for whoever may read it. One query."""
    found = Forwarding.objects.filter(case=case).select_related("partner")
    return list(found.order_by("-at", "-id"))


# --- Events ------------------------------------------------------------------------------------------
DELIVERIES = 20  # of an endpoint, in its list


def list_endpoints(client: ApiClient) -> list[Endpoint]:
    """Return where a client is told, those in use first, then the newest. One query."""
    found = list(client.endpoints.order_by("-created_at", "-id"))
    return sorted(found, key=lambda one: one.stopped_at is not None)


def find_endpoint(client: ApiClient, endpoint_id: UUID) -> Endpoint | None:
    return client.endpoints.filter(pk=endpoint_id).first()


def list_deliveries(endpoint: Endpoint) -> list[Delivery]:
    """Return the last deliveries of an endpoint, newest first. One query."""
    return list(endpoint.deliveries.order_by("-at", "-id")[:DELIVERIES])


# --- Cases as a client may see them ------------------------------------------------------------------
_SENT = "permit_case__application__draft_id"


def _cases(client_id: Any, *, everything: bool) -> QuerySet[Case]:
    """
    Return the cases that a client may see: what it sent in itself, or all.

    `reference` of a row is the client's own word for it; None for what it did not send.
    """
    mine = Sending.objects.filter(client_id=client_id)
    own = mine.filter(draft_id=OuterRef(_SENT)).values("reference")[:1]
    cases = Case.objects.filter(kind=KIND_PERMIT).annotate(reference=Subquery(own))
    if not everything:
        cases = cases.filter(**{f"{_SENT}__in": mine.values("draft_id")})
    return with_version(cases)


_ONE = Prepared(
    lambda client_id, number, everything: (
        _cases(client_id, everything=everything)
        .filter(number=number)
        .select_related("permit_case__application", "permit")
    ),
    shape=("everything",),
)


def list_cases(
    client: ApiClient,
    *,
    everything: bool,
    state: str = "",
    before: rules.Place | None = None,
    size: int,
) -> list[Case]:
    """Return up to `size + 1` cases a client may see, newest first, by keyset, without personal columns. One query."""
    cases = _cases(client.pk, everything=everything)
    if state:
        cases = cases.filter(state=state)
    place = (before.moment, before.key) if before else None
    cases = cases.filter(beyond(place, "opened_at", falling=True))
    return list(cases.defer(*unread("party")).order_by("-opened_at", "id")[: size + 1])


def find_cases(text: str, *, before: rules.Place | None = None, size: int) -> list[Case]:
    """
    Return up to `size + 1` cases that an officer's search finds by words or by a number of the office, newest first.

    A person's number finds nothing here: it would stand in an address. Three queries for the first page, then one.
    """
    typed, reader = read_typed(text), system_actor("API")
    if typed.digits or typed.phone:
        return []
    exact = [] if before else find_exact(reader, typed)
    place = (before.moment, before.key) if before else None
    many = find_many(reader, typed, SearchFilter(), place, size)
    shown = {case.pk for case in exact}
    return [*exact, *(case for case in many if case.pk not in shown)][: size + 1]


def get_file(client: ApiClient, number: str, *, everything: bool) -> File:
    """Return a case that a client may see, with its application and permit. One query. Raises NotFound."""
    found = _ONE.first(client_id=client.pk, number=number, everything=everything)
    if found is None:
        raise NotFound(number)
    permit_case: PermitCase = found.permit_case
    version = found.service_version
    assert version is not None, "a permit's case has its service"
    return File(found, permit_case, definition_of(version))


def reference_of(file: File) -> str | None:
    """Return the client's own word for a case that `get_file` read; None for what it did not send."""
    found: str | None = getattr(file.case, "reference", None)
    return found


def permit_in(file: File) -> Permit | None:
    """Return the permit of a case that `get_file` read; None while there is none. No query."""
    found: Permit | None = getattr(file.case, "permit", None)
    return found
