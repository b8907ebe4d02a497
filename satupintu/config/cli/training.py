"""`satupintu training`: the training office beside the real one."""

from typing import Annotated

import typer

app = typer.Typer(
    help="The training office beside the real one.",
    epilog="Example: SATUPINTU_TRAINING_PORT=8001 satupintu training reset",
    no_args_is_help=True,
)


@app.callback()
def training() -> None:
    """The training office beside the real one."""


@app.command(epilog="Example: SATUPINTU_TRAINING_PORT=8001 satupintu training reset")
def reset() -> None:
    """Make a new copy of the office with made-up people and put it in the place of the old one."""
    from satupintu.config import start

    start.set_up_office()
    from django.conf import settings

    from satupintu.config.cli.errors import Failed
    from satupintu.config.training import replacing
    from satupintu.lib import clock

    if settings.TRAINING or not settings.TRAINING_PORT:
        raise Failed("Set SATUPINTU_TRAINING_PORT for the real office: without it nobody trains.")
    with start.telling("Making the training office ..."):
        copy = replacing.replace(at=clock.now())
    if copy is None:
        typer.echo("Another process is making a copy already.")
        return
    typer.echo(f"The training office is ready: {settings.TRAINING_URL}. Password {copy.password}:")
    for one in copy.accounts:
        typer.echo(f"  {one.username:<20} {one.name}, {one.post}")


@app.command(epilog="Example: SATUPINTU_TRAINING_PORT=8001 satupintu training run")
def run(
    host: Annotated[
        str, typer.Option(envvar="SATUPINTU_LISTEN", help="Address to listen on.")
    ] = "127.0.0.1",
) -> None:
    """Serve the training office on its port until stopped (satupintu run does it when the port is set)."""
    from satupintu.config import start, supervisor

    start.set_up_office()
    from django.conf import settings

    from satupintu.config.cli.errors import Failed
    from satupintu.config.training import serving

    if settings.TRAINING or not settings.TRAINING_PORT:
        raise Failed(
            "Set SATUPINTU_TRAINING_PORT to the port on which the training office answers."
        )
    supervisor.stop_with_parent()
    supervisor.refuse_taken_port(host, settings.TRAINING_PORT)
    serving.serve(host=host)


@app.command(hidden=True, epilog="Example: satupintu training reset, which calls this")
def make() -> None:
    """Make the copy in this environment's empty database, from the pattern in its folder; reset calls it."""
    import json

    from satupintu.config import start

    start.set_up()
    from django.conf import settings

    from satupintu.config import opening
    from satupintu.config.cli.errors import Failed
    from satupintu.config.training.making import make_office
    from satupintu.config.training.pattern import Pattern
    from satupintu.config.training.replacing import MADE, PATTERN
    from satupintu.lib import clock
    from satupintu.lib.training import Place

    if not settings.TRAINING:
        raise Failed(
            "This makes a training office, and here is none: use satupintu training reset."
        )
    there = Place(settings.HOME.parent.parent)
    there.tell("menyiapkan tabel")
    start.migrate()
    if holding := opening.holding():
        raise Failed(f"This office is not empty: it has {holding}.")
    start.collect_static()
    pattern = Pattern.from_json(json.loads((settings.HOME / PATTERN).read_text()))
    made = make_office(pattern, at=clock.now(), progress=there.tell)
    (settings.HOME / MADE).write_text(json.dumps(made))
