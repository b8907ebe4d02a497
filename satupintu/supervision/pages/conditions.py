"""Conditions on the officers' side: set while a permit is prepared, listed by their day, judged one by one."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.permits import queries as permits
from satupintu.supervision import queries, rules
from satupintu.supervision.pages.desk import LISTED_TO, READERS, get_supervision
from satupintu.supervision.pages.places import DayPlace, read_day_place
from satupintu.supervision.pages.shown import condition_line, condition_lines
from satupintu.supervision.rules import ConditionState
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import NotFound, history, title_of
from satupintu.workflow.services import CannotMove, act

CONFLICT, UNPROCESSABLE = 409, 422
DAY = forms.DateInput(attrs={"type": "date"})
SETTERS = (Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD)
SHORT = forms.Textarea(attrs={"rows": 3})


@staff(*LISTED_TO)
@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """List conditions that wait, by their day: due, late, reported; `hanya=dilaporkan`: only those reported."""
    reported = request.GET.get("hanya") == "dilaporkan"
    states = [ConditionState.REPORTED] if reported else sorted(rules.WAITING)
    found = queries.list_conditions(states, read_day_place(request.GET.get("sesudah", "")))
    today, language = timezone.localdate(clock.now()), current_language()
    shown = found[: queries.PAGE]
    following = ""
    if len(found) > queries.PAGE:
        mark = DayPlace(shown[-1].due_on or today, shown[-1].pk).to_text()
        only = "hanya=dilaporkan&" if reported else ""
        following = f"{reverse('supervision:conditions')}?{only}sesudah={mark}"
    rows = [
        {
            "line": condition_line(one),
            "case": one.case,
            "service": title_of(one.about, language),
            "party": one.case.party.name if one.case and one.case.party else "",
            "late": bool(one.due_on and one.due_on < today),
        }
        for one in shown
    ]
    context = {"rows": rows, "reported": reported, "page": {"next_url": following, "prev_url": ""}}
    return render(request, "supervision/conditions.html", context)


# --- Set before the issue -------------------------------------------------------------------------


class ConditionForm(forms.Form):
    """A condition to add: what, and until when; either days after the issue or a date."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Yang harus dipenuhi"),
        max_length=rules.LONGEST_CONDITION,
        widget=SHORT,
        help_text=gettext_lazy("Satu kalimat. Tercantum di izin, di bawah Ketentuan."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Hari sejak izin terbit"),
        required=False,
        min_value=1,
        max_value=rules.LONGEST_TERM,
        help_text=gettext_lazy("Hari kalender. Atau isi tanggalnya di bawah."),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Atau selambat-lambatnya tanggal"), required=False, widget=DAY
    )


@staff(*SETTERS)
@restores
@require_safe_or_post
def set_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a permit will be bound to while it is prepared; a post adds a condition or drops one."""
    actor = actor_for(request)
    try:
        case = permits.get_file_for(actor, number).case
    except NotFound as error:
        raise Http404 from error
    dropped = request.POST.get("hapus", "")
    shown = None if dropped else typed(request)
    form = ConditionForm(shown, initial={"version": case.version})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        try:
            if dropped:
                data: dict[str, Any] = {"condition": dropped}
                act(case, "drop_condition", by=actor, at=clock.now(), data=data)
                messages.success(request, _("Syarat dihapus."))
                return redirect("supervision:set", number)
            if form.is_valid():
                given = dict(form.cleaned_data)
                seen = given.pop("version")
                act(
                    case,
                    "add_condition",
                    by=actor,
                    at=clock.now(),
                    data=given,
                    seen_version=seen,
                )
                messages.success(request, _("Syarat ditambahkan."))
                return redirect("supervision:set", number)
        except CannotMove as error:
            if dropped:
                messages.error(request, error.message)
                return redirect("supervision:set", number)
            form.add_error(None, error.message)
    context = {
        "form": form,
        "case": case,
        "service": title_of(case, current_language()),
        "lines": condition_lines([*queries.standing(case), *queries.conditions_set(case.pk)]),
        "possible": case.state in ("ready", "proposed"),
        "back": reverse("permits:case", args=[number]),
    }
    return render(request, "supervision/set.html", context, status=status)


# --- Judged ---------------------------------------------------------------------------------------

JUDGED = {
    "accept_condition": gettext_lazy("Dipenuhi"),
    "prolong_condition": gettext_lazy("Beri waktu lagi"),
    "refuse_condition": gettext_lazy("Tidak dipenuhi"),
}


class JudgeForm(forms.Form):
    """What an officer finds: fulfilled, more time until a day, or not fulfilled; why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Hasil pemeriksaan"),
        choices=list(JUDGED.items()),
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(
        label=gettext_lazy("Waktu baru, sampai"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy("Bila diberi waktu lagi."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Catatan"),
        max_length=rules.LONGEST_TEXT,
        required=False,
        widget=SHORT,
        help_text=gettext_lazy("Dibaca pemegang izin. Wajib kecuali bila dipenuhi."),
    )


@staff(*READERS)
@restores
@require_safe_or_post
def condition_page(request: HttpRequest, number: str, condition_id: UUID) -> HttpResponse:
    """Show a condition with what its holder reported; a post judges it."""
    actor, found = get_supervision(request, number)
    try:
        one = queries.get_condition(found, condition_id)
    except NotFound as error:
        raise Http404 from error
    may = (
        bool(actor.roles & rules.PROPOSERS)
        and found.about.party_id not in actor.party_ids
        and one.state in rules.WAITING
    )
    form = JudgeForm(typed(request), initial={"version": found.case.version})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            given = form.cleaned_data
            try:
                act(
                    found.case,
                    given["outcome"],
                    by=actor,
                    at=clock.now(),
                    reason=given["reason"],
                    data={"condition": str(one.pk), "due_on": given["due_on"]},
                    seen_version=given["version"],
                )
            except CannotMove as error:
                form.add_error(None, error.message)
                status = CONFLICT
            else:
                messages.success(request, f"{number}: {rules.DONE[given['outcome']]}.")
                return redirect("supervision:condition", number, condition_id)
    context = {
        "form": form,
        "case": found.case,
        "line": condition_line(one),
        "service": title_of(found.about, current_language()),
        "reports": queries.reports_of(one),
        "notes": [
            row.note.text
            for row in history(found.case)
            if row.data.get("condition") == str(one.pk)
            and getattr(row, "note", None)
            and row.note.text
        ],
        "may": may,
        "warn_url": f"{reverse('supervision:propose', args=[found.about.number])}?syarat={one.pk}"
        if may and one.state == ConditionState.UNFULFILLED
        else "",
        "back": reverse("supervision:desk", args=[number]),
    }
    return render(request, "supervision/condition.html", context, status=status)
