"""Importers in processes of their own, seen from the process that starts them; what they do is in together.py."""

import subprocess
import sys
from collections.abc import Iterable, Mapping

LONGEST_SECONDS = 240
Child = subprocess.Popen[str]


def child(environment: Mapping[str, str], *arguments: object) -> Child:
    """Start a command of together.py."""
    return subprocess.Popen(
        [sys.executable, "-m", "satupintu.imports.tests.together", *map(str, arguments)],
        env={**environment, "DJANGO_SETTINGS_MODULE": "satupintu.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def begin(children: Iterable[Child]) -> None:
    """Let all begin at one moment, when each is ready."""
    waiting = list(children)
    for one in waiting:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in waiting:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()


def finish(process: Child) -> str:
    """Return what it said when it has ended well. Raises AssertionError with its complaint."""
    said, wrong = process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 0, wrong[-4000:]
    return said
