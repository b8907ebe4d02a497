"""An objection that comes in on paper: the clerk finds the case and types it, with the moment it came in."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.lib import clock, identity
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.objections import queries, rules
from satupintu.objections.pages.forms import KEPT, FilingForm, LaterForm, keep, store_files
from satupintu.objections.queries import Decided
from satupintu.objections.services import Filing, file_objection
from satupintu.office.queries import local_date, work_calendar
from satupintu.people import services as people
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import actor_for, find_party
from satupintu.people.rules import Actor, Role
from satupintu.permits import queries as permits
from satupintu.supervision.queries import get_supervision_for
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import NotFound, title_of

CHANNELS = (
    ("counter", gettext_lazy("Diantar ke loket")),
    ("post", gettext_lazy("Lewat pos")),
    ("dropbox", gettext_lazy("Kotak berkas")),
)


class PersonForm(forms.Form):
    """Who objects, when it is not whose permit it is; and how the paper came."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Bagaimana surat keberatan ini datang?"),
        choices=CHANNELS,
        widget=forms.RadioSelect,
        initial="counter",
    )
    nik = forms.CharField(
        label=gettext_lazy("NIK yang berkeberatan"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=gettext_lazy("Nama lengkap"), max_length=160, min_length=2)
    phone = forms.CharField(label=gettext_lazy("Nomor HP"), max_length=24, required=False)
    address = forms.CharField(
        label=gettext_lazy("Alamat"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, third: bool, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # as Form takes them
        if not third:
            for name in ("nik", "name", "phone", "address"):
                del self.fields[name]

    def clean_nik(self) -> str:
        try:
            return identity.check_nik(self.cleaned_data["nik"], local_date(clock.now())).value
        except identity.BadIdentity as error:
            raise forms.ValidationError(error.message) from error

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        try:
            return identity.check_phone(text) if text else ""
        except identity.BadIdentity as error:
            raise forms.ValidationError(error.message) from error


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the number of the case, or of the supervision, whose decision is objected to; of several, for which."""
    number = request.GET.get("nomor", "").strip().upper()[:40]
    error, found = "", []
    if number:
        try:
            found = _objectable(actor_for(request), number)
            if len(found) == 1:
                return redirect(_address(found[0]))
            if not found:
                error = _("Pada berkas %(number)s belum ada keputusan yang dapat dikeberatkan.") % {
                    "number": number
                }
        except NotFound:
            error = _("Tidak ada berkas bernomor %(number)s. Periksa nomor pendaftarannya.") % {
                "number": number
            }
    choices = [(one.label, one.last, _address(one)) for one in found]
    context = {"number": number, "error": error, "choices": choices}
    return render(request, "objections/counter.html", context)


def _objectable(actor: Actor, number: str) -> list[Decided]:
    """Return what can be objected to under a number of a case or of its supervision. Raises NotFound."""
    calendar = work_calendar()
    try:
        about = permits.get_file_for(actor, number).case
    except NotFound:
        return queries.sanctions_decided(get_supervision_for(actor, number).about, calendar)
    decided = queries.decided_of(about, calendar)
    return [*queries.sanctions_decided(about, calendar), *([decided] if decided else [])]


def _address(decided: Decided) -> str:
    if decided.sanction is None:
        return reverse("objections:counter_file", args=[decided.case.number])
    return reverse("objections:counter_sanction", args=[decided.case.number, decided.sanction.pk])


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@restores
@never_cache
@require_safe_or_post
def type_in(request: HttpRequest, number: str, sanction_id: UUID | None = None) -> HttpResponse:
    """Type an objection for its applicant, or for a third party whom the permit harms; or to a sanction."""
    actor, at, calendar = actor_for(request), clock.now(), work_calendar()
    try:
        about = permits.get_file_for(actor, number).case
    except NotFound as error:
        raise Http404 from error
    decided = queries.find_decided(about, calendar, sanction_id)
    if decided is None:
        messages.warning(request, _("Pada berkas ini tidak ada keputusan yang dapat dikeberatkan."))
        return redirect("objections:counter")
    third = decided.effect.standing is rules.Standing.THIRD
    shown = typed(request)
    form, person = FilingForm(shown, third=third), PersonForm(shown, third=third)
    later = LaterForm(shown, now=at, not_before=decided.row.at)
    kept = ""
    if request.method == "POST":
        files = store_files(
            request,
            form,
            about=about.pk,
            party_id=None if third else about.party_id,
            by=actor,
            at=at,
        )
        kept = keep(request, about.pk, files)
        if form.is_valid() & person.is_valid() & later.is_valid():
            try:
                done = file_objection(
                    about=about,
                    filing=Filing(
                        party_id=_party(person, actor, at) if third else _holder(about.party_id),
                        grounds=form.cleaned_data["grounds"],
                        wish=form.cleaned_data["wish"],
                        interest=form.cleaned_data.get("interest", ""),
                        documents=tuple(files),
                        channel=person.cleaned_data["channel"],
                        happened=later.happened,
                        sanction=sanction_id,
                    ),
                    by=actor,
                    at=at,
                )
            except Refusal as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(
                    request,
                    _("Keberatan %(number)s diterima. Kode lacak: %(code)s.")
                    % {"number": done.case.number, "code": done.tracking_code},
                )
                return redirect("objections:desk", done.case.number)
    context = {
        "form": form,
        "person": person,
        "later": later,
        "about": about,
        "decided": decided,
        "decision": decided.label,
        "wish": decided.effect.wish,
        "service": title_of(about, current_language()),
        "third": third,
        "kept_field": KEPT,
        "kept": kept,
        "back": reverse("objections:counter"),
        "most_files": rules.MOST_FILES,
    }
    return render(request, "objections/counter_file.html", context)


def _holder(party_id: UUID | None) -> UUID:
    assert party_id is not None, "a permit's case has an applicant"
    return party_id


def _party(person: PersonForm, by: Actor, at: datetime) -> UUID:
    """Return who objects: the person with this NIK, or a new one with what was typed."""
    values = person.cleaned_data
    known = find_party(identity=values["nik"])
    if known is None:
        known = people.create_party(
            name=values["name"],
            identity_kind="nik",
            identity=values["nik"],
            phone=values["phone"],
            address=values["address"],
            consent_how="signed",
            is_seen=values["channel"] == "counter",
            by=by,
            at=at,
        )
    found: UUID = known.pk
    return found
