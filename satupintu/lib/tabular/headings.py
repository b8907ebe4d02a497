"""The headings of a table: where they stand in a file, how they are compared, by what a file like it is known again."""

import hashlib
import re
from collections.abc import Callable, Sequence

HEAD_ROWS = 25  # rows in which the headings are looked for
LIKELY_HEAD = 3  # cells that a row of headings has at least


def folded(heading: str) -> str:
    """Return a heading as it is compared: small letters and single spaces, "Tgl. Pengajuan" as "tgl pengajuan"."""
    plain = re.sub(r"[^a-z0-9]+", " ", heading.lower()).strip()
    return re.sub(r"^nomer\b", "nomor", plain)


def fingerprint_of(headings: Sequence[str]) -> str:
    """Return by what a mapping is found again: the headings of the file, in their order, as they are compared."""
    text = "\x1f".join(folded(one) for one in headings)
    return hashlib.sha256(text.encode()).hexdigest()


def _worth(cells: Sequence[str], is_known: Callable[[str], bool]) -> int:
    """Return how much a row looks like headings: known words count most, figures speak against it."""
    filled = [one for one in cells if one]
    if len(filled) < LIKELY_HEAD:
        return -1
    known = sum(is_known(one) for one in filled)
    figures = sum(any(sign.isdigit() for sign in one) for one in filled)
    return known * 10 + len(set(filled)) - figures * 8


def find_headings(
    rows: Sequence[tuple[int, Sequence[str]]], is_known: Callable[[str], bool]
) -> tuple[list[str], int]:
    """
    Return the headings, and the number of the row with which the data begin.

    `rows` are the first of the file, each with its number; `is_known` says of a heading whether its meaning
    is known. Titles above, a second row under merged headings, and a row that only counts the columns (1, 2, 3) are
    passed over. Without anything that looks like headings the first row is.
    """
    if not rows:
        return [], 1
    head = rows[:HEAD_ROWS]
    best = max(range(len(head)), key=lambda at: (_worth(head[at][1], is_known), -at))
    headings = list(head[best][1])
    after = best + 1
    if after < len(head) and _is_second_row(headings, head[after][1]):
        headings = _joined(headings, head[after][1])
        after += 1
    if after < len(head) and _counts_columns(head[after][1]):
        after += 1
    begins = head[after][0] if after < len(head) else head[-1][0] + 1
    return [one or "" for one in headings], begins


def _is_second_row(above: Sequence[str], below: Sequence[str]) -> bool:
    """Say whether a row goes on with merged headings: text only, filling what is empty above."""
    filled = [one for one in below if one]
    if len(filled) < 2 or any(sign.isdigit() for one in filled for sign in one):  # noqa: PLR2004  one is a title
        return False
    gaps = [at for at, one in enumerate(below) if one and (at >= len(above) or not above[at])]
    return bool(gaps) and all(one.replace(" ", "").isalpha() or "." in one for one in filled)


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(above), len(below))
    found, over = [], ""
    for at in range(width):
        top = above[at] if at < len(above) else ""
        under = below[at] if at < len(below) else ""
        over = top or (over if under else "")
        found.append(f"{under} {over}".strip() if under else top)  # "Nama" under "Pemohon"
    return found


def _counts_columns(cells: Sequence[str]) -> bool:
    numbers = [re.sub(r"\D", "", one) for one in cells if one]
    return len(numbers) >= LIKELY_HEAD and numbers == [str(at) for at in range(1, len(numbers) + 1)]
