"""Opened keys by session token: how long they stay open, and how often a wrong secret is heard."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import Officer
from satupintu.documents.signing.port import OpenKey, SigningRefused, WrongSecret
from satupintu.documents.signing.registry import signer

IDLE_SECONDS = 15 * 60
LONGEST_SECONDS = 2 * 60 * 60
TRIES = 5
PAUSE_SECONDS = 5 * 60


class SessionEnded(SigningRefused):
    """The signing session is over; the secret has to be typed again."""

    def __init__(self) -> None:
        super().__init__(_("Sesi tanda tangan sudah berakhir. Ketik kata sandi tanda tangan lagi."))


class TooManyTries(SigningRefused):
    """Wrong secrets, too often."""

    def __init__(self) -> None:
        super().__init__(
            _("Kata sandi tanda tangan salah berkali-kali. Tunggu 5 menit, lalu coba lagi.")
        )


@dataclass(slots=True)
class _Session:
    officer_id: int
    key: OpenKey
    opened: float
    used: float


@dataclass(slots=True)
class Sessions:
    """Opened keys by session token. `clock` counts seconds and never goes back."""

    clock: Any = time.monotonic
    _open: dict[str, _Session] = field(default_factory=dict)
    _wrong: dict[int, list[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def unlock(self, officer: Officer, secret: str, code: str) -> str:
        """Return a new session token. Raises WrongSecret, TooManyTries, SignerUnavailable."""
        now = self.clock()
        with self._lock:
            recent = [at for at in self._wrong.get(officer.id, []) if now - at < PAUSE_SECONDS]
            self._wrong[officer.id] = recent
            if len(recent) >= TRIES:
                raise TooManyTries
        try:
            key = signer(code).unlock(officer, secret)
        except WrongSecret:
            with self._lock:
                self._wrong[officer.id].append(now)
            raise
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._wrong.pop(officer.id, None)
            self._open[token] = _Session(officer.id, key, now, now)
        return token

    def key(self, token: str, officer_id: int) -> OpenKey:
        """Return the opened key and keep the session awake. Raises SessionEnded."""
        self.close_ended()
        with self._lock:
            session = self._open.get(token)
            if session is None or session.officer_id != officer_id:
                raise SessionEnded
            session.used = self.clock()
            return session.key

    def seconds_left(self, token: str, officer_id: int) -> int:
        """Return how long the unused session lasts; 0 when over. Keeps nothing awake."""
        self.close_ended()
        with self._lock:
            session = self._open.get(token)
            if session is None or session.officer_id != officer_id:
                return 0
            now = self.clock()
            left = min(session.used + IDLE_SECONDS, session.opened + LONGEST_SECONDS) - now
            return max(0, int(left))

    def lock(self, token: str) -> None:
        with self._lock:
            session = self._open.pop(token, None)
        if session:
            session.key.close()

    def close_ended(self) -> None:
        """Forget every session that was idle, or open, for too long."""
        now = self.clock()
        with self._lock:
            ended = [
                token
                for token, session in self._open.items()
                if now - session.used >= IDLE_SECONDS or now - session.opened >= LONGEST_SECONDS
            ]
            sessions = [self._open.pop(token) for token in ended]
        for session in sessions:
            session.key.close()
