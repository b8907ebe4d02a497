"""
The working calendar: official holidays are seeded, everything a person adds needs a second person.

Each change that counts writes a CalendarChange, which workflow reads to compute running cases anew.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.metadata import version

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.lib import words
from satupintu.lib.kept import forget_kept
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.office import queries, rules
from satupintu.office.models import CalendarChange, Closure
from satupintu.office.rules import ClosureKind


class CalendarProblem(Refusal):
    """The calendar cannot be changed so; `message` says why and what to do."""


def _note_change(what: str, *, from_date: date | None, by_name: str, at: datetime) -> None:
    CalendarChange.objects.create(what=what[:240], from_date=from_date, by=by_name, at=at)
    forget_kept()


def propose_closure(
    *,
    date: date,
    kind: ClosureKind = ClosureKind.LOCAL,
    name: str,
    reason: str,
    by_name: str,
    by_id: int | None,
    at: datetime,
) -> Closure:
    """
    Enter a closure that counts once another person confirms it.

    Raises CalendarProblem if there is no name or reason, the office is closed on that weekday
    anyway, or the date has such a closure already.
    """
    if not name.strip() or not reason.strip():
        raise CalendarProblem(_("Tulis nama dan alasan penutupan, mis. nomor surat edaran."))
    if date.weekday() not in queries.profile().hours:
        raise CalendarProblem(
            _("%(date)s bukan hari buka kantor, jadi tidak perlu penutupan.")
            % {"date": words.long_date(date, current_language())}
        )
    try:
        with transaction.atomic():
            return Closure.objects.create(
                date=date,
                kind=kind,
                name=name.strip(),
                reason=reason.strip(),
                proposed_by=by_name,
                proposed_by_id=by_id,
                proposed_at=at,
            )
    except IntegrityError as error:
        raise CalendarProblem(
            _("%(date)s sudah tercatat dalam kalender.")
            % {"date": words.long_date(date, current_language())}
        ) from error


@transaction.atomic
def confirm_closure(closure_id: int, *, by_name: str, by_id: int | None, at: datetime) -> Closure:
    """
    Let a proposed closure count from now on. Running cases are computed anew; a missed date stays
    missed.

    Raises CalendarProblem if the same person proposed it, or it is confirmed or removed already.
    """
    closure = Closure.objects.filter(id=closure_id).first()
    if closure is None or closure.removed_at or closure.effective_from:
        raise CalendarProblem(_("Usulan penutupan itu sudah dikonfirmasi atau sudah dihapus."))
    if closure.proposed_by_id is None or closure.proposed_by_id == by_id:
        raise CalendarProblem(
            _("Penutupan harus dikonfirmasi orang lain, bukan oleh yang mengusulkannya.")
        )
    changed = Closure.objects.filter(
        id=closure.id, effective_from__isnull=True, removed_at__isnull=True
    ).update(confirmed_by=by_name, confirmed_by_id=by_id, effective_from=at)
    if changed != 1:
        raise CalendarProblem(_("Usulan penutupan itu sudah dikonfirmasi atau sudah dihapus."))
    closure.refresh_from_db()
    what = f"+ {closure.date.isoformat()} {closure.name}"
    _note_change(what, from_date=closure.date, by_name=by_name, at=at)
    return closure


@transaction.atomic
def remove_closure(
    closure_id: int, *, reason: str, by_name: str, by_id: int | None, at: datetime
) -> Closure:
    """
    Take a closure back, or refuse a proposed one; its row stays as a record.

    Raises CalendarProblem if there is no reason or it is removed already.
    """
    if not reason.strip():
        raise CalendarProblem(_("Tulis alasan penghapusan; alasan itu tercatat."))
    closure = Closure.objects.filter(id=closure_id, removed_at__isnull=True).first()
    changed = Closure.objects.filter(id=closure_id, removed_at__isnull=True).update(
        removed_by=by_name, removed_by_id=by_id, removed_at=at, removed_reason=reason.strip()
    )
    if closure is None or changed != 1:
        raise CalendarProblem(_("Penutupan itu sudah dihapus."))
    closure.refresh_from_db()
    if closure.effective_from is not None:
        what = f"- {closure.date.isoformat()} {closure.name}"
        _note_change(what, from_date=closure.date, by_name=by_name, at=at)
    return closure


@transaction.atomic
def seed_calendar(years: Iterable[int], *, at: datetime) -> int:
    """
    Enter the official national holidays and joint leave of these years; return how many were new.

    Dates that are there already, or were removed by a person, stay as they are. Source: the joint
    decrees of three ministers (SKB), as collected by the `holidays` library.
    """
    import holidays  # half a second to load, needed once a year

    wanted = list(years)
    official = holidays.country_holidays(
        "ID", years=wanted, categories=("public", "government"), language="id"
    )
    source = f"holidays {version('holidays')}"
    known = set(Closure.objects.values_list("date", "kind"))
    fresh = [
        Closure(
            date=day,
            kind=kind,
            name=name[:160],
            source=source,
            proposed_by=source,
            proposed_at=at,
            effective_from=at,
        )
        for day, name in sorted(official.items())
        if day.year in wanted and (day, kind := rules.holiday_kind(name)) not in known
    ]
    Closure.objects.bulk_create(fresh)
    if fresh:
        what = f"+ {len(fresh)} ({', '.join(map(str, wanted))})"
        _note_change(what, from_date=fresh[0].date, by_name=source, at=at)
    return len(fresh)


def enter_closures(closures: Iterable[Mapping[str, str]], *, source: str, at: datetime) -> None:
    """Enter dates without work as another office has them: {"date", "kind", "name"}, into a calendar without any."""
    Closure.objects.bulk_create(
        Closure(
            date=date.fromisoformat(one["date"]),
            kind=one["kind"],
            name=one["name"],
            source=source,
            proposed_by=source,
            proposed_at=at,
            effective_from=at,
        )
        for one in closures
    )
    forget_kept()


def mark_change_applied(change_id: int, *, at: datetime) -> bool:
    """Note that running cases were computed anew after a change; False if somebody was first."""
    changes = CalendarChange.objects.filter(id=change_id, applied_at__isnull=True)
    return changes.update(applied_at=at) == 1
