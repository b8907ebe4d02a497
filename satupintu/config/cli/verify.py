"""`satupintu verify`: is this PDF file what was signed, and by whom."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: satupintu verify izin.pdf"


def command(file: Annotated[Path, typer.Argument(help="The PDF file.")]) -> None:
    """Check the signatures of a PDF file; exit code 0 only if it is whole and the signer known."""
    from satupintu.config import start

    start.set_up()
    start.speak()
    from satupintu.documents.queries import verify_pdf
    from satupintu.documents.rules import STANDING_LABELS, Standing

    verdict = verify_pdf(file.read_bytes())
    typer.echo(f"{STANDING_LABELS[verdict.state]}. {verdict.what}")
    for name, value in (
        ("Signed by", verdict.signer),
        ("Signed at", verdict.signed_at.isoformat() if verdict.signed_at else ""),
        ("Trusted by", verdict.trusted_by),
    ):
        if value:
            typer.echo(f"{name}: {value}")
    if verdict.demo:
        typer.echo("This is a demonstration signature.")
    if verdict.state is not Standing.VALID:
        raise typer.Exit(1)
