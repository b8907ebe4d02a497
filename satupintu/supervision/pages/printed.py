"""The letters of supervision. Official papers are Indonesian (UU 24/2009, article 27)."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import override

from satupintu.documents.rules import Block, LetterPage, SignatureBlock, long_date, weekday_date
from satupintu.office.queries import profile
from satupintu.permits import rules as permits
from satupintu.permits.queries import permit_of_case
from satupintu.permits.services import pages
from satupintu.supervision import rules
from satupintu.supervision.models import Sanction, Supervision
from satupintu.supervision.rules import Kind

_OPENING: Mapping[str, str] = {
    Kind.WARNING: "Dengan surat ini kami memberikan peringatan tertulis atas izin berikut.",
    Kind.SUSPENSION: "Izin berikut dibekukan dan tidak boleh digunakan selama pembekuan berlaku.",
    Kind.LIFTING: "Pembekuan atas izin berikut diakhiri. Izin dapat digunakan kembali.",
    Kind.REVOCATION: "Izin berikut dicabut dan tidak berlaku lagi.",
}


def sanction_letter(
    supervision: Supervision, sanction: Sanction, *, signature: SignatureBlock
) -> LetterPage:
    """Return a sanction as a letter: what permit, why, what to put right by when, what comes else, how to answer."""
    permit = permit_of_case(supervision.about_id)
    party = supervision.case.party
    assert permit is not None
    assert party is not None
    assert sanction.decided_at is not None
    with override("id"):
        subject = rules.named(sanction.kind, sanction.level)
    blocks = [
        Block(
            paragraphs=(_OPENING[sanction.kind],),
            facts=(
                ("Nomor izin", permit.number),
                ("Izin", permit.title),
                ("Pemegang", permit.holder),
                ("Terbit", long_date(timezone.localdate(permit.issued_at))),
                *_times(sanction),
            ),
        ),
        Block(heading="Alasan", items=permits.reasons_of(sanction.grounds)),
    ]
    if sanction.remedy:
        assert sanction.put_right_by is not None
        blocks.append(
            Block(
                heading="Yang harus diperbaiki",
                items=permits.reasons_of(sanction.remedy),
                paragraphs=(
                    (
                        f"Perbaikan ditunggu selambat-lambatnya {weekday_date(sanction.put_right_by)}."
                        " Bila tidak dilaksanakan, sanksi berikutnya dapat dijatuhkan sampai dengan pencabutan izin."
                    ),
                ),
            )
        )
    if sanction.law:
        blocks.append(Block(heading="Dasar hukum", items=(sanction.law,)))
    if sanction.kind != Kind.LIFTING:
        blocks.append(
            Block(
                heading="Bila Bapak/Ibu berkeberatan",
                paragraphs=(
                    (
                        f"Keberatan tertulis dapat diajukan kepada Kepala {profile().short_name} paling lama"
                        f" {permits.OBJECTION_DAYS} hari kerja sejak surat ini diterima (UU 30/2014, pasal 77), dari"
                        " halaman pengawasan izin ini di akun Bapak/Ibu atau di loket, tanpa biaya. Dugaan"
                        " maladministrasi dapat dilaporkan kepada Ombudsman RI, telepon 137."
                    ),
                ),
                boxed=True,
            )
        )
    return LetterPage(
        letterhead=pages.letterhead(),
        number=sanction.number,
        subject=subject,
        recipient=tuple(line for line in (permit.holder, party.address) if line),
        signature=signature,
        check=pages.check_of(permit.check_code),
        nature="Penting",
        blocks=tuple(blocks),
    )


def _times(sanction: Sanction) -> tuple[tuple[str, str], ...]:
    if sanction.kind != Kind.SUSPENSION:
        return ()
    assert sanction.decided_at is not None
    return (
        ("Dibekukan sejak", long_date(timezone.localdate(sanction.decided_at))),
        (
            "Sampai",
            long_date(sanction.until) if sanction.until else "diakhiri dengan surat kantor ini",
        ),
    )
