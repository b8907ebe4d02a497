"""What the columns of a file mean: guessed first, said by a person, remembered for files with the same headings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.queries import list_services
from satupintu.catalogue.rules import Definition
from satupintu.imports.models import Import, ImportRow, SavedMapping
from satupintu.imports.rules import (
    LEAVE,
    MAY_MAP,
    RowState,
    Stage,
    guess_fate,
)
from satupintu.imports.rules.columns import (
    MANY,
    TARGET_LABELS,
    Target,
    guess_targets,
    orders_of,
)
from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular.headings import fingerprint_of
from satupintu.lib.words import fold
from satupintu.people.rules import Actor
from satupintu.permits.imported import Fate

NAME_LENGTH = 80


class MappingRefused(Refusal):
    """The columns cannot be understood so; `problems` lists (place in the form, sentence)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = problems


def first_mapping(batch: Import) -> dict[str, Any]:
    """Return how a file is understood before anybody said anything: as one with the same headings was, else guessed."""
    saved = SavedMapping.objects.filter(fingerprint=fingerprint_of(batch.headings)).first()
    columns = (
        [Target(one) for one in saved.mapping["columns"]]
        if saved
        else guess_targets(batch.headings)
    )
    kept: Mapping[str, Any] = saved.mapping if saved else {}
    return {
        **kept,
        "columns": [one.value for one in columns],
        # Never remembered: each file says it anew.
        "orders": {
            str(at): order
            for at, (_said, order) in orders_of(batch.profile, columns).items()
            if order
        },
        "name": saved.name if saved else "",
    }


def guess_service(word: str, services: list[Definition]) -> str:
    """Return the code of the service that a word of an old register most likely names; "" when none fits."""
    wanted = set(fold(word).split()) - _COMMON
    best, worth = "", 0.0
    for one in services:
        title = set(fold(f"{one.title.id} {one.code.replace('-', ' ')}").split()) - _COMMON
        common = len(wanted & title)
        share = common / len(wanted | title) if common else 0.0
        if share > worth:
            best, worth = one.code, share
    return best if worth >= 0.3 else ""  # noqa: PLR2004  a third of the words in common


_COMMON = frozenset({"izin", "surat", "dan", "atau", "untuk", "di", "ke", "rekomendasi"})


def guessed_words(
    batch: Import, column: int | None, kept: Mapping[str, str], *, status: bool, today: datetime
) -> list[tuple[str, int, str]]:
    """Return (word, how often, meaning) of each word of a column, by what was said of it, else guessed."""
    if column is None or column >= len(batch.profile):
        return []
    services = list_services(timezone.localdate(today))
    found = []
    for word, count in batch.profile[column]["words"].items():
        meaning = kept.get(word, "")
        if not meaning and status:
            fate = guess_fate(word)
            meaning = fate.value if fate else ""
        elif not meaning:
            meaning = guess_service(word, services)
        found.append((word, count, meaning))
    return found


@transaction.atomic
def save_mapping(
    *, batch: Import, mapping: Mapping[str, Any], name: str, by: Actor, at: datetime
) -> None:
    """
    Keep how the columns are understood, remember it for such files, and have all rows checked.

    `mapping` as rules.rows.Plan. Raises MappingRefused with all that is missing, and when the import has moved on.
    """
    codes = {one.code for one in list_services(timezone.localdate(at))}
    problems = _problems(batch, mapping, codes)
    if problems:
        raise MappingRefused(problems)
    kept = {**mapping, "name": name.strip()[:NAME_LENGTH]}
    moved = Import.objects.filter(pk=batch.pk, stage__in=sorted(MAY_MAP)).update(
        mapping=kept, stage=Stage.CHECKING, by_id=by.user_id, moved_at=at, claimed_until=None
    )
    if moved != 1:
        raise MappingRefused(
            [("", _("Impor ini sedang dikerjakan. Muat ulang halaman, lalu ulangi."))]
        )
    wait_again(batch)
    SavedMapping.objects.update_or_create(
        fingerprint=fingerprint_of(batch.headings),
        defaults={
            "name": name.strip()[:NAME_LENGTH] or batch.name[:NAME_LENGTH],
            "source": batch.source,
            "mapping": {key: value for key, value in mapping.items() if key != "orders"},
            "saved_by_id": by.user_id,
            "saved_at": at,
        },
    )


def wait_again(batch: Import) -> None:
    """Let every row that is not in a case be checked again."""
    ImportRow.objects.filter(batch=batch).exclude(outcome=RowState.DONE).update(
        outcome=RowState.WAITING, case_id=None, twin=None
    )


def _problems(batch: Import, mapping: Mapping[str, Any], codes: set[str]) -> list[tuple[str, str]]:
    columns = [Target(one) for one in mapping["columns"]]
    found: list[tuple[str, str]] = []
    for target in set(columns) - MANY:
        places = [at for at, one in enumerate(columns) if one is target]
        if len(places) > 1:
            found.append(
                (
                    f"kolom-{places[1]}",
                    _("“%(what)s” dipilih untuk lebih dari satu kolom. Sisakan satu.")
                    % {"what": TARGET_LABELS[target]},
                )
            )
    if not {Target.NAME, Target.COMPANY} & set(columns):
        found.append(("kolom-0", _("Pilih kolom yang berisi nama pemohon atau perusahaan.")))
    if Target.SERVICE not in columns and mapping.get("service", "") not in codes:
        found.append(
            ("layanan", _("Pilih kolom jenis izin, atau satu layanan untuk seluruh berkas."))
        )
    if not {Target.SUBMITTED, Target.DECIDED} & set(columns):
        found.append(("kolom-0", _("Pilih kolom tanggal permohonan atau tanggal terbit.")))
    for at, (_said, order) in orders_of(batch.profile, columns).items():
        if not (mapping.get("orders", {}).get(str(at)) or order):
            found.append(
                (
                    f"urutan-{at}",
                    _("Kolom “%(name)s”: katakan mana hari dan mana bulan.")
                    % {"name": batch.headings[at]},
                )
            )
    allowed_codes, allowed_fates = codes | {"", LEAVE}, {*map(str, Fate), "", LEAVE}
    if set(mapping.get("services", {}).values()) - allowed_codes or (
        set(mapping.get("statuses", {}).values()) - allowed_fates
    ):
        found.append(("", _("Ada pilihan yang tidak dikenal. Muat ulang halaman, lalu ulangi.")))
    return found
