"""The log as messages: the holder is told what was decided; who must decide is told that it waits. Idempotent."""

from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from satupintu.lib import words
from satupintu.messaging.services import tell_owing, tell_party
from satupintu.permits.queries import permit_of_case
from satupintu.supervision import rules
from satupintu.supervision.models import Condition, Sanction
from satupintu.supervision.queries import supervision_of
from satupintu.workflow.queries import Case, Note, Transition, title_of

READER = "supervision"


def _context(case: Case, part: str) -> dict[str, Any]:
    about = supervision_of(case).about
    permit = permit_of_case(about.pk)
    return {
        "service": partial(title_of, about),
        "number": case.number,
        "permit_number": permit.number if permit else about.number,
        "link": f"{settings.BASE_URL}/pengawasan/{part}/{case.number}/",
    }


def own_context(case: Case) -> dict[str, Any]:
    """Return what every text to the holder needs."""
    return _context(case, "saya")


def office_context(case: Case) -> dict[str, Any]:
    """Return what every text to officers needs."""
    return _context(case, "berkas")


def _named(sanction: Sanction, language: str) -> str:
    with override(language):
        return rules.named(sanction.kind, sanction.level)


def _demand(sanction: Sanction, language: str) -> str:
    """Return what the holder must know at once: until when to put right, or how long it is suspended."""
    with override(language):
        if sanction.put_right_by:
            day = words.long_date(sanction.put_right_by, language)
            return _("Perbaiki selambat-lambatnya %(day)s.") % {"day": day}
        if sanction.kind != rules.Kind.SUSPENSION:
            return ""
        if sanction.until:
            day = words.long_date(sanction.until, language)
            return _("Izin tidak boleh digunakan sampai %(day)s.") % {"day": day}
        return _("Izin tidak boleh digunakan sampai pembekuannya diakhiri.")


_JUDGED = frozenset({"accept_condition", "prolong_condition", "refuse_condition"})


def _outcome(row: Transition, language: str) -> str:
    """Return what was judged of a condition, with its new day where it has one."""
    with override(language):
        said = str(rules.DONE[row.action])
        if "due_on" not in row.data:
            return said
        day = words.long_date(date.fromisoformat(row.data["due_on"]), language)
        return _("%(said)s sampai %(day)s") % {"said": said, "day": day}


def read(row: Transition) -> None:
    """Queue the messages that follow from a move, once. A revocation is told by the permit's own case."""
    if row.action in rules.DECISIONS and row.action != "revoke":
        sanction = Sanction.objects.get(case_id=row.case_id, decided_seq=row.seq)
        more = {
            "sanction": partial(_named, sanction),
            "sanction_number": sanction.number,
            "reason": sanction.grounds,
            "demand": partial(_demand, sanction),
        }
        tell_party(row, "sanction_given", own_context(row.case) | more)
    elif row.action == "end_suspension":
        tell_party(row, "suspension_ended", own_context(row.case))
    elif row.action in _JUDGED:
        one = Condition.objects.get(pk=row.data["condition"])
        note = Note.objects.filter(transition_id=row.pk).first()
        more = {
            "condition": one.text,
            "outcome": partial(_outcome, row),
            "reason": note.text if note else "",
        }
        tell_party(row, "condition_judged", own_context(row.case) | more)
    elif row.action == "propose_sanction":
        tell_owing(row, "sanction_waiting", office_context(row.case))
