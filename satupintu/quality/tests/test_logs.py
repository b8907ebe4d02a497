"""A foreign log comes back from our own with its figures: every line of what two other programs counted."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count

from satupintu.lib.tests.rows import made_once
from satupintu.quality.models import Outcome
from satupintu.quality.queries import log_figures, month_figures
from satupintu.quality.rules import (
    LogFigures,
    LoggedCase,
    LoggedEvent,
    Span,
    figures_of,
    recap,
    spread,
)
from satupintu.quality.tests.test_recap import counts, read_all
from satupintu.workflow import replay
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Pending
from satupintu.workflow.services import run_readers

DATA = Path(__file__).parents[2] / "workflow" / "tests" / "data"
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def told(found: LogFigures) -> dict[str, Any]:
    """Return the figures under the names and in the shape of the reference file."""
    seconds, longer, kept = found.seconds, found.seconds_of_longer, found.kept
    assert longer is not None
    mean, median, most = found.events_a_case
    return {
        "cases": found.cases,
        "events": found.events,
        "activities": len(found.activities),
        "variants": len(found.variants),
        "variants_singletons": found.single_variants,
        "start": dict(found.start),
        "end": dict(found.end),
        "activity_frequency": dict(found.activities),
        "activity_case_frequency": dict(found.activity_cases),
        "duration_seconds": {
            "min": seconds.least,
            "p25": seconds.p25,
            "median": seconds.median,
            "p75": seconds.p75,
            "p90": seconds.p90,
            "p95": seconds.p95,
            "max": seconds.most,
            "mean": seconds.mean,
            "zero": seconds.zero,
        },
        "duration_excluding_single_event_cases": {
            "n": longer.count,
            "median": longer.median,
            "p90": longer.p90,
        },
        "events_per_case": {"mean": mean, "median": median, "max": most},
        "dfg": {
            f"{one} -> {two}": {"count": edge.count, "median_s": edge.median, "mean_s": edge.mean}
            for (one, two), edge in found.edges.items()
        },
        "resources": len(found.resources),
        "top_resources": dict(found.resources.most_common(10)),
        "groups": dict(found.groups),
        "channel": {
            name: {"n": one.count, "median_s": one.median, "p90_s": one.p90}
            for name, one in found.channels.items()
        },
        "department": {
            name: {"n": one.count, "median_s": one.median, "p90_s": one.p90}
            for name, one in found.departments.items()
        },
        "sla": {
            "rule": "case attr enddate > deadline",
            "late": kept.late,
            "on_time": kept.on_time,
            "no_enddate": kept.unfinished,
            "late_share_of_closed": kept.late_share,
        },
        "cases_with_repeated_activity": found.reworked,
        "arrivals_by_month_local": dict(found.months),
        "arrivals_by_weekday_local_mon0": {str(day): n for day, n in found.weekdays.items()},
        "top_variants": [
            {"n": times, "share": times / found.cases, "trace": list(trace)}
            for trace, times in found.variants.most_common(10)
        ],
    }


def compare(found: Any, wanted: Any, where: str) -> None:
    """Compare every value; fractions to a millionth of a second."""
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys(), where
        for key in wanted:
            compare(found[key], wanted[key], f"{where} / {key}")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-6), where
    else:
        assert found == wanted, where


def replayed_receipt() -> replay.Report:
    """Replay the log, once a process; return what the replay said."""
    mapping = replay.read_mapping(DATA / "receipt.toml")
    return made_once(
        "receipt", lambda: replay.replay(DATA / "receipt.xes.gz", mapping, recorded_at=AT)
    )


@pytest.mark.slow
def test_the_receipt_log_comes_back_with_every_published_figure(db: None) -> None:
    reference = json.loads((DATA / "receipt-reference.json").read_text())

    report = replayed_receipt()

    assert (report.cases, report.events, report.skipped) == (1434, 8577, 0)
    assert sorted(Case.objects.values_list("channel").annotate(n=Count("pk"))) == [
        ("counter", 109),
        ("email", 21),
        ("post", 53),
        ("system", 1),
        ("web", 1250),
    ]
    assert audit().broken == []

    found = log_figures("replay:receipt", AMSTERDAM)
    assert found is not None
    compare(told(found), reference, "")
    # What only REFERENCE.md of the log tells, not its JSON.
    assert found.first_at == datetime(2010, 10, 2, 7, 20, 39, 266000, tzinfo=UTC)
    assert found.last_at == datetime(2012, 1, 23, 14, 42, 54, 644000, tzinfo=UTC)
    assert found.seconds.nearest_median == pytest.approx(2800.432)
    assert found.seconds.nearest_p90 == pytest.approx(1217899.896)
    assert (len(found.groups), len(found.edges), found.kept.last_event_late) == (10, 99, 92)

    # Quality, and nobody else, sees what ended.
    assert set(Pending.objects.values_list("reader", flat=True)) == {"quality"}
    assert Pending.objects.count() == found.kept.late + found.kept.on_time
    while run_readers(at=AT, limit=500):
        pass
    kept = Outcome.objects.filter(service_code="replay:receipt", kind="replayed")
    assert kept.filter(on_time=False).count() == found.kept.late == 377
    assert kept.filter(on_time=True).count() == found.kept.on_time == 952
    assert month_figures(datetime(2011, 3, 31, tzinfo=UTC).date()).decided == 0


@pytest.mark.slow
def test_the_recap_of_a_foreign_log_agrees_with_its_published_figures(db: None) -> None:
    reference = json.loads((DATA / "receipt-reference.json").read_text())
    replayed_receipt()
    read_all(AT)
    ends = {one.case_id: one for one in Outcome.objects.all()}
    spans = []
    for key, opened in Case.objects.filter(kind="replayed").values_list("pk", "opened_at"):
        end, day = ends.get(key), opened.astimezone(AMSTERDAM).date()
        if end is None:
            spans.append(Span("receipt", day))
        else:
            ended = max(day, end.decided_at.astimezone(AMSTERDAM).date())
            spans.append(Span("receipt", day, ended, end.result, on_time=end.on_time))

    whole = recap(spans, date(2010, 1, 1), date(2026, 12, 31))[0]
    sla = reference["sla"]
    assert counts(whole) == (0, 1434, sla["on_time"] + sla["late"], 0, 0, sla["no_enddate"])
    assert (whole.on_time, whole.promised) == (sla["on_time"], sla["on_time"] + sla["late"])

    left = 0
    for month, arrived in sorted(reference["arrivals_by_month_local"].items()):
        first = date.fromisoformat(f"{month}-01")
        line = recap(spans, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))[
            0
        ]
        assert (line.carried, line.received) == (left, arrived), month
        left = line.left


def test_an_empty_log_has_no_figures(db: None) -> None:
    assert log_figures("replay:none", UTC) is None
    assert figures_of([], UTC) is None


def test_the_figures_of_one_case_of_one_event() -> None:
    at = datetime(2020, 6, 19, 20, 0, tzinfo=UTC)

    found = figures_of([LoggedCase([LoggedEvent("Daftar", at)])], ZoneInfo("Asia/Jakarta"))

    assert found is not None
    assert (found.cases, found.events, found.reworked, found.edges) == (1, 1, 0, {})
    assert (found.seconds.median, found.seconds.zero, found.seconds_of_longer) == (0, 1, None)
    assert found.weekdays == {5: 1}  # Saturday there already
    assert (found.kept.unfinished, found.kept.late_share) == (1, None)


def test_a_spread_tells_both_conventions() -> None:
    found = spread([4.0, 1.0, 2.0, 3.0])

    assert (found.least, found.p25, found.median, found.most) == (1.0, 1.75, 2.5, 4.0)
    assert (found.nearest_median, found.nearest_p90, found.mean) == (2.0, 4.0, 2.5)
