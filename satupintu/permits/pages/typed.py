"""What somebody typed into the wrong box: a code of ours that belongs elsewhere, and the way there."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from satupintu.lib.codes import find_tracking_code, read_tracking_code
from satupintu.permits.verification import read_check_code
from satupintu.web.context import MenuItem

_REGISTRATION = re.compile(r"^\s*REG[\s/.-]*\d{4}[\s/.-]*\d+\s*$", re.IGNORECASE)
LONGEST = 40


class Typed(StrEnum):
    TRACKING = "tracking"  # 7K3F-9QXM-2, with a right check character
    CHECK = "check"  # ten symbols beside the QR code of a permit
    REGISTRATION = "registration"  # REG-2026-000123
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hint:
    """What was typed, and where it leads."""

    text: Any
    link: MenuItem


_TEXTS = {
    Typed.TRACKING: _("Ini kode lacak sebuah permohonan, bukan kode periksa izin."),
    Typed.CHECK: _("Ini kode periksa sebuah izin, bukan kode lacak permohonan."),
    Typed.REGISTRATION: _(
        "Ini nomor pendaftaran. Kode lacak dan nomornya ada di tanda terima; kode periksa baru ada setelah izin terbit."
    ),
}


def what_is(text: str) -> Typed:
    """Return which of our codes a text can be, without asking the database."""
    if _REGISTRATION.match(text[:LONGEST]):
        return Typed.REGISTRATION
    if read_check_code(text[:LONGEST]):
        return Typed.CHECK
    return Typed.TRACKING if find_tracking_code(text[:LONGEST]) else Typed.OTHER


def hint_for(text: str, *, wanted: Typed) -> Hint | None:
    """Return where a text belongs that is not the `wanted` code but another one of ours; None otherwise."""
    found = what_is(text)
    if found in (wanted, Typed.OTHER):
        return None
    return Hint(_TEXTS[found], _link(found, text[:LONGEST]))


def _link(found: Typed, text: str) -> MenuItem:
    if found is Typed.TRACKING:
        return MenuItem(
            str(_("Lacak permohonan")),
            reverse("permits:track_code", args=[read_tracking_code(text)]),
        )
    if found is Typed.CHECK:
        return MenuItem(
            str(_("Cek keaslian izin")), reverse("permits:check_code", args=[read_check_code(text)])
        )
    return MenuItem(str(_("Masuk dan lihat Permohonan saya")), reverse("permits:mine"))
