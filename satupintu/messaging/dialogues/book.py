"""
What a dialogue is: steps in a TOML file, read once and refused with a sentence when they make no sense. Pure.

A step asks for something (`ask`, `expects`, `fills`) or does something (`does`); what comes next stands in `next`, by
the outcome of what was done. `docs/dialogues.md` shows the file's shape by example.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter
from typing import Any

from satupintu.lib.words import fold

LANGUAGES = ("id", "en")
END = "end"  # the dialogue is over


class BadDialogue(Exception):
    """A file of dialogues cannot be used; the sentence names the file, the step and what is wrong."""


class Expects(StrEnum):
    WORDS = "words"
    DIGITS = "digits"  # a telephone asks for tones, ended with #
    CHOICE = "choice"
    FILE = "file"  # files, then "selesai"; or skipped
    VOICE = "voice"  # a recording of what the caller says; by telephone only


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    title: Mapping[str, str]
    hint: Mapping[str, str]
    next: str


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a dialogue. `says` is by outcome: "ask", "again", or an outcome of `does`."""

    id: str
    says: Mapping[str, Mapping[str, str]]
    expects: Expects | None = None  # None: it does something instead
    fills: str = ""
    options: tuple[Option, ...] = ()
    does: str = ""
    next: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False  # an empty answer or "lewati" leaves it empty
    prose: bool = False  # whatever is written is the answer, also when it begins with a keyword
    voice: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # spoken instead of `says`


@dataclass(frozen=True, slots=True)
class Dialogue:
    name: str
    title: Mapping[str, str]
    hint: Mapping[str, str]
    words: tuple[str, ...]  # what begins it when typed first, folded
    looks: (
        str  # a message that looks so (regular expression, the whole of it) begins it; "" for none
    )
    order: int  # in the menu; 0: not in it
    key: int  # place in the menu of the telephone; 0: not in it
    steps: Mapping[str, Step]
    first: str
    always: bool = False  # also while an officer has the conversation, by its word alone
    private: bool = False  # what is said in it is for whoever has the matter, not for the desk


@dataclass(frozen=True, slots=True)
class Book:
    """All dialogues and the sentences that stand between them."""

    dialogues: Mapping[str, Dialogue]
    sentences: Mapping[str, Mapping[str, str]]

    def text(self, key: str) -> Mapping[str, str]:
        """Return the text of a key in both languages. Raises KeyError for an unknown one."""
        if key in self.sentences:
            return self.sentences[key]
        dialogue, step, what = key.split(".")
        found = self.dialogues[dialogue]
        if step in {"title", "hint"}:
            return found.title if step == "title" else found.hint
        one = found.steps[step]
        if what.startswith("voice:"):
            return one.voice[what[6:]]
        if what.startswith("option:"):
            return next(o.title for o in one.options if f"option:{o.id}" == what)
        return one.says[what]

    def text_keys(self) -> list[str]:
        """Return the key of every text, in the order of the files."""
        found = list(self.sentences)
        for dialogue in self.dialogues.values():
            found.append(f"{dialogue.name}.title.")
            for step in dialogue.steps.values():
                found += [f"{dialogue.name}.{step.id}.{what}" for what in step.says]
                found += [f"{dialogue.name}.{step.id}.voice:{what}" for what in step.voice]
                found += [f"{dialogue.name}.{step.id}.option:{one.id}" for one in step.options]
        return found


def names_in(text: str) -> frozenset[str]:
    """Return what a text must be told. Raises ValueError for braces that do not match."""
    return frozenset(name for _lit, name, _spec, _conv in Formatter().parse(text) if name)


def _both(where: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise BadDialogue(f"{where}: write the text in both languages, {{ id = ..., en = ... }}.")
    made = {language: str(value[language]).strip() for language in LANGUAGES}
    try:
        asked = {language: names_in(text) for language, text in made.items()}
    except ValueError as error:
        raise BadDialogue(f"{where}: {error}.") from error
    if asked["id"] != asked["en"]:
        odd = ", ".join(sorted(asked["id"] ^ asked["en"]))
        raise BadDialogue(f"{where}: {odd} stands in one language only.")
    return made


def _option(where: str, row: Mapping[str, Any]) -> Option:
    if "id" not in row or "title" not in row:
        raise BadDialogue(f"{where}: an option needs an id and a title.")
    here = f"{where}, option {row['id']}"
    title = _both(here, row["title"])
    if longest := [text for text in title.values() if len(text) > 20]:  # noqa: PLR2004  WhatsApp's button
        raise BadDialogue(f"{here}: {longest[0]!r} is longer than 20 characters.")
    return Option(
        row["id"], title, _both(here, row["hint"]) if "hint" in row else {}, row.get("next", "")
    )


def _step(where: str, row: Mapping[str, Any]) -> Step:
    here = f"{where}, step {row.get('id', '?')}"
    unknown = set(row) - {
        "id",
        "say",
        "expects",
        "fills",
        "option",
        "does",
        "next",
        "optional",
        "prose",
        "voice",
    }
    if "id" not in row or unknown:
        raise BadDialogue(f"{here}: {', '.join(sorted(unknown)) or 'id'} is not understood.")
    try:
        expects = Expects(row["expects"]) if "expects" in row else None
    except ValueError as error:
        raise BadDialogue(f"{here}: {error}.") from error
    says = {what: _both(f"{here}, say.{what}", text) for what, text in row.get("say", {}).items()}
    voice = {
        what: _both(f"{here}, voice.{what}", text) for what, text in row.get("voice", {}).items()
    }
    if odd := set(voice) - set(says):
        raise BadDialogue(f"{here}: voice.{min(odd)} is written nowhere (say).")
    if expects and "ask" not in says:
        raise BadDialogue(f"{here}: what expects an answer must ask.")
    if bool(expects) == bool(row.get("does")):
        raise BadDialogue(f"{here}: a step either expects an answer or does something.")
    if expects and not row.get("fills"):
        raise BadDialogue(f"{here}: say which name the answer gets (fills).")
    after = row.get("next", {})
    return Step(
        row["id"],
        says,
        expects,
        row.get("fills", ""),
        tuple(_option(here, one) for one in row.get("option", ())),
        row.get("does", ""),
        {"": after} if isinstance(after, str) else dict(after),
        bool(row.get("optional")),
        bool(row.get("prose")),
        voice,
    )


def _pattern(name: str, looks: str) -> str:
    try:
        re.compile(looks)
    except re.error as error:
        raise BadDialogue(f"{name}, looks: {error}.") from error
    return looks


def _dialogue(name: str, row: Mapping[str, Any]) -> Dialogue:
    steps = [_step(name, one) for one in row.get("step", ())]
    typed = {Expects.WORDS, Expects.FILE}
    if row.get("key") and (odd := [step.id for step in steps if step.expects in typed]):
        raise BadDialogue(f"{name}, step {odd[0]}: a telephone has no letters. Take away its key.")
    if not steps:
        raise BadDialogue(f"{name}: a dialogue needs steps.")
    by_id = {step.id: step for step in steps}
    if len(by_id) != len(steps):
        raise BadDialogue(f"{name}: two steps have one id.")
    for step in steps:
        targets = [*step.next.values(), *(one.next for one in step.options)]
        for target in targets:
            if target and target != END and target not in by_id:
                raise BadDialogue(f"{name}, step {step.id}: there is no step {target}.")
    return Dialogue(
        name,
        _both(f"{name}, title", row.get("title")),
        _both(f"{name}, hint", row["hint"]) if "hint" in row else {},
        tuple(fold(word) for word in row.get("words", ())),
        _pattern(name, row.get("looks", "")),
        int(row.get("order", 0)),
        int(row.get("key", 0)),
        by_id,
        steps[0].id,
        bool(row.get("always")),
        bool(row.get("private")),
    )


def read_book(files: Iterable[tuple[str, str]]) -> Book:
    """
    Return the dialogues of some files, given as (name, text of TOML); "sentences" holds what stands between them.

    Raises BadDialogue, naming file and step, when one cannot be used.
    """
    dialogues: dict[str, Dialogue] = {}
    sentences: dict[str, Mapping[str, str]] = {}
    for name, text in files:
        try:
            row = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadDialogue(f"{name}: {error}.") from error
        if name == "sentences":
            sentences = {key: _both(f"{name}, {key}", value) for key, value in row.items()}
        else:
            dialogues[name] = _dialogue(name, row)
    taken: dict[str, str] = {}
    for dialogue in dialogues.values():
        for word in dialogue.words:
            if word in taken:
                raise BadDialogue(f"{dialogue.name}: {word} already begins {taken[word]}.")
            taken[word] = dialogue.name
    return Book(dialogues, sentences)


def check_book(book: Book, outcomes: Mapping[str, Mapping[str, frozenset[str]]]) -> None:
    """
    Raise BadDialogue unless every action is known (`outcomes`: action -> outcome -> what its texts are told), every
    outcome leads on, and every text is told what it names.
    """
    for dialogue in book.dialogues.values():
        filled = {step.fills for step in dialogue.steps.values() if step.fills}
        for step in dialogue.steps.values():
            here = f"{dialogue.name}, step {step.id}"
            if not step.does:
                _check_told(here, step.says, filled)
                _check_told(here, step.voice, filled)
                continue
            if step.does not in outcomes:
                raise BadDialogue(f"{here}: nobody does {step.does}.")
            known = outcomes[step.does]
            if odd := (set(step.says) | set(step.next)) - set(known) - {""}:
                raise BadDialogue(f"{here}: {step.does} never ends in {', '.join(sorted(odd))}.")
            for outcome, told in known.items():
                if outcome not in step.says and not {outcome, ""} & set(step.next):
                    raise BadDialogue(f"{here}: say what follows {outcome}.")
                for said in (step.says, step.voice):
                    if outcome in said:
                        _check_told(here, {outcome: said[outcome]}, filled | told)


def _check_told(here: str, says: Mapping[str, Mapping[str, str]], told: Iterable[str]) -> None:
    for what, text in says.items():
        if unknown := names_in(text["id"]) - set(told):
            raise BadDialogue(f"{here}, say.{what}: nothing tells {', '.join(sorted(unknown))}.")
