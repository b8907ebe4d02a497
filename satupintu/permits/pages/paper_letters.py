"""
The pages of letters on paper, for the domains above: one that was signed in ink comes back, one leaves the office.

The case and its letters are the domain's; what is done with them is one act of that case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.people.held import typed
from satupintu.people.queries import User, actor_for
from satupintu.people.rules import Actor
from satupintu.permits.pages.officer.forms.base import KeepsFiles
from satupintu.permits.pages.officer.forms.later import LaterForm
from satupintu.permits.pages.officer.forms.paper import DispatchFields, LetterScan
from satupintu.permits.queries import came_here_at
from satupintu.permits.registration import ForInk
from satupintu.permits.services import keys
from satupintu.web.forms import press
from satupintu.workflow.queries import Case, get_case
from satupintu.workflow.services import act


@dataclass(frozen=True, slots=True)
class _Acting:
    actor: Actor
    user: User
    case: Case
    at: datetime


@dataclass(frozen=True, slots=True)
class LetterPlace:
    """Where an act on a letter stands: `possible`: the officer may do it now; `title` of the case; its page."""

    possible: bool
    title: str
    back: str


class _LetterForm(KeepsFiles):
    """An act on a letter of a case: what the page says of it, and the version that was looked at."""

    action: ClassVar[str]
    label: ClassVar[Any]
    done: ClassVar[Any]
    not_now: ClassVar[Any]
    template: ClassVar[str]
    version = forms.IntegerField(widget=forms.HiddenInput)

    def act_data(self) -> Mapping[str, Any]:
        """Return the data of act()."""
        raise NotImplementedError


class ScanForm(LetterScan, _LetterForm):
    """Which letter, and its scan."""

    action = "scan_letter"
    label = _("Unggah surat bertanda tangan")
    done = _("Surat bertanda tangan diunggah")
    not_now = _("Tidak ada surat berkas ini yang menunggu tanda tangan, atau bukan tugas Anda.")
    template = LetterScan.template

    def act_data(self) -> Mapping[str, Any]:
        return {"letter": self.cleaned_data["letter"], "scan": self.file("scan")}


class LeavingForm(DispatchFields, _LetterForm):
    """Which letter left, to whom, with whom, who took it."""

    action = "dispatch"
    label = _("Catat surat keluar (ekspedisi)")
    done = _("Surat keluar dicatat")
    not_now = _("Tidak ada surat berkas ini yang dapat dicatat keluar, atau bukan tugas Anda.")
    template = "permits/officer/_fields.html"


def scan_page(
    request: HttpRequest, case: Case, waiting: Sequence[ForInk], place: LetterPlace
) -> HttpResponse:
    """
    Show or do "scan_letter" on a case; `waiting`: its letters that wait for ink.

    A scan that was sent is kept when the act is refused.
    """
    desk, given = _acting(request, case), typed(request)
    form = ScanForm(desk) if given is None else ScanForm(desk, given, request.FILES)
    form.offer(waiting)
    return _page(request, desk, form, place)


def dispatch_page(
    request: HttpRequest, case: Case, written: Sequence[tuple[UUID, str]], place: LetterPlace
) -> HttpResponse:
    """
    Show or do "dispatch" on a case, also at its true moment before now.

    `written`: its letters that can leave, (id, name), the oldest first.
    """
    desk, given = _acting(request, case), typed(request)
    form = LeavingForm(desk, given)
    form.offer(written, case.party.name if case.party else "")
    later = LaterForm(given, now=desk.at, not_before=came_here_at(case))
    return _page(request, desk, form, place, later)


def _acting(request: HttpRequest, case: Case) -> _Acting:
    user = request.user
    assert isinstance(user, User)
    return _Acting(actor_for(request), user, case, clock.now())


def _page(
    request: HttpRequest,
    desk: _Acting,
    form: _LetterForm,
    place: LetterPlace,
    later: LaterForm | None = None,
) -> HttpResponse:
    def do() -> HttpResponse:
        happened = later.happened if later else None
        act(
            desk.case,
            form.action,
            by=desk.actor,
            at=happened or desk.at,
            recorded_at=desk.at if happened else None,
            data=form.act_data(),
            seen_version=form.cleaned_data["version"],
        )
        messages.success(request, f"{desk.case.number}: {form.done}.")
        return redirect(place.back)

    def refused(_form: forms.Form, error: Refusal) -> int:
        status = keys.show_refusal(form, error)
        if status == HTTPStatus.CONFLICT:  # the page shows the case as it is now
            form.show_version(get_case(desk.case.pk).version)
        return status

    status = 200
    if request.method == "POST":
        form.store_files()
        if later and not later.is_valid():
            form.is_valid()
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            done = press(
                form,
                do,
                not_now="" if place.possible else str(form.not_now),
                refused=refused,
            )
            if isinstance(done, HttpResponse):
                return done
            status = done
    elif not place.possible:
        messages.warning(request, form.not_now)
        return redirect(place.back)
    context = {
        "form": form,
        "action": form.action,
        "later": later,
        "case": desk.case,
        "place": place,
    }
    return render(request, "permits/officer/letter_act.html", context, status=status)
