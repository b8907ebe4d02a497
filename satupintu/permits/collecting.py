"""How a permit on paper reaches its holder: the ways, where it is now, and what is said of it. No write."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from satupintu.lib.keyset import beyond
from satupintu.people.queries import Unit, list_proxies, units_of_kind
from satupintu.permits.models import Collection, Consignment, Permit, Reminder
from satupintu.permits.rules import State

OFFICE, DISTRICT, POST = "office", "district", "post"
CHOOSE = "choose_collection"  # the act

WAYS: Mapping[str, Any] = {
    OFFICE: gettext_lazy("Diambil di kantor"),
    DISTRICT: gettext_lazy("Diambil di kantor kecamatan"),
    POST: gettext_lazy("Dikirim lewat pos"),
}

# Why somebody who came did not get the permit; the note says more.
NOT_GIVEN: Mapping[str, Any] = {
    "identity": gettext_lazy("Identitas tidak cocok atau tidak dibawa"),
    "authority": gettext_lazy("Bukan pemegang, dan tidak ada surat kuasa yang sah"),
    "mistake": gettext_lazy("Izin memuat kesalahan"),
    "not_wanted": gettext_lazy("Penerima menolak menerima atau menandatangani"),
    "other": gettext_lazy("Sebab lain"),
}

CONSIGNMENTS = 30  # the newest, on the page of consignments
MOST_SENT = 100  # permits in one consignment
CALLED = 200  # lines of the list to telephone by


def districts() -> list[Unit]:
    """Return the district offices (kecamatan) at which permits can be collected."""
    return units_of_kind("district")


def collection_of(case_id: UUID) -> Collection | None:
    """Return what was chosen and where the permit is; None: nothing chosen, at the office. One query."""
    return (
        Collection.objects.filter(case_id=case_id)
        .select_related("unit", "consignment__unit")
        .first()
    )


def is_away(case_id: UUID) -> bool:
    """Say whether the permit has left the office. One query."""
    return Collection.objects.filter(case_id=case_id, consignment__isnull=False).exists()


def chosen_words(found: Collection | None) -> str:
    """Return how the holder wants to get the permit; "" when nothing was chosen."""
    if found is None or not found.how:
        return ""
    if found.how == DISTRICT and found.unit:
        return _("Diambil di %(place)s") % {"place": found.unit.name}
    return str(WAYS[found.how])


def place_words(found: Collection | None, state: str = "") -> str:
    """Return where the permit on paper is now; `state` of its case, where that may have ended without a collector."""
    if state == State.NOT_COLLECTED:
        return _("tidak diambil, di arsip kantor")
    away = found.consignment if found else None
    if away is None:
        return _("di kantor")
    if away.unit:
        return _("di %(place)s") % {"place": away.unit.name}
    return _("di pos, resi %(number)s") % {"number": away.tracking}


def counter_words(place: str, language: str) -> str:
    """Return where a permit is fetched, for a message; `place` "" is the office's own counter."""
    with override(language):
        return _("di %(place)s") % {"place": place} if place else _("di loket kantor")


def away_words(data: Mapping[str, Any], language: str) -> str:
    """Return where a permit went, for a message, from what its move says. At most one query."""
    with override(language):
        if data["how"] == POST:
            return _("di pos, resi %(number)s") % {"number": data["tracking"]}
        names = {one.pk: one.name for one in districts()}
        return _("di %(place)s") % {"place": names.get(data["unit"], "")}


def needs_letter(permit: Permit, collector: str, today: date) -> bool:
    """
    Say whether who collects must show a letter of authority.

    Not the holder, by the name on the permit, and not somebody whose letter an officer has confirmed and that is in
    force. One query, none for the holder; the permit comes with its party.
    """
    name = " ".join(collector.split()).casefold()
    if not permit.party.is_organisation and name == " ".join(permit.holder.split()).casefold():
        return False
    return all(
        name != one.user.name.casefold()
        or one.confirmed_at is None
        or one.valid_from > today
        or (one.valid_until is not None and one.valid_until < today)
        for one in list_proxies(permit.party_id)
    )


# --- What waits to be collected --------------------------------------------------------------------


def at_place(place: str) -> Q:
    """Return which permits lie at a place: "" everywhere, "office", "post", or the code of a district office."""
    away = "case__collection__consignment"
    if not place:
        return Q()
    if place == OFFICE:
        return Q(**{f"{away}__isnull": True})
    if place == POST:
        return Q(**{f"{away}__how": POST})
    return Q(**{f"{away}__unit__code": place})


def _reminded() -> dict[str, Any]:
    sent = Reminder.objects.filter(permit=OuterRef("pk"), what__startswith="uncollected")
    grouped = sent.order_by().values("permit")
    return {
        "reminded_at": Subquery(grouped.annotate(last=Max("at")).values("last")),
        "reminders_sent": Subquery(grouped.annotate(n=Count("pk")).values("n")),
    }


def uncollected(
    in_force: Q, place: str, before: tuple[datetime, UUID] | None, size: int
) -> list[Permit]:
    """Return up to `size + 1` uncollected permits at a place, oldest first, with their reminders. One query."""
    return list(
        _waiting(in_force, place)
        .filter(beyond(before, "issued_at"))
        .annotate(**_reminded())
        .order_by("issued_at", "id")[: size + 1]
    )


def _waiting(in_force: Q, place: str) -> QuerySet[Permit]:
    return Permit.objects.filter(
        in_force, at_place(place), collected_at__isnull=True
    ).select_related(
        "case", "party", "case__collection__unit", "case__collection__consignment__unit"
    )


def to_call(in_force: Q, place: str) -> list[Permit]:
    """Return who is waited for and has a telephone, the oldest permit first; none that is in the archive. One query."""
    return list(
        _waiting(in_force, place)
        .filter(case__state=State.ISSUED)
        .exclude(party__phone_hash="")
        .annotate(**_reminded())
        .order_by("issued_at", "id")[:CALLED]
    )


def to_send(in_force: Q, unit_id: int) -> list[Permit]:
    """Return permits at the office whose holders chose to collect them at that district office. One query."""
    wanted = _waiting(in_force, OFFICE).filter(
        case__collection__unit_id=unit_id,
        case__collection__how=DISTRICT,
        case__state=State.ISSUED,
    )
    return list(wanted.order_by("issued_at", "id")[:MOST_SENT])


def consignments() -> list[Consignment]:
    """Return the newest consignments with how many permits went with each and did not come back. One query."""
    return list(
        Consignment.objects.select_related("unit")
        .annotate(waiting=Count("collections"))
        .order_by("-at", "-id")[:CONSIGNMENTS]
    )


def find_consignment(consignment_id: UUID) -> Consignment | None:
    return Consignment.objects.filter(pk=consignment_id).select_related("unit").first()


def permits_in(consignment: Consignment) -> list[Permit]:
    """Return the permits that are with a consignment, by number. One query."""
    return list(
        Permit.objects.filter(case__collection__consignment=consignment)
        .select_related("case", "party")
        .order_by("number")
    )
