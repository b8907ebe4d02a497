"""
A stand-in for BSrE's e-sign service, version 2: it really signs, by an authority of its own.

For tests, training and demos. `satupintu.documents.simulator.BsreSimulator` listens on 127.0.0.1
only. It knows the answers of the real service, and its bad habit: HTTP 500 with a good signed file.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from cryptography.hazmat.primitives.serialization import Encoding

from satupintu.documents.signing import keyfiles, pdf
from satupintu.lib.standin import StandInHandler, close, listen

USER, PASSWORD = "satupintu", "uji-coba"
Answer = tuple[int, dict[str, Any]]


@dataclass
class BsreSimulator:
    """
    The service. `people` maps NIK (or e-mail) to passphrase.

    `status` is the HTTP status of a successful signature (500 is the bad habit); `spoil` changes
    the signed file before it is sent; `requests` counts what came in.
    """

    people: dict[str, str]
    status: int = 200
    spoil: bool = False
    broken: bool = False  # answers 500 without a file
    requests: list[str] = field(default_factory=list)

    @cached_property
    def authority(self) -> keyfiles.FileKey:
        name = keyfiles.certificate_name("CA Simulator BSrE", "Simulator BSrE")
        return keyfiles.make_key(name, None, is_ca=True)

    @cached_property
    def _keys(self) -> dict[str, keyfiles.FileKey]:
        return {}

    def root_pem(self) -> bytes:
        """Return the authority's certificate, to be put into KEYS/trust."""
        return self.authority.certificate.public_bytes(Encoding.PEM)

    def _key(self, person: str) -> keyfiles.FileKey:
        if person not in self._keys:
            name = keyfiles.certificate_name(f"Penanda tangan {person[-4:]}", "Simulator BSrE")
            self._keys[person] = keyfiles.make_key(name, self.authority, is_ca=False)
        return self._keys[person]

    # --- Answers ------------------------------------------------------------------------
    def answer(self, path: str, body: dict[str, Any]) -> Answer:
        """Return HTTP status and JSON of one request."""
        self.requests.append(path)
        person = str(body.get("nik") or body.get("email") or "")
        if person not in self.people:
            return 400, {"status_code": 2011, "error": "User tidak terdaftar"}
        if path == "/api/v2/user/check/status":
            return 200, {"status_code": 1111, "status": "ISSUE", "message": "User aktif"}
        if path == "/api/v2/sign/pdf":
            return self._sign(person, body)
        return 404, {"error": "Not Found"}

    def _sign(self, person: str, body: dict[str, Any]) -> Answer:
        if body.get("passphrase") != self.people[person]:
            return 400, {
                "status_code": 2031,
                "error": "Proses signing gagal : Passphrase anda salah",
            }
        if self.broken:
            return 500, {"error": "Internal Server Error"}
        signed = []
        for encoded, wish in zip(body["file"], body["signatureProperties"], strict=True):
            content = pdf.sign_pdf(
                base64.b64decode(encoded),
                self._key(person),
                reason=wish.get("reason", ""),
                location=wish.get("location", ""),
                name="Simulator BSrE",
                at=datetime.now(tz=UTC),  # noqa: TID251  another machine with its own clock
            )
            if self.spoil:
                middle = len(content) - 200
                content = content[:middle] + b"?" + content[middle + 1 :]
            signed.append(base64.b64encode(content).decode())
        return self.status, {"time": 120, "file": signed}

    # --- The server ---------------------------------------------------------------------
    def __enter__(self) -> Self:
        simulator = self
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

        class Handler(StandInHandler, BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.headers.get("Authorization") != expected:
                    status, answer = 401, {"error": "Unauthorized"}
                else:
                    status, answer = simulator.answer(self.path, body)
                self.answer_json(status, answer)

        self._server = listen(Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        close(self._server)
