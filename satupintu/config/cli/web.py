"""`satupintu web`: the pages only, for machines where each process is looked after by systemd."""

from typing import Annotated, Any

import typer

EXAMPLE = "Example: satupintu web --port 8000 --workers 2"


def command(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port to serve on.")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="SATUPINTU_LISTEN", help="Address to listen on.")
    ] = "127.0.0.1",
    workers: Annotated[int, typer.Option(envvar="SATUPINTU_WORKERS", min=1, help="Processes.")] = 1,
    threads: Annotated[
        int, typer.Option(envvar="SATUPINTU_THREADS", min=1, help="Threads in each.")
    ] = 4,
    live: Annotated[
        int,
        typer.Option(
            envvar="SATUPINTU_LIVE_STREAMS",
            min=0,
            help="Conversations followed live in each, by a thread more each.",
        ),
    ] = 4,
) -> None:
    """Serve the pages only; `migrate` and static files must be up to date (`satupintu migrate`)."""
    import os

    os.environ["PORT"] = str(port)  # the addresses in messages and QR codes name it
    os.environ["SATUPINTU_LIVE_STREAMS"] = str(live)  # read by the settings of each process
    from satupintu.config import supervisor

    supervisor.stop_with_parent()
    serve(
        "satupintu.config.wsgi:application",
        host=host,
        port=port,
        workers=workers,
        threads=threads + live,
    )


def serve(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve a WSGI application ("module:name") until stopped, as all our pages are served."""
    import os
    from functools import partial

    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        log_enabled=False,  # Django tells of failed requests; the proxy keeps the access log
    ).serve(target_loader=partial(_load, target, os.getpid()), wrap_loader=False)


def _load(target: str, main: int) -> Any:
    """Return the application in a page process, which from now on ends with the server's main process."""
    from importlib import import_module

    from satupintu.config import supervisor

    supervisor.stop_with(main)
    module, _colon, name = target.partition(":")
    return getattr(import_module(module), name)
