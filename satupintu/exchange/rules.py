"""What other programs may do here: scopes, tokens, marks of versions, places in a list. For the API and its clients."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import PERSONAL_FIELD_TYPES, Field, FieldType
from satupintu.lib import identity
from satupintu.people.rules import Address, AddressKind


class Scope(StrEnum):
    """What a client may ask. The catalogue and tracking by code need no token."""

    APPLY_WRITE = "apply:write"
    DOCUMENTS_WRITE = "documents:write"
    CASES_READ = "cases:read"  # what the client itself sent in
    CASES_READ_ALL = "cases:read-all"
    VERIFY_READ = "verify:read"
    COMPLAINTS_WRITE = "complaints:write"  # by Open311
    STAFF_ACT = "staff:act"  # as the officer the client is bound to


SCOPE_LABELS = {
    Scope.APPLY_WRITE: _("Mengirim permohonan"),
    Scope.DOCUMENTS_WRITE: _("Mengunggah berkas"),
    Scope.CASES_READ: _("Membaca berkas yang dikirimnya sendiri"),
    Scope.CASES_READ_ALL: _("Membaca semua berkas"),
    Scope.VERIFY_READ: _("Memeriksa keaslian izin"),
    Scope.COMPLAINTS_WRITE: _("Menyampaikan pengaduan (Open311)"),
    Scope.STAFF_ACT: _("Bertindak sebagai petugas yang ditunjuk"),
}

# --- Tokens ---------------------------------------------------------------------------------------
PREFIX_LENGTH = 8
SECRET_BYTES = 32
_TOKEN = re.compile(r"^spt_([a-z0-9]{8})_[A-Za-z0-9_-]{43}$")


def prefix_of(token: str) -> str:
    """Return the part of a token by which its client is found; "" when it cannot be one of ours."""
    found = _TOKEN.match(token)
    return found.group(1) if found else ""


class Standing(StrEnum):
    """Whether a client may come in today."""

    ACTIVE = "active"
    ENDED = "ended"
    REVOKED = "revoked"


STANDING_LABELS = {
    Standing.ACTIVE: _("Aktif"),
    Standing.ENDED: _("Masa berlaku habis"),
    Standing.REVOKED: _("Dicabut"),
}


def standing_of(revoked_at: datetime | None, valid_until: date, today: date) -> Standing:
    """Return how a client stands; `valid_until` is its last day."""
    if revoked_at is not None:
        return Standing.REVOKED
    return Standing.ENDED if valid_until < today else Standing.ACTIVE


LONGEST_YEARS = 2  # a token that nobody looks at again must end by itself

# --- Consent ----------------------------------------------------------------------------------------
# How the person agreed that the sending program hands their data in: it says so with each application.
CONSENTS: Mapping[str, Any] = {
    "electronic": _("Elektronik, dicentang pemohon di aplikasi pengirim"),
    "signed": _("Tertulis, lembar persetujuan ditandatangani dan disimpan pengirim"),
    "counter": _("Lisan, di hadapan petugas pengirim"),
}

# --- Marks of versions ----------------------------------------------------------------------------
_ETAG = re.compile(r'^"v(\d{1,9})\.[a-z]{2}\.[a-z]+"$')
NO_VERSION = -1  # of no case: what an If-Match of nobody's names


def etag_of(version: int, language: str, shape: str) -> str:
    """Return the strong mark of a case in one language and shape ("whole", "masked", "moves")."""
    return f'"v{version}.{language}.{shape}"'


def version_in(etag: str) -> int:
    """Return the version that an If-Match names; NO_VERSION when it names none of ours."""
    found = _ETAG.match(etag.strip())
    return int(found.group(1)) if found else NO_VERSION


def matches(header: str, etag: str) -> bool:
    """Say whether an If-None-Match names this mark (RFC 9110, 13.1.2; a weak one compares alike)."""
    given = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in given or etag in given


# --- Places in a list -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page of a list begins: after this moment and id, newest first."""

    moment: datetime
    key: UUID

    def to_text(self) -> str:
        plain = json.dumps([self.moment.isoformat(), str(self.key)], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_place(text: str) -> Place | None:
    """Return the place that an opaque cursor holds; None for text that is none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        moment, key = json.loads(raw)
        at = datetime.fromisoformat(moment)
        return Place(at if at.tzinfo else at.replace(tzinfo=UTC), UUID(key))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        return None


_ADDRESSES = {FieldType.PHONE: AddressKind.PHONE, FieldType.EMAIL: AddressKind.EMAIL}


# --- Personal numbers -----------------------------------------------------------------------------
def masked_answers(fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with numbers and addresses of persons hidden, those in repeating groups too."""
    known = {one.key: one for one in fields}
    return {key: _masked(known[key], value) for key, value in answers.items() if key in known}


def _masked(field: Field, value: Any) -> Any:
    if field.type is FieldType.GROUP and isinstance(value, list):
        return [masked_answers(field.fields, row) for row in value if isinstance(row, Mapping)]
    if field.type not in PERSONAL_FIELD_TYPES or not isinstance(value, str):
        return value
    if field.type in _ADDRESSES:
        return Address(_ADDRESSES[field.type], value).masked
    return identity.mask_identity(value)


# --- Answers as another program sends them --------------------------------------------------------
_PLAIN = (str,)
_NUMBERS = (str, int, float)
# Question -> what JSON may hold for it; the form itself checks the rest.
JSON_KINDS: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.NUMBER: _NUMBERS,
    FieldType.MONEY: _NUMBERS,
    FieldType.CHOICES: (list,),
    FieldType.GROUP: (list,),
    FieldType.KBLI: (str, dict),
    FieldType.COORDINATES: (str, dict),
}
MOST_ROWS = 200


def has_shape(field: Field, value: Any) -> bool:  # noqa: PLR0911  a case for each kind of value
    """Say whether a JSON value can be an answer to this question at all."""
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, JSON_KINDS.get(field.type, _PLAIN)):
        return False
    if isinstance(value, dict):
        return _has_parts(field.type, value)
    if not isinstance(value, list):
        return True
    if field.type is FieldType.CHOICES:
        return all(isinstance(one, str) for one in value)
    if field.type is FieldType.GROUP:
        return len(value) <= MOST_ROWS and all(_is_row(field.fields, row) for row in value)
    return True


def _has_parts(kind: FieldType, value: Mapping[str, Any]) -> bool:
    if kind is FieldType.KBLI:
        return isinstance(value.get("code"), str)
    return all(
        isinstance(value.get(part), int | float) and not isinstance(value.get(part), bool)
        for part in ("lat", "lon")
    )


def _is_row(columns: Sequence[Field], row: Any) -> bool:
    known = {one.key: one for one in columns}
    return isinstance(row, dict) and all(
        key in known and has_shape(known[key], value) for key, value in row.items()
    )
