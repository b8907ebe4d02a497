"""docs/service-file.md names every key that the readers of service files and of the guide ask for, and no other."""

import ast
import re

from satupintu.catalogue.rules import ADDED, WRITTEN
from tests.architecture.source import PACKAGE, ROOT

READS = {
    "string", "integer", "boolean", "day", "strings", "one_of", "many_of", "table_of", "tables", "text", "take",
}  # fmt: skip
# The heading of each table, and the function that reads it.
PARSE = {
    "The file itself": "_definition",
    "`[[page]]`": "_page",
    "`[[page.field]]`": "_field",
    "Choices": "_choices",
    "Conditions": "_condition",
    "`[[requirement]]`": "_requirement",
    "`[[stage]]`": "_stage",
    "`[promise]`": "_promise",
    "`[legal]`": "_legal",
    "`[fee]`": "_fee",
    "`[validity]`": "_validity",
    "`[decision]`": "_decision",
    "`[output]`": "_output",
    "`[[condition]]`": "_standing_condition",
}
GUIDE = {
    "The guide: `guide.toml`": "read_guide",
    "`[[question]]`": "_question",
    "Answers": "_answer",
}
# Helpers that read one key of the table they are given, which names them.
HELPERS = {
    "_standard": "standard", "_promise": "promise", "_legal": "legal", "_fee": "fee", "_validity": "validity",
    "_decision": "decision", "_output": "output", "_choices": "choices", "_columns": "field",
}  # fmt: skip


def documented() -> dict[str, set[str]]:
    text = (ROOT / "docs/service-file.md").read_text(encoding="utf-8")
    sections = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {
        heading: {
            key
            for row in re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", body, re.MULTILINE)
            for key in re.findall(r"`([a-z_]+)`", row)
        }
        for heading, body in zip(sections[::2], sections[1::2], strict=True)
    }


def asked(module: str) -> dict[str, set[str]]:
    """The keys that each function of a module reads from its own table."""
    tree = ast.parse((PACKAGE / "catalogue" / module).read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        keys = found.setdefault(function.name, set())
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            helper = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in READS and node.args and isinstance(node.args[0], ast.Constant):
                keys.add(node.args[0].value)
            elif helper == "_condition" and isinstance(node.args[1], ast.Constant):
                keys.add(node.args[1].value)
            elif helper in HELPERS:
                keys.add(HELPERS[helper])
        # The function's own table is asked for by name first; it is no key within itself.
        keys.discard(HELPERS.get(function.name, ""))
    return found


def test_every_key_of_a_service_file_is_documented_and_no_other():
    read, written = asked("parse.py"), documented()

    for heading, function in PARSE.items():
        assert written[heading] == read[function], heading
    assert written["`[standard]`"] == {*WRITTEN, *ADDED}


def test_every_key_of_the_guide_is_documented_and_no_other():
    read, written = asked("guide.py"), documented()

    for heading, function in GUIDE.items():
        assert written[heading] == read[function], heading
    assert set(written) == {*PARSE, *GUIDE, "`[standard]`"}
