"""
A stand-in for a bank: takes charges, shows a page on which a person pays, and sends signed notifications.

For tests, training and demos; listens on 127.0.0.1 only. What was ordered and paid is kept in a file, so that it
outlives a restart; nothing here is money.
"""

import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from satupintu.fees import qris
from satupintu.fees.providers.simulator import signing
from satupintu.lib.standin import StandInHandler, close, listen

_MERCHANT = {
    "merchant": "KAS DAERAH CONTOH",
    "city": "CONTOH",
    "merchant_id": "ID0000000000000",
    "acquirer": "ID.CO.SIMULATOR.WWW",
}
_LONGEST = 100_000  # bytes of a request


@dataclass
class Bank:
    """The simulator. `down` answers nothing but 503; `mute` keeps its notifications to itself."""

    secret: str
    kept: Path | None = None
    down: bool = False
    mute: bool = False
    charges: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        if self.kept is not None and self.kept.exists():
            self.charges = json.loads(self.kept.read_text(encoding="utf-8"))

    # --- What the office asks -------------------------------------------------------------
    def order(self, asked: dict[str, Any]) -> dict[str, Any]:
        reference, amount = str(asked["reference"]), int(asked["amount"])
        with self._lock:
            number = f"SIM-{len(self.charges) + 1:06}-{secrets.token_hex(3)}"
            payload = (
                qris.code(amount_idr=amount, reference=reference, **_MERCHANT)
                if asked["way"] == "qris"
                else f"8808{len(self.charges) + 1:012}"
            )
            expires = datetime.now(tz=UTC) + timedelta(days=1)  # noqa: TID251  another machine with its own clock
            self.charges[number] = {
                "id": number,
                "reference": reference,
                "amount": amount,
                "way": str(asked["way"]),
                "title": str(asked["title"]),
                "notify_url": str(asked["notify_url"]),
                "payload": payload,
                "expires_at": expires.isoformat(),
                "notices": [],
            }
            self._keep()
            return self.charges[number]

    def pay(self, number: str, amount: int) -> dict[str, Any]:
        """Let somebody pay an amount; return the notification that follows. The office is told at once, unless mute."""
        now = datetime.now(tz=UTC)  # noqa: TID251  another machine with its own clock
        with self._lock:
            charge = self.charges[number]
            told = {
                "event": f"EV-{secrets.token_hex(8)}",
                "charge": number,
                "status": "paid",
                "payment": f"PAY-{secrets.token_hex(8)}",
                "amount": amount,
                "paid_on": now.astimezone().date().isoformat(),
            }
            charge["notices"].append(told)
            self._keep()
        if not self.mute:
            self.tell(charge["notify_url"], told)
        return told

    def tell(self, url: str, told: dict[str, Any]) -> int:
        """Send one notification, signed now; return the HTTP status of the answer, 0 for none."""
        body = json.dumps(told).encode()
        moment = int(datetime.now(tz=UTC).timestamp())  # noqa: TID251  another machine with its own clock
        headers = signing.sign(body, moment, self.secret) | {"Content-Type": "application/json"}
        try:
            return httpx.post(url, content=body, headers=headers, timeout=10).status_code
        except httpx.HTTPError:
            return 0

    def _keep(self) -> None:
        if self.kept is not None:
            self.kept.parent.mkdir(parents=True, exist_ok=True)
            self.kept.write_text(json.dumps(self.charges), encoding="utf-8")

    # --- The page on which a person pays ----------------------------------------------------
    def page(self) -> str:
        rows = "".join(_row(one) for one in reversed(self.charges.values()))
        return (
            "<!doctype html><html lang=id><meta charset=utf-8><title>Bank simulator</title>"
            "<meta name=viewport content='width=device-width'>"
            "<body style='font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem'>"
            "<h1>Bank simulator</h1><p>Bukan bank. Uang di sini dibuat-buat.</p>"
            f"{rows or '<p>Belum ada tagihan.</p>'}</body></html>"
        )

    # --- The server -------------------------------------------------------------------------
    def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1. Raises OSError when the port is taken."""
        self._server = listen(type("Handler", (_Handler,), {"bank": self}), port)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def stop(self) -> None:
        close(self._server)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _row(charge: dict[str, Any]) -> str:
    paid = sum(one["amount"] for one in charge["notices"])
    said = f"<p>Sudah dibayar Rp{paid}.</p>" if paid else ""
    return (
        f"<form method=post action='/pay/{escape(charge['id'])}'><h2>{escape(charge['title'])}</h2>"
        f"<p>{escape(charge['way'])} · {escape(charge['id'])} · <code>{escape(charge['payload'][:40])}</code></p>{said}"
        f"<label>Jumlah <input name=amount value='{charge['amount']}' inputmode=numeric></label>"
        " <button>Bayar</button></form>"
    )


class _Handler(StandInHandler, BaseHTTPRequestHandler):
    """The bank's counter; `bank` is set by a class of its own for each server."""

    bank: Bank

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/":
            self.answer(200, self.bank.page().encode(), "text/html; charset=utf-8")
        elif path.startswith("/charges/") and self._may():
            found = self.bank.charges.get(path.removeprefix("/charges/"))
            self.answer_json(200 if found else 404, found or {})

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LONGEST))
        path = urlsplit(self.path).path
        if path == "/charges" and self._may():
            try:
                self.answer_json(201, self.bank.order(json.loads(body)))
            except (KeyError, TypeError, ValueError):
                self.answer_json(400, {})
        elif path.startswith("/pay/"):
            self._pay(path.removeprefix("/pay/"), parse_qs(body.decode("utf-8", "replace")))

    def _pay(self, number: str, typed: dict[str, list[str]]) -> None:
        amount = (typed.get("amount") or [""])[0].strip()
        if number not in self.bank.charges or not amount.isdecimal() or not int(amount):
            self.answer(400, b"Tagihan atau jumlah tidak dikenal.", "text/plain; charset=utf-8")
            return
        self.bank.pay(number, int(amount))
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _may(self) -> bool:
        if self.bank.down:
            self.answer_json(503, {})
            return False
        if self.headers.get("Authorization") != f"Bearer {self.bank.secret}":
            self.answer_json(401, {})
            return False
        return True
