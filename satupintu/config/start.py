"""What must be true before the product serves: keys, tables, static files, and a demo."""

import hashlib
import os
from pathlib import Path

import django
from rich.console import Console

from satupintu.config import logs
from satupintu.lib import clock

_console = Console(stderr=True, highlight=False)


def set_up() -> None:
    """Load Django. Makes the folder of the office and its keys when they are missing."""
    django.setup()


def speak() -> None:
    """Let sentences of the product come in the terminal's language: Indonesian, else English."""
    from django.utils import translation

    translation.activate("id" if os.environ.get("LANG", "").startswith("id") else "en")


def prepare() -> None:
    """Do what is missing and nothing that is done, telling each step that takes time."""
    set_up()
    with _console.status("Preparing tables ..."):
        migrate()
    with _console.status("Preparing static files ..."):
        collect_static()
    seed_demo()


def migrate() -> str:
    """Return "up to date", or "n migrations applied" after applying them."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "up to date"
    call_command("migrate", interactive=False, verbosity=0)
    return f"{len(plan)} migrations applied"


def collect_static() -> str:
    """
    Return "up to date", or "collected" after copying, naming by content and compressing the static
    files.
    """
    from django.conf import settings
    from django.core.management import call_command

    stamp = settings.STATIC_ROOT / ".stamp"
    present = _static_digest()
    if stamp.exists() and stamp.read_text() == present:
        return "up to date"
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(present)
    return "collected"


def _static_digest() -> str:
    """
    Return a digest over name, size and time of every static file; reading them all would cost a
    second.
    """
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            found = Path(storage.path(path))
            status = found.stat()
            digest.update(f"{found}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def seed_demo() -> None:
    """Fill an empty database with the demo office, when the demo is on."""
    from django.conf import settings

    from satupintu.people.queries import User

    if not settings.DEMO or User.objects.exists():
        return
    from satupintu.config import demo

    with _console.status(f"Making the demo office {settings.OFFICE} ..."), logs.quiet():
        demo.seed(settings.OFFICE, clock.now())
