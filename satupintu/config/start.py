"""What must be true before the product serves: keys, tables, static files, and a demo."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django
from rich.console import Console
from rich.status import Status

from satupintu.config import logs
from satupintu.lib import clock, keys

if TYPE_CHECKING:
    from satupintu.people.services import DemoLogin

_console = Console(stderr=True, highlight=False)


class NoOffice(Exception):
    """There is no office where one was looked for; the message says where, and what to do."""


def set_up() -> None:
    """Load Django. Makes the folder of the office when it is missing."""
    django.setup()


def set_up_reading() -> None:
    """Load Django for a command that only reads: nothing is made, and the office need not be there."""
    keys.making.allowed = False
    django.setup()


def set_up_office() -> None:
    """Load Django for a command that needs an office that is there. Raises NoOffice; makes nothing then."""
    set_up_reading()
    need_office()


def need_office() -> None:
    """Raise NoOffice unless the office is there with all its tables; makes nothing."""
    from django.conf import settings

    if not database_is_there() or migrations_missing():
        raise NoOffice(
            f"There is no office in {settings.HOME}, or its tables are not at this version of the program."
            " Name its folder with SATUPINTU_HOME, or run: satupintu migrate."
        )
    keys.making.allowed = True


def database_is_there() -> bool:
    """Say whether there is a database to ask; a file of SQLite would be made by asking for it."""
    from django.conf import settings

    chosen = settings.DATABASES["default"]
    sqlite = chosen["ENGINE"].endswith("sqlite3")
    return not sqlite or Path(str(chosen["NAME"])).exists()


def migrations_missing() -> int:
    """Return how many migrations the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refuse_lost_keys() -> None:
    """Raises BadKeyFile when the key of the personal data in the database is gone: nothing new may be written."""
    from satupintu.lib import crypto

    crypto.refuse_lost_keys()


def speak() -> None:
    """Let sentences of the product come in the terminal's language: Indonesian, else English."""
    from django.utils import translation

    translation.activate("id" if os.environ.get("LANG", "").startswith("id") else "en")


def telling(what: str) -> Status:
    """Return a context that shows what takes time while it does."""
    return _console.status(what)


def prepare() -> None:
    """Do what is missing and nothing that is done, telling each step that takes time."""
    set_up()
    refuse_lost_keys()
    with _console.status("Preparing tables ..."):
        migrate()
    with _console.status("Preparing static files ..."):
        collect_static()
    seed_demo()


def migrate() -> str:
    """
    Return "up to date", or "n migrations applied" after applying them.

    An office that began with an earlier version gets the registers of numbers that came since.
    """
    told = _migrate_tables()
    from satupintu.office.services import add_missing_series

    add_missing_series(by_name="satupintu", at=clock.now())
    return told


def _migrate_tables() -> str:
    from django.core.management import call_command

    missing = migrations_missing()
    if not missing:
        return "up to date"
    # No model: what is in it lasts minutes, and belongs into no backup. Before the migrations, so that who was killed
    # in between finds some still missing, and comes here again.
    call_command("createcachetable", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    return f"{missing} migrations applied"


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

    if settings.DEMO and not User.objects.exists():
        make_demo(settings.OFFICE, clock.now())


def make_demo(office: str, at: datetime) -> "dict[str, DemoLogin]":
    """Make the demo office as of `at`, telling what is being made; return who signs in."""
    from satupintu.config import demo

    making = f"Making the demo office {office}"
    with _console.status(f"{making} ...") as status, logs.quiet():
        return demo.seed(office, at, lambda what: status.update(f"{making}: {what} ..."))
