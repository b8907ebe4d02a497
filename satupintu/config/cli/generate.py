"""`satupintu generate`: a demo office filled with as many made-up cases as one wants."""

from typing import Annotated

import typer

EXAMPLE = "Example: SATUPINTU_HOME=/tmp/office SATUPINTU_DEMO=1 satupintu generate --cases 100000"


def command(
    *,
    cases: Annotated[
        int, typer.Option("--cases", min=0, help="How many cases the office then has.")
    ] = 0,
    complaints: Annotated[
        int,
        typer.Option(
            "--complaints", min=0, help="How many complaints; they are not among the cases."
        ),
    ] = 0,
    office: Annotated[
        str, typer.Option(envvar="OFFICE", help="Which demo office, if it is empty yet.")
    ] = "sanggau",
    seed: Annotated[int, typer.Option(help="The same seed makes the same kinds of cases.")] = 0,
) -> None:
    """Fill a demo office with made-up cases and complaints, in bulk. It can be stopped, and goes on."""
    import os

    from satupintu.config.offices import check_demo_office

    os.environ["OFFICE"] = check_demo_office(office)  # the settings read it
    from satupintu.config import start

    start.set_up()
    from django.conf import settings

    from satupintu.config import opening
    from satupintu.lib import clock

    start.migrate()
    if not opening.holding() and settings.DEMO:
        start.make_demo(office, clock.now())
    if cases or not complaints:
        _fill(cases, "cases", seed)
    if complaints:
        _fill(complaints, "complaints", seed)


def _fill(wanted: int, what: str, seed: int) -> None:
    import time

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from satupintu.config import generate
    from satupintu.lib import clock

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("...", total=wanted)
        began = time.perf_counter()

        def tell(doing: str, made: generate.Made) -> None:
            nonlocal began
            spent = time.perf_counter() - began
            if doing != "copies":
                began = time.perf_counter()  # the speed is of the copies
            speed = f", {made.rows / spent:,.0f} rows/s" if made.rows else ""
            progress.update(bar, completed=made.cases, description=f"{doing}{speed}")

        made = generate.generate(
            wanted, at=clock.now(), complaints=what == "complaints", seed=seed, tell=tell
        )
        seconds = time.perf_counter() - began
    typer.echo(
        f"The office has {made.cases:,} {what}. {made.patterns} people were told through the services;"
        f" {made.rows:,} rows of copies in {seconds:,.0f} s, {made.rows / max(seconds, 0.001):,.0f} a second."
    )
