"""The columns of the two books and of the recap, in the order in which offices keep them, and their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue.rules import KIND_LABELS, Kind
from satupintu.lib.sheets import Cell
from satupintu.people.rules import masked_name
from satupintu.permits import rules
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.queries import Entry
from satupintu.quality.queries import ServiceRecap
from satupintu.workflow.queries import Case, title_of

DISTRICT_LENGTH = 8  # 61.03.01


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key of its cell, heading, width on a sheet in characters, and whether screens leave it out."""

    key: str
    label: Any
    width: int = 14
    paper_only: bool = False
    decimals: int = 0
    number: bool = False


NO = Column("no", gettext_lazy("No. urut"), 6)
NUMBER = Column("number", gettext_lazy("Nomor pendaftaran"), 17)
REGISTERED = Column("registered", gettext_lazy("Tanggal pendaftaran"), 12)
NAME = Column("name", gettext_lazy("Nama pemohon"), 24)
ADDRESS = Column("address", gettext_lazy("Alamat"), 28, paper_only=True)
SERVICE = Column("service", gettext_lazy("Jenis layanan"), 26)
KIND = Column("kind", gettext_lazy("Jenis permohonan"), 13)
PLACE = Column("place", gettext_lazy("Lokasi (kecamatan)"), 16)
COMPLETE = Column("complete", gettext_lazy("Tanggal lengkap"), 12)
PERMIT_NUMBER = Column("permit_number", gettext_lazy("Nomor izin"), 26)
PERMIT_DATE = Column("permit_date", gettext_lazy("Tanggal izin"), 12)
VALIDITY = Column("validity", gettext_lazy("Masa berlaku sampai"), 14)
HANDED = Column("handed", gettext_lazy("Tanggal diserahkan"), 12)
TAKEN_BY = Column("taken_by", gettext_lazy("Penerima"), 20)
REMARK = Column("remark", gettext_lazy("Keterangan"), 24)

APPLICATIONS = (
    NO, NUMBER, REGISTERED, NAME, ADDRESS, SERVICE, KIND, PLACE, COMPLETE, PERMIT_NUMBER, PERMIT_DATE,
    VALIDITY, HANDED, TAKEN_BY, REMARK,
)  # fmt: skip
PERMITS = (
    NO, PERMIT_NUMBER, PERMIT_DATE, Column("name", gettext_lazy("Nama pemegang"), 24), ADDRESS, SERVICE, KIND,
    PLACE, NUMBER, REGISTERED, COMPLETE, VALIDITY, HANDED, TAKEN_BY, REMARK,
)  # fmt: skip

RECAP = (
    NO,
    Column("service", gettext_lazy("Jenis layanan"), 40),
    Column("carried", gettext_lazy("Sisa bulan lalu"), 11, number=True),
    Column("received", gettext_lazy("Masuk"), 9, number=True),
    Column("issued", gettext_lazy("Terbit"), 9, number=True),
    Column("refused", gettext_lazy("Ditolak"), 9, number=True),
    Column("closed", gettext_lazy("Ditarik/ditutup"), 11, number=True),
    Column("left", gettext_lazy("Sisa"), 9, number=True),
    Column("share", gettext_lazy("Tepat waktu (%)"), 12, decimals=1, number=True),
    Column("mean_days", gettext_lazy("Rata-rata hari kerja"), 12, decimals=1, number=True),
    Column("imported", gettext_lazy("Di antaranya impor"), 11, number=True),
)

FEE_SET = Column("fee_set", gettext_lazy("Retribusi ditetapkan (Rp)"), 15, number=True)
FEE_PAID = Column("fee_paid", gettext_lazy("Retribusi diterima (Rp)"), 15, number=True)

LEVIES = (
    NO,
    Column("what", gettext_lazy("Uraian"), 14),
    Column("day", gettext_lazy("Tanggal"), 12),
    Column("case", gettext_lazy("Nomor pendaftaran"), 17),
    Column("paper", gettext_lazy("Nomor surat"), 22),
    Column("assessed", gettext_lazy("Ditetapkan (Rp)"), 14, number=True),
    Column("paid", gettext_lazy("Dibayar (Rp)"), 14, number=True),
    Column("confirmed", gettext_lazy("Sah (Rp)"), 14, number=True),
    Column("returned", gettext_lazy("Dikembalikan (Rp)"), 14, number=True),
    Column("statement", gettext_lazy("Menurut rekening koran"), 22),
    Column("remark", gettext_lazy("Keterangan"), 26),
)

# What the book of permits remarks; an expired one says so by its date.
_STATES = {
    rules.PermitState.IN_FORCE: gettext_lazy("Berlaku"),
    rules.PermitState.SUSPENDED: gettext_lazy("Dibekukan"),
    rules.PermitState.REVOKED: gettext_lazy("Dicabut"),
    rules.PermitState.SUPERSEDED: gettext_lazy("Diganti"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What every line needs and is read once. `personal`: names whole; `addresses`: only on paper and sheets."""

    language: str
    districts: Mapping[str, str]
    personal: bool
    today: date
    addresses: bool = False


def cells_of(no: int, entry: Entry, setting: Setting) -> dict[str, Cell]:
    """Return the cells of one line of either book, by the key of their column. No query."""
    case, permit, taken = entry.case, entry.permit, entry.hand_over
    party = case.party
    permit_case = case.permit_case
    name = permit.holder if permit else party.name if party else ""
    if party and not setting.personal:
        name = masked_name(name, is_organisation=party.is_organisation)
    cells: dict[str, Cell] = {
        "no": no,
        "number": case.number,
        "registered": timezone.localdate(case.opened_at),
        "name": name,
        "address": party.address if party and setting.addresses else "",
        "service": title_of(case, setting.language),
        "kind": str(KIND_LABELS[Kind(permit_case.kind)]),
        "place": setting.districts.get(case.region[:DISTRICT_LENGTH], ""),
        "complete": timezone.localdate(entry.complete_at) if entry.complete_at else None,
        "permit_number": permit.number if permit else permit_case.external_number,
        "remark": _remarked(case, str(rules.STATUSES[case.state].label)),
    }
    if permit:
        cells |= {
            "permit_date": timezone.localdate(permit.issued_at),
            "validity": permit.valid_until or _("tanpa batas waktu"),
        }
    if taken:
        cells |= {
            "handed": timezone.localdate(taken.at),
            "taken_by": _taken_by(taken, setting),
        }
    return cells


def _remarked(case: Case, remark: str) -> str:
    """Return a remark that also says when a line came from an older register."""
    return f"{remark}, {_('impor')}" if case.channel == IMPORTED else remark


def _taken_by(taken: Any, setting: Setting) -> str:
    if taken.how == "download":
        return _("diunduh sendiri")
    return str(taken.collector) if setting.personal else ""


def permit_cells(no: int, entry: Entry, setting: Setting) -> dict[str, Cell]:
    """Return the cells of a line of the book of permits: remarked by what became of the permit. No query."""
    cells = cells_of(no, entry, setting)
    assert entry.permit is not None
    state = rules.PermitState(entry.permit.state)
    until = entry.permit.valid_until
    expired = state in rules.STANDING and until is not None and until < setting.today
    cells["remark"] = _remarked(entry.case, _("Kedaluwarsa") if expired else str(_STATES[state]))
    if entry.case.state == rules.State.NOT_COLLECTED:
        cells["remark"] = f"{cells['remark']}, {_('tidak diambil')}"
    if entry.permit.is_demo:
        cells["remark"] = f"{cells['remark']}, {_('CONTOH')}"
    return cells


def recap_cells(
    no: int | None,
    line: ServiceRecap,
    title: str,
    minutes_a_day: float,
    fees: tuple[int, int] | None = None,
) -> dict[str, Cell]:
    """Return the cells of one line of the recap; `no` None for all services, `fees` what was set and received."""
    return {
        "no": no,
        "service": title,
        "carried": line.carried,
        "received": line.received,
        "issued": line.issued,
        "refused": line.refused,
        "closed": line.closed,
        "left": line.left,
        "imported": line.imported,
        "share": line.share,
        "mean_days": line.mean_days(minutes_a_day),
        "fee_set": fees[0] if fees else None,
        "fee_paid": fees[1] if fees else None,
    }


def in_order(cells: Mapping[str, Cell], columns: Sequence[Column]) -> list[Cell]:
    return [cells.get(column.key) for column in columns]
