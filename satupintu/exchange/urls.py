from django.urls import URLPattern, URLResolver, include, path

from satupintu.exchange.api import api
from satupintu.exchange.door import addresses
from satupintu.exchange.open311 import views as open311
from satupintu.exchange.open311.written import FORMS
from satupintu.exchange.pages import clients, events, forwarding

app_name = "exchange"

_api: list[URLPattern | URLResolver] = list(addresses(api))
# Each address ends with the form of its answer, which is also how it is looked up by name.
_open311: list[URLPattern | URLResolver] = [
    path(f"open311/{address}.{form}", view, {"form": form}, name=f"open311_{name}")
    for form in FORMS
    for address, view, name in (
        ("discovery", open311.discovery, "discovery"),
        ("v2/discovery", open311.discovery, "discovery_v2"),
        ("v2/services", open311.services, "services"),
        ("v2/services/<slug:code>", open311.service, "service"),
        ("v2/requests", open311.requests, "requests"),
        ("v2/requests/<path:number>", open311.request_by_number, "request"),
        ("v2/tokens/<slug:token>", open311.token, "token"),
    )
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", clients.openapi, name="openapi"),
    path("api/v1/docs/", clients.docs, name="docs"),
    path("api/v1/problems/<slug:code>/", clients.problem_page, name="problem"),
    path("api/v1/", include(_api)),
    path("api/<path:rest>", clients.no_such_address, name="no_such_address"),
    *_open311,
    path("open311/<path:rest>", open311.nowhere, name="open311_nowhere"),
    path("pengaturan/open311/", forwarding.partners, name="partners"),
    path("pengaduan/berkas/<str:number>/kirim-keluar/", forwarding.forward, name="forward"),
    path("pengaturan/klien-api/", clients.clients, name="clients"),
    path("pengaturan/klien-api/baru/", clients.new_client, name="new_client"),
    path("pengaturan/klien-api/<uuid:client_id>/cabut/", clients.revoke, name="revoke"),
    path("pengaturan/klien-api/<uuid:client_id>/peristiwa/", events.endpoints, name="endpoints"),
    path(
        "pengaturan/klien-api/<uuid:client_id>/peristiwa/<uuid:endpoint_id>/",
        events.endpoint,
        name="endpoint",
    ),
]
