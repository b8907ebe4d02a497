"""Deciding by named rules: every requirement is checked by the program and the permit is issued at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from satupintu.catalogue.form import check_answers
from satupintu.catalogue.rules import required_documents
from satupintu.documents.services import RenderFailed, SigningRefused, UploadRefused
from satupintu.lib import words
from satupintu.office.services import NumberProblem
from satupintu.people.rules import Actor, system_actor
from satupintu.permits import rules
from satupintu.permits.fee_account import fee_side
from satupintu.permits.file import named_permit
from satupintu.permits.services.common import (
    File,
    current_attachments,
    file_digests,
    system_move,
)
from satupintu.workflow.queries import Case, get_case
from satupintu.workflow.services import CannotMove, TaskChange

log = structlog.get_logger()

FAILURES = (CannotMove, NumberProblem, RenderFailed, SigningRefused, UploadRefused)
PATIENCE = timedelta(minutes=2)  # the process that decided may still be issuing

Rule = Callable[
    [File, datetime], str
]  # returns "" when met, else what is missing (kept on the log)

RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Give a rule the name by which service files ask for it ([decision] rules)."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


@rule("answers_valid")
def answers_valid(file: File, at: datetime) -> str:
    """Every answer is given and of the right form."""
    wrong = check_answers(
        file.definition, file.kind, file.permit_case.answers, today=timezone.localdate(at)
    )
    return ", ".join(field.key for _page, field, _message in wrong)


@rule("documents_present")
def documents_present(file: File, at: datetime) -> str:
    """Every required document is attached and still valid, or declared."""
    today = timezone.localdate(at)
    required = [
        one
        for one in required_documents(file.definition, file.kind, file.permit_case.answers)
        if one.required
    ]
    if not required:
        return ""
    given = set(file.permit_case.statements) | {
        one.requirement
        for one in current_attachments(file.case.pk)
        if one.document.valid_until is None or one.document.valid_until >= today
    }
    return ", ".join(one.key for one in required if one.key not in given)


@rule("holder_has_permit")
def holder_has_permit(file: File, at: datetime) -> str:
    """The named permit is in our register, in force, and the applicant's own, by the name that stands on it."""
    found = named_permit(file)
    if found is None:
        return "permit unknown"
    if found.party_id != file.case.party_id:
        return "not the holder"
    if words.fold(found.holder) != words.fold(file.holder.name):
        return "another name"  # the seal would vouch for one that nobody has looked at
    verdict = rules.verdict_of(found.state, found.valid_until, timezone.localdate(at))
    return "" if verdict == "in_force" else f"permit {verdict}"


@rule("no_objection_recorded")
def no_objection_recorded(file: File, _at: datetime) -> str:
    """The named permit is under no sanction."""
    found = named_permit(file)
    sanctions = (rules.PermitState.REVOKED, rules.PermitState.SUSPENDED)
    return f"permit {found.state}" if found and found.state in sanctions else ""


def decide_if_automatic(file: File, at: datetime) -> bool:
    """
    Decide a case whose service file says so; return whether it was issued.

    All named rules met: complete, approved, numbered, issued under the office seal, in moves of the system. One rule
    not met: nothing happens and officers handle the case as any other; the rule is kept on the log as a notice.
    """
    definition = file.definition
    if definition.decision.by != "automatic" or definition.output is None:
        return False
    actor = system_actor("automatic decision")
    unmet = {name: why for name in definition.decision.rules if (why := RULES[name](file, at))}
    if not fee_side(file).is_settled:  # money is seen by two people
        unmet["fee"] = "to be assessed and paid"
    if unmet:
        system_move(file, "note_automatic", by=actor, at=at, data={"unmet": unmet})
        return False
    _approve(file, actor, at)
    return _issue(file.case, at)


def _issue(case: Case, at: datetime) -> bool:
    """Number and seal a decided case; return whether that worked. What did not is tried again by `finish`."""
    from satupintu.permits.services import issue

    try:
        issue.number_and_issue(
            case, by=system_actor("automatic decision"), at=at, signer_code="seal"
        )
    except FAILURES as error:
        log.warning("automatic_issue_failed", case=case.number, why=type(error).__name__)
        return False
    return True


def finish(*, at: datetime, limit: int = 50) -> int:
    """
    Issue what was decided automatically and could not be numbered, printed or sealed then; return how many.

    For the worker: the disk was full, a number block used up, the process killed in between.
    """
    waiting = Case.objects.filter(
        kind=rules.KIND_PERMIT,
        state__in=[rules.State.APPROVED, rules.State.NUMBERED],
        permit_case__decided_by__isnull=True,
        moved_at__lte=at - PATIENCE,
    ).order_by("moved_at", "id")[:limit]
    return sum(_issue(get_case(case.pk), at) for case in waiting)


@transaction.atomic
def _approve(file: File, actor: Actor, at: datetime) -> None:
    done = {"rules": list(file.definition.decision.rules)}
    system_move(
        file,
        "declare_complete",
        by=actor,
        at=at,
        data=done,
        tasks=TaskChange(drop=frozenset({"*"})),
    )
    system_move(file, "collect", by=actor, at=at, days={"pledge": 1})
    system_move(
        file,
        "approve_automatically",
        by=actor,
        at=at,
        data=done | file_digests(current_attachments(file.case.pk)),
    )
