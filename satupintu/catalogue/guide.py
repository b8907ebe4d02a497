"""The guide "which permit do I need?": a tree of questions in guide.toml that ends at one service or a bundle."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from satupintu.catalogue.rules import Text


class NoSuchQuestion(Exception):
    """The address names a question or an answer the guide does not have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer leads to the question `next`, or to `services`: several are applied for together."""

    text: Text
    next: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    text: Text
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    start: str
    questions: dict[str, Question]

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

    def before(self, key: str) -> str:
        """Return the question that leads to `key`, "" for the first."""
        for question in self.questions.values():
            if any(answer.next == key for answer in question.answers):
                return question.key
        return ""


@lru_cache(maxsize=1)
def load_guide() -> Guide:
    """Return the shipped guide; read once a process."""
    text = (resources.files("satupintu.catalogue") / "guide.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    questions = {
        row["key"]: Question(
            row["key"],
            Text(**row["text"]),
            tuple(
                Answer(Text(**one["text"]), one.get("next", ""), tuple(one.get("services", ())))
                for one in row["answer"]
            ),
        )
        for row in table["question"]
    }
    return Guide(table["start"], questions)
