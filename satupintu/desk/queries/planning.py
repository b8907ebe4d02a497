"""Reads over the versions of the plan for complaints, and over what runs under each."""

from datetime import date

from django.db.models import Count, QuerySet

from satupintu.desk import rules
from satupintu.desk.models import Complaint, PlanVersion
from satupintu.desk.plan import plan_numbered
from satupintu.desk.rules import State
from satupintu.desk.rules.plans import CONCERNED, Answerer, Plan
from satupintu.desk.rules.replanning import Effect, Running, answerer_of, effect
from satupintu.people.queries import held_roles

__all__ = ["PlanVersion"]

_ANSWERING = (State.ASSIGNED, State.DRAFTED)  # the first response has been given


def list_versions() -> QuerySet[PlanVersion]:
    """Return the versions of the plan with who made them, newest first."""
    return PlanVersion.objects.select_related("made_by").order_by("-number")


def list_running() -> list[Running]:
    """Return the complaints that wait for an answer, counted by what a plan looks at. One query."""
    rows = (
        Complaint.objects.filter(case__state__in=[str(one) for one in rules.WAITING])
        .values_list(
            "plan_id",
            "category",
            "class_key",
            "accused_kind",
            "service_code",
            "unit__kind",
            "case__state",
        )
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [
        Running(number, category, key, accused, service, kind or "", state in _ANSWERING, count)
        for number, category, key, accused, service, kind, state, count in rows
    ]


def effect_of(new: Plan) -> Effect:
    """Return what a plan would mean for the complaints that run. One query, one more for each older version."""
    running = list_running()
    own = {number: plan_numbered(number) for number in {one.plan for one in running}}
    return effect(running, own, new)


def list_unheld(of: Plan, today: date) -> list[Answerer]:
    """Return who would answer by a plan where nobody drafts or nobody approves; the next in line does. One query."""
    held = held_roles(today)
    chosen = dict.fromkeys(answerer_of(of, key) for key in of.offered)
    return [
        one
        for one in chosen
        if one.unit != CONCERNED and not {(one.draft, one.unit), (one.approve, one.unit)} <= held
    ]
