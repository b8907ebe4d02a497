"""The API as a whole: its operations, and the schema that is published of them (OpenAPI 3.1)."""

from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from satupintu.exchange import problems, shapes
from satupintu.exchange.door import Token
from satupintu.exchange.once import HEADER, PATTERN
from satupintu.exchange.routes import (
    applications,
    cases,
    catalogue,
    complaints,
    moves,
    own_cases,
    tracking,
    uploads,
    verify,
)
from satupintu.web.problems import CONTENT_TYPE

VERSION = "1"
DESCRIPTION = (
    "What other programs may ask of this office: read the catalogue, apply for somebody, upload, follow, verify, and"
    " act as an officer. Texts come in Indonesian or English by Accept-Language; refusals are RFC 9457 problems with"
    " everything that is wrong at once. Every POST carries an Idempotency-Key."
)


class OfficeApi(NinjaAPI):
    """Names each operation by itself; ids are stable for generated clients."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.operation_id or operation.view_func.__name__


api = OfficeApi(
    title="Satu Pintu",
    version=VERSION,
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
for router in (
    catalogue.router,
    uploads.router,
    applications.router,
    cases.router,
    own_cases.router,
    moves.router,
    complaints.router,
    tracking.router,
    verify.router,
):
    api.add_router("", router)


def _problem(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(error, Exception)
    return problems.answer(request, error)


for kind in (Exception, HttpError, ValidationError, AuthenticationError):
    api.add_exception_handler(kind, _problem)


def scopes_of(operation_id: str) -> list[str]:
    """Return the scopes of which an operation needs one; none for a public one."""
    return sorted(
        scope
        for router in api._get_bound_routers()  # noqa: SLF001  its operations as they are guarded
        for view in router.path_operations.values()
        for operation in view.operations
        if operation.operation_id == operation_id
        for one in operation.auth_callbacks
        if isinstance(one, Token)
        for scope in one.scopes
    )


# --- The published schema --------------------------------------------------------------------------
_REFUSALS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
_BEHIND_TOKEN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_OF_POST = {
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.PRECONDITION_REQUIRED,
    HTTPStatus.INSUFFICIENT_STORAGE,
}


_KEY = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "description": "New for each act, the same for its repetitions; the answer is kept for 24 hours",
    "schema": {"type": "string", "pattern": PATTERN},
}


@cache
def published() -> dict[str, Any]:
    """Return the OpenAPI document; the same for everybody, made once a process."""
    document: dict[str, Any] = dict(OpenAPISchema(api, "/api/v1/"))
    document["servers"] = [{"url": settings.BASE_URL}]
    components = document["components"]
    components["schemas"]["Problem"] = shapes.ProblemShape.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    components["schemas"] |= components["schemas"]["Problem"].pop("$defs", {})
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(operation, method)
    return document


def _complete(operation: dict[str, Any], method: str) -> None:
    """Add what every operation shares: its refusals, the language, the headers of its answers."""
    responses = {int(status): one for status, one in operation["responses"].items()}
    statuses = set(_REFUSALS)
    if "security" in operation:
        statuses |= _BEHIND_TOKEN
    if method == "post":
        statuses |= _OF_POST
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in statuses:
        responses[status] = {"description": status.phrase, "content": content}
    if method == "get":
        responses[HTTPStatus.NOT_MODIFIED] = {"description": "You have this state already"}
    operation["responses"] = {str(int(status)): responses[status] for status in sorted(responses)}
    operation["parameters"] = [
        *operation.get("parameters", []),
        *([_KEY] if method == "post" else []),
        {
            "in": "header",
            "name": "Accept-Language",
            "required": False,
            "description": "id (taken for any other) or en",
            "schema": {"type": "string"},
        },
    ]
