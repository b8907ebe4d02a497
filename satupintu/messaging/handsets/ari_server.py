"""The switchboard's REST interface (ARI) and its websocket of events, on 127.0.0.1."""

import base64
import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from satupintu.lib.standin import StandInHandler, listen
from satupintu.messaging.handsets.switchboard import MACHINE, VERSION, Events, Missing, Switchboard


def serve(board: Switchboard, port: int, *, user: str, password: str) -> ThreadingHTTPServer:
    """Answer on 127.0.0.1:`port` (0: a free one) below /ari/. Raises OSError when the port is taken."""
    login = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return listen(type("Interface", (_Interface,), {"board": board, "login": login}), port)


class _Interface(StandInHandler, BaseHTTPRequestHandler):
    board: Switchboard
    login: str

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        where = urlsplit(self.path)
        parts = [unquote(part) for part in where.path.removeprefix("/ari/").split("/")]
        if self.headers.get("Authorization") != self.login:
            self.answer_json(401, {"message": "Authentication required"})
        elif parts == ["events"]:
            self._tell_events()
        else:
            self._answer_ask(parts, dict(parse_qsl(where.query)))

    def _answer_ask(self, parts: list[str], query: dict[str, str]) -> None:
        try:
            found = ask(self.board, self.command, parts, query)
        except Missing as error:
            self.answer_json(404, {"message": str(error)})
        except (KeyError, ValueError):
            self.answer_json(400, {"message": "Invalid parameters"})
        else:
            if found is None:
                self.send_response(HTTPStatus.NO_CONTENT)
                self.end_headers()
            elif isinstance(found, bytes):
                self.answer(200, found, "audio/wav")
            else:
                self.answer_json(201 if self.command == "POST" else 200, found)

    def _tell_events(self) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        line = EventLine(self.connection)
        if line.opened(f"{self.requestline}\r\n{head}\r\n".encode("latin-1")):
            with self.board.listening() as events:
                threading.Thread(target=line.hear, args=(events,), daemon=True).start()
                line.tell(events)


class EventLine:
    """A websocket over which events go out; what comes in is only answered (pings, closing)."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._line = ServerProtocol()
        self._writing = threading.Lock()

    def opened(self, request: bytes) -> bool:
        """Answer a request for a websocket, and say whether it is one now."""
        self._line.receive_data(request)
        for event in self._line.events_received():
            assert isinstance(event, Request), "the first that a websocket receives"
            self._line.send_response(self._line.accept(event))
        self._flush()
        return self._line.state is State.OPEN

    def tell(self, events: Events) -> None:
        """Send events until None comes, or the other side is gone."""
        while (event := events.get()) is not None:
            with self._writing:
                if self._line.state is not State.OPEN:
                    return
                self._line.send_text(json.dumps(event).encode())
                self._flush()

    def hear(self, events: Events) -> None:
        """Answer what the other side sends until it is gone; then no more events are sent."""
        while self._line.state is State.OPEN:
            try:
                data = self._connection.recv(4096)
            except OSError:
                data = b""
            with self._writing:
                if data:
                    self._line.receive_data(data)
                else:
                    self._line.receive_eof()
                self._flush()
            if not data:
                break
        events.put(None)

    def _flush(self) -> None:
        with suppress(OSError):  # gone: hear() finds out
            for data in self._line.data_to_send():
                if data:
                    self._connection.sendall(data)


Answer = dict[str, Any] | bytes | None
# By method and path, in which "*" stands for a name. A demo has no officer's telephone: no bridges.
_ACTS: dict[str, Callable[[Switchboard, str], None]] = {
    "POST channels/*/answer": Switchboard.answer,
    "POST channels/*/continue": Switchboard.let_go,
    "DELETE channels/*": Switchboard.end,
    "DELETE playbacks/*": Switchboard.stop,
    "DELETE recordings/stored/*": Switchboard.forget,
}
_ANSWERS: dict[str, Callable[[Switchboard, str, dict[str, str]], Answer]] = {
    "GET asterisk/*": lambda _board, _name, _query: {
        "system": {"version": VERSION, "entity_id": MACHINE}
    },
    "GET applications/*": lambda board, name, _query: board.application(name),
    "GET recordings/stored/*/file": lambda board, name, _query: board.stored(name),
    "POST channels/*/play": lambda board, name, query: board.play(
        name, query["playbackId"], query["media"]
    ),
    "POST channels/*/record": lambda board, name, query: board.record(name, query),
}


def ask(board: Switchboard, method: str, parts: list[str], query: dict[str, str]) -> Answer:
    """
    Do what ARI is asked and return its answer, None for 204.

    Raises Missing, and KeyError or ValueError for what makes no sense.
    """
    place = 2 if parts[:2] == ["recordings", "stored"] else 1
    name = "".join(parts[place : place + 1])
    asked = f"{method} {'/'.join([*parts[:place], '*', *parts[place + 1 :]])}"
    if asked in _ACTS:
        _ACTS[asked](board, name)
        return None
    if asked in _ANSWERS:
        return _ANSWERS[asked](board, name, query)
    raise Missing("Resource not found")
