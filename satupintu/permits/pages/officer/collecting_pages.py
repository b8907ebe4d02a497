"""Permits that wait for their holders: the list, whom to telephone, sending them together, the receipt."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from satupintu.documents.services import RenderFailed, render_pdf
from satupintu.lib import clock
from satupintu.lib.identity import phone_for_people
from satupintu.office.services import NumberProblem
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor, Role
from satupintu.people.services import record_disclosure
from satupintu.permits import collecting, queries
from satupintu.permits.pages.officer.desk import desk_for, reads_cases
from satupintu.permits.pages.officer.lists import Pages
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services import collect, receipts
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Cursor
from satupintu.workflow.services import CannotMove

READERS = (Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
GIVERS = (Role.FRONT_OFFICE, Role.VERIFIER)


def _places() -> list[tuple[str, str]]:
    return [
        ("", _("Di mana saja")),
        (collecting.OFFICE, _("Di kantor")),
        *((one.code, one.name) for one in collecting.districts()),
        (collecting.POST, _("Di pos")),
    ]


def _own_place(actor: Actor) -> str:
    """Return the district office whose officer this is, "" for everybody else: what the list begins with."""
    return next((one.code for one in collecting.districts() if one.pk in actor.units), "")


def _asked_place(request: HttpRequest, places: list[tuple[str, str]]) -> str:
    given = request.POST if request.method == "POST" else request.GET
    if "tempat" not in given:
        return _own_place(actor_for(request))
    wanted = given["tempat"]
    return wanted if wanted in {code for code, _name in places} else ""


@staff(*READERS)
@require_safe
def issued(request: HttpRequest) -> HttpResponse:
    """List permits in force: those nobody has collected first, oldest first, at one place or all; or all permits."""
    every = request.GET.get("semua") == "1"
    places = _places()
    place = "" if every else _asked_place(request, places)
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    before: tuple[datetime, Any] | None = (cursor.due_at, cursor.task_id) if cursor else None
    today = timezone.localdate(clock.now())
    if every:
        found = queries.list_issued(uncollected=False, today=today, before=before)
    else:
        found = collecting.uncollected(
            queries.in_force_on(today), place, before, queries.CASES_PAGE
        )
    shown = found[: queries.CASES_PAGE]
    following = ""
    marks = {"semua": "1"} if every else {"tempat": place}
    if len(found) > queries.CASES_PAGE:
        last = shown[-1]
        cursor_text = Cursor(last.issued_at.astimezone(UTC), last.pk).to_text()
        following = "?" + urlencode({**marks, "sesudah": cursor_text})
    return render(
        request,
        "permits/officer/issued.html",
        {
            "permits": shown if every else [_waiting(one) for one in shown],
            "every": every,
            "places": places,
            "place": place,
            "page": Pages(following, "?" + urlencode(marks) if cursor else ""),
            "may_hand_over": bool(actor_for(request).roles & set(GIVERS)),
        },
    )


def _waiting(permit: Any) -> Any:
    found = getattr(permit.case, "collection", None)
    permit.wanted = collecting.chosen_words(found)
    permit.place = collecting.place_words(found, permit.case.state)
    return permit


@staff(*GIVERS)
@require_POST
def to_call(request: HttpRequest) -> HttpResponse:
    """Show whom to telephone about a permit that waits; by a post, because looking at numbers is recorded."""
    at = clock.now()
    actor = actor_for(request)
    place = _asked_place(request, _places())
    found = collecting.to_call(queries.in_force_on(timezone.localdate(at)), place)
    record_disclosure(
        by=actor, party_id=None, subject=f"uncollected permits {place or 'all'} phone", at=at
    )
    lines = [(_waiting(one), phone_for_people(one.party.phone)) for one in found]
    answer = render(
        request,
        "permits/officer/to_call.html",
        {"lines": lines, "place": dict(_places()).get(place, ""), "code": place},
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


# --- Consignments ----------------------------------------------------------------------------------


class SendManyForm(forms.Form):
    """To which district office, with whom, which permits."""

    carrier = forms.CharField(
        label=gettext_lazy("Dibawa oleh"),
        max_length=160,
        error_messages={"required": gettext_lazy("Tulis siapa yang membawa izin.")},
    )
    permits = forms.MultipleChoiceField(
        label=gettext_lazy("Izin yang dikirim"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih sedikitnya satu izin.")},
    )

    def __init__(self, offered: list[queries.Permit], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["permits"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(one.pk), f"{one.number} · {one.holder}") for one in offered]
        field.initial = [str(one.pk) for one in offered]


@staff(*GIVERS)
@require_safe_or_post
def consignments(request: HttpRequest) -> HttpResponse:
    """Show what was sent, and what waits to be sent to a district office; a post sends what was chosen."""
    at, actor = clock.now(), actor_for(request)
    districts = collecting.districts()
    given = request.POST if request.method == "POST" else request.GET
    unit = next((one for one in districts if one.code == given.get("ke", "")), None)
    in_force = queries.in_force_on(timezone.localdate(at))
    offered = collecting.to_send(in_force, unit.pk) if unit else []
    form = SendManyForm(offered, request.POST if request.method == "POST" and unit else None)
    if unit and form.is_bound and form.is_valid():
        chosen = set(form.cleaned_data["permits"])
        try:
            sent, stayed = collect.send_many(
                cases=[one.case for one in offered if str(one.pk) in chosen],
                unit=unit,
                carrier=form.cleaned_data["carrier"],
                by=actor,
                at=at,
            )
        except (CannotMove, NumberProblem) as error:
            form.add_error(None, error.message)
        else:
            for sentence in stayed:
                messages.warning(request, sentence)
            messages.success(request, _("Kiriman %(number)s dicatat.") % {"number": sent.number})
            return HttpResponseRedirect(reverse("permits:consignments"))
    return render(
        request,
        "permits/officer/consignments.html",
        {
            "districts": districts,
            "unit": unit,
            "offered": offered,
            "form": form,
            "sent": collecting.consignments(),
        },
        status=422 if form.errors else 200,
    )


@staff(*READERS)
@require_safe
def consignment_pdf(request: HttpRequest, consignment_id: UUID) -> HttpResponse:
    """Return the list that goes along with a consignment, to be signed where it arrives."""
    found = collecting.find_consignment(consignment_id)
    if found is None:
        raise Http404
    actor = actor_for(request)
    page = receipts.consignment_page(found, by_name=actor.name)
    return _pdf(page, f"kiriman-{found.number.replace('/', '-')}.pdf")


@reads_cases
@require_safe
def hand_over_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Return the receipt of the hand-over; before it, the sheet on which the collector signs."""
    desk = desk_for(request, number)
    permit = queries.get_permit_of(desk.case.pk)
    if permit is None:
        raise Http404
    page = receipts.hand_over_page(permit, by_name=desk.actor.name, at=desk.at)
    return _pdf(page, f"tanda-terima-{number}.pdf")


def _pdf(page: Any, name: str) -> HttpResponse:
    try:
        return pdf_answer(render_pdf("record", page), name)
    except RenderFailed as error:
        raise Http404 from error
