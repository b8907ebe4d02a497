"""
The guide "which permit do I need?": a tree of questions as data that ends at one service or a bundle.

An answer may also say which kind of request it is about; it goes along with the questions that follow, and only
what leads to a service with that kind is offered there.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext as _

from satupintu.catalogue.parse import NotADefinition, read_table
from satupintu.catalogue.reader import Reader
from satupintu.catalogue.rules import Kind, Problem, Text

FILE = "guide.toml"


class NoSuchQuestion(Exception):
    """The address names a question or an answer the guide does not have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer leads to the question `next`, or to `services`: several are applied for together."""

    text: Text
    next: str
    services: tuple[str, ...]
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    text: Text
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    start: str
    questions: Mapping[str, Question]

    def question(self, key: str) -> Question:
        """Return a question, the first one for "". Raises NoSuchQuestion."""
        found = self.questions.get(key or self.start)
        if found is None:
            raise NoSuchQuestion(key)
        return found

    def answer(self, key: str, number: int) -> Answer:
        """Return the answer `number` (from 1) of a question. Raises NoSuchQuestion."""
        answers = self.question(key).answers
        if not 1 <= number <= len(answers):
            raise NoSuchQuestion(key)
        return answers[number - 1]

    def before(self, key: str, kind: Kind | None = None) -> tuple[str, Kind | None]:
        """Return the question that leads to `key` with the kind chosen by then; ("", None) for the first."""
        for question in self.questions.values():
            for answer in question.answers:
                if answer.next != key:
                    continue
                if answer.kind is not None and answer.kind == kind:
                    return question.key, None
                if answer.kind is None and (kind is None or self._asks_of(question.key, kind)):
                    return question.key, kind
        return "", None

    def _asks_of(self, key: str, kind: Kind) -> bool:
        """Return whether the question `key` is met after `kind` was chosen."""
        met = [
            answer.next
            for question in self.questions.values()
            for answer in question.answers
            if answer.kind == kind
        ]
        return any(key in self.reach(start) for start in met)

    def reach(self, key: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """Yield a question and all that it leads to."""
        if key in seen or key not in self.questions:
            return
        yield key
        for answer in self.questions[key].answers:
            yield from self.reach(answer.next, seen | {key})

    def services_of(self, answer: Answer) -> set[str]:
        """Return every service that an answer may end at."""
        found = set(answer.services)
        for key in self.reach(answer.next):
            for one in self.questions[key].answers:
                found |= set(one.services)
        return found


def read_guide(text: str, known: Collection[str]) -> tuple[Guide | None, list[Problem]]:
    """
    Return what a guide file says, and everything wrong with it; `known` are the codes of services it may name.

    None when it cannot be shown at all.
    """
    reader, problems = read_table(text, FILE)
    if reader is None:
        return None, problems
    start = reader.string("start", required=True)
    questions = [_question(inner) for inner in reader.tables("question")]
    reader.close()
    guide = Guide(start, {question.key: question for question in questions})
    _check(guide, questions, known, reader)
    found = sorted(reader.problems, key=lambda problem: (problem.line, problem.key))
    return (guide if start in guide.questions else None), found


def _question(reader: Reader) -> Question:
    found = Question(
        reader.string("key", required=True),
        reader.text("text", required=True),
        tuple(_answer(inner) for inner in reader.tables("answer")),
    )
    reader.close()
    return found


def _answer(reader: Reader) -> Answer:
    kind = reader.one_of("kind", Kind, Kind.NEW, required=False)
    found = Answer(
        reader.text("text", required=True),
        reader.string("next"),
        reader.strings("services"),
        kind if "kind" in reader.table else None,
    )
    if bool(found.next) == bool(found.services):
        reader.problem(
            "next", _("Sebuah jawaban menuju satu pertanyaan, atau layanan."), "next, services"
        )
    reader.close()
    return found


def _check(guide: Guide, questions: list[Question], known: Collection[str], reader: Reader) -> None:
    """Note questions that nobody reaches, that turn in a circle, and names of nothing."""
    if guide.start not in guide.questions:
        message = _("Nilai “%(value)s” tidak dikenal.") % {"value": guide.start}
        reader.problem("start", message, ", ".join(guide.questions))
    reached = set(guide.reach(guide.start))
    keys: set[str] = set()
    for index, question in enumerate(questions):
        place = reader.at("question", index)
        if question.key in keys:
            message = _("Kunci “%(key)s” dipakai dua kali.") % {"key": question.key}
            place.problem("key", message, _("kunci yang lain"))
        elif question.key not in reached:
            message = _("Tidak ada jawaban yang menuju pertanyaan ini.")
            place.problem("key", message, _("hapus, atau tuju dari jawaban lain"))
        keys.add(question.key)
        if not question.answers:
            message = _("Pertanyaan ini tidak mempunyai jawaban.")
            place.problem("answer", message, "answer = [{ ... }]")
        for number, answer in enumerate(question.answers):
            inner = reader.at("question", index, "answer", number)
            _check_answer(guide, question, answer, known, inner)


def _check_answer(
    guide: Guide, question: Question, answer: Answer, known: Collection[str], place: Reader
) -> None:
    if answer.next and answer.next not in guide.questions:
        message = _("Nilai “%(value)s” tidak dikenal.") % {"value": answer.next}
        place.problem("next", message, ", ".join(guide.questions))
    elif question.key in guide.reach(answer.next):
        message = _("Pertanyaan ini berputar kembali ke dirinya.")
        place.problem("next", message, _("pertanyaan berikutnya"))
    for code in answer.services:
        if code not in known:
            message = _("Layanan %(code)s tidak dikenal.") % {"code": code}
            place.problem("services", message, ", ".join(sorted(known)))


@lru_cache(maxsize=1)
def load_guide() -> Guide:
    """Return the shipped guide; read once a process."""
    folder = resources.files("satupintu.catalogue")
    text = (folder / FILE).read_text(encoding="utf-8")
    known = {item.name.partition(".v")[0] for item in (folder / "services").iterdir()}
    guide, problems = read_guide(text, known)
    if guide is None or problems:
        raise NotADefinition(problems)
    return guide
