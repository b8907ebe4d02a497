"""
From whatever a person sent to a file worth storing, or a sentence that says how to put it right.

No database here: this part may take seconds.
"""

import errno
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import File

from satupintu.documents import files, inspector, scanner
from satupintu.documents.rules import uploads as rules
from satupintu.documents.rules.uploads import Trouble, refusal
from satupintu.web.troubles import is_no_room

log = structlog.get_logger()

Upload = File[Any] | Path


class UploadRefused(Exception):
    """A file was not taken; `message` tells the person why and what to do. Nothing was stored."""

    def __init__(self, trouble: Trouble, **values: object) -> None:
        self.trouble = trouble
        self.message = refusal(trouble, **values)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked file under its hash, not yet named by any row."""

    sha256: str
    size: int
    media_type: str
    pages: int | None
    name: str
    scanned: bool
    latitude: float | None = None
    longitude: float | None = None


@contextmanager
def disk_trouble_refused() -> Iterator[None]:
    """Turn a full disk or an unwritable folder into a refusal."""
    try:
        yield
    except OSError as error:
        full = is_no_room(error)
        log.exception("file_not_stored", errno=error.errno, full=full)
        raise UploadRefused(Trouble.NO_SPACE if full else Trouble.CANNOT_WRITE) from error


def _chunks(upload: Upload) -> Iterator[bytes]:
    if isinstance(upload, Path):
        with upload.open("rb") as file:
            while chunk := file.read(256 * 1024):
                yield chunk
    else:
        yield from upload.chunks()


def _refuse_by_head(head: bytes, accept: tuple[str, ...]) -> str:
    """Return the media type of an acceptable file. Raises UploadRefused."""
    kind = rules.sniff(head)
    words = rules.accepted_words(accept)
    special = {
        "program": Trouble.PROGRAM,
        "heic": Trouble.HEIC,
        "office": Trouble.OFFICE,
        "archive": Trouble.ARCHIVE,
    }
    if kind == "program":
        raise UploadRefused(Trouble.PROGRAM, accepted=words)
    if kind in special:
        raise UploadRefused(special[kind])
    if not rules.is_accepted(kind, accept):
        raise UploadRefused(Trouble.NOT_ACCEPTED, accepted=words)
    return kind


def _inspect(path: Path, out: Path, media_type: str, *, keep_gps: bool) -> inspector.Answer:
    """Open the file in its own process. Raises UploadRefused."""
    request = {
        "kind": "pdf" if media_type == rules.PDF else "picture",
        "path": str(path),
        "out": str(out),
        "keep_gps": keep_gps,
        "max_pixels": rules.MAX_PIXELS,
        "max_side": rules.MAX_SIDE,
        "quality": rules.JPEG_QUALITY,
        "max_pages": rules.MAX_PAGES,
        "max_objects": rules.MAX_OBJECTS,
        "seconds": rules.INSPECT_SECONDS,
    }
    try:
        done = subprocess.run(  # noqa: S603  our own file, run by our own interpreter
            [sys.executable, "-I", inspector.__file__],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=rules.INSPECT_SECONDS * 3,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UploadRefused(Trouble.TOO_SLOW) from error
    if done.returncode == 0:
        answer: inspector.Answer = json.loads(done.stdout)
    else:
        answer = {"trouble": _trouble_of_death(done, media_type)}
    if "trouble" in answer:
        raise UploadRefused(Trouble(answer["trouble"]), max_pages=rules.MAX_PAGES)
    return answer


def _trouble_of_death(done: "subprocess.CompletedProcess[bytes]", media_type: str) -> Trouble:
    """
    Return what it means that the inspector died: by its limits, on a full disk, or on a hostile
    file.
    """
    if done.returncode < 0 and -done.returncode in {
        9,
        24,
    }:  # SIGKILL, SIGXCPU: out of time or memory
        return Trouble.TOO_SLOW
    if b"No space left" in done.stderr:
        raise OSError(errno.ENOSPC, "the inspector found the disk full")
    log.warning("inspector_died", code=done.returncode, media_type=media_type)
    return Trouble.PDF_BROKEN if media_type == rules.PDF else Trouble.PICTURE_BROKEN


def _scan(path: Path) -> bool:
    """Return whether a scanner looked at the file; False when none is set. Raises UploadRefused."""
    if not settings.CLAMD:
        return False
    try:
        virus = scanner.scan(path, settings.CLAMD)
    except scanner.NoScanner as error:
        log.exception("scanner_unreachable", reason=str(error))
        raise UploadRefused(Trouble.NO_SCANNER) from error
    if virus:
        log.warning("virus_refused", virus=virus)
        raise UploadRefused(Trouble.VIRUS, virus=virus)
    return True


def prepare(
    upload: Upload, *, accept: tuple[str, ...], max_mb: int, name: str, keep_gps: bool
) -> Prepared:
    """
    Check, clean and store the bytes of an upload; return what they are.

    Pictures are written again as JPEG without EXIF; PDF files and voices are kept byte for byte.
    Raises UploadRefused; then nothing is stored.
    """
    limit = min(max_mb, settings.UPLOAD_MAX_MB)
    told = None if isinstance(upload, Path) else upload.size
    if told is not None and told > limit * 1024 * 1024:
        raise UploadRefused(Trouble.TOO_BIG, max_mb=limit)
    with disk_trouble_refused(), files.temporary_path() as raw, files.temporary_path() as clean:
        try:
            size = files.write_chunks(raw, _chunks(upload), limit * 1024 * 1024)
        except files.TooBig as error:
            raise UploadRefused(Trouble.TOO_BIG, max_mb=limit) from error
        if size == 0:
            raise UploadRefused(Trouble.EMPTY)
        with raw.open("rb") as file:
            media_type = _refuse_by_head(file.read(1024), accept)
        scanned = _scan(raw)
        if media_type in rules.VOICES:  # nothing of ours opens it
            answer: inspector.Answer = {"media_type": media_type, "pages": None, "gps": None}
        else:
            answer = _inspect(raw, clean, media_type, keep_gps=keep_gps)
        sha256, stored_size = files.adopt(clean if media_type in rules.IMAGES else raw)
    latitude, longitude = answer["gps"] or (None, None)
    stored_type = answer["media_type"]
    return Prepared(
        sha256,
        stored_size,
        stored_type,
        answer["pages"],
        rules.safe_name(rules.without_numbers(name), stored_type),
        scanned,
        latitude,
        longitude,
    )


def prepare_bytes(
    content: Iterable[bytes], *, media_type: str, name: str, pages: int | None
) -> Prepared:
    """
    Store bytes that the program itself made (a permit, a letter). Raises UploadRefused on a full
    disk.
    """
    with disk_trouble_refused(), files.temporary_path() as path:
        files.write_chunks(path, content, 1 << 40)
        sha256, size = files.adopt(path)
    return Prepared(
        sha256, size, media_type, pages, rules.safe_name(name, media_type), scanned=False
    )
