"""Payments and refunds as a choice or a line of a list names them, in the reader's language."""

from django.utils import timezone

from satupintu.fees.queries import Payment, Refund
from satupintu.fees.rules import WAY_LABELS, label
from satupintu.lib import words
from satupintu.lib.language import current_language


def payment_name(one: Payment) -> str:
    """Return "Rp673.200 · Transfer bank · 23 Nov 2026 · ABC123"."""
    language = current_language()
    parts = [
        words.rupiah(one.amount_idr, language),
        str(label(WAY_LABELS, one.way)),
        words.short_date(one.paid_on, language),
        one.reference or one.provider_ref,
    ]
    return " · ".join(part for part in parts if part)


def refund_name(one: Refund) -> str:
    """Return the amount and the day on which it was asked back."""
    language, day = current_language(), timezone.localdate(one.asked_at)
    return f"{words.rupiah(one.amount_idr, language)} · {words.short_date(day, language)}"
