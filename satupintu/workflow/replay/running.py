"""Running a foreign log through perform_move, each event once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.text import slugify

from satupintu.people.rules import Actor, Role
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.moves import Facts, open_case, perform_move
from satupintu.workflow.registry import CaseKind, register_kind
from satupintu.workflow.replay.mapping import BadLog, LogMap
from satupintu.workflow.replay.reading import Event, by_case, moment
from satupintu.workflow.rules import KIND_REPLAYED

READERS = ("quality",)  # all other readers are off: nobody is told anything about a foreign log
_ACTOR_LENGTH = 160
_NUMBER_LENGTH = 40


@dataclass(slots=True)
class Report:
    """What a replay did. Counts of this run; `skipped` events had arrived before."""

    cases: int = 0
    events: int = 0
    skipped: int = 0
    activities: dict[str, int] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None


def lifecycle_of(activities: Mapping[str, str]) -> rules.Lifecycle:
    """Return a lifecycle with open order: each activity (slug -> name) is a state, reached from any state."""
    states = {slug: rules.Status(label=name) for slug, name in activities.items()}
    system = frozenset({Role.SYSTEM})
    moves = {("*", slug): rules.Move(slug, system, name) for slug, name in activities.items()}
    moves |= {
        (rules.NEW, slug): rules.Move(slug, system, name) for slug, name in activities.items()
    }
    return rules.Lifecycle(name=KIND_REPLAYED, opening="", states=states, moves=moves)


def slug_of(activity: str) -> str:
    """Return the state's name of an activity: readable, at most 30 characters, distinct by a short hash."""
    return f"{slugify(activity)[:22].strip('-')}-{_mark(activity, 6)}"


def number_of(log: str, case: str) -> str:
    """Return the number of a replayed case: log and case id, distinct by a short hash where they are too long."""
    number = f"{log}-{case}"
    if len(number) <= _NUMBER_LENGTH:
        return number
    return f"{number[: _NUMBER_LENGTH - 11]}-{_mark(case, 10)}"


def _mark(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def replay(
    path: Path,
    mapping: LogMap,
    *,
    recorded_at: datetime,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """
    Run a log through perform_move and return what was done.

    Events of a case are taken by their time, equal ones in file order. An event that was replayed before is skipped;
    one that lies before what was replayed is appended and leaves the case in its state. Readers other than quality do
    not see them. Raises BadLog, also if the log no longer agrees with what was replayed before; cases already finished
    stay, the one under work is rolled back.
    """
    run = _Run(path, mapping, recorded_at)
    for number, (name, events) in enumerate(by_case(path, mapping), start=1):
        _replay_case(run, name, events)
        if progress:
            progress(number)
    return run.report


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over one log: where it reads, and what it has done so far."""

    path: Path
    mapping: LogMap
    recorded_at: datetime
    report: Report = field(default_factory=Report)


@dataclass(slots=True)
class _Known:
    """What our log holds of a foreign case: its rows by reference, and its latest attributes and moment."""

    rows: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    last_at: datetime | None = None


def _known(case_id: UUID, origin: str) -> _Known:
    known = _Known()
    rows = Transition.objects.filter(case_id=case_id, origin=origin).order_by("seq")
    for ref, at, data in rows.values_list("origin_ref", "at", "data"):
        known.rows[str(ref)] = (data["activity"], data["resource"], at)
        known.attributes |= {key: data[key] for key in ("case", "about") if key in data}
        known.last_at = max(known.last_at or at, at)
    return known


@transaction.atomic
def _replay_case(run: _Run, name: str, events: list[tuple[datetime, Event]]) -> None:
    origin, report = run.mapping.origin, run.report
    case_id = uuid5(NAMESPACE_URL, f"{origin}/{name}")
    known = _known(case_id, origin)
    refs = _references(run.mapping, case_id, events)
    _refuse_changed(run, name, known, dict(zip(refs, events, strict=True)))
    case = Case.objects.get(pk=case_id) if known.rows else None
    report.cases += case is None
    for ref, (at, event) in zip(refs, events, strict=True):
        if ref in known.rows:
            report.skipped += 1
            continue
        facts = _facts(run, event, ref, known)
        by = _actor(event, run.mapping)
        readers = _readers(facts)
        activity = event[run.mapping.activity]
        slug, lifecycle = _move_of(
            activity, case, late=known.last_at is not None and at < known.last_at
        )
        if case is None:
            case = open_case(
                kind=KIND_REPLAYED,
                number=number_of(run.mapping.name, name),
                lifecycle=replace(lifecycle, opening=slug),
                by=by,
                at=at,
                facts=facts,
                readers=readers,
                case_id=case_id,
            ).case
        else:
            perform_move(
                case=case,
                lifecycle=lifecycle,
                action=slug,
                by=by,
                at=at,
                facts=facts,
                readers=readers,
            )
        known.last_at = max(known.last_at or at, at)
        report.events += 1
        report.activities[activity] = report.activities.get(activity, 0) + 1
        report.first_at = min(report.first_at or at, at)
        report.last_at = max(report.last_at or at, at)


def _references(mapping: LogMap, case_id: UUID, events: list[tuple[datetime, Event]]) -> list[str]:
    """
    Return what tells each event apart, whatever its place in the file: the log's own id of it, else a hash of what,
    when and who, counted where a case has the same event twice.
    """
    refs: list[str] = []
    times: Counter[str] = Counter()
    for at, event in events:
        if mapping.event and event.get(mapping.event):
            own = f"id:{event[mapping.event]}"
        else:
            parts = [event[mapping.activity], at.isoformat(), event.get(mapping.resource, "")]
            own = "\0".join(parts)
        times[own] += 1
        mark = _mark(f"{own}\0{times[own]}", 32)
        refs.append(f"{case_id}:{mark}")
    return refs


def _refuse_changed(
    run: _Run, name: str, known: _Known, given: Mapping[str, tuple[datetime, Event]]
) -> None:
    """Refuse a log that says otherwise of an event than before: a row of our log never changes."""
    mapping = run.mapping
    for ref, (activity, resource, at) in known.rows.items():
        was = f"{activity!r} of {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC by {resource or 'nobody'!r}"
        if ref not in given:
            if mapping.event:
                continue  # a part of a log: its own ids tell the rest apart
            raise BadLog(
                f"{run.path}, case {name}: {was} was replayed before and is not in this log, or is changed in it."
                " Give the whole log, name the column of the event's own id (event), or replay under another name."
            )
        now_at, event = given[ref]
        now = (event[mapping.activity], event.get(mapping.resource, ""), now_at)
        if now != (activity, resource, at):
            raise BadLog(
                f"{run.path}, case {name}: {was} was replayed before, and the same event is now {now[0]!r} of"
                f" {now_at:%Y-%m-%d %H:%M:%S} UTC by {now[1] or 'nobody'!r}. Correct the log, or replay under"
                " another name."
            )


def _move_of(activity: str, case: Case | None, *, late: bool) -> tuple[str, rules.Lifecycle]:
    """Return the action of an activity, and a lifecycle that knows it and the state the case is in."""
    slug = slug_of(activity)
    lifecycle = lifecycle_of({slug: activity} | ({case.state: case.state} if case else {}))
    if late:  # it happened before what we know: the case stands where it stood
        moves = {key: replace(move, to=None) for key, move in lifecycle.moves.items()}
        lifecycle = replace(lifecycle, moves=moves)
    return slug, lifecycle


def _actor(event: Event, mapping: LogMap) -> Actor:
    resource = event.get(mapping.resource, "")[:_ACTOR_LENGTH]  # whole in the row's data
    return Actor(name=resource or mapping.name, roles=frozenset({Role.SYSTEM}), role=Role.SYSTEM)


def _facts(run: _Run, event: Event, ref: str, known: _Known) -> Facts:
    """Return what the row keeps of a foreign event; the attributes of its case where they are new or changed."""
    mapping = run.mapping
    data: dict[str, Any] = {
        "activity": event[mapping.activity],
        "resource": event.get(mapping.resource, ""),
        "group": event.get(mapping.group, ""),
    }
    data |= {key: event[key] for key in mapping.event_keys if event.get(key)}
    attributes = {
        "case": {key: event[key] for key in mapping.case_keys if event.get(key)},
        "about": _about(run, event),
    }
    fresh = {
        key: value
        for key, value in attributes.items()
        if value and known.attributes.get(key) != value
    }
    known.attributes |= fresh
    return Facts(
        channel=mapping.channels.get(event.get(mapping.channel, ""), "replay"),
        origin=mapping.origin,
        origin_ref=ref,
        recorded_at=run.recorded_at,
        data=data | fresh,
    )


def _about(run: _Run, event: Event) -> dict[str, str]:
    """Return what figures need of a case, under our own names; moments in UTC."""
    mapping = run.mapping
    about = {"channel": event.get(mapping.channel), "department": event.get(mapping.department)}
    for name, key in (("deadline", mapping.deadline), ("finished", mapping.finished)):
        if event.get(key):
            about[name] = moment(event, key, mapping, run.path).isoformat()
    return {name: value for name, value in about.items() if value}


def _readers(facts: Facts) -> list[str]:
    """Return who sees the row: quality, where the row says how its case ended."""
    if "finished" not in facts.data.get("about", {}):
        return []
    return [name for name in registry.readers_for(KIND_REPLAYED) if name in READERS]


def register() -> None:
    """Make replayed cases a kind of case; they have no page and no actions."""
    register_kind(
        CaseKind(
            name=KIND_REPLAYED,
            lifecycle=lambda case: lifecycle_of({case.state: case.state}),
            actions={},
            page=lambda _case: "",
            title=lambda case, _language: case.number,
        )
    )
