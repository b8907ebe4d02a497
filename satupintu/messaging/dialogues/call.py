"""
A call as a talk: what is spoken, which keys are waited for, what happens when none or a wrong one comes. Pure.

"0" asks for an officer, "*" repeats, "9" in the menu changes the language. Three misses one after another end the
call; so does talking for too long.
"""

from collections.abc import Callable

from satupintu.messaging.channels.port import Choice, Prompt, Spoken, Then
from satupintu.messaging.dialogues.book import Expects
from satupintu.messaging.dialogues.talk import Heard, Position, Talk, Turn

MISSES = 3
MOST_TURNS = 60
MOST_CHOICES = 8  # 9 changes the language, 0 calls an officer
RECORD_SECONDS = 120
_OTHER = {"id": "en", "en": "id"}


class CallTalk:
    """One call. `officers`: whether the caller can be put through to one; `talk_in` gives the talk in a language."""

    def __init__(
        self, talk_in: Callable[[str], Talk], language: str, *, office: str, officers: bool
    ) -> None:
        self._talk_in = talk_in
        self._office = office
        self._officers = officers
        self._talk = talk_in(language)
        self._position = Position()
        self._choices: tuple[Choice, ...] = ()
        self._last = Spoken((), Then.KEY)
        self._misses = 0
        self._turns = 0

    @property
    def language(self) -> str:
        return self._talk.language

    @property
    def step(self) -> str:
        """The step that is being answered, "dialogue.step"; "" in the menu."""
        return f"{self._position.dialogue}.{self._position.step}" if self._position.dialogue else ""

    @property
    def private(self) -> bool:
        """Whether what was said last, and what is said to it, is not for officers who read conversations."""
        return self._talk.private

    def begin(self) -> Spoken:
        return self._menu(self._prompts_of("call_greeting", office=self._office))

    def pressed(self, keys: str) -> Spoken:
        """Return what follows some keys; "" is that none came in time."""
        self._turns += 1
        if self._turns > MOST_TURNS:
            return self._goodbye(())
        if keys.endswith("*"):
            return self._last
        if keys in {"0", "0#"}:
            return self._officer()
        if self._last.then is Then.RECORD:
            return self.recorded(())
        return self._digits(keys.rstrip("#"))

    def _digits(self, digits: str) -> Spoken:
        if not digits:
            return self._missed("call_silence")
        if self._last.then is Then.KEYS:
            return self._heard(Heard(digits))
        return self._one_key(digits[0])

    def _one_key(self, key: str) -> Spoken:
        if key == "9" and not self._position.dialogue:
            self._talk = self._talk_in(_OTHER[self.language])
            return self._menu(())
        place = int(key)
        if not 1 <= place <= len(self._choices):
            return self._missed("call_no_such_key")
        return self._heard(Heard(choice=self._choices[place - 1].id))

    def recorded(self, documents: tuple[str, ...]) -> Spoken:
        """Return what follows a recording, kept as `documents`; () when nothing was to be heard."""
        return self._heard(Heard(files=documents)) if documents else self._missed("call_no_voice")

    def no_officer(self) -> Spoken:
        """Return what follows when no officer took the call: they may be called back."""
        prompts = self._prompts_of("call_no_officer")
        self._talk.parts = []
        return self._after(self._talk.begin("call_back"), prompts)

    def _officer(self) -> Spoken:
        if not self._officers:
            return self.no_officer()
        self._misses = 0
        self._last = Spoken(self._prompts_of("call_connect"), Then.OFFICER)
        return self._last

    def _heard(self, heard: Heard) -> Spoken:
        self._misses = 0
        self._talk.parts = []
        return self._after(self._talk.hear(self._position, heard))

    def _after(self, turn: Turn, before: tuple[Prompt, ...] = ()) -> Spoken:
        prompts = (*before, *self._said())
        self._position = turn.position
        dialogue = self._talk.book.dialogues.get(turn.position.dialogue)
        if dialogue is None:
            return self._menu((*prompts, *self._prompts_of("call_more")))
        expects = dialogue.steps[turn.position.step].expects
        if expects is Expects.CHOICE:
            self._choices = turn.choices[:MOST_CHOICES]
            self._last = Spoken((*prompts, *self._keys_of(self._choices)), Then.KEY)
        elif expects is Expects.VOICE:
            prompts = (*prompts, *self._prompts_of("call_tone"))
            self._last = Spoken(prompts, Then.RECORD, RECORD_SECONDS)
        else:
            self._last = Spoken((*prompts, *self._prompts_of("call_hash")), Then.KEYS)
        return self._last

    def _menu(self, before: tuple[Prompt, ...]) -> Spoken:
        menu = self._talk.menu()
        self._choices = menu[:MOST_CHOICES]
        shown = [[one.id, one.title, one.hint] for one in menu]
        self._position = Position(memory={"greeted": True, "choices": shown})
        other = self._talk_in(_OTHER[self.language])
        self._last = Spoken(
            (
                *before,
                *self._keys_of(self._choices),
                *self._prompts_of("call_zero"),
                Prompt(other.say("call_language"), other.language, "call_language"),
            ),
            Then.KEY,
        )
        return self._last

    def _missed(self, why: str) -> Spoken:
        self._misses += 1
        prompts = self._prompts_of(why)
        if self._misses >= MISSES:
            return self._goodbye(prompts)
        return Spoken((*prompts, *self._last.prompts), self._last.then, self._last.seconds)

    def _goodbye(self, before: tuple[Prompt, ...]) -> Spoken:
        return Spoken((*before, *self._prompts_of("call_goodbye")), Then.END)

    def _said(self) -> tuple[Prompt, ...]:
        made = tuple(
            Prompt(part.text, self.language, part.key if part.same else "")
            for part in self._talk.parts
        )
        self._talk.parts = []
        return made

    def _prompts_of(self, key: str, **values: str) -> tuple[Prompt, ...]:
        self._talk.parts = []
        self._talk.say(key, values)
        return self._said()

    def _keys_of(self, choices: tuple[Choice, ...]) -> tuple[Prompt, ...]:
        """Return "press 1 for ..." of each choice; one of the program's own may be a recording ("menu.call_track")."""
        return tuple(
            Prompt(
                self._talk.say("press_it", {"key": place, "title": one.title}),
                self.language,
                one.id.replace(":", ".") if one.id.startswith("menu:") else "",
            )
            for place, one in enumerate(choices, start=1)
        )
