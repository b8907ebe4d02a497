"""Names of a definition's parts as people read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from satupintu.catalogue.rules import SYSTEM_NAMES, Definition, System
from satupintu.permits import rules


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """How a promised date is said: the words before it, and what follows outside the office's power."""

    lead: str
    after: str = ""


def promise_words(system: System) -> PromiseWords:
    """
    Return how the promise of a service is said to its applicant.

    Of a permit that another system issues, the office can promise its own part only.
    """
    if system is System.SATUPINTU:
        return PromiseWords(_("Selesai selambat-lambatnya"))
    return PromiseWords(
        _("Bagian kami selesai selambat-lambatnya"),
        _("Setelah itu mengikuti waktu %(system)s.") % {"system": SYSTEM_NAMES[system]},
    )


def initials_of(name: str) -> str:
    """Return a name that its owner recognises and nobody else learns: "S••• L•••"."""
    return " ".join(f"{part[0]}•••" for part in name.split()[:3] if part)


def original_names(
    definition: Definition, originals: Mapping[str, str], language: str
) -> list[tuple[str, Any]]:
    """Return each document whose original was shown, with what became of it."""
    return [
        (
            part_name(definition, "document", key, language),
            rules.ORIGINAL_LABELS[rules.Original(one)],
        )
        for key, one in originals.items()
    ]


def part_name(definition: Definition, on: str, key: str, language: str) -> str:
    """Return the name of a document or field of the service; a plain word for anything else."""
    if on == "document":
        for requirement in definition.requirements:
            if requirement.key == key:
                return requirement.label.in_language(language)
    if on == "field":
        for page in definition.pages:
            for field in page.fields:
                if field.key == key:
                    return field.label.in_language(language)
    return _("Keterangan")


def item_titles(
    definition: Definition, items: Iterable[Mapping[str, Any]], language: str
) -> list[dict[str, str]]:
    """Return what must be repaired as title and reason, plus the keys for links."""
    return [
        {
            "title": part_name(definition, item["on"], item["key"], language),
            "reason": item["reason"],
            "on": item["on"],
            "key": item["key"],
        }
        for item in items
    ]
