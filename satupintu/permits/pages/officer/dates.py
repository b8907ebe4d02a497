"""The dates of a case as officers see them: promise, legal limit, pledge, and how each has moved."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib import words as plain_words
from satupintu.lib.language import current_language
from satupintu.permits import rules
from satupintu.permits.pages.officer.desk import Desk
from satupintu.workflow.rules import Term


@dataclass(frozen=True, slots=True)
class CaseDate:
    """One date that the office has to keep: which, when, and what there is to say about it."""

    label: str
    due: Any  # datetime; None while the term waits for its beginning
    note: str = ""
    late: bool = False


def dates_of(desk: Desk) -> list[CaseDate]:
    """
    Return promise, legal limit and pledge of a running case, each with its first date where it has moved.

    A term that stands still keeps its date on the page, with since when it waits: it moves on when the applicant
    answers.
    """
    if desk.file.lifecycle.is_closed(desk.case.state):
        return []
    found = []
    for name, label in rules.TERM_LABELS.items():
        term = Term.from_json(desk.case.terms.get(name))
        first = term.first_due_at
        if term.stopped_at or (term.due_at is None and (name != "promise" or first is None)):
            continue
        found.append(
            CaseDate(
                label=str(label),
                due=term.due_at,
                note=_about(name, term),
                late=bool(term.running and term.due_at and term.due_at < desk.at),
            )
        )
    return found


def _about(name: str, term: Term) -> str:
    """Return what to say beside a date: the first promise, and since when the term stands still."""
    said = []
    first, due = term.first_due_at, term.due_at
    if first and (due is None or timezone.localdate(first) != timezone.localdate(due)):
        day = plain_words.short_date(timezone.localtime(first), current_language())
        words = _("janji pertama %(date)s") if name == "promise" else _("semula %(date)s")
        said.append(words % {"date": day})
    if term.paused:
        since = plain_words.short_date(timezone.localtime(term.pauses[-1][0]), current_language())
        said.append(_("berhenti sejak %(date)s") % {"date": since})
    elif due is None:
        said.append(_("dihitung ulang setelah pemohon menjawab"))
    return ", ".join(said)
