"""What `satupintu catalogue check|publish|diff` does, over files and folders."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from satupintu.catalogue import codec, difference
from satupintu.catalogue.models import ServiceVersion
from satupintu.catalogue.parse import check_text, load_definition
from satupintu.catalogue.rules import Definition, Problem
from satupintu.catalogue.services.publishing import (
    DefinitionHasProblems,
    list_shipped_files,
    publish_version,
)
from satupintu.people.rules import Actor


def diff_versions(a: Definition | None, b: Definition) -> list[difference.Change]:
    """Return what changed from `a` to `b`, by section, readable; everything is new when `a` is None."""
    return difference.changes(a, b)


def _read_file(path: Path) -> tuple[str, list[Problem]]:
    try:
        return path.read_text(encoding="utf-8"), []
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = _("Berkas ini bukan teks UTF-8.")
        return "", [Problem(path.name, line, "", message)]
    except OSError as error:
        message = _("Berkas tidak bisa dibaca: %(why)s.") % {"why": error.strerror}
        return "", [Problem(str(path), 0, "", message)]


def service_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and the `*.toml` files of folders named."""
    found: list[Path] = []
    for path in paths:
        found.extend(sorted(path.glob("*.toml")) if path.is_dir() else [path])
    return found


def check_files(paths: Iterable[Path]) -> list[Problem]:
    """
    Return every problem of these files (folders: their *.toml); with no paths the shipped files are checked.

    A folder without a service file is a problem: whoever named it meant to have some checked.
    """
    asked = list(paths)
    if not asked:
        return [one for name, text in list_shipped_files() for one in check_text(text, name)]
    files = service_files(asked)
    problems = [
        Problem(str(path), 0, "", _("Tidak ada berkas layanan di folder ini."), "*.toml")
        for path in asked
        if path.is_dir() and not service_files([path])
    ]
    for path in files:
        text, unreadable = _read_file(path)
        problems += unreadable or check_text(text, path.name)
    return problems


def publish_files(*, by: Actor, at: datetime, paths: Iterable[Path]) -> list[ServiceVersion]:
    """
    Publish these files in order of name and return their rows.

    Nothing is published when one of them has a problem: raises DefinitionHasProblems. Raises VersionTaken.
    """
    asked = list(paths)
    files = service_files(asked)
    problems = check_files(asked) if asked else []
    if problems:
        raise DefinitionHasProblems(problems)
    return [
        publish_version(by=by, at=at, text=path.read_text(encoding="utf-8"), filename=path.name)
        for path in files
    ]


def diff_files(old: Path | None, new: Path) -> list[difference.Change]:
    """
    Return what changed from file `old` to file `new`; with `old` None, from the latest published version.

    Raises DefinitionHasProblems if one of them cannot be read.
    """
    problems = check_files([path for path in (old, new) if path is not None])
    if problems:
        raise DefinitionHasProblems(problems)
    target = load_definition(new.read_text(encoding="utf-8"), new.name)
    if old is not None:
        return difference.changes(
            load_definition(old.read_text(encoding="utf-8"), old.name), target
        )
    latest = ServiceVersion.objects.filter(service__code=target.code).order_by("-version").first()
    source = codec.read_cached(latest.sha256, latest.json) if latest is not None else None
    return difference.changes(source, target)
