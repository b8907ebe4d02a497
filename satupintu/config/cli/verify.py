"""`satupintu verify`: is this PDF file what was signed, by whom, and does the permit hold."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from satupintu.documents.rules import Verdict

EXAMPLE = "Example: satupintu verify izin.pdf other.pdf"


def command(
    files: Annotated[list[Path], typer.Argument(help="The PDF files.", show_default=False)],
) -> None:
    """
    Check PDF files against our keys and, where a database is, our register of permits.

    Exit code 0 only if every file is whole, its signer known, and a permit of ours in force.
    """
    from satupintu.config import start

    start.set_up_reading()
    start.speak()
    from django.utils import timezone

    from satupintu.lib import clock

    today = timezone.localdate(clock.now())  # the office's own zone stands in a table
    answers = [_check(file, today) for file in files]
    if not all(answers):
        raise typer.Exit(1)


def _check(file: Path, today: date) -> bool:
    """Tell what one file is; return whether it is good."""
    from satupintu.documents.queries import verify_pdf
    from satupintu.documents.rules import STANDING_LABELS, Standing

    try:
        data = file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: cannot be read ({error.strerror}).", err=True)
        return False
    verdict = verify_pdf(data)
    typer.echo(f"{file}: {STANDING_LABELS[verdict.state]}. {verdict.what}")
    _tell_signer(verdict)
    in_register = _in_register(data, today)
    if in_register is not None:
        return in_register and verdict.state in {Standing.VALID, Standing.UNSIGNED}
    return verdict.state is Standing.VALID


def _tell_signer(verdict: "Verdict") -> None:
    for name, value in (
        ("Signed by", verdict.signer),
        ("Signed at", verdict.signed_at.isoformat() if verdict.signed_at else ""),
        ("Trusted by", verdict.trusted_by),
    ):
        if value:
            typer.echo(f"  {name}: {value}")
    if verdict.demo:
        typer.echo("  This is a demonstration signature.")


def _in_register(data: bytes, today: date) -> bool | None:
    """Tell what the register says of this very file; None: no register here, or the file is not in it."""
    import hashlib

    from django.db import DatabaseError

    from satupintu.config import start
    from satupintu.permits.queries import find_permit_by_file
    from satupintu.permits.rules import VERDICTS, verdict_of

    if not start.database_is_there():
        typer.echo("  There is no register on this machine: only the signature was checked.")
        return None
    try:
        permit = find_permit_by_file(hashlib.sha256(data).hexdigest())
    except DatabaseError:
        typer.echo("  The register cannot be asked: only the signature was checked.")
        return None
    if permit is None:
        typer.echo("  Not a permit in our register.")
        return None
    key = verdict_of(permit.state, permit.valid_until, today)
    typer.echo(f"  {permit.number}: {VERDICTS[key].word}. {VERDICTS[key].text}")
    return key == "in_force"
