"""What the processes of test_together.py do: `python -m satupintu.imports.tests.together <what> [path]`."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  after Django is set up

from satupintu.imports import services  # noqa: E402  after Django is set up
from satupintu.imports.models import Import, ImportRow  # noqa: E402  after Django is set up
from satupintu.imports.services import running  # noqa: E402  after Django is set up
from satupintu.imports.services.running import CLAIM  # noqa: E402  after Django is set up
from satupintu.imports.tests.office import check, send, work  # noqa: E402  after Django is set up
from satupintu.office.models import NumberTaken  # noqa: E402  after Django is set up
from satupintu.people.queries import User, actor_of  # noqa: E402  after Django is set up
from satupintu.permits.imported import Source  # noqa: E402  after Django is set up
from satupintu.permits.models import Imported, Permit  # noqa: E402  after Django is set up
from satupintu.permits.services import importing  # noqa: E402  after Django is set up
from satupintu.permits.tests.officer_cases import MONDAY, make_world  # noqa: E402  after Django is set up
from satupintu.workflow.audit import audit  # noqa: E402  after Django is set up
from satupintu.workflow.models import Case  # noqa: E402  after Django is set up


def _admin():
    return actor_of(User.objects.get(name="Yuni Astuti, S.Kom."), MONDAY)


def prepare(*paths: str) -> None:
    """Make an office, send files of two registers, have them checked and started; nothing is imported yet."""
    make_world()
    by = _admin()
    for path in paths:
        check(send(Path(path), by), by)
    work()
    for batch in Import.objects.all():
        services.start(batch=batch, by=by, at=MONDAY)


def _wait_for_the_others() -> None:
    connection.ensure_connection()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


def run(turn: str = "1") -> None:
    """Work until nothing has waited for a while; the claims of who was killed in an earlier turn have ended."""
    _wait_for_the_others()
    idle = 0
    while idle < 40:
        idle = 0 if services.work(at=MONDAY + CLAIM * 2 * int(turn)) else idle + 1
        time.sleep(0.02)


def die() -> None:
    """Import one chunk, and be killed in the middle of the next one's transaction."""
    chunks = []

    def bring_in(*args: Any, **options: Any) -> Any:
        cases = importing.bring_in(*args, **options)
        chunks.append(cases)
        if len(chunks) > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return cases

    running.bring_in = bring_in
    while services.work(at=MONDAY):
        pass


def receive(path: str) -> None:
    _wait_for_the_others()
    try:
        services.receive(path=Path(path), name="a.csv", source=Source.PAPER, by=_admin(), at=MONDAY)
        sys.stdout.write("received\n")
    except services.SameFile:
        sys.stdout.write("same\n")


def _shared() -> int:
    """Return how many numbers of permits, cases and registers stand more than once."""
    return sum(
        len(numbers) - len(set(numbers))
        for numbers in (
            list(Permit.objects.values_list("number", flat=True)),
            list(Case.objects.values_list("number", flat=True)),
            list(NumberTaken.objects.values_list("number", flat=True)),
        )
    )


def report() -> None:
    rows = {
        batch.name: sorted(ImportRow.objects.filter(batch=batch).values_list("outcome", flat=True))
        for batch in Import.objects.all()
    }
    doubles = ImportRow.objects.filter(outcome="duplicate")
    told = doubles.exclude(case_id=None).count()
    sys.stdout.write(
        json.dumps(
            {
                "rows": rows,
                "told": told,
                "stages": sorted(Import.objects.values_list("stage", flat=True)),
                "cases": Imported.objects.count(),
                "permits": Permit.objects.count(),
                "shared": _shared(),
                "broken": audit(stop_at_first=False).broken,
            }
        )
    )


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
