"""The office's plans in words: who answers, in how many days, and what two versions say differently."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satupintu.catalogue.services import Change
from satupintu.desk.rules import ACCUSED_LABELS, Accused, Deadline
from satupintu.desk.rules.plans import CONCERNED, Answerer, Category, Plan, Route
from satupintu.desk.rules.replanning import FIRST, answerer_of, days_by_key
from satupintu.desk.rules.topics import Helper, Topics
from satupintu.people.rules import ROLE_LABELS, unit_kind_words


def answerer_words(one: Answerer) -> str:
    """Return who answers a complaint: the unit, and who drafts and approves there."""
    return f"{_unit(one.unit)}: {ROLE_LABELS[one.draft]} → {ROLE_LABELS[one.approve]}"


def helper_words(one: Helper) -> str:
    """Return who answers a question: the role first, as a narrow choice on a telephone shows its beginning."""
    return f"{ROLE_LABELS[one.role]} · {_unit(one.unit)}"


def _unit(kind: str) -> str:
    if kind == CONCERNED:
        return _("Perangkat daerah yang diadukan")
    return unit_kind_words(kind)


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
    return "; ".join([*parts, *sorted(route.services), *map(_unit, sorted(route.unit_kinds))])


def plan_changes(old: Plan, new: Plan, language: str) -> list[Change]:
    """Return what two plans for complaints say differently, by section; [] when they say the same."""
    return _changes(_told(old, language), _told(new, language))


def topics_changes(old: Topics, new: Topics, language: str) -> list[Change]:
    """Return what two plans for consultations say differently, by topic; [] when they say the same."""
    return _changes(_told_topics(old, language), _told_topics(new, language))


def _changes(was: dict[tuple[str, str], str], now: dict[tuple[str, str], str]) -> list[Change]:
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


def _told_topics(topics: Topics, language: str) -> dict[tuple[str, str], str]:
    found = {
        (_("Batas waktu"), _("Ditutup sendiri sesudah dijawab")): days_words(topics.closing),
        (_("Batas waktu"), _("Ditutup sendiri sesudah ditanya balik")): days_words(topics.lapse),
    }
    for one in topics.by_key.values():
        name = one.label[language]
        found[name, _("Yang menjawab")] = helper_words(one.helper)
        found[name, _("Dalam")] = days_words(one.deadline)
        found[name, _("Kata-kata")] = ", ".join(one.words)
        found[name, _("Ditawarkan")] = _("tidak") if one.hidden else _("ya")
    return found
