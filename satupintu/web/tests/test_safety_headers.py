import re

import pytest
import structlog
from django.http import HttpRequest, HttpResponse

from satupintu.web.middleware import CONTENT_SECURITY_POLICY, REFERENCE_PATTERN, SafetyHeaders

pytestmark = pytest.mark.django_db


def test_the_policy_allows_nothing_unsafe_and_no_other_host():
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )


@pytest.mark.parametrize("address", ["/", "/maklumat/", "/tidak-ada/"])
def test_every_answer_carries_the_headers(client, address):
    headers = client.get(address).headers

    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert REFERENCE_PATTERN.match(headers["X-Request-Id"])


def test_a_view_may_set_a_stricter_policy():
    def view(request):
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    response = SafetyHeaders(view)(HttpRequest())

    assert response.headers["Content-Security-Policy"] == "sandbox"


def test_the_reference_is_bound_to_the_log_lines_of_the_request():
    seen = {}

    def view(request):
        seen.update(structlog.contextvars.get_contextvars())
        return HttpResponse()

    response = SafetyHeaders(view)(HttpRequest())

    assert seen["request_id"] == response.headers["X-Request-Id"]


def test_two_requests_have_two_references(client):
    first, second = (client.get("/maklumat/").headers["X-Request-Id"] for _ in range(2))

    assert first != second


def test_a_public_page_sets_no_cookie(client):
    response = client.get("/")

    assert response.cookies == {}


def test_home_and_what_it_needs_weigh_at_most_40_kilobytes(client):
    import gzip

    from django.contrib.staticfiles import finders

    page = client.get("/").content
    files = {
        address.removeprefix("/static/").split("?")[0]
        for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode())
    }
    plain = {re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name) for name in files}
    sizes = {name: len(gzip.compress(open(finders.find(name), "rb").read())) for name in plain}  # noqa: PTH123, SIM115
    sizes["/"] = len(gzip.compress(page))

    assert {"web/satupintu.css", "web/js/page.js"} <= set(sizes)
    assert sizes["web/satupintu.css"] <= 14 * 1024
    assert sum(sizes.values()) <= 40 * 1024, sizes


def test_a_body_no_form_of_ours_needs_is_refused_before_it_is_read(client, settings):
    settings.BODY_MAX_MB = 1

    class Unread:
        def read(self, *_):
            raise AssertionError("the body was read")

        readline = read

    answer = client.generic("POST", "/masuk/", CONTENT_LENGTH=str(1024 * 1024 + 1), **{
        "wsgi.input": Unread(), "CONTENT_TYPE": "multipart/form-data; boundary=x",
    })  # fmt: skip

    assert answer.status_code == 413
    assert "terlalu besar" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_an_address_that_is_not_there_is_no_failure_in_the_log(rf):
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    with structlog.testing.capture_logs() as lines:
        for expected in (Http404(), PermissionDenied()):
            SafetyHeaders(HttpResponse).process_exception(rf.get("/"), expected)
        request = rf.get("/")
        request.resolver_match = None
        SafetyHeaders(HttpResponse).process_exception(request, ValueError("x"))

    assert [line["event"] for line in lines] == ["request_failed"]
