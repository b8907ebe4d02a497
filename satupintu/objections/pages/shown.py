"""The log of an objection as a timeline: for officers with names and reasons, for everybody else without."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.objections import queries, rules
from satupintu.objections.queries import Decided, Objection
from satupintu.office.queries import work_calendar
from satupintu.people.rules import Actor, Role
from satupintu.permits.registration import Beside, ForInk
from satupintu.supervision.queries import Supervision
from satupintu.web.timeline import Step
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import CHANNEL_LABELS
from satupintu.workflow.steps import note_of, owed_steps

SCAN_SLUG = "surat-bertanda-tangan"  # the address of bringing back what was signed in ink


def beside_case(
    case: Case,
    rows: Sequence[Transition],
    office: bool,  # noqa: FBT001  as registered
    at: datetime,
) -> list[Beside]:
    """
    Return the objections to a permit's case, and on its applicant's page the way to object while there is time.

    Three queries at most; none for a case in which nothing was ever decided that could be objected to. Somebody else's
    objection is the office's to read.
    """
    decisions = {
        action
        for action, effect in rules.EFFECTS.items()
        if office or effect.standing is rules.Standing.APPLICANT
    }
    if decisions.isdisjoint(row.action for row in rows):
        return []
    found = [
        one for one in queries.about(case.pk) if office or one.standing == rules.Standing.APPLICANT
    ]
    shown = [_line(one, office=office) for one in found]
    decided = None if office else queries.decided_of(case, work_calendar())
    if decided is None or decided.effect.standing is not rules.Standing.APPLICANT:
        return shown
    used = any(
        one.against_id is None
        and one.about_seq == decided.row.seq
        and one.case.state != rules.State.WITHDRAWN
        for one in found
    )
    if used or rules.is_late(at, decided.last, work_calendar()):
        return shown
    address = reverse("objections:file", args=[case.number])
    return [_way(_("Tidak menerima keputusan ini?"), decided, address), *shown]


def _line(one: Objection, *, office: bool) -> Beside:
    state = rules.STATUSES[one.case.state]
    return Beside(
        _("Keberatan %(number)s") % {"number": one.case.number},
        state.label,
        reverse("objections:desk" if office else "objections:own", args=[one.case.number]),
        _("Buka keberatan"),
        state.tone,
    )


def _way(title: str, decided: Decided, address: str) -> Beside:
    last = words.long_date(timezone.localdate(decided.last), current_language())
    told = _("Anda dapat mengajukan keberatan sampai %(last)s, tanpa biaya.") % {"last": last}
    return Beside(title, told, address, _("Ajukan keberatan"))


def beside_supervision(
    supervision: Supervision,
    office: bool,  # noqa: FBT001  as registered
    at: datetime,
) -> list[Beside]:
    """Return the objections to a permit's sanctions; to its holder the way to object in time. Five queries."""
    found = queries.against(supervision.pk)
    shown = [_line(one, office=office) for one in found]
    if office:
        return shown
    calendar = work_calendar()
    used = {one.about_seq for one in found if one.case.state != rules.State.WITHDRAWN}
    ways = []
    for decided in queries.sanctions_decided(supervision.about, calendar):
        if decided.row.seq in used or rules.is_late(at, decided.last, calendar):
            continue
        assert decided.sanction is not None
        address = reverse(
            "objections:file_sanction", args=[supervision.case.number, decided.sanction.pk]
        )
        title = _("Tidak menerima %(sanction)s?") % {"sanction": decided.label}
        ways.append(_way(title, decided, address))
    return [*ways, *shown]


def own_list(actor: Actor) -> list[Beside]:
    """Return a person's objections, the newest first, for the list of what they have with the office. One query."""
    return [
        Beside(
            _("Keberatan %(number)s") % {"number": one.case.number},
            rules.STATUSES[one.case.state].label,
            reverse("objections:own", args=[one.case.number]),
        )
        for one in queries.list_own(actor.party_ids)
    ]


def for_ink(case_id: UUID | None) -> list[ForInk]:
    """Return the letters about an objection, or (None) about all, that wait for ink, the oldest first. One query."""
    return [
        ForInk(
            one.pk,
            rules.letter_name(one.kind, one.number),
            one.case,
            one.at,
            reverse("objections:act", args=[one.case.number, SCAN_SLUG]),
            reverse("objections:letter_print", args=[one.case.number, one.pk]),
        )
        for one in queries.letters_for_ink(case_id)
    ]


def steps_of(
    rows: Sequence[Transition], case: Case, *, public: bool, tasks: Sequence[Task] = ()
) -> list[Step]:
    """Return what was done and what is owed now. No query."""
    language = current_language()
    found = []
    for row in rows:
        if public and row.action not in rules.PUBLIC_ACTS:
            continue
        parts = [words.long_moment(timezone.localtime(row.at), language)]
        if row.channel not in ("web", "system"):
            parts.append(str(CHANNEL_LABELS.get(row.channel, row.channel)))
        if not public:
            parts.insert(0, _("Sistem") if row.role == Role.SYSTEM else row.actor_name)
            outcome = row.data.get("outcome")
            if outcome in rules.OUTCOME_LABELS:
                parts.append(str(rules.OUTCOME_LABELS[outcome]))
            parts += note_of(row)
        bad = row.action in ("refuse", "deem_granted", "withdraw")
        found.append(Step(str(rules.DONE[row.action]), " · ".join(parts), "bad" if bad else "done"))
    if public and not rules.OBJECTION.is_closed(case.state):
        found.append(Step(str(rules.STATUSES[case.state].label), "", "now"))
    return found if public else [*found, *owed_steps(tasks, rules.STAGE_LABELS)]
