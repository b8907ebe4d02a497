"""`satupintu catalogue`: service files checked, compared and published."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Service files: check, compare, publish.",
    epilog="Example: satupintu catalogue check services/sip-dokter.v2.toml",
    no_args_is_help=True,
)


def _set_up(*, office: bool) -> None:
    from satupintu.config import start

    if office:
        start.set_up_office()
    else:
        start.set_up_reading()
    start.speak()  # problems are written for the person at this terminal


@app.command(epilog="Example: satupintu catalogue check services/")
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; none: the shipped services.")
    ] = None,
) -> None:
    """Name every problem: file, line, key, what is wrong and what is allowed."""
    _set_up(office=False)
    from satupintu.catalogue.services import check_files

    problems = check_files(paths or [])
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("No problems found.")


@app.command(epilog="Example: satupintu catalogue publish services/sip-dokter.v2.toml")
def publish(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
) -> None:
    """Publish service files; nothing is published when one of them has a problem."""
    _set_up(office=True)
    from satupintu.catalogue.services import publish_files
    from satupintu.lib import clock
    from satupintu.people.rules import system_actor

    for row in publish_files(by=system_actor("satupintu catalogue"), at=clock.now(), paths=paths):
        typer.echo(f"{row.service.code} v{row.version} is published.")


@app.command(epilog="Example: satupintu catalogue diff sip-dokter.v1.toml sip-dokter.v2.toml")
def diff(
    old: Annotated[Path, typer.Argument(help="The file to compare with; alone: the new file.")],
    new: Annotated[Path | None, typer.Argument(help="The new file.")] = None,
) -> None:
    """Show what changed between two files, or from the published version to one file."""
    _set_up(office=new is None)
    from satupintu.catalogue.services import diff_files

    changes = diff_files(None, old) if new is None else diff_files(old, new)
    for change in changes:
        typer.echo(str(change))
    if not changes:
        typer.echo("No difference.")
