"""`satupintu backup`: database and files of the office in one file."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: satupintu backup /media/usb/office-2026-11-25.backup --encrypt"


def command(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    *,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt; asks for a passphrase.")
    ] = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the key files in as well (needs --encrypt).")
    ] = False,
) -> None:
    """
    Back up database and files, while the office works. SATUPINTU_BACKUP_PASSPHRASE saves the
    asking.
    """
    from satupintu.config import start

    start.set_up_office()
    start.refuse_lost_keys()
    from satupintu.config.backup.make import make_backup
    from satupintu.config.cli import asking
    from satupintu.lib import clock

    passphrase = asking.new_passphrase() if encrypt else ""
    with asking.progress() as tell:
        made = make_backup(
            file, at=clock.now(), passphrase=passphrase, with_keys=with_keys, tell=tell
        )
    total = sum(count for count, _ in made.sums.tables.values())
    typer.echo(
        f"{file}: {total} rows in {len(made.sums.tables)} tables, {len(made.sums.files)} files."
    )
    if not with_keys:
        from django.conf import settings

        typer.echo(f"Keys are not inside: keep a copy of {settings.KEYS} in another safe place.")
    for name in made.damaged:
        typer.echo(f"The stored file {name} is damaged on this disk.", err=True)
    for name in made.missing:
        typer.echo(f"The stored file {name} is missing on this disk, and a row names it.", err=True)
    if made.damaged or made.missing:
        raise typer.Exit(1)
