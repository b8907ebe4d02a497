"""
What happens without anybody asking: a list of steps, each with its interval.

A step is a function `(*, at) -> int` that does what is due and returns how much it did. Every step
claims its rows, so any number of workers may run. A step that fails is logged and tried again at
its next turn; the others go on.
"""

import signal
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from satupintu.lib import clock
from satupintu.web.troubles import what_stands_still

log = structlog.get_logger()

_LONGEST_SLEEP_SECONDS = 1.0


class Work(Protocol):
    """Does what is due at `at` and returns how much that was."""

    def __call__(self, *, at: datetime) -> int: ...


class Step(NamedTuple):
    """
    A periodic piece of work: `does` is the dotted name of a function `(*, at) -> int`.

    What found work is run again at once, because a full batch may have been only the first; a step that only `looks`
    is not: what it saw is still there.
    """

    name: str
    every_seconds: float
    does: str
    looks: bool = False


STEPS: list[Step] = [
    Step("readers of the log", 1, "satupintu.workflow.services.run_readers"),
    Step("imports of old registers", 2, "satupintu.imports.services.work"),
    Step("messages that came in", 0.5, "satupintu.messaging.services.read_due"),
    Step("messages in parts", 60, "satupintu.messaging.services.take_incomplete"),
    Step("messages", 0.5, "satupintu.messaging.services.send_due"),
    Step("events for programs", 1, "satupintu.exchange.services.tell_due"),
    Step("complaints sent on", 10, "satupintu.exchange.services.forward_due"),
    Step("budgets of channels", 600, "satupintu.messaging.services.warn_of_budgets"),
    Step("messages never reported", 600, "satupintu.messaging.services.give_up_waiting"),
    Step("deadlines", 60, "satupintu.workflow.services.sweep_deadlines"),
    Step("changed calendar", 30, "satupintu.workflow.services.follow_calendar"),
    Step("seals of the log", 300, "satupintu.workflow.seals.make_digests"),
    Step("root to the head", 900, "satupintu.messaging.roots.send_roots"),
    Step("reminders to repair", 900, "satupintu.permits.services.sweep.remind_repairs"),
    Step("files never repaired", 900, "satupintu.permits.services.check.lapse_unanswered"),
    Step("letters left behind", 60, "satupintu.permits.services.letters.make_due"),
    Step("letters about objections", 60, "satupintu.objections.services.letters.make_due"),
    Step("complaints that close", 3600, "satupintu.desk.services.close_answered"),
    Step("files nobody sent", 3600, "satupintu.desk.services.forget_unsent"),
    Step(
        "consultations that close", 3600, "satupintu.desk.services.consulting.close_consultations"
    ),
    Step("rooms of appointments", 10, "satupintu.desk.services.consulting.make_rooms"),
    Step(
        "reminders of appointments", 300, "satupintu.desk.readers.consultations.remind", looks=True
    ),
    Step("letters of sanctions", 60, "satupintu.supervision.services.letters.make_due"),
    Step("suspensions that end", 900, "satupintu.supervision.services.following.end_suspensions"),
    Step("conditions due", 3600, "satupintu.supervision.services.following.remind_of_conditions"),
    Step(
        "conditions late", 3600, "satupintu.supervision.services.following.tell_of_late_conditions"
    ),
    Step("warnings run out", 3600, "satupintu.supervision.services.following.tell_of_run_out"),
    Step("automatic decisions left behind", 60, "satupintu.permits.services.automatic.finish"),
    Step("fees to pay", 3600, "satupintu.permits.services.fee_due.remind_fees", looks=True),
    Step("payments nobody told of", 60, "satupintu.fees.services.ask_about_lost"),
    Step("units that must answer", 900, "satupintu.permits.services.sweep.remind_units"),
    Step("uncollected permits", 3600, "satupintu.permits.services.sweep.remind_uncollected"),
    Step(
        "permits never collected", 3600, "satupintu.permits.services.uncollected.close_uncollected"
    ),
    Step("expiring permits", 3600, "satupintu.permits.services.sweep.remind_expiring"),
    Step("words of ended permits", 3600, "satupintu.permits.services.listed.drop_ended"),
    Step("unfinished uploads", 3600, "satupintu.documents.services.sweep"),
    Step("files let go", 3600, "satupintu.documents.services.erase_unused_files"),
    Step("drafts thrown away", 3600, "satupintu.permits.services.drafts.erase_discarded"),
    Step("old sign-in codes", 3600, "satupintu.people.services.forget_old_codes"),
    Step("codes in messages", 3600, "satupintu.messaging.services.forget_codes"),
    Step("letters put aside", 3600, "satupintu.messaging.channels.imap.forget_old"),
    Step("what callers said", 86400, "satupintu.messaging.services.forget_recordings"),
    Step("room on the disk", 600, "satupintu.documents.services.warn_of_full_disk", looks=True),
    Step("new copy for training", 2, "satupintu.config.training.replacing.begin_wanted"),
    Step("old codes of surveys", 86400, "satupintu.surveys.services.forget_old_codes"),
    Step("old counts", 3600, "satupintu.office.services.forget_old_counts"),
    Step("posts nobody came back for", 86400, "satupintu.people.services.forget_old_held"),
    Step("answers kept for programs", 3600, "satupintu.exchange.services.forget_old"),
    Step("events told long ago", 86400, "satupintu.exchange.services.forget_told"),
    Step("uploads never sent in", 3600, "satupintu.exchange.services.forget_unused"),
    Step("rows of old imports", 86400, "satupintu.imports.services.empty_old"),
    Step("words of old bank statements", 86400, "satupintu.fees.services.empty_old_statements"),
    Step("ended sessions", 86400, "satupintu.people.sessions.forget_ended"),
]


def run(*, once: bool = False, steps: Sequence[Step] | None = None) -> None:
    """
    Run the steps until SIGTERM or SIGINT, finishing the step at hand; with `once`, until nothing is
    due.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    loaded = [(step, import_string(step.does)) for step in (STEPS if steps is None else steps)]
    if once:
        _drain(loaded, stop)
        return
    _start_simulator()
    _start_telephones(stop)
    log.info("worker_started", steps=len(loaded))
    due = dict.fromkeys([step.name for step, _ in loaded], 0.0)
    while not stop.is_set():
        for step, does in loaded:
            if stop.is_set():
                break
            if time.monotonic() >= due[step.name]:
                done = perform(step.name, does)
                due[step.name] = next_due(step, done, time.monotonic())
        wait = min(
            [_LONGEST_SLEEP_SECONDS, *(moment - time.monotonic() for moment in due.values())]
        )
        stop.wait(max(0.0, wait))
    log.info("worker_stopped")


def _start_simulator() -> None:
    """Let the demo office have a bank that is none; of several workers the first one starts it."""
    if not settings.DEMO or settings.PAYMENT_PROVIDER != "simulator":
        return
    from satupintu.fees.providers.simulator.server import Bank

    port = urlsplit(settings.PAYMENT_URL).port or 80
    kept = settings.HOME / "run" / "simulator.json"
    try:
        Bank(secret=settings.PAYMENT_SECRET, kept=kept).start(port)
    except OSError as error:
        log.warning("simulator_not_started", port=port, why=error.strerror)


def _start_telephones(stop: threading.Event) -> None:
    """Let a demo's people have telephones, before the first message goes to them; the first of several workers does."""
    if not settings.HANDSETS_PORT:
        return
    from satupintu.messaging.handsets.server import start

    try:
        start(stop)
    except OSError as error:
        log.warning("telephones_not_started", port=settings.HANDSETS_PORT, why=error.strerror)


def next_due(step: Step, done: int, now: float) -> float:
    """Return when a step that has just done so much runs again, on the clock of `now`."""
    return now if done and not step.looks else now + step.every_seconds


def perform(name: str, does: Work) -> int:
    """Run one step now and return how much it did; 0 when it failed, or must wait for room (both are logged)."""
    close_old_connections()
    began = time.monotonic()
    try:
        done = does(at=clock.now())
    except Exception as error:
        if why := what_stands_still(error):
            log.warning("step_waits", step=name, why=why)  # each turn: no traceback fills the disk
        else:
            log.exception("step_failed", step=name)
        return 0
    if done:
        log.info("step_done", step=name, done=done, seconds=round(time.monotonic() - began, 3))
    return done


def _finish(step: Step, does: Work, stop: threading.Event) -> int:
    """Run one step until it finds nothing; return how much it did. What it gives to others waits for their turn."""
    done = 0
    while not stop.is_set() and (found := perform(step.name, does)):
        done += found
    return done


def _drain(loaded: list[tuple[Step, Work]], stop: threading.Event) -> None:
    while not stop.is_set():
        found = [_finish(step, does, stop) for step, does in loaded if not step.looks]
        if sum(found) == 0:
            break
    for step, does in loaded:
        if step.looks and not stop.is_set():
            perform(step.name, does)
