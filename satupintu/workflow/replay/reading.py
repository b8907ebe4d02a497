"""Reading a foreign log: XES or CSV, packed or not, as flat events with their times."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from satupintu.workflow.replay.mapping import BadLog, LogMap

Event = dict[str, str]


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


def by_case(path: Path, mapping: LogMap) -> Iterator[tuple[str, list[tuple[datetime, Event]]]]:
    """
    Yield each case with its events and their moments (UTC), earliest first; in file order where moments are equal.

    Raises BadLog naming the case or event that cannot be used.
    """
    cases: dict[str, list[tuple[datetime, Event]]] = {}
    for position, event in enumerate(read_events(path, mapping), start=1):
        for needed in (mapping.case, mapping.activity):
            if not event.get(needed):
                raise BadLog(f"{path}, event {position}: {needed!r} is empty.")
        at = moment(event, mapping.time, mapping, path)
        cases.setdefault(event[mapping.case], []).append((at, event))
    for name, events in cases.items():
        yield name, sorted(events, key=lambda pair: pair[0])


def moment(event: Event, key: str, mapping: LogMap, path: Path) -> datetime:
    """Return a time of the log in UTC. Raises BadLog if it cannot be read or has no zone."""
    text = event.get(key, "")
    where = f"{path}, case {event.get(mapping.case, '?')}"
    try:
        found = (
            datetime.strptime(text, mapping.time_format)  # noqa: DTZ007  the zone follows
            if mapping.time_format
            else datetime.fromisoformat(text)
        )
    except ValueError as error:
        wanted = (
            f"It must be written as {mapping.time_format!r} (time_format of the mapping)."
            if mapping.time_format
            else "It must be ISO 8601, or the mapping must say time_format."
        )
        raise BadLog(f"{where}: the time {text!r} cannot be read. {wanted}") from error
    if found.tzinfo is None:
        if not mapping.zone:
            raise BadLog(f"{where}: the time {text!r} has no zone. Write zone into the mapping.")
        found = found.replace(tzinfo=ZoneInfo(mapping.zone))
    return found.astimezone(UTC)


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
        reader = csv.DictReader(file, delimiter=mapping.delimiter)
        for key in (mapping.case, mapping.activity, mapping.time):
            if key not in (reader.fieldnames or ()):
                raise BadLog(
                    f"{path}: there is no column {key!r}. The columns are: {', '.join(reader.fieldnames or ())}."
                    f" They are separated by {mapping.delimiter!r} (delimiter of the mapping)."
                )
        for row in reader:
            yield {name: value or "" for name, value in row.items() if name}
