"""Pages of the service administrator: where a client is told of cases, and what became of what it was told."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from satupintu.exchange import queries, services, webhooks
from satupintu.exchange.queries import ApiClient, Endpoint
from satupintu.exchange.webhooks import Outcome, Stop
from satupintu.lib import clock
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Alamat penerima"),
        max_length=500,
        help_text=gettext_lazy(
            "Contoh: https://contoh.go.id/peristiwa. Harus https dan alamat umum."
        ),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )


def _client(client_id: UUID) -> ApiClient:
    try:
        return queries.get_client(client_id)
    except ApiClient.DoesNotExist as error:
        raise Http404 from error


@staff(Role.SERVICE_ADMIN)
@never_cache
@require_safe_or_post
def endpoints(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show where a client is told, with the last deliveries; a new address answers with its secret, once."""
    client = _client(client_id)
    form = EndpointForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.add_endpoint(
                    client=client,
                    url=form.cleaned_data["url"],
                    by=actor_for(request),
                    at=clock.now(),
                )
            except services.EndpointRefused as refused:
                form.add_error("url", refused.message)
            else:
                return _secret(request, made)
    lines = [_line(one) for one in queries.list_endpoints(client)]
    context = {"client": client, "form": form, "lines": lines, "overlap": _hours()}
    return render(request, "exchange/endpoints.html", context, status=status)


def _hours() -> int:
    return int(webhooks.OVERLAP.total_seconds()) // 3600


def _line(one: Endpoint) -> dict[str, Any]:
    stopped = webhooks.STOP_LABELS[Stop(one.stopped_why)] if one.stopped_at else ""
    rows = [
        (row, webhooks.OUTCOME_LABELS[Outcome(row.state)], row.state == Outcome.FAILED)
        for row in queries.list_deliveries(one)
    ]
    return {"endpoint": one, "stopped": stopped, "rows": rows}


def _secret(request: HttpRequest, made: services.NewSecret) -> HttpResponse:
    context = {"endpoint": made.endpoint, "secret": made.secret, "overlap": _hours()}
    return render(request, "exchange/endpoint_secret.html", context)


@staff(Role.SERVICE_ADMIN)
@never_cache
@require_POST
def endpoint(request: HttpRequest, client_id: UUID, endpoint_id: UUID) -> HttpResponse:
    """Do one of: send a test, a new secret, stop, start again, send a failed delivery again ("apa")."""
    found = queries.find_endpoint(_client(client_id), endpoint_id)
    if found is None:
        raise Http404
    what, at = request.POST.get("apa", ""), clock.now()
    if what == "rahasia":
        return _secret(request, services.rotate_secret(endpoint=found, at=at))
    if what == "uji":
        services.send_test(endpoint=found, at=at)
        messages.success(request, _("Peristiwa uji dikirim. Muat ulang halaman ini sesaat lagi."))
    elif what == "henti":
        services.stop_endpoint(endpoint=found, why=Stop.OFFICE, at=at)
        messages.success(request, _("Alamat itu tidak dikabari lagi."))
    elif what == "mulai":
        services.start_endpoint(endpoint=found)
        messages.success(request, _("Alamat itu dikabari lagi mulai sekarang."))
    elif what == "ulang" and _again(request, found):
        messages.success(request, _("Dikirim lagi."))
    return redirect("exchange:endpoints", client_id)


def _again(request: HttpRequest, found: Endpoint) -> bool:
    try:
        delivery_id = UUID(request.POST.get("kiriman", ""))
    except ValueError:
        return False
    return services.replay(delivery_id=delivery_id, endpoint=found, at=clock.now())
