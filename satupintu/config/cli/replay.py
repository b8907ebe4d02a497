"""`satupintu replay`: a foreign permit log, run through our own moves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from satupintu.quality.rules import LogFigures

EXAMPLE = "Example: satupintu replay receipt.xes.gz --map receipt.toml"


def command(
    log: Annotated[Path, typer.Argument(help="The log: .xes, .csv, or either as .gz.")],
    mapping: Annotated[
        Path,
        typer.Option(
            "--map",
            help="A TOML file: name = what to call the log; case, activity, time, resource ="
            " which of its columns hold them. All keys: docs/replay.md.",
        ),
    ],
) -> None:
    """Replay a log at its own times and tell its figures; a second run adds nothing."""
    from satupintu.config import start

    start.set_up_reading()
    from zoneinfo import ZoneInfo

    from django.conf import settings

    from satupintu.config.cli import asking, figures
    from satupintu.lib import clock
    from satupintu.quality.queries import log_figures
    from satupintu.workflow.replay import read_mapping, replay

    chosen = read_mapping(mapping)
    start.need_office()
    with asking.counting("cases replayed") as count:
        report = replay(log, chosen, recorded_at=clock.now(), progress=count)
    typer.echo(
        f"{report.cases} cases, {report.events} events added, {report.skipped} were here already."
    )
    if report.first_at and report.last_at:
        typer.echo(f"From {report.first_at:%Y-%m-%d} to {report.last_at:%Y-%m-%d}.")
    found: LogFigures | None = log_figures(
        chosen.origin, ZoneInfo(chosen.zone or settings.TIME_ZONE)
    )
    if found is not None:
        figures.show(found)
