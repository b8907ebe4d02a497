"""`satupintu demo`: an empty office filled with made-up people, services and cases."""

from datetime import datetime
from typing import Annotated

import typer

EXAMPLE = "Example: SATUPINTU_HOME=/tmp/office satupintu demo --office bengkalis --today 2026-11-25"

_MORNING = 10  # o'clock: officers have begun, and today has cases of its own


def command(
    office: Annotated[
        str, typer.Option(envvar="OFFICE", help="Which office: sanggau or bengkalis.")
    ] = "sanggau",
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day on which the demo ends; today if not given."
        ),
    ] = None,
) -> None:
    """Fill an empty office with the demo; an office that holds anything is left alone."""
    import os

    from satupintu.config.offices import check_demo_office

    os.environ["OFFICE"] = check_demo_office(office)  # the settings read it
    from satupintu.config import start

    start.set_up()
    from satupintu.config import opening
    from satupintu.config.cli.errors import Failed
    from satupintu.lib import clock

    start.migrate()
    if holding := opening.holding():
        raise Failed(
            f"This office is not empty: it has {holding}. Choose another folder with"
            " SATUPINTU_HOME, or another database with DATABASE_URL."
        )
    people = start.make_demo(office, _moment(today) if today else clock.now())
    typer.echo(f"The demo office {office} is ready. Who signs in:")
    for login in people.values():
        typer.echo(f"  {login.sign_in:<20} {login.name}, {login.post}")


def _moment(day: datetime) -> datetime:
    from django.utils import timezone

    return timezone.make_aware(day.replace(hour=_MORNING))
