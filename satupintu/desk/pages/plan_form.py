"""The form in which an office changes its plan for complaints: a line for each term and category, and one to add."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from satupintu.desk.pages.plan_words import (
    answerer_words,
    condition_words,
    days_words,
    deadline_name,
    fixed_routes,
)
from satupintu.desk.pages.version_form import VersionForm
from satupintu.desk.plan import shipped
from satupintu.desk.rules.plans import Answerer, Plan
from satupintu.desk.rules.replanning import (
    CLOSING,
    Addition,
    Wish,
    answerer_of,
    days_by_key,
    possible_answerers,
    replanned,
)


def _code(one: Answerer) -> str:
    return f"{one.unit}.{one.draft}.{one.approve}"


class PlanForm(VersionForm[Plan]):
    """Categories with who answers them, and the terms with their limits."""

    NEEDED = ("new_id", "new_en", "new_class", "new_answerer")

    def build(self) -> None:
        possible = possible_answerers(shipped(), self.base, self.unit_kinds)
        self.answerers = {_code(one): one for one in possible}
        choices = [(code, answerer_words(one)) for code, one in self.answerers.items()]
        limits = days_by_key(shipped())
        for key, deadline in days_by_key(self.base).items():
            limit = limits.get(key, deadline)
            told = _("Paling lama %(days)s. %(source)s") % {
                "days": days_words(limit),
                "source": limit.source[self.language],
            }
            self.add_days(key, deadline_name(self.base, key, self.language), deadline.days, told)
        least = shipped().closing
        told = _("Paling sedikit %(days)s. %(source)s") % {
            "days": days_words(least),
            "source": least.source[self.language],
        }
        self.add_days(CLOSING, _("Ditutup sendiri sesudah dijawab"), self.base.closing.days, told)
        for route in fixed_routes(self.base):
            if route.is_by_accused:
                asked = condition_words(self.base, route, self.language)
                name = f"accused_{route.accused_key}"
                self.add_choice(name, asked, choices, _code(route.answerer))
        for key, one in self.base.categories.items():
            label = one.label[self.language]
            asked = _("Yang menjawab: %(category)s") % {"category": label}
            self.add_choice(f"answerer_{key}", asked, choices, _code(answerer_of(self.base, key)))
            self.add_offered(key, label, hidden=one.hidden)
        self.add_new_labels()
        classes = [(one.key, one.label[self.language]) for one in self.base.classes.values()]
        self.add_choice("new_class", _("Kelas awal"), classes)
        self.add_choice("new_answerer", _("Yang menjawab"), choices)

    def labels(self) -> Iterator[str]:
        for one in self.base.categories.values():
            yield from one.label.values()

    def replanned(self, now: Plan) -> Plan:
        given = self.cleaned_data
        new = (
            Addition(
                {"id": given["new_id"], "en": given["new_en"]},
                given["new_class"],
                self.answerers[given["new_answerer"]],
            )
            if given["new_id"]
            else None
        )
        wish = Wish(
            days=self.changed("days"),
            answerers=self._answerers("answerer"),
            hidden=self.hidden(),
            addition=new,
            accused=self._answerers("accused"),
        )
        return replanned(now, wish)

    def _answerers(self, what: str) -> dict[str, Answerer]:
        return {key: self.answerers[code] for key, code in self.changed(what).items()}

    def fixed_rows(self) -> list[dict[str, Any]]:
        """Return the lines of what comes before the categories: words, and a field where it can be chosen."""
        return [
            {
                "label": condition_words(self.base, one, self.language),
                "answerer": self[f"accused_{one.accused_key}"] if one.is_by_accused else None,
                "who": answerer_words(one.answerer),
            }
            for one in fixed_routes(self.base)
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return the lines of the categories: words, who answers, whether it is offered."""
        return [
            {
                "label": one.label[self.language],
                "answerer": self[f"answerer_{key}"],
                "offered": self[f"offered_{key}"],
            }
            for key, one in self.base.categories.items()
        ]
