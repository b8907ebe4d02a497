from django.urls import URLPattern, URLResolver, include, path

from satupintu.exchange import views
from satupintu.exchange.api import api
from satupintu.exchange.door import addresses

app_name = "exchange"

_api: list[URLPattern | URLResolver] = list(addresses(api))

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", views.openapi, name="openapi"),
    path("api/v1/docs/", views.docs, name="docs"),
    path("api/v1/problems/<slug:code>/", views.problem_page, name="problem"),
    path("api/v1/", include(_api)),
    path("api/<path:rest>", views.no_such_address, name="no_such_address"),
    path("pengaturan/klien-api/", views.clients, name="clients"),
    path("pengaturan/klien-api/baru/", views.new_client, name="new_client"),
    path("pengaturan/klien-api/<uuid:client_id>/cabut/", views.revoke, name="revoke"),
]
