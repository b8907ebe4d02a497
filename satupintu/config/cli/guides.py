"""`satupintu guides`: the printed guides as PDF files."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: satupintu guides --to /tmp/panduan"


def command(
    to: Annotated[Path, typer.Option(help="Folder for the files; made when it is missing.")] = Path(
        "panduan"
    ),
) -> None:
    """Write the guides for clerks, for who decides and for villages, in both languages, as PDF."""
    from satupintu.config import start

    start.set_up_office()
    from satupintu.portal.guides.pages import LANGUAGES, guide_pdf
    from satupintu.portal.guides.texts import GUIDES

    to.mkdir(parents=True, exist_ok=True)
    for guide in GUIDES.values():
        for language in LANGUAGES:
            path = to / f"{guide.key}-{language}.pdf"
            path.write_bytes(guide_pdf(guide, language))
            typer.echo(str(path))
