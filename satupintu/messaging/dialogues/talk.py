"""
How a dialogue goes on when somebody says something. Pure: what is done, and the words used, are given.

Typing errors are forgiven: case, accents and old spellings, one wrong letter of a longer word, a number for a choice.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any
from uuid import UUID

from satupintu.lib.words import fold, only_near
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.book import END, Book, Dialogue, Expects, Step, names_in

_MOST_STEPS = 20  # of one turn; a file that circles is a mistake
_NEAR = 0.8  # of difflib's ratio: one letter of five
_SHORTEST_FORGIVEN = 4

# Words that are understood everywhere, also in the middle of an answer when they stand alone.
COMMANDS = {
    "menu": ("menu", "mulai", "bantuan", "help", "halo", "hai", "hello", "hi", "assalamualaikum", "start", "0"),
    "cancel": ("batal", "cancel", "kembali"),
    "stop": ("stop", "berhenti", "unsubscribe"),
    "resume": ("lanjut", "aktif", "unstop"),
    "english": ("english", "inggris"),
    "indonesian": ("indonesia", "bahasa indonesia"),
}  # fmt: skip
_SKIP = frozenset({"lewati", "tidak", "skip", "no", "-"})
_DONE = frozenset({"selesai", "sudah", "done", "lewati", "tidak", "skip", "no"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said in one message. `files` are documents already checked and kept."""

    text: str = ""
    choice: str = ""
    files: tuple[str, ...] = ()
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How an action ended: `values` for the text, `choices` for the next question, `remember` for later steps.

    `about` is the case that was talked of, in whose timeline it stands. `private`: officers who read conversations do
    not read this turn of it.
    """

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    remember: Mapping[str, Any] = field(default_factory=dict)
    about: UUID | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where a conversation stands; `dialogue` is "" between two dialogues."""

    dialogue: str = ""
    step: str = ""
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is answered, and where the conversation stands then. `command` is "stop", "resume", a language, or ""."""

    text: str
    choices: tuple[Choice, ...]
    position: Position
    command: str = ""


Act = Callable[[str, Mapping[str, Any], Heard], Outcome]


def close_to(typed: str, words: Sequence[str]) -> str | None:
    """Return the word that was meant: itself, or the one near it where it is long enough to be sure."""
    folded = fold(typed)
    if folded in words:
        return folded
    if len(folded) < _SHORTEST_FORGIVEN:
        return None
    long = [word for word in words if len(word) >= _SHORTEST_FORGIVEN]
    return only_near(folded, long, _NEAR) or None


def command_of(text: str) -> str:
    """Return the command that a message is, alone; "" for none."""
    typed = fold(text).strip(" .!?")
    return next((name for name, words in COMMANDS.items() if typed in words), "")


def split_keyword(book: Book, text: str) -> tuple[Dialogue, str] | None:
    """Return the dialogue that a message's first words, or its looks, begin, and what is already an answer."""
    for dialogue in book.dialogues.values():
        if dialogue.looks and re.fullmatch(dialogue.looks, text.strip(), re.IGNORECASE):
            return dialogue, text.strip()
    parts = text.split()
    words = {word: one for one in book.dialogues.values() for word in one.words}
    for count in (2, 1):
        if len(parts) >= count:
            meant = close_to(" ".join(parts[:count]), list(words))
            if meant is not None and meant.count(" ") == count - 1:
                return words[meant], " ".join(parts[count:])
    return None


def is_for_machine(book: Book, position: Position, text: str) -> bool:
    """
    Say whether what somebody writes while an officer has the conversation is for a dialogue all the same.

    It is when such a dialogue (`always`) is under way, or begins by its word alone, perhaps with a figure: "NILAI 4". A
    private one begins by its first word also with more after it, as what follows is not for the officer: "ADU ...".
    """
    going = book.dialogues.get(position.dialogue)
    if going is not None and going.always:
        return True
    folded = fold(text)
    typed, first = re.sub(r" \d{1,2}$", "", folded), folded.partition(" ")[0]
    return any(
        typed in one.words or (one.private and first == one.words[0])
        for one in book.dialogues.values()
        if one.always
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One text of an answer: its key, and whether it is the same for everybody (told nothing)."""

    key: str
    text: str
    same: bool


class Talk:
    """
    One turn of a conversation: the book, the words in the person's language, and what may be done; without `act` it
    shows what stands there, and does nothing.

    With `voice`, the texts are those that are spoken, and keywords and commands are not looked for: a caller presses
    keys. `parts` are the texts said since it was last emptied; `private` is whether the last turn had anything to do
    with a private dialogue or matter.
    """

    def __init__(
        self,
        book: Book,
        language: str,
        act: Act | None = None,
        words: Mapping[str, str] | None = None,
        *,
        voice: bool = False,
    ) -> None:
        self.book = book
        self.language = language if language in {"id", "en"} else "id"
        self.act = act
        self.words = words or {}  # the office's own, by key
        self.voice = voice
        self.parts: list[Part] = []
        self.private = False

    def say(self, key: str, values: Mapping[str, Any] | None = None) -> str:
        used = self._spoken_key(key)
        source = self.words.get(used) or self.book.text(used)[self.language]
        text = source.format_map({name: str(value) for name, value in (values or {}).items()})
        self.parts.append(Part(key, text, not names_in(source)))
        return text

    def _spoken_key(self, key: str) -> str:
        """Return the key of the text that is spoken instead of a written one, where there is one."""
        if not self.voice or key.count(".") != 2:  # noqa: PLR2004  dialogue.step.what
            return key
        dialogue, step, what = key.split(".")
        found = self.book.dialogues[dialogue].steps.get(step)
        return f"{dialogue}.{step}.voice:{what}" if found and what in found.voice else key

    def menu(self) -> tuple[Choice, ...]:
        place = attrgetter("key" if self.voice else "order")
        shown = sorted(filter(place, self.book.dialogues.values()), key=place)
        return tuple(
            Choice(f"menu:{one.name}", one.title[self.language], one.hint.get(self.language, ""))
            for one in shown
        )

    def choices_at(self, dialogue: str, step: str, memory: Mapping[str, Any]) -> tuple[Choice, ...]:
        """Return what may be picked at a step; () where something is typed."""
        found = (
            self.book.dialogues[dialogue].steps.get(step)
            if dialogue in self.book.dialogues
            else None
        )
        return self._choices(found, memory) if found else ()

    def hear(self, position: Position, heard: Heard) -> Turn:
        """Return what is answered to a message, and where the conversation stands then."""
        going = self.book.dialogues.get(position.dialogue)
        self.private = going is not None and going.private
        command = "" if heard.choice or self.voice else command_of(heard.text)
        if command in {"stop", "resume"}:
            return Turn(self.say(command), (), Position(), command)
        if command in {"english", "indonesian"}:
            self.language = "en" if command == "english" else "id"
            return Turn(self.say("greeting"), self.menu(), _at_menu(self.menu()), command)
        if command in {"menu", "cancel"}:
            return self._to_menu("greeting" if command == "menu" else "cancelled")
        dialogue = self.book.dialogues.get(position.dialogue)
        step = dialogue.steps.get(position.step) if dialogue else None
        if dialogue is None or step is None:
            return self._begin(position, heard)
        free = not step.prose and not heard.choice and not self.voice
        if free and (found := split_keyword(self.book, heard.text)):
            return self._start(*found, heard)
        return self._answer(dialogue, step, dict(position.memory), heard)

    def _begin(self, position: Position, heard: Heard) -> Turn:
        heard = replace(heard, files=(*position.memory.get("files", ()), *heard.files))
        picked = _picked(heard, _kept(position.memory))
        if picked and picked.startswith("menu:") and picked[5:] in self.book.dialogues:
            return self._start(self.book.dialogues[picked[5:]], "", heard)
        if not heard.choice and (found := split_keyword(self.book, heard.text)):
            return self._start(*found, heard)
        if heard.files:
            return self._to_menu("file_unasked", heard.files)
        return self._to_menu("not_understood" if position.memory.get("greeted") else "greeting")

    def begin(self, dialogue: str) -> Turn:
        """Return what is said when a dialogue begins without having been asked for."""
        self.private = False
        return self._start(self.book.dialogues[dialogue], "", Heard())

    def _to_menu(self, key: str, files: Sequence[str] = ()) -> Turn:
        return Turn(self.say(key), self.menu(), _at_menu(self.menu(), files))

    def _start(self, dialogue: Dialogue, rest: str, heard: Heard) -> Turn:
        self.private = self.private or dialogue.private
        first = dialogue.steps[dialogue.first]
        memory: dict[str, Any] = {"files": list(heard.files)} if heard.files else {}
        if rest and first.expects in {Expects.WORDS, Expects.DIGITS}:
            return self._answer(dialogue, first, memory, Heard(rest, place=heard.place))
        return self._go(dialogue, dialogue.first, memory, heard)

    def _answer(self, dialogue: Dialogue, step: Step, memory: dict[str, Any], heard: Heard) -> Turn:
        if step.expects in {Expects.FILE, Expects.VOICE}:
            return self._files(dialogue, step, memory, heard)
        if heard.files:  # also beside words, or instead of a choice: what is asked for stays open
            memory["files"] = [*memory.get("files", []), *heard.files]
        if step.expects is Expects.CHOICE:
            choices = self._choices(step, memory)
            picked = _picked(heard, choices)
            if picked is None:
                return self._again(dialogue, step, memory, heard)
            memory[step.fills] = picked
            option = next((one for one in step.options if one.id == picked), None)
            after = (option.next if option else "") or step.next.get("", END)
            return self._go(dialogue, after, memory, heard)
        text = heard.text.strip()
        if step.optional and (not text or fold(text) in _SKIP):
            text = ""
        elif not text:
            return self._again(dialogue, step, memory, heard)
        if step.expects is Expects.DIGITS and not (text := "".join(filter(str.isdigit, text))):
            return self._again(dialogue, step, memory, heard)
        memory[step.fills] = text
        if heard.place:
            memory["place"] = list(heard.place)
        return self._go(dialogue, step.next.get("", END), memory, heard)

    def _files(self, dialogue: Dialogue, step: Step, memory: dict[str, Any], heard: Heard) -> Turn:
        if heard.files:
            memory[step.fills] = [*memory.get(step.fills, []), *heard.files]
            if step.expects is Expects.VOICE:
                return self._go(dialogue, step.next.get("", END), memory, heard)
            said = self.say("file_kept", {"count": len(memory[step.fills])})
            return Turn(said, (), Position(dialogue.name, step.id, memory))
        if fold(heard.text).strip(" .!") in _DONE or heard.choice:
            memory.setdefault(step.fills, [])
            return self._go(dialogue, step.next.get("", END), memory, heard)
        return self._again(dialogue, step, memory, heard)

    def _again(self, dialogue: Dialogue, step: Step, memory: dict[str, Any], heard: Heard) -> Turn:
        what = "again" if "again" in step.says and not heard.files else "ask"
        said = self.say(f"{dialogue.name}.{step.id}.{what}", memory)
        if heard.files:
            said = f"{self.say('file_noted')}\n\n{said}"
        return Turn(said, self._choices(step, memory), Position(dialogue.name, step.id, memory))

    def _choices(self, step: Step, memory: Mapping[str, Any]) -> tuple[Choice, ...]:
        if step.expects is not Expects.CHOICE:
            return ()
        if step.options:
            return tuple(
                Choice(one.id, one.title[self.language], one.hint.get(self.language, ""))
                for one in step.options
            )
        return _kept(memory)

    def _go(self, dialogue: Dialogue, target: str, memory: dict[str, Any], heard: Heard) -> Turn:
        """Do what needs no answer, until a question or the end."""
        said: list[str] = []
        for _count in range(_MOST_STEPS):
            if not target or target == END:
                return Turn("\n\n".join(said), (), Position(memory={"greeted": True}))
            step = dialogue.steps[target]
            key = f"{dialogue.name}.{step.id}"
            if step.expects:
                if said and "after" in step.says:
                    said.append(self.say(f"{key}.after", memory))
                else:
                    said.append(self.say(f"{key}.ask", memory))
                here = Position(dialogue.name, step.id, memory)
                return Turn("\n\n".join(said), self._choices(step, memory), here)
            assert self.act is not None, "a talk that only shows hears nothing"
            outcome = self.act(step.does, memory, heard)
            self.private = self.private or outcome.private
            memory.update(outcome.remember)
            if outcome.choices:
                memory["choices"] = [[one.id, one.title, one.hint] for one in outcome.choices]
            if outcome.name in step.says:
                said.append(self.say(f"{key}.{outcome.name}", {**memory, **outcome.values}))
            target = step.next.get(outcome.name, step.next.get("", END))
        raise RuntimeError(f"the dialogue {dialogue.name} goes in circles")


def _kept(memory: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(*row) for row in memory.get("choices", ()))


def _at_menu(menu: tuple[Choice, ...], files: Sequence[str] = ()) -> Position:
    shown = [[one.id, one.title, one.hint] for one in menu]
    waiting = {"files": list(files)} if files else {}
    return Position(memory={"greeted": True, "choices": shown, **waiting})


def _picked(heard: Heard, choices: Sequence[Choice]) -> str | None:
    """Return the choice that was meant: by its id, its number in the list, or its title."""
    ids = [one.id for one in choices]
    if heard.choice:
        return heard.choice if heard.choice in ids or heard.choice.startswith("menu:") else None
    typed = heard.text.strip().strip(".)")
    if typed.isdigit() and len(typed) <= 3:  # noqa: PLR2004  a number of the list, not of a permit
        return ids[int(typed) - 1] if 1 <= int(typed) <= len(ids) else None
    if not typed:
        return None
    titles = {fold(one.title): one.id for one in choices}
    meant = close_to(typed, list(titles)) or _by_some_words(typed, list(titles))
    return titles[meant] if meant else None


def _by_some_words(typed: str, titles: Sequence[str]) -> str | None:
    """Return the only title that has every word typed: "pungutan liar" of "pungutan liar atau permintaan uang"."""
    parts = fold(typed).split()
    if max(map(len, parts), default=0) < _SHORTEST_FORGIVEN:
        return None
    found = [one for one in titles if all(close_to(part, one.split()) for part in parts)]
    return found[0] if len(found) == 1 else None
