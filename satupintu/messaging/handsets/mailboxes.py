"""
A demo's mail server: the office's letters lie in people's mailboxes, theirs are piped into `satupintu mail`.

SMTP is aiosmtpd's. Whoever writes here writes by SMTP too, and the office takes the letter by the road of a real mail
server (docs/channels/email.md): its program is given the letter, and when it says so the sender hears: later.
"""

import os
import smtplib
import subprocess
import sys
from asyncio import get_running_loop
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from typing import Any

from aiosmtpd.controller import Controller
from django.utils import timezone

from satupintu.messaging.handsets.cast import PHOTO, Owner

_MOST = 100  # letters of a mailbox: a demo is forgotten soon
_SECONDS = 60
_LATER = 75  # EX_TEMPFAIL


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in a mailbox; `id` is its Message-ID, `mine`: the mailbox's owner wrote it."""

    id: str
    subject: str
    text: str
    at: datetime
    mine: bool
    references: tuple[str, ...] = ()


def piped(letter: bytes) -> int:
    """Give a letter to `satupintu mail` as a mail server does; return its exit code (0: the office keeps it)."""
    program = [sys.executable, "-m", "satupintu.config.cli", "mail"]
    done = subprocess.run(  # noqa: S603  our own program
        program, input=letter, env=os.environ, timeout=_SECONDS, check=False, capture_output=True
    )
    return done.returncode


class NotTaken(Exception):
    """The office did not take a letter."""


@dataclass
class Mailboxes:
    """Everybody's mailbox behind one mail server on 127.0.0.1; `office` is the office's address."""

    office: str
    port: int
    pipe: Callable[[bytes], int] = piped
    letters: dict[str, list[Letter]] = field(default_factory=dict)

    def start(self) -> None:
        """Listen, in a thread. Raises OSError when the port is taken."""
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        for address in envelope.rcpt_tos:
            if address.lower() != self.office.lower():
                self._keep(address, read(envelope.content, mine=False))
                continue
            code = await get_running_loop().run_in_executor(None, self.pipe, envelope.content)
            if code:
                return "451 4.3.0 try again later" if code == _LATER else "554 5.6.0 not taken"
        return "250 2.0.0 kept"

    def write(
        self, person: Owner, *, subject: str, text: str, answers: str = "", photo: bool = False
    ) -> None:
        """Let somebody write to the office, anew or as an answer to the letter `answers`. Raises NotTaken."""
        answered = next((one for one in self.box(person) if one.id == answers), None)
        letter = EmailMessage()
        letter["From"] = formataddr((person.name, person.email))
        letter["To"] = self.office
        letter["Subject"] = subject
        letter["Date"] = format_datetime(datetime.now(tz=UTC))  # noqa: TID251  another machine with its own clock
        letter["Message-ID"] = make_msgid(domain=person.email.partition("@")[2])
        if answered is not None:
            letter["In-Reply-To"] = answered.id
            letter["References"] = " ".join([*answered.references, answered.id])
            text = f"{text}\n\n{_quoted(answered, self.office)}"
        letter.set_content(text)
        if photo:
            letter.add_attachment(PHOTO, maintype="image", subtype="png", filename="foto.png")
        written = read(letter.as_bytes(), mine=True)  # before an answer can come
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=_SECONDS) as server:
                server.send_message(letter)
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken from error
        self._keep(person.email, written)

    def box(self, person: Owner) -> list[Letter]:
        """Return somebody's letters, oldest first."""
        return self.letters.get(person.email, [])

    def _keep(self, address: str, letter: Letter) -> None:
        box = self.letters.setdefault(address.lower(), [])
        box.append(letter)
        box.sort(key=lambda one: one.at)
        del box[:-_MOST]


def read(raw: bytes, *, mine: bool) -> Letter:
    """Return a letter as its reader sees it."""
    letter = message_from_bytes(raw, policy=policy.default)
    body = letter.get_body(preferencelist=("plain", "html"))
    text = "" if body is None else str(body.get_content())
    files = [part.get_filename() or "" for part in letter.iter_attachments()]
    return Letter(
        id=str(letter["Message-ID"] or "").strip(),
        subject=str(letter["Subject"] or ""),
        text="\n".join([text.strip(), *(f"[{name}]" for name in files)]),
        at=datetime.now(tz=UTC),  # noqa: TID251  as above
        mine=mine,
        references=tuple(str(letter["References"] or "").split()),
    )


def _quoted(letter: Letter, office: str) -> str:
    """Return a letter as mail programs put it below an answer."""
    lines = "\n".join(f"> {line}" for line in letter.text.split("\n"))
    return f"Pada {timezone.localtime(letter.at):%d/%m/%Y %H.%M} {office} menulis:\n{lines}"


def office_address(sender: str) -> str:
    """Return the address at which an office is written to that sends as `sender` ("Name <address>")."""
    return parseaddr(sender)[1]
