"""Several words at once: walk along the index of the rarest, and ask of each row found whether it has the others."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

COMMON = 500  # rows: a word that more of them have is not counted to its end


def rarest_first(words: Sequence[str], rows_of: Callable[[str], QuerySet[Any]]) -> list[str]:
    """
    Return the words, the one that the fewest rows have first; of common ones the longest.

    `rows_of`: the rows that have a word. One query a word, none for a single one; each reads COMMON rows at most.
    """
    if len(words) == 1:
        return list(words)
    counts = {word: rows_of(word).order_by().values("pk")[:COMMON].count() for word in words}
    return sorted(words, key=lambda word: (counts[word], -len(word)))
