"""What every office begins with: its profile, its calendar, its registers of numbers, the regions of the country."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from satupintu.lib.kept import forget_kept
from satupintu.office import queries
from satupintu.office.models import OfficeProfile
from satupintu.office.services.calendar import seed_calendar
from satupintu.office.services.numbers import save_series
from satupintu.office.services.regions import load_regions

# The words most offices use: marked, so that pages say them in English too (an own text is shown as written).
_PLEDGE = gettext_noop(
    "Dengan ini kami menyatakan sanggup menyelenggarakan pelayanan sesuai standar pelayanan yang"
    " telah ditetapkan, dan apabila tidak menepati janji ini kami siap menerima sanksi sesuai"
    " peraturan perundang-undangan yang berlaku."
)
_PROMISE = gettext_noop(
    "Izin terbit paling lama 1 hari kerja sejak syarat administrasi dan teknis terpenuhi."
)
_COMPLAINTS = gettext_noop(
    "Semua layanan di kantor ini tidak dipungut biaya, kecuali retribusi yang tertulis pada halaman"
    " layanannya. Bila ada yang meminta uang, laporkan kepada kami lewat telepon atau WhatsApp,"
    " atau lewat SP4N-LAPOR! (lapor.go.id). Pengaduan boleh tanpa nama."
)


# A service file names one of the first four; the rest are the office's own registers. A
# registration number looks unlike a permit's, because it must not be taken for one.
_SERIES: tuple[Mapping[str, Any], ...] = (
    {
        "code": "permit",
        "name": "Izin",
        "pattern": "{class}/{seq:3}/{service}/{unit}/{roman_month}/{year}",
        "classification": "500.16.7.2",
    },
    {
        "code": "decree",
        "name": "Keputusan",
        "pattern": "{seq}/SK/{unit}/{roman_month}/{year}",
        "classification": "100.3.3",
    },
    {
        "code": "card",
        "name": "Kartu pengawasan",
        "pattern": "KP-{seq:4}/{unit}/{year}",
        "classification": "500.11",
    },
    {
        "code": "letter",
        "name": "Surat keluar",
        "pattern": "{class}/{seq:3}/{unit}-S/{roman_month}/{year}",
        "classification": "500.16.7",
    },
    {
        "code": "registration",
        "name": "Tanda terima permohonan",
        "pattern": "REG-{year}-{seq:6}",
    },
    {
        "code": "slip",
        "name": "Slip bernomor (saat listrik atau jaringan padam)",
        "pattern": "SLIP-{year}-{seq:6}",
    },
    {
        "code": "dispatch",
        "name": "Buku ekspedisi",
        "pattern": "EKS-{year}-{seq:5}",
    },
    {
        "code": "skrd",
        "name": "Surat ketetapan retribusi daerah (SKRD)",
        "pattern": "SKRD-{year}-{seq:5}",
    },
    {
        "code": "ssrd",
        "name": "Tanda bukti bayar retribusi (SSRD)",
        "pattern": "SSRD-{year}-{seq:5}",
    },
    {
        "code": "objection",
        "name": "Keberatan",
        "pattern": "KBR-{year}-{seq:5}",
    },
    {
        "code": "complaint",
        "name": "Pengaduan",
        "pattern": "ADU-{year}-{seq:5}",
    },
    {
        "code": "consultation",
        "name": "Konsultasi",
        "pattern": "KSL-{year}-{seq:5}",
    },
    {
        "code": "supervision",
        "name": "Pengawasan izin",
        "pattern": "PGW-{year}-{seq:5}",
    },
    {
        "code": "sanction",
        "name": "Surat sanksi (peringatan, pembekuan)",
        "pattern": "SANKSI-{year}-{seq:5}",
    },
    {
        "code": "import",
        "name": "Berkas dari register lama (impor)",
        "pattern": "IMP-{year}-{seq:6}",
    },
)


def ensure_series(code: str, *, by_name: str, at: datetime) -> None:
    """Make a register that every new office has, in an office that began before there was such a one."""
    if code in {series.code for series in queries.list_series()}:
        return
    values = next(one for one in _SERIES if one["code"] == code)
    save_series(by_name=by_name, at=at, **values)


def add_missing_series(*, by_name: str, at: datetime) -> list[str]:
    """
    Make the registers that every new office has and this one, which began before, lacks; return their codes.

    Again it makes nothing, and what is there stays as it is. Nothing where no office has begun.
    """
    present = {series.code: series for series in queries.list_series()}
    if queries.profile_row() is None or not present:
        return []
    unit = next((series.unit for series in present.values() if series.unit), "")
    missing = [one for one in _SERIES if one["code"] not in present]
    with transaction.atomic():
        for series in missing:
            save_series(unit=unit, by_name=by_name, at=at, **series)
    return [one["code"] for one in missing]


def begin_office(
    profile: Mapping[str, Any],
    *,
    unit: str,
    years: Iterable[int],
    by_name: str,
    at: datetime,
    whole_country: bool = True,
) -> OfficeProfile:
    """
    Make this database an office: profile, official closures of these years, number series, regions.

    `profile` holds the columns of OfficeProfile; pledge, promise and complaint contact begin with
    the usual words unless it holds them. `unit` is {unit} in the office's numbers. What is there
    already stays as it is. `whole_country=False` loads only the regions of the office's regency.
    """
    texts = {"pledge": _PLEDGE, "promise": _PROMISE, "complaint_contact": _COMPLAINTS}
    with transaction.atomic():
        values = {**texts, **profile, "updated_at": at}
        row, _made = OfficeProfile.objects.get_or_create(id=1, defaults=values)
        existing = {series.code for series in queries.list_series()}
        for series in _SERIES:
            if series["code"] not in existing:
                save_series(unit=unit, by_name=by_name, at=at, **series)
        seed_calendar(years, at=at)
    forget_kept()
    load_regions(within="" if whole_country else row.region_code)
    return row
