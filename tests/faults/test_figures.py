"""What `make faults` tells: how far it is, and a table; and what it compares a restored office by."""

import io
import subprocess
import sys

from every_row import differing, every_table
from figures import Told, table
from full import judged


def test_processes_are_made_without_settings_of_an_office():
    """`make faults` looks after another office's processes, and has none itself."""
    asked = "from satupintu.config.supervisor import children as c; print(*(one.name for one in c(host='', port=1, workers=1)))"
    done = subprocess.run(
        [sys.executable, "-c", asked], env={"PATH": ""}, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (["web", "worker", "signer"], "")


def test_elsewhere_than_on_a_terminal_a_step_is_told_once():
    out = io.StringIO()
    told = Told(out).of("SQLite")
    for what in ("the office is made", "kill 1 of 3", "kill 2 of 3", "the backup is restored"):
        told(what)

    assert out.getvalue().splitlines() == [
        "SQLite: the office is made",
        "SQLite: kill 1 of 3",
        "SQLite: the backup is restored",
    ]


def test_a_terminal_has_one_line_that_is_written_over():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    told = Told(out)
    told.say("SQLite: kill 1 of 3")
    told.say("SQLite: kill 2 of 3")
    told.end()

    assert "\n" not in out.getvalue()
    assert out.getvalue().count("kill") == 2


def test_a_figure_that_one_database_has_not_is_a_dash():
    assert table({"SQLite": {"lost": "0"}, "PostgreSQL": {"lost": "0", "restarts": "5"}}) == (
        "          SQLite  PostgreSQL\nlost      0       0\nrestarts  -       5"
    )


def test_a_table_that_lacks_a_row_or_has_another_one_is_named(django_user_model, db):
    from django.db import connection

    before = every_table(connection)
    django_user_model.objects.create(username="a", name="A")
    after = every_table(connection)
    django_user_model.objects.update(name="B")
    changed = every_table(connection)

    users = django_user_model._meta.db_table
    assert differing(before, before) == []
    assert differing(before, after) == [f"{users}: 0 rows then, 1 here, not the same"]
    assert differing(after, changed) == [f"{users}: 1 rows then, 1 here, not the same"]
    assert "django_migrations" not in before


def test_a_full_disk_is_judged_by_sentence_by_refusal_and_by_what_goes_on():
    page = [503, "<h1>Sistem sedang sibuk</h1>"]
    good = {"problems": [], "full": {"a": page, "reading": [200, ""]}, "room": {"a": [302, ""]}}

    assert judged(good, whole=True) == {"refused": 1, "went_on": 1, "problems": []}
    for found in (
        {**good, "full": {"a": [200, ""]}},  # it was done
        {**good, "full": {"a": [503, "Traceback"]}},  # no sentence
        {**good, "full": {"a": [500, "Sistem sedang sibuk"]}},
        {**good, "room": {"a": [200, "0 done"]}},  # stands still for ever
        {**good, "problems": ["something was written"]},
    ):
        assert judged(found, whole=True)["problems"] != []
