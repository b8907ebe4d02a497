"""
Replaying a foreign permit log through perform_move, at its own times.

The mapping (TOML) says which columns or XES keys hold what; the lifecycle is built from it with an open order: every
activity is a move from any state. Foreign names of activities, resources and groups stay on the row (`data`). Every
event has an origin reference, so a second run adds nothing, and a run that was killed goes on where it stopped.
"""

import csv
import gzip
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from django.db import transaction
from django.utils.text import slugify

from satupintu.people.rules import Actor, Role
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.services import CaseKind, Facts, open_case, perform_move, register_kind

KIND = "replayed"
READERS = ("quality",)  # all other readers are off: nobody is told anything about a foreign log


class BadLog(Exception):
    """The log or the mapping cannot be used; the message says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class LogMap:
    """Which key of the log holds what, as the mapping file says."""

    name: str
    case: str
    activity: str
    time: str
    resource: str = ""
    group: str = ""
    event_keys: tuple[str, ...] = ()  # further event keys to keep on the row
    case_keys: tuple[str, ...] = ()  # case attributes to keep on the opening row
    channel: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What a replay did. Counts of this run; `skipped` events had arrived before."""

    cases: int = 0
    events: int = 0
    skipped: int = 0
    activities: dict[str, int] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None


Event = dict[str, str]


def read_mapping(path: Path) -> LogMap:
    """Return the mapping. Raises BadLog naming the file and the key that is wrong or missing."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadLog(f"{path}: cannot be read ({error.strerror}).") from error
    except tomllib.TOMLDecodeError as error:
        raise BadLog(f"{path}: is not TOML: {error}.") from error
    allowed = set(LogMap.__dataclass_fields__)
    if unknown := sorted(set(table) - allowed):
        raise BadLog(f"{path}: unknown key {unknown[0]!r}. Allowed: {', '.join(sorted(allowed))}.")
    for key in ("name", "case", "activity", "time"):
        if not table.get(key):
            raise BadLog(
                f"{path}: the key {key!r} is missing. It names the column or XES key that holds it."
            )
    for key in ("event_keys", "case_keys"):
        table[key] = tuple(table.get(key, ()))
    return LogMap(**table)


# --- Reading ---------------------------------------------------------------------------------


def read_events(path: Path, mapping: LogMap) -> Iterator[Event]:
    """Yield events in the order of the file, as flat text values; case attributes as "case:<key>"."""
    if not path.exists():
        raise BadLog(f"{path}: there is no such file.")
    names = path.name.lower()
    try:
        if names.endswith((".xes", ".xes.gz")):
            yield from _read_xes(path)
        elif names.endswith((".csv", ".csv.gz")):
            yield from _read_csv(path, mapping)
        else:
            raise BadLog(f"{path}: the name must end in .xes, .xes.gz, .csv or .csv.gz.")
    except (
        ET.ParseError,
        gzip.BadGzipFile,
        EOFError,
        UnicodeDecodeError,
        csv.Error,
    ) as error:
        raise BadLog(f"{path}: is damaged or not of the kind its name says: {error}.") from error


def _open(path: Path) -> Any:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _read_xes(path: Path) -> Iterator[Event]:
    with _open(path) as file:
        trace: Event = {}
        depth_event: Event | None = None
        inside_global = 0
        marks = ET.iterparse(file, events=("start", "end"))  # noqa: S314 - its owner's own file; expat refuses bombs
        for what, element in marks:
            tag = element.tag.rpartition("}")[2]
            if tag in ("global", "classifier", "extension"):
                inside_global += 1 if what == "start" else -1
            elif inside_global:
                continue
            elif what == "start":
                if tag == "trace":
                    trace = {}
                elif tag == "event":
                    depth_event = {}
                elif "key" in element.attrib and "value" in element.attrib:
                    target = trace if depth_event is None else depth_event
                    prefix = "case:" if depth_event is None else ""
                    target[prefix + element.attrib["key"]] = element.attrib["value"]
            elif tag == "event":
                assert depth_event is not None
                yield trace | depth_event
                depth_event = None
            elif tag == "trace":
                element.clear()


def _read_csv(path: Path, mapping: LogMap) -> Iterator[Event]:
    with _open(path) as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for key in (mapping.case, mapping.activity, mapping.time):
            if key not in (reader.fieldnames or ()):
                raise BadLog(
                    f"{path}: there is no column {key!r}. The columns are: {', '.join(reader.fieldnames or ())}."
                )
        for row in reader:
            yield {name: value or "" for name, value in row.items() if name}


# --- Replaying -------------------------------------------------------------------------------


def lifecycle_of(activities: Mapping[str, str]) -> rules.Lifecycle:
    """Return a lifecycle with open order: each activity (slug -> name) is a state, reached from any state."""
    states = {slug: rules.Status(label=name) for slug, name in activities.items()}
    system = frozenset({Role.SYSTEM})
    moves = {("*", slug): rules.Move(slug, system, name) for slug, name in activities.items()}
    moves |= {
        (rules.NEW, slug): rules.Move(slug, system, name) for slug, name in activities.items()
    }
    return rules.Lifecycle(name=KIND, opening="", states=states, moves=moves)


def slug_of(activity: str) -> str:
    """Return the state's name of an activity: readable, at most 30 characters, distinct by a short hash."""
    mark = hashlib.sha256(activity.encode()).hexdigest()[:6]
    return f"{slugify(activity)[:22].strip('-')}-{mark}"


def _when(event: Event, mapping: LogMap, path: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(event[mapping.time])
    except (KeyError, ValueError) as error:
        raise BadLog(
            f"{path}, case {event.get(mapping.case, '?')}: the time {event.get(mapping.time, '')!r} cannot be read."
            " It must be ISO 8601 with a zone."
        ) from error
    if moment.tzinfo is None:
        raise BadLog(
            f"{path}, case {event.get(mapping.case, '?')}: the time {event[mapping.time]!r} has no zone."
        )
    return moment.astimezone(UTC)


def replay(
    path: Path,
    mapping: LogMap,
    *,
    recorded_at: datetime,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """
    Run a log through perform_move and return what was done.

    Events of one case must stand together in the file (XES) or are taken in file order (CSV). Readers other than
    quality do not see them. Raises BadLog; cases already finished stay, the one under work is rolled back.
    """
    run = _Run(path, mapping, recorded_at)
    for number, (name, events) in enumerate(_by_case(path, mapping), start=1):
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

    @property
    def origin(self) -> str:
        return f"replay:{self.mapping.name}"[:40]


def _by_case(path: Path, mapping: LogMap) -> Iterator[tuple[str, list[Event]]]:
    cases: dict[str, list[Event]] = {}
    key = mapping.case
    for position, event in enumerate(read_events(path, mapping), start=1):
        for needed in (key, mapping.activity):
            if not event.get(needed):
                raise BadLog(f"{path}, event {position}: {needed!r} is empty.")
        cases.setdefault(event[key], []).append(event)
    yield from cases.items()


@transaction.atomic
def _replay_case(run: _Run, name: str, events: list[Event]) -> None:
    arrived = set(
        Transition.objects.filter(origin=run.origin, origin_ref__startswith=f"{name}:").values_list(
            "origin_ref", flat=True
        )
    )
    case_id = uuid5(NAMESPACE_URL, f"{run.origin}/{name}")
    case = Case.objects.filter(pk=case_id).first() if arrived else None
    report = run.report
    report.cases += case is None
    for position, event in enumerate(events):
        ref = f"{name}:{position}"
        if ref in arrived:
            report.skipped += 1
            continue
        at = _when(event, run.mapping, run.path)
        slug, lifecycle = _move_of(event[run.mapping.activity], case)
        facts = _facts(run, event, ref, first=case is None)
        by = _actor(event, run.mapping)
        if case is None:
            case = open_case(
                kind=KIND,
                number=f"{run.mapping.name}-{name}"[:40],
                lifecycle=replace(lifecycle, opening=slug),
                by=by,
                at=at,
                facts=facts,
                readers=_readers(),
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
                readers=_readers(),
            )
        report.events += 1
        activity = event[run.mapping.activity]
        report.activities[activity] = report.activities.get(activity, 0) + 1
        report.first_at = min(report.first_at or at, at)
        report.last_at = max(report.last_at or at, at)


def _move_of(activity: str, case: Case | None) -> tuple[str, rules.Lifecycle]:
    """Return the action of an activity, and a lifecycle that knows it and the state the case is in."""
    slug = slug_of(activity)
    return slug, lifecycle_of({slug: activity} | ({case.state: case.state} if case else {}))


def _actor(event: Event, mapping: LogMap) -> Actor:
    resource = event.get(mapping.resource, "")
    return Actor(name=resource or mapping.name, roles=frozenset({Role.SYSTEM}), role=Role.SYSTEM)


def _facts(run: _Run, event: Event, ref: str, *, first: bool) -> Facts:
    """Return what the row keeps of a foreign event; the first of a case also keeps the case's attributes."""
    mapping = run.mapping
    data: dict[str, Any] = {
        "activity": event[mapping.activity],
        "resource": event.get(mapping.resource, ""),
        "group": event.get(mapping.group, ""),
    }
    data |= {key: event[key] for key in mapping.event_keys if event.get(key)}
    opening = {key: event[key] for key in mapping.case_keys if first and event.get(key)}
    if opening:
        data["case"] = opening
    return Facts(
        channel=mapping.channels.get(event.get(mapping.channel, ""), "replay"),
        origin=run.origin,
        origin_ref=ref,
        recorded_at=run.recorded_at,
        data=data,
    )


def _readers() -> list[str]:
    return [name for name in registry.readers_for(KIND) if name in READERS]


def register() -> None:
    """Make replayed cases a kind of case; they have no page and no actions."""
    register_kind(
        CaseKind(
            name=KIND,
            lifecycle=lambda case: lifecycle_of({case.state: case.state}),
            actions={},
            page=lambda _case: "",
            title=lambda case, _language: case.number,
        )
    )
