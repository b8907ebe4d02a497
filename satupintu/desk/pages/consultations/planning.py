"""The office's plan for consultations: as it is in force, changing it, its versions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.desk.pages import plan_words as words
from satupintu.desk.pages import versions
from satupintu.desk.pages.consultations.topics_form import TopicsForm
from satupintu.desk.queries import planning as queries
from satupintu.desk.rules.topics import Topics
from satupintu.desk.topics import PLANS, topics
from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.rules import Role


def _called(plan: Topics, key: str, language: str) -> str:
    return plan.get(key).label[language]


_EDITOR = versions.Editor(
    "topics",
    title=gettext_lazy("Topik konsultasi"),
    plans=PLANS,
    form=TopicsForm,
    changes=words.topics_changes,
    effect=queries.consultations_effect,
    answerers=lambda plan: [one.helper for one in plan.offered.values()],
    who=words.helper_words,
    about=_called,
    term=_called,
)
change, version = versions.pages(_EDITOR)


@staff(Role.SERVICE_ADMIN)
@never_cache
@require_safe
def topics_page(request: HttpRequest) -> HttpResponse:
    """Show the plan in force as a table, and its versions."""
    now, language = topics(), current_language()
    context = {
        "topics": [
            {
                "label": one.label[language],
                "words": ", ".join(one.words),
                "helper": words.helper_words(one.helper),
                "days": words.days_words(one.deadline),
                "hidden": one.hidden,
            }
            for one in now.by_key.values()
        ],
        "source": now.answer.source[language],
        "closing": words.days_words(now.closing),
        "lapse": words.days_words(now.lapse),
    }
    return render(request, "desk/topics/plan.html", context | versions.in_force(_EDITOR))
