"""
Messages through a running office: what a webhook costs, how soon somebody is answered, how many go out in a second.

Meta and an SMS centre are stood in for by this process, which is not counted; web and worker are the office's own, on
PostgreSQL. Everybody's answer is waited for, or the run ends: no figure for what was lost.
"""

import http.client
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from satupintu.config.bench.figures import Figure
from satupintu.config.bench.load import percentile, processor_seconds, worker
from satupintu.config.bench.office import PartFailed, ThrowawayOffice
from satupintu.config.bench.server import Running, serve_module, server
from satupintu.lib.ports import free_port
from satupintu.lib.standin import StandInHandler, close, listen
from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud
from satupintu.messaging.handsets.sms_centre import SmsCentre

A_SECOND = 100  # webhooks
_PATIENCE_SECONDS = 300
_ASKED = 5  # times that a state is asked for by each channel
_SECRET = "abcdefghijklmnop0"  # noqa: S105  of a throwaway office
_WEBHOOK = "/kanal/whatsapp_cloud/"
_AT_ONCE = 16


@dataclass
class Outside:
    """What lies outside the office: telephones, their servers, and when those were handed something."""

    cloud: Cloud
    centre: SmsCentre
    handed: list[float] = field(default_factory=list)

    def wait_for(self, count: int) -> float:
        """Return when the last of `count` messages was handed over. Raises PartFailed."""
        until = time.perf_counter() + _PATIENCE_SECONDS
        while len(self.handed) < count:
            if time.perf_counter() > until:
                raise PartFailed(f"of {count} messages {len(self.handed)} went out")
            time.sleep(0.002)
        return self.handed[count - 1]


@contextmanager
def _outside(port: int) -> Iterator[tuple[Outside, dict[str, str]]]:
    """Stand in for Meta and an SMS centre; gives them and the settings of an office at `port` that uses them."""
    url = f"http://127.0.0.1:{port}"
    outside = Outside(Cloud(), SmsCentre(url, user="bench", password="bench", secret=_SECRET))  # noqa: S106
    take = outside.cloud.send

    def send(body: dict[str, Any]) -> dict[str, Any]:
        outside.handed.append(time.perf_counter())
        return take(body)

    class Door(StandInHandler, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # as smsbox: connections are kept

        def do_GET(self) -> None:
            outside.handed.append(time.perf_counter())
            status, said = outside.centre.sendsms(dict(parse_qsl(urlsplit(self.path).query)))
            self.answer(status, said.encode(), "text/plain")

    outside.cloud.send = send  # type: ignore[method-assign]  # the same with a clock
    door = listen(Door)
    try:
        with outside.cloud:
            yield (
                outside,
                outside.cloud.environment
                | {
                    "SATUPINTU_CHANNELS": "whatsapp_cloud,kannel",
                    "SATUPINTU_WHATSAPP_PER_SECOND": "0",
                    "SATUPINTU_KANNEL_URL": f"http://127.0.0.1:{door.server_port}/cgi-bin/sendsms",
                    "SATUPINTU_KANNEL_USER": "bench",
                    "SATUPINTU_KANNEL_PASSWORD": "bench",
                    "SATUPINTU_KANNEL_FROM": "1234",
                    "SATUPINTU_KANNEL_SECRET": _SECRET,
                    "SATUPINTU_KANNEL_CALLBACK": url,
                },
            )
    finally:
        close(door)


def measure(office: ThrowawayOffice, arriving: int, told: int) -> list[Figure]:
    """Return the figures of an office on PostgreSQL with at least one case: so many messages come in, and go out."""
    code: str = office.run("tracked")
    port = free_port()
    with _outside(port) as (outside, settings):
        environment = office.environment | settings
        with server(
            serve_module("satupintu.config.wsgi:application"), environment, port, "/masuk/"
        ) as running:
            outside.cloud.webhook = ""
            found = _webhooks(outside, running, office.label, arriving)
            outside.cloud.webhook = f"http://127.0.0.1:{port}{_WEBHOOK}"
            began = time.perf_counter()
            with worker(environment):
                found.append(_read_and_answered(outside, office.label, arriving, began))
                found += _asked(outside, office.label, code)
            found.append(_drained(office, outside, environment, told))
    return found


def _webhooks(outside: Outside, running: Running, label: str, count: int) -> list[Figure]:
    """Let `count` people write to the office, A_SECOND at a time, and nobody read it yet."""
    for number in range(count + 1):
        outside.cloud.handset(f"62812{number:08}").write("menu")
    outside.cloud.settle()
    warm, *calls = outside.cloud.posted
    _post(running.port, *warm)
    before = processor_seconds(running.pid)
    began = time.perf_counter()

    def arrive(number: int) -> float:
        since = began + number / A_SECOND
        time.sleep(max(0.0, since - time.perf_counter()))
        _post(running.port, *calls[number])
        return time.perf_counter() - since

    with ThreadPoolExecutor(_AT_ONCE) as many:
        took = list(many.map(arrive, range(count)))
    spent = (processor_seconds(running.pid) - before) * 1000 / count
    return [
        Figure(
            f"{label}: webhook of WhatsApp kept and answered, CPU", spent, "ms", 5, "limit: the aim"
        ),
        Figure(
            f"{label}: webhook of WhatsApp kept and answered, median at {A_SECOND}/s, one process",
            percentile(took, 50) * 1000,
            "ms",
            50,
            f"limit: the aim; p95 {percentile(took, 95) * 1000:.0f} ms; from when it was due",
        ),
    ]


def _post(port: int, body: bytes, signature: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    head = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
    connection.request("POST", _WEBHOOK, body, head)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise PartFailed(f"a webhook was answered {answer.status}")


def _read_and_answered(outside: Outside, label: str, count: int, began: float) -> Figure:
    last = outside.wait_for(count + 1)
    return Figure(
        f"{label}: messages read and answered by one worker, with its start",
        (count + 1) / (last - began),
        "1/s",
        None,
        f"{count} people wrote within {count / A_SECOND:.0f} s, and every one is answered; by WhatsApp",
    )


def _asked(outside: Outside, label: str, code: str) -> list[Figure]:
    """Let somebody ask for a state now and then, while nothing else is to be done."""
    outside.cloud.settle()  # what Meta still has to report of others would come before
    sari = outside.cloud.handset("6281299990000")
    ways: dict[str, Callable[[], object]] = {
        "WhatsApp": lambda: sari.write(f"CEK {code}"),
        "SMS": lambda: outside.centre.write("+6281299990001", f"CEK {code}"),
    }
    return [_one_way(outside, label, name, ask) for name, ask in ways.items()]


def _one_way(outside: Outside, label: str, name: str, ask: Callable[[], object]) -> Figure:
    took: list[float] = []
    for turn in range(_ASKED):
        time.sleep(1.1 + 0.13 * turn)  # the worker sleeps again, each time elsewhere in its second
        there, began = len(outside.handed), time.perf_counter()
        ask()
        took.append(outside.wait_for(there + 1) - began)
    return Figure(
        f"{label}: a permit's state asked by {name}, from webhook to provider, worker idle",
        percentile(took, 50),
        "s",
        1,
        f"limit: the aim; median of {_ASKED}, slowest {max(took):.2f} s",
    )


def _drained(
    office: ThrowawayOffice, outside: Outside, environment: dict[str, str], count: int
) -> Figure:
    """Return how many messages a second a worker hands over that has nothing else to do."""
    there = len(outside.handed)
    office.run("tell_many", count=count)
    with worker(environment):
        last = outside.wait_for(there + count)
        first = outside.handed[there]
    return Figure(
        f"{office.label}: messages handed over by one worker",
        (count - 1) / (last - first),
        "1/s",
        100,
        "limit: the aim; marked and metered, the provider's stand-in on the same cores",
    )
