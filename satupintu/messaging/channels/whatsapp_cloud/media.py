"""
A person's file, fetched from Meta in two steps: where it is now (for five minutes), then the file.

The token goes to the Graph API and to the hosts that hold files, to nobody else, whatever address an answer names.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from satupintu.messaging.channels.port import Media, MediaGone, MediaTooLarge
from satupintu.messaging.channels.whatsapp_cloud.errors import code_of
from satupintu.messaging.channels.whatsapp_cloud.reading import hex_digest

if TYPE_CHECKING:
    import httpx

_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_GONE = frozenset({100, 131052})  # no such object; cannot be downloaded
_LEAST_CHUNK = 64 * 1024
_OK = 200
_MISSING = 404


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files lie: the Graph API at `url`, and the hosts that it may send us to."""

    client: "httpx.Client"
    url: str  # with the version
    phone_id: str
    token: str = field(repr=False)
    hosts: tuple[str, ...]

    def fetch(self, media: Media, limit: int) -> bytes:
        """Return the file. Raises MediaGone, MediaTooLarge or OSError (try again)."""
        import httpx

        if not _ID.fullmatch(media.id):
            raise MediaGone
        try:
            return self._fetch(media, limit)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OSError(type(error).__name__) from error

    def _fetch(self, media: Media, limit: int) -> bytes:
        told = self._whereabouts(media.id)
        size = told.get("file_size")
        if isinstance(size, int | str) and str(size).isdecimal() and int(size) > limit:
            raise MediaTooLarge
        address = told.get("url")
        if not isinstance(address, str) or not self._trusted(address):
            raise OSError("the file's address is not one of Meta's")
        content = self._download(address, limit)
        wanted = media.sha256 or hex_digest(told.get("sha256"))
        if wanted and hashlib.sha256(content).hexdigest() != wanted:
            raise OSError("the file is not the one that was told of")
        return content

    def _whereabouts(self, identity: str) -> dict[str, Any]:
        answer = self.client.get(
            f"{self.url}/{identity}",
            params={"phone_number_id": self.phone_id},
            headers=self._bearer(),
        )
        body = body_of(answer)
        if answer.status_code != _OK:
            if answer.status_code == _MISSING or code_of(body.get("error")) in _GONE:
                raise MediaGone
            raise OSError(f"server answered {answer.status_code}")
        return body

    def _download(self, address: str, limit: int) -> bytes:
        with self.client.stream("GET", address, headers=self._bearer()) as answer:
            if answer.status_code == _MISSING:
                raise MediaGone
            if answer.status_code != _OK:  # also a redirect: the token does not follow it
                raise OSError(f"server answered {answer.status_code}")
            content = bytearray()
            for part in answer.iter_bytes(_LEAST_CHUNK):
                content += part
                if len(content) > limit:
                    raise MediaTooLarge
        return bytes(content)

    def _trusted(self, address: str) -> bool:
        try:
            parts, ours = urlsplit(address), urlsplit(self.url)
            same = (parts.scheme, parts.hostname, parts.port) == (
                ours.scheme,
                ours.hostname,
                ours.port,
            )
            named = (
                parts.scheme == "https"
                and parts.port in {None, 443}
                and parts.hostname in self.hosts
            )
        except ValueError:
            return False
        return (same or named) and not parts.username and not parts.password

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def body_of(answer: "httpx.Response") -> dict[str, Any]:
    """Return the JSON object that was answered; {} for anything else."""
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
