"""The published schema is true: every operation is called with what it allows and with what it forbids."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
import schemathesis
from django.conf import settings as office
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks as openapi

from satupintu.exchange.api import api, published
from satupintu.exchange.rules import Scope
from satupintu.permits.models import Application, Permit

EXAMPLES = 10  # of each operation and mode
# The schema says what a body looks like, not whether this NIK exists or this case is there.
NOT_OURS = [openapi.positive_data_acceptance]
NOT_WHEN_AIMED = [openapi.negative_data_rejection]  # what `aim` puts in is right, not generated
# A text of any kind is all they take: nothing that is not found can be wrong with it.
FORBIDS_NOTHING = {
    "GET /api/v1/services/{code}",
    "GET /api/v1/tracking/{code}",
    "GET /api/v1/cases/{number}",
    "GET /api/v1/cases/{number}/moves",
    "GET /api/v1/cases/{number}/permit",
}
SOME = settings(
    max_examples=EXAMPLES,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPERATIONS = sorted(
    f"{method.upper()} {path}"
    for path, operations in published()["paths"].items()
    for method in operations
)


def test_every_post_is_done_once_and_says_so():
    for path, operations in published()["paths"].items():
        for method, operation in operations.items():
            names = {one["name"] for one in operation["parameters"] if one["required"]}
            assert ("Idempotency-Key" in names) == (method == "post"), path
    posts = [
        operation
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
        if "POST" in operation.methods
    ]
    assert len(posts) == 7
    assert [one.path for one in posts if not getattr(one.view_func, "done_once", False)] == []


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open between requests, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(world, program, monkeypatch):
    """Give what there is to ask about, and a token that may ask everything."""
    monkeypatch.setattr(office, "API_PER_MINUTE", 10**6)
    permit = Permit.objects.get(case=world.issued(world.apply()))
    case = world.apply(permit_order="2")
    application = Application.objects.get(permit_cases__case=case)
    codes = {"tracking": application.tracking_code, "verify": permit.check_code}
    values = {"number": case.number, "code": codes, "service": "sip-bidan", "requirement": "str"}
    return values, program(*Scope, officer="budi").token


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_to_its_schema(known, label, mode):
    values, token = known
    schema = schema_for(mode)
    operation = next(one.ok() for one in schema.get_all_operations() if one.ok().label == label)

    excluded = NOT_OURS if mode is GenerationMode.NEGATIVE else [*NOT_OURS, *NOT_WHEN_AIMED]

    @SOME
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def run(case, real):
        if real and mode is GenerationMode.POSITIVE:
            aim(case, values)
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded
        )

    try:
        run()
    except Unsatisfiable:
        assert (label, mode) in {(one, GenerationMode.NEGATIVE) for one in FORBIDS_NOTHING}


def schema_for(mode):
    """Return the schema as it is served; without tokens where the rest of a request is to be wrong, not they."""
    if mode is GenerationMode.POSITIVE:
        return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    raw = deepcopy(published())
    for operations in raw["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = WSGIHandler()
    return schema


def aim(case, values):
    """Let the case ask about something that is there, so that it gets past the first look-up."""
    path = case.path_parameters or {}
    if "number" in path:
        path["number"] = values["number"]
    if "code" in path:
        kind = case.operation.path.split("/")[3]
        path["code"] = values["code"].get(kind, "sip-bidan")
    if isinstance(case.body, dict):
        case.body |= {key: values[key] for key in ("service", "requirement") if key in case.body}
