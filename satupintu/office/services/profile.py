"""The office's profile, its arms and its small settings."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.lib.identity import BadPhone, check_phone
from satupintu.lib.kept import forget_kept
from satupintu.office import rules
from satupintu.office.models import CalendarChange, OfficeProfile, Setting
from satupintu.office.rules import BadProfile
from satupintu.office.services.changes import note_change

_ARMS_SIDE = 512
_ARMS_BYTES_MAX = 4 * 1024 * 1024
_PHONES = ("phone", "hotline", "whatsapp")
EDITABLE = (
    "name", "short_name", "regency", "region_code", "address", "postcode", "city", "phone",
    "hotline", "whatsapp", "email", "website", "letterhead", "colour", "hours", "break_note",
    "pledge", "promise", "promise_decree", "complaint_contact", "uncollected_days", "head_unit",
)  # fmt: skip


@transaction.atomic
def save_profile(values: Mapping[str, Any], *, by_name: str, at: datetime) -> OfficeProfile:
    """
    Change the office's profile; `values` names only what changes (see EDITABLE).

    New opening hours also let running cases be computed anew. Raises BadProfile if a telephone
    number, the colour or the hours cannot be used.
    """
    row = OfficeProfile.objects.filter(id=1).first()
    if row is None:
        raise BadProfile(_("Kantor belum disiapkan."))
    clean = {name: value for name, value in values.items() if name in EDITABLE}
    for name in _PHONES:
        if clean.get(name):
            clean[name] = _phone(clean[name])
    if "colour" in clean:
        clean["colour"] = rules.check_colour(clean["colour"])
    before = {name: getattr(row, name) for name in clean}
    hours_change = False
    if "hours" in clean:
        clean["hours"] = rules.write_hours(rules.read_hours(clean["hours"]))
        hours_change = clean["hours"] != row.hours
    OfficeProfile.objects.filter(id=1).update(**clean, updated_at=at)
    note_change("profile", before=before, after=clean, by_name=by_name, at=at)
    if hours_change:
        CalendarChange.objects.create(what="hours", by=by_name, at=at)
    forget_kept()
    row.refresh_from_db()
    return row


def _phone(text: str) -> str:
    try:
        return check_phone(text)
    except BadPhone as error:
        raise BadProfile(error.message) from error


@transaction.atomic
def save_arms(content: bytes, *, by_name: str, at: datetime) -> None:
    """
    Keep the regency's arms, drawn anew as a PNG of at most 512 pixels a side; b"" takes them away.

    Raises BadProfile if it is not a PNG, JPEG or WebP picture, or larger than 4 MB.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > _ARMS_BYTES_MAX:
        raise BadProfile(_("Gambar lambang paling besar 4 MB. Kecilkan dahulu gambarnya."))
    drawn = b""
    if content:
        try:
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
                picture.thumbnail((_ARMS_SIDE, _ARMS_SIDE))
                buffer = io.BytesIO()
                picture.convert("RGBA").save(buffer, "PNG", optimize=True)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            raise BadProfile(
                _("Berkas itu bukan gambar PNG, JPEG, atau WebP yang dapat dibaca.")
            ) from error
        drawn = buffer.getvalue()
    note_change("profile", before={}, after={"arms": f"{len(drawn)} bytes"}, by_name=by_name, at=at)
    OfficeProfile.objects.filter(id=1).update(
        arms=drawn, arms_type="image/png" if drawn else "", updated_at=at
    )
    forget_kept()


def put_setting(key: str, value: Any) -> None:
    """Keep a small setting of the office (any JSON value) by name."""
    Setting.objects.update_or_create(key=key, defaults={"value": value})
