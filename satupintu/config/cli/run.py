"""`satupintu run`: everything a small office or a demo needs, in one command."""

from typing import Annotated

import typer

EXAMPLE = "Example: PORT=8080 OFFICE=bengkalis satupintu run"


def command(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port to serve on.")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="SATUPINTU_LISTEN", help="Address to listen on.")
    ] = "127.0.0.1",
    workers: Annotated[
        int, typer.Option(envvar="SATUPINTU_WORKERS", min=1, help="Web processes.")
    ] = 1,
) -> None:
    """Prepare what is missing (keys, tables, demo office, static files) and serve until stopped."""
    import os

    os.environ["PORT"] = str(port)  # the addresses in messages and QR codes name it
    os.environ.setdefault("SATUPINTU_HANDSETS_PORT", str(port + 7))  # in a demo
    from satupintu.config import start, supervisor

    supervisor.refuse_taken_port(host, port)
    start.prepare()
    from django.conf import settings

    training = bool(settings.TRAINING_PORT) and not settings.TRAINING
    supervisor.run_all(host=host, port=port, workers=workers, training=training)
