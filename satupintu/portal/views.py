"""Pages over several domains: the front door, what the office says of itself, language, looks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from satupintu.catalogue import queries as catalogue
from satupintu.catalogue.rules import Definition
from satupintu.lib import clock, words
from satupintu.lib.language import current_language
from satupintu.office import queries as office
from satupintu.people.access import public
from satupintu.people.queries import User
from satupintu.people.services import change_language
from satupintu.quality.queries import month_figures
from satupintu.web import styleguide
from satupintu.web.context import THEME_COOKIE, THEMES

EVERYDAY = ("sip-bidan", "reklame", "penelitian", "nib-pendampingan")
EXAMPLES = 4
CLOSED_DAY: tuple[time | None, time | None] = (None, None)
_CASE_NUMBER = re.compile(r"^[A-Z0-9][A-Z0-9./-]{2,39}$")
YEAR_SECONDS = 60 * 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class Figure:
    """One honest number of the office: value in words, and what it counts ("187 dari 194")."""

    value: str
    label: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """An everyday service under the search field."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day of the week; `opens` is None on a closed day."""

    name: str
    opens: time | None
    closes: time | None
    today: bool


def _examples(services: Sequence[Definition]) -> list[Example]:
    """Return up to four services people ask for most, or the first ones."""
    by_code = {service.code: service for service in services}
    chosen = [by_code[code] for code in EVERYDAY if code in by_code]
    chosen += [service for service in services if service not in chosen]
    return [
        Example(_everyday_name(service), reverse("catalogue:service", args=[service.code]))
        for service in chosen[:EXAMPLES]
    ]


def _everyday_name(service: Definition) -> str:
    """Return what people call a service; its everyday words are Indonesian: English has titles."""
    language = current_language()
    if language.startswith("id") and service.everyday:
        return capfirst(service.everyday[0])
    return service.title.in_language(language)


def _figures(today: date) -> list[Figure]:
    """Return what was promised and kept this month; nothing while nothing was decided."""
    month = month_figures(today)
    if month.share is None or month.median_minutes is None:
        return []
    language = current_language()
    share = words.number(month.share, language, decimals=1 if month.on_time < month.decided else 0)
    return [
        Figure(
            f"{share}%",
            _("terbit atau diputuskan tepat waktu"),
            _("%(kept)s dari %(all)s") % {"kept": month.on_time, "all": month.decided},
        ),
        Figure(
            words.duration(month.median_minutes, language),
            _("waktu kerja biasanya, sejak diajukan"),
        ),
    ]


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    today = office.local_date(now)
    services = catalogue.list_services(today)
    return render(
        request,
        "portal/home.html",
        {
            "now": now,
            "services": len(services),
            "free": bool(services) and all(service.fee.kind == "zero" for service in services),
            "examples": _examples(services),
            "opening": office.opening_now(now),
            "figures": _figures(today),
        },
    )


@public
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html")


@public
@require_safe
def pledge(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/pledge.html")


@public
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    hours = office.profile().hours
    weekday = office.local_date(now).weekday()
    language = current_language()
    days = [
        DayHours(words.weekday_name(day, language), *hours.get(day, CLOSED_DAY), day == weekday)
        for day in range(7)
    ]
    website = office.profile().website
    if website and "://" not in website:
        website = f"https://{website}"
    about = request.GET.get("tentang", "").strip()
    context = {
        "opening": office.opening_now(now),
        "days": days,
        "website": website,
        "ask": _question(about if _CASE_NUMBER.match(about) else ""),
        "about": about if _CASE_NUMBER.match(about) else "",
    }
    return render(request, "portal/contact.html", context)


def _question(number: str) -> dict[str, str]:
    """Return the ways to ask with the number already typed in: addresses of WhatsApp and of an e-mail."""
    own = office.profile()
    if not number:
        return {}
    text = _("Saya bertanya tentang permohonan %(number)s.") % {"number": number}
    ways = {}
    if own.whatsapp:
        ways["whatsapp"] = f"https://wa.me/{own.whatsapp.lstrip('+')}?{urlencode({'text': text})}"
    if own.email:
        subject = _("Permohonan %(number)s") % {"number": number}
        query = urlencode({"subject": subject, "body": text}, quote_via=quote)
        ways["email"] = f"mailto:{own.email}?{query}"
    return ways


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page the switch stood on, within this site only."""
    target = request.POST.get("kembali", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    return HttpResponseRedirect(target)


# No token: the worst a foreign page can do is to change the language of a screen. In return the
# public pages set no cookie at all before the person does something.
@csrf_exempt
@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    chosen = request.POST.get("bahasa", "")
    if chosen in dict(settings.LANGUAGES):
        _keep_language(request, chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _keep_language(request: HttpRequest, chosen: str) -> None:
    """
    Let the messages of a signed-in person follow the language of their screen, and say so.

    A foreign page cannot do that: a session's cookie does not travel with its post (SameSite).
    """
    user = request.user
    if not isinstance(user, User) or user.language == chosen:
        return
    change_language(user=user, language=chosen)
    with override(chosen):
        messages.info(
            request,
            _("Kabar dari kami kini juga dalam bahasa ini. Anda dapat mengubahnya di Akun saya."),
        )


@csrf_exempt
@public
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    chosen = request.POST.get("tampilan", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@public
def style(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; only where people are made up or code is written."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    context = styleguide.examples(request.POST or None)
    if "meja" in request.GET:
        context["site"] = styleguide.SampleDesk(request)
        return render(request, "web/styleguide_desk.html", context)
    if "berkas" in request.GET:
        context["site"] = styleguide.SampleDesk(request)
        return render(request, "web/styleguide_case.html", context)
    context["site"] = styleguide.SampleSite(request)
    return render(request, "web/styleguide.html", context)
