"""
Programs and people that call the API, from a process of their own whose processor time is not counted.

No Django here: `python client.py PLAN ANSWER`, both JSON. A lifecycle is four acts: create a case, assign it (the
officer's program reads what is owed first: a call more), close it, find it by its applicant's name. That of a
complaint: send it in by Open311, pass it on (a call more), draft and approve the answer (two people), find it by its
number.
"""

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

CALLS = ("create", "assign", "close", "search")
COMPLAINT_CALLS = ("create", "assign", "resolve", "search")
_SECONDS = 60
_OK = 300
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru")


class Unexpected(Exception):
    """The API did not answer as it must; the message says to what."""


@dataclass(slots=True)
class Caller:
    """One connection that is kept open."""

    plan: dict[str, Any]
    took: list[dict[str, float]] = field(default_factory=list)
    connection: http.client.HTTPConnection | None = None

    def call(
        self, method: str, path: str, token: str, body: Any = None, **headers: str
    ) -> tuple[dict[str, Any], str]:
        """Return the answer and its ETag. Raises Unexpected."""
        sent = {"Authorization": f"Bearer {token}"} | headers
        if body is not None:
            sent |= {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        given = None if body is None else json.dumps(body)
        return self._answered(method, f"/api/v1{path}", given, sent)

    def _answered(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[Any, str]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.plan["port"], timeout=_SECONDS
            )
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= _OK:
            raise Unexpected(f"{method} {path}: {answer.status} {text[:300].decode()}")
        return json.loads(text), answer.headers.get("ETag", "")

    def apply(self, number: int) -> str:
        body = application(self.plan["body"], number)
        answer, _etag = self.call("POST", "/applications", self.plan["sender"], body)
        created: str = answer["cases"][0]["number"]
        return created

    def lifecycle(self, number: int) -> dict[str, float]:
        """Return the seconds of each call. Raises Unexpected, also when the search does not find the case."""
        moments = [time.perf_counter()]
        case = self.apply(number)
        moments.append(time.perf_counter())
        officer, moves = self.plan["officer"], f"/cases/{quote(case)}/moves"
        owed, etag = self.call("GET", moves, officer)
        etag = self._move(moves, officer, etag, "take", {"task": owed["tasks"][0]["id"]})
        moments.append(time.perf_counter())
        given = {"reason": "Tidak jadi."}
        withdrawal = f"/cases/{quote(case)}/withdrawal"
        self.call("POST", withdrawal, self.plan["sender"], given, **{"If-Match": etag})
        moments.append(time.perf_counter())
        words = quote(person(number)[0])
        self._find(f"/cases?q={words}&limit=10", self.plan["sender"], case)
        moments.append(time.perf_counter())
        return _between(CALLS, moments)

    def complaint(self, number: int) -> dict[str, float]:
        """Return the seconds of each act of a complaint. Raises Unexpected, also when it is not found."""
        screener, writer, approver = (
            self.plan["screener"],
            self.plan["writer"],
            self.plan["approver"],
        )
        moments = [time.perf_counter()]
        case = self.complain(number)
        moments.append(time.perf_counter())
        moves = f"/cases/{quote(case)}/moves"
        _owed, etag = self.call("GET", moves, screener)
        etag = self._move(moves, screener, etag, "assign", {"class": "simple"})
        moments.append(time.perf_counter())
        etag = self._move(moves, writer, etag, "draft", {"answer": "Berkas Anda selesai besok."})
        self._move(moves, approver, etag, "approve", {})
        moments.append(time.perf_counter())
        self._find(f"/complaints?q={quote(case)}", screener, case)
        moments.append(time.perf_counter())
        return _between(COMPLAINT_CALLS, moments)

    def complain(self, number: int) -> str:
        """Send a complaint in, by one of several programs: each may send only so many an hour."""
        told = {
            "api_key": self.plan["reporters"][number % len(self.plan["reporters"])],
            "service_code": "late",
            "device_id": str(number),
            "description": f"{person(number)[0]} menunggu dua minggu tanpa kabar.",
        }
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        path = "/open311/v2/requests.json"
        (row,), _etag = self._answered("POST", path, urlencode(told), form)
        created: str = row["service_request_id"]
        return created

    def _move(self, moves: str, token: str, etag: str, action: str, data: dict[str, str]) -> str:
        given = {"action": action, "reason": "", "data": data}
        _answer, etag = self.call("POST", moves, token, given, **{"If-Match": etag})
        return etag

    def _find(self, path: str, token: str, number: str) -> None:
        found, _etag = self.call("GET", path, token)
        if number not in [one["number"] for one in found["items"]]:
            raise Unexpected(f"{path} did not find {number}.")


def _between(names: Sequence[str], moments: Sequence[float]) -> dict[str, float]:
    return {
        name: until - since for name, since, until in zip(names, moments, moments[1:], strict=False)
    }


def person(number: int) -> tuple[str, str]:
    """Return name and NIK of a made-up person; each number has a name of its own."""
    letters = "".join(
        _SYLLABLES[int(digit)] for digit in str(number)
    )  # a word that sounds like no other
    born = date(1956, 1, 1) + timedelta(days=number % 18_000)
    return f"Warga Uji {letters.title()}", f"610301{born:%d%m%y}9999"


def application(body: dict[str, Any], number: int) -> dict[str, Any]:
    name, nik = person(number)
    return body | {
        "applicant": body["applicant"] | {"name": name, "identity": nik},
        "answers": body["answers"] | {"name": name, "nik": nik},
    }


def in_turn(
    plan: dict[str, Any], arrivals: Sequence[float], act: Callable[[Caller, int], object]
) -> list[tuple[float, float]]:
    """
    Do one act for each arrival (seconds from now; 0: as soon as somebody is free) by `plan["at_once"]` callers.

    Return (arrival, seconds until it was done, waiting for a free caller included), in order of arrival.
    Raises Unexpected, the first of all.
    """
    done: list[tuple[float, float]] = []
    bad: list[Exception] = []
    waiting = iter(sorted(enumerate(arrivals, start=plan["first"]), key=lambda one: one[1]))
    lock, began = threading.Lock(), time.perf_counter()

    def work() -> None:
        caller = Caller(plan)
        while not bad:
            with lock:
                number, arrival = next(waiting, (0, None))
            if arrival is None:
                return
            time.sleep(max(0.0, arrival - (time.perf_counter() - began)))
            since = began + arrival if arrival else time.perf_counter()
            try:
                act(caller, number)
            except (Unexpected, OSError, http.client.HTTPException) as error:
                bad.append(error)
                return
            done.append((arrival, time.perf_counter() - since))

    threads = [threading.Thread(target=work) for _one in range(plan["at_once"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if bad:
        raise Unexpected(str(bad[0])) from bad[0]
    return sorted(done)


def steady(plan: dict[str, Any]) -> dict[str, Any]:
    """Do `count` lifecycles as fast as they go; return how long it took and the seconds of each act."""
    return _at_full_speed(plan, Caller.lifecycle)


def complaints(plan: dict[str, Any]) -> dict[str, Any]:
    """Do the same with complaints."""
    return _at_full_speed(plan, Caller.complaint)


def _at_full_speed(
    plan: dict[str, Any], lifecycle: Callable[[Caller, int], dict[str, float]]
) -> dict[str, Any]:
    began = time.perf_counter()
    took: list[dict[str, float]] = []
    in_turn(
        plan,
        [0.0] * plan["count"],
        lambda caller, number: took.append(lifecycle(caller, number)),
    )
    return {"seconds": time.perf_counter() - began, "took": took}


def spike(plan: dict[str, Any]) -> dict[str, Any]:
    """Let lifecycles arrive at a rate, then at five times that rate, then at the first again."""
    rate, calm, peak = plan["rate"], plan["calm"], plan["peak"]
    arrivals, at = [], 0.0
    while at < 2 * calm + peak:
        at += 1 / (5 * rate if calm <= at < calm + peak else rate)
        arrivals.append(at)
    return {"done": in_turn(plan, arrivals, Caller.lifecycle)}


def people(plan: dict[str, Any]) -> dict[str, Any]:
    """Let `at_once` people each send in one application within `within` seconds."""
    chance = Random(plan["first"])  # noqa: S311  no secret
    arrivals = [chance.uniform(0.01, plan["within"]) for _one in range(plan["at_once"])]
    return {"done": in_turn(plan, arrivals, Caller.apply)}


PARTS = {"steady": steady, "complaints": complaints, "spike": spike, "people": people}

if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    try:
        answer = PARTS[given["part"]](given)
    except Unexpected as error:
        answer = {"unexpected": str(error)}
    Path(sys.argv[2]).write_text(json.dumps(answer))
