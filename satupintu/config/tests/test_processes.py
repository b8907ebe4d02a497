"""The supervisor and the worker: what happens when a part fails."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from satupintu.config import supervisor, worker
from satupintu.config.cli.errors import Failed, explain
from satupintu.lib.ports import free_port


@pytest.mark.parametrize(
    ("previous", "lived", "expected"),
    [
        (0.0, 0.1, 1.0),
        (1.0, 0.1, 2.0),
        (16.0, 29.9, 30.0),
        (30.0, 0.1, 30.0),
        (30.0, 30.0, 0.0),
    ],
)
def test_a_process_that_dies_soon_waits_twice_as_long_each_time(previous, lived, expected):
    assert supervisor.next_wait(previous, lived) == expected


def test_a_dead_child_is_started_again_after_its_wait():
    child = supervisor.Child("help", ["--help"])

    child.look_after(100.0)
    first = child.process
    first.wait()
    child.look_after(100.5)
    assert child.process is None
    child.look_after(101.4)
    assert child.process is None
    child.look_after(101.5)

    assert child.process is not None
    assert child.process.pid != first.pid
    child.process.wait()


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(
            Failed, match=f"Port {port} on 127.0.0.1 cannot be used .* Choose another"
        ):
            supervisor.refuse_taken_port("127.0.0.1", port)


WATCHED = """
import time
from satupintu.config import supervisor
supervisor.stop_with_parent()
print(1, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_a_process_stops_when_its_supervisor_was_killed():
    environment = "dict(os.environ, SATUPINTU_PARENT_PID=str(os.getpid()))"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                f"import os, subprocess, sys\ncommand = [sys.executable, '-c', {WATCHED!r}]\n"
                f"subprocess.Popen(command, env={environment}).wait()"
            ),
        ],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout.readline() == b"1\n"

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    # The child holds the other end of the pipe until it ends.
    began = time.monotonic()
    assert parent.stdout.read() == b""
    assert time.monotonic() - began < 10


SERVED = """
from satupintu.config.cli.web import serve
serve("wsgiref.simple_server:demo_app", host="127.0.0.1", port={port}, workers=1, threads=1)
"""


@pytest.mark.slow
def test_a_page_process_ends_with_its_server_and_holds_no_port():
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", SERVED.format(port=port)])
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    try:
        assert answers_within(port, 60)
        pages = [int(one) for one in children.read_text().split()]
        assert pages
    finally:
        server.kill()
        server.wait()

    until = time.monotonic() + 30
    while any(running(one) for one in pages) and time.monotonic() < until:
        time.sleep(0.05)
    assert [one for one in pages if running(one)] == []


def answers_within(port: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if line.recv(20).startswith(b"HTTP/1.0 200"):
                return True
        time.sleep(0.05)
    return False


def running(pid: int) -> bool:
    """Say whether a process runs; one that has ended and waits to be noticed does not."""
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False


AT = datetime(2026, 11, 25, 8, tzinfo=UTC)
DONE: list[str] = []


def fail(*, at):
    DONE.append("fail")
    raise ValueError("broken")


def work_twice(*, at):
    DONE.append("work")
    assert at.tzinfo is not None
    return 0 if DONE.count("work") > 2 else 1


@pytest.mark.django_db
def test_a_failing_step_stops_no_other_and_once_ends_when_nothing_is_due():
    DONE.clear()
    here = __name__
    sys.modules.setdefault(here, sys.modules[__name__])

    worker.run(
        once=True,
        steps=[worker.Step("bad", 1, f"{here}.fail"), worker.Step("good", 1, f"{here}.work_twice")],
    )

    assert DONE == ["fail", "work", "work", "work", "fail", "work"]


def look(*, at):
    DONE.append("look")
    return 1


@pytest.mark.django_db
def test_a_step_that_only_looks_does_so_once_when_the_rest_is_done():
    DONE.clear()
    here = __name__
    sys.modules.setdefault(here, sys.modules[__name__])

    worker.run(
        once=True,
        steps=[
            worker.Step("look", 1, f"{here}.look", looks=True),
            worker.Step("good", 1, f"{here}.work_twice"),
        ],
    )

    assert DONE.count("look") == 1
    assert DONE[-1] == "look"


@pytest.mark.parametrize(
    ("looks", "done", "expected"),
    [(False, 0, 160.0), (False, 3, 100.0), (True, 0, 160.0), (True, 1, 160.0)],
)
def test_only_work_that_was_done_is_looked_for_again_at_once(looks, done, expected):
    step = worker.Step("x", 60, "x", looks=looks)

    assert worker.next_due(step, done, 100.0) == expected


def test_what_is_only_looked_at_is_no_work_to_go_on_with():
    looking = {step.name for step in worker.STEPS if step.looks}
    assert looking == {"reminders of appointments", "fees to pay", "room on the disk"}


def test_every_step_of_the_worker_exists_and_takes_the_moment():
    import inspect

    from django.utils.module_loading import import_string

    for step in worker.STEPS:
        parameters = inspect.signature(import_string(step.does)).parameters
        assert "at" in parameters, step
        needed = [name for name, one in parameters.items() if one.default is one.empty]
        assert needed == ["at"], step
    assert len({step.name for step in worker.STEPS}) == len(worker.STEPS)


def test_help_needs_no_django():
    code = "import sys, satupintu.config.cli; print('django' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "False\n"


class OurRefusal(Exception):
    message = "Berkas belum lengkap."


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OurRefusal(), "Berkas belum lengkap."),
        (Failed("Port 80 is taken."), "Port 80 is taken."),
        (FileNotFoundError(2, "x", "office.backup"), "office.backup does not exist."),
        (PermissionError(13, "Permission denied", "/srv"), "/srv: Permission denied."),
        (ValueError("odd\nlong story"), "ValueError: odd (SATUPINTU_DEBUG=1 shows where.)"),
    ],
)
def test_any_failure_is_told_in_one_sentence(error, sentence):
    assert explain(error) == sentence
