#!/usr/bin/env python3
"""
Keep the English of every app complete.

    python scripts/messages.py           collect new texts into every locale/en, compile
    python scripts/messages.py --check   list missing or fuzzy English, fail if any; write nothing
    python scripts/messages.py web       only the named apps

The texts in the code are Indonesian (the msgid); English stands in satupintu/<app>/locale/en. satupintu/web/locale/id
says in our words what Django says itself; it is written by hand and compiled here.
Needs GNU gettext.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import polib
from django.core.management import call_command
from django.core.management.commands import makemessages
from jinja2 import Environment
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "satupintu"


def apps(chosen: list[str]) -> list[Path]:
    """Return the folders of the apps, all of them when none is chosen."""
    found = sorted(
        path.parent
        for path in PACKAGE.glob("*/__init__.py")
        if (path.parent / "apps.py").exists() or path.parent.name == "lib"
    )
    return [app for app in found if not chosen or app.name in chosen]


CALLS = ("_", "gettext", "ngettext", "pgettext", "npgettext")


class PageTexts(makemessages.BuildFile):
    """A file to collect from. A page is read by Jinja itself, and its texts are handed on as Python."""

    def preprocess(self) -> None:
        if "jinja2" not in Path(self.path).parts:
            super().preprocess()
            return
        tree = Environment().parse(Path(self.path).read_text("utf-8"))  # noqa: S701  nothing is rendered
        calls = [
            f"{name}({', '.join(repr(text) for text in texts)})"
            for _line, name, found in extract_from_ast(tree, CALLS)
            for texts in [[text for text in _as_tuple(found) if text is not None]]
            if texts
        ]
        Path(self.work_path).write_text("\n".join(calls) + "\n", "utf-8")


def _as_tuple(found: str | tuple[str | None, ...] | None) -> tuple[str | None, ...]:
    return found if isinstance(found, tuple) else (found,)


class Collect(makemessages.Command):
    build_file_class = PageTexts

    def find_files(self, root: str) -> list[makemessages.TranslatableFile]:
        """Return the files in the order of the English files that we have: pages after models."""
        files: list[makemessages.TranslatableFile] = super().find_files(root)
        return sorted(files, key=lambda file: file.path.replace("./jinja2/", "./templates/"))


def django_admin(*arguments: str, folder: Path) -> None:
    environment = {
        key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
    }
    subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def collect(app: Path) -> Path:
    """Collect the app's texts into its English file and return that file's path."""
    (app / "locale").mkdir(exist_ok=True)
    with contextlib.chdir(app):
        call_command(
            Collect(stdout=StringIO()),
            locale=["en"],
            no_location=True,
            ignore_patterns=["tests/*"],
        )
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def complaints(po: polib.POFile, app: str) -> list[str]:
    """Return what is wrong with a file of English, one line each."""
    lines = []
    for entry in po:
        if entry.obsolete:
            continue
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            lines.append(f"{app}: to confirm: {entry.msgid!r}")
        elif not all(form.strip() for form in forms):
            lines.append(f"{app}: no English: {entry.msgid!r}")
        elif entry.msgid.count("%(") != entry.msgstr.count("%(") and not entry.msgid_plural:
            lines.append(f"{app}: placeholders differ: {entry.msgid!r}")
    return lines


def check(app: Path) -> list[str]:
    """Return what the app's English lacks against its code; works on a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / app.name
        shutil.copytree(
            app, copy, ignore=shutil.ignore_patterns("__pycache__", "reference", "*.gz", "fonts")
        )
        path = collect(copy)
        if not path.exists():
            return []
        lines = complaints(polib.pofile(str(path)), app.name)
    return lines or [line for one in sorted((app / "locale").iterdir()) for line in stale(one)]


def stale(language: Path) -> list[str]:
    """Return what is wrong with a language's compiled file, one line or none."""
    written = language / "LC_MESSAGES" / "django.mo"
    app = language.parents[1].name
    if not written.exists():
        return [f"{app}: locale/{language.name} is not compiled: run scripts/messages.py {app}"]
    if not same_texts(written):
        return [f"{app}: django.mo is older than django.po: run scripts/messages.py {app}"]
    return []


def same_texts(compiled: Path) -> bool:
    """Say whether the compiled file holds what the readable one says."""
    source = polib.pofile(str(compiled.with_suffix(".po")))
    return _texts(e for e in source if not e.obsolete) == _texts(polib.mofile(str(compiled)))


def _texts(entries: Iterable[polib.POEntry | polib.MOEntry]) -> dict[tuple[str, str], object]:
    """Return the English by text; one text may have two in different contexts."""
    return {(e.msgctxt or "", e.msgid): e.msgstr or e.msgstr_plural for e in entries}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apps", nargs="*")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if shutil.which("xgettext") is None:
        print("GNU gettext is missing; on Debian: apt-get install gettext")
        return 2
    lines = []
    for app in apps(options.apps):
        if options.check:
            lines += check(app)
            continue
        path = collect(app)
        if path.exists():
            lines += complaints(polib.pofile(str(path)), app.name)
            languages = [one.name for one in sorted((app / "locale").iterdir())]
            arguments = [word for one in languages for word in ("--locale", one)]
            django_admin("compilemessages", *arguments, folder=app)
    print("\n".join(lines) or "Every text has its English.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
