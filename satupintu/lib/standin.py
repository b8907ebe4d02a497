"""What the servers of demos and tests share that stand for somebody else's: short answers, no log of their own."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StandInHandler(BaseHTTPRequestHandler):
    """
    Answers a request whole; says nothing of it, because requests carry secrets and the log is the office's.

    A handler names BaseHTTPRequestHandler beside it, so that everybody sees whose do_GET and do_POST it has.
    """

    def answer(
        self, status: int, content: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def answer_json(
        self, status: int, answer: Any, headers: Mapping[str, str] | None = None
    ) -> None:
        self.answer(status, json.dumps(answer).encode(), "application/json", headers)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


_ASKS_SECONDS = 0.05  # whether it shall stop


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # Python's 5 lets the sixth caller of a moment wait a whole second


def listen(handler: type[BaseHTTPRequestHandler], port: int = 0) -> ThreadingHTTPServer:
    """Listen on 127.0.0.1 in a thread of its own; 0 takes a free port. Raises OSError when the port is taken."""
    server = _Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, args=(_ASKS_SECONDS,), daemon=True).start()
    return server


def close(server: ThreadingHTTPServer) -> None:
    """Stop answering, and give the port back."""
    server.shutdown()
    server.server_close()
