"""Reads over what runs under each version of the office's plans, and over who could answer by one."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Count

from satupintu.desk import rules
from satupintu.desk.models import Complaint, Consultation
from satupintu.desk.plan import PLANS
from satupintu.desk.rules import State, replanning, topics_changing
from satupintu.desk.rules import consultations as consulting
from satupintu.desk.rules.changing import Effect
from satupintu.desk.rules.plans import CONCERNED, Answerer, Plan
from satupintu.desk.rules.topics import Helper, Topics
from satupintu.desk.topics import PLANS as TOPICS
from satupintu.people.queries import held_roles
from satupintu.people.rules import Role

Who = TypeVar("Who", Answerer, Helper)
_ANSWERING = (State.ASSIGNED, State.DRAFTED)  # the first response has been given


def running_complaints() -> list[replanning.Running]:
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
        replanning.Running(
            number, category, key, accused, service, kind or "", state in _ANSWERING, count
        )
        for number, category, key, accused, service, kind, state, count in rows
    ]


def complaints_effect(new: Plan) -> Effect[Answerer]:
    """Return what a plan would mean for the complaints that run. One query, one more for each older version."""
    running = running_complaints()
    own = {number: PLANS.numbered(number) for number in {one.plan for one in running}}
    return replanning.effect(running, own, new)


def consultations_effect(new: Topics) -> Effect[Helper]:
    """Return what a plan would mean for the consultations that run. One query, one more for each older version."""
    rows = (
        Consultation.objects.filter(case__state__in=[str(one) for one in consulting.OPEN])
        .values_list("plan_id", "topic")
        .annotate(count=Count("pk"))
        .order_by()
    )
    running = [topics_changing.Asking(*row) for row in rows]
    own = {number: TOPICS.numbered(number) for number in {one.plan for one in running}}
    return topics_changing.effect(running, own, new)


def list_unheld(asked: Iterable[Who], today: date) -> list[Who]:
    """Return who of these could not answer, because nobody holds a post of theirs; each once. One query."""
    held = held_roles(today)
    return [
        one
        for one in dict.fromkeys(asked)
        if one.unit != CONCERNED and not {(role, one.unit) for role in _roles(one)} <= held
    ]


def _roles(one: Answerer | Helper) -> tuple[Role, ...]:
    return (one.draft, one.approve) if isinstance(one, Answerer) else (one.role,)
