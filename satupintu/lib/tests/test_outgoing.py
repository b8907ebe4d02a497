"""Calls to addresses that somebody gave: never into the inner network, never longer than they may last."""

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from satupintu.lib import clock, outgoing


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


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "answer", [(b"", b"H"), (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x")]
)
@pytest.mark.usefixtures("socket_enabled")
def test_an_answer_that_drips_is_cut_off(settings, monkeypatch, tmp_path, scheme, answer):
    own = served_by(tmp_path) if scheme == "https" else None
    trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem") if own else None
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=_drip, args=(server, own, *answer), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(outgoing.Unreachable):
            outgoing.call(
                "POST",
                f"{scheme}://127.0.0.1:{server.getsockname()[1]}/",
                content=b"{}",
                headers={},
                seconds=0.5,
            )
        assert time.monotonic() - began < 8  # it would drip for ten seconds


def _drip(server, own, begins, drips):
    plain, _peer = server.accept()
    with closing(own.wrap_socket(plain, server_side=True) if own else plain) as connection:
        connection.sendall(begins)
        for _byte in range(100):
            try:
                connection.sendall(drips)
            except OSError:
                return
            time.sleep(0.1)


def served_by(folder):
    """Return what a server of 127.0.0.1 speaks TLS with; its certificate is left in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = clock.now()
    itself = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(itself, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return own
