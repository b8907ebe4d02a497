"""The product's source as the tests of this folder read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "satupintu"


@dataclass(frozen=True)
class Module:
    """One Python file of the product (tests and migrations are left out)."""

    name: str  # "permits/services/issue.py"
    tree: ast.Module

    @property
    def domain(self) -> str:
        return self.name.partition("/")[0]

    def is_part(self, part: str) -> bool:
        """Return whether this is `part`.py of its domain or a file of the package of that name."""
        return self.name.startswith((f"{self.domain}/{part}.py", f"{self.domain}/{part}/"))


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE)
        if {"tests", "migrations"}.isdisjoint(name.parts):
            found.append(Module(name.as_posix(), ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def templates() -> Iterator[Path]:
    yield from sorted(PACKAGE.glob("*/jinja2/**/*.html"))


def place(module: Module, node: ast.AST) -> str:
    return f"{module.name}:{node.lineno}"


def dotted(node: ast.AST) -> str:
    """Return "a.b.c" for a chain of names, and "?" for what stands before calls and indexes."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"
