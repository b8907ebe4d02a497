"""What the tests of this domain do with an import: send a file, say what it means, let the worker go on."""

from datetime import datetime
from pathlib import Path
from typing import Any

from satupintu.imports import services
from satupintu.imports.models import Import, ImportRow
from satupintu.permits.imported import Source
from satupintu.permits.tests.officer_cases import MONDAY

NURSES = {"surat izin praktik perawat": "sip-perawat"}


def work(at: datetime = MONDAY) -> None:
    """Let the worker go on until nothing waits."""
    for _turn in range(1000):
        if not services.work(at=at):
            return
    raise AssertionError("the worker never ends")


def send(path: Path, by: Any, *, at: datetime = MONDAY, source: Source = Source.SICANTIK) -> Import:
    return services.receive(path=path, name=path.name, source=source, by=by, at=at)


def check(batch: Import, by: Any, *, at: datetime = MONDAY, **mapping: Any) -> Import:
    """Say what the columns mean, as guessed but for `mapping`, and have every row checked."""
    said = {key: value for key, value in batch.mapping.items() if key != "name"}
    services.save_mapping(
        batch=batch,
        mapping={**said, "services": NURSES, **mapping},
        name="SiCantik",
        by=by,
        at=at,
    )
    work(at)
    batch.refresh_from_db()
    return batch


def run(batch: Import, by: Any, *, at: datetime = MONDAY) -> Import:
    services.start(batch=batch, by=by, at=at)
    work(at)
    batch.refresh_from_db()
    return batch


def states(batch: Import) -> dict[int, str]:
    return dict(
        ImportRow.objects.filter(batch=batch).order_by("number").values_list("number", "outcome")
    )


def problems(batch: Import, number: int) -> list[tuple[str, str]]:
    row = ImportRow.objects.get(batch=batch, number=number)
    return [(on, code) for on, code, _said in row.problems]
