"""
The Indonesian standard industrial classification, KBLI 2025 (BPS Regulation 7/2025), 1,559 five-digit groups.

The JSON file beside this module is shipped unmodified, as its licence (kbli2025_LICENSE) demands; an answer keeps the
code with the version, because half of the codes that 2020 and 2025 share mean something else.
"""

import json
from functools import lru_cache
from importlib import resources

from satupintu.lib.words import fold

VERSION = "2025"
_FILE = "kbli2025_05_kelompok.json"


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, str, str]]:
    """Return title, folded title and folded description by code; read once a process."""
    text = (resources.files("satupintu.catalogue.kbli") / _FILE).read_text(encoding="utf-8")
    return {
        row["code"]: (
            row["title"].capitalize(),
            f" {fold(row['title'])} ",
            f" {fold(row['description'])} ",
        )
        for row in json.loads(text)
    }


def find(code: str) -> str | None:
    """Return the title of a five-digit code, None when KBLI 2025 has no such code."""
    row = _table().get(code)
    return row[0] if row else None


def search(text: str, limit: int = 12) -> list[tuple[str, str]]:
    """Return (code, title) of groups that name all words of `text`; those that do in the title first."""
    if text.isdigit():
        return [(code, row[0]) for code, row in _table().items() if code.startswith(text)][:limit]
    words = [f" {word}" for word in fold(text).split()]
    if not words or len("".join(words)) < 3:  # noqa: PLR2004  too short to tell anything
        return []
    ranked = []
    for code, (title, in_title, in_text) in _table().items():
        hits = sum(word in in_title for word in words)
        if all(word in in_title or word in in_text for word in words):
            ranked.append((-hits, code, title))
    return [(code, title) for _hits, code, title in sorted(ranked)[:limit]]
