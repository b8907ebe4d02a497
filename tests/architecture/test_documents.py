"""What is written for people is complete: settings, commands, published service files."""

import ast
import hashlib
import json
import re

from tests.architecture.source import PACKAGE, ROOT, dotted, modules

READS = {
    "env_str",
    "env_int",
    "env_bool",
    "env_list",
    "env_secret",
    "env_choice",
    "env_zone",
    "env_hours",
    "env_networks",
    "env_numbers",
}


def variables() -> set[str]:
    """Every environment variable that the product reads."""
    found = set()
    for module in modules():
        constants = {
            node.targets[0].id: node.value.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                name = dotted(node.func)
                if name.rpartition(".")[2] in READS or name in {"os.environ.get", "os.getenv"}:
                    first = node.args[0]
                    value = (
                        first.value
                        if isinstance(first, ast.Constant)
                        else constants.get(dotted(first))
                    )
                    found.add(value)
            elif isinstance(node, ast.keyword) and node.arg == "envvar":
                found.add(node.value.value)
    return {name for name in found if isinstance(name, str)}


# Not settings: LANG and PATH are the terminal's, the others are passed between our own processes.
NOT_SETTINGS = {"LANG", "PATH", "SATUPINTU_PARENT_PID", "DJANGO_SETTINGS_MODULE"}


def test_every_environment_variable_is_documented_and_no_other():
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)`", text, re.MULTILINE))

    assert documented == variables() - NOT_SETTINGS


def test_every_command_is_documented_and_has_an_example():
    import typer

    from satupintu.config.cli import app

    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        assert f"`satupintu {name}" in runbook, f"satupintu {name} is not in docs/runbook.md"
        parts = getattr(command, "commands", None) or {"": command}
        for part, leaf in parts.items():
            assert leaf.help, f"satupintu {name} {part} has no help"
            assert "Example: " in (leaf.epilog or ""), f"satupintu {name} {part} shows no example"


def test_shipped_service_files_never_change_once_released():
    """
    Offices have published these versions: a change is the next version.

    tests/architecture/services.json holds the SHA-256 of each file; add a line for a new file.
    """
    released = json.loads((ROOT / "tests/architecture/services.json").read_text())
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (PACKAGE / "catalogue/services").glob("*.toml")
    }
    assert present == released
