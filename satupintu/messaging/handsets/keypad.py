"""A made-up person's telephone with keys: calls the office's number, presses, speaks, hangs up."""

import base64
import tempfile
import wave
from pathlib import Path
from typing import Any

from satupintu.lib.codes import keypad
from satupintu.messaging.channels.asterisk.speech import NoSpeech, Voice, to_8_khz
from satupintu.messaging.channels.port import Prompt
from satupintu.messaging.handsets.cast import Owner
from satupintu.messaging.handsets.switchboard import (
    KEYS,
    Hands,
    NotListening,
    PhoneCall,
    Switchboard,
    seconds,
)

MOST_KEYS = 40
LONGEST_SECONDS = 120
# The office's next words come in less, unless it waits for more keys.
_ANSWER_SECONDS = 4.0
_MORE_KEYS_SECONDS = 1.5


class Unsaid(ValueError):
    """Something could not be done with the telephone; its one word names it for the page."""


class Keypad:
    """The telephone of one person, and the last call it made."""

    def __init__(self, board: Switchboard, owner: Owner) -> None:
        self._board = board
        self._owner = owner
        self._call: PhoneCall | None = None

    def act(self, kind: str, text: str, wav: str) -> None:
        """
        Do what a person does with it, and wait until the office's next words begin. Raises Unsaid.

        `kind`: "dial", "keys" (with `text`), "say" (words of `text`, or a WAV in base 64), "hang_up"; else nothing.
        """
        call = self._call
        if kind == "dial" and (call is None or call.hands is Hands.NOBODY):
            call = self._call = self._board.call(f"0{self._owner.phone[3:]}", self._owner.name)
            self._wait(call, 0, _ANSWER_SECONDS)
        elif call is None:
            return
        elif kind == "keys":
            self._press(call, text)
        elif kind == "say":
            self._say(call, text, wav)
        elif kind == "hang_up":
            self._board.hang_up(call)

    def _press(self, call: PhoneCall, typed: str) -> None:
        keys = keypad(typed)  # letters as the keys that bear them, as a person looks for them
        if not keys or not set(keys) <= KEYS or len(keys) > MOST_KEYS:
            raise Unsaid("keys")
        heard = len(call.moments) + 1  # the keys themselves
        self._board.press(call, keys)
        self._wait(call, heard, _ANSWER_SECONDS if keys[-1] in "#*" else _MORE_KEYS_SECONDS)

    def _wait(self, call: PhoneCall, heard: int, longest: float) -> None:
        """Wait until something is heard after so many moments, or nothing will be."""
        self._board.wait(
            call,
            lambda one: (
                one.hands is not Hands.PROGRAM or any(not it.mine for it in one.moments[heard:])
            ),
            longest,
        )

    def _say(self, call: PhoneCall, words: str, wav: str) -> None:
        if not words and not wav:
            raise Unsaid("words")
        try:
            said = to_8_khz(base64.b64decode(wav)) if wav else self._spoken(words)
        except NoSpeech as error:
            raise Unsaid("voice") from error
        except (ValueError, EOFError, wave.Error) as error:
            raise Unsaid("sound") from error
        if seconds(said) > LONGEST_SECONDS:
            raise Unsaid("long")
        try:
            self._board.speak(call, said, words)
        except NotListening as error:
            raise Unsaid("listening") from error

    def _spoken(self, words: str) -> bytes:
        """Return words as espeak-ng speaks them. Raises NoSpeech."""
        with tempfile.TemporaryDirectory() as folder:
            media = Voice(Path(folder)).media(Prompt(words))
            return Path(f"{media.removeprefix('sound:')}.wav").read_bytes()

    def sound(self, name: str) -> bytes:
        """Return a sound of the last call; b"" for nothing of that name."""
        return self._call.sounds.get(name, b"") if self._call is not None else b""

    def state(self) -> dict[str, Any] | None:
        """Return what the page shows of the last call; None before the first."""
        call = self._call
        if call is None:
            return None
        return {
            "id": call.id,
            "hands": call.hands.value,
            "speaking": call.playing is not None,
            "recording": call.taping is not None,
            "moments": [
                {
                    "mine": one.mine,
                    "text": one.text,
                    "sound": one.sound if one.sound in call.sounds else "",
                    "at": one.at.isoformat(),
                }
                for one in call.moments
            ],
        }
