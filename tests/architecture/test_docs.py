"""What is written for maintainers and operators is true: links, paths, commands, records, credits."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=IDS)

INDENTED = re.compile(r"^    .*$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"(?:^|[\s/])satupintu ([a-z]+)\b(?: ([a-z]+)\b)?")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
# A path of the repository: has a folder and an ending, or is a folder of the package.
PATH = re.compile(r"^(?:satupintu|tests|docs|scripts|exchange|permits|people|office|workflow|catalogue|documents|messaging|portal|quality|web|lib|config)/[\w./-]*$")  # fmt: skip
TEST_FILE = re.compile(r"^test_\w+\.py$")
# A name in code that a page speaks of: workflow.services.act
NAME = re.compile(r"^(?:exchange|permits|people|office|workflow|catalogue|documents|messaging|portal|quality|web|lib|config)(?:\.\w+)+$")  # fmt: skip


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def quoted(page: Path) -> list[str]:
    return QUOTED.findall(text_of(page))


def said_commands(page: Path) -> str:
    """Return what a page writes as code: quoted words and indented lines."""
    return "\n".join([*quoted(page), *INDENTED.findall(text_of(page))])


@cache
def typer_commands() -> dict[str, set[str]]:
    import typer

    from satupintu.config.cli import app

    root = typer.main.get_command(app)
    return {name: set(getattr(command, "commands", {})) for name, command in root.commands.items()}


@cache
def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@EVERY_PAGE
def test_links_lead_somewhere(page):
    broken = []
    for target in LINK.findall(text_of(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    assert broken == []


def anchors(page: Path) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    }


@EVERY_PAGE
def test_commands_exist(page):
    commands, wrong = typer_commands(), []
    for name, part in COMMAND.findall(said_commands(page)):
        if name not in commands or (part and commands[name] and part not in commands[name]):
            wrong.append(f"satupintu {name} {part}".strip())
    wrong += [
        f"make {one}" for one in MAKE.findall(said_commands(page)) if one not in make_targets()
    ]
    assert wrong == []


@EVERY_PAGE
def test_files_that_are_named_exist(page):
    missing = []
    for word in quoted(page):
        if not PATH.match(word) or "<" in word:
            continue
        places = [ROOT / word, PACKAGE / word, *PACKAGE.glob(f"*/jinja2/{word}")]
        if not any(place.exists() for place in places):
            missing.append(word)
    present = {
        path.name for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("test_*.py")
    }
    missing += [word for word in quoted(page) if TEST_FILE.match(word) and word not in present]
    assert missing == []


@EVERY_PAGE
def test_names_of_the_code_exist(page):
    missing = [word for word in quoted(page) if NAME.match(word) and not is_name(word)]
    assert missing == []


def is_name(word: str) -> bool:
    """
    Say whether a dotted name is something of a domain.

    A module, what it defines or imports at its top, a field or method of a class there, or a name
    of the domain's rules or models written without them ("permits.State").
    """
    domain, *rest = word.split(".")
    folder, known = PACKAGE / domain, definitions(domain)
    if (folder.joinpath(*rest)).is_dir() or folder.joinpath(*rest).with_suffix(".py").exists():
        return True
    return rest[-1] in known


@cache
def definitions(domain: str) -> frozenset[str]:
    """Return every name that a domain's modules define or import, and the members of its classes."""
    found: set[str] = set()
    for path in (PACKAGE / domain).rglob("*.py"):
        if {"tests", "migrations"}.isdisjoint(path.parts):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found |= names_of(node)
    return frozenset(found)


def names_of(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def test_every_decision_record_is_listed_and_has_its_parts():
    folder = ROOT / "docs/decisions"
    listed = re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", text_of(folder / "README.md"))
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert listed == records
    # A number is given when the work begins: it may land after a later one, and is never given twice.
    numbers = [int(name[:4]) for name in records]
    assert len(set(numbers)) == len(numbers)
    for number, name in zip(numbers, records, strict=True):
        text = text_of(folder / name)
        assert text.startswith(f"# {number}. "), name
        for part in ("## Why", "## Rejected", "## Consequences"):
            assert f"\n{part}\n" in text, f"{name} has no {part}"


def test_the_readme_shows_the_two_commands_and_who_signs_in():
    from satupintu.documents.signing.demo import PASSPHRASE
    from satupintu.people.services import DEMO_PASSWORD
    from satupintu.people.services.demo import BENGKALIS, SANGGAU

    readme = text_of(ROOT / "README.md")
    for command in ("    make run", "    make test"):
        assert command in readme
    assert f"password is `{DEMO_PASSWORD}`" in readme
    assert f"signing passphrase is `{PASSPHRASE}`" in readme
    for cast in (SANGGAU, BENGKALIS):
        assert [one.username for one in cast.officers if f"`{one.username}`" not in readme] == []
        assert [one.email for one in cast.people if f"`{one.email}`" not in readme] == []


def test_every_file_of_others_is_credited():
    """A licence, credit or source note lies beside what others made; NOTICE names the folder."""
    notice = text_of(ROOT / "NOTICE")
    notes = [
        path.parent.relative_to(ROOT).as_posix()
        for pattern in ("*LICENSE*", "OFL*", "CREDITS*", "SOURCE*", "maps/README.md")
        for path in PACKAGE.rglob(pattern)
    ]
    assert len(notes) >= 6
    assert [folder for folder in notes if folder not in notice] == []


def test_pictures_of_the_docs_are_small_and_shown():
    shown = " ".join(text_of(page) for page in PAGES)
    for picture in (ROOT / "docs/screenshots").iterdir():
        assert picture.suffix == ".png"
        assert picture.stat().st_size <= 150_000, picture.name
        assert f"screenshots/{picture.name}" in shown, f"{picture.name} is shown nowhere"


def test_the_changelog_names_the_version():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', project, re.MULTILINE)
    assert version is not None
    assert f"\n## {version.group(1)}" in text_of(ROOT / "CHANGELOG.md")
