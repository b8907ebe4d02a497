"""
The published standard must not say what the program decides otherwise.

Requirements, times, fee, validity and law come from their own tables (`catalogue/standard.py` writes them out). What a
person adds may explain them, never state a number, a price or a term of its own.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import Finding, demands
from satupintu.catalogue.lines import Path
from satupintu.catalogue.rules import Definition, System, Text

_COUNT = (
    r"(?:\d+|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|se|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|a|an)"
)
_UNIT = (
    r"(?:menit|jam|hari(?: kerja)?|minggu|pekan|bulan|tahun"
    r"|(?:working |calendar )?(?:minute|hour|day|week|month|year)s?)"
)
# "5 hari kerja", "lima tahun", "setahun", "3-day", "tahunan", "seumur hidup"
_TERM = re.compile(
    rf"\b{_COUNT}[ -]?(?:\([\w ]+\) )?{_UNIT}\b"
    r"|\b(?:tahunan|bulanan|harian|annual(?:ly)?|yearly|monthly|seumur hidup|for life|lifelong)\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\bRp\.? ?\d[\d.,]*|\b\d[\d.]* ?rupiah\b"
    r"|\b(?:gratis|cuma-cuma|tidak dipungut|tanpa biaya|free|no charge|for nothing)\b",
    re.IGNORECASE,
)


def standard(definition: Definition) -> Iterator[Finding]:
    """Look at the person's words in the standard, and at those that stand beside it on the service's page."""
    for key, text in definition.standard.items():
        yield from demands(("standard", key), [text])
    for key in ("procedure", "time", "fee", "product"):
        if key in definition.standard:
            yield from _own_figures(("standard", key), definition.standard[key])
    if definition.system is System.SATUPINTU:
        yield from _own_figures(("summary",), definition.summary)
        yield from _own_figures(("for_whom",), definition.for_whom)
        if definition.output is not None:
            yield from _own_term(("output", "body"), definition.output.body)


def _own_figures(path: Path, text: Text) -> Iterator[Finding]:
    yield from _own_term(path, text)
    found = _PRICE.search(text.id) or _PRICE.search(text.en)
    if found is not None:
        message = _("“%(words)s” di sini dapat berbeda dari tarif layanan ini.") % {
            "words": found[0]
        }
        yield path, message, _("tanpa tarif; program menulisnya dari [fee]")


def _own_term(path: Path, text: Text) -> Iterator[Finding]:
    found = _TERM.search(text.id) or _TERM.search(text.en)
    if found is not None:
        message = _(
            "“%(words)s” di sini dapat berbeda dari waktu dan masa berlaku layanan ini."
        ) % {"words": found[0]}
        yield (
            path,
            message,
            _("tanpa angka waktu; program menulisnya dari [promise], [[stage]], dan [validity]"),
        )
