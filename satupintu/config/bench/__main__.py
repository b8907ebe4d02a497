"""One part of the bench, in the process and environment that `office.py` made for it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from satupintu.config.bench import issuing, rows, sized, stories, told, writes  # noqa: E402  after Django is set up
from satupintu.config.bench.figures import as_json  # noqa: E402  after the settings


def _writes(rounds: int) -> Any:
    return as_json(writes.measure(rounds))


PARTS: dict[str, Callable[..., Any]] = {
    "set_up": stories.set_up,
    "set_up_demo": stories.set_up_demo,
    "writes": _writes,
    "approved": issuing.approved,
    "issue_all": issuing.issue_all,
    "signed_only": issuing.signed_only,
    "tracked": told.tracked,
    "tell_many": told.tell_many,
    "visit_plan": rows.visit_plan,
    "grow": rows.grow,
    "fill_drafts": rows.fill_drafts,
    "count": sized.count,
    "fill": sized.fill,
    "load_plan": sized.load_plan,
    "settle": sized.settle,
    "until_read": sized.until_read,
    "timed_reads": sized.timed_reads,
}

if __name__ == "__main__":
    part, arguments, answer = sys.argv[1:]
    Path(answer).write_text(json.dumps(PARTS[part](**json.loads(arguments))))
