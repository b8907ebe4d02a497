"""What a program asks by Open311, read into our words: filters of a list, and a complaint. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from satupintu.desk.queries import PublicFilter
from satupintu.desk.rules import STATUSES, Privacy, State
from satupintu.desk.services import Filing

LONGEST_SPAN = timedelta(days=90)  # GeoReport v2, GET Service Requests
MOST_ROWS = 1000  # the same
OPEN, CLOSED = "open", "closed"
_DONE = frozenset({State.ANSWERED})  # a case of ours may be reopened; for the asker it is done
_ATTRIBUTE = re.compile(r"^attribute\[(\w+)\](\[\])?$")


@dataclass
class Refused(Exception):
    """A request that is answered with errors; `code` is the HTTP status and the error's code."""

    code: int
    description: str
    retry_after: int = 0  # seconds; 0 says nothing


def status_of(state: str) -> str:
    """Return a complaint's state as Open311 has it: "open" or "closed" (answered is closed)."""
    return CLOSED if STATUSES[state].closed or state in _DONE else OPEN


def read_filter(given: Mapping[str, str], *, now: datetime, zone: Any) -> PublicFilter:
    """
    Return which public complaints are asked for; by default those of the last 90 days.

    Moments count as their whole day of the office. Raises Refused for a moment or status that is none, or for more
    than 90 days.
    """
    numbers = _listed(given.get("service_request_id", ""))
    if numbers:  # overrides all other arguments
        return PublicFilter(numbers=numbers)
    wanted = _listed(given.get("status", ""))
    if not set(wanted) <= {OPEN, CLOSED}:
        raise Refused(400, _("Nilai status yang dikenal: open, closed."))
    start, end = _day(given, "start_date", zone), _day(given, "end_date", zone)
    until = (end or (start + LONGEST_SPAN if start else _midnight(now, zone))) + timedelta(days=1)
    since = start or until - LONGEST_SPAN
    if until - since > LONGEST_SPAN + timedelta(days=1):
        raise Refused(400, _("Rentang waktu paling panjang 90 hari."))
    return PublicFilter(
        categories=_listed(given.get("service_code", "")),
        states=tuple(str(one) for one in State if status_of(one) in wanted),
        since=since,
        until=until,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _midnight(moment: datetime, zone: Any) -> datetime:
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _day(given: Mapping[str, str], name: str, zone: Any) -> datetime | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return _midnight(moment if moment.tzinfo else moment.replace(tzinfo=zone), zone)
    except (ValueError, OverflowError) as error:
        raise Refused(
            400,
            _("%(name)s bukan waktu W3C, contohnya 2026-11-23T00:00:00+07:00.") % {"name": name},
        ) from error


# --- A complaint -----------------------------------------------------------------------------------
_LONGEST = 500  # letters of an address or a link that is added to what is told


def read_complaint(given: Mapping[str, str]) -> Filing:
    """
    Return what is complained of.

    Without name and contact it is anonymous; with them confidential, unless the attribute `privacy` says otherwise:
    Open311 does not ask how widely a name may be known. The place and a link to a picture are added to the words; no
    link is followed. Raises Refused for what is missing or unknown.
    """
    attributes = {
        found.group(1): value for name, value in given.items() if (found := _ATTRIBUTE.match(name))
    }
    for name in ("service_code", "description"):
        if not given.get(name, "").strip():
            raise Refused(400, _("%(name)s tidak diisi.") % {"name": name})
    name = " ".join(given.get(one, "").strip() for one in ("first_name", "last_name")).strip()
    contact = given.get("email", "").strip() or given.get("phone", "").strip()
    chosen = attributes.get("privacy", "").strip()
    if chosen and chosen not in set(Privacy):
        raise Refused(400, _("attribute[privacy] yang dikenal: open, confidential, anonymous."))
    silent = Privacy.CONFIDENTIAL if name or contact else Privacy.ANONYMOUS
    return Filing(
        story="\n".join([given["description"].strip(), *_place(given)]),
        category=given["service_code"].strip(),
        privacy=Privacy(chosen) if chosen else silent,
        wish=attributes.get("wish", ""),
        name=name,
        contact=contact,
        about=attributes.get("case_number", ""),
        channel="api",
    )


def _place(given: Mapping[str, str]) -> list[str]:
    lines = []
    where = [given.get(name, "").strip() for name in ("address_string", "lat", "long")]
    place = ", ".join(one[:_LONGEST] for one in where if one)
    if place:
        lines.append(_("Tempat: %(place)s") % {"place": place})
    link = given.get("media_url", "").strip()[:_LONGEST]
    if link.startswith(("https://", "http://")):
        lines.append(_("Gambar: %(link)s") % {"link": link})
    return lines
