"""
`satupintu`: the one command line.

A command module imports Django only inside its function, so that `--help` answers at once. Whatever
goes wrong is one sentence on standard error and exit code 1; SATUPINTU_DEBUG=1 shows where.
"""

import os
import sys

import typer

from satupintu.config.cli import (
    audit,
    backup,
    bench,
    catalogue,
    client,
    demo,
    generate,
    guides,
    lines,
    mail,
    migrate,
    office,
    replay,
    restore,
    run,
    signer,
    training,
    verify,
    web,
    worker,
)
from satupintu.config.cli.errors import explain

app = typer.Typer(
    name="satupintu",
    help="One door for permits: run and look after an office.",
    epilog="Example: satupintu run --port 8000. Settings are environment variables"
    " (docs/settings.md).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for module in (
    run, web, worker, lines, mail, signer, migrate, demo, generate, guides, backup, restore, replay,
    verify, audit, bench,
):  # fmt: skip
    app.command(name=module.__name__.rpartition(".")[2], epilog=module.EXAMPLE)(module.command)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(client.app, name="client")
app.add_typer(office.app, name="office")
app.add_typer(training.app, name="training")


def main() -> None:
    """Run the command named in sys.argv and exit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")
    try:
        app()
    except Exception as error:
        if os.environ.get("SATUPINTU_DEBUG", "") in {"1", "true"}:
            raise
        print(explain(error), file=sys.stderr)  # noqa: T201  the answer to the person at the terminal
        sys.exit(1)
