"""What supervision says beside a permit's case and to its holder; the sanctions and the log as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.people.rules import Actor, Role
from satupintu.permits.registration import Beside, ForInk
from satupintu.permits.rules import HAS_PERMIT
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Condition, Sanction
from satupintu.supervision.pages.places import SLUGS
from satupintu.web.timeline import Step
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.steps import note_of, owed_steps


def beside_case(
    case: Case,
    rows: Sequence[Transition],  # noqa: ARG001  as registered
    office: bool,  # noqa: FBT001  as registered
    at: datetime,  # noqa: ARG001  as registered
) -> list[Beside]:
    """
    Return what supervision says beside a permit's case: what was decided; to officers the way to propose a sanction.

    Four queries at most, none before the permit is prepared. The holder reads nothing of what is only proposed.
    """
    if office and case.state in ("ready", "proposed"):
        return [_way_to_conditions(case)]
    if case.state not in HAS_PERMIT:
        return []
    found = queries.find_about(case.pk)
    if found is None:
        return [_way_to_propose(case)] if office else []
    page = reverse("supervision:desk" if office else "supervision:own", args=[found.case.number])
    title = _("Pengawasan %(number)s") % {"number": found.case.number}
    if office:
        state = rules.STATUSES[found.case.state]
        return [Beside(title, state.label, page, _("Buka pengawasan"), state.tone)]
    told = [sentence(one) for one in queries.in_force(queries.sanctions_of(found.pk))]
    shown = [Beside(title, " ".join(told), page, _("Baca suratnya"), "bad")] if told else []
    waiting = queries.waiting(found.pk)
    if waiting:
        shown.append(
            Beside(
                _("Syarat izin"), due_sentence(waiting), page, _("Laporkan sudah dipenuhi"), "warn"
            )
        )
    return shown


def due_sentence(waiting: Sequence[Condition]) -> str:
    """Return how many conditions wait and which is due first, in one sentence. No query."""
    first = min((one for one in waiting if one.due_on), key=lambda one: one.due_on or date.max)
    day = words.long_date(first.due_on or date.max, current_language())
    return ngettext(
        "%(n)s syarat belum selesai: “%(text)s”, selambat-lambatnya %(day)s.",
        "%(n)s syarat belum selesai. Yang pertama: “%(text)s”, selambat-lambatnya %(day)s.",
        len(waiting),
    ) % {"n": len(waiting), "text": first.text, "day": day}


def _way_to_conditions(case: Case) -> Beside:
    number = len(queries.conditions_set(case.pk)) + len(queries.standing(case))
    said = (
        ngettext("Izin ini akan memuat %(n)s syarat.", "Izin ini akan memuat %(n)s syarat.", number)
        % {"n": number}
        if number
        else _("Izin ini belum bersyarat.")
    )
    page = reverse("supervision:set", args=[case.number])
    return Beside(_("Syarat izin"), said, page, _("Lihat atau atur syarat"))


def _way_to_propose(case: Case) -> Beside:
    return Beside(
        _("Pengawasan izin"),
        _("Belum ada sanksi. Yang mengusulkan: verifikator, petugas teknis, atau kepala seksi."),
        reverse("supervision:propose", args=[case.number]),
        _("Usulkan sanksi"),
    )


def own_list(actor: Actor) -> list[Beside]:
    """Return the supervision of a person's permits, the latest first, where anything is open. Three queries."""
    found = queries.list_own(actor.party_ids)
    ids = [one.pk for one in found]
    counting, bound = queries.sanctions_by_case(ids), queries.waiting_by_case(ids)
    return [
        Beside(
            _("Pengawasan izin %(number)s") % {"number": one.about.number},
            " ".join(
                [
                    *(sentence(sanction) for sanction in counting.get(one.pk, [])),
                    *([due_sentence(bound[one.pk])] if one.pk in bound else []),
                ]
            ),
            reverse("supervision:own", args=[one.case.number]),
            tone="bad" if one.pk in counting else "warn",
        )
        for one in found
        if one.pk in counting or one.pk in bound
    ]


def for_ink(case_id: UUID | None) -> list[ForInk]:
    """Return the letters of sanctions of a case, or (None) of all, that wait for ink, the oldest first. One query."""
    return [
        ForInk(
            one.pk,
            rules.letter_name(one.kind, one.level, one.number),
            one.case,
            one.decided_at,
            reverse("supervision:act", args=[one.case.number, SLUGS["scan_letter"]]),
            reverse("supervision:letter_print", args=[one.case.number, one.pk]),
        )
        for one in queries.letters_for_ink(case_id)
        if one.decided_at is not None
    ]


def sentence(sanction: Sanction) -> str:
    """Return a sanction in one sentence with its day, as its holder must know it."""
    name = rules.named(sanction.kind, sanction.level)
    language = current_language()
    if sanction.put_right_by:
        day = words.long_date(sanction.put_right_by, language)
        return _("%(name)s: perbaiki selambat-lambatnya %(day)s.") % {"name": name, "day": day}
    if sanction.until:
        day = words.long_date(sanction.until, language)
        return _("%(name)s sampai %(day)s.") % {"name": name, "day": day}
    return _("%(name)s sampai diakhiri.") % {"name": name}


STATE_LABELS: Mapping[rules.SanctionState, tuple[Any, str]] = {
    rules.SanctionState.PROPOSED: (gettext_lazy("Diusulkan"), "warn"),
    rules.SanctionState.SENT_BACK: (gettext_lazy("Tidak dijatuhkan"), "quiet"),
    rules.SanctionState.IN_FORCE: (gettext_lazy("Berlaku"), "bad"),
    rules.SanctionState.ENDED: (gettext_lazy("Sudah berakhir"), "quiet"),
    rules.SanctionState.ANNULLED: (gettext_lazy("Dibatalkan menurut keberatan"), "quiet"),
}


@dataclass(frozen=True, slots=True)
class SanctionLine:
    """A sanction as a page shows it."""

    sanction: Sanction
    name: str
    state: Any
    tone: str
    decided: datetime | None
    grounds: tuple[str, ...]
    remedy: tuple[str, ...]


def lines_of(sanctions: Sequence[Sanction], *, office: bool) -> list[SanctionLine]:
    """Return the sanctions, the latest first; to the holder only what was decided. No query."""
    return [
        SanctionLine(
            one,
            rules.named(one.kind, one.level),
            *(STATE_LABELS[rules.SanctionState(one.state)]),
            one.decided_at,
            tuple(one.grounds.splitlines()),
            tuple(one.remedy.splitlines()),
        )
        for one in reversed(sanctions)
        if office or one.decided_at is not None
    ]


def steps_of(rows: Sequence[Transition], *, office: bool, tasks: Sequence[Task] = ()) -> list[Step]:
    """Return what was done, and to officers what is owed now. No query."""
    language = current_language()
    found = []
    for row in rows:
        if not office and row.action not in rules.TOLD:
            continue
        title = str(rules.DONE[row.action])
        if row.action == "propose_sanction":
            title = f"{title}: {rules.named(row.data['kind'], row.data['level'])}"
        parts = [words.long_moment(timezone.localtime(row.at), language)]
        if row.data.get("number"):
            parts.append(row.data["number"])
        if office:
            parts.insert(0, _("Sistem") if row.role == Role.SYSTEM else row.actor_name)
            parts += note_of(row)
        bad = row.action in ("warn", "suspend", "revoke")
        found.append(Step(title, " · ".join(parts), "bad" if bad else "done"))
    return [*found, *owed_steps(tasks, rules.STAGE_LABELS)]


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition as a page shows it; `due` None while it is counted from the issue."""

    condition: Condition
    text: str
    state: Any
    tone: str
    due: date | None
    waits: bool


def condition_line(one: Condition) -> ConditionLine:
    """Return a condition as a page shows it. No query."""
    state = rules.ConditionState(one.state)
    return ConditionLine(
        one,
        one.text,
        rules.CONDITION_LABELS[state],
        rules.CONDITION_TONES[state],
        one.due_on,
        state in rules.WAITING,
    )


def condition_lines(found: Sequence[Condition]) -> list[ConditionLine]:
    """Return conditions as a page shows them. No query."""
    return [condition_line(one) for one in found]
