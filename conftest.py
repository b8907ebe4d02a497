"""
What holds for every test: data in a folder that is thrown away, no network, a fast password hasher.

`--db postgres` runs the tests that use a database on a PostgreSQL that this file starts
(satupintu/lib/postgres.py); one server a session, one database a worker. Django is set up here, before any
test module is imported, because settings read the environment once.
"""

import atexit
import os
import secrets
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from tests.migrated import migrated_once

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_session = ExitStack()


def chosen_database(arguments: list[str]) -> str:
    """Return "sqlite" or "postgres"; pytest parses options too late for Django's settings."""
    if WORKER:
        return os.environ["SATUPINTU_TESTS_ON"]
    for position, argument in enumerate(arguments):
        if argument == "--db" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--db="):
            return argument.removeprefix("--db=")
    return "sqlite"


def make_home() -> Path:
    """Return a new folder; the first process removes its own and those of its workers."""
    if WORKER:
        home = Path(os.environ["SATUPINTU_HOME"]) / WORKER
        home.mkdir()
        return home
    home = Path(tempfile.mkdtemp(prefix="satupintu-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def prepare_environment() -> str:
    database = chosen_database(sys.argv[1:])
    if not WORKER:
        for name in [*os.environ]:
            if name.startswith("SATUPINTU_") or name in {"DATABASE_URL", "OFFICE", "PORT"}:
                del os.environ[name]  # the tester's own office is not the tests' office
        os.environ["SATUPINTU_TESTS_ON"] = database
        if database == "postgres":
            from satupintu.lib.postgres import NoPostgres, throwaway_postgres

            try:
                os.environ["DATABASE_URL"] = _session.enter_context(throwaway_postgres())
            except NoPostgres as error:
                pytest.exit(str(error), returncode=2)
            atexit.register(_session.close)
    home = make_home()  # each worker has its own files and keys
    os.environ.setdefault(
        "SATUPINTU_TESTS_FOLDER", str(home)
    )  # of the first process: what workers share
    os.environ["SATUPINTU_HOME"] = str(home)
    from satupintu.lib.keys import make_ring

    make_ring(home / "keys" / "field.keys")  # tests of encryption alone have no database to ask
    os.environ["SATUPINTU_LOG"] = "WARNING"
    os.environ["DJANGO_SETTINGS_MODULE"] = "satupintu.config.settings"
    # Playwright's synchronous interface runs a loop in this thread; Django would refuse the
    # database then.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return database


DATABASE = prepare_environment()

import django  # noqa: E402  after the environment is prepared
from django.conf import settings  # noqa: E402  after the environment is prepared

settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.WHITENOISE_USE_FINDERS = True
settings.WHITENOISE_AUTOREFRESH = True
if DATABASE == "sqlite":
    # A file, as an office has: in memory, one connection serves all threads, and whoever comes second is refused at
    # once instead of waiting.
    settings.DATABASES["default"]["TEST"] = {"NAME": str(settings.HOME / "tests.sqlite3")}
    settings.DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
django.setup()
assert str(settings.HOME) == os.environ["SATUPINTU_HOME"], "settings were read too early"

from django.test.signals import template_rendered  # noqa: E402  after Django is set up

from satupintu.web.jinja import FUNCTIONS, Page  # noqa: E402  after Django is set up

_render = Page.render_all


def render_and_tell(page: Page, everything: dict[str, object]) -> str:
    """
    Tell the test client what a page was given, as Django does for its own template language.

    No value may hide a function of the pages: a part that asks for it would find the wrong one.
    """
    assert FUNCTIONS.keys().isdisjoint(everything), FUNCTIONS.keys() & everything.keys()
    template_rendered.send(sender=page, template=page.template, context=everything)
    return _render(page, everything)


Page.render_all = render_and_tell

from hypothesis import settings as property_tests  # noqa: E402  after Django, whose apps it looks at

# A busy machine is no fault of the program: properties have no deadline.
property_tests.register_profile("satupintu", deadline=None)
property_tests.load_profile("satupintu")

USES_DATABASE = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_setup",
    "client",
    "admin_client",
    "new_database",
    "migrated_database",
}


@pytest.fixture
def new_database(tmp_path: Path) -> Callable[[], str]:
    """
    Give a function that makes an empty database of the kind under test and returns its URL.

    For tests that start processes of their own. On PostgreSQL it lives in the session's throwaway
    server.
    """

    def make() -> str:
        name = f"own_{secrets.token_hex(6)}"
        if DATABASE == "sqlite":
            return f"sqlite:///{tmp_path}/{name}.sqlite3"
        return create_on_server(name)

    return make


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Run no migrations on SQLite: a database that they made is copied over the empty one."""
    if DATABASE == "sqlite":
        settings.DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> str:
    """Fill the database as the migrations leave it; return where a copy of that is: a file, or a name on the server."""
    from django.db import connection

    if DATABASE == "sqlite":
        kept = migrated_once()
        with django_db_blocker.unblock():
            connection.ensure_connection()
            with closing(sqlite3.connect(kept)) as source:
                source.backup(connection.connection)
        return str(kept)
    migrated = f"migrated_{WORKER or 'only'}"
    connection.close()
    create_on_server(migrated, template=str(connection.settings_dict["NAME"]))
    return migrated


@pytest.fixture(scope="session")
def live_server(django_db_setup: str, live_server: Any) -> Any:
    """Serve the tests' own database: a server made before it is, by the first test that asks, would open another."""
    return live_server


@pytest.fixture
def migrated_database(
    db: None, new_database: Callable[[], str], django_db_setup: str
) -> Callable[[], str]:
    """
    The same with all tables of this version in it and no office: what `satupintu migrate` would have made.

    It asks for `db`: where no test does, pytest-django migrates nothing, and there would be nothing to copy.
    """

    def make() -> str:
        if DATABASE == "postgres":
            return create_on_server(f"own_{secrets.token_hex(6)}", template=django_db_setup)
        url = new_database()
        shutil.copyfile(django_db_setup, url.removeprefix("sqlite:///"))
        return url

    return make


def create_on_server(name: str, *, template: str = "template1") -> str:
    """Create a database on the session's throwaway server, a copy of the template, and return its URL."""
    import psycopg

    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.rpartition("/")[0] + f"/{name}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db", choices=["sqlite", "postgres"], default="sqlite", help="where to run the tests"
    )
    parser.addoption(
        "--pictures", action="store_true", help="keep pictures of the pages in screenshots/"
    )


def pytest_configure(config: pytest.Config) -> None:
    """
    Start workers without the name of the settings: pytest-django would read them before this file made a folder.

    Whoever is told to end (SIGTERM) ends as by Ctrl-C: the servers that tests started are stopped.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not WORKER and getattr(config.option, "numprocesses", None):
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what outlived its tests: whoever is told to end kills the workers, and they then stop nothing themselves."""
    del config
    if WORKER:
        return
    import psutil

    # In the environment of all that tests started, and of nothing else.
    folder = os.environ["SATUPINTU_TESTS_FOLDER"]
    left = []
    for one in psutil.process_iter():
        with suppress(psutil.Error):
            if one.environ().get("SATUPINTU_TESTS_FOLDER") == folder:
                one.terminate()
                left.append(one)
    for one in psutil.wait_procs(left, timeout=30)[1]:
        one.kill()


def uses_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("no_rows") is None and (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("postgres") is not None
        or bool(USES_DATABASE.intersection(getattr(item, "fixturenames", ())))
    )


def places_of(items: list[pytest.Item]) -> dict[Path, int]:
    """
    Return the place of each file: slow ones first, those of browsers and others in turn.

    So one worker has something to do while another waits for the office that all browsers begin with.
    """
    with_browser = dict.fromkeys(one.path for one in items if one.get_closest_marker("browser"))
    slow = dict.fromkeys(one.path for one in items if one.get_closest_marker("slow"))
    places = {path: len(items) for path in dict.fromkeys(one.path for one in items)}
    places |= {path: 2 * number for number, path in enumerate(with_browser)}
    others = [path for path in slow if path not in with_browser]
    return places | {path: 2 * number + 1 for number, path in enumerate(others)}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Choose by database: on PostgreSQL what uses one; what needs PostgreSQL runs only there.

    Workers begin with the files of slow tests: at the end both are busy with short ones.
    """
    if DATABASE == "postgres":
        keep = [item for item in items if uses_database(item)]
    else:
        keep = [item for item in items if item.get_closest_marker("postgres") is None]
    kept = set(map(id, keep))
    dropped = [item for item in items if id(item) not in kept]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    if WORKER:
        places = places_of(keep)
        keep.sort(key=lambda item: places[item.path])
    items[:] = keep


def pytest_report_header() -> str:
    return f"database: {DATABASE}"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Forget what an earlier test left: the anchor of its log, what it committed and was kept, its language."""
    from django.utils import translation

    from satupintu.lib.kept import forget_kept

    Path(settings.ANCHOR).unlink(missing_ok=True)  # the log it speaks of was rolled back
    forget_kept()
    translation.deactivate()
