"""Calls that end in time, however slowly an answer comes."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import httpx
import pytest

from satupintu.lib.calling import timed_client, within

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n"


@contextmanager
def server(at_once, slowly, pause):
    """Answer one call: some bytes at once, others one by one."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            with suppress(OSError):
                connection, _address = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(at_once)
                    for sign in slowly:
                        if over.wait(pause):
                            return
                        connection.sendall(bytes([sign]))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join(5)


@pytest.mark.parametrize(
    ("at_once", "slowly"),
    [(b"", HEAD), (HEAD, b"X-Slow: " + b"a" * 400), (HEAD + b"\r\n", b"a" * 400)],
    ids=["no word", "headers", "body"],
)
def test_an_answer_that_drips_ends_when_the_time_is_over(socket_enabled, at_once, slowly):
    began = time.monotonic()
    with (
        server(at_once, slowly, 0.1) as url,
        timed_client(timeout=5) as client,
        within(0.5),
        pytest.raises(httpx.TimeoutException),
    ):
        client.get(url)
    assert 0.4 < time.monotonic() - began < 20  # it would drip for forty seconds


def test_an_answer_in_time_is_given_and_each_call_has_its_own_time(socket_enabled):
    whole = HEAD + b"Connection: close\r\n\r\n" + b"a" * 400
    with timed_client(timeout=5) as client:
        for _call in range(3):
            with server(whole, b"", 0) as url, within(2):
                time.sleep(0.3)
                assert client.get(url).text == "a" * 400


def test_without_a_limit_each_step_has_the_clients_own(socket_enabled):
    with (
        server(b"", HEAD, 0.5) as url,
        timed_client(timeout=0.1) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(url)


def test_proxies_of_the_environment_are_used_and_have_no_more_time(socket_enabled, monkeypatch):
    with server(b"", HEAD, 0.1) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with timed_client(timeout=5) as client, within(0.4), pytest.raises(httpx.ReadTimeout):
            client.get("http://elsewhere.example/")
