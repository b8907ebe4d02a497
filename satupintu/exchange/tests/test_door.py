"""Who may come in, in which language, how often; and what no answer of the API carries."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from satupintu.exchange.models import ApiClient
from satupintu.exchange.problems import KINDS
from satupintu.exchange.rules import Scope
from satupintu.exchange.services import ClientRefused, create_client, revoke_client
from satupintu.exchange.tests.conftest import Program, problem_of
from satupintu.lib import clock
from satupintu.people.rules import system_actor
from satupintu.permits.tests.officer_cases import MONDAY

CODE = "7K3F9QXM2A"


def test_a_token_is_shown_once_and_kept_as_a_digest_only(program):
    sidesa = program(Scope.VERIFY_READ)

    kept = ApiClient.objects.get()
    assert sidesa.token.startswith(f"spt_{kept.prefix}_")
    assert sidesa.token not in {str(value) for value in vars(kept).values()}
    assert sidesa.get(f"/verify/{CODE}").status_code == 200


def test_without_a_token_the_answer_says_how_to_come_in(world):
    answer = Program().get(f"/verify/{CODE}")

    assert answer.status_code == 401
    assert problem_of(answer) == "token-missing"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["x", "spt_aaaaaaaa_" + "a" * 43, "é", "spt_" + "a" * 5000])
def test_a_token_that_is_nobodys_opens_nothing(world, token):
    answer = Program(token).get(f"/verify/{CODE}")

    assert answer.status_code == 401
    assert problem_of(answer) == "token-invalid"


def test_a_revoked_token_opens_nothing_from_now_on(program):
    sidesa = program(Scope.VERIFY_READ)
    assert revoke_client(client_id=sidesa.client.pk, by=system_actor("tests"), at=MONDAY)

    assert problem_of(sidesa.get(f"/verify/{CODE}")) == "token-invalid"
    assert not revoke_client(client_id=sidesa.client.pk, by=system_actor("tests"), at=MONDAY)


def test_a_token_ends_after_its_last_day(program, monkeypatch):
    sidesa = program(Scope.VERIFY_READ)
    last = MONDAY.replace(year=2027, month=12, day=31)
    monkeypatch.setattr(clock, "now", lambda: last)
    assert sidesa.get(f"/verify/{CODE}").status_code == 200

    monkeypatch.setattr(clock, "now", lambda: last + timedelta(days=1))
    assert problem_of(sidesa.get(f"/verify/{CODE}")) == "token-invalid"


def test_a_token_without_the_scope_is_told_which_one(program):
    answer = program(Scope.APPLY_WRITE).get(f"/verify/{CODE}")

    assert answer.status_code == 403
    assert problem_of(answer) == "scope-missing"
    assert 'scope="verify:read"' in answer["WWW-Authenticate"]


def test_too_many_calls_of_one_client_wait_and_others_do_not(program, monkeypatch):
    monkeypatch.setattr(settings, "API_PER_MINUTE", 2)
    one, other = program(Scope.VERIFY_READ), program(Scope.VERIFY_READ, name="Lain")
    assert [one.get(f"/verify/{CODE}").status_code for _try in range(3)] == [200, 200, 429]

    answer = one.get(f"/verify/{CODE}")
    assert problem_of(answer) == "too-many"
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other.get(f"/verify/{CODE}").status_code == 200


def test_the_last_day_of_use_is_remembered_once_a_day(program, django_assert_num_queries):
    sidesa = program(Scope.VERIFY_READ)
    sidesa.get(f"/verify/{CODE}")
    assert ApiClient.objects.get().last_used_on == date(2026, 11, 23)

    with django_assert_num_queries(4):  # client, its count, the permit, the count of unknown codes
        sidesa.get(f"/verify/{CODE}")


def test_a_session_means_nothing_and_no_cookie_is_set(world):
    browser = Client()
    browser.force_login(world.user("darius"), backend="satupintu.people.backends.PasswordBackend")
    assert browser.get(f"/api/v1/verify/{CODE}").status_code == 401

    for answer in (Client().get("/api/v1/services"), Client().post("/api/v1/services")):
        assert answer.cookies == {}
        assert "Cookie" not in answer["Vary"]
        assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("", "id", "Tidak ditemukan"),
        ("en", "en", "Not found"),
        ("de, en;q=0.5, id;q=0.4", "en", "Not found"),
        ("fr", "id", "Tidak ditemukan"),
    ],
)
def test_problems_come_in_the_language_that_is_asked(world, asked, language, title):
    answer = Client().get("/api/v1/services/tidak-ada", headers={"Accept-Language": asked})

    assert (answer["Content-Language"], answer.json()["title"]) == (language, title)


def test_a_type_leads_to_a_page_that_explains_it(world):
    kind = Client().get("/api/v1/services/tidak-ada").json()["type"]
    page = Client().get(kind.removeprefix(settings.BASE_URL))

    assert page.status_code == 200
    assert "Tidak ada, atau bukan untuk klien ini" in page.content.decode()
    for code in KINDS:
        assert Client().get(f"/api/v1/problems/{code}/").status_code == 200, code
    assert Client().get("/api/v1/problems/lain/").status_code == 404


def test_an_unknown_address_and_method_are_problems_too(world):
    assert problem_of(Client().get("/api/v1/lain")) == "not-found"
    answer = Client().delete("/api/v1/services")
    assert problem_of(answer) == "method-not-allowed"
    assert answer["Allow"] == "GET, HEAD"


def test_head_is_answered_like_get_without_a_body(world):
    get, head = Client().get("/api/v1/services"), Client().head("/api/v1/services")

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == get["Content-Type"]


def test_a_body_that_is_too_large_is_a_problem(world):
    answer = Client().post(
        "/api/v1/services", b"x", content_type="application/json", CONTENT_LENGTH=str(2**40)
    )

    assert (answer.status_code, problem_of(answer)) == (413, "too-large")


def test_what_nobody_foresaw_is_a_problem_with_a_reference(program, monkeypatch):
    from satupintu.permits import queries

    def broken(**_given):
        raise RuntimeError("rahasia")

    monkeypatch.setattr(queries, "find_permit", broken)
    answer = program(Scope.VERIFY_READ).get(f"/verify/{CODE}")

    assert (answer.status_code, problem_of(answer)) == (500, "internal")
    assert answer.json()["instance"] == f"urn:satupintu:{answer['X-Request-Id']}"
    assert b"rahasia" not in answer.content


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": [Scope.STAFF_ACT]},
        {"valid_until": date(2026, 11, 22)},
        {"valid_until": date(2029, 1, 1)},
    ],
)
def test_a_client_is_not_made_without_end_scope_or_officer(world, wrong):
    given = {"scopes": [Scope.VERIFY_READ], "valid_until": date(2027, 1, 1)} | wrong
    with pytest.raises(ClientRefused):
        create_client(
            name="X", contact="Y", user=None, by=system_actor("tests"), at=MONDAY, **given
        )
    assert not ApiClient.objects.exists()
