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
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import local_date
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post

_administrators = staff(Role.SERVICE_ADMIN)


def _unheld(of: Topics) -> list[str]:
    asked = [one.helper for one in of.offered.values()]
    found = queries.list_unheld(asked, local_date(clock.now()))
    return [words.helper_words(one) for one in found]


def _meaning(wanted: Topics, language: str) -> versions.Meaning:
    found = queries.consultations_effect(wanted)
    return versions.Meaning(
        found.running,
        [
            (
                wanted.get(one.key).label[language],
                words.helper_words(one.before),
                words.helper_words(one.after),
                one.count,
            )
            for one in found.moved
        ],
        [
            (wanted.get(one.key).label[language], one.before, one.after, one.count)
            for one in found.shifted
        ],
        _unheld(wanted),
    )


_EDITOR = versions.Editor(
    "topics",
    title=gettext_lazy("Topik konsultasi"),
    plans=PLANS,
    form=TopicsForm,
    changes=words.topics_changes,
    meaning=_meaning,
)


@_administrators
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
        "unheld": _unheld(now),
    }
    return render(request, "desk/topics/plan.html", context | versions.history(_EDITOR))


@_administrators
@never_cache
@require_safe_or_post
def change(request: HttpRequest) -> HttpResponse:
    """Change the plan, after a look at what that means."""
    return versions.change(request, _EDITOR)


@_administrators
@never_cache
@require_safe_or_post
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show a version and what going back to it would mean; go back."""
    return versions.version(request, _EDITOR, number)
