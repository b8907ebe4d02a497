"""
Pages about the office itself: profile, calendar, registers of numbers, regions, colours and arms.

They stand here because `office` lies below `people` and cannot ask who may open a page.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office import queries, rules, services
from satupintu.office.forms import (
    ClosureForm,
    NewSeriesForm,
    ProfileForm,
    ReasonForm,
    SeriesForm,
    StartForm,
)
from satupintu.office.queries import NumberSeries
from satupintu.people.access import public, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import CASE_ROLES, Role
from satupintu.permits.rules import TERM_LABELS
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import (
    PAGE_SIZE,
    Cursor,
    Transition,
    count_moved_by_calendar,
    moved_by_calendar,
    page_of,
    title_of,
)

YEAR_SECONDS = 60 * 60 * 24 * 365
_YEAR_FIRST, _YEAR_LAST = 2000, 2100
_REGISTER_PAGE = 50
_REGIONS_SHOWN = 50

_administrators = staff(Role.SERVICE_ADMIN)
_readers = staff(Role.SERVICE_ADMIN, Role.AUDITOR, Role.HEAD, Role.SECTION_HEAD)


def _by(request: HttpRequest) -> dict[str, Any]:
    actor = actor_for(request)
    return {"by_name": actor.name, "by_id": actor.user_id}


def _may_change(request: HttpRequest) -> bool:
    return Role.SERVICE_ADMIN in actor_for(request).roles


# --- Profile ------------------------------------------------------------------------------


@_administrators
@require_safe_or_post
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what the office says about itself."""
    row = queries.profile_row()
    if row is None:
        raise Http404
    language = current_language()
    form = ProfileForm(
        request.POST or None,
        request.FILES or None,
        initial=ProfileForm.initial_of(row),
        language=language,
    )
    if request.method == "POST" and form.is_valid() and _save_profile(request, form):
        messages.success(request, _("Profil kantor tersimpan."))
        return redirect("portal:office_profile")
    return render(request, "portal/office/profile.html", {"form": form})


def _save_profile(request: HttpRequest, form: ProfileForm) -> bool:
    at = clock.now()
    values = {name: value for name, value in form.cleaned_data.items() if name != "arms"}
    try:
        if form.cleaned_data["arms"]:
            services.save_arms(
                form.cleaned_data["arms"].read(), by_name=actor_for(request).name, at=at
            )
    except rules.BadProfile as error:
        form.add_error("arms", error.message)
        return False
    services.save_profile(values, by_name=actor_for(request).name, at=at)
    return True


# --- Calendar -----------------------------------------------------------------------------


def _year(text: str, at: datetime) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0  # noqa: PLR2004
    return year if _YEAR_FIRST <= year <= _YEAR_LAST else queries.local_date(at).year


def _calendar_page(request: HttpRequest, year: int, form: ClosureForm) -> HttpResponse:
    closures = list(queries.list_closures(year))
    for closure in closures:
        closure.tone = "good" if closure.effective_from else "warn"  # type: ignore[attr-defined]
    context = {
        "year": year,
        "closures": [row for row in closures if row.effective_from],
        "proposed": [row for row in closures if not row.effective_from],
        "removed": queries.list_removed_closures(year),
        "official": any(row.kind == rules.ClosureKind.NATIONAL for row in closures),
        "form": form,
        "changes": _changes(year),
        "may_change": _may_change(request),
        "user_id": actor_for(request).user_id,
    }
    return render(request, "portal/office/calendar.html", context)


def _changes(year: int) -> list[dict[str, Any]]:
    """Return what changed in the calendar lately, and how many running cases moved. Two queries."""
    changes = queries.calendar_changes_of(year)
    moments = [one.applied_at for one in changes if one.applied_at]
    moved = count_moved_by_calendar(moments) if moments else {}
    return [
        {"change": one, "moved": moved.get(one.applied_at, 0) if one.applied_at else None}
        for one in changes
    ]


@_readers
@require_safe
def calendar_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show which running cases a change of the calendar moved: each with its date before and after."""
    change = queries.find_calendar_change(change_id)
    if change is None:
        raise Http404
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    found = moved_by_calendar(change.applied_at, after) if change.applied_at else []
    shown = found[:PAGE_SIZE]
    following = ""
    if len(found) > PAGE_SIZE:
        mark = Cursor(shown[-1].recorded_at, shown[-1].pk).to_text()
        following = f"?{urlencode({'sesudah': mark})}"
    context = {
        "change": change,
        "rows": [_moved_row(row) for row in shown],
        "page": {"next_url": following, "prev_url": request.path if after else ""},
        "year": (change.from_date or queries.local_date(change.at)).year,
        "reads_cases": bool(actor_for(request).roles & (CASE_ROLES | {Role.AUDITOR})),
    }
    return render(request, "portal/office/calendar_change.html", context)


def _moved_row(row: Transition) -> dict[str, Any]:
    return {
        "number": row.case.number,
        "url": page_of(row.case),
        "service": title_of(row.case, current_language()),
        "dates": [
            {
                "label": TERM_LABELS.get(name, name),
                "before": datetime.fromisoformat(moved["from"]),
                "after": datetime.fromisoformat(moved["to"]),
            }
            for name, moved in row.data.items()
            if moved.get("from") and moved.get("to")
        ],
    }


@_readers
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a year of closures: what counts, what awaits a second person, what was taken back."""
    year = _year(request.GET.get("tahun", ""), clock.now())
    return _calendar_page(request, year, ClosureForm())


def _to_calendar(year: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"/pengaturan/kalender/?{urlencode({'tahun': year})}")


@_administrators
@require_POST
def propose_closure(request: HttpRequest) -> HttpResponse:
    """Enter a closure for another person to confirm."""
    form = ClosureForm(request.POST)
    at = clock.now()
    if form.is_valid():
        try:
            closure = services.propose_closure(**form.cleaned_data, **_by(request), at=at)
        except services.CalendarProblem as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Usulan tersimpan. Orang lain perlu mengonfirmasinya."))
            return _to_calendar(closure.date.year)
    return _calendar_page(request, _year(request.POST.get("date", "")[:4], at), form)


@staff(Role.SERVICE_ADMIN, Role.HEAD, Role.SECTION_HEAD)
@require_POST
def confirm_closure(request: HttpRequest, closure_id: int) -> HttpResponse:
    """Let a proposed closure count."""
    at = clock.now()
    try:
        closure = services.confirm_closure(closure_id, **_by(request), at=at)
    except services.CalendarProblem as problem:
        messages.error(request, problem.message)
        return _to_calendar(_year(request.POST.get("tahun", ""), at))
    messages.success(
        request, _("Penutupan berlaku. Tenggat permohonan yang berjalan dihitung ulang.")
    )
    return _to_calendar(closure.date.year)


@_administrators
@require_safe_or_post
def remove_closure(request: HttpRequest, closure_id: int) -> HttpResponse:
    """Ask why, then take a closure back."""
    closure = queries.find_closure(closure_id)
    if closure is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_closure(
                closure_id, reason=form.cleaned_data["reason"], **_by(request), at=clock.now()
            )
        except services.CalendarProblem as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Penutupan dihapus dari kalender; catatannya tetap ada."))
            return _to_calendar(closure.date.year)
    return render(request, "portal/office/remove_closure.html", {"closure": closure, "form": form})


# --- Registers of numbers -----------------------------------------------------------------


def _series_or_404(code: str) -> NumberSeries:
    try:
        return queries.get_series(code)
    except queries.NoSuchSeries as problem:
        raise Http404(problem.message) from problem


def _preview(series: NumberSeries, at: datetime) -> str:
    try:
        return services.preview_number(series.code, at=at, service="SIP-B")
    except services.NumberProblem as problem:
        return problem.message


@_readers
@require_safe
def number_list(request: HttpRequest) -> HttpResponse:
    """Show every register with the number that would be next."""
    at = clock.now()
    rows = [{"series": series, "preview": _preview(series, at)} for series in queries.list_series()]
    context = {"rows": rows, "may_change": _may_change(request)}
    return render(request, "portal/office/numbers.html", context)


@_administrators
@require_safe_or_post
def number_new(request: HttpRequest) -> HttpResponse:
    """Open a new register."""
    form = NewSeriesForm(request.POST or None, initial={"yearly": True, "active": True})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        code = values.pop("code")
        if any(series.code == code for series in queries.list_series()):
            form.add_error("code", _("Kode itu sudah dipakai register lain."))
        elif _saved(request, form, code, values):
            messages.success(request, _("Register nomor tersimpan."))
            return redirect("portal:office_number", code=code)
    return render(request, "portal/office/number_new.html", {"form": form})


def _saved(request: HttpRequest, form: SeriesForm, code: str, values: dict[str, Any]) -> bool:
    try:
        services.save_series(code, **values, by_name=actor_for(request).name, at=clock.now())
    except services.NumberProblem as problem:
        form.add_error(None, problem.message)
        return False
    return True


@_readers
@require_safe
def number(request: HttpRequest, code: str) -> HttpResponse:
    """Show a register: its next number, its settings, and every number given out, newest first."""
    series = _series_or_404(code)
    form = SeriesForm(initial=SeriesForm.initial_of(series))
    return _number_page(request, series, form=form, start=StartForm())


def _number_page(
    request: HttpRequest, series: NumberSeries, *, form: SeriesForm, start: StartForm
) -> HttpResponse:
    at = clock.now()
    year = _year(request.GET.get("tahun", ""), at) if series.yearly else 0
    before = request.GET.get("sebelum", "")
    rows = queries.list_numbers(
        series,
        year,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,  # noqa: PLR2004
        limit=_REGISTER_PAGE,
    )
    more = (
        f"?{urlencode({'tahun': year, 'sebelum': rows[-1].seq})}"
        if len(rows) == _REGISTER_PAGE
        else ""
    )
    context = {
        "series": series,
        "preview": _preview(series, at),
        "year": year,
        "rows": rows,
        "page": {"next_url": more, "prev_url": ""},
        "form": form,
        "start": start,
        "changes": queries.list_office_changes(f"series:{series.code}"),
        "may_change": _may_change(request),
    }
    return render(request, "portal/office/number.html", context)


@_administrators
@require_POST
def number_save(request: HttpRequest, code: str) -> HttpResponse:
    """Change how a register writes its numbers."""
    series = _series_or_404(code)
    form = SeriesForm(request.POST)
    if form.is_valid() and _saved(request, form, code, form.cleaned_data):
        messages.success(request, _("Register nomor tersimpan."))
        return redirect("portal:office_number", code=code)
    return _number_page(request, series, form=form, start=StartForm())


@_administrators
@require_POST
def number_start(request: HttpRequest, code: str) -> HttpResponse:
    """Let a register continue a paper or SiCantik one."""
    series = _series_or_404(code)
    start = StartForm(request.POST)
    at = clock.now()
    year = queries.local_date(at).year
    if start.is_valid():
        try:
            services.set_start(
                code,
                year=year,
                next_seq=start.cleaned_data["next_seq"],
                by_name=actor_for(request).name,
                at=at,
            )
        except services.NumberProblem as problem:
            start.add_error("next_seq", problem.message)
        else:
            messages.success(request, _("Nomor berikutnya tersimpan."))
            return redirect("portal:office_number", code=code)
    form = SeriesForm(initial=SeriesForm.initial_of(series))
    return _number_page(request, series, form=form, start=start)


# --- For everybody ------------------------------------------------------------------------


@public
@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """
    Show the regions below `induk`, or those found by `q`.

    A script that asks with `bentuk=pilihan` gets <option> elements only; everybody else a page.
    """
    parent_code = request.GET.get("induk", "")[:13]
    words = request.GET.get("q", "")[:60]
    if request.GET.get("bentuk") == "pilihan":
        rows = queries.regions(parent_code)
        response = render(request, "portal/office/_region_options.html", {"regions": rows})
        response["Cache-Control"] = "public, max-age=86400"
        return response
    parent = queries.find_region(parent_code) if parent_code else None
    if parent_code and parent is None:
        raise Http404
    if words:
        found = queries.search_regions(words, within=parent_code, limit=_REGIONS_SHOWN)
    else:
        found = list(queries.regions(parent_code))
    names = queries.region_names([row.code for row in found]) if words else {}
    context = {
        "parent": parent,
        "parent_names": queries.region_names([parent.code]).get(parent.code) if parent else "",
        "up": rules.parent_code(parent_code),
        "q": words,
        "rows": [
            {"region": row, "name": names.get(row.code, row.name), "open": len(row.code) < 13}  # noqa: PLR2004
            for row in found
        ],
    }
    return render(request, "portal/office/regions.html", context)


def _kept(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Let browsers keep an answer whose address carries the profile's version."""
    if request.GET.get("v") == queries.profile().version:
        response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    else:
        response["Cache-Control"] = "public, max-age=300"
    return response


@public
@require_safe
def colours(request: HttpRequest) -> HttpResponse:
    """Serve the office's colours as a stylesheet; pages themselves may carry no style."""
    made = rules.shades(queries.profile().colour)
    day = (
        "--primary: {base}; --primary-hover: {hover}; --primary-tint: {tint};"
        " --link: {base}; --head: {hover};"
    )
    night = (
        "--primary: {night}; --primary-hover: {night_hover}; --primary-tint: {night_tint};"
        " --on-primary: #101415; --link: {night_hover}; --head: {night_tint};"
    )
    day, night = day.format(**made), night.format(**made)
    text = (
        f":root {{ {day} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {night} }} }}\n'
        f':root[data-theme="dark"] {{ {night} }}\n'
    )
    return _kept(HttpResponse(text, content_type="text/css; charset=utf-8"), request)


@public
@require_safe
def arms(request: HttpRequest) -> HttpResponse:
    """Serve the regency's arms as they were uploaded."""
    here = queries.profile()
    if not here.arms:
        raise Http404
    return _kept(HttpResponse(here.arms, content_type=here.arms_type), request)
