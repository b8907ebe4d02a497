"""Complaints and consultations on the pages of permits: domains that do not know each other meet here."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from satupintu.desk import queries, rules
from satupintu.desk.queries import consultations
from satupintu.desk.rules.consultations import CONSULTATION_STATUSES
from satupintu.people.rules import Actor
from satupintu.permits.registration import Beside, Tracked
from satupintu.workflow.queries import Case, Transition


def tracked_complaint(code: str) -> Tracked | None:
    """
    Return what a complaint with this code is followed by; None for none. Two queries.

    A message tells how it stands where it may name it at all; else only the page of a code that they know already.
    """
    found = queries.find_by_code(code)
    if found is None:
        return None
    page = reverse("desk:track", args=[found.tracking_code])
    if not queries.may_be_named(found):
        return Tracked(page, private=True)
    # Before it was screened nobody of the office has seen whom it is about.
    private = found.case.state in rules.UNSCREENED
    return Tracked(page, found.case, found.case.legal_due_at, private)


def tracked_consultation(code: str) -> Tracked | None:
    """Return what a consultation with this code is followed by; None for none. One query."""
    found = consultations.find_by_code(code)
    if found is None:
        return None
    page = reverse("desk:consultation_track", args=[found.tracking_code])
    return Tracked(page, found.case, found.case.promise_due_at)


def complaints_of(actor: Actor) -> list[Beside]:
    """Return a person's complaints for the list of what they have with the office. One query."""
    return [
        Beside(
            _("Pengaduan %(number)s") % {"number": one.case.number},
            rules.STATUSES[one.case.state].label,
            reverse("desk:track", args=[one.tracking_code]),
        )
        for one in queries.list_own(actor)
    ]


def complaints_about(
    case: Case,
    rows: Sequence[Transition],  # noqa: ARG001  as registered
    office: bool,  # noqa: FBT001  as registered
    at: datetime,  # noqa: ARG001  as registered
) -> list[Beside]:
    """
    Return the way to complain about a case, on its applicant's page. No query.

    Nothing on the officers' page: whoever handles the permit may be whom a complaint is about.
    """
    if office:
        return []
    return [
        Beside(
            _("Ada yang tidak beres?"),
            _("Sampaikan pengaduan tentang berkas ini, tanpa biaya. Nama Anda dapat dirahasiakan."),
            f"{reverse('desk:file')}?berkas={case.number}",
            _("Ajukan pengaduan"),
            "quiet",
        )
    ]


def consultations_of(actor: Actor) -> list[Beside]:
    """Return what a person asked, for the list of what they have with the office. One query."""
    return [
        Beside(
            _("Konsultasi %(number)s") % {"number": one.case.number},
            CONSULTATION_STATUSES[one.case.state].label,
            reverse("desk:consultation_track", args=[one.tracking_code]),
        )
        for one in consultations.list_for_party(actor.party_ids)
    ]


def found_complaints(actor: Actor, code: str, phone: str) -> list[Beside]:
    """Return the complaints that an officer's search finds by a code or a telephone number. Three queries at most."""
    return [
        Beside(
            _("Pengaduan %(number)s") % {"number": one.case.number},
            rules.STATUSES[one.case.state].label,
            reverse("desk:desk", args=[one.case.number]),
        )
        for one in queries.find_for(actor, code=code, phone=phone)
    ]


def found_consultations(actor: Actor, code: str, phone: str) -> list[Beside]:
    """Return the consultations that an officer's search finds so. Three queries at most."""
    return [
        Beside(
            _("Konsultasi %(number)s") % {"number": one.case.number},
            CONSULTATION_STATUSES[one.case.state].label,
            reverse("desk:consultation", args=[one.case.number]),
        )
        for one in consultations.find_for(actor, code=code, phone=phone)
    ]
