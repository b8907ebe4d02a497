"""A small client of the clamd virus scanner: one INSTREAM request (man clamd, "COMMANDS")."""

import socket
import struct
from pathlib import Path

_CHUNK = 128 * 1024
_SECONDS = 30


class NoScanner(Exception):
    """The scanner cannot be reached or gave no clear answer."""


def _connect(address: str) -> socket.socket:
    """Return a connection to `host:port` or to the unix socket at a path."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host or "127.0.0.1", int(port)), timeout=_SECONDS)


def scan(path: Path, address: str) -> str:
    """Return the name of the virus in the file, "" when it is clean. Raises NoScanner."""
    try:
        with _connect(address) as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(_CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = b""
            while not answer.endswith(b"\0") and (part := connection.recv(4096)):
                answer += part
    except (OSError, ValueError) as error:
        raise NoScanner(f"{address}: {error}") from error
    text = answer.rstrip(b"\0").decode(errors="replace")
    if text.endswith(" FOUND"):
        return text.removeprefix("stream: ").removesuffix(" FOUND")
    if text == "stream: OK":
        return ""
    raise NoScanner(f"{address}: {text}")
