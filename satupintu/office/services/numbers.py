"""
The registers of numbers: two officers never share one, and none is lost without a reason.

A number is given out by one statement that raises the series' counter of the year; the unique
constraints of the register are the backstop. Whoever takes a number inside a transaction that is
rolled back has not taken it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from satupintu.lib import numbering
from satupintu.lib.kept import forget_kept
from satupintu.lib.numbering import BadPattern
from satupintu.lib.prepared import insert
from satupintu.lib.refusal import Refusal
from satupintu.office import queries
from satupintu.office.models import NumberCounter, NumberSeries, NumberTaken
from satupintu.office.rules import NumberState
from satupintu.office.services.changes import note_change


class NumberProblem(Refusal):
    """A number could not be given out or changed; `message` says why and what to do."""


def _year(series: NumberSeries, at_date: date) -> int:
    return at_date.year if series.yearly else 0


def _written(
    series: NumberSeries, seq: int, at_date: date, classification: str, service: str
) -> str:
    return numbering.format_number(
        series.pattern,
        seq=seq,
        at_date=at_date,
        classification=classification or series.classification,
        unit=series.unit,
        service=service,
    )


def _next(series: NumberSeries, last: int) -> int:
    seq = max(last + 1, series.block_start)
    if series.block_end is not None and seq > series.block_end:
        raise _used_up(series)
    return seq


def _used_up(series: NumberSeries) -> NumberProblem:
    return NumberProblem(
        _(
            "Blok nomor %(series)s habis di %(end)s. Minta pengelola layanan menambah bloknya;"
            " permohonan tetap tersimpan."
        )
        % {"series": series.name, "end": series.block_end}
    )


def _counter(series: NumberSeries, year: int) -> NumberCounter:
    found = NumberCounter.objects.filter(series=series, year=year).first()
    if found is not None:
        return found
    fresh = NumberCounter(series=series, year=year, value=0)
    NumberCounter.objects.bulk_create([fresh], ignore_conflicts=True)
    return NumberCounter.objects.get(series=series, year=year)


def _open_series(series_code: str) -> NumberSeries:
    """Return a series from which numbers may be taken. Raises NoSuchSeries, NumberProblem if it is closed."""
    series = queries.get_series(series_code)
    if not series.active:
        raise NumberProblem(
            _("Register %(series)s sudah ditutup. Pilih register lain di pengaturan nomor.")
            % {"series": series.name}
        )
    return series


def take_number(
    series_code: str,
    *,
    at: datetime,
    case_id: UUID | None = None,
    classification: str = "",
    service: str = "",
    by_name: str = "",
) -> NumberTaken:
    """
    Take the next number of a series and enter it in the register, in state "taken".

    The year and the Roman month are the office's at `at`. `classification` overrides the series'
    own. Two statements, four for the first of a year. Raises NoSuchSeries if there is no such
    series, NumberProblem if it is closed, its block is used up, or the written number stands in a register already.
    """
    series = _open_series(series_code)
    at_date = queries.local_date(at)
    year = _year(series, at_date)
    with transaction.atomic(savepoint=False):
        seq = _count_up(series, year)
        number = _written(series, seq, at_date, classification, service)
        return _enter(series, year, seq, number, at=at, case_id=case_id, by_name=by_name)


def take_numbers(
    series_code: str, *, at: datetime, case_ids: Sequence[UUID], by_name: str = ""
) -> list[str]:
    """
    Take a run of numbers for cases that come in together; return them in order. Usually two statements.

    Joins the caller's transaction. Raises NoSuchSeries, NumberProblem if the series is closed or its block is
    used up, and IntegrityError if a written number stands in a register already.
    """
    series = _open_series(series_code)
    at_date = queries.local_date(at)
    year = _year(series, at_date)
    with transaction.atomic(savepoint=False):
        first = _count_up(series, year, len(case_ids))
        rows = [
            NumberTaken(
                series=series,
                year=year,
                seq=seq,
                number=_written(series, seq, at_date, "", ""),
                case_id=case_id,
                at=at,
                by=by_name,
                state=NumberState.TAKEN,
            )
            for seq, case_id in enumerate(case_ids, start=first)
        ]
        NumberTaken.objects.bulk_create(rows)
    return [row.number for row in rows]


def _count_up(series: NumberSeries, year: int, count: int = 1) -> int:
    """
    Raise the counter of a series by `count` and return the first number of the run.

    Usually one statement, in which nobody else's run gets between. Raises NumberProblem if the block is used up.
    """
    table = connection.ops.quote_name(NumberCounter._meta.db_table)
    # By cursor: Django has no UPDATE that returns what it wrote, and one statement needs no second try.
    raise_it = (
        f"UPDATE {table} SET value = CASE WHEN value + 1 < %s THEN %s ELSE value + %s END"  # noqa: S608  no input
        " WHERE series_id = %s AND year = %s RETURNING value"
    )
    values = [series.block_start, series.block_start + count - 1, count, series.pk, year]
    with connection.cursor() as cursor:
        cursor.execute(raise_it, values)
        row = cursor.fetchone()
        if row is None:
            _counter(series, year)
            cursor.execute(raise_it, values)
            row = cursor.fetchone()
    last = int(row[0])
    if series.block_end is not None and last > series.block_end:
        raise _used_up(series)
    return last - count + 1


def reserve_numbers(series_code: str, *, year: int, count: int) -> int:
    """
    Raise a series' counter of the year (0: not yearly) by `count`; return the first number of the block.

    The caller enters every number of it into the register, in the same transaction. Usually one statement. Raises
    NoSuchSeries, or NumberProblem if the block of the series is used up.
    """
    with transaction.atomic():
        return _count_up(queries.get_series(series_code), year, count)


def _enter(
    series: NumberSeries,
    year: int,
    seq: int,
    number: str,
    *,
    at: datetime,
    case_id: UUID | None,
    by_name: str,
) -> NumberTaken:
    row = NumberTaken(
        series=series,
        year=year,
        seq=seq,
        number=number,
        case_id=case_id,
        at=at,
        by=by_name,
        state=NumberState.TAKEN,
    )
    if not insert(row, or_leave=True):
        raise NumberProblem(
            _(
                "Nomor %(number)s sudah ada dalam register. Periksa pola dan nomor awal %(series)s"
                " di pengaturan nomor."
            )
            % {"number": number, "series": series.name}
        )
    return row


def preview_number(
    series_code: str, *, at: datetime, classification: str = "", service: str = ""
) -> str:
    """
    Return the number that would be taken next. Consumes nothing, promises nothing.

    Raises NoSuchSeries, or NumberProblem if the block is used up.
    """
    series = queries.get_series(series_code)
    at_date = queries.local_date(at)
    last = NumberCounter.objects.filter(series=series, year=_year(series, at_date))
    value = last.values_list("value", flat=True).first() or 0
    return _written(series, _next(series, value), at_date, classification, service)


def use_number(number_id: int, number: str, *, at: datetime, by_name: str = "") -> None:
    """
    Mark a taken number, by the id of its row in the register, as used by an issued paper. One statement.

    Raises NumberProblem if it is void or used already.
    """
    _settle(number_id, number, NumberState.USED, at=at, by_name=by_name, reason="")


def void_number(taken: NumberTaken, *, reason: str, at: datetime, by_name: str) -> None:
    """
    Give a taken number up: it stays in the register as void, with the reason.

    Raises NumberProblem if there is no reason, or it is used or void already.
    """
    if not reason.strip():
        raise NumberProblem(_("Tulis alasan pembatalan nomor; alasan itu tercatat dalam register."))
    _settle(taken.pk, taken.number, NumberState.VOID, at=at, by_name=by_name, reason=reason.strip())


def void_numbers(numbers: Sequence[str], *, reason: str, at: datetime, by_name: str) -> int:
    """Give numbers up that were taken together; return how many were not void or used already. One statement."""
    return NumberTaken.objects.filter(number__in=list(numbers), state=NumberState.TAKEN).update(
        state=NumberState.VOID, reason=reason, settled_at=at, settled_by=by_name
    )


def _settle(
    number_id: int, number: str, state: NumberState, *, at: datetime, by_name: str, reason: str
) -> None:
    changed = NumberTaken.objects.filter(id=number_id, state=NumberState.TAKEN).update(
        state=state, reason=reason, settled_at=at, settled_by=by_name
    )
    if changed != 1:
        raise NumberProblem(
            _("Nomor %(number)s sudah dipakai atau sudah dibatalkan.") % {"number": number}
        )


def set_start(series_code: str, *, year: int, next_seq: int, by_name: str, at: datetime) -> None:
    """
    Let a series go on from a paper or SiCantik register: its next number in `year` is `next_seq`.

    Raises NumberProblem if that number or a later one was given out already, or it lies outside
    of the block.
    """
    series = queries.get_series(series_code)
    kept_year = year if series.yearly else 0
    if next_seq < series.block_start or (series.block_end and next_seq > series.block_end):
        raise NumberProblem(_("Nomor awal harus berada di dalam blok nomor register ini."))
    with transaction.atomic():
        counter = _counter(series, kept_year)
        given = NumberTaken.objects.filter(series=series, year=kept_year, seq__gte=next_seq)
        if given.exists():
            raise NumberProblem(
                _(
                    "Nomor %(seq)s atau sesudahnya sudah pernah diberikan. Pilih nomor yang lebih"
                    " tinggi."
                )
                % {"seq": next_seq}
            )
        changed = NumberCounter.objects.filter(id=counter.id, value=counter.value).update(
            value=next_seq - 1
        )
        if changed != 1:
            raise NumberProblem(_("Sebuah nomor baru saja diambil. Periksa lagi nomor awalnya."))
        note_change(
            f"series:{series_code}",
            before={"next": counter.value + 1},
            after={"next": next_seq},
            by_name=by_name,
            at=at,
        )


def save_series(
    code: str,
    *,
    name: str,
    pattern: str,
    classification: str = "",
    unit: str = "",
    yearly: bool = True,
    block_start: int = 1,
    block_end: int | None = None,
    note: str = "",
    active: bool = True,
    by_name: str,
    at: datetime,
) -> NumberSeries:
    """
    Create or change a series.

    Raises NumberProblem if the pattern cannot be used or would give one number twice, the block is
    impossible, or the yearly restart of a series in use is changed.
    """
    try:
        numbering.check_pattern(pattern, yearly=yearly)
    except BadPattern as error:
        raise NumberProblem(error.message) from error
    if block_start < 1 or (block_end is not None and block_end < block_start):
        raise NumberProblem(_("Akhir blok nomor harus sama dengan atau sesudah awalnya."))
    old = NumberSeries.objects.filter(code=code).first()
    if old is not None and old.yearly != yearly and old.taken.exists():
        raise NumberProblem(
            _("Register yang sudah dipakai tidak dapat diubah cara mulainya. Buat register baru.")
        )
    values = {
        "name": name,
        "pattern": pattern,
        "classification": classification,
        "unit": unit,
        "yearly": yearly,
        "block_start": block_start,
        "block_end": block_end,
        "note": note,
        "active": active,
    }
    before = {field: getattr(old, field) for field in values} if old else {}
    with transaction.atomic():
        note_change(f"series:{code}", before=before, after=values, by_name=by_name, at=at)
        saved = NumberSeries.objects.update_or_create(code=code, defaults=values)[0]
        forget_kept()
        return saved
