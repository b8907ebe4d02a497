"""
The signer: one process that holds officers' opened keys for a short session, behind a private
socket.

An officer types the secret once; the web process hands it over and forgets it, and keeps only a
session token. Keys and secrets live in this process's memory alone and are gone after 15 minutes
without use, after two hours in any case, and when the process ends.

Protocol: each side sends 4 bytes length and a JSON object, then 4 bytes length and a body (the PDF
file, or nothing). One request per connection. Only processes of the same system user are answered.
"""

import json
import os
import socket
import socketserver
import struct
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import Officer, SignedPdf
from satupintu.documents.signing.port import (
    SignerUnavailable,
    SigningRefused,
    WrongSecret,
)
from satupintu.documents.signing.sessions import SessionEnded, Sessions, TooManyTries

log = structlog.get_logger()

MAX_HEADER = 16 * 1024
MAX_BODY = 40 * 1024 * 1024
_REQUEST_SECONDS = 150  # longer than BSrE may take

Message = dict[str, Any]


class SignerNotRunning(SignerUnavailable):
    """Nobody listens on the socket."""

    def __init__(self) -> None:
        super().__init__(
            _("Layanan tanda tangan di server ini belum berjalan. Beri tahu admin, lalu coba lagi.")
        )


_REFUSALS: dict[str, type[WrongSecret | SessionEnded | TooManyTries]] = {
    "WrongSecret": WrongSecret,
    "SessionEnded": SessionEnded,
    "TooManyTries": TooManyTries,
}


# --- Messages ---------------------------------------------------------------------------
def _receive_exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 16))
        if not part:
            raise ConnectionError("The other side closed.")
        parts += part
    return bytes(parts)


def _receive(connection: socket.socket) -> tuple[Message, bytes]:
    """Return header and body. Raises ConnectionError when they are too long or not ours."""
    blobs = []
    for limit in (MAX_HEADER, MAX_BODY):
        (size,) = struct.unpack("!L", _receive_exactly(connection, 4))
        if size > limit:
            raise ConnectionError("A message is too long.")
        blobs.append(_receive_exactly(connection, size))
    try:
        header = json.loads(blobs[0])
    except ValueError as error:
        raise ConnectionError("A message is not JSON.") from error
    if not isinstance(header, dict):
        raise ConnectionError("A message is not an object.")
    return header, blobs[1]


def _send(connection: socket.socket, header: Message, body: bytes = b"") -> None:
    text = json.dumps(header).encode()
    connection.sendall(struct.pack("!L", len(text)) + text + struct.pack("!L", len(body)) + body)


def _same_user(connection: socket.socket) -> bool:
    credentials = connection.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
    )
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return bool(uid == os.getuid())


# --- The process ------------------------------------------------------------------------
class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str, sessions: Sessions) -> None:
        self.sessions = sessions
        super().__init__(address, _Connection)

    def service_actions(self) -> None:
        self.sessions.close_ended()


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        connection: socket.socket = self.request
        connection.settimeout(30)
        assert isinstance(self.server, _Server)
        if not _same_user(connection):
            return
        try:
            header, body = _receive(connection)
            answer, content = _answer(self.server.sessions, header, body)
        except SigningRefused as refused:
            known = type(refused).__name__
            kind = known if known in _REFUSALS else _general(refused)
            answer, content = {"refused": kind, "message": refused.message}, b""
        except (ConnectionError, TimeoutError, KeyError, TypeError, ValueError) as error:
            log.warning("signer_request_refused", kind=type(error).__name__)
            return
        with suppress(OSError):
            _send(connection, answer, content)


def _general(refused: SigningRefused) -> str:
    return "SignerUnavailable" if isinstance(refused, SignerUnavailable) else "SigningRefused"


def _answer(sessions: Sessions, header: Message, body: bytes) -> tuple[Message, bytes]:
    match header["do"]:
        case "unlock":
            officer = Officer(**header["officer"])
            token = sessions.unlock(officer, header["secret"], header["code"])
            left = sessions.seconds_left(token, officer.id)
            log.info("signing_session_opened", user_id=officer.id)
            return {"token": token, "seconds_left": left}, b""
        case "sign":
            key = sessions.key(header["token"], header["officer_id"])
            signed = key.sign(
                body,
                reason=header["reason"],
                location=header["location"],
                at=datetime.fromisoformat(header["at"]),
            )
            facts = {name: getattr(signed, name) for name in ("signer", "serial", "level", "code")}
            return facts, signed.content
        case "status":
            return {
                "seconds_left": sessions.seconds_left(header["token"], header["officer_id"])
            }, b""
        case "lock":
            sessions.lock(header["token"])
            return {}, b""
    raise ValueError(header["do"])


class _SocketFolder:
    """
    The folder of the socket, opened, so that a long path still fits.

    A unix socket's address has room for 107 bytes; through /proc/self/fd any folder is short.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        self.address = f"/proc/self/fd/{self.descriptor}/{path.name}"

    def __enter__(self) -> str:
        return self.address

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)


def is_running(socket_path: Path | None = None) -> bool:
    """Return whether a signer listens on the socket."""
    try:
        _exchange({"do": "status", "token": "", "officer_id": 0}, b"", socket_path)
    except SigningRefused:
        return False
    return True


def serve(socket_path: Path | None = None, *, ready: threading.Event | None = None) -> None:
    """
    Run the signer until the process is ended (SIGTERM, SIGINT).

    The socket (default settings.SIGNER_SOCKET) has mode 0600 in a folder of mode 0700. A second
    signer on the same socket ends at once. `ready` is set when requests are answered.
    """
    path = socket_path or settings.SIGNER_SOCKET
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    if is_running(path):
        log.info("signer_runs_already")
        return
    path.unlink(missing_ok=True)  # left by a killed process
    with _SocketFolder(path) as address:
        old_mask = os.umask(0o177)
        try:
            server = _Server(address, Sessions())
        finally:
            os.umask(old_mask)
        log.info("signer_ready")
        if ready:
            ready.set()
        try:
            server.serve_forever(poll_interval=1)
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()
            path.unlink(missing_ok=True)


# --- What the web process calls ---------------------------------------------------------
def _exchange(header: Message, body: bytes, socket_path: Path | None) -> tuple[Message, bytes]:
    """Send one request and return the answer. Raises SigningRefused and its kinds."""
    path = socket_path or settings.SIGNER_SOCKET
    try:
        with (
            _SocketFolder(path) as address,
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection,
        ):
            connection.settimeout(_REQUEST_SECONDS)
            connection.connect(address)
            _send(connection, header, body)
            answer, content = _receive(connection)
    except OSError as error:
        raise SignerNotRunning from error
    if "refused" in answer:
        kind = answer["refused"]
        if kind in _REFUSALS:
            refusal = _REFUSALS[kind]
            raise refusal
        if kind == "SignerUnavailable":
            raise SignerUnavailable(answer["message"])
        raise SigningRefused(answer["message"])
    return answer, content


@dataclass(frozen=True, slots=True)
class SigningSession:
    """What the web process keeps in the officer's session: no secret."""

    token: str = field(repr=False)
    officer_id: int
    seconds_left: int


def signer_unlock(
    officer: Officer, secret: str, *, code: str = "", socket_path: Path | None = None
) -> SigningSession:
    """
    Open the officer's key in the signer for 15 minutes without use, two hours at most.

    `code` names another signer than the office's own. The secret is not kept here.
    Raises WrongSecret, TooManyTries, SignerNotRunning, SignerUnavailable, SigningRefused.
    """
    header = {"do": "unlock", "officer": asdict(officer), "secret": secret, "code": code}
    answer, _content = _exchange(header, b"", socket_path)
    return SigningSession(answer["token"], officer.id, answer["seconds_left"])


def signer_sign(
    session: SigningSession,
    pdf: bytes,
    *,
    reason: str,
    location: str,
    at: datetime,
    socket_path: Path | None = None,
) -> SignedPdf:
    """
    Return the signed file.

    Raises SessionEnded (ask for the secret again), SignerNotRunning, SignerUnavailable (try again
    later), SigningRefused; then nothing is signed.
    """
    header = {
        "do": "sign",
        "token": session.token,
        "officer_id": session.officer_id,
        "reason": reason,
        "location": location,
        "at": at.isoformat(),
    }
    answer, content = _exchange(header, pdf, socket_path)
    return SignedPdf(content, answer["signer"], answer["serial"], answer["level"], answer["code"])


def signer_status(session: SigningSession, *, socket_path: Path | None = None) -> int:
    """Return the seconds the session still lasts, 0 when it is over. Raises SignerNotRunning."""
    header = {"do": "status", "token": session.token, "officer_id": session.officer_id}
    answer, _content = _exchange(header, b"", socket_path)
    return int(answer["seconds_left"])


def signer_lock(session: SigningSession, *, socket_path: Path | None = None) -> None:
    """End the session now. Raises SignerNotRunning."""
    _exchange({"do": "lock", "token": session.token}, b"", socket_path)


@dataclass(frozen=True, slots=True)
class SessionKey:
    """An officer's opened key as the web process holds it: signs through the signer process."""

    session: SigningSession
    socket_path: Path | None = None

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> SignedPdf:
        """Do what `signer_sign` does."""
        return signer_sign(
            self.session, pdf, reason=reason, location=location, at=at, socket_path=self.socket_path
        )

    def close(self) -> None:
        """Leave the session open: it ends by itself, or by `signer_lock`."""
