"""Promises of docs/architecture.md that a reader of the source can check."""

import ast
import re

from django.utils.functional import Promise

from tests.architecture.source import PACKAGE, ROOT, dotted, modules, place, templates

# --- Who writes ----------------------------------------------------------------------------
WRITES = {
    "save", "create", "update", "delete", "get_or_create", "update_or_create",
    "bulk_create", "bulk_update", "asave", "acreate", "aupdate", "adelete",
}  # fmt: skip
# Receivers whose `update` or `delete` is not the database's: dictionaries, digests, progress bars,
# the HTTP session.
HARMLESS = re.compile(
    r"(^|\.)(digest|sha|hash\w*|hasher|mac|bar|options|data|context|found|seen|params|headers|session|settings|kwargs"
    r"|initial|values|environ|attrs|answers|cleaned_data|counts|extra|errors|shown|texts)$"
)
# Files that write outside services, each with the reason.
MAY_WRITE = {
    "people/sessions.py": "the session store is where Django writes sessions",
    "workflow/moves.py": "perform_move, which workflow.services gives to the owners of cases",
    "workflow/seals.py": "the digests of the log",
    "catalogue/models.py": "refuses to change published versions, then calls Django's own",
}


def test_rows_are_written_only_by_services():
    found = []
    for module in modules():
        if module.is_part("services") or module.name in MAY_WRITE or module.domain == "lib":
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
                and not HARMLESS.search(dotted(node.func.value))
                and not _is_plain_update(node)
            ):
                found.append(f"{place(module, node)}: .{node.func.attr}(")
    assert not found, "\n" + "\n".join(found)


def _is_plain_update(call: ast.Call) -> bool:
    """
    `digest.update(b"...")`, `image.save(path)` have positional arguments; our rows' never have.
    """
    return call.func.attr in {"update", "save"} and bool(call.args)


def test_a_cases_state_is_assigned_only_by_the_workflow():
    found = []
    for module in modules():
        if module.name == "workflow/moves.py" or (
            module.domain == "workflow" and module.is_part("services")
        ):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(one, ast.Attribute) and one.attr == "state" for one in targets):
                    found.append(place(module, node))
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
                and "case" in _root_name(node.func).lower()
                and any(keyword.arg == "state" for keyword in node.keywords)
            ):
                found.append(place(module, node))
    assert not found, "\n" + "\n".join(found)


def _root_name(node: ast.AST) -> str:
    """
    Return the first name of a chain of attributes and calls: Case of
    Case.objects.filter(...).update.
    """
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


# --- Who knows the time ----------------------------------------------------------------------
CLOCK = re.compile(
    r"(^|\.)(clock\.now|timezone\.now|datetime\.now|datetime\.utcnow|datetime\.today|date\.today)$"
)
WITHOUT_ARGUMENT = re.compile(r"(^|\.)(localdate|localtime)$")  # with one they only convert
MAY_ASK_THE_TIME = {
    "lib/clock.py": "the one place",
    "config/worker.py": "a loop",
    "messaging/channels/imap/__init__.py": "a line that is kept open",
    "messaging/channels/webpush/__init__.py": "signs a call that push services take for some hours only",
    "messaging/handsets/mailboxes.py": "a server of its own, which stands for people's mail servers",
    "messaging/handsets/sms_centre.py": "a server of its own, which stands for an SMS centre",
    "messaging/handsets/switchboard.py": "a server of its own, which stands for Asterisk",
    "config/start.py": "a command",
    "config/bench/rows.py": "a command",
    "config/bench/sized.py": "a command",
    "config/bench/told.py": "a command",
    "config/bench/stories.py": "a command: its people act now",
    "people/access.py": "decides at the edge whether a role holds now",
    "people/held.py": "puts aside a post at the edge, now",
    "people/sessions.py": "Django's session store has no `at`",
    "documents/simulator.py": "a server of its own, which stands for BSrE",
    "fees/providers/simulator/server.py": "a server of its own, which stands for a bank",
    "messaging/channels/whatsapp_cloud/simulator.py": "a server of its own, which stands for Meta",
    "people/queries.py": "actor_for(request) is the edge itself",
    "people/mfa.py": "called by allauth in a request, which passes no `at`",
    "messaging/channels/smpp/__init__.py": "a loop: says when a message came over its line",
    "messaging/adapter.py": "called by allauth in a request, which passes no `at`",
}


def has_views(module) -> bool:
    """Views carry a decorator of people.access, wherever they live."""
    return (
        module.is_part("views")
        or module.is_part("pages")
        or any(name == "satupintu.people.access" for _node, name in imports(module.tree))
    )


def asks_the_time(call: ast.Call) -> bool:
    name = dotted(call.func)
    return bool(CLOCK.search(name)) or (bool(WITHOUT_ARGUMENT.search(name)) and not call.args)


def test_only_the_edge_asks_for_the_time():
    found = []
    for module in modules():
        if (
            has_views(module)
            or module.name.startswith("config/cli/")
            or module.name.endswith(("middleware.py", "context.py"))
            or module.name in MAY_ASK_THE_TIME
        ):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and asks_the_time(node):
                found.append(f"{place(module, node)}: {dotted(node.func)}()")
            # Passing the function on hides the same call: default=timezone.now
            elif isinstance(node, ast.keyword) and CLOCK.search(dotted(node.value)):
                found.append(f"{module.name}:{node.value.lineno}: {dotted(node.value)}")
    assert not found, "\n" + "\n".join(found)


# --- Rules are pure ---------------------------------------------------------------------------
IMPURE = (
    "django.db", "django.http", "django.conf", "django.core", "django.shortcuts", "django.contrib",
    "os", "random", "secrets", "structlog", "logging", "pathlib", "subprocess", "socket", "httpx", "time",
)  # fmt: skip


def imports(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module


def test_rules_import_nothing_that_reads_or_writes():
    found = [
        f"{place(module, node)}: {name}"
        for module in modules()
        if module.is_part("rules")
        for node, name in imports(module.tree)
        if any(name == bad or name.startswith(f"{bad}.") for bad in IMPURE)
        or re.search(r"\.(models|queries|services|views)($|\.)", name)
    ]
    assert not found, "\n" + "\n".join(found)


def test_rules_open_no_file_and_ask_no_time():
    found = [
        place(module, node)
        for module in modules()
        if module.is_part("rules")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (dotted(node.func) in {"open", "print", "input"} or asks_the_time(node))
    ]
    assert not found, "\n" + "\n".join(found)


# --- What is forbidden everywhere ----------------------------------------------------------------
FORBIDDEN_CALLS = {
    "apps.get_model": "reaches into another domain unseen",
    "receiver": "signals hide who does what",
    "post_save.connect": "signals hide who does what",
    "pre_save.connect": "signals hide who does what",
    "GenericForeignKey": "no database can check it",
    "select_for_update": "SQLite has none: compare and set",
    "mark_safe": "texts are escaped; use format_html",
}
MAY_BREAK = {
    ("web", "mark_safe"): "icons and QR codes are our own SVG",
}


def test_forbidden_constructs_are_nowhere():
    found = []
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            name = dotted(node.func)
            for bad, reason in FORBIDDEN_CALLS.items():
                if (name == bad or name.endswith(f".{bad}")) and (
                    module.domain,
                    bad,
                ) not in MAY_BREAK:
                    found.append(f"{place(module, node)}: {bad}: {reason}")
    assert not found, "\n" + "\n".join(found)


# --- Enums have labels
# ------------------------------------------------------------------------------
def test_every_label_table_names_every_member_in_both_languages():
    """
    A dict LABELS or X_LABELS of a rules module whose keys are members of one StrEnum names all of
    them.
    """
    import importlib
    from enum import StrEnum

    tables = 0
    for module in modules():
        if not module.is_part("rules"):
            continue
        loaded = importlib.import_module(
            "satupintu." + module.name.removesuffix(".py").replace("/", ".")
        )
        for name, table in vars(loaded).items():
            if not name.endswith("LABELS") or not isinstance(table, dict) or not table:
                continue
            kinds = {type(key) for key in table}
            if len(kinds) != 1 or not issubclass(kind := kinds.pop(), StrEnum):
                continue
            tables += 1
            missing = sorted(set(kind) - set(table))
            assert missing == [], f"{module.name}: {name} has no label for {missing}"
            bare = [key for key, label in table.items() if not isinstance(label, Promise)]
            assert bare == [], f"{module.name}: {name}[{bare}] is not translatable"
    assert tables >= 3


# --- Templates
# ---------------------------------------------------------------------------------------
INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']|hx-on|[\"']js:|javascript:", re.IGNORECASE),
    "third party": re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)\s*=\s*[\"']\s*(?:https?:)?//", re.IGNORECASE),
    "unescaped": re.compile(r"\|\s*safe\b|\{%[-+]?\s*autoescape\b|\bMarkup\("),
}  # fmt: skip


def test_templates_hold_no_inline_code_and_ask_nobody_else():
    found = []
    for path in templates():
        text = path.read_text(encoding="utf-8")
        for what, pattern in INLINE.items():
            for hit in pattern.finditer(text):
                # JSON for a script is data: <script type="application/json"> never runs.
                if what == "inline script" and "application/json" in hit.group():
                    continue
                line = text.count("\n", 0, hit.start()) + 1
                found.append(
                    f"{path.relative_to(PACKAGE)}:{line}: {what}: {hit.group().strip()[:60]}"
                )
    assert not found, "\n" + "\n".join(found)


def test_scripts_write_no_style_attribute_and_evaluate_nothing():
    bad = re.compile(
        r"\beval\(|new Function\(|\.innerHTML\s*=(?!\s*await answer\.text\(\))|setAttribute\(\s*[\"']style|document\.write"
    )
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in sorted(PACKAGE.glob("*/static/**/*.js"))
        if ".min." not in path.name and "vendor" not in path.parts
        for hit in bad.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)
