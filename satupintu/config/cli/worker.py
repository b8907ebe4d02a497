"""`satupintu worker`: what happens without anybody asking (readers, messages, deadlines)."""

from typing import Annotated

import typer

EXAMPLE = "Example: satupintu worker --once"


def command(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Do all that is due now, then stop.")
    ] = False,
) -> None:
    """Run the periodic steps until stopped; several may run at once."""
    import django

    django.setup()
    from satupintu.config import supervisor, worker

    supervisor.stop_with_parent()
    worker.run(once=once)
