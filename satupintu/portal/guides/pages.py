"""The guides as PDF, and the page that offers them."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.documents.rules import GuidePage, GuidePart, Words
from satupintu.documents.services import render_pdf
from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.office.queries import profile
from satupintu.people.access import public
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services.pages import letterhead
from satupintu.portal.guides.labels import LABELS
from satupintu.portal.guides.texts import GUIDES, Guide
from satupintu.web.formatting import telepon

LANGUAGES = {code: str(name) for code, name in settings.LANGUAGES}
_QUOTE = re.compile(r"\[([a-z_]+)\]")


def words_of(text: str) -> tuple[Words, ...]:
    """Return a sentence in pieces: its own words, and what it quotes from the screens. KeyError: no such label."""
    pieces = []
    for place, piece in enumerate(_QUOTE.split(text)):
        if piece:
            pieces.append(
                Words(str(LABELS[piece].words), quoted=True) if place % 2 else Words(piece)
            )
    return tuple(pieces)


def guide_page(guide: Guide, language: str) -> GuidePage:
    """Return the guide as it is printed, in this language, with the office's own address, hours and numbers."""
    site = settings.BASE_URL.partition("://")[2]
    with translation.override(language):
        return GuidePage(
            letterhead=letterhead(),
            number=str(guide.title),
            title=str(guide.title),
            reader=str(guide.reader),
            language=language,
            office=tuple(_office(site)),
            parts=tuple(
                GuidePart(
                    str(part.heading),
                    tuple(words_of(str(step).replace("%(site)s", site)) for step in part.steps),
                )
                for part in guide.parts
            ),
            demo=bool(settings.DEMO),
        )


def guide_pdf(guide: Guide, language: str) -> bytes:
    """Return the guide as a PDF."""
    return render_pdf("guide", guide_page(guide, language))


@public
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Offer the guides in both languages."""
    context: dict[str, Any] = {"guides": GUIDES.values(), "languages": LANGUAGES.items()}
    return render(request, "portal/guides.html", context)


@public
@require_safe
def guide(request: HttpRequest, key: str, language: str) -> HttpResponse:  # noqa: ARG001  as every view
    """Give one guide to print."""
    found = GUIDES.get(key)
    if found is None or language not in LANGUAGES:
        raise Http404
    return pdf_answer(guide_pdf(found, language), f"{key}-{language}.pdf")


def _office(site: str) -> Iterator[tuple[str, str]]:
    """Yield what a reader must know to reach the office, as the contact page says it."""
    office = profile()
    yield _("Kantor"), office.name
    yield _("Alamat"), office.address
    for label, number in (
        (_("Telepon"), office.phone),
        (_("Layanan aduan"), office.hotline),
        (_("WhatsApp"), office.whatsapp),
    ):
        if number:
            yield label, telepon(number)
    if office.email:
        yield _("Surel"), office.email
    yield _("Situs"), site
    hours = "; ".join(_hours(office.hours))
    yield _("Jam buka"), f"{hours}. {_(office.break_note)}" if office.break_note else hours


def _hours(hours: Mapping[int, tuple[time, time]]) -> Iterator[str]:
    """Yield the opening hours, days with the same hours together: "Senin–Kamis 08.00–15.00"."""
    language = current_language()
    for (opens, closes), group in groupby(sorted(hours.items()), key=lambda pair: pair[1]):
        days = [day for day, _span in group]
        first, last = (words.weekday_name(day, language) for day in (days[0], days[-1]))
        named = first if first == last else f"{first}–{last}"
        yield f"{named} {opens:%H.%M}–{closes:%H.%M}"
