"""Addresses of fees: the list of a month, and where providers tell what was paid."""

from django.urls import URLPattern, URLResolver, path

from satupintu.fees import statement_pages, views

app_name = "fees"

urlpatterns: list[URLPattern | URLResolver] = [
    path("retribusi/rekening-koran/", statement_pages.statements, name="statements"),
    path(
        "retribusi/rekening-koran/baris/<uuid:line_id>/",
        statement_pages.statement_line,
        name="statement_line",
    ),
    path(
        "retribusi/rekening-koran/<uuid:statement_id>/",
        statement_pages.statement,
        name="statement",
    ),
    path(
        "retribusi/rekening-koran/<uuid:statement_id>/kolom/",
        statement_pages.statement_columns,
        name="statement_columns",
    ),
    path(
        "retribusi/rekening-koran/<uuid:statement_id>/buang/",
        statement_pages.statement_discard,
        name="statement_discard",
    ),
    path("pembayaran/kabar/<slug:provider>/", views.notify, name="notify"),
]
