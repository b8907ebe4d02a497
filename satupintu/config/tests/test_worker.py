"""A step of the worker that must wait says why, without a traceback at each turn; one that fails shows it."""

import errno

import pytest
import structlog
from django.db import OperationalError

from satupintu.config import worker


@pytest.mark.parametrize(
    ("error", "event", "why"),
    [
        (OSError(errno.ENOSPC, "No space left"), "step_waits", "the disk of the files is full"),
        (
            OperationalError("database or disk is full"),
            "step_waits",
            "the database is busy, away, or its disk is full",
        ),
        (OperationalError("no such column: x"), "step_failed", None),
        (OSError(errno.EACCES, "not allowed"), "step_failed", None),
    ],
)
@pytest.mark.django_db
def test_a_step_waits_for_room_and_goes_on(error, event, why):
    answers = [error, 3]

    def does(*, at):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with structlog.testing.capture_logs() as logs:
        assert worker.perform("messages", does) == 0
        assert worker.perform("messages", does) == 3

    assert (logs[0]["event"], logs[0].get("why"), logs[0]["step"]) == (event, why, "messages")
    assert ("exc_info" in logs[0]) == (event == "step_failed")
