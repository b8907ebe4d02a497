"""Calls to addresses that somebody gave: never into the inner network, never longer than they may last."""

import socket
import threading
import time
from contextlib import closing

import pytest

from satupintu.lib import outgoing


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(address):
    assert not outgoing.is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_what_is_public_is_allowed(address):
    assert outgoing.is_allowed(address)


def test_the_offices_own_networks_are_allowed(settings):
    settings.OUTGOING_NETWORKS = ["10.20.0.0/16"]
    assert outgoing.is_allowed("10.20.3.4")
    assert not outgoing.is_allowed("10.21.3.4")


@pytest.mark.parametrize(
    "url",
    [
        "", "contoh", "http://contoh.go.id/", "ftp://contoh.go.id/", "https://", "https://a:b@contoh.go.id/",
        "https://contoh.go.id/#x", "https://contoh.go.id:99999/", "https://con toh.go.id/", "https://[::1",
        "https://contoh.go.id/\r\nX: y", "file:///etc/passwd", "gopher://x/",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_one_sentence(url):
    with pytest.raises(outgoing.Unreachable):
        outgoing.check_address(url)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/"]
)
def test_names_of_the_inner_network_are_looked_through(url):
    with pytest.raises(outgoing.Unreachable):
        outgoing.resolve(url)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    rows = [(2, 1, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: rows)
    with pytest.raises(outgoing.Unreachable):
        outgoing.resolve("https://contoh.go.id/")


def test_http_goes_only_into_the_offices_own_networks(settings, monkeypatch):
    settings.OUTGOING_NETWORKS = ["10.20.0.0/16"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("8.8.8.8", 80))])
    with pytest.raises(outgoing.Unreachable):
        outgoing.resolve("http://contoh.go.id/")


@pytest.mark.parametrize("slow_from", ["head", "body"])
def test_an_answer_that_drips_is_cut_off(settings, socket_enabled, slow_from):
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=_drip, args=(server, slow_from), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(outgoing.Unreachable):
            outgoing.post(
                f"http://127.0.0.1:{server.getsockname()[1]}/",
                content=b"{}",
                headers={},
                seconds=0.5,
            )
        assert time.monotonic() - began < 2


def _drip(server, slow_from):
    connection, _peer = server.accept()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    sent = head if slow_from == "body" else b""
    with closing(connection):
        connection.sendall(sent)
        for _byte in range(100):
            try:
                connection.sendall(b"x" if slow_from == "body" else b"H")
            except OSError:
                return
            time.sleep(0.1)
