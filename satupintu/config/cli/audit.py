"""`satupintu audit`: proof that no row of the log was changed."""

from typing import Annotated

import typer

EXAMPLE = "Example: satupintu audit --all"


def command(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Name every fault, not only the first.")
    ] = False,
    files: Annotated[
        bool,
        typer.Option(
            "--files",
            help="Read every stored file and compare its bytes (minutes; without it, only whether it is there in its"
            " length).",
        ),
    ] = False,
    expect: Annotated[
        str, typer.Option("--expect", help="A root that was sent to the head: it must be there.")
    ] = "",
) -> None:
    """Compare log, seals and the tables beside them; name the first broken row in one sentence."""
    from satupintu.config import start

    start.set_up_office()
    from satupintu.config.cli import asking
    from satupintu.lib import clock
    from satupintu.workflow.audit import audit

    with asking.counting("cases checked") as count:
        report = audit(
            at=clock.now(),
            expect=expect,
            files=files,
            progress=count,
            stop_at_first=not every,
        )
    for fault in report.broken:
        typer.echo(fault, err=True)
    if report.broken:
        raise typer.Exit(1)
    typer.echo(f"Whole: {report.rows} rows of {report.cases} cases, {report.digests} seals.")
    if report.root:
        typer.echo(f"Newest root: {report.root}")
    if report.digests and not report.anchored:
        typer.echo("There is no anchor here (seals.log): the worker writes it with the next seal.")
