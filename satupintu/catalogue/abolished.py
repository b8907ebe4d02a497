"""Demands that no Indonesian office may make any more, with the law that ended each. Old forms still carry them."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satupintu.lib.words import fold


@dataclass(frozen=True, slots=True)
class Abolished:
    pattern: re.Pattern[str]  # over folded text
    reason: str | Promise


_ASSOCIATIONS = (
    "idi|pdgi|ibi|ppni|iai|pafi|patelki|ifi|persagi|hakli|pormiki|ptgmi|pari|iakmi"
    "|organisasi profesi|asosiasi profesi|perhimpunan profesi"
)

ABOLISHED = (
    Abolished(
        re.compile(rf"\brekomendasi\b.{{0,40}}\b({_ASSOCIATIONS})\b"),
        _(
            "Rekomendasi organisasi profesi dihapus oleh UU 17/2023 dan SE Menkes HK.02.01/MENKES/6/2024."
        ),
    ),
    Abolished(
        re.compile(r"\b(situ|surat izin tempat usaha)\b"),
        _("SITU sudah dihapus; NIB menggantikannya (Permendagri 19/2017, PP 28/2025)."),
    ),
    Abolished(
        re.compile(r"\b(izin|surat|rekomendasi) (gangguan|ho)\b|\bhinderordonnantie\b"),
        _("Izin gangguan (HO) dicabut oleh Permendagri 19/2017."),
    ),
    Abolished(
        re.compile(r"\b(tdp|tanda daftar perusahaan)\b"),
        _("TDP sudah dihapus; NIB berlaku sebagai TDP (PP 28/2025)."),
    ),
    Abolished(
        re.compile(r"\bsiup\b(?! (perikanan|mb))|\bsurat izin usaha perdagangan\b"),
        _("SIUP tersendiri sudah dihapus; NIB menggantikannya (PP 28/2025)."),
    ),
    Abolished(
        re.compile(
            r"\bmap (merah|kuning|hijau|biru|warna|snelhecter|plastik|kertas)\b|\bstopmap\b"
        ),
        _("Map tidak boleh diminta: permohonan diajukan sebagai berkas elektronik."),
    ),
    Abolished(
        re.compile(r"\bmeterai (rp ?)?(6000|6 000|3000|3 000)\b"),
        _("Meterai 6000 dan 3000 tidak berlaku lagi; tarifnya Rp10.000 (UU 10/2020)."),
    ),
)


def find(text: str) -> Abolished | None:
    """Return the abolished demand that `text` names, None if there is none."""
    folded = fold(text)
    return next((one for one in ABOLISHED if one.pattern.search(folded)), None)
