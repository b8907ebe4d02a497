"""
The file of a backup: a compressed tar, encrypted when a passphrase is given.

    manifest.json        what this is: program, office, migrations, tables and their columns, key
    ids rows/<table>/<n>     rows, one line of JSON each files/<path>         stored files
    keys/<path>          key files, only in an encrypted backup and only on request sums.json
    rows and SHA-256 of each table, size and SHA-256 of each file; always last
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast  # noqa: TID251  see open_members

from satupintu.lib.sealed import MAGIC, Damaged, SealedReader, SealedWriter

FORMAT = 1
_READ = 256 * 1024
_CHUNK = 4 * 1024 * 1024  # of rows in one member


class BadBackup(Exception):
    """The file is no backup, or cannot be used here; the message says why."""


@dataclass
class Sums:
    """
    What a backup holds: rows and digest of each table, size and digest of each file and key.

    And which files it cannot hold: `erased` by the worker while it was made, as law demands, and `missing` on the disk
    although a row names them.
    """

    tables: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    erased: dict[str, tuple[int, str]] = field(default_factory=dict)
    missing: dict[str, tuple[int, str]] = field(default_factory=dict)

    def to_json(self) -> bytes:
        return json.dumps(self.__dict__, sort_keys=True, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Sums":
        parts = json.loads(text)
        return cls(
            **{name: {key: tuple(pair) for key, pair in parts[name].items()} for name in parts}
        )


class Writer:
    """Puts members into a backup one after the other, keeping the sums."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums = Sums()

    def add_bytes(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        info.mode = 0o600
        self._tar.addfile(info, io.BytesIO(data))

    def add_table(self, table: str, lines: Iterator[bytes], chunk_bytes: int = _CHUNK) -> None:
        """Write the rows of a table in pieces that fit into memory."""
        digest, rows, number, waiting = hashlib.sha256(), 0, 0, bytearray()
        for line in lines:
            digest.update(line)
            rows += 1
            waiting += line
            if len(waiting) >= chunk_bytes:
                self.add_bytes(f"rows/{table}/{number:06}", bytes(waiting))
                number += 1
                waiting.clear()
        if waiting:
            self.add_bytes(f"rows/{table}/{number:06}", bytes(waiting))
        self.sums.tables[table] = (rows, digest.hexdigest())

    def add_file(self, kind: str, name: str, path: Path) -> str:
        """Write a file of `kind` "files" or "keys" and return its SHA-256."""
        with path.open("rb") as source:
            info = tarfile.TarInfo(f"{kind}/{name}")
            info.size = os.fstat(source.fileno()).st_size
            info.mode = 0o600
            hashing = _Hashing(source)
            self._tar.addfile(info, cast("IO[bytes]", hashing))  # tarfile only ever calls read
        sums = self.sums.files if kind == "files" else self.sums.keys
        sums[name] = (info.size, hashing.digest.hexdigest())
        return hashing.digest.hexdigest()


class _Hashing:
    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


@contextmanager
def write_archive(target: BinaryIO, manifest: dict[str, Any], passphrase: str) -> Iterator[Writer]:
    """
    Give a writer into `target`; the sums follow as the last member. An empty passphrase encrypts
    nothing.
    """
    sealed = SealedWriter(target, passphrase) if passphrase else None
    outer: Any = sealed or target
    with (
        gzip.GzipFile(fileobj=outer, mode="wb", compresslevel=5, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        writer = Writer(tar)
        writer.add_bytes("manifest.json", json.dumps(manifest, sort_keys=True, indent=1).encode())
        yield writer
        writer.add_bytes("sums.json", writer.sums.to_json())
    if sealed is not None:
        sealed.close()


def is_sealed(path: Path) -> bool:
    """Return whether a passphrase is needed to read this file."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def open_members(path: Path, passphrase: str) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """
    Give the members of a backup in order, as name and content.

    Raises BadBackup for a file that is no backup, is cut off or was changed, WrongPassphrase.
    """
    with path.open("rb") as file:
        try:
            source: Any = (
                io.BufferedReader(SealedReader(file, passphrase)) if is_sealed(path) else file
            )
            with gzip.GzipFile(fileobj=source, mode="rb") as packed:
                with tarfile.open(fileobj=packed, mode="r|") as tar:
                    yield _members(tar)
                # The checksum of the whole stream stands behind the last member.
                while packed.read(_READ):
                    pass
        except Damaged as error:
            raise BadBackup(f"{path}: {error}") from error
        except EOFError as error:
            raise BadBackup(f"{path}: the file is cut off.") from error
        except gzip.BadGzipFile as error:
            raise BadBackup(f"{path} is not a backup, or was changed.") from error
        except (tarfile.TarError, zlib.error, UnicodeDecodeError) as error:
            raise BadBackup(f"{path}: the file was changed or cut off.") from error


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in tar:
        content = tar.extractfile(info) if info.isfile() else None
        if content is None:
            raise BadBackup(f"The backup holds {info.name}, which is not a file.")
        yield info.name, content


def read_manifest(text: bytes) -> dict[str, Any]:
    """Return the manifest. Raises BadBackup for a format this program does not know."""
    manifest: dict[str, Any] = json.loads(text)
    if manifest.get("format") != FORMAT:
        raise BadBackup(
            f"This backup has format {manifest.get('format')}; this program reads format {FORMAT}."
        )
    return manifest


def check_archive(path: Path, passphrase: str) -> tuple[dict[str, Any], Sums]:
    """
    Read the whole file and compare every table and file with its sum; return manifest and sums.

    Raises BadBackup naming the first thing that is wrong, WrongPassphrase. Writes nothing.
    """
    found, tables, manifest, sums = Sums(), dict[str, list[Any]](), None, None
    with open_members(path, passphrase) as members:
        for name, content in members:
            kind, _, rest = name.partition("/")
            if name == "manifest.json":
                manifest = read_manifest(content.read())
                tables = {table: [0, hashlib.sha256()] for table in manifest["tables"]}
            elif name == "sums.json":
                sums = Sums.from_json(content.read())
            elif kind == "rows":
                counted = tables[rest.rpartition("/")[0]]
                data = content.read()
                counted[0] += data.count(b"\n")
                counted[1].update(data)
            elif kind in {"files", "keys"}:
                size, digest = hash_stream(content)
                (found.files if kind == "files" else found.keys)[rest] = (size, digest)
    if manifest is None or sums is None:
        raise BadBackup(f"{path} is not a backup of this program, or is cut off.")
    found.tables = {table: (rows, digest.hexdigest()) for table, (rows, digest) in tables.items()}
    for kind in ("tables", "files", "keys"):
        first = next(iter(sorted(differing(getattr(sums, kind), getattr(found, kind)))), None)
        if first is not None:
            raise BadBackup(f"{path}: {first} is not as it was written.")
    return manifest, sums


def hash_stream(content: IO[bytes]) -> tuple[int, str]:
    """Return size and SHA-256 of what can be read."""
    digest, size = hashlib.sha256(), 0
    while data := content.read(_READ):
        size += len(data)
        digest.update(data)
    return size, digest.hexdigest()


def differing(one: dict[str, tuple[int, str]], other: dict[str, tuple[int, str]]) -> set[str]:
    """Return the names whose sums are not the same in both."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
