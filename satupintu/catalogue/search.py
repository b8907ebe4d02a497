"""Finding a service by the words people use: in memory, over the definitions offered, forgiving spelling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from satupintu.catalogue.rules import Definition
from satupintu.lib.words import fold

# Words that say nothing about which service: asking with them must not refuse one.
_STOP_WORDS = frozenset(
    [
        "saya",
        "mau",
        "ingin",
        "buat",
        "bikin",
        "urus",
        "mengurus",
        "buka",
        "membuka",
        "untuk",
        "di",
        "ke",
        "dari",
        "yang",
        "dan",
        "atau",
        "cara",
        "bagaimana",
        "surat",
        "izin",
        "permohonan",
        "pengurusan",
        "perizinan",
        "baru",
        "dong",
        "mas",
        "pak",
        "bu",
        "tolong",
        "a",
        "an",
        "the",
        "to",
        "for",
        "of",
        "i",
        "want",
        "need",
        "my",
        "how",
        "permit",
        "licence",
        "license",
        "apply",
        "get",
        "open",
    ]
)
_LONG_ENOUGH_TO_MISTYPE = 4
_CLOSE = 0.78


@dataclass(frozen=True, slots=True)
class _Index:
    """The words of one service with what a hit is worth."""

    code: str
    phrases: tuple[str, ...]
    weights: dict[str, int]


@lru_cache(maxsize=500)
def _index(code: str, title: str, everyday: tuple[str, ...], summary: str) -> _Index:
    weights: dict[str, int] = {}
    for texts, weight in (((summary,), 1), ((title, code), 4), (everyday, 5)):
        for text in texts:
            for word in fold(text).split():
                weights[word] = max(weight, weights.get(word, 0))
    phrases = tuple(fold(text) for text in (*everyday, title))
    return _Index(code, phrases, weights)


def _index_of(definition: Definition) -> _Index:
    return _index(
        definition.code,
        f"{definition.title.id} {definition.title.en}",
        definition.everyday,
        f"{definition.summary.id} {definition.summary.en}",
    )


def _word_score(word: str, weights: dict[str, int]) -> float:
    """What one asked word is worth: whole, as the beginning of a word, or with a small typing error."""
    if word in weights:
        return weights[word]
    best = 0.0
    for known, weight in weights.items():
        if len(word) >= 3 and known.startswith(word):  # noqa: PLR2004  two letters begin too many words
            best = max(best, weight * 0.8)
        elif min(len(word), len(known)) >= _LONG_ENOUGH_TO_MISTYPE and weight > 1:
            best = max(best, _close(word, known) * weight * 0.6)
    return best


def _close(word: str, known: str) -> float:
    if word[0] != known[0] or abs(len(word) - len(known)) > 2:  # noqa: PLR2004  a small error
        return 0.0
    ratio = SequenceMatcher(None, word, known).ratio()
    return ratio if ratio >= _CLOSE else 0.0


def _score(index: _Index, asked: str, words: Sequence[str]) -> float:
    """Return how well a service fits; 0 = not at all. Most of the telling words must be found."""
    scores = [_word_score(word, index.weights) for word in words]
    found = [score for score in scores if score > 0]
    if len(found) * 2 <= len(words) and words:
        return 0.0
    whole = sum(6.0 for phrase in index.phrases if phrase == asked)
    part = sum(2.0 for phrase in index.phrases if phrase != asked and f" {asked} " in f" {phrase} ")
    return sum(found) / max(1, len(words)) + whole + part


def rank(definitions: Iterable[Definition], text: str, language: str) -> list[str]:
    """Return the codes of the services that fit `text`, best first; all, by title, for an empty text."""
    known = sorted(definitions, key=lambda one: fold(one.title_in(language)))
    asked = fold(text[:200])
    if not asked:
        return [one.code for one in known]
    words = [word for word in asked.split() if word not in _STOP_WORDS] or asked.split()
    telling = " ".join(words)
    scored = [(_score(_index_of(one), telling, words[:12]), one.code) for one in known]
    hits = [(score, position, code) for position, (score, code) in enumerate(scored) if score > 0]
    return [code for _score_, _position, code in sorted(hits, key=lambda hit: (-hit[0], hit[1]))]
