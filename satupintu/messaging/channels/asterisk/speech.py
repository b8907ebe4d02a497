"""
Sound files for what is spoken: the office's own recording where there is one, else made by espeak-ng and kept.

Files are 8 kHz, 16 bit, mono: what every telephone system plays. `here` is the folder as this program sees it, `there`
as the telephone system does (another machine, a container). Nothing personal is in them: no dialogue speaks a name.
"""

import hashlib
import io
import math
import os
import re
import shutil
import subprocess
import time
import wave
from array import array
from functools import lru_cache
from operator import mul
from pathlib import Path

from satupintu.lib.spoken import read_aloud
from satupintu.messaging.channels.port import Prompt

RATE = 8000
_WORDS_A_MINUTE = {"id": 140, "en": 150}
_SECONDS = 20  # espeak-ng needs a fraction of one for a paragraph
_KEPT_DAYS = 30
_VERSION = 1  # of how files are made; raised, all are made anew
_CUTOFF_HZ = 3600
_TAPS = 33
_LOUD = 300  # of 32768: below it is the noise of a line
_SHORTEST_SECONDS = 0.7


class NoSpeech(Exception):
    """A text cannot be spoken: espeak-ng is missing, or made nothing."""


@lru_cache(maxsize=4)
def _filters(up: int, down: int, rate: int) -> list[tuple[float, ...]]:
    """Return a low-pass filter for each of the `up` places between two samples (windowed sinc)."""
    cutoff, half = _CUTOFF_HZ / rate, _TAPS // 2
    made = []
    for place in range(up):
        offset = (place * down % up) / up
        weights = []
        for tap in range(_TAPS):
            x = tap - half - offset
            sinc = 2 * cutoff if x == 0 else math.sin(2 * math.pi * cutoff * x) / (math.pi * x)
            weights.append(sinc * (0.54 + 0.46 * math.cos(math.pi * x / (half + 1))))
        whole = sum(weights)
        made.append(tuple(weight / whole for weight in weights))
    return made


def to_8_khz(wav: bytes) -> bytes:
    """Return a mono 16-bit WAV at 8 kHz. Raises wave.Error or ValueError for what is none."""
    with wave.open(io.BytesIO(wav)) as source:
        if source.getnchannels() != 1 or source.getsampwidth() != 2:  # noqa: PLR2004  16 bit
            raise ValueError("mono, 16 bit")
        rate = source.getframerate()
        samples = array("h", source.readframes(source.getnframes()))
    if rate != RATE:
        samples = _resampled(samples, rate)
    return _wav(samples)


def _wav(samples: "array[int]") -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes(samples.tobytes())
    return made.getvalue()


def _resampled(samples: "array[int]", rate: int) -> "array[int]":
    common = math.gcd(RATE, rate)
    up, down = RATE // common, rate // common
    filters, half = _filters(up, down, rate), _TAPS // 2
    padded = array("h", bytes(2 * half)) + samples + array("h", bytes(2 * (half + 1)))
    made = array("h")
    for at in range(len(samples) * up // down):
        first = at * down // up
        total = sum(map(mul, filters[at % up], padded[first : first + _TAPS]))
        made.append(max(-32768, min(32767, round(total))))
    return made


def can_be_heard(wav: bytes) -> bool:
    """Say whether a recording holds a voice: long enough, and louder than the line's noise."""
    try:
        with wave.open(io.BytesIO(wav)) as source:
            frames, rate = source.getnframes(), source.getframerate()
            if source.getsampwidth() != 2 or frames < _SHORTEST_SECONDS * rate:  # noqa: PLR2004  16 bit
                return False
            samples = array("h", source.readframes(frames))
    except (wave.Error, EOFError, ValueError):
        return False
    return max(max(samples, default=0), -min(samples, default=0)) >= _LOUD


class Voice:
    """The folder of sound files. `own` recordings lie in it as own/<name>.<language>.wav."""

    def __init__(self, here: Path, there: str = "", program: str = "espeak-ng") -> None:
        self.here = here
        self.there = there or str(here)
        self.program = shutil.which(program) or ""

    def media(self, prompt: Prompt) -> str:
        """Return the address of a prompt's sound for the telephone system. Raises NoSpeech or OSError."""
        file = self._own(prompt) or self._made(prompt)
        return f"sound:{self.there}/{file.relative_to(self.here).with_suffix('')}"

    def beep(self) -> str:
        """Return the address of a short tone: not every Asterisk has its own sounds installed."""
        file = self.here / "made" / "beep.wav"
        if not file.is_file():
            tone = (round(9000 * math.sin(math.pi * at / 4)) for at in range(RATE // 4))  # 1000 Hz
            self._write(file, _wav(array("h", tone)))
        return f"sound:{self.there}/made/beep"

    def _own(self, prompt: Prompt) -> Path | None:
        if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_:-]+)*", prompt.name):
            return None
        name = prompt.name.replace(":", "-")
        file = self.here / "own" / f"{name}.{prompt.language}.wav"
        return file if file.is_file() else None

    def _made(self, prompt: Prompt) -> Path:
        text = read_aloud(prompt.text, prompt.language)
        key = f"{_VERSION}\0{prompt.language}\0{text}"
        file = self.here / "made" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.wav"
        if file.is_file():
            os.utime(file)  # tidy() keeps what is in use
            return file
        self._write(file, to_8_khz(self._spoken(text, prompt.language)))
        return file

    def _spoken(self, text: str, language: str) -> bytes:
        if not self.program:
            raise NoSpeech("espeak-ng is not installed")
        voice = language if language in _WORDS_A_MINUTE else "id"
        try:
            done = subprocess.run(  # noqa: S603  a known program; the text is its input, not an argument
                [
                    self.program,
                    "-v",
                    voice,
                    "-s",
                    str(_WORDS_A_MINUTE[voice]),
                    "--stdin",
                    "--stdout",
                ],
                input=text.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise NoSpeech(type(error).__name__) from error
        return _closed(done.stdout)

    def _write(self, file: Path, wav: bytes) -> None:
        """Write a file that the telephone system may read, whole or not at all."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.parent.chmod(0o755)
        part = file.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}.part")
        part.write_bytes(wav)
        part.chmod(0o644)
        part.replace(file)

    def tidy(self, now: float) -> int:
        """Delete made files that were not played for a month, by `now` in seconds since 1970; return how many."""
        old = [
            file
            for file in (self.here / "made").glob("*.wav")
            if file.stat().st_mtime < now - _KEPT_DAYS * 86400
        ]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)


def _closed(wav: bytes) -> bytes:
    """Return a WAV whose lengths are true: to a pipe espeak-ng writes the longest possible."""
    header = 44
    data = wav[header:]
    if len(data) < 2:  # noqa: PLR2004  one sample
        raise NoSpeech("nothing was made")
    size = len(data) - len(data) % 2
    return (
        wav[:4]
        + (36 + size).to_bytes(4, "little")
        + wav[8:40]
        + size.to_bytes(4, "little")
        + data[:size]
    )
