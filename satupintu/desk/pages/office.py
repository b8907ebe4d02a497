"""The officers' side: the list, one complaint, who complains, one page for each act."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.desk import queries, rules, services
from satupintu.desk.pages.attached import Attached, attached_shown, hand_over
from satupintu.desk.pages.shown import steps_of
from satupintu.desk.plan import plan, plan_of
from satupintu.desk.queries import Complaint
from satupintu.desk.rules import Sight, Viewer
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import work_calendar
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import actor_for, list_officers
from satupintu.people.rules import Actor, Role
from satupintu.web.forms import press
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import (
    Cursor,
    NotFound,
    history,
    newest_page,
    officer_actions,
    open_tasks,
)
from satupintu.workflow.rules import Move, task_roles, time_left
from satupintu.workflow.services import CannotMove, act

WORKERS = (
    Role.FRONT_OFFICE,
    Role.VERIFIER,
    Role.TECHNICAL_OFFICER,
    Role.COORDINATOR,
    Role.SECTION_HEAD,
    Role.HEAD,
    Role.COMPLAINT_ADMIN,
    Role.INSPECTOR,
)
READERS = (*WORKERS, Role.AUDITOR)

SLUGS = {
    "accept": "terima",
    "restore": "kembalikan",
    "discard": "sisihkan",
    "assign": "teruskan",
    "draft": "jawab",
    "send_back": "kembalikan-konsep",
    "approve": "setujui",
    "publish": "umumkan",
    "comment": "catatan",
}
ACTIONS = {slug: action for action, slug in SLUGS.items()}
# An act -> the stage of the task that it answers.
STAGE_OF = {"draft": "complaint_draft", "send_back": "complaint_approve", "approve": "complaint_approve"}  # fmt: skip


@staff(*READERS)
@never_cache
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """List the complaints that this officer may read: those that wait, or all, newest first."""
    actor = actor_for(request)
    everything = request.GET.get("semua") == "1"
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    states = [] if everything else [str(one) for one in rules.WAITING]
    found = queries.list_complaints(actor, states, after.place if after else None)
    address = f"{reverse('desk:list')}?{'semua=1&' if everything else ''}"
    shown, page = newest_page(found, queries.PAGE, address)
    at, calendar, language = clock.now(), work_calendar(), current_language()
    now = plan()
    rows = [
        {
            "case": one.case,
            "category": now.category_words(one.category, language),
            "class": now.class_words(one.class_key, language),
            "privacy": rules.PRIVACY_SHORT[rules.Privacy(one.privacy)],
            "state": rules.STATUSES[one.case.state],
            "left": time_left(due, at, calendar, language)
            if (due := one.case.pledge_due_at or one.case.legal_due_at)
            else None,
        }
        for one in shown
    ]
    return render(
        request,
        "desk/list.html",
        {
            "rows": rows,
            "everything": everything,
            "page": page,
            "may_type": bool(actor.roles & rules.TYPISTS),
        },
    )


def _get(request: HttpRequest, number: str) -> tuple[Actor, Complaint, Viewer]:
    actor = actor_for(request)
    try:
        return (actor, *queries.get_complaint_for(actor, number))
    except NotFound as error:
        raise Http404 from error


def _legal(actor: Actor, complaint: Complaint) -> Mapping[str, Move]:
    """Return the acts that this officer may do now."""
    mine = {
        task.stage
        for task in open_tasks(complaint.case)
        if task.unit_id in actor.units
        and task.role in task_roles(actor.roles)
        and task.assignee_id in (None, actor.user_id)
    }
    return {
        action: move
        for action, move in officer_actions(complaint.case, actor).items()
        if action in SLUGS and (action not in STAGE_OF or STAGE_OF[action] in mine)
    }


@staff(*READERS)
@never_cache
@require_safe
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    """Show a complaint to officers who may read it."""
    actor, found, viewer = _get(request, number)
    return _show(request, actor, found, viewer)


def _show(
    request: HttpRequest, actor: Actor, found: Complaint, viewer: Viewer, *, reveal: bool = False
) -> HttpResponse:
    case, language, at = found.case, current_language(), clock.now()
    privacy = rules.Privacy(found.privacy)
    how = rules.sight(viewer, privacy, sealed=found.sealed)
    who = None
    if how is Sight.SHOWN or (reveal and how is Sight.LOGGED):
        who = services.reveal(found, by=actor, at=at)
    order = {"primary": 0, "secondary": 1, "danger": 2, "quiet": 3}
    buttons = [
        {
            "label": move.label,
            "weight": move.weight,
            "url": reverse("desk:act", args=[case.number, SLUGS[action]]),
        }
        for action, move in _legal(actor, found).items()
    ]
    due = case.pledge_due_at or case.legal_due_at
    return render(
        request,
        "desk/desk.html",
        {
            "complaint": found,
            "case": case,
            "category": queries.category_words(found.category, language),
            "class_name": queries.class_words(found.class_key, language),
            "privacy": rules.PRIVACY_SHORT[privacy],
            "accused": rules.ACCUSED_LABELS[rules.Accused(found.accused_kind)],
            "hold": rules.HOLD_LABELS.get(found.hold, ""),
            "state": rules.STATUSES[case.state],
            "left": time_left(due, at, work_calendar(), language) if due else None,
            "first_due": case.pledge_due_at,
            "due": case.legal_due_at,
            "who": who,
            "may_reveal": how is Sight.LOGGED and who is None,
            "answers": queries.answers_of(found, sent=False),
            "attached": _attached(found),
            "similar": queries.similar(found, actor),
            "steps": steps_of(history(case), case, public=False, tasks=open_tasks(case)),
            "buttons": sorted(buttons, key=lambda one: order[str(one["weight"])]),
        },
    )


@staff(Role.COMPLAINT_ADMIN, Role.INSPECTOR, Role.AUDITOR)
@never_cache
@require_POST
def reporter(request: HttpRequest, number: str) -> HttpResponse:
    """Show who complains to somebody who may know it; that they looked is recorded first."""
    actor, found, viewer = _get(request, number)
    how = rules.sight(viewer, rules.Privacy(found.privacy), sealed=found.sealed)
    if how is Sight.NEVER:
        raise Http404
    return _show(request, actor, found, viewer, reveal=True)


def _attached(found: Complaint) -> list[Attached]:
    number = found.case.number
    return attached_shown(found, lambda one: reverse("desk:attached", args=[number, one]))


@staff(*READERS)
@never_cache
@require_safe
def attached(request: HttpRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """Give a file to an officer who may read the complaint that it was sent with."""
    _actor, found, _viewer = _get(request, number)
    return hand_over(found, document_id)


# --- Acting ---------------------------------------------------------------------------------------

AREA = forms.Textarea(attrs={"rows": 7})


class ActForm(forms.Form):
    """An act on a complaint: the version that was looked at, and what the act needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    class_key = forms.ChoiceField(label=gettext_lazy("Kelas pengaduan"), widget=forms.RadioSelect)
    accused = forms.MultipleChoiceField(
        label=gettext_lazy("Petugas yang diadukan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Yang dipilih tidak lagi melihat pengaduan ini; jawabannya disiapkan orang lain."
        ),
    )
    story = forms.CharField(
        label=gettext_lazy("Pengaduan, untuk umum"),
        max_length=rules.LONGEST_PUBLIC,
        widget=AREA,
        help_text=gettext_lazy("Tanpa nama, nomor, alamat atau hal lain yang menunjuk seseorang."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Jawaban"), max_length=rules.LONGEST_TEXT, widget=AREA
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    NEEDS: Mapping[str, tuple[str, ...]] = {
        "assign": ("class_key", "accused", "reason"),
        "draft": ("answer",),
        "publish": ("story", "answer"),
        "approve": (),
    }

    def __init__(
        self, found: Complaint, action: str, move: Move | None, data: Any, **initial: str
    ) -> None:
        super().__init__(
            data,
            initial={"version": found.case.version, "class_key": found.class_key} | initial,
        )
        wanted = {"version", *self.NEEDS.get(action, ("reason",))}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        language = current_language()
        if "class_key" in self.fields:
            field = self.fields["class_key"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                (one.key, f"{one.label[language]} ({one.deadline.days})")
                for one in plan_of(found).classes.values()
            ]
        if "accused" in self.fields:
            field = self.fields["accused"]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(str(one.pk), one.name) for one in list_officers()]
        if move is not None and move.reason_required and "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _("Tulis alasannya.")


@staff(*WORKERS)
@restores
@never_cache
@require_safe_or_post
def act_page(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Show or do one act on one complaint; what was typed stays when it is refused."""
    actor, found, _viewer = _get(request, number)
    action = ACTIONS.get(slug)
    if action is None:
        raise Http404
    move = _legal(actor, found).get(action)
    answers = queries.answers_of(found, sent=False)
    last = answers[-1].text if answers else ""
    initial = {"answer": last}
    if action == "publish":
        initial |= {
            "story": found.public_story or found.story,
            "answer": found.public_answer or last,
        }
    form = ActForm(found, action, move, typed(request), **initial)

    def do() -> HttpResponse:
        _do(found, action, actor, form)
        messages.success(request, f"{number}: {rules.DONE[action]}.")
        return _after(found, actor)

    status = 200
    if request.method == "POST":
        not_now = "" if move else _not_now()
        done = press(form, do, not_now=not_now, refusals=(CannotMove,))
        if isinstance(done, HttpResponse):
            return done
        status = done
    elif move is None:
        messages.warning(request, _not_now())
        return redirect("desk:desk", number)
    any_move = next(one for (_at, name), one in rules.COMPLAINT.moves.items() if name == action)
    return render(
        request,
        "desk/act.html",
        {
            "form": form,
            "case": found.case,
            "complaint": found,
            "category": queries.category_words(found.category, current_language()),
            "label": any_move.label,
            "weight": any_move.weight,
            "possible": move is not None,
            "attached": _attached(found),
            "draft": last if action in ("approve", "send_back") else "",
            "back": reverse("desk:desk", args=[number]),
        },
        status=status,
    )


def _not_now() -> str:
    return _("Tindakan itu tidak tersedia pada keadaan berkas sekarang, atau bukan tugas Anda.")


def _after(found: Complaint, actor: Actor) -> HttpResponse:
    """Go back to the complaint, or to the list when the act has taken it out of the officer's sight."""
    try:
        queries.get_complaint_for(actor, found.case.number)
    except NotFound:
        return redirect("desk:list")
    return redirect("desk:desk", found.case.number)


def _do(found: Complaint, action: str, actor: Actor, form: ActForm) -> None:
    given = form.cleaned_data
    data: dict[str, Any] = {}
    if action == "assign":
        data = {"class": given["class_key"], "accused": [int(one) for one in given["accused"]]}
    elif action == "draft":
        data = {"answer": given["answer"]}
    elif action == "publish":
        data = {"story": given["story"], "answer": given["answer"]}
    act(
        found.case,
        action,
        by=actor,
        at=clock.now(),
        reason=given.get("reason", ""),
        data=data,
        seen_version=given["version"],
    )
