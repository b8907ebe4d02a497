"""Who may open which address: a literal list of public ones, a role for every other."""

import re
from dataclasses import dataclass

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from satupintu.people.access import PUBLIC, STAFF, TOKEN
from satupintu.people.rules import STAFF_ROLES, Role
from tests.architecture.source import templates

# Everybody may open these. A new line here is a decision: think twice.
PUBLIC_ROUTES = {
    # The office presents itself.
    "portal:about",
    "portal:appearance",
    "portal:checklist",
    "portal:contact",
    "portal:guide",
    "portal:guides",
    "portal:home",
    "portal:language",
    "portal:office_arms",
    "portal:office_css",
    "portal:regions",
    "portal:pledge",
    "portal:style",
    # What the office offers.
    "catalogue:file",
    "catalogue:guide",
    "catalogue:list",
    "catalogue:picker",
    "catalogue:service",
    # The outbox of the demo; not found in a real office.
    "messaging:chat",
    "messaging:chat_live",
    "messaging:push_worker",
    "messaging:demo_inbox",
    "messaging:hook",
    "messaging:telephone_sound",
    "messaging:telephones",
    "messaging:hook_path",
    # Is a permit genuine, and which are in force.
    "permits:blank_form",
    "permits:check",
    "permits:check_code",
    "permits:register",
    # The survey, for whoever holds its code; the tablet at the counter, where nobody is signed in.
    "surveys:answer",
    "surveys:end_tablet",
    "surveys:start",
    "surveys:thanks",
    # Where an application stands, for whoever holds its code.
    "permits:track",
    "permits:track_code",
    "objections:track",
    # Complaining, following it by its code, and what was made public.
    "desk:file",
    "desk:register",
    "desk:own_attached",
    "desk:track",
    "portal:complaint_receipt",
    # Asking the office, and following a question by its code.
    "desk:ask",
    "desk:consultation_enter",
    "desk:consultation_track",
    # Pages in which much is typed: a visitor is sent to sign in, a post whose session has ended is kept.
    "permits:repair",
    "permits:step",
    # For other programs: the catalogue, tracking by code, the schema, and what its problems mean.
    "exchange:service",
    "exchange:services",
    "exchange:tracking",
    "exchange:docs",
    "exchange:no_such_address",
    "exchange:openapi",
    "exchange:problem",
    # Complaints as Open311 has them: what is public, and how one's own stand by a key.
    "exchange:open311_discovery",
    "exchange:open311_discovery_v2",
    "exchange:open311_nowhere",
    "exchange:open311_request",
    "exchange:open311_service",
    "exchange:open311_services",
    "exchange:open311_token",
    # Where a payment provider tells what was paid: believed by its signature alone.
    "fees:notify",
    # The way in and out.
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "people:call_back",
    "people:code",
    "people:name",
    "people:resend",
    "people:sign_in",
    "people:sign_out",
    "people:staff_sign_in",
    "people:switch",
}

# A value for each kind of argument; no row has it, so the answer to a right role is "not found" at
# most.
SAMPLES = {
    "IntConverter": 0,
    "StringConverter": "x",
    "SlugConverter": "x",
    "UUIDConverter": "00000000-0000-7000-8000-000000000000",
    "PathConverter": "x",
}


@dataclass(frozen=True)
class Route:
    name: str
    view: object
    arguments: tuple[tuple[str, object], ...]

    @property
    def address(self) -> str:
        return reverse(self.name, kwargs=dict(self.arguments))


def walk(resolver, names=(), arguments=()):
    for entry in resolver.url_patterns:
        own = tuple(
            (key, SAMPLES.get(type(converter).__name__, "x"))
            for key, converter in entry.pattern.converters.items()
        )
        if isinstance(entry, URLResolver):
            deeper = (*names, entry.namespace) if entry.namespace else names
            yield from walk(entry, deeper, arguments + own)
        elif isinstance(entry, URLPattern):
            yield Route(":".join([*names, entry.name or "?"]), entry.callback, arguments + own)


ROUTES = sorted(walk(get_resolver()), key=lambda route: route.name)


def test_every_route_has_a_name_and_says_who_may_open_it():
    assert [route.name for route in ROUTES if route.name.endswith("?")] == []
    assert [route.name for route in ROUTES if not hasattr(route.view, "access")] == []
    assert len(ROUTES) > 20


def test_the_public_routes_are_exactly_these():
    assert {route.name for route in ROUTES if route.view.access.kind == PUBLIC} == PUBLIC_ROUTES


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_from_every_other_route(client):
    wrong = []
    for route in ROUTES:
        if route.view.access.kind in (PUBLIC, TOKEN):
            continue
        answer = client.get(route.address)
        door = "/masuk/petugas/?next=" if route.view.access.kind == STAFF else "/masuk/?next="
        if answer.status_code != 302 or not answer["Location"].startswith(door):
            wrong.append((route.name, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *sorted(STAFF_ROLES)])
def test_a_wrong_role_is_refused_on_every_staff_route(client, role):
    client.force_login(make_user(role), backend="satupintu.people.backends.PasswordBackend")
    wrong = []
    for route in ROUTES:
        access = route.view.access
        if access.kind != STAFF or role in access.roles:
            continue
        for ask in (client.get, client.post):
            status = ask(route.address).status_code
            if status != 403:
                wrong.append((route.name, ask.__name__, status))
    assert wrong == []


@pytest.mark.django_db
def test_every_operation_behind_a_token_refuses_strangers_and_wrong_scopes(client):
    """Each method of it: without a token, with a token of no scope that it asks, and with a browser's session."""
    from satupintu.exchange.models import ApiClient
    from satupintu.exchange.rules import Scope

    client.force_login(
        make_user(Role.SERVICE_ADMIN), backend="satupintu.people.backends.PasswordBackend"
    )
    asked = 0
    for route in ROUTES:
        for method, scopes in route.view.access.scopes.items():
            asked += 1
            assert scopes <= set(Scope), route.name
            ask = getattr(client, method.lower())
            # GeoReport v2 has a number of its own for it.
            missing = 403 if route.name.startswith("exchange:open311") else 401
            assert ask(route.address).status_code == missing, (route.name, method)
            token = make_token(set(Scope) - scopes)
            answer = ask(route.address, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 403, (route.name, method, answer.content)
            ApiClient.objects.all().delete()
    assert asked >= 1
    assert {one.name for one in ROUTES if one.view.access.kind == TOKEN} >= {"exchange:verify"}


def make_token(scopes):
    from datetime import date

    from satupintu.exchange.services import create_client
    from satupintu.lib import clock
    from satupintu.people.queries import User
    from satupintu.people.rules import system_actor

    at = clock.now()
    return create_client(
        name="Lain",
        contact="Lain",
        scopes=scopes,
        valid_until=date(at.year + 1, 1, 1),
        user=User.objects.first(),
        by=system_actor("tests"),
        at=at,
    ).token


def test_every_address_written_in_a_template_exists():
    """A lower floor links to pages above it by address; `{{ ... }}` in it stands for one word."""
    missing = []
    for path in templates():
        for address in re.findall(r'(?:href|action)="(/[^"]*)"', path.read_text(encoding="utf-8")):
            plain = re.sub(r"{%.*%}|[?#].*", "", re.sub(r"{{.*?}}", "x", address))
            try:
                resolve(plain)
            except Resolver404:
                missing.append(f"{path.name}: {plain}")
    assert missing == []


def test_each_role_has_staff_routes_and_none_opens_all():
    staff = [route.view.access.roles for route in ROUTES if route.view.access.kind == STAFF]
    for role in STAFF_ROLES:
        assert 0 < sum(role in roles for roles in staff) < len(staff), role


def make_user(role: Role | None):
    from datetime import date

    from satupintu.people.models import RoleAssignment, Unit, User

    user = User.objects.create(username=f"u-{role}", name="Orang")
    if role is not None:
        unit, _made = Unit.objects.get_or_create(code="kantor", name="Kantor", kind="office")
        RoleAssignment.objects.create(user=user, unit=unit, role=role, valid_from=date(2020, 1, 1))
    return user


@pytest.mark.django_db
def test_head_is_answered_like_get_on_every_route(client):
    """
    Link checkers, previews and monitors ask with HEAD (RFC 9110, 9.1: GET and HEAD are always supported).

    Each route is asked by somebody who may open it: refusing others comes before its own program.
    """
    users, wrong, asked = {}, [], 0
    for route in sorted(ROUTES, key=opened_by):
        if route.name in ("account_logout", "people:sign_out"):
            continue
        role = opened_by(route) or None
        if role not in users:
            users[role] = make_user(role)
            client.force_login(users[role], backend="satupintu.people.backends.PasswordBackend")
        head, get = client.head(route.address).status_code, client.get(route.address).status_code
        asked += 1
        if head != get:
            wrong.append((route.name, head, get))
    assert wrong == []
    assert asked > 200


def opened_by(route: Route) -> str:
    """Return a role that may open a route; "" for whoever has signed in."""
    access = route.view.access
    return min(access.roles) if access.kind == STAFF else ""
