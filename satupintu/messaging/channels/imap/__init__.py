"""
E-mail that comes in: from a mailbox by IMAP, or piped by the mail server into `satupintu mail`. Sending is `smtp`'s.

A letter with files is put aside in the office's folder until a worker has fetched and checked them.
"""

import imaplib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from satupintu.lib import clock, env
from satupintu.messaging.channels.imap.letters import file_of, read_letter, spool_name
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Media,
    MediaGone,
    MediaTooLarge,
    Outgoing,
    Received,
    Sent,
    Trouble,
)
from satupintu.messaging.rules import ChannelKind

log = structlog.get_logger()

_TIMEOUT_SECONDS = 20
MOST_BYTES = 25 * 1024 * 1024
_KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where letters lie. `host` "" means: none, letters are piped in."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str
    every_seconds: int


def mailbox() -> Mailbox:
    """Return the mailbox of the settings. Raises BadSetting when it has a host and no user."""
    found = Mailbox(
        env.env_str("SATUPINTU_IMAP_HOST"),
        env.env_int("SATUPINTU_IMAP_PORT", 993),
        env.env_bool("SATUPINTU_IMAP_TLS", default=True),
        env.env_str("SATUPINTU_IMAP_USER"),
        env.env_secret("SATUPINTU_IMAP_PASSWORD"),
        env.env_str("SATUPINTU_IMAP_FOLDER", "INBOX"),
        env.env_int("SATUPINTU_IMAP_EVERY", 20),
    )
    if found.host and not (found.user and found.password):
        raise env.BadSetting(
            "SATUPINTU_IMAP_HOST is set; set SATUPINTU_IMAP_USER and SATUPINTU_IMAP_PASSWORD too."
        )
    return found


class Imap:
    """Hears letters; carries none."""

    name = "imap"
    per_second = 0.0

    def __init__(self, box: Mailbox, spool: Path) -> None:
        self.box = box
        self.spool = spool

    def carries(self, channel: ChannelKind) -> bool:
        del channel
        return False

    def send(self, message: Outgoing) -> Sent | Failed:
        del message
        return Failed(True, "letters are sent by smtp", Trouble.CONTENT)

    def health(self) -> Health:
        if not self.box.host:
            return Health(True, "IMAP: -, satupintu mail")
        try:
            self._open().logout()
        except (OSError, imaplib.IMAP4.error) as error:
            return Health(False, f"IMAP: {type(error).__name__}")
        return Health(True, f"IMAP: {self.box.host}, {self.box.folder}")

    def hear(self, raw: bytes, at: datetime) -> Received:
        """Return what a letter brings, with its files put aside."""
        received = read_letter(raw, at)
        if any(message.media for message in received.messages):
            self.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.spool / spool_name(raw)).write_bytes(raw)
        return received

    def listen(self, take: Callable[[Received], None], stop: threading.Event) -> None:
        """Look into the mailbox again and again; a letter is marked as seen after it was kept."""
        if not self.box.host:
            stop.wait()
            return
        server = self._open()
        try:
            while not stop.is_set():
                self._look(server, take)
                stop.wait(self.box.every_seconds)
        finally:
            server.shutdown()

    def _open(self) -> imaplib.IMAP4:
        kind = imaplib.IMAP4_SSL if self.box.tls else imaplib.IMAP4
        server = kind(self.box.host, self.box.port, timeout=_TIMEOUT_SECONDS)
        server.login(self.box.user, self.box.password)
        answer, _data = server.select(_quoted(self.box.folder))
        if answer != "OK":
            raise OSError("the folder cannot be opened")
        return server

    def _look(self, server: imaplib.IMAP4, take: Callable[[Received], None]) -> None:
        try:
            server.noop()
            _answer, found = server.uid("SEARCH", "UNSEEN")
            for uid in (found[0] or b"").split():
                _answer, parts = server.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
                raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
                if len(raw) > MOST_BYTES:
                    log.warning("letter_too_large", mib=len(raw) >> 20)
                    # Flagged for a person to read.
                    server.uid("STORE", uid.decode(), "+FLAGS", "(\\Seen \\Flagged)")
                    continue
                if raw:
                    take(self.hear(raw, clock.now()))
                server.uid("STORE", uid.decode(), "+FLAGS", "(\\Seen)")
        except imaplib.IMAP4.error as error:
            raise OSError(type(error).__name__) from error

    def fetch(self, media: Media, limit: int) -> bytes:
        name, _hash, number = media.id.partition("#")
        try:
            raw = (self.spool / Path(name).name).read_bytes()
        except FileNotFoundError as error:
            raise MediaGone from error
        content = file_of(raw, int(number or 0))
        if content is None:
            raise MediaGone
        if len(content) > limit:
            raise MediaTooLarge
        return content


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def forget_old(*, at: datetime) -> int:
    """Erase letters that were put aside a week ago (the worker's step); return how many."""
    done = 0
    for path in _spool().glob("*"):
        if path.stat().st_mtime < at.timestamp() - _KEPT_SECONDS:
            path.unlink(missing_ok=True)
            done += 1
    return done


def _spool() -> Path:
    return Path(settings.HOME) / "mail"


def transport() -> Imap:
    return Imap(mailbox(), _spool())
