"""An act of a client: on the version of the case that it read, and once, however often the same request comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from satupintu.people.rules import Actor
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.services import act

ORIGIN = "api"


@dataclass(frozen=True, slots=True)
class Seen:
    """On what a client acts: the version of the case that it read, and its own mark of the act in the log."""

    version: int
    origin_ref: str
    at: datetime


def act_as_seen(
    case: Case, action: str, *, by: Actor, seen: Seen, reason: str, data: Mapping[str, Any]
) -> Transition:
    """Do `action` on the case through its owner; raises as `workflow.services.act`."""
    return act(
        case,
        action,
        by=by,
        at=seen.at,
        channel=ORIGIN,
        reason=reason.strip(),
        data=data,
        seen_version=seen.version,
        origin=ORIGIN,
        origin_ref=seen.origin_ref,
    )
