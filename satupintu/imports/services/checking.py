"""The dry run: every row under the present mapping, what is wrong with it, and what it repeats."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from satupintu.catalogue.queries import current_version, definition_of
from satupintu.catalogue.rules import System
from satupintu.imports.models import Import, ImportRow
from satupintu.imports.rules import CHUNK_CHECK, RowState
from satupintu.imports.rules.cells import number_key
from satupintu.imports.rules.columns import Target
from satupintu.imports.rules.places import Places
from satupintu.imports.rules.rows import Plan, Problem, Reading, is_no_data, read_row
from satupintu.lib.crypto import fingerprint
from satupintu.people.queries import parties_by_identity
from satupintu.permits import imported_queries as old
from satupintu.permits.imported import RUNNING, WITH_PERMIT, Fate, OldCase, Source
from satupintu.permits.services.importing import state_for

# The old register knows days: a submission counts from the opening of that day, a decision from its end.
MORNING, AFTERNOON = time(8), time(15)
_KEY = 60
_CHANGED = ("outcome", "problems", "key", "alike", "case_id", "twin")


@dataclass(frozen=True, slots=True)
class Versions:
    """Service code -> the version in force today, and whose system it is."""

    ids: Mapping[str, int]
    systems: Mapping[str, System]

    @classmethod
    def of(cls, codes: set[str], today: date) -> "Versions":
        rows = {code: current_version(code, today) for code in codes}
        return cls(
            {code: row.pk for code, row in rows.items()},
            {code: definition_of(row).system for code, row in rows.items()},
        )


class TakenMeanwhile(Exception):
    """Another process, which thought this one dead, has worked on these rows."""


def take(rows: Sequence[ImportRow], state: RowState) -> None:
    """
    Make sure, in the caller's transaction, that rows still are as they were read: whoever stood still was followed.

    A compare-and-set that sets nothing new; another process waits until the transaction ends. Raises TakenMeanwhile.
    """
    same = ImportRow.objects.filter(pk__in=[row.pk for row in rows], outcome=state)
    if same.update(outcome=state) != len(rows):
        raise TakenMeanwhile


def check_chunk(batch: Import, *, at: datetime) -> int:
    """
    Check the next rows that wait, and return how many. At most ten statements, one transaction.

    Rows that another process checked meanwhile stay as they are.
    """
    rows = list(
        ImportRow.objects.filter(batch=batch, outcome=RowState.WAITING).order_by("number")[
            :CHUNK_CHECK
        ]
    )
    if rows:
        with suppress(TakenMeanwhile), transaction.atomic():
            take(rows, RowState.WAITING)
            check_rows(batch, rows, at=at)
    return len(rows)


def check_rows(batch: Import, rows: Sequence[ImportRow], *, at: datetime) -> None:
    """Check some rows of an import and write what was found. Joins the caller's transaction."""
    today = timezone.localdate(at)
    plan = Plan.of(batch.headings, batch.mapping)
    readings = {}
    for row in rows:
        if is_no_data(row.cells, plan):
            row.outcome, row.problems, row.key, row.alike = RowState.LEFT, [], "", ""
        else:
            readings[row.pk] = read_row(row.cells, plan, today)
    versions = Versions.of(
        {one.service for one in readings.values() if one.service and not one.left}, today
    )
    for row in rows:
        if row.pk in readings:
            _judge(row, readings[row.pk], versions)
    good = [row for row in rows if row.outcome == RowState.NEW]
    _find_numbers(good, readings)
    _find_twins(batch, good)
    _find_own_cases(good, readings)
    ImportRow.objects.bulk_update(rows, _CHANGED)


def _judge(row: ImportRow, found: Reading, versions: Versions) -> None:
    row.case_id, row.twin = None, None
    if found.left:
        row.outcome, row.problems, row.key, row.alike = RowState.LEFT, [], "", ""
        return
    if found.fate and found.service:
        system = versions.systems[found.service]
        if state_for(system, found.fate) is None:
            found.problems.append(Problem(Target.STATUS, "not_for_system"))
    row.problems = [list(one) for one in found.problems]
    row.outcome = RowState.BAD if found.problems else RowState.NEW
    row.key, row.alike = ("", "") if found.problems else keys_of(found, row)


def keys_of(found: Reading, row: ImportRow) -> tuple[str, str]:
    """
    Return by which marks two rows are one case, and by which they look like one.

    A number of a register is no secret: its mark is the same under every key. Who it is about is one: those marks are
    keyed. A row without a number is one with another only when person, service and day agree; when somebody says that
    it is another case all the same, its own place tells it apart.
    """
    day = found.days.get(Target.SUBMITTED) or found.days.get(Target.DECIDED)
    alike = fingerprint(
        f"alike:{found.holder.key_text}|{found.service}|{day.isoformat() if day else ''}"
    )[:_KEY]
    permit = found.values.get(Target.PERMIT_NUMBER, "")
    number = found.values.get(Target.OLD_NUMBER, "")
    if found.fate in WITH_PERMIT and permit:
        return _public_key(f"permit|{number_key(permit)}"), alike
    if number:
        return _public_key(f"number|{found.service}|{number_key(number)}"), alike
    own = f"|{row.batch_id}|{row.number}" if row.forced else ""
    return fingerprint(f"row:{alike}{own}")[:_KEY], alike


def _public_key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY]


def _find_numbers(rows: Sequence[ImportRow], readings: Mapping[int, Reading]) -> None:
    """Refuse a permit number that stands in this office's registers: two permits would have it."""
    numbers = {
        row.pk: readings[row.pk].values[Target.PERMIT_NUMBER]
        for row in rows
        if readings[row.pk].fate in WITH_PERMIT
    }
    known = old.numbers_known(sorted(set(numbers.values()))) if numbers else {}
    by_key = old.cases_by_key({row.key for row in rows}) if rows else {}
    for row in rows:
        twin = by_key.get(row.key)
        if twin is not None:
            row.outcome, row.case_id = RowState.DUPLICATE, twin.case_id
        elif numbers.get(row.pk) in known:
            row.outcome, row.problems = (
                RowState.BAD,
                [list(Problem(Target.PERMIT_NUMBER, "number_ours"))],
            )


def _find_twins(batch: Import, rows: Sequence[ImportRow]) -> None:
    """Find what the file itself says twice, and what earlier imports brought in of the same person, service and day."""
    good = [row for row in rows if row.outcome == RowState.NEW]
    earlier = ImportRow.objects.filter(
        batch=batch, outcome__in=[RowState.NEW, RowState.DONE, RowState.ALIKE]
    ).exclude(pk__in=[row.pk for row in rows])
    keys = dict(
        earlier.filter(key__in={row.key for row in good})
        .order_by("-number")
        .values_list("key", "number")
    )
    marks = dict(
        earlier.filter(alike__in={row.alike for row in good})
        .order_by("-number")
        .values_list("alike", "number")
    )
    before = old.likely_same({row.alike for row in good})
    for row in good:
        if row.key in keys:
            row.outcome, row.twin = RowState.DUPLICATE, keys[row.key]
            continue
        keys[row.key] = row.number
        if row.alike in before and not row.forced:
            row.outcome, row.case_id = RowState.ALIKE, before[row.alike]
        elif row.alike in marks and not row.forced:
            row.outcome, row.twin = RowState.ALIKE, marks[row.alike]
        marks.setdefault(row.alike, row.number)


def _find_own_cases(rows: Sequence[ImportRow], readings: Mapping[int, Reading]) -> None:
    """Find this office's own cases of the same person, service and day: typed here already, and exported too."""
    good = [row for row in rows if row.outcome == RowState.NEW and not row.forced]
    identities = {readings[row.pk].holder.identity for row in good} - {""}
    parties = parties_by_identity(identities)
    if not parties:
        return
    days = {row.pk: moments(readings[row.pk])[0] for row in good}
    known = old.own_cases_alike(
        {one.pk for several in parties.values() for one in several},
        min(days.values()) - timedelta(days=1),
        max(days.values()) + timedelta(days=1),
    )
    cases = {
        (party, service, timezone.localdate(opened)): case for case, party, service, opened in known
    }
    for row in good:
        found = readings[row.pk]
        day = timezone.localdate(days[row.pk])
        for party in parties.get(found.holder.identity, ()):
            if twin := cases.get((party.pk, found.service, day)):
                row.outcome, row.case_id = RowState.ALIKE, twin


def moments(found: Reading) -> tuple[datetime, datetime | None]:
    """Return when a case was submitted and decided: the days of the old register at the hours of an office."""
    submitted, decided = found.days.get(Target.SUBMITTED), found.days.get(Target.DECIDED)
    begins = submitted or decided
    assert begins is not None, "a row without any day has a problem"
    zone = timezone.get_default_timezone()
    ends = decided or begins
    return (
        datetime.combine(begins, MORNING, zone),
        None if found.fate in RUNNING else datetime.combine(ends, AFTERNOON, zone),
    )


def old_case(
    row: ImportRow, found: Reading, versions: Versions, source: str, places: Places
) -> OldCase:
    """Return what a checked row says, for the owner of cases. Words for a place that is not known stay as words."""
    assert found.fate is not None, "a row without a fate has a problem"
    submitted, decided = moments(found)
    said = found.values.get
    facts = list(found.facts)
    if found.holder.is_organisation and said(Target.NAME) and said(Target.COMPANY):
        facts.insert(0, ("Penanggung jawab", said(Target.NAME, "")))
    district, village = said(Target.DISTRICT, ""), said(Target.VILLAGE, "")
    region = places.find(district, village)
    if district and not region:
        facts.append(("Kecamatan", district))
    if village and region == places.district(district):  # no more than the kecamatan was found
        facts.append(("Kelurahan atau desa", village))
    return OldCase(
        row=row.number,
        source=Source(source),
        fate=Fate(found.fate),
        version_id=versions.ids[found.service],
        holder=found.holder,
        key=row.key,
        alike=row.alike,
        submitted_at=submitted,
        decided_at=decided,
        old_number=said(Target.OLD_NUMBER, ""),
        permit_number=said(Target.PERMIT_NUMBER, ""),
        valid_until=found.days.get(Target.VALID_UNTIL),
        signatory=said(Target.SIGNATORY, ""),
        place=said(Target.PLACE, ""),
        region=region,
        facts=tuple(facts),
    )


def twin_of(rows: Sequence[ImportRow]) -> dict[int, UUID]:
    """Return row -> the case that stands under its key now: who was first. One query."""
    standing = old.cases_by_key({row.key for row in rows})
    return {row.number: standing[row.key].case_id for row in rows if row.key in standing}
