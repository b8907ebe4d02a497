"""The papers of the archive: label of a box, minutes of transfer, destruction, deposit; Indonesian (UU 24/2009)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from satupintu.archive import queries, rules
from satupintu.archive.queries import Box, Deposit, Disposal, Folder, Transfer
from satupintu.documents.rules import RecordPage, long_date, weekday_date
from satupintu.office.queries import profile
from satupintu.people.queries import User
from satupintu.permits.services.issue import is_demo_office
from satupintu.permits.services.pages import letterhead
from satupintu.workflow.queries import title_of

_COLUMNS = ("No.", "Nomor berkas", "Kode", "Uraian", "Tahun", "Boks", "Masa inaktif s.d.")
_WIDTHS = (1, 4, 2, 7, 2, 2, 3)


def _rows(folders: Sequence[Folder]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(no),
            one.case.number,
            one.code,
            title_of(one.case, "id"),
            str(timezone.localdate(one.case.opened_at).year),
            str(one.box_id),
            long_date(one.inactive_until) if one.inactive_until else "–",
        )
        for no, one in enumerate(folders, start=1)
    )


def _signed(step: str, who: User | None, at: datetime | None) -> list[tuple[str, str]]:
    """Return who did a step of a list and when, as a fact; [] while nobody did."""
    return [(step, f"{who.name}, {long_date(timezone.localdate(at))}")] if who and at else []


def label_page(box: Box) -> RecordPage:
    """Return the label to stick on a box. One query."""
    codes, years = queries.box_spans(box)
    return RecordPage(
        letterhead=letterhead(),
        title=f"Boks {box.number}",
        number=str(box.number),
        opening="",
        facts=(
            ("Tempat", box.place),
            ("Kode klasifikasi", ", ".join(codes) or "–"),
            ("Tahun", ", ".join(str(one) for one in years) or "–"),
            ("Dibuat", long_date(timezone.localdate(box.made_at))),
        ),
        demo=is_demo_office(),
    )


def _record(folders: Sequence[Folder], **said: Any) -> RecordPage:
    """Return a page about some folders, listed; `said` is what it says of them."""
    return RecordPage(
        letterhead=letterhead(),
        columns=_COLUMNS,
        widths=_WIDTHS,
        rows=_rows(folders),
        closing=f"Jumlah: {len(folders)} map.",
        place=profile().city,
        demo=is_demo_office(),
        **said,
    )


def transfer_page(transfer: Transfer) -> RecordPage:
    """Return the minutes of a transfer to the inactive archive (PP 28/2012 Art. 58). One query and one a service."""
    folders = queries.passed(transfer)
    return _record(
        folders,
        title="Berita acara pemindahan arsip inaktif",
        number=transfer.number,
        opening=f"Pada {weekday_date(timezone.localdate(transfer.at))} arsip berikut, yang masa aktifnya telah habis,"
        " dipindahkan dari unit pengolah ke unit kearsipan.",
        signatures=(("Yang menerima", ""), ("Yang memindahkan", transfer.by.name)),
    )


def disposal_page(disposal: Disposal) -> RecordPage:
    """Return a destruction list, or the minutes of its destruction once it is done (PP 28/2012 Art. 69)."""
    items = [one.folder for one in queries.items_of(disposal) if not one.struck]
    done = disposal.state == rules.ListState.DONE
    facts = [
        ("Keadaan", str(rules.LIST_LABELS[disposal.state])),
        *_signed("Diusulkan", disposal.drawn_by, disposal.drawn_at),
        *_signed("Dinilai", disposal.assessed_by, disposal.assessed_at),
        *_signed("Disetujui kepala bidang", disposal.first_by, disposal.first_at),
        *_signed("Disetujui kepala dinas", disposal.approved_by, disposal.approved_at),
    ]
    if disposal.consent:
        facts.append(("Surat persetujuan", disposal.consent))
    if done:
        facts.append(("Saksi", disposal.witnesses))
    opening = "Daftar arsip yang diusulkan untuk dimusnahkan karena masa simpannya telah habis."
    if done and disposal.done_at:
        opening = (
            f"Pada {weekday_date(timezone.localdate(disposal.done_at))} arsip berikut dimusnahkan, sehingga tidak dapat"
            " dikenali lagi; berkas elektroniknya dihapus."
        )
    return _record(
        items,
        title="Berita acara pemusnahan arsip" if done else "Daftar arsip usul musnah",
        number=disposal.number,
        opening=opening,
        facts=tuple(facts),
        signatures=(
            ("Yang memusnahkan", disposal.done_by.name if disposal.done_by else ""),
            ("Saksi", ""),
            ("Saksi", ""),
        )
        if done
        else (("Yang mengusulkan", disposal.drawn_by.name),),
    )


def deposit_page(deposit: Deposit) -> RecordPage:
    """Return a deposit list, or the minutes of its hand-over (berita acara serah terima) once it was received."""
    items = [one.folder for one in queries.deposited(deposit)]
    done = deposit.state == rules.DepositState.DONE
    facts = [
        ("Keadaan", str(rules.DEPOSIT_LABELS[deposit.state])),
        *_signed("Diusulkan", deposit.drawn_by, deposit.drawn_at),
        *_signed("Disetujui", deposit.approved_by, deposit.approved_at),
    ]
    opening = "Daftar arsip berketerangan permanen yang masa inaktifnya habis, untuk diserahkan ke lembaga kearsipan."
    if done and deposit.received_on:
        facts.append(("Tanda terima", deposit.receipt))
        opening = (
            f"Pada {weekday_date(deposit.received_on)} arsip berikut, yang berketerangan permanen dan habis masa"
            " inaktifnya, diserahkan kepada lembaga kearsipan daerah beserta dokumen elektroniknya."
        )
    return _record(
        items,
        title="Berita acara serah terima arsip" if done else "Daftar arsip yang diserahkan",
        number=deposit.number,
        opening=opening,
        facts=tuple(facts),
        signatures=(
            ("Yang menerima", deposit.received_by),
            ("Yang menyerahkan", deposit.done_by.name if deposit.done_by else ""),
        )
        if done
        else (("Yang mengusulkan", deposit.drawn_by.name),),
    )
