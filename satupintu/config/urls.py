"""Every address of the product, by domain."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First: under one prefix, they cost every page one look, and need not be looked for behind two hundred pages.
    path("", include("satupintu.exchange.urls")),
    path("", include("satupintu.portal.urls")),
    path("", include("satupintu.catalogue.urls")),
    path("", include("satupintu.permits.urls")),
    path("", include("satupintu.objections.urls")),
    path("", include("satupintu.supervision.urls")),
    path("", include("satupintu.desk.urls")),
    path("", include("satupintu.fees.urls")),
    path("", include("satupintu.surveys.urls")),
    path("", include("satupintu.messaging.urls")),
    path("", include("satupintu.imports.urls")),
    path("", include("satupintu.archive.urls")),
    path("", include("satupintu.people.account_urls")),  # names that allauth looks up
    path("", include("satupintu.people.urls")),
]

handler400 = "satupintu.web.views.bad_request"
handler403 = "satupintu.web.views.forbidden"
handler404 = "satupintu.web.views.not_found"
handler500 = "satupintu.web.views.server_error"
