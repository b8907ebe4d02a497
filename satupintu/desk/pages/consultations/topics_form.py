"""The form in which an office changes its plan for consultations: a line for each topic, and one to add."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from satupintu.desk.pages.plan_words import helper_words
from satupintu.desk.pages.version_form import VersionForm
from satupintu.desk.rules.topics import Helper, Topics
from satupintu.desk.rules.topics_changing import Addition, Wish, possible_helpers, replanned
from satupintu.desk.topics import shipped

LONGEST_WORDS = 1000


def _code(one: Helper) -> str:
    return f"{one.unit}.{one.role}"


def _words(label: str, words: tuple[str, ...] = ()) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_WORDS,
        initial=", ".join(words),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TopicsForm(VersionForm[Topics]):
    """Topics with the words by which they are found, who answers, and the days."""

    NEEDED = ("new_id", "new_en", "new_answerer")

    def build(self) -> None:
        possible = possible_helpers(shipped(), self.base, self.unit_kinds)
        self.helpers = {_code(one): one for one in possible}
        choices = [(code, helper_words(one)) for code, one in self.helpers.items()]
        for key, one in self.base.by_key.items():
            label = one.label[self.language]
            named = {"category": label}
            self.fields[f"words_{key}"] = _words(_("Kata-kata: %(category)s") % named, one.words)
            asked = _("Yang menjawab: %(category)s") % named
            self.add_choice(f"answerer_{key}", asked, choices, _code(one.helper))
            self.add_days(key, _("Hari: %(category)s") % named, one.deadline.days)
            self.add_offered(key, label, hidden=one.hidden)
        self.add_new_labels()
        self.fields["new_words"] = _words(_("Kata-kata, dengan koma"))
        self.add_choice("new_answerer", _("Yang menjawab"), choices)

    def labels(self) -> Iterator[str]:
        for one in self.base.by_key.values():
            yield from one.label.values()

    def replanned(self, now: Topics) -> Topics:
        given = self.cleaned_data
        new = (
            Addition(
                {"id": given["new_id"], "en": given["new_en"]},
                given["new_words"],
                self.helpers[given["new_answerer"]],
            )
            if given["new_id"]
            else None
        )
        chosen = self.changed("answerer")
        wish = Wish(
            days=self.changed("days"),
            helpers={key: self.helpers[code] for key, code in chosen.items()},
            words=self.changed("words"),
            hidden=self.hidden(),
            addition=new,
        )
        return replanned(now, wish)

    def rows(self) -> list[dict[str, Any]]:
        """Return the lines of the topics, each with its fields."""
        return [
            {"label": one.label[self.language]}
            | {what: self[f"{what}_{key}"] for what in ("words", "answerer", "days", "offered")}
            for key, one in self.base.by_key.items()
        ]
