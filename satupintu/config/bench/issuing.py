"""Permits per second: two processes number, render, sign, write and log, each on cases of its own."""

import time
from pathlib import Path
from typing import Any
from uuid import UUID

from satupintu.config.bench import stories
from satupintu.documents.bench import sign_batch
from satupintu.workflow.queries import get_case

_PATIENCE_SECONDS = 60


def approved(count: int) -> list[str]:
    """Make cases that wait for their number; return their ids."""
    return stories.approved_cases(count)


def issue_all(ids: list[str], here: str, other: str) -> dict[str, float]:
    """
    Number and issue these cases; return when it began and ended, in seconds since the epoch.

    The first case warms the compiler and the key and is not counted. Then the process writes the file `here` and waits
    for `other`, so that both work at the same time.
    """
    _issue(ids[0])
    Path(here).touch()
    until = time.monotonic() + _PATIENCE_SECONDS
    while not Path(other).exists() and time.monotonic() < until:
        time.sleep(0.005)
    began, cpu = time.time(), time.process_time()
    for case_id in ids[1:]:
        _issue(case_id)
    return {"began": began, "ended": time.time(), "cpu": time.process_time() - cpu}


def _issue(case_id: str) -> None:
    for action in ("number", "issue"):
        stories.move(get_case(UUID(case_id)), action)


def signed_only(permits: int) -> dict[str, Any]:
    """Render and sign on two processes without numbers, database and log: the limit."""
    figures = sign_batch(permits, 2)
    return {"per_second": figures.per_second, "cpu_ms": figures.cpu_ms}
