"""Who looked at masked data: the rows that `people.record_disclosure` wrote, in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import fields_by_key
from satupintu.people.queries import Disclosure
from satupintu.workflow.queries import Case, with_version

_SUBJECT = re.compile(r"case ([0-9a-f-]{36}) (.+)")

# The last word of a subject -> what was seen.
SEEN: dict[str, Any] = {
    "identity": gettext_lazy("nomor identitas"),
    "phone": gettext_lazy("nomor telepon"),
    "email": gettext_lazy("surel"),
    "address": gettext_lazy("alamat"),
    "birth_date": gettext_lazy("tanggal lahir"),
    "reporter": gettext_lazy("siapa pelapor suatu pengaduan"),
    "archive": gettext_lazy("paket arsip dengan dokumen dan nama"),
    "register": gettext_lazy("buku register dengan nama dan alamat"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One look at masked data: who, in which position, at what, of whom, on which case ("" for none)."""

    at: datetime
    officer: str
    position: str
    person: str
    what: str
    case: str
    url_case: bool


def looks_of(rows: Iterable[Disclosure], language: str) -> list[Look]:
    """Return the rows in words. One query for all cases they name."""
    listed = list(rows)
    cases = _cases(listed)
    return [_look(row, cases, language) for row in listed]


def _parts(subject: str) -> tuple[str, str]:
    """Return case id and what was seen of a subject; the id "" when it names no case."""
    found = _SUBJECT.fullmatch(subject)
    return (found[1], found[2]) if found else ("", subject)


def _cases(rows: list[Disclosure]) -> dict[str, Case]:
    ids = set()
    for row in rows:
        try:
            ids.add(UUID(_parts(row.subject)[0]))
        except ValueError:
            continue
    if not ids:
        return {}
    return {str(one.pk): one for one in with_version(Case.objects.filter(pk__in=ids))}


def _look(row: Disclosure, cases: dict[str, Case], language: str) -> Look:
    case_id, seen = _parts(row.subject)
    case = cases.get(case_id)
    return Look(
        at=row.at,
        officer=row.user.name,
        position=row.user.position,
        person=row.party.name if row.party else "",
        what=_what(seen, case, language),
        case=case.number if case else "",
        url_case=case is not None,
    )


def _what(seen: str, case: Case | None, language: str) -> str:
    """Return what was seen, as the form calls it; never the value."""
    where, _dot, key = seen.rpartition(".")
    if where.endswith("answers") and case is not None and case.service_version is not None:
        field = fields_by_key(definition_of(case.service_version)).get(key)
        if field is not None:
            return field.label.in_language(language)
    if seen.startswith("answers for"):
        return _("isian untuk sistem nasional")
    last = re.split(r"[ .]", seen)[-1]
    if seen.startswith("search "):
        return _("dicari dengan %(what)s") % {"what": SEEN.get(last, _("data pribadi"))}
    return str(SEEN[last]) if last in SEEN else _("data pribadi")
