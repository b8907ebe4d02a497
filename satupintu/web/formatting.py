"""
How Indonesians write dates, times, money and numbers; in English plain English habits.

Pages use these as filters, texts of messages two of them.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.template import defaultfilters
from django.utils import timezone

from satupintu.lib import words
from satupintu.lib.identity import phone_for_people
from satupintu.lib.language import current_language

MASK = "•"
LONG_NUMBER = 12  # NIK, NPWP, NIB, telephone: the first and last four stay
TONE_SHAPES = {"quiet": "○", "info": "◐", "good": "✓", "warn": "●", "bad": "▲"}


def _local(value: date | datetime) -> date | datetime:
    """Return a moment in the office's zone; a plain date stays as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def tanggal(value: date | datetime | None) -> str:
    """Return "Rabu, 25 November 2026"; "" for None."""
    return words.long_date(_local(value), current_language()) if value else ""


def tanggal_pendek(value: date | datetime | None) -> str:
    """Return "25 Nov 2026"; "" for None."""
    return words.short_date(_local(value), current_language()) if value else ""


def bulan(value: date | datetime | None) -> str:
    """Return "November 2026"; "" for None."""
    return words.month_year(_local(value), current_language()) if value else ""


def jam(value: datetime | time | None) -> str:
    """Return "15.00" (English: "15:00") in the office's zone; "" for None."""
    if _is_nothing(value):
        return ""
    assert value is not None
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return words.clock_time(value, current_language())


def waktu(value: datetime | None) -> str:
    """Return "Rabu, 25 November 2026, 15.00"; "" for None."""
    return f"{tanggal(value)}, {jam(value)}" if value else ""


def waktu_pendek(value: datetime | None) -> str:
    """Return "25 Nov 2026, 15.00"; "" for None."""
    return f"{tanggal_pendek(value)}, {jam(value)}" if value else ""


def angka(value: float | Decimal | str | None, decimals: int = 0) -> str:
    """Return 1.234 or, with decimals, 88,9 (English: 1,234 and 88.9); "" for None."""
    if _is_nothing(value):
        return ""
    return words.number(Decimal(str(value)), current_language(), int(decimals))


def rupiah(value: Decimal | str | None) -> str:
    """Return "Rp150.000" (English: "Rp150,000"); "" for None."""
    if _is_nothing(value):
        return ""
    return words.rupiah(Decimal(str(value)), current_language())


def _is_nothing(value: object) -> bool:
    """Say whether this is None, no text, or what a page asked for and nobody gave it."""
    return value is None or not str(value)


def bahasa(value: Any) -> str:
    """Return a text in the reader's language: a Text, a mapping {id, en}, or a plain string."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get(current_language()) or value.get("id") or "")
    chosen = getattr(value, "in_language", None)
    return str(chosen(current_language())) if chosen else str(value)


def masked(value: object) -> str:
    """Return an identity or telephone number with its middle hidden: 6103••••••••9999."""
    text = str(value or "")
    if len(text) >= LONG_NUMBER:
        return text[:4] + MASK * (len(text) - 8) + text[-4:]
    return MASK * max(len(text) - 2, 0) + text[-2:]


def telepon(value: str | None) -> str:
    """Return a stored telephone number as people write it: "0812-0000-1234"; "" for None."""
    return phone_for_people(value) if value else ""


def durasi(minutes: float | None) -> str:
    """Return "1 jam 35 menit"; "" for None. Working or clock minutes are the caller's matter."""
    return "" if _is_nothing(minutes) else words.duration(round(minutes or 0), current_language())


def shape(tone: str) -> str:
    """Return the sign that carries a state's tone in grey and in print."""
    return TONE_SHAPES.get(tone, TONE_SHAPES["quiet"])


def by_pattern(value: date | datetime | None, pattern: str) -> str:
    """Return a day or moment in the office's zone by Django's letters ("Y": 2026); "" for None."""
    return defaultfilters.date(_local(value), pattern) if value else ""
