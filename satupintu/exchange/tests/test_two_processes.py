"""Two processes and one key: the database decides who does the work, and the other one is told so."""

import os
import subprocess
import sys

import pytest

KEYS = 40
# Both claim the same keys in the same order, from the same moment on; each line says what came of one.
PROGRAM = """
import os, sys, time
import django
django.setup()
from datetime import UTC, datetime
from satupintu.exchange.queries import find_by_prefix
from satupintu.exchange.services import Claim, KeyInUse, claim, finish
client = find_by_prefix(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
for number in range(int(sys.argv[2])):
    try:
        got = claim(client_id=client.pk, key=f"{number:064d}", request="same", at=at)
    except KeyInUse:
        print(number, "busy")
        continue
    if isinstance(got, Claim):
        print(number, "worked")
        finish(got, status=201, body=str(os.getpid()), headers={})
    else:
        print(number, "repeated", got.body)
"""
MAKE = """
import django
django.setup()
from datetime import UTC, date, datetime
from satupintu.exchange.rules import Scope
from satupintu.exchange.services import create_client
from satupintu.people.rules import system_actor
made = create_client(name="X", contact="Y", scopes=[Scope.APPLY_WRITE], valid_until=date(2027, 1, 1), user=None,
    by=system_actor("tests"), at=datetime(2026, 11, 23, tzinfo=UTC))
print(made.client.prefix)
"""


@pytest.mark.slow
def test_of_two_processes_one_does_the_work_of_a_key(migrated_database):
    environment = os.environ | {"DATABASE_URL": migrated_database()}

    def start(program, *arguments):
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    prefix = start(MAKE).communicate()[0].strip().splitlines()[-1]
    both = [start(PROGRAM, prefix, str(KEYS)) for _one in range(2)]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[0].splitlines() for one in both]

    assert [one.returncode for one in both] == [0, 0]
    lines = [line.split() for lines in said for line in lines]
    assert len(lines) == 2 * KEYS
    workers = [number for number, what, *_more in lines if what == "worked"]
    assert sorted(workers, key=int) == [str(number) for number in range(KEYS)]
    assert {what for _number, what, *_more in lines} <= {"worked", "busy", "repeated"}
