"""Acting from the inbox: claim one, take the next, share out, act on many with a report for each case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from satupintu.documents.services import (
    OpenKey,
    RenderFailed,
    SigningRefused,
    UploadRefused,
)
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.services import NumberProblem
from satupintu.people.access import staff
from satupintu.people.queries import User, actor_for, officers_on
from satupintu.people.rules import Actor, Role
from satupintu.permits.services import issue, keys
from satupintu.portal.inbox import MAY_SHARE, works
from satupintu.workflow import queries
from satupintu.workflow.queries import InboxFilter, Task, page_of, title_of
from satupintu.workflow.rules import answering_roles, share_out
from satupintu.workflow.services import CannotMove, act

MOST = 100  # tasks in one go
REFUSED = (CannotMove, SigningRefused, UploadRefused, NumberProblem)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the list one came from, within this site only."""
    target = request.POST.get("kembali", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("portal:inbox")
    return HttpResponseRedirect(target)


def _task_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _mine(actor: Actor, texts: list[str]) -> list[Task]:
    ids = [found for text in texts[:MOST] if (found := _task_id(text))]
    return queries.tasks_for(actor, ids) if ids else []


# --- One -----------------------------------------------------------------------------------------


@works
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Take a task or give it back."""
    actor = actor_for(request)
    action = "release" if request.POST.get("lepas") else "take"
    found = _mine(actor, [request.POST.get("tugas", "")])
    if not found:
        messages.warning(request, _("Tugas ini sudah selesai atau bukan tugas unit Anda."))
        return _back(request)
    task = found[0]
    try:
        act(task.case, action, by=actor, at=clock.now(), data={"task": str(task.pk)})
    except CannotMove as error:
        messages.warning(request, error.message)
    return _back(request)


@works
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the most urgent task that nobody handles, and open its case. Two who press at once get two tasks."""
    actor, at = actor_for(request), clock.now()
    for task in queries.inbox(actor, InboxFilter(unclaimed=True)):
        if task.case.party_id in actor.party_ids:
            continue  # nobody handles a case of their own
        try:
            act(task.case, "take", by=actor, at=at, data={"task": str(task.pk)})
        except CannotMove:
            continue  # somebody was quicker with this one
        return HttpResponseRedirect(page_of(task.case))
    messages.info(request, _("Tidak ada tugas yang belum ditangani."))
    return _back(request)


@staff(*sorted(MAY_SHARE))
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Share out what nobody handles among the officers on duty, so that open tasks are even."""
    actor, at = actor_for(request), clock.now()
    today = timezone.localdate(at)
    done = 0
    for unit_id in sorted(actor.units):
        for role in (Role.FRONT_OFFICE, Role.VERIFIER, Role.TECHNICAL_OFFICER):
            tasks = queries.unclaimed_of(unit_id, role)
            able = officers_on(*answering_roles(role), today=today, unit_id=unit_id)
            officers = [one.pk for one in able]
            plan = share_out([task.pk for task in tasks], officers, queries.open_load(officers))
            for task in tasks:
                if task.pk in plan:
                    done += _assign(task, plan[task.pk], actor, at)
    text = ngettext("%(n)s tugas dibagi.", "%(n)s tugas dibagi.", done) % {"n": done}
    messages.success(request, text)
    return _back(request)


def _assign(task: Task, officer_id: int, actor: Actor, at: datetime) -> int:
    try:
        act(
            task.case,
            "reassign",
            by=actor,
            at=at,
            data={"task": str(task.pk), "officer": officer_id},
        )
    except CannotMove:
        return 0
    return 1


# --- Many ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case."""

    number: str
    url: str
    title: str
    applicant: str
    done: bool
    text: str


class SecretForm(forms.Form):
    """The secret of the signature, asked once for all."""

    secret = forms.CharField(
        label=gettext_lazy("Kata sandi tanda tangan"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("Diminta sekali per sesi tanda tangan dan tidak disimpan."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


Doing = Callable[[Task, Actor, datetime], str]


def _initial(task: Task, actor: Actor, at: datetime) -> str:
    act(task.case, "initial", by=actor, at=at, data={"task": str(task.pk)})
    return _("diparaf")


def _take(task: Task, actor: Actor, at: datetime) -> str:
    act(task.case, "take", by=actor, at=at, data={"task": str(task.pk)})
    return _("ditangani")


def _release(task: Task, actor: Actor, at: datetime) -> str:
    act(task.case, "release", by=actor, at=at, data={"task": str(task.pk)})
    return _("dilepaskan")


SIMPLE: dict[str, tuple[str, Doing]] = {
    "paraf": ("initial", _initial),
    "tangani": ("", _take),
    "lepaskan": ("", _release),
}


def _approve(key: OpenKey | None) -> Doing:
    def approve(task: Task, actor: Actor, at: datetime) -> str:
        if task.stage == "decide":
            act(task.case, "approve", by=actor, at=at, data={"task": str(task.pk)})
        if key is None:
            act(task.case, "number", by=actor, at=at)
            return _("disetujui dan bernomor, tinggal dicetak dan ditandatangani")
        issue.number_and_issue(task.case, by=actor, at=at, key=key)
        return _("disetujui, bernomor, dan terbit")

    return approve


def _one(task: Task, doing: Doing, actor: Actor, at: datetime) -> Result:
    """Act on one case; its own transaction, its own line in the report."""
    done, text = False, ""
    try:
        text = doing(task, actor, at)
        done = True
    except REFUSED as error:
        text = str(error.message)
    except RenderFailed:
        text = _("Halaman izin belum dapat dibuat.")
    return Result(
        number=task.case.number,
        url=page_of(task.case),
        title=title_of(task.case, current_language()),
        applicant=task.case.party.name if task.case.party else "",
        done=done,
        text=text,
    )


@works
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Do one thing with every picked task and report on each."""
    actor, at = actor_for(request), clock.now()
    picked = _mine(actor, request.POST.getlist("pick"))
    what = request.POST.get("aksi", "")
    if not picked:
        messages.warning(request, _("Pilih sedikitnya satu tugas yang masih terbuka."))
        return _back(request)
    if what == "setujui":
        return _approve_many(request, actor, at, picked)
    if what not in SIMPLE:
        return _back(request)
    stage, doing = SIMPLE[what]
    results = [_one(task, doing, actor, at) for task in picked if not stage or task.stage == stage]
    results += _passed_over(task for task in picked if stage and task.stage != stage)
    if what in ("tangani", "lepaskan") and all(one.done for one in results):
        return _back(request)
    return _report(request, results)


def _passed_over(tasks: Any) -> list[Result]:
    """Return the lines of picked tasks on which this cannot be done."""
    language = current_language()
    return [
        Result(
            task.case.number,
            page_of(task.case),
            title_of(task.case, language),
            task.case.party.name if task.case.party else "",
            done=False,
            text=_("bukan tahap ini, dilewati"),
        )
        for task in tasks
    ]


def _approve_many(
    request: HttpRequest, actor: Actor, at: datetime, picked: list[Task]
) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    fitting = [task for task in picked if task.stage in ("decide", "sign")]
    others = _passed_over(task for task in picked if task.stage not in ("decide", "sign"))
    if keys.signs_by_hand():
        doing = _approve(None)
        return _report(request, [_one(task, doing, actor, at) for task in fitting] + others)
    key = keys.kept_key(request.session, user)
    if key is None and fitting:
        form = SecretForm(request.POST if "secret" in request.POST else None)
        if not form.is_valid():
            return _ask(request, fitting, form)
        try:
            key = keys.open_key(request.session, user, form.cleaned_data["secret"])
        except SigningRefused as error:
            form.add_error("secret", error.message)
            return _ask(request, fitting, form)
    doing = _approve(key)
    return _report(request, [_one(task, doing, actor, at) for task in fitting] + others)


def _ask(request: HttpRequest, tasks: list[Task], form: SecretForm) -> HttpResponse:
    language = current_language()
    return render(
        request,
        "portal/inbox_secret.html",
        {
            "form": form,
            "tasks": [(task, title_of(task.case, language)) for task in tasks],
            "back": request.POST.get("kembali", ""),
        },
        status=422 if form.is_bound else 200,
    )


def _report(request: HttpRequest, results: list[Result]) -> HttpResponse:
    done = sum(one.done for one in results)
    return render(
        request,
        "portal/inbox_report.html",
        {"results": results, "done": done, "failed": len(results) - done},
    )
