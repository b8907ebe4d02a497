"""
People and programs who use an office over HTTP, from outside, and remember every answer they got.

An acknowledgement is the answer: 201 to an application, 200 to a number, the page after a signature, 200 to a payment's
notification. Whoever gets none asks again, as a person or program would: under the same key, or after looking.
"""

import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from satupintu.config.bench.client import person
from satupintu.fees.providers.simulator import signing
from satupintu.fees.providers.simulator.server import Bank

PASSWORD = "satupintu"  # of every demo officer
SECRET = "demo"  # of the head's signature
KEY_FREE_SECONDS = 125  # after which the key of a request whose process died may be used again
_SECONDS = 30
OK, CREATED, FOUND, SERVER, BUSY = 200, 201, 302, 500, 503
CONFLICT, CHANGED, UNPROCESSABLE = 409, 412, 422
# What officers' programs do next, and who: the usual way of a file. The first that the office takes is done.
NEXT: dict[str, list[tuple[str, str, dict[str, str]]]] = {
    "submitted": [("budi", "declare_complete", {})],
    "review": [("wati", "recommend_for", {"number": "440/1", "text": "Layak."})],
    "ready": [("ratna", "propose_approval", {})],
    "proposed": [("lina", "initial", {}), ("darius", "approve", {})],
    "approved": [("darius", "number", {})],
}


class NoAnswer(Exception):
    """Nobody answered, or that it could not be done now."""


class KeyHeld(NoAnswer):
    """A process that died still holds the key of this request."""


@dataclass
class Remembered:
    """What was answered: by kind, in order; and how often each status was."""

    told: dict[str, list[list[Any]]] = field(
        default_factory=lambda: {"submission": [], "number": [], "signature": [], "payment": []}
    )
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)  # answers that nobody should get
    unadvised: int = 0  # answers 503 without a word when to try again
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, kind: str, *what: Any) -> None:
        with self.lock:
            self.told[kind].append([*what])

    def count(self, answer: httpx.Response) -> None:
        status, where = answer.status_code, answer.request.url.path
        with self.lock:
            self.statuses[status] += 1
            if status == SERVER or "Traceback" in answer.text:
                self.wrong.append(f"{where}: {status} {answer.text[:300]}")
            if status == BUSY and "Retry-After" not in answer.headers:
                self.unadvised += 1

    def answers(self) -> int:
        """Return how much has been acknowledged."""
        return sum(len(one) for one in self.told.values())

    def write(self, path: Path) -> None:
        with self.lock:
            path.write_text(json.dumps(self.told))


@dataclass
class Wish:
    """An application that somebody wants to send in, once, however often they ask."""

    number: int
    key: str = field(default_factory=lambda: uuid4().hex)
    documents: dict[str, str] = field(default_factory=dict)
    after: float = 0.0  # not to be asked again before


@dataclass
class Load:
    """Everybody who uses the office at `port`; `plan` is what inside.py prepared."""

    port: int
    plan: dict[str, Any]
    chance: Random
    bank: Bank
    people: int = 4
    payers: int = 2
    remembered: Remembered = field(default_factory=Remembered)
    stopped: threading.Event = field(default_factory=threading.Event)
    broken: list[BaseException] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._number, self._numbers = 0, threading.Lock()
        self._head, self._signed_in = httpx.Client(timeout=_SECONDS), threading.Lock()
        works = [self._live] * self.people + [self._pay] * self.payers
        self._threads = [
            threading.Thread(target=self._guarded, args=(work, self.chance.random()), daemon=True)
            for work in works
        ]
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Let everybody end what they are at. Raises what broke one of them."""
        self.stopped.set()
        for one in self._threads:
            one.join(4 * _SECONDS)
        if self.broken:
            raise self.broken[0]

    def _guarded(self, work: Any, seed: float) -> None:
        try:
            work(Random(seed))
        except Exception as error:  # noqa: BLE001  told by stop()
            self.broken.append(error)

    def _rest(self, chance: Random) -> None:
        self.stopped.wait(chance.uniform(0.1, 0.4))

    # --- Calls ---------------------------------------------------------------------------
    def _call(self, client: httpx.Client, method: str, path: str, **given: Any) -> httpx.Response:
        """Return an answer below 500. Raises NoAnswer."""
        try:
            answer = client.request(method, f"http://127.0.0.1:{self.port}{path}", **given)
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        self.remembered.count(answer)
        if answer.status_code >= SERVER:
            raise NoAnswer(str(answer.status_code))
        if answer.status_code == CONFLICT and "key-in-use" in answer.text:
            raise KeyHeld
        return answer

    def _api(
        self, client: httpx.Client, method: str, path: str, token: str, key: str = "", **given: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **given.pop("headers", {})}
        if key:
            headers["Idempotency-Key"] = key
        return self._call(client, method, f"/api/v1{path}", headers=headers, **given)

    # --- Who applies, and the officers who carry the file to its signature ----------------
    def _live(self, chance: Random) -> None:
        aside: list[Wish] = []
        with httpx.Client(timeout=_SECONDS) as client:
            while not self.stopped.is_set():
                again = aside and aside[0].after < time.monotonic()
                wish = aside.pop(0) if again else Wish(self._next())
                case = self._apply(client, chance, wish)
                if wish.after > time.monotonic():
                    aside.append(wish)
                while case and not self.stopped.is_set():
                    try:
                        if self._carry_on(client, case):
                            break
                    except NoAnswer:
                        self._rest(chance)

    def _next(self) -> int:
        with self._numbers:
            self._number += 1
            return self._number

    def _apply(self, client: httpx.Client, chance: Random, wish: Wish) -> str:
        """Return the number of the case; "" when it has to be asked again later: `wish.after` says when."""
        while not self.stopped.is_set():
            try:
                return self._send(client, wish)
            except KeyHeld:
                wish.after = time.monotonic() + KEY_FREE_SECONDS
                return ""
            except NoAnswer:
                self._rest(chance)
        return ""

    def _send(self, client: httpx.Client, wish: Wish) -> str:
        name, nik = person(wish.number)
        for which in ("str", "facility_letter"):
            if which not in wish.documents:
                wish.documents[which] = self._upload(client, which, wish.number)
        body = {
            "service": "sip-bidan", "kind": "new", "consent": "electronic",
            "applicant": {"identity_kind": "nik", "identity": nik, "name": name},
            "answers": self.plan["answers"] | {"name": name, "nik": nik},
            "documents": wish.documents,
        }  # fmt: skip
        sender = self.plan["sender"]
        answer = self._api(client, "POST", "/applications", sender, wish.key, json=body)
        if answer.status_code != CREATED:
            raise AssertionError(f"an application: {answer.status_code} {answer.text}")
        made = answer.json()
        case: str = made["cases"][0]["number"]
        self.remembered.keep("submission", made["tracking_code"], case)
        return case

    def _upload(self, client: httpx.Client, which: str, number: int) -> str:
        content = Path(self.plan["paper"]).read_bytes() + f"\n% {which} {number}".encode()
        answer = self._api(
            client, "POST", "/uploads", self.plan["sender"], uuid4().hex,
            data={"service": "sip-bidan", "requirement": which},
            files={"file": (f"{which}.pdf", content, "application/pdf")},
        )  # fmt: skip
        if answer.status_code != CREATED:
            raise AssertionError(f"an upload: {answer.status_code} {answer.text}")
        found: str = answer.json()["id"]
        return found

    def _carry_on(self, client: httpx.Client, case: str) -> bool:
        """Do the next act on a case; return whether nothing is left to do. Raises NoAnswer."""
        seen = self._moves(client, case, "budi")
        state = seen.json()["state"]
        if state == "numbered":
            self._sign(case)
            return False
        if state == "issued":
            answer = self._api(client, "GET", f"/cases/{case}", self.plan["sender"])
            self.remembered.keep("signature", case, answer.json()["permit"]["number"])
            return True
        for act in NEXT[state]:
            seen = self._moves(client, case, act[0])
            if self._move(client, case, seen.headers["ETag"], act):
                break
        return False

    def _moves(self, client: httpx.Client, case: str, who: str) -> httpx.Response:
        return self._api(client, "GET", f"/cases/{case}/moves", self.plan["staff"][who])

    def _move(
        self,
        client: httpx.Client,
        case: str,
        etag: str,
        act: tuple[str, str, dict[str, str]],
    ) -> bool:
        """Return whether it was done; the office may say that it is not the time for it. Raises NoAnswer."""
        who, action, data = act
        done = self._api(
            client, "POST", f"/cases/{case}/moves", self.plan["staff"][who], uuid4().hex,
            headers={"If-Match": etag}, json={"action": action, "reason": "", "data": data},
        )  # fmt: skip
        if done.status_code == OK and action == "number":
            self.remembered.keep("number", case)
        elif done.status_code not in (OK, CONFLICT, CHANGED):
            raise AssertionError(f"{action}: {done.status_code} {done.text}")
        return done.status_code == OK

    def _sign(self, case: str) -> None:
        """Sign as the head does, on the page: one session, kept over every kill. Raises NoAnswer."""
        with self._signed_in:
            where = f"/berkas/{case}/terbitkan/"
            page = self._call(self._head, "GET", where)
            if "/masuk/" in page.headers.get("Location", ""):
                self._sign_in()
                page = self._call(self._head, "GET", where)
            if page.status_code != OK:
                return  # it is signed already: the answer was lost
            given = _hidden(page.text) | {"secret": SECRET}
            answer = self._call(self._head, "POST", where, data=given)
            if answer.status_code == UNPROCESSABLE and 'name="secret"' in answer.text:
                # The signer died between two looks at its session: asked for once more, typed once more.
                given = _hidden(answer.text) | {"secret": SECRET}
                answer = self._call(self._head, "POST", where, data=given)
            if answer.status_code not in (FOUND, CONFLICT):
                raise AssertionError(f"signing: {answer.status_code} {answer.text}")

    def _sign_in(self) -> None:
        page = self._call(self._head, "GET", "/masuk/petugas/")
        given = _hidden(page.text) | {"username": "darius", "password": PASSWORD}
        answer = self._call(self._head, "POST", "/masuk/petugas/", data=given)
        if answer.status_code != FOUND:
            raise AssertionError(f"signing in: {answer.status_code}")

    # --- The bank ------------------------------------------------------------------------
    def _pay(self, chance: Random) -> None:
        """Pay again and again; tell until it is answered, and now and then once more, as banks do."""
        with httpx.Client(timeout=_SECONDS) as client:
            while not self.stopped.is_set():
                amount = chance.randint(1_000, 900_000)
                told = self.bank.pay(chance.choice(self.plan["charges"]), amount)
                once_more = chance.random() < 0.2
                while not self.stopped.is_set():
                    try:
                        self._tell(client, told)
                    except NoAnswer:
                        self._rest(chance)
                        continue
                    if not once_more:
                        break
                    once_more = False
                self._rest(chance)

    def _tell(self, client: httpx.Client, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        headers = signing.sign(body, int(time.time()), self.plan["secret"])
        answer = self._call(
            client, "POST", "/pembayaran/kabar/simulator/", content=body,
            headers=headers | {"Content-Type": "application/json"},
        )  # fmt: skip
        if answer.status_code != OK:
            raise AssertionError(f"a payment: {answer.status_code} {answer.text}")
        ref = [told["payment"], told["amount"]]
        if ref not in self.remembered.told["payment"]:
            self.remembered.keep("payment", *ref)


def _hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the page's forms; the last of each name."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"?hidden[^>]*>", page):
        fields = dict(re.findall(r"(name|value)=\"([^\"]*)\"", tag))
        if "name" in fields:
            found[fields["name"]] = fields.get("value", "")
    return found
