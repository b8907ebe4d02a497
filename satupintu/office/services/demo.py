"""
Two ready-made offices to start from: Sanggau (Kalimantan Barat) and Bengkalis (Riau).

Names and places are real; telephone numbers, addresses and decrees are made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from satupintu.office.models import OfficeProfile
from satupintu.office.services.beginning import begin_office

CALENDAR_YEARS = (2025, 2026, 2027)


@dataclass(frozen=True, slots=True)
class Office:
    """A ready-made office: its profile, and the head of its numbers."""

    profile: Mapping[str, Any]
    unit: str  # {unit} in its numbers


OFFICES = {
    "sanggau": Office(
        unit="DPMPTSP",
        profile={
            "name": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu Kabupaten Sanggau",
            "short_name": "DPMPTSP Kabupaten Sanggau",
            "regency": "Kabupaten Sanggau",
            "region_code": "61.03",
            "address": "Jalan Contoh Nomor 1, Kelurahan Ilir Kota, Kecamatan Kapuas, Sanggau",
            "postcode": "78516",
            "city": "Sanggau",
            "phone": "+6256400001",
            "hotline": "+6281100001500",
            "whatsapp": "+6281100001501",
            "email": "dpmptsp.sanggau@contoh.id",
            "website": "dpmptsp-sanggau.contoh.id",
            "letterhead": "PEMERINTAH KABUPATEN SANGGAU",
            "colour": "#0b5d5e",
            "zone": "Asia/Pontianak",
            "hours": {str(day): ["08:00", "15:00"] for day in range(5)},
            "break_note": gettext_noop("Istirahat 12.00–13.00; loket tetap melayani bergantian."),
            "promise_decree": "Keputusan Kepala DPMPTSP Kabupaten Sanggau Nomor 7 Tahun 2026 (contoh)",
        },
    ),
    "bengkalis": Office(
        unit="DPMPTSP",
        profile={
            "name": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu Kabupaten Bengkalis",
            "short_name": "DPMPTSP Kabupaten Bengkalis",
            "regency": "Kabupaten Bengkalis",
            "region_code": "14.03",
            "address": "Jalan Contoh Nomor 2, Kelurahan Bengkalis Kota, Kecamatan Bengkalis, Bengkalis",
            "postcode": "28711",
            "city": "Bengkalis",
            "phone": "+6276600001",
            "hotline": "+6281100001600",
            "whatsapp": "+6281100001601",
            "email": "dpmptsp.bengkalis@contoh.id",
            "website": "dpmptsp-bengkalis.contoh.id",
            "letterhead": "PEMERINTAH KABUPATEN BENGKALIS",
            "colour": "#1b4f8a",
            "zone": "Asia/Jakarta",
            "hours": {
                **{str(day): ["07:30", "16:00"] for day in range(4)},
                "4": ["07:30", "15:30"],
            },
            "break_note": gettext_noop(
                "Istirahat 12.00–13.00, Jumat 11.30–13.30; loket tetap melayani bergantian."
            ),
            "promise_decree": "Keputusan Kepala DPMPTSP Kabupaten Bengkalis Nomor 5 Tahun 2026 (contoh)",
        },
    ),
}


def set_up_office(code: str, *, at: datetime, whole_country: bool = True) -> OfficeProfile:
    """
    Make this database the office `code` ("sanggau", "bengkalis"): profile, hours, official
    closures of 2025 to 2027, number series, regions. What is there already stays as it is.

    `whole_country=False` loads only the regions of the office's own regency.
    Raises KeyError if there is no ready-made office of that name.
    """
    office = OFFICES[code]
    return begin_office(
        {"code": code, **office.profile},
        unit=office.unit,
        years=CALENDAR_YEARS,
        by_name="set_up_office",
        at=at,
        whole_country=whole_country,
    )
