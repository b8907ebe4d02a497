"""A small office in a database of its own, made once and copied for each test."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # programs of their own import each other by name

import offices


@dataclass(frozen=True)
class Office:
    """One office's home and database; `run` starts a process of its own on them."""

    home: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        return offices.environment_of(self.home, self.url)

    def run(self, scenario: str, *arguments: str) -> dict[str, Any]:
        """Return what the driver's scenario found, after it has started and killed what it needs."""
        found: dict[str, Any] = offices.run(self.environment, scenario, *arguments)
        return found


@pytest.fixture(scope="session")
def office_template(tmp_path_factory, request) -> Office:
    folder = tmp_path_factory.mktemp("faults")
    if request.config.getoption("--db") == "sqlite":
        url = f"sqlite:///{folder}/office.sqlite3"
    else:
        name = f"faults_{os.getpid()}"
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
        on_server(f"CREATE DATABASE {name}")
    office = Office(folder / "home", url)
    office.run("prepare")
    return office


@pytest.fixture
def office(office_template, new_database, tmp_path) -> Office:
    home = tmp_path / "home"
    shutil.copytree(office_template.home, home)
    url = new_database()
    if url.startswith("sqlite"):
        shutil.copy(office_template.url.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    else:
        name, template = url.rpartition("/")[2], office_template.url.rpartition("/")[2]
        on_server(f"DROP DATABASE {name}")
        on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    return Office(home, url)


def on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)
