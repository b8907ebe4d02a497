"""`satupintu restore`: a backup into an empty office."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: SATUPINTU_HOME=/srv/office satupintu restore office-2026-11-25.backup"


def command(
    file: Annotated[Path, typer.Argument(help="The backup to read.")],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only read and check it; change nothing.")
    ] = False,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Go on although the keys are not here yet.")
    ] = False,
) -> None:
    """Restore a backup into an empty office and compare every row and file with what was saved."""
    from satupintu.config import start

    if check:
        start.set_up_reading()
    else:
        start.set_up()
    from satupintu.config.backup.archive import check_archive, is_sealed
    from satupintu.config.backup.take_back import restore_backup
    from satupintu.config.cli import asking

    passphrase = asking.passphrase() if is_sealed(file) else ""
    if check:
        _, sums = check_archive(file, passphrase)
        word = "whole and unchanged"
    else:
        with asking.progress() as tell:
            sums = restore_backup(file, passphrase=passphrase, without_keys=without_keys, tell=tell)
        start.migrate()
        word = "restored, and every one compared"
    total = sum(count for count, _ in sums.tables.values())
    typer.echo(f"{file}: {total} rows and {len(sums.files)} files {word}.")
    for name in sorted(sums.missing):
        typer.echo(f"The stored file {name} was missing when this backup was made.", err=True)
    if sums.missing:
        raise typer.Exit(1)
