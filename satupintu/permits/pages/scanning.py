"""The page on which a letter that was signed in ink comes back, for the domains above: their cases, their letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from satupintu.lib import clock
from satupintu.people.held import typed
from satupintu.people.queries import User, actor_for
from satupintu.people.rules import Actor
from satupintu.permits.pages.officer.forms.base import KeepsFiles
from satupintu.permits.pages.officer.forms.paper import LetterScan
from satupintu.permits.registration import ForInk
from satupintu.permits.services import keys
from satupintu.web.forms import press
from satupintu.workflow.queries import Case, get_case
from satupintu.workflow.services import CannotMove, act


@dataclass(frozen=True, slots=True)
class _Scanning:
    actor: Actor
    user: User
    case: Case
    at: datetime


class ScanForm(LetterScan, KeepsFiles):
    """Which letter, its scan, and the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def scan_page(
    request: HttpRequest,
    case: Case,
    waiting: Sequence[ForInk],
    *,
    possible: bool,
    title: str,
    back: str,
) -> HttpResponse:
    """
    Show or do "scan_letter" on a case. `waiting`: its letters that wait for ink; `possible`: the officer may do it now.

    A scan that was sent is kept when the act is refused.
    """
    user = request.user
    assert isinstance(user, User)
    desk = _Scanning(actor_for(request), user, case, clock.now())
    given = typed(request)
    form = ScanForm(desk) if given is None else ScanForm(desk, given, request.FILES)
    form.offer(waiting)

    def do() -> HttpResponse:
        _do(desk, form)
        messages.success(request, f"{case.number}: {_('Surat bertanda tangan diunggah')}.")
        return redirect(back)

    def refused(_form: forms.Form, error: CannotMove) -> int:
        status = keys.show_refusal(form, error)
        if status == HTTPStatus.CONFLICT:  # the page shows the case as it is now
            form.show_version(get_case(case.pk).version)
        return status

    status = 200
    if request.method == "POST":
        form.store_files()
        done = press(
            form,
            do,
            not_now="" if possible else _not_now(),
            refusals=(CannotMove,),
            refused=refused,
        )
        if isinstance(done, HttpResponse):
            return done
        status = done
    elif not possible:
        messages.warning(request, _not_now())
        return redirect(back)
    context = {"form": form, "case": case, "title": title, "possible": possible, "back": back}
    return render(request, "permits/officer/scanning.html", context, status=status)


def _do(desk: _Scanning, form: ScanForm) -> None:
    given = form.cleaned_data
    act(
        desk.case,
        "scan_letter",
        by=desk.actor,
        at=desk.at,
        data={"letter": given["letter"], "scan": form.file("scan")},
        seen_version=given["version"],
    )


def _not_now() -> str:
    return _("Tidak ada surat berkas ini yang menunggu tanda tangan, atau bukan tugas Anda.")
