"""What the API's tests share: the small office at a fixed moment, and programs with a token."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client

from satupintu.exchange.queries import ApiClient
from satupintu.exchange.rules import Scope
from satupintu.exchange.services import create_client
from satupintu.lib import clock
from satupintu.people.rules import system_actor
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world

API = "/api/v1"
SENDER = (Scope.APPLY_WRITE, Scope.DOCUMENTS_WRITE, Scope.CASES_READ)


@dataclass
class Program:
    """Another program, with its token: asks as such programs do, without cookies."""

    token: str = ""
    client: ApiClient | None = None
    http: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    _keys: Any = field(default_factory=lambda: itertools.count(1))

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        base = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**base, **more}

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return self.http.get(API + path, query, headers=self.headers(headers))

    def head(self, path: str, **headers: str) -> Any:
        return self.http.head(API + path, headers=self.headers(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Post JSON under a key of its own unless one is given; None leaves the key out."""
        given = {"Idempotency-Key": f"perbuatan-{next(self._keys)}", **_named(headers)}
        return self.http.post(
            API + path,
            json.dumps(body),
            content_type="application/json",
            headers=self.headers({k: v for k, v in given.items() if v}),
        )

    def send(self, path: str, parts: dict[str, Any], **headers: str) -> Any:
        """Post a form with files."""
        given = {"Idempotency-Key": f"berkas-{next(self._keys):06d}", **_named(headers)}
        return self.http.post(
            API + path, parts, headers=self.headers({k: v for k, v in given.items() if v})
        )


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Sanggau's demo office on Monday 23 November 2026, 09.00; the clock of the API stands there."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


@pytest.fixture
def program(world: World) -> Callable[..., Program]:
    """Give a function that lets a program in with some scopes, for an officer if one is named."""

    def make(*scopes: Scope, officer: str = "", name: str = "SiDesa, Dinas PMD") -> Program:
        made = create_client(
            name=name,
            contact="Bagian aplikasi, 0812-0000-0000",
            scopes=scopes,
            valid_until=date(2027, 12, 31),
            user=world.user(officer) if officer else None,
            by=system_actor("tests"),
            at=MONDAY,
        )
        return Program(made.token, made.client)

    return make


@pytest.fixture
def sidesa(program: Callable[..., Program]) -> Program:
    """A program that applies for people."""
    return program(*SENDER)


def problem_of(answer: Any) -> str:
    """Return the kind of problem, after checking that it is one."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    code: str = body["type"].rstrip("/").rpartition("/")[2]
    return code
