"""
The one way into the API: who asks, whether they may, how often, in which language; and the shape of every answer.

A session or a cookie means nothing here, and none is set. Each operation is either public or carries one `Token` with
the scopes of which a client needs one; the table of addresses is marked from these very objects.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.operation import PathView
from ninja.security import HttpBearer
from pydantic import BaseModel

from satupintu.exchange import problems, rules
from satupintu.exchange.problems import Problem
from satupintu.exchange.queries import ApiClient, find_client
from satupintu.exchange.rules import Scope, Standing
from satupintu.exchange.services import note_use
from satupintu.lib import clock
from satupintu.office.services import allow, spent
from satupintu.people.access import PUBLIC, TOKEN, Access, counted_address
from satupintu.people.queries import actor_of
from satupintu.people.rules import STAFF_ROLES, Actor
from satupintu.web.problems import asked_language

MINUTE = 60
WRONG_TOKENS = (
    30  # a minute from one address; 256 bits are not guessed, but need not be tried either
)
DOCS = "/api/v1/docs/"


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, when."""

    client: ApiClient
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def may(self, scope: Scope) -> bool:
        return scope.value in self.client.scopes

    def sender(self) -> Actor:
        """Return who a file is from: the officer's own when the client acts for one."""
        return Actor(self.client.name, frozenset(), user_id=self.client.user_id)

    def officer(self) -> Actor:
        """Return the officer in whose name the client acts, with today's roles. Raises Problem when there are none."""
        user = self.client.user
        actor = actor_of(user, self.at) if user is not None and user.is_active else None
        if actor is None or not actor.roles & STAFF_ROLES:
            raise Problem("scope-missing")
        return actor


class Token(HttpBearer):
    """Lets a client in that has any one of the scopes; answers with a problem before anything is read."""

    openapi_description = "A client's token, made by the office's service administrator."

    def __init__(self, *scopes: Scope) -> None:
        super().__init__()
        self.scopes = frozenset(scopes)

    def __call__(self, request: HttpRequest) -> Call:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Problem("token-missing", headers={"WWW-Authenticate": "Bearer"})
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Call:
        """Return who asks. Three statements; a fourth on a client's first call of a day."""
        at, here = clock.now(), counted_address(request)
        client = find_client(token)
        today = timezone.localdate(at)
        if client is None or (
            rules.standing_of(client.revoked_at, client.valid_until, today) is not Standing.ACTIVE
        ):
            if not allow("api-wrong", here, limit=WRONG_TOKENS, window_seconds=MINUTE, at=at):
                raise too_often(at, MINUTE)
            raise Problem(
                "token-invalid", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
        limit = settings.API_PER_MINUTE
        if not allow("api", str(client.pk), limit=limit, window_seconds=MINUTE, at=at):
            raise too_often(at, MINUTE)
        if not self.scopes & set(client.scopes):
            wanted = " ".join(sorted(self.scopes))
            raise Problem(
                "scope-missing",
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{wanted}"'
                },
            )
        note_use(client, today)
        call = Call(client, at)
        request.call = call  # type: ignore[attr-defined]  # read by call_of
        return call


def call_of(request: HttpRequest) -> Call:
    """Return who asks; only behind a Token."""
    call = getattr(request, "call", None)
    assert isinstance(call, Call), "this operation has no Token"
    return call


def today() -> date:
    """Return the office's day, for operations that anybody may ask."""
    return timezone.localdate(clock.now())


def too_often(at: datetime, seconds: int) -> Problem:
    """Return the refusal of one request too many, with the seconds until the window ends."""
    left = seconds - int(at.timestamp()) % seconds
    return Problem("too-many", headers={"Retry-After": str(left)})


def is_spent(bucket: str, subject: str, *, limit: int, at: datetime) -> bool:
    return spent(bucket, subject, limit=limit, window_seconds=3600, at=at)


# --- Answers ---------------------------------------------------------------------------------------
def reply(
    shape: BaseModel | Mapping[str, Any],
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return an answer of one of our shapes as JSON."""
    body = shape.model_dump(mode="json") if isinstance(shape, BaseModel) else shape
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return 304 when the asker has this very state already; None otherwise."""
    if not rules.matches(request.headers.get("If-None-Match", ""), etag):
        return None
    return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})


# --- Addresses ---------------------------------------------------------------------------------------
def guarded(view: Callable[..., HttpResponseBase], access: Access) -> Callable[..., Any]:
    """Return a view of the API: language by Accept-Language, HEAD as GET, problems for what has no operation."""

    def opened(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        asked, used = request.method, asked_language(request)
        with override(used):
            if asked == "HEAD":
                request.method = "GET"
            try:
                if "\0" in request.get_full_path() or "%00" in request.get_full_path():
                    raise Problem("bad-request")  # noqa: TRY301  no text of ours holds it, and PostgreSQL takes none
                answered = view(request, **arguments)
            except Exception as error:  # noqa: BLE001  whatever it is becomes a problem; the unforeseen is logged
                answered = problems.answer(request, error)
            finally:
                request.method = asked
            if answered.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                allowed = answered.headers["Allow"]
                if "GET" in allowed:
                    allowed += ", HEAD"
                answered = problems.answer(
                    request, Problem("method-not-allowed", headers={"Allow": allowed})
                )
        headers = answered.headers
        headers["Content-Language"] = used
        headers.setdefault("Cache-Control", "no-store" if access.kind == TOKEN else "no-cache")
        headers.setdefault("Link", f'<{DOCS}>; rel="service-doc"')
        patch_vary_headers(answered, ["Accept-Language", "Authorization"])
        return answered

    opened.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie speaks here
    opened.access = access  # type: ignore[attr-defined]  # read by the test over the URL table
    return opened


def access_of(path_view: PathView) -> Access:
    """Return what the operations of an address ask, from the very objects that guard them."""
    scopes = {
        method: frozenset(
            scope
            for one in operation.auth_callbacks
            if isinstance(one, Token)
            for scope in one.scopes
        )
        for operation in path_view.operations
        for method in operation.methods
    }
    if any(scopes.values()):
        assert all(scopes.values()), f"{path_view.operations[0].path} is public and is not"
        return Access(TOKEN, scopes=scopes)
    return Access(PUBLIC)


def addresses(api: NinjaAPI) -> Iterator[URLPattern]:
    """Yield the addresses of an API's operations, each guarded and marked with who may open it."""
    for router in api._get_bound_routers():  # noqa: SLF001  its public `urls` adds pages we do not have
        views = list(router.path_operations.values())
        patterns = iter(router.urls_paths(router.prefix))
        for path_view in views:
            access = access_of(path_view)
            for _operation in path_view.operations:
                pattern = next(patterns)
                pattern.callback = guarded(pattern.callback, access)
                yield pattern
