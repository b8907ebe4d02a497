"""The product's addresses and one bare view behind its middleware; only for the bench's server."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from satupintu.config import urls as product
from satupintu.people.access import public


@public
def bare(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001  a view's signature
    """The same SQL by raw cursor, no template."""
    from satupintu.config.bench import wsgi

    return HttpResponse(wsgi.answer_bare(name, sent=False))


urlpatterns: list[URLPattern | URLResolver] = [
    path("_bench/view/<slug:name>", bare),
    *product.urlpatterns,
]
handler400, handler403 = product.handler400, product.handler403
handler404, handler500 = product.handler404, product.handler500
