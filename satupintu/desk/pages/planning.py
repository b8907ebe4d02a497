"""The office's plan for complaints: as it is in force, changing it, its versions."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.desk.pages import plan_words as words
from satupintu.desk.pages import versions
from satupintu.desk.pages.plan_form import PlanForm
from satupintu.desk.plan import PLANS, plan, shipped
from satupintu.desk.queries import planning as queries
from satupintu.desk.rules.plans import Plan
from satupintu.desk.rules.replanning import answerer_of, days_by_key
from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.rules import Role

_EDITOR = versions.Editor(
    "plan",
    title=gettext_lazy("Rencana pengaduan"),
    plans=PLANS,
    form=PlanForm,
    changes=words.plan_changes,
    effect=queries.complaints_effect,
    answerers=lambda plan: [answerer_of(plan, key) for key in plan.offered],
    who=words.answerer_words,
    about=Plan.category_words,
    term=words.deadline_name,
)
change, version = versions.pages(_EDITOR)


@staff(Role.SERVICE_ADMIN)
@never_cache
@require_safe
def plan_page(request: HttpRequest) -> HttpResponse:
    """Show the plan in force as tables, and its versions."""
    now, language = plan(), current_language()
    context = {
        "categories": [
            {
                "label": one.label[language],
                "class": now.class_words(one.first_class, language),
                "answerer": words.answerer_words(answerer_of(now, one.key)),
                "hidden": one.hidden,
            }
            for one in now.categories.values()
        ],
        "terms": list(_terms(now, language)),
        "closing": words.days_words(now.closing),
        "closing_least": shipped().closing.days,
        "closing_source": shipped().closing.source[language],
        "fixed": [
            (words.condition_words(now, one, language), words.answerer_words(one.answerer))
            for one in words.fixed_routes(now)
        ],
    }
    return render(request, "desk/plan/plan.html", context | versions.in_force(_EDITOR))


def _terms(now: Plan, language: str) -> Iterator[dict[str, Any]]:
    limits = days_by_key(shipped())
    for key, deadline in days_by_key(now).items():
        limit = limits.get(key, deadline)
        yield {
            "name": words.deadline_name(now, key, language),
            "days": words.days_words(deadline),
            "limit": limit.days,
            "stricter": deadline.days < limit.days,
            "source": limit.source[language],
        }
