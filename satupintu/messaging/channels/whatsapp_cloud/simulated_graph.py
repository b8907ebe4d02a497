"""The simulator's HTTP side: the paths of the Graph API that a number needs."""

import json
import re
import time
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from satupintu.lib.standin import StandInHandler, listen
from satupintu.messaging.channels.whatsapp_cloud.simulated_rules import Refused

if TYPE_CHECKING:
    from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud

_LONGEST = 110 * 1024 * 1024  # bytes of a request: documents may have 100 MB
_VERSION = re.compile(r"^/v\d+\.\d+/")


def serve(cloud: "Cloud", port: int) -> ThreadingHTTPServer:
    return listen(type("Handler", (_Handler,), {"cloud": cloud}), port)


class _Handler(StandInHandler, BaseHTTPRequestHandler):
    """Meta's counter; `cloud` is set by a class of its own for each server."""

    cloud: "Cloud"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._may():
            return
        path = urlsplit(self.path).path
        if path.startswith("/files/"):
            self._file(path.removeprefix("/files/"))
            return
        name = _VERSION.sub("", path)
        if name == self.cloud.phone_id:
            self.answer_json(200, self.cloud.node())
            return
        found = self.cloud.whereabouts(name)
        if found is None:
            self._refuse(Refused(100, "Unsupported get request", status=400))
        else:
            self.answer_json(200, found)

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LONGEST))
        if not self._may():
            return
        name = _VERSION.sub("", urlsplit(self.path).path)
        try:
            self.answer_json(200, self._posted(name, body))
        except Refused as refused:
            self._refuse(refused)
        except ValueError:
            self._refuse(Refused(100, "Invalid parameter"))

    def _posted(self, name: str, body: bytes) -> dict[str, Any]:
        if name == f"{self.cloud.phone_id}/messages":
            told = json.loads(body)
            if not isinstance(told, dict):
                raise Refused(100, "Invalid parameter")
            return self.cloud.send(told)
        if name == f"{self.cloud.phone_id}/media":
            return {"id": self._upload(body)}
        raise Refused(100, "Unsupported post request")

    def do_DELETE(self) -> None:
        if self._may():
            name = _VERSION.sub("", urlsplit(self.path).path)
            self.answer_json(200, {"success": self.cloud.files.pop(name, None) is not None})

    def _upload(self, body: bytes) -> str:
        head = f"Content-Type: {self.headers.get('Content-Type')}\r\n\r\n".encode()
        for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
            if part.get_param("name", header="content-disposition") == "file":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                return self.cloud.store(content, part.get_content_type(), part.get_filename() or "")
        raise Refused(131008, "file is missing")

    def _file(self, name: str) -> None:
        kept = self.cloud.files.get(name)
        if kept is None:
            self.answer(404, b"", "text/plain")
        elif kept.get("elsewhere"):
            self.send_response(302)
            self.send_header("Location", kept["elsewhere"])
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer(200, kept["content"], kept["mime"])

    def _may(self) -> bool:
        time.sleep(self.cloud.slow)
        if self.cloud.down:
            self.answer(self.cloud.down, b"<html>Sorry, something went wrong.</html>", "text/html")
            return False
        if self.cloud.lie:
            self.answer(200, b"<html>Log in to the network</html>", "text/html")
            return False
        if self.headers.get("Authorization") != f"Bearer {self.cloud.token}":
            self._refuse(Refused(190, "Invalid OAuth access token", status=401))
            return False
        return True

    def _refuse(self, refused: Refused) -> None:
        error = {
            "message": f"(#{refused.code}) {refused.details}",
            "type": "OAuthException",
            "code": refused.code,
            "error_data": {"messaging_product": "whatsapp", "details": refused.details},
            "fbtrace_id": "SIMULATED",
        }
        self.answer_json(refused.status, {"error": error})

    def answer(
        self, status: int, content: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer as the others do; when throttled, with how long to wait."""
        wait = {"Retry-After": str(self.cloud.retry_after)}
        throttled = status == HTTPStatus.TOO_MANY_REQUESTS and self.cloud.retry_after
        super().answer(status, content, kind, wait if throttled else headers)
