"""The bench at its smallest: every part runs, the figures have their shape. Never how fast."""

import json

import pytest

from satupintu.config import bench
from satupintu.config.bench import browser, messages, pages
from satupintu.config.bench.figures import Figure, as_json, from_json, shown
from satupintu.config.bench.office import clean_environment, throwaway_office

KEYS = {"name", "value", "unit", "limit", "ratio", "note"}


def test_a_figure_says_its_ratio_to_the_limit_of_the_same_run():
    (row,) = as_json([Figure("moves", 50.0, "moves/s", 100.0, "raw cursor")])

    assert row == {
        "name": "moves",
        "value": 50.0,
        "unit": "moves/s",
        "limit": 100.0,
        "ratio": 0.5,
        "note": "raw cursor",
    }
    assert from_json([row]) == [Figure("moves", 50.0, "moves/s", 100.0, "raw cursor")]


@pytest.mark.parametrize(("value", "limit"), [(None, 1.0), (1.0, None), (1.0, 0.0)])
def test_without_value_or_limit_there_is_no_ratio(value, limit):
    assert Figure("x", value, "ms", limit).ratio is None


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "–"), (0.01234, "0.0123"), (12.345, "12.3"), (12.0, "12"), (1234.5, "1234")],
)
def test_numbers_are_shown_as_one_reads_them(number, text):
    assert shown(number) == text


def test_nothing_of_the_users_own_office_reaches_a_measurement(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/office")
    monkeypatch.setenv("SATUPINTU_SMTP_HOST", "mail.contoh.id")

    environment = clean_environment(tmp_path)

    assert environment["SATUPINTU_HOME"] == str(tmp_path)
    assert "DATABASE_URL" not in environment
    assert "SATUPINTU_SMTP_HOST" not in environment


def test_a_form_is_sent_as_it_stands():
    page = browser.Page(
        "/x/",
        200,
        None,
        b"""<form method="post"><input name="menu" value="1"></form>
        <main><form method="get"></form><form method="post" action="/y/">
        <input name="a" value="1"><input type="checkbox" name="b"><input type="checkbox" name="c" checked>
        <input type="radio" name="d" value="1"><input type="radio" name="d" value="2" checked>
        <textarea name="e">two
lines</textarea><select name="f"><option value="1"><option value="2" selected></select>
        <input type="file" name="g"><button name="h" value="1">x</button></form></main>""",
        0,
    )

    (form,) = browser.forms_of(page)

    assert form.action == "/y/"
    assert form.fields == [
        ("a", "1"),
        ("c", "on"),
        ("d", "2"),
        ("e", "two\nlines"),
        ("f", "2"),
    ]


@pytest.mark.no_rows
@pytest.mark.slow
def test_messages_are_measured_there_and_back(migrated_database):
    with throwaway_office("SQLite", migrated_database()) as office:
        office.run("set_up")
        figures = messages.measure(office, 6, 6)

    assert len({one.name for one in figures}) == len(figures) == 6
    assert all(one.value and one.value > 0 for one in figures)
    assert [one.limit for one in figures] == [5, 50, None, 1, 1, 100]


@pytest.mark.no_rows
@pytest.mark.slow
def test_every_part_of_the_bench_runs_and_gives_figures_of_one_shape(migrated_database):
    size = bench.Size(
        rounds=1,
        permits=1,
        requests=pages.AT_ONCE,
        bursts=1,
        journeys=1,
        starts=1,
        arriving=1,
        told=1,
        rows=4,
    )
    told: list[str] = []

    with throwaway_office("SQLite", migrated_database()) as office:
        figures = bench.measure_office(office, size, told.append, with_pages=True)
        home = office.home

    rows = json.loads(json.dumps(as_json(figures)))
    assert not home.exists()
    assert {frozenset(row) for row in rows} == {frozenset(KEYS)}
    assert len({row["name"] for row in rows}) == len(rows)
    assert all(row["value"] is not None for row in rows)
    units = {"ms", "statements", "moves/s", "permits/s", "bytes", "MiB"}
    assert {row["unit"] for row in rows} == units
    counts = [row for row in rows if "SQL with 4 rows" in row["name"]]
    assert [row["name"] for row in counts if row["value"] > row["limit"]] == []
