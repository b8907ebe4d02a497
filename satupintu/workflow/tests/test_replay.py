"""Foreign logs through perform_move: once each event, whatever became of the file meanwhile."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from satupintu.workflow import registry, replay
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Pending, Task, Transition
from satupintu.workflow.replay import BadLog

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
FULL = 'name = "s"\ncase = "case"\nactivity = "activity"\ntime = "time"\n'


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
        (f'{FULL}channels = "who"', "'channels' is 'who', but it must be a table"),
        (f'{FULL}channels = {{Desk = "desk"}}', "whose values are of: web, counter, phone"),
        (f'{FULL}event_keys = "who"', "'event_keys' is 'who', but it must be a list of texts"),
        (f"{FULL}resource = 5", "'resource' is 5, but it must be a text between quotes"),
        (f'{FULL}delimiter = ";;"', "'delimiter' is ';;', but it must be one character"),
        (f'{FULL}zone = "WIB"', "'zone' is 'WIB', but it must be the name of a time zone"),
        (FULL.replace('"s"', '"Log 1"'), "must be at most 20 small letters, digits and hyphens"),
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


CsvRun = Callable[..., replay.Report]


@pytest.fixture
def run(db: None, tmp_path: Path) -> CsvRun:
    """Replay lines of a CSV file with the columns case, activity, time and who; `more` goes into the mapping."""

    def go(*lines: str, more: str = "", head: str = "case,activity,time,who") -> replay.Report:
        log, mapping = tmp_path / "log.csv", tmp_path / "map.toml"
        log.write_text("\n".join([head, *lines]) + "\n")
        mapping.write_text(f'{FULL}resource = "who"\n{more}')
        return replay.replay(log, replay.read_mapping(mapping), recorded_at=AT)

    return go


RECEIVED = "c1,Daftar,2020-06-19T08:00:00+07:00,Budi"
RECOMMENDED = "c1,Rekomendasi,2020-06-20T08:00:00+07:00,Wati"
ISSUED = "c1,Terbit,2020-06-22T08:00:00+07:00,Darius"


def log_of(case: str = "c1") -> list[str]:
    rows = Transition.objects.filter(case__number=f"s-{case}").order_by("seq")
    return [row.data["activity"] for row in rows]


def test_an_event_that_turns_up_between_others_is_added_and_nothing_is_doubled(run: CsvRun) -> None:
    run(RECEIVED, ISSUED)

    grown = run(RECEIVED, RECOMMENDED, ISSUED)

    assert (grown.cases, grown.events, grown.skipped) == (0, 1, 2)
    assert log_of() == ["Daftar", "Terbit", "Rekomendasi"]
    late = Transition.objects.get(seq=3)
    assert late.at == datetime(2020, 6, 20, 1, 0, tzinfo=UTC)
    assert late.from_state == late.to_state == replay.slug_of("Terbit")
    assert Case.objects.get().state == replay.slug_of("Terbit")
    assert audit().broken == []


def test_a_log_that_is_written_newest_first_is_taken_by_its_times(run: CsvRun) -> None:
    run(ISSUED, RECOMMENDED, RECEIVED)

    assert log_of() == ["Daftar", "Rekomendasi", "Terbit"]
    assert run(RECEIVED, RECOMMENDED, ISSUED).events == 0


def test_the_same_act_twice_in_a_case_is_two_events(run: CsvRun) -> None:
    first = run(RECEIVED, RECEIVED)

    assert (first.events, run(RECEIVED, RECEIVED).events, run(*[RECEIVED] * 3).events) == (2, 0, 1)


def test_a_log_that_lost_an_event_is_refused(run: CsvRun) -> None:
    run(RECEIVED, ISSUED)

    with pytest.raises(
        BadLog, match="case c1: 'Terbit' of 2020-06-22 01:00:00 UTC by 'Darius' was"
    ):
        run(RECEIVED, ISSUED.replace("Darius", "Surya"))

    assert log_of() == ["Daftar", "Terbit"]


def test_an_event_with_an_id_of_its_own_may_not_change(run: CsvRun) -> None:
    head = "case,activity,time,who,id"
    own = 'event = "id"\n'
    run(f"{RECEIVED},1", f"{ISSUED},2", more=own, head=head)

    with pytest.raises(
        BadLog, match="and the same event is now 'Tolak' of 2020-06-22 01:00:00 UTC"
    ):
        run(f"{RECEIVED},1", f"{ISSUED.replace('Terbit', 'Tolak')},2", more=own, head=head)
    assert log_of() == ["Daftar", "Terbit"]

    part = run(f"{RECOMMENDED},3", more=own, head=head)
    assert (part.events, log_of()) == (1, ["Daftar", "Terbit", "Rekomendasi"])


def test_attributes_of_a_case_that_came_later_are_kept_on_the_row_that_brought_them(
    run: CsvRun,
) -> None:
    head = "case,activity,time,who,due,done"
    more = 'case_keys = ["due", "done"]\ndeadline = "due"\nfinished = "done"\n'
    due, done = "2020-06-23T00:00:00+07:00", "2020-06-22T00:00:00+07:00"
    for name in ("quality", "messaging"):
        registry.register_reader(name, lambda _row: None)
    run(f"{RECEIVED},{due},", more=more, head=head)

    run(f"{RECEIVED},{due},{done}", f"{ISSUED},{due},{done}", more=more, head=head)

    first, second = Transition.objects.order_by("seq")
    assert first.data["case"] == {"due": due}
    assert first.data["about"] == {"deadline": "2020-06-22T17:00:00+00:00"}
    assert second.data["case"] == {"due": due, "done": done}
    assert list(Pending.objects.values_list("transition__seq", "reader")) == [(2, "quality")]


def test_long_ids_and_names_are_kept_whole_beside_short_ones(run: CsvRun) -> None:
    one, two, who = "9" * 80 + "1", "9" * 80 + "2", "W" * 300
    day = "2020-06-19T08:00:00+07:00"

    report = run(f"{one},Daftar,{day},{who}", f"{two},Daftar,{day},{who}")

    assert report.cases == 2
    assert {len(number) for number in Case.objects.values_list("number", flat=True)} == {40}
    row = Transition.objects.first()
    assert row is not None
    assert (row.data["resource"], row.actor_name) == (who, who[:160])


def test_a_file_as_a_spreadsheet_writes_it_is_read_with_its_own_separator_and_times(
    run: CsvRun,
) -> None:
    run(
        "c1;Daftar;19/06/2020 08:00;Budi",
        head="case;activity;time;who",
        more='delimiter = ";"\ntime_format = "%d/%m/%Y %H:%M"\nzone = "Asia/Jakarta"\n',
    )

    assert Transition.objects.get().at == datetime(2020, 6, 19, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "head", "more", "sentence"),
    [
        ("c1;Daftar", "case;activity;time", "", "separated by ',' .delimiter of the mapping."),
        (
            "c1,Daftar,19/06/2020,",
            "case,activity,time,who",
            "",
            "or the mapping must say time_format",
        ),
        (
            "c1,Daftar,2020-06-19,",
            "case,activity,time,who",
            'time_format = "%d/%m/%Y"\nzone = "Asia/Jakarta"',
            "must be written as '%d/%m/%Y'",
        ),
        ("c1,Daftar,2020-06-19,", "case,activity,time,who", "", "Write zone into the mapping"),
    ],
)
def test_a_file_that_is_written_otherwise_is_refused_with_what_to_say_in_the_mapping(
    run: CsvRun, *, line: str, head: str, more: str, sentence: str
) -> None:
    with pytest.raises(BadLog, match=sentence):
        run(line, head=head, more=more)

    assert Case.objects.count() == 0
