from html import unescape

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client
from django.utils import translation

from satupintu.web import context, views
from satupintu.web.middleware import SafetyHeaders


def answer(view, *arguments):
    """Call an error view as the framework does, without a database."""
    request = HttpRequest()
    response = SafetyHeaders(lambda r: view(r, *arguments))(request)
    return response, unescape(response.content.decode())


@pytest.mark.parametrize(
    ("view", "status", "title"),
    [
        (views.bad_request, 400, "Permintaan ini tidak dapat dibaca"),
        (views.forbidden, 403, "Halaman ini bukan untuk akun Anda"),
        (views.not_found, 404, "Halaman tidak ditemukan"),
        (views.server_error, 500, "Terjadi kesalahan pada sistem kami"),
        (views.csrf_failure, 403, "Halaman ini sudah terlalu lama terbuka"),
    ],
)
def test_error_page_says_what_happened_and_its_reference_without_a_database(view, status, title):
    response, text = answer(view)

    assert response.status_code == status
    assert f"<h1>{title}</h1>" in text
    assert f'<strong class="code">{response.headers["X-Request-Id"]}</strong>' in text


def test_error_page_speaks_english():
    with translation.override("en"):
        _, text = answer(views.not_found)

    assert "<h1>Page not found</h1>" in text
    assert '<html lang="en"' in text


def test_a_post_without_its_token_is_explained_and_changes_nothing():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/gaya/", {"name": "Sari"})

    assert response.status_code == 403
    assert "Belum ada yang berubah" in response.content.decode()


def test_settings_name_the_error_page_for_forgeries():
    assert settings.CSRF_FAILURE_VIEW == "satupintu.people.held.csrf_failure"


def test_a_missing_page_keeps_the_frame_of_every_page(db, client):
    response = client.get("/tidak-ada/")
    text = response.content.decode()

    assert response.status_code == 404
    assert "<h1>Halaman tidak ditemukan</h1>" in text
    assert 'href="/layanan/"' in text  # the menu
    assert 'href="/bahasa/' in text or 'action="/bahasa/' in text
    assert response.headers["X-Request-Id"] in text


def test_a_missing_page_is_told_even_while_the_database_is_away(client, monkeypatch):
    def away(_request):
        raise OperationalError("database is locked")

    monkeypatch.setitem(context._sources, "office", away)  # what the frame asks first

    response = client.get("/tidak-ada/")

    assert response.status_code == 404
    assert "<h1>Halaman tidak ditemukan</h1>" in response.content.decode()
    assert 'href="/layanan/"' not in response.content.decode()
