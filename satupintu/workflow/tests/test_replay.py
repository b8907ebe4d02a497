"""Foreign logs through perform_move: the figures of the CoSeLoG receipt log come back from our own log."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from itertools import groupby, pairwise
from pathlib import Path
from statistics import quantiles

import pytest

from satupintu.workflow import replay
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Pending, Task, Transition
from satupintu.workflow.replay import BadLog

DATA = Path(__file__).parent / "data"
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SMALL = """<log>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <trace><string key="concept:name" value="c1"/><string key="channel" value="Desk"/>
    <event><string key="concept:name" value="Received"/>
      <date key="time:timestamp" value="2011-01-03T09:00:00.000+01:00"/>
      <string key="org:resource" value="R1"/></event>
    <event><string key="concept:name" value="Checked"/>
      <date key="time:timestamp" value="2011-01-03T10:00:00.000+01:00"/>
      <string key="org:resource" value="R2"/></event></trace>
</log>"""


def receipt() -> replay.Report:
    return replay.replay(
        DATA / "receipt.xes.gz", replay.read_mapping(DATA / "receipt.toml"), recorded_at=AT
    )


@pytest.mark.slow
def test_the_receipt_log_comes_back_with_its_published_figures(db: None) -> None:
    reference = json.loads((DATA / "receipt-reference.json").read_text())

    report = receipt()

    assert (report.cases, report.events, report.skipped) == (1434, 8577, 0)
    rows = list(
        Transition.objects.order_by("case_id", "seq").values_list(
            "case_id", "data__activity", "at", "data__resource"
        )
    )
    cases = [
        [(activity, at) for _, activity, at, _ in chain]
        for _, chain in groupby(rows, key=lambda r: r[0])
    ]
    traces = Counter(tuple(activity for activity, _ in case) for case in cases)
    durations = sorted((case[-1][1] - case[0][1]).total_seconds() for case in cases)
    edges = Counter(f"{a} -> {b}" for case in cases for (a, _), (b, _) in pairwise(case))
    assert Counter(activity for _, activity, _, _ in rows) == reference["activity_frequency"]
    assert len(traces) == reference["variants"] == 116
    assert traces.most_common(1)[0][1] == reference["top_variants"][0]["n"] == 713
    assert Counter(case[0][0] for case in cases) == reference["start"]
    assert Counter(case[-1][0] for case in cases) == reference["end"]
    assert {name: found["count"] for name, found in reference["dfg"].items()} == edges
    assert len({resource for *_, resource in rows}) == reference["resources"] == 48
    cut = quantiles(durations, n=20, method="inclusive")
    figures = reference["duration_seconds"]
    for name, value in (
        ("p25", cut[4]),
        ("median", cut[9]),
        ("p75", cut[14]),
        ("p90", cut[17]),
        ("p95", cut[18]),
    ):
        assert value == pytest.approx(figures[name], abs=0.001)
    assert durations[-1] == pytest.approx(figures["max"], abs=0.001)
    assert Counter(Case.objects.values_list("channel", flat=True)) == {
        "web": 1250,
        "counter": 109,
        "post": 53,
        "email": 21,
        "system": 1,
    }
    assert audit().broken == []
    assert set(Pending.objects.values_list("reader", flat=True)) <= {"quality"}


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, replay.LogMap]:
    log = tmp_path / "small.xes"
    log.write_text(SMALL)
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'name = "s"\ncase = "case:concept:name"\nactivity = "concept:name"\n'
        'time = "time:timestamp"\nresource = "org:resource"\n'
    )
    return log, replay.read_mapping(mapping)


def test_a_second_run_adds_nothing(db: None, small: tuple[Path, replay.LogMap]) -> None:
    log, mapping = small
    first = replay.replay(log, mapping, recorded_at=AT)

    again = replay.replay(log, mapping, recorded_at=AT)

    assert (first.events, again.events, again.skipped) == (2, 0, 2)
    assert Transition.objects.count() == 2
    assert Task.objects.count() == 0


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    db: None, small: tuple[Path, replay.LogMap]
) -> None:
    log, mapping = small
    half = SMALL.replace(
        SMALL[SMALL.index('    <event><string key="concept:name" value="Checked"') :],
        "</trace></log>",
    )
    (log.parent / "half.xes").write_text(half)
    replay.replay(log.parent / "half.xes", mapping, recorded_at=AT)

    rest = replay.replay(log, mapping, recorded_at=AT)

    assert (rest.cases, rest.events, rest.skipped) == (0, 1, 1)
    row = Transition.objects.get(seq=2)
    assert (row.data["activity"], row.data["resource"], row.actor_name) == ("Checked", "R2", "R2")
    assert row.at == datetime(2011, 1, 3, 9, 0, tzinfo=UTC)
    assert row.recorded_at == AT
    assert audit().broken == []


BAD_LOGS = [
    ("log.txt", b"x", "must end in .xes"),
    ("log.xes", b"<log><trace>", "is damaged"),
    ("log.xes.gz", b"not gzip", "is damaged"),
    ("log.csv", b"a,b\n1,2\n", "no column 'case:concept:name'"),
    ("cut.xes.gz", gzip.compress(SMALL.encode(), mtime=0)[:60], "is damaged"),
    ("time.xes", SMALL.replace("2011-01-03T09", "yesterday").encode(), "cannot be read"),
    ("zone.xes", SMALL.replace("+01:00", "").encode(), "has no zone"),
    (
        "empty.xes",
        SMALL.replace('value="c1"', 'value=""').encode(),
        "'case:concept:name' is empty",
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "sentence"), BAD_LOGS, ids=[name for name, _, _ in BAD_LOGS]
)
def test_a_log_that_cannot_be_used_is_refused_with_a_sentence(
    db: None,
    tmp_path: Path,
    small: tuple[Path, replay.LogMap],
    *,
    name: str,
    content: bytes,
    sentence: str,
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(BadLog, match=sentence):
        replay.replay(path, small[1], recorded_at=AT)

    assert Case.objects.count() == 0


def test_a_missing_log_is_named(db: None, small: tuple[Path, replay.LogMap]) -> None:
    with pytest.raises(BadLog, match="no such file"):
        replay.replay(Path("nowhere.xes"), small[1], recorded_at=AT)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "is not TOML"),
        ('name = "x"', "key 'case' is missing"),
        ('name = "x"\ncolour = "red"', "unknown key 'colour'. Allowed: activity, case"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)

    with pytest.raises(BadLog, match=sentence):
        replay.read_mapping(path)


def test_activities_with_the_same_beginning_stay_apart() -> None:
    one = replay.slug_of("Draft intern advice aspect number 1")
    two = replay.slug_of("Draft intern advice aspect number 2")

    assert one != two
    assert len(one) <= 30
