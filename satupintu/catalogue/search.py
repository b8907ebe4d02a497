"""Finding a service by the words people use: in memory, over the definitions offered, forgiving spelling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from satupintu.catalogue.rules import Definition, Kind
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
        "lama",
        "punya",
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
# How people call the kinds of request; a service is found by those it offers.
_KIND_WORDS = {
    Kind.NEW: "",
    Kind.EXTENSION: (
        "perpanjang perpanjangan memperpanjang diperpanjang habis kedaluwarsa mati daftar ulang"
        " extend extension renew renewal expired"
    ),
    Kind.CHANGE: "ubah perubahan mengubah berubah ganti pindah change move moved update",
    Kind.REPLACEMENT: (
        "hilang rusak tercecer terbakar sobek penggantian pengganti mengganti"
        " lost damaged torn replace replacement"
    ),
    Kind.CLOSING: "tutup menutup penutupan cabut mencabut pencabutan berhenti close closing stop",
}
_REQUIREMENT, _SUMMARY, _KIND, _TITLE, _EVERYDAY = 1, 1, 2, 4, 5
_LONG_ENOUGH_TO_MISTYPE = 4
_LONG_ENOUGH_FOR_TWO = 8  # letters, from which two errors still leave the word itself


@dataclass(frozen=True, slots=True)
class _Index:
    """The words of one service with what a hit is worth."""

    code: str
    phrases: tuple[str, ...]
    weights: dict[str, int]


@lru_cache(maxsize=500)
def _index(
    code: str, everyday: tuple[str, ...], texts: tuple[tuple[str, int], ...], title: str
) -> _Index:
    weights: dict[str, int] = {}
    for text, weight in (*texts, *((phrase, _EVERYDAY) for phrase in everyday)):
        for word in fold(text).split():
            weights[word] = max(weight, weights.get(word, 0))
    return _Index(code, tuple(fold(text) for text in (*everyday, title)), weights)


def _index_of(definition: Definition) -> _Index:
    title = f"{definition.title.id} {definition.title.en}"
    texts = [
        (f"{definition.summary.id} {definition.summary.en}", _SUMMARY),
        (f"{title} {definition.code}", _TITLE),
    ]
    texts += [(f"{one.label.id} {one.label.en}", _REQUIREMENT) for one in definition.requirements]
    texts += [(_KIND_WORDS[kind], _KIND) for kind in definition.kinds]
    return _index(definition.code, definition.everyday, tuple(texts), title)


def _word_score(word: str, weights: dict[str, int]) -> float:
    """What one asked word is worth: whole, as the beginning of a word, or with a small typing error."""
    if word in weights:
        return weights[word]
    best = 0.0
    for known, weight in weights.items():
        if len(word) >= 3 and known.startswith(word):  # noqa: PLR2004  two letters begin too many words
            best = max(best, weight * 0.8)
        elif min(len(word), len(known)) >= _LONG_ENOUGH_TO_MISTYPE and weight >= _TITLE:
            best = max(best, weight * 0.5 if _mistyped(word, known) else 0.0)
    return best


def _mistyped(word: str, known: str) -> bool:
    """Return whether `word` may be `known` with a letter wrong, missing, too many, or two changed over."""
    allowed = 2 if min(len(word), len(known)) >= _LONG_ENOUGH_FOR_TWO else 1
    if word[0] != known[0] or abs(len(word) - len(known)) > allowed:
        return False
    return _distance(word, known) <= allowed


def _distance(one: str, other: str) -> int:
    """Return the number of single changes from one word to the other; changing two neighbours over is one."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, its in enumerate(other, start=1):
            steps = [last[column] + 1, now[-1] + 1, last[column - 1] + (letter != its)]
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                steps.append(before[column - 2] + 1)
            now.append(min(steps))
        before, last = last, now
    return last[-1]


@dataclass(frozen=True, slots=True)
class _Hit:
    """How well one service fits: whether most words were found, how many telling ones, and a score."""

    most: bool
    telling: int
    score: float


def _hit(index: _Index, asked: str, words: Sequence[str]) -> _Hit:
    scores = [_word_score(word, index.weights) for word in words]
    found = [score for score in scores if score > 0]
    whole = sum(6.0 for phrase in index.phrases if phrase == asked)
    part = sum(2.0 for phrase in index.phrases if phrase != asked and f" {asked} " in f" {phrase} ")
    return _Hit(
        most=len(found) * 2 > len(words),
        telling=sum(score >= _TITLE for score in scores),
        score=sum(found) / max(1, len(words)) + whole + part,
    )


def rank(definitions: Iterable[Definition], text: str, language: str) -> list[str]:
    """
    Return the codes of the services that fit `text`, best first; all, by title, for an empty text.

    Where no service has most of the words, those with any word of their title or everyday names are returned.
    """
    known = sorted(definitions, key=lambda one: fold(one.title_in(language)))
    asked = fold(text[:200])
    if not asked:
        return [one.code for one in known]
    words = [word for word in asked.split() if word not in _STOP_WORDS] or asked.split()
    telling = " ".join(words)
    hits = [(one.code, _hit(_index_of(one), telling, words[:12])) for one in known]
    good = [(code, hit) for code, hit in hits if hit.most]
    if not good:
        good = [(code, hit) for code, hit in hits if hit.telling]
        good.sort(key=lambda one: (-one[1].telling, -one[1].score))
        return [code for code, _hit_ in good]
    good.sort(key=lambda one: -one[1].score)
    return [code for code, _hit_ in good]
