"""`satupintu replay`: a foreign permit log, run through our own moves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from satupintu.workflow.replay import Report

EXAMPLE = "Example: satupintu replay receipt.xes.gz --map receipt.toml"


def command(
    log: Annotated[Path, typer.Argument(help="The log: .xes, .xes.gz or .csv.")],
    mapping: Annotated[
        Path, typer.Option("--map", help="Which of its attributes are case, activity, time, who.")
    ],
) -> None:
    """Replay a log at its own times; a second run adds nothing."""
    from satupintu.config import start

    start.set_up_reading()
    from rich.console import Console

    from satupintu.config.cli import asking
    from satupintu.lib import clock
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
    if report.activities:
        Console(highlight=False).print(_table(report))


def _table(report: "Report") -> "Table":
    """Return the activities of this run, the most frequent first."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    table.add_column("Events", justify="right")
    table.add_column("Share", justify="right")
    table.add_column("Activity", overflow="fold")
    for activity, times in sorted(report.activities.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(str(times), f"{times / report.events:.1%}", activity)
    return table
