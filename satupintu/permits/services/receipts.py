"""The papers that go with a permit: the receipt of its hand-over, and the list of a consignment. Nothing is written."""

from datetime import datetime

from django.utils import timezone

from satupintu.documents.rules import RecordPage, long_date, weekday_date
from satupintu.lib.identity import mask_identity
from satupintu.office.queries import profile
from satupintu.people.queries import names_of
from satupintu.permits.collecting import permits_in
from satupintu.permits.models import Consignment, HandOver, Permit
from satupintu.permits.services.deliver import DOWNLOAD
from satupintu.permits.services.issue import is_demo_office
from satupintu.permits.services.pages import letterhead

# Official papers are written in Indonesian (UU 24/2009, article 27).
_HOW = {"counter": "di loket", "district": "di kantor kecamatan", "post": "lewat pos"}


def hand_over_page(permit: Permit, *, by_name: str, at: datetime) -> RecordPage:
    """Return the receipt: of what was recorded, or empty lines to be filled in and signed by hand. Two queries."""
    given = HandOver.objects.filter(permit=permit).exclude(how=DOWNLOAD).order_by("at").first()
    facts = [
        ("Nomor izin", permit.number),
        ("Izin", permit.title),
        ("Pemegang", permit.holder),
        ("Tanggal terbit", long_date(timezone.localdate(permit.issued_at))),
    ]
    if given is None:
        facts += [
            (name, "") for name in ("Diterima oleh", "Nomor identitas", "Surat kuasa", "Tempat")
        ]
        day, giver, collector = timezone.localdate(at), by_name, ""
    else:
        day, collector = timezone.localdate(given.at), given.collector
        giver = (
            names_of([given.given_by_id]).get(given.given_by_id, "") if given.given_by_id else ""
        )
        facts += [
            ("Diserahkan", f"{_HOW.get(given.how, given.how)}, {given.place}"),
            ("Diterima oleh", given.collector),
            (
                "Nomor identitas",
                mask_identity(given.collector_identity) if given.collector_identity else "–",
            ),
            ("Surat kuasa", "terlampir" if given.authority_id else "–"),
            ("Bukti tanda tangan", "tersimpan pada berkas" if given.signature_id else "–"),
        ]
    return RecordPage(
        letterhead=letterhead(),
        title="Tanda terima penyerahan izin",
        number=permit.number,
        opening=f"Pada {weekday_date(day)} izin berikut diserahkan kepada penerimanya."
        if given
        else "Izin berikut diserahkan kepada penerimanya pada tanggal ………………………………………",
        facts=tuple(facts),
        closing="Penerima menyatakan menerima izin ini dalam keadaan baik. Penyerahan tidak dipungut biaya.",
        signatures=(("Yang menerima", collector), ("Yang menyerahkan", giver)),
        place=profile().city,
        demo=is_demo_office(),
    )


def consignment_page(sent: Consignment, *, by_name: str) -> RecordPage:
    """Return the list of a consignment: to be signed by who brings it and who receives it. One query."""
    there = sent.unit.name if sent.unit else "alamat penerima"
    rows = tuple(
        (str(no), one.number, one.title, one.holder, "")
        for no, one in enumerate(permits_in(sent), start=1)
    )
    return RecordPage(
        letterhead=letterhead(),
        title="Daftar kiriman izin",
        number=sent.number,
        opening=f"Pada {weekday_date(timezone.localdate(sent.at))} izin berikut dikirim ke {there}.",
        facts=(
            ("Dibawa oleh", sent.carrier),
            *((("Nomor resi", sent.tracking),) if sent.tracking else ()),
        ),
        columns=("No.", "Nomor izin", "Izin", "Pemegang", "Paraf penerima"),
        widths=(1, 6, 6, 5, 3),
        rows=rows,
        closing="Izin yang tidak diambil dikembalikan ke kantor bersama daftar ini.",
        signatures=(("Yang menerima", ""), ("Yang mengirim", by_name)),
        place=profile().city,
        demo=is_demo_office(),
    )
