"""
Calls to other HTTP servers that end in time, however slowly an answer drips.

httpx bounds each read; a server that sends one byte now and then would hold a worker for days. Here `within` bounds
connecting, asking and the whole answer together.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let every call of a client of `timed_client` in this thread raise httpx.TimeoutException after `seconds`."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def timed_client(*, address: str = "", **options: Any) -> httpx.Client:
    """
    Return a client that heeds `within`; `options` are those of httpx.Client.

    With an `address` it connects to that one, whatever addresses the name of an URL has by then.
    """
    client = httpx.Client(**options)
    # httpx has no setting for what its connections are made of; proxies of the environment are kept this way.
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001  see above
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool  # noqa: SLF001  see above
            pool._network_backend = _Backend(pool._network_backend, address)  # noqa: SLF001  see above
    return client


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    """Return how long one step may take; raises `late` when the time for the whole call is over."""
    until = _until.get()
    if until is None:
        return timeout
    left = until - time.monotonic()
    if left <= 0:
        raise late("the whole call took too long")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """One connection, each step of which has only the time that is left."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend, address: str) -> None:
        self._backend = backend
        self._address = address

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(
            self._backend.connect_tcp(
                self._address or host, port, left, local_address, socket_options
            )
        )
