"""Addresses of fees: the list of a month, and where providers tell what was paid."""

from django.urls import URLPattern, URLResolver, path

from satupintu.fees import views

app_name = "fees"

urlpatterns: list[URLPattern | URLResolver] = [
    path("retribusi/", views.reconcile, name="reconcile"),
    path("pembayaran/kabar/<slug:provider>/", views.notify, name="notify"),
]
