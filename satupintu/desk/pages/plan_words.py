"""The plan for complaints in words: who answers, in how many days, and what two plans say differently."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satupintu.catalogue.rules import UNIT_KIND_LABELS
from satupintu.catalogue.services import Change
from satupintu.desk.rules import ACCUSED_LABELS, Accused, Deadline
from satupintu.desk.rules.plans import CONCERNED, Answerer, Category, Plan, Route
from satupintu.desk.rules.replanning import FIRST, answerer_of, days_by_key
from satupintu.people.rules import ROLE_LABELS


def answerer_words(one: Answerer) -> str:
    """Return who answers: the unit, and who drafts and approves there."""
    units = {CONCERNED: _("Perangkat daerah yang diadukan"), "inspectorate": _("Inspektorat")}
    unit = units.get(one.unit) or UNIT_KIND_LABELS.get(one.unit, one.unit)
    return f"{unit}: {ROLE_LABELS[one.draft]} → {ROLE_LABELS[one.approve]}"


def days_words(one: Deadline) -> str:
    """Return a term: how many days of which kind."""
    words = (
        ngettext("%(n)s hari kerja", "%(n)s hari kerja", one.days)
        if one.working
        else ngettext("%(n)s hari kalender", "%(n)s hari kalender", one.days)
    )
    return words % {"n": one.days}


def deadline_name(plan: Plan, key: str, language: str) -> str:
    """Return what a term is for: the first response, or the answer of a class."""
    return _("Tanggapan pertama") if key == FIRST else plan.class_words(key, language)


def fixed_routes(plan: Plan) -> list[Route]:
    """Return the routes that ask for more than the category: the page shows them and changes none."""
    return [one for one in plan.routes[:-1] if not one.is_by_category]


def condition_words(plan: Plan, route: Route, language: str) -> str:
    """Return what such a route takes."""
    who = ", ".join(str(ACCUSED_LABELS[Accused(one)]) for one in sorted(route.accused))
    parts = [_("Yang diadukan: %(who)s") % {"who": who}] if who else []
    parts += [plan.category_words(one, language) for one in sorted(route.categories)]
    return "; ".join([*parts, *sorted(route.services | route.unit_kinds)])


def changes(old: Plan, new: Plan, language: str) -> list[Change]:
    """Return what two plans say differently, by section; [] when they say the same."""
    was, now = _told(old, language), _told(new, language)
    return [
        Change(*place, was.get(place), now.get(place))
        for place in dict.fromkeys((*now, *was))
        if was.get(place) != now.get(place)
    ]


def _told(plan: Plan, language: str) -> dict[tuple[str, str], str]:
    """Return a plan as what it says by section and name."""
    terms = days_by_key(plan).items()
    return {
        **{
            (_("Batas waktu"), deadline_name(plan, key, language)): days_words(one)
            for key, one in terms
        },
        (_("Batas waktu"), _("Ditutup sendiri sesudah dijawab")): days_words(plan.closing),
        **{
            (_("Tentang apa"), one.label[language]): _category(plan, one)
            for one in plan.categories.values()
        },
        **{
            (_("Aturan tetap"), condition_words(plan, one, language)): answerer_words(one.answerer)
            for one in fixed_routes(plan)
        },
    }


def _category(plan: Plan, one: Category) -> str:
    words = answerer_words(answerer_of(plan, one.key))
    return f"{words} · {_('disembunyikan')}" if one.hidden else words
