"""Pages about the API: its clients (service administrator), its schema, what its problems mean (everybody)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from satupintu.exchange import problems, queries, rules, services
from satupintu.exchange.api import published
from satupintu.exchange.described import groups
from satupintu.exchange.door import guarded
from satupintu.exchange.pages.forms import ClientForm
from satupintu.exchange.rules import Scope
from satupintu.lib import clock
from satupintu.people.access import PUBLIC, Access, public, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post


# --- The schema and its pages -----------------------------------------------------------------------
@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return the schema (OpenAPI 3.1), for programs."""
    return JsonResponse(published(), json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the schema to people."""
    return render(
        request, "exchange/docs.html", {"groups": groups(), "kinds": problems.KINDS.items()}
    )


@public
@require_safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a problem means and what a program does about it: where its `type` leads."""
    kind = problems.KINDS.get(code)
    if kind is None:
        raise Http404
    return render(request, "exchange/problem.html", {"code": code, "kind": kind})


def _nowhere(request: HttpRequest, rest: str) -> HttpResponseBase:  # noqa: ARG001  the address itself
    raise Http404


no_such_address = csrf_exempt(guarded(_nowhere, Access(PUBLIC)))


# --- Clients ----------------------------------------------------------------------------------------
@staff(Role.SERVICE_ADMIN)
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Show which programs may call in, what each may do, when each last came."""
    today = timezone.localdate(clock.now())
    lines = []
    for one in queries.list_clients():
        standing = rules.standing_of(one.revoked_at, one.valid_until, today)
        lines.append(
            {
                "client": one,
                "active": standing is rules.Standing.ACTIVE,
                "standing": rules.STANDING_LABELS[standing],
                "scopes": [rules.SCOPE_LABELS[Scope(scope)] for scope in one.scopes],
            }
        )
    return render(request, "exchange/clients.html", {"lines": lines})


@staff(Role.SERVICE_ADMIN)
@never_cache
@require_safe_or_post
def new_client(request: HttpRequest) -> HttpResponse:
    """Let a program in. Its token is on the answering page and nowhere else."""
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = services.create_client(
                name=values["name"],
                contact=values["contact"],
                scopes=[Scope(one) for one in values["scopes"]],
                valid_until=values["valid_until"],
                user=form.officer_chosen(),
                by=actor_for(request),
                at=clock.now(),
            )
        except services.ClientRefused as refused:
            form.add_error(None, refused.message)
        else:
            return render(request, "exchange/token.html", {"made": made})
    return render(request, "exchange/client_form.html", {"form": form})


@staff(Role.SERVICE_ADMIN)
@require_POST
def revoke(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Let a program in no more."""
    try:
        client = queries.get_client(client_id)
    except queries.ApiClient.DoesNotExist as error:
        raise Http404 from error
    if services.revoke_client(client_id=client.pk, by=actor_for(request), at=clock.now()):
        messages.success(request, _("Token %(name)s dicabut.") % {"name": client.name})
    return redirect("exchange:clients")
