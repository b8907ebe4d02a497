"""docs/glossary.md names every word of the code that people have another word for."""

import ast
import importlib
import re
from enum import StrEnum

import pytest
from django.utils import translation

from satupintu.catalogue.rules import CATEGORY_LABELS
from satupintu.people.rules import UNIT_KIND_LABELS
from satupintu.permits.rules import ASSISTED, PERMIT, STAGE_LABELS, STATUSES
from satupintu.workflow.rules import CHANNEL_LABELS
from tests.architecture.source import ROOT, modules

HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]*) \|", re.MULTILINE)


def sections() -> dict[str, dict[str, str]]:
    """Return heading -> code word -> office word."""
    parts = HEADING.split((ROOT / "docs/glossary.md").read_text(encoding="utf-8"))
    return {
        title.rpartition(": ")[2].strip("`"): {
            code: word.strip() for code, word in ROW.findall(text)
        }
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


GLOSSARY = sections()


def enums() -> dict[str, type[StrEnum]]:
    """Return every StrEnum of the product by "domain.Name"."""
    found = {}
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases
            ):
                path = "satupintu." + module.name.removesuffix(".py").replace("/", ".")
                loaded = importlib.import_module(path.removesuffix(".__init__"))
                found[f"{module.domain}.{node.name}"] = getattr(loaded, node.name)
    return found


ENUMS = enums()


def labels() -> dict[type[StrEnum], dict[StrEnum, str]]:
    """Return enum -> member -> the word on the screen, from the tables of the rules modules."""
    found: dict[type[StrEnum], dict[StrEnum, str]] = {}
    for module in modules():
        if not module.is_part("rules"):
            continue
        path = "satupintu." + module.name.removesuffix(".py").replace("/", ".")
        for name, table in vars(importlib.import_module(path.removesuffix(".__init__"))).items():
            if not name.endswith(("LABELS", "_SHOWN", "STATUSES")) or not isinstance(table, dict):
                continue
            kinds = {type(key) for key in table}
            if len(kinds) == 1 and issubclass(kind := kinds.pop(), StrEnum):
                found[kind] = {key: str(getattr(one, "label", one)) for key, one in table.items()}
    return found


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_every_enum_has_its_table_with_a_word_for_every_value(name):
    table = GLOSSARY.get(name, {})
    assert set(table) == {member.value for member in ENUMS[name]}, f"### `{name}`"
    assert [code for code, word in table.items() if not word] == []


def test_the_words_are_those_of_the_screen():
    with translation.override("id"):
        shown = labels()
    wrong = [
        f"{name}: {member.value} is shown as {shown[kind][member]!r}, not {GLOSSARY[name][member]!r}"
        for name, kind in ENUMS.items()
        if kind in shown
        for member in kind
        if member in shown[kind] and GLOSSARY[name].get(member) != shown[kind][member]
    ]
    assert wrong == []
    assert len(shown) >= 10


def test_every_move_stage_channel_and_unit_is_named():
    moves = {
        action: str(move.label)
        for lifecycle in (ASSISTED, PERMIT)
        for (_state, action), move in lifecycle.moves.items()
    }
    tables = {
        "Moves (acts)": moves,
        "permits.STAGE_LABELS": STAGE_LABELS,
        "workflow.CHANNEL_LABELS": CHANNEL_LABELS,
        "catalogue.CATEGORY_LABELS": CATEGORY_LABELS,
        "people.UNIT_KIND_LABELS": UNIT_KIND_LABELS,
    }
    for heading, table in tables.items():
        words = {str(key): str(word) for key, word in table.items()}
        assert GLOSSARY[heading] == words, heading
    assert {str(state) for state in STATUSES} == set(GLOSSARY["permits.State"])
