"""Lists in pages, newest first: where a page begins, and where the next one is found."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from pydantic import BaseModel

from satupintu.exchange import rules
from satupintu.exchange.door import reply
from satupintu.exchange.problems import Problem
from satupintu.exchange.rules import Place
from satupintu.workflow.queries import Case

PAGE = 40


def place_in(cursor: str) -> Place | None:
    """Return where a page begins; None for the first. Raises Problem for what is no cursor of ours."""
    place = rules.read_place(cursor) if cursor else None
    if cursor and place is None:
        raise Problem("invalid", errors=[{"parameter": "cursor", "detail": cursor[:20]}])
    return place


def next_page(route: str, last: Case, *, limit: int, asked: Mapping[str, str]) -> str:
    """Return the address of the page after `last`, asked the same; empty parameters are left out."""
    place = Place(last.opened_at, last.pk).to_text()
    told = {"cursor": place, "limit": limit} | {key: one for key, one in asked.items() if one}
    return f"{reverse(route)}?{urlencode(told)}"


def reply_page(shape: BaseModel, following: str | None) -> HttpResponse:
    """Return a page, with the address of the one after it in a Link header too (RFC 8288)."""
    return reply(shape, headers={"Link": f'<{following}>; rel="next"'} if following else None)
