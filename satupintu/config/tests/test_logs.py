"""What may land in the logs: routes and reference numbers, never an address."""

import io

import pytest
import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.log import log_response

from satupintu.config import logs


@pytest.fixture
def lines(monkeypatch):
    """Give what is logged from now on."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure({"level": "INFO"})
    yield written
    monkeypatch.undo()
    logs.configure(settings.LOGGING)


def test_a_logger_in_use_is_still_heard_when_logs_are_configured_again():
    log = structlog.get_logger("kept")
    log.info("first_use")

    logs.configure(settings.LOGGING)

    with structlog.testing.capture_logs() as heard:
        log.info("second_use")
    assert [line["event"] for line in heard] == ["second_use"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "secret", "route"),
    [
        ("/lacak/6103015203949999/", "6103015203949999", "lacak/<"),
        ("/cek/ABCDEFGHJK/", "ABCDEFGHJK", "cek/<"),
        ("/tidak/ada/081200001234/", "081200001234", "route=''"),
    ],
)
def test_a_refused_address_is_logged_by_its_route(lines, address, secret, route):
    Client().get(address)

    assert secret not in lines.getvalue()
    assert "status=404 method=GET" in lines.getvalue()
    assert route in lines.getvalue()


@pytest.mark.parametrize("status", [403, 404, 409, 422, 503])
def test_no_answer_is_logged_with_its_address(lines, status):
    request = RequestFactory().post("/lacak/6103015203949999/")

    log_response(
        "%s: %s",
        "Conflict",
        request.path,
        response=HttpResponse(status=status),
        request=request,
        exception=PermissionDenied("no"),
    )

    assert f"status={status} method=POST" in lines.getvalue()
    assert "6103015203949999" not in lines.getvalue()
    assert ("exception=" in lines.getvalue()) == (status >= 500)


@pytest.mark.django_db
def test_a_failed_csrf_check_is_logged_without_its_address(lines):
    Client(enforce_csrf_checks=True).post("/masuk/?x=6103015203949999", {"address": "x"})

    assert "status=403 method=POST route='masuk/'" in lines.getvalue()
    assert "6103015203949999" not in lines.getvalue()
