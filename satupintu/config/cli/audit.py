"""`satupintu audit`: proof that no row of the log was changed."""

from typing import Annotated

import typer

EXAMPLE = "Example: satupintu audit --all"


def command(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Name every fault, not only the first.")
    ] = False,
) -> None:
    """Check each case's chain and each day's digest; name the first broken row."""
    from satupintu.config import start

    start.set_up_office()
    from satupintu.config.cli import asking
    from satupintu.workflow.audit import audit

    with asking.counting("cases checked") as count:
        report = audit(progress=count, stop_at_first=not every)
    for fault in report.broken:
        typer.echo(fault, err=True)
    if report.broken:
        raise typer.Exit(1)
    typer.echo(
        f"Whole: {report.rows} rows of {report.cases} cases, {report.digests} daily digests."
    )
