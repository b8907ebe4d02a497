"""What commands share at the terminal: passphrases and progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from satupintu.config.cli.errors import Failed
from satupintu.lib import env

_VARIABLE = "SATUPINTU_BACKUP_PASSPHRASE"
_SHORTEST = 12


def passphrase() -> str:
    """Return the passphrase from the environment, else ask for it."""
    return env.env_secret(_VARIABLE) or str(typer.prompt("Passphrase", hide_input=True, err=True))


def new_passphrase() -> str:
    """Return a passphrase for a new file, asked for twice. Raises Failed if it is too short."""
    given = env.env_secret(_VARIABLE) or str(
        typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    )
    if len(given) < _SHORTEST:
        raise Failed(f"The passphrase has {len(given)} characters; it needs at least {_SHORTEST}.")
    return given


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function (what, done, of) that draws a bar on standard error, if somebody sees it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield tell


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """Give a function (done) that counts up on standard error, if somebody sees it."""
    console = Console(stderr=True)
    with console.status(f"0 {what}") as status:
        yield lambda done: status.update(f"{done} {what}")
