"""
Public tracking by code: the timeline first.

Rate-limited by where a question comes from. An unknown code and one that was never given look the same, and nothing of
a person is shown beyond the service and a masked name.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import usual_time
from satupintu.lib import clock
from satupintu.lib.codes import BadCode, read_tracking_code
from satupintu.lib.language import current_language
from satupintu.office.services import allow, spent
from satupintu.people.access import counted_address, public
from satupintu.people.queries import actor_for
from satupintu.people.rules import GUESSES_AN_HOUR
from satupintu.permits import afterwards, rules
from satupintu.permits.pages.typed import Hint, Typed, hint_for
from satupintu.permits.queries import File, files_of, track
from satupintu.permits.registration import tracked_elsewhere
from satupintu.permits.rules import TRIES_AN_HOUR
from satupintu.permits.slips import is_open_slip
from satupintu.permits.timeline import Holding, Item, build_timeline, holding_now
from satupintu.permits.words import PromiseWords, initials_of, promise_words
from satupintu.workflow.queries import histories, open_tasks_of


class CodeForm(forms.Form):
    kode = forms.CharField(
        label=gettext_lazy("Kode lacak"),
        max_length=40,
        help_text=gettext_lazy("Ada di tanda terima Anda, contohnya 7K3F-9QXM-2."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_kode(self) -> str:
        try:
            return read_tracking_code(self.cleaned_data["kode"])
        except BadCode as error:
            raise forms.ValidationError(error.message) from error


@dataclass(frozen=True, slots=True)
class Track:
    """One case as everybody with its code sees it."""

    file: File
    service: str
    state: Any
    items: list[Item]
    holding: Holding | None
    promised: datetime | None
    first_promised: datetime | None
    moved: bool
    usual_days: int
    says: PromiseWords
    survey: str  # where it may be judged; "" before it is decided, and once it was


def tracks_of(files: list[File]) -> list[Track]:
    """Return the cases as anybody may see them. Two queries."""
    ids = [file.case.pk for file in files]
    rows, tasks = histories(ids), open_tasks_of(ids)
    return [
        track_of(file, rows.get(file.case.pk, []), tasks.get(file.case.pk, [])) for file in files
    ]


def track_of(file: File, rows: list[Any], tasks: list[Any]) -> Track:
    """Return one case as its applicant reads it. Usually no query: how long services take is kept."""
    used = current_language()
    promise = file.case.promise
    closed = file.lifecycle.is_closed(file.case.state) or file.case.state in rules.HAS_PERMIT
    return Track(
        file,
        file.definition.title_in(used),
        file.lifecycle.states[file.case.state],
        build_timeline(file, rows, tasks, language=used),
        holding_now(file, rows, tasks, language=used),
        promised=None if closed or promise.paused else promise.due_at,
        first_promised=promise.first_due_at,
        moved=bool(
            promise.due_at and promise.first_due_at and promise.due_at != promise.first_due_at
        ),
        usual_days=_usual_days(file),
        says=promise_words(file.definition.system),
        survey=afterwards.survey_at(file.case.pk) if closed else "",
    )


def _usual_days(file: File) -> int:
    """Return how many whole working days earlier than promised this service usually ends; 0: nothing to say."""
    usual = usual_time(file.definition.code, file.permit_case.kind)
    if usual is None or not file.case.promise.days:
        return 0
    minutes_a_day = 420  # seven working hours
    return max(0, file.case.promise.days - -(-usual.median_minutes // minutes_a_day))


@public
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the code. A GET form, so that it works from every link and without cookies."""
    form = CodeForm(request.GET or None) if "kode" in request.GET else CodeForm()
    if form.is_bound and form.is_valid():
        return redirect("permits:track_code", form.cleaned_data["kode"])
    return _ask_again(
        request, form, hint=hint_for(request.GET.get("kode", ""), wanted=Typed.TRACKING)
    )


@public
@never_cache
@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Show where an application stands."""
    form = CodeForm({"kode": code})
    if not form.is_valid():
        hint = hint_for(code, wanted=Typed.TRACKING)
        return _ask_again(request, form, status=404, hint=hint)
    at, here = clock.now(), counted_address(request)
    if spent("track", here, limit=GUESSES_AN_HOUR, window_seconds=3600, at=at):
        return _too_often(request, form)
    application = track(form.cleaned_data["kode"])
    if application is None:
        return _unknown(request, form, here, at)
    files = files_of(application)
    own = application.party_id in actor_for(request).party_ids
    context = {
        "application": application,
        "tracks": tracks_of(files),
        "name": initials_of(application.party.name),
        "own": own,
    }
    return render(request, "permits/applicant/track.html", context)


def _unknown(request: HttpRequest, form: CodeForm, here: str, at: datetime) -> HttpResponse:
    if elsewhere := tracked_elsewhere(form.cleaned_data["kode"]):
        return redirect(elsewhere.page)
    allow("track", here, limit=GUESSES_AN_HOUR, window_seconds=3600, at=at)
    if not allow("track-unknown", here, limit=TRIES_AN_HOUR, window_seconds=3600, at=at):
        return _too_often(request, form)
    if is_open_slip(form.cleaned_data["kode"]):
        text = _(
            "Kode ini ada pada slip bernomor kantor, dan berkasnya belum selesai diketik."
            " Coba lagi pada hari kerja berikutnya; waktu layanan tetap dihitung sejak berkas diterima."
        )
        form.add_error("kode", text)
        return _ask_again(request, form, status=404)
    form.add_error("kode", _("Kami tidak menemukan permohonan dengan kode ini. Periksa lagi."))
    return _ask_again(request, form, status=404)


def _too_often(request: HttpRequest, form: CodeForm) -> HttpResponse:
    form.add_error("kode", _("Terlalu sering dicoba. Tunggu satu jam, lalu coba lagi."))
    return _ask_again(request, form, status=429)


def _ask_again(
    request: HttpRequest, form: CodeForm, *, status: int = 200, hint: Hint | None = None
) -> HttpResponse:
    if hint is not None:
        form = CodeForm()  # the hint says it better than how many letters were typed
    context = {"form": form, "hint": hint}
    return render(request, "permits/applicant/track_start.html", context, status=status)
