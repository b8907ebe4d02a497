"""The survey for whoever holds a code: by link at home, or on the tablet at the counter."""

from datetime import datetime
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.catalogue.queries import titles_in
from satupintu.lib import clock
from satupintu.lib.codes import read_tracking_code
from satupintu.lib.language import current_language
from satupintu.office.services import allow, spent
from satupintu.people.access import HOUR, counted_address, public, staff
from satupintu.people.rules import Role
from satupintu.surveys import rules, services
from satupintu.surveys.forms import CodeForm, SheetForm
from satupintu.surveys.models import Invitation
from satupintu.web.methods import require_safe_or_post

_BUCKET = "survey"
_TABLET = "survey_tablet"  # in the session of a tablet: no officer is signed in there
_LIMIT = {"limit": rules.WRONG_AN_HOUR, "window_seconds": HOUR}


def is_tablet(request: HttpRequest) -> bool:
    """Say whether this browser stands at the counter for the survey alone."""
    return bool(request.session.get(_TABLET))


@public
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the code. A GET form, so that it works from every link and without cookies."""
    form = CodeForm(request.GET) if "kode" in request.GET else CodeForm()
    if form.is_bound and form.is_valid():
        return redirect("surveys:answer", form.cleaned_data["kode"])
    return _ask(request, form)


@public
@never_cache
@require_safe_or_post
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Show the nine questions (GET), keep the answers (POST)."""
    at, here = clock.now(), counted_address(request)
    form = CodeForm({"kode": code})
    if not form.is_valid():
        return _ask(request, form, status=404)
    if spent(_BUCKET, here, at=at, **_LIMIT):
        return _too_often(request, form)
    found = services.find(read_tracking_code(code))
    if found is None:
        return _unknown(request, form, here, at)
    if found.used:
        return render(request, "surveys/used.html", _frame(request), status=410)
    if request.method == "POST":
        return _keep(request, code, found, at)
    return _sheet(request, found, SheetForm())


def _keep(request: HttpRequest, code: str, found: Invitation, at: datetime) -> HttpResponse:
    declined = "menolak" in request.POST
    form = SheetForm(request.POST)
    given = form.data if form.is_valid() else form.cleaned_data  # what is no choice is left out
    missing = len(rules.QUESTION_KEYS) - len(rules.clean_answers(given))
    if not declined and 0 < missing < len(rules.QUESTION_KEYS) and "sebagian" not in request.POST:
        return _sheet(request, found, form, missing=missing)
    way = rules.Way.TABLET if is_tablet(request) else rules.Way.LINK
    try:
        services.answer(read_tracking_code(code), given, way=way, declined=declined, at=at)
    except services.NothingAnswered as error:
        return _sheet(request, found, form, refused=error.message)
    except services.SurveyRefused:
        return render(request, "surveys/used.html", _frame(request), status=410)
    return redirect("surveys:thanks")


@public
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "surveys/thanks.html", _frame(request))


@staff(Role.FRONT_OFFICE)
@require_POST
def begin_tablet(request: HttpRequest) -> HttpResponse:
    """
    Turn this browser into the tablet of the survey: the officer is signed out, and nothing but the survey remains.

    Whoever stands at the tablet can open no case, whatever address they type.
    """
    logout(request)
    request.session[_TABLET] = True
    return redirect("surveys:start")


@public
@require_POST
def end_tablet(request: HttpRequest) -> HttpResponse:
    """Turn the tablet back into a browser; officers sign in anew."""
    request.session.flush()
    return redirect("people:staff_sign_in")


def _frame(request: HttpRequest) -> dict[str, Any]:
    """Return what every page of the survey needs: the tablet's pages have no menu, and go back to their start."""
    tablet = is_tablet(request)
    frame = "surveys/tablet.html" if tablet else "web/page.html"
    return {"frame": frame, "tablet": tablet, "start_url": reverse("surveys:start")}


def _sheet(
    request: HttpRequest,
    found: Invitation,
    form: SheetForm,
    *,
    missing: int = 0,
    refused: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "service": titles_in(current_language()).get(found.service_code, found.service_code),
        "missing": missing,
        "refused": refused,
    }
    status = 422 if missing or refused else 200
    return render(request, "surveys/sheet.html", _frame(request) | context, status=status)


def _unknown(request: HttpRequest, form: CodeForm, here: str, at: datetime) -> HttpResponse:
    if not allow(_BUCKET, here, at=at, **_LIMIT):
        return _too_often(request, form)
    form.add_error("kode", _("Kami tidak mengenal kode survei ini. Periksa lagi."))
    return _ask(request, form, status=404)


def _too_often(request: HttpRequest, form: CodeForm) -> HttpResponse:
    form.add_error("kode", _("Terlalu sering dicoba. Tunggu satu jam, lalu coba lagi."))
    return _ask(request, form, status=429)


def _ask(request: HttpRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    return render(request, "surveys/start.html", _frame(request) | {"form": form}, status=status)
