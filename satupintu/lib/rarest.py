"""Several words at once: walk along the index of the rarest, and ask of each row found whether it has the others."""

from collections.abc import Callable, Sequence

COMMON = 500  # rows: a word that more of them have is not counted to its end


def rarest_first(words: Sequence[str], count_of: Callable[[str, int], int]) -> list[str]:
    """
    Return the words, the one that the fewest rows have first; of common ones the longest.

    `count_of`: how many rows have a word, up to so many. Asked once a word, not for a single one; it reads COMMON rows
    at most.
    """
    if len(words) == 1:
        return list(words)
    counts = {word: count_of(word, COMMON) for word in words}
    return sorted(words, key=lambda word: (counts[word], -len(word)))
