"""
The call desk: an officer takes a call, finds the person or case, reads what was said before, answers, writes it down.

One screen, every step by keyboard. What is typed may be a number of a person: it travels by POST, and a whole number is
recorded as a look at personal data. Whoever calls from a known number is not thereby known: before a status is said,
the caller names the tracking code or the last four digits of the identity number, and the page says whether they fit.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from satupintu.desk.pages.consultations.forms import topic_choices
from satupintu.desk.queries.consultations import open_in
from satupintu.desk.services.consulting import Question, ask
from satupintu.lib import clock
from satupintu.lib.codes import find_tracking_code
from satupintu.lib.identity import BadIdentity, check_phone
from satupintu.lib.language import current_language
from satupintu.messaging import services as messaging
from satupintu.messaging import threads
from satupintu.messaging.rules import ChannelKind
from satupintu.people.access import staff
from satupintu.people.queries import Party, actor_for
from satupintu.people.rules import Actor, Role
from satupintu.permits import queries as permits
from satupintu.permits.dialogue import said_of
from satupintu.permits.services.findable import note_search
from satupintu.portal import person
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Case, NotFound, get_case_for, title_of

WORKERS = (Role.FRONT_OFFICE, Role.VERIFIER)
LONGEST = 120
FOUND = 8
ANSWERED, WAITS = "answered", "waits"


class CallForm(forms.Form):
    """What is written down of a call."""

    phone = forms.CharField(
        label=gettext_lazy("Nomor penelepon"),
        max_length=30,
        error_messages={
            "required": gettext_lazy("Isi nomor penelepon, agar dapat ditelepon kembali.")
        },
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(label=gettext_lazy("Nama penelepon"), max_length=150, required=False)
    asked = forms.CharField(
        label=gettext_lazy("Yang ditanyakan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Tulis apa yang ditanyakan.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Jawaban Anda"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("Topik"),
        required=False,
        choices=lambda: [("", _("Menurut kata-katanya")), *topic_choices()],
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Hasil"),
        choices=[
            (ANSWERED, gettext_lazy("Sudah dijawab")),
            (WAITS, gettext_lazy("Perlu dijawab petugas lain (telepon kembali)")),
        ],
        initial=ANSWERED,
        widget=forms.RadioSelect,
    )

    def clean_phone(self) -> str:
        try:
            return check_phone(self.cleaned_data["phone"])
        except BadIdentity as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("outcome") == ANSWERED and not data.get("answer", "").strip():
            self.add_error("answer", _("Tulis jawabannya, atau pilih perlu dijawab petugas lain."))
        return data


@dataclass(frozen=True, slots=True)
class Found:
    """One case that may be meant, as a row to pick."""

    number: str
    title: str
    party: str


@staff(*WORKERS)
@never_cache
@require_safe_or_post
def call_desk(request: HttpRequest) -> HttpResponse:
    """Search, pick, answer, write down: each a POST of the same page."""
    given = request.POST
    query = given.get("q", "").replace("\x00", "").strip()[:LONGEST]
    number = given.get("berkas", "")[:40]
    form = CallForm(initial={"phone": _phone_in(query)})
    context: dict[str, Any] = {"q": query, "found": None, "number": number, "proof": ""}
    actor = actor_for(request)
    if given.get("what") == "record":
        form = CallForm(given)
        if form.is_valid():
            return _record(request, form, actor, number)
    elif request.method == "POST" and not number:
        context["found"] = _search(actor, query)
        if len(context["found"]) == 1:
            number = context["number"] = context["found"][0].number
    if number:
        context |= _picked(actor, number, given.get("bukti", "").strip()[:40])
    context["form"] = form
    context["thread"] = _thread(form, context.get("party"))
    return render(request, "portal/call_desk.html", context, status=422 if form.errors else 200)


def _phone_in(query: str) -> str:
    """Return the search as a telephone number when it is one, so that nobody types it twice; "" otherwise."""
    try:
        return query if any(sign.isdigit() for sign in query) and check_phone(query) else ""
    except BadIdentity:
        return ""


def _search(actor: Actor, query: str) -> list[Found]:
    """Return cases by number, code, name's beginning or a person's number; a whole number is recorded."""
    typed = permits.read_typed(query)
    note_search(typed, by=actor, at=clock.now())
    cases = permits.find_exact(actor, typed) or permits.find_many(
        actor, typed, permits.SearchFilter(), size=FOUND
    )
    language = current_language()
    return [
        Found(case.number, title_of(case, language), case.party.name if case.party else "")
        for case in cases[:FOUND]
    ]


def _picked(actor: Actor, number: str, proof: str) -> dict[str, Any]:
    """Return what is said of a case, and whether what the caller named fits it."""
    try:
        case = get_case_for(actor, number)
    except NotFound:
        return {"number": "", "missing": True}
    fits = _fits(case, proof) if proof else None
    return {
        "case": case,
        "party": case.party,
        "title": title_of(case, current_language()),
        "status": said_of(case, current_language()),
        "proof": proof,
        "fits": fits,
        "steps": person.steps_of([case], current_language())[:12],
    }


def _fits(case: Case, proof: str) -> bool:
    """Say whether the tracking code, or the last four digits of the identity number, is this case's."""
    code = find_tracking_code(proof)
    if code is None:
        return bool(case.party and case.party.identity and proof == case.party.identity[-4:])
    return permits.is_code_of(case.pk, code)


def _thread(form: CallForm, party: Party | None) -> list[threads.Line]:
    if party is not None:
        return threads.thread_of_party(party.pk)[-8:]
    try:
        phone = check_phone(form.initial.get("phone") or form.data.get("phone", ""))
    except BadIdentity:
        return []
    identity = threads.identity_of_phone(phone)
    return threads.thread_of(identity.contact)[-8:] if identity else []


def _record(request: HttpRequest, form: CallForm, actor: Actor, number: str) -> HttpResponse:
    """Keep what was said as a consultation: a new one, or what this caller already asked."""
    at, data = clock.now(), form.cleaned_data
    said = partial(
        messaging.write_down,
        channel=ChannelKind.TELEPHONE,
        address=data["phone"],
        name=data["name"],
        happened_at=at,
        by=actor,
        at=at,
        about_id=_case_id(actor, number),
    )
    about = f"[{number}] " if number else ""
    made = said(text=f"{about}{data['asked']}", outgoing=False)
    found = open_in(made.pk) or ask(
        Question(
            text=data["asked"],
            conversation_id=made.pk,
            topic=data["topic"],
            about=number,
            name=data["name"],
            party_id=made.identity.contact.party_id,
            channel="phone",
        ),
        by=actor,
        at=at,
    )
    if data["answer"].strip() and data["outcome"] == ANSWERED:
        said(text=data["answer"], outgoing=True)
        notes.success(request, _("Tercatat sebagai %(number)s.") % {"number": found.case.number})
        return redirect("portal:call_desk")
    if data["answer"].strip():
        messaging.note(made.pk, text=data["answer"], by=actor, at=at)
    notes.success(
        request,
        _("Tercatat sebagai %(number)s. Penelepon menunggu jawaban; kode lacaknya %(code)s.")
        % {"number": found.case.number, "code": found.tracking_code},
    )
    return redirect("portal:call_desk")


def _case_id(actor: Actor, number: str) -> UUID | None:
    """Return the id of the case that was picked, in whose timeline the call stands; None for none."""
    try:
        return get_case_for(actor, number).pk if number else None
    except NotFound:
        return None
