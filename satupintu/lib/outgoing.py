"""
Calls to addresses that somebody outside the configuration gave: an endpoint for events, a browser's push service.

Such an address must not lead into the office's own network. The name is looked up once, every address it has is
checked, and the call goes to the checked one, so that a name cannot answer otherwise a moment later. No redirect is
followed, and an answer that drips is cut off when the time is over.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from satupintu.lib.calling import timed_client, within
from satupintu.lib.refusal import Refusal

SECONDS = 5.0  # for a whole call: the worker has other things to do
MOST_BYTES = 16_384  # of an answer; nobody here reads more
_PORTS = {"https": 443, "http": 80}
_PLAIN = {
    "Accept-Encoding": "identity"
}  # a small answer that unpacks to a large one is no use to us


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
    kept = b""
    try:
        client = timed_client(
            address=address, verify=ssl.create_default_context(), trust_env=False, timeout=seconds
        )
        with (
            within(seconds),
            client,
            client.stream(
                method, url, content=content or None, headers={**_PLAIN, **headers}
            ) as answer,
        ):
            for part in answer.iter_raw():
                kept += part
                if len(kept) >= MOST_BYTES:
                    break
            return Answer(answer.status_code, dict(answer.headers), kept[:MOST_BYTES])
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        refused = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL)
        raise Unreachable(type(error).__name__, sent=not refused) from error
