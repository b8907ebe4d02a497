"""What an officer sees of one case: the case, what is open, and the acts that are legal for them now."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from satupintu.fees.queries import Payment, Refund
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import work_calendar
from satupintu.people.access import View, staff
from satupintu.people.queries import User, actor_for
from satupintu.people.rules import CASE_ROLES, Actor, Role
from satupintu.permits import collecting, queries, rules
from satupintu.permits.fee_account import FeeSide, fee_side
from satupintu.permits.file import File
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.keeping import KEEPING
from satupintu.permits.objected import OBJECTED
from satupintu.permits.services.keys import signs_by_hand
from satupintu.permits.supervised import SUPERVISED
from satupintu.workflow.queries import Case, Task, officer_actions, open_tasks
from satupintu.workflow.rules import Move, TimeLeft, standing_still, task_roles, time_left

READERS = (*sorted(CASE_ROLES), Role.AUDITOR)  # who may open a case page at all

# Acts of somebody else, or of the program: never a button of an officer.
NOT_BUTTONS = frozenset(
    {"submit", "download", "calendar_changed", "notice_deadline", "note_automatic", "replace"}
    | {"close_uncollected"}
    | {"erase_note", "import_running", "import_finished", "undo_import"}
    | {"collect", "collect_against", "ask_units", "approve_automatically"}
    | {"receive_payment", "settle_fee", "await_payment"}
    | OBJECTED
    | SUPERVISED
    | KEEPING
)


def reads_cases(view: View) -> View:
    """Let in everybody who works on cases, and the auditor."""
    return staff(*READERS)(view)


def works_on_cases(view: View) -> View:
    """Let in everybody who works on cases; the auditor changes nothing."""
    return staff(*sorted(CASE_ROLES))(view)


@dataclass(frozen=True, slots=True)
class Desk:
    """One case on one officer's desk at one moment."""

    actor: Actor
    user: User
    file: File
    at: datetime
    tasks: list[Task]
    actions: Mapping[str, Move]
    fee: FeeSide

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def own(self) -> bool:
        """The officer is the applicant: others handle this case."""
        return self.case.party_id in self.actor.party_ids

    def is_mine(self, task: Task) -> bool:
        """Say whether the task is of the officer's unit and role."""
        return task.unit_id in self.actor.units and task.role in task_roles(self.actor.roles)

    def my_tasks(self, stage: str = "") -> list[Task]:
        """Return the open tasks the officer may answer: of their units and roles, not claimed by another."""
        return [
            task
            for task in self.tasks
            if self.is_mine(task)
            and task.assignee_id in (None, self.actor.user_id)
            and (not stage or task.stage == stage)
        ]

    def left(self) -> TimeLeft | None:
        """Return the time left of the officer's own part, or of the promise; None when nothing runs."""
        own = self.my_tasks()
        due = own[0].due_at if own else self.case.promise_due_at
        if due is None:
            return None
        if own and own[0].paused_at:
            return standing_still(own[0].paused_at, self.at, work_calendar(), current_language())
        left = time_left(due, self.at, work_calendar(), current_language())
        part = rules.PART_LABELS.get(own[0].stage, "") if own else _("janji")
        label = left.label if left.late else _("sisa %(time)s") % {"time": left.label}
        return replace(left, label=f"{part}: {label}" if part else label)


def desk_for(request: HttpRequest, number: str) -> Desk:
    """Return the case on the signed-in officer's desk. Raises Http404 for missing and not theirs alike."""
    actor, at, user = actor_for(request), clock.now(), request.user
    assert isinstance(user, User)
    try:
        file = queries.get_file_for(actor, number)
    except queries.NotFound as error:
        raise Http404 from error
    tasks = open_tasks(file.case)
    found = Desk(actor, user, file, at, tasks, {}, fee_side(file))
    return replace(found, actions=_legal(found))


def _legal(desk: Desk) -> dict[str, Move]:
    """Return the moves that the table allows and for which the officer holds the task the move answers."""
    if desk.own:
        return {}
    return {
        action: move
        for action, move in officer_actions(desk.case, desk.actor).items()
        if action not in NOT_BUTTONS and _has_ground(desk, action)
    }


def _has_ground(desk: Desk, action: str) -> bool:
    if action == "hand_over" and desk.file.lifecycle.is_closed(desk.case.state):
        return queries.waits_for_paper(desk.case.pk)
    needed = rules.ANSWERS_TASK.get(action)
    if needed is not None and not any(desk.my_tasks(stage) for stage in needed):
        return False
    asked = GROUNDS.get(action)
    return asked is None or asked(desk)


def _others(desk: Desk, rows: Iterable[Payment | Refund], *who: str) -> bool:
    """Say whether there is a row that others than the officer brought this far."""
    return any(desk.actor.user_id not in [getattr(one, name) for name in who] for one in rows)


# What an act needs beyond its state and a task that it answers.
GROUNDS: Mapping[str, Callable[[Desk], bool]] = {
    "propose_approval": lambda desk: desk.fee.is_settled,
    "take": lambda desk: any(one.assignee_id is None for one in desk.tasks if desk.is_mine(one)),
    "release": lambda desk: any(one.assignee_id == desk.actor.user_id for one in desk.tasks),
    "reassign": lambda desk: any(one.unit_id in desk.actor.units for one in desk.tasks),
    "schedule_inspection": lambda desk: bool(desk.my_tasks("recommend")),
    "record_inspection": lambda desk: bool(desk.my_tasks("recommend")),
    "sign_report": lambda desk: bool(desk.my_tasks("recommend")),
    "renew_holder": lambda desk: desk.file.holder != desk.file.holder_now,
    "type_answers": lambda desk: desk.case.channel == IMPORTED,
    "dispatch": lambda desk: queries.has_letter(desk.case.pk),
    "scan_letter": lambda desk: queries.waits_for_ink(desk.case.pk),
    "record_recommendation": lambda desk: any(one.stage == "recommend" for one in desk.tasks),
    "record_status": lambda desk: bool(desk.my_tasks("follow")),
    "number": lambda desk: desk.file.permit_case.decided_by_id == desk.actor.user_id,
    "issue": lambda desk: (
        desk.file.permit_case.decided_by_id == desk.actor.user_id
        or (signs_by_hand() and bool(desk.actor.roles & rules.FRONT))
    ),
    "assess": lambda desk: not desk.fee.is_settled,
    "set_fee": lambda desk: bool(
        (found := desk.fee.books.assessment) and found.computed_by_id != desk.actor.user_id
    ),
    "record_payment": lambda desk: desk.fee.books.assessed is not None,
    "confirm_payment": lambda desk: _others(desk, desk.fee.books.waiting, "recorded_by_id"),
    "reject_payment": lambda desk: _others(desk, desk.fee.books.waiting, "recorded_by_id"),
    "ask_refund": lambda desk: desk.fee.account.refundable_idr > 0,
    "grant_refund": lambda desk: _others(desk, desk.fee.books.asked_back, "asked_by_id"),
    "refuse_refund": lambda desk: _others(desk, desk.fee.books.asked_back, "asked_by_id"),
    "pay_refund": lambda desk: _others(
        desk, desk.fee.books.to_pay_back, "decided_by_id", "asked_by_id"
    ),
    "extend": lambda desk: desk.case.promise.running,
    "choose_collection": lambda desk: not collecting.is_away(desk.case.pk),
    "send_permit": lambda desk: (
        bool(desk.my_tasks("deliver")) and not collecting.is_away(desk.case.pk)
    ),
    "note_sent_back": lambda desk: collecting.is_away(desk.case.pk),
    "refuse_hand_over": lambda desk: bool(desk.my_tasks("deliver")),
    "review": lambda desk: queries.waits_for_review(desk.case.pk),
}
