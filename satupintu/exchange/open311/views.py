"""
The addresses of Open311 GeoReport v2. Reading is public; sending carries a client's token as `api_key`.

Errors come in the specification's shape, in the form that was asked for.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from satupintu.desk.plan import plan
from satupintu.desk.queries import PublicFilter, complaint_of, list_public_by
from satupintu.desk.services import TooMany
from satupintu.exchange import problems, queries
from satupintu.exchange.door import Call, Token, too_often
from satupintu.exchange.open311 import shown
from satupintu.exchange.open311.asked import MOST_ROWS, Refused, read_complaint, read_filter
from satupintu.exchange.open311.written import FORMS, Document, write
from satupintu.exchange.problems import KINDS
from satupintu.exchange.rules import Scope
from satupintu.exchange.services import report_complaint
from satupintu.lib import clock
from satupintu.people.access import HOUR, PUBLIC, TOKEN, Access
from satupintu.web.problems import asked_language

SEND = Token(Scope.COMPLAINTS_WRITE)
# A refusal of the API -> the code of GeoReport v2 where it has one of its own.
_CODES = {
    HTTPStatus.UNAUTHORIZED: HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT: HTTPStatus.BAD_REQUEST,
}

Answer = Callable[..., Document]


def jurisdiction() -> str:
    """Return the `jurisdiction_id` of this office: the name of its host."""
    return urlsplit(settings.BASE_URL).hostname or ""


def _address(access: Access, *methods: str) -> Callable[[Answer], Callable[..., HttpResponse]]:
    """Make a view of what returns a document: its form by the address, its language by Accept-Language."""

    def made(answer: Answer) -> Callable[..., HttpResponse]:
        @wraps(answer)
        def view(request: HttpRequest, form: str = "xml", **arguments: Any) -> HttpResponse:
            used = asked_language(request)
            with override(used):
                response = _answered(request, answer, form, methods, arguments)
            response["Content-Language"] = used
            response["Cache-Control"] = "no-store" if access.kind == TOKEN else "no-cache"
            patch_vary_headers(response, ["Accept-Language"])
            return response

        view.access = access  # type: ignore[attr-defined]  # read by the test over the URL table
        return csrf_exempt(view)  # no cookie speaks here

    return made


def _answered(
    request: HttpRequest,
    answer: Answer,
    form: str,
    methods: tuple[str, ...],
    arguments: dict[str, Any],
) -> HttpResponse:
    status, headers = HTTPStatus.OK, {}
    try:
        _check(request, methods)
        document = answer(request, **arguments)
    except Exception as error:  # noqa: BLE001  whatever it is becomes errors; the unforeseen is logged
        refused = _refusal(request, error)
        status = HTTPStatus(refused.code)
        if refused.retry_after:
            headers["Retry-After"] = str(refused.retry_after)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join((*methods, "HEAD"))
        rows = [{"code": int(status), "description": refused.description}]
        document = Document("errors", rows)
    return HttpResponse(
        write(document, form), content_type=FORMS[form], status=status, headers=headers
    )


def _check(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in (*methods, "HEAD"):
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, _("Metode tidak dikenal di alamat ini"))
    if "\0" in request.get_full_path() or "%00" in request.get_full_path():
        raise Refused(HTTPStatus.BAD_REQUEST, _("Permintaan tidak terbaca"))
    given = request.POST if request.method == "POST" else request.GET
    if given.get("jurisdiction_id", jurisdiction()) != jurisdiction():
        raise _unknown("jurisdiction_id")


def _refusal(request: HttpRequest, error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, TooMany):
        sentence = _("Terlalu banyak pengaduan dari klien ini. Coba lagi satu jam kemudian.")
        error = too_often(clock.now(), HOUR)
        error.detail = sentence
    problem = problems.known(error)
    if problem.code == "internal":
        problems.answer(request, error)  # goes to the log
    kind = KINDS[problem.code]
    code = HTTPStatus(kind.status)
    return Refused(
        _CODES.get(code, code),
        problem.detail or str(kind.meaning),
        int(problem.headers.get("Retry-After", 0)),
    )


def _unknown(name: str) -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, _("%(name)s tidak dikenal.") % {"name": name})


def _call(request: HttpRequest) -> Call | None:
    """Return who asks, by `api_key` or by a Bearer token; None for somebody without either."""
    given = request.POST if request.method == "POST" else request.GET
    key = given.get("api_key", "").strip()
    if key:
        return SEND.authenticate(request, key)
    return SEND(request) if "Authorization" in request.headers else None


# --- Addresses -------------------------------------------------------------------------------------
@_address(Access(PUBLIC), "GET")
def discovery(_request: HttpRequest) -> Document:
    return shown.discovery()


@_address(Access(PUBLIC), "GET")
def services(_request: HttpRequest) -> Document:
    return shown.services()


@_address(Access(PUBLIC), "GET")
def service(_request: HttpRequest, code: str) -> Document:
    if code not in plan().offered:
        raise _unknown("service_code")
    return shown.definition(code)


@_address(Access(TOKEN, scopes={"POST": SEND.scopes}), "GET", "POST")
def requests(request: HttpRequest) -> Document:
    """List what is public, to anybody; take a complaint in, from a client."""
    if request.method == "POST":
        return _sent(request)
    wanted = read_filter(request.GET.dict(), now=clock.now(), zone=timezone.get_current_timezone())
    return Document("service_requests", shown.public_rows(list_public_by(wanted, limit=MOST_ROWS)))


def _sent(request: HttpRequest) -> Document:
    call = _call(request)
    if call is None:
        raise problems.Problem("token-missing")
    given = request.POST.dict()
    if given.get("service_code", "") and given["service_code"] not in plan().offered:
        raise _unknown("service_code")
    named = [given.get(one, "").strip().lower() for one in ("email", "phone", "device_id")]
    report, complaint = report_complaint(
        read_complaint(given),
        client=call.client,
        person=next((one for one in named if one), ""),
        at=call.at,
    )
    return Document("service_requests", [shown.sent_row(report, complaint)])


@_address(Access(PUBLIC), "GET")
def request_by_number(request: HttpRequest, number: str) -> Document:
    """Show one public complaint; to the client that sent it, by its key, also how one stands that is not public."""
    found = list_public_by(PublicFilter(numbers=(number,)), limit=1)
    if found:
        return Document("service_requests", shown.public_rows(found))
    call = _call(request)
    report = queries.find_report(call.client, number) if call else None
    complaint = complaint_of(report.case) if report else None
    if report is None or complaint is None or shown.is_waiting(complaint):
        raise _unknown("service_request_id")
    return Document("service_requests", [shown.own_row(report, complaint)])


@_address(Access(PUBLIC), "GET")
def token(_request: HttpRequest, token: str) -> Document:
    """Tell the number of a complaint that was answered with a token, once an officer has looked."""
    report = queries.find_report_by_token(token)
    if report is None or shown.is_waiting(complaint_of(report.case)):
        raise _unknown("token")
    row = {"service_request_id": report.case.number, "token": report.token}
    return Document("service_requests", [row])


@_address(Access(PUBLIC), "GET", "POST")
def nowhere(_request: HttpRequest, rest: str) -> Document:  # noqa: ARG001  the address itself
    raise Refused(HTTPStatus.NOT_FOUND, _("Alamat Open311 ini tidak ada."))
