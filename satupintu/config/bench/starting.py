"""How long until the first page, against the smallest Django program under the same server."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from statistics import median

from satupintu.config.bench.figures import Figure
from satupintu.config.bench.office import ThrowawayOffice
from satupintu.config.bench.server import Running, serve_module, server
from satupintu.lib.ports import free_port


def measure(office: ThrowawayOffice, rounds: int) -> list[Figure]:
    """Start a prepared office as `satupintu run` does, and a bare program, in turns."""

    def ours() -> AbstractContextManager[Running]:
        port = free_port()
        run = ["-m", "satupintu.config.cli", "run", "--port", str(port)]
        return server(run, office.environment, port)

    def bare() -> AbstractContextManager[Running]:
        arguments = serve_module("satupintu.config.bench.bare:application")
        return server(arguments, office.environment, free_port())

    def seconds(start: Callable[[], AbstractContextManager[Running]]) -> float:
        with start() as running:
            return running.seconds

    times = [(seconds(ours), seconds(bare)) for _round in range(rounds)]
    return [
        Figure(
            "start of `satupintu run` to the first page",
            median(one for one, _other in times),
            "s",
            median(other for _one, other in times),
            "aim: under 3 s; limit: a bare Django program under the same server",
        )
    ]
