"""
Calls to addresses that somebody outside the configuration gave: an endpoint for events, a browser's push service.

Such an address must not lead into the office's own network. The name is looked up once, every address it has is
checked, and the call goes to the checked one, so that a name cannot answer otherwise a moment later. No redirect is
followed, and an answer that drips is cut off when the time is over.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal

SECONDS = 5.0  # for a whole call: the worker has other things to do
MOST_BYTES = 16_384  # of an answer; nobody here reads more
_PORTS = {"https": 443, "http": 80}


class Unreachable(Refusal):
    """An address cannot be called, or must not be; `message` says why, `sent` whether the call may have arrived."""

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; `body` is its first MOST_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_address(url: str) -> tuple[str, int]:
    """
    Return host and port of an address that may be called, as it is written; no look-up.

    Only https, except into settings.OUTGOING_NETWORKS. Raises Unreachable.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = "", 0
    if not host or not port or any(sign.isspace() or sign < "!" for sign in url):
        raise Unreachable(_("Alamat itu tidak lengkap. Contoh: https://contoh.go.id/peristiwa."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Unreachable(_("Alamat tidak boleh memuat nama pengguna, sandi, atau tanda #."))
    if parts.scheme != "https" and not settings.OUTGOING_NETWORKS:
        raise Unreachable(_("Alamat harus mulai dengan https://."))
    return host, port


def resolve(url: str) -> str:
    """
    Return the network address to call for `url`; every one that its name has must be public.

    Looks the name up (network). Raises Unreachable, also for a name that nobody knows.
    """
    host, port = check_address(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("Nama %(host)s tidak ditemukan.") % {"host": host}) from error
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not all(is_allowed(one) for one in addresses):
        raise Unreachable(
            _("%(host)s berada di jaringan dalam. Pakai alamat umum.") % {"host": host}
        )
    if urlsplit(url).scheme != "https" and not all(_is_ours(one) for one in addresses):
        raise Unreachable(_("Alamat harus mulai dengan https://."))
    return addresses[0]


def is_allowed(address: str) -> bool:
    """Say whether a network address is public, or of settings.OUTGOING_NETWORKS."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour
        if inner is not None:
            return is_allowed(str(inner))
        if one in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 reaches IPv4 addresses
            return is_allowed(str(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)))
    return (one.is_global and not one.is_multicast) or _is_ours(address)


def _is_ours(address: str) -> bool:
    one = ipaddress.ip_address(address.partition("%")[0])
    return any(one in ipaddress.ip_network(net) for net in settings.OUTGOING_NETWORKS)


def call(
    method: str,
    url: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] = MappingProxyType({}),
    seconds: float = SECONDS,
) -> Answer:
    """
    Call an address and return what was answered, whatever its status; a redirect is an answer like others.

    Raises Unreachable when it must not be called, cannot be reached, or has not answered in full within `seconds`.
    """
    address = resolve(url)
    parts = urlsplit(url)
    host, port = check_address(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = False
    try:
        # The second handle is for hanging up: whoever dresses a socket in TLS takes the first one away.
        with (
            socket.create_connection((address, port), timeout=seconds) as plain,
            plain.dup() as line,
        ):
            # A time limit of the socket is one for each byte; this one is for the call.
            cut = threading.Event()
            over = threading.Timer(seconds, _hang_up, [line, cut])
            over.start()
            try:
                connection = http.client.HTTPConnection(host, port)
                connection.sock = _dressed(plain, host) if parts.scheme == "https" else plain
                sent = True
                connection.request(method, path, content, {"Host": parts.netloc, **headers})
                answer = connection.getresponse()
                body = answer.read(MOST_BYTES)
                if cut.is_set():
                    raise TimeoutError
                return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)
            finally:
                over.cancel()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__, sent=sent) from error


def _dressed(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _hang_up(line: socket.socket, cut: threading.Event) -> None:
    cut.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
