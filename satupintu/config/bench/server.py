"""The server under measurement: one process of granian, started and stopped by the bench."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_START_SECONDS = 60
THREADS = 4


class NoAnswer(Exception):
    """The server did not answer in time."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers; `seconds` from its start to its first answer."""

    port: int
    seconds: float
    pid: int = 0

    def usage(self) -> dict[str, float]:
        """Return CPU seconds (`cpu`) and memory (`mib`) of the web process."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/_bench/usage")
        answer: dict[str, float] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@contextmanager
def server(
    arguments: list[str], environment: dict[str, str], port: int, path: str = "/"
) -> Iterator[Running]:
    """Start a Python program that listens on `port`; stop it and its children afterwards."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, *arguments],
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Running(port, _wait(process, port, path, began), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str, began: float) -> float:
    while time.perf_counter() - began < _START_SECONDS and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise NoAnswer(f"The server on port {port} did not answer.")


def serve_module(target: str, workers: int = 1) -> list[str]:
    """Return the arguments that serve one WSGI application as `satupintu web` does."""
    return ["-m", "satupintu.config.bench.server", target, str(workers)]


if __name__ == "__main__":
    from satupintu.config.cli.web import serve

    module, processes = sys.argv[1:]
    serve(
        module,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        workers=int(processes),
        threads=THREADS,
    )
