"""The two papers of a fee: the assessment notice (SKRD) and the receipt (SSRD). Official: always Indonesian."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from satupintu.documents.rules import Block, LetterPage, long_date, weekday_date
from satupintu.fees.queries import Assessment, Payment
from satupintu.fees.rules import WAY_LABELS, PaymentState, Way
from satupintu.lib.words import rupiah
from satupintu.permits.fee_account import FeeSide

Facts = tuple[tuple[str, str], ...]


def assessment_letter(head: dict[str, Any], case: Facts, made: Assessment) -> LetterPage:
    """Return the assessment notice: what is owed, how it was computed, until when and where it is paid."""
    assert made.due_on is not None, "it was set"
    computation = tuple((str(line[0]), str(line[2])) for line in made.lines)
    corrected = (
        ("Data yang diperbaiki petugas dengan alasan tercantum dalam hitungan di atas.",)
        if made.corrected
        else ()
    )
    return LetterPage(
        **head,
        subject="Surat Ketetapan Retribusi Daerah (SKRD)",
        check=None,
        blocks=(
            Block(
                paragraphs=(
                    (
                        f"Berdasarkan {made.basis}, retribusi untuk permohonan berikut ditetapkan"
                        f" sebesar {rupiah(made.amount_idr)}."
                    ),
                ),
                facts=case,
            ),
            Block(heading="Perhitungan", facts=computation, paragraphs=corrected),
            Block(
                heading="Pembayaran",
                paragraphs=(
                    (
                        f"Jumlah {rupiah(made.amount_idr)} dibayar selambat-lambatnya"
                        f" {weekday_date(made.due_on)} ke {made.pay_to}, dengan menyebut nomor SKRD"
                        f" {made.number}. Petugas kantor tidak menerima uang tunai."
                    ),
                    (
                        "Selama menunggu pembayaran, waktu layanan berhenti dihitung. Bukti bayar"
                        " dikirim lewat halaman permohonan atau dibawa ke loket."
                    ),
                ),
                boxed=True,
            ),
            Block(
                paragraphs=(
                    (
                        "Bila hitungan ini tidak sesuai dengan keadaan, ajukan keberatan tertulis kepada"
                        " kantor kami menurut tata cara dalam peraturan daerah di atas, tanpa biaya."
                    ),
                ),
            ),
        ),
    )


def receipt_letter(head: dict[str, Any], case: Facts, paid: Payment, side: FeeSide) -> LetterPage:
    """Return the receipt of one payment, and what is still to pay."""
    made, rest_idr = side.books.assessed, _rest_after(paid, side)
    with override("id"):
        way = str(WAY_LABELS.get(Way(paid.way), paid.way))
    rest = f"Masih harus dibayar {rupiah(rest_idr)}." if rest_idr else "Retribusi ini lunas."
    return LetterPage(
        **head,
        subject="Tanda bukti bayar retribusi (SSRD)",
        check=None,
        blocks=(
            Block(
                paragraphs=(
                    f"Telah diterima pembayaran retribusi sebesar {rupiah(paid.amount_idr)}.",
                ),
                facts=(
                    *case,
                    ("Nomor SKRD", made.number if made else "–"),
                    ("Dibayar", long_date(paid.paid_on)),
                    ("Cara bayar", way),
                    ("Referensi", paid.reference or paid.provider_ref or "–"),
                    (
                        "Dinyatakan sah",
                        long_date(timezone.localdate(paid.decided_at or paid.recorded_at)),
                    ),
                ),
            ),
            Block(paragraphs=(rest,), boxed=True),
        ),
    )


def _rest_after(paid: Payment, side: FeeSide) -> int:
    """Return what was still to pay when this payment was confirmed, whatever came after it."""
    confirmed = sum(
        one.amount_idr
        for one in side.books.payments
        if one.standing == PaymentState.CONFIRMED and _when(one) <= _when(paid)
    )
    return max(0, side.account.owed_idr - confirmed)


def _when(paid: Payment) -> datetime:
    return paid.decided_at or paid.recorded_at
