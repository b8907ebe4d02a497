"""Files while they come in: on the disk beside the others, and a full disk costs the file alone, never the form."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NoReturn

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from satupintu.web.troubles import DISK_FULL

log = structlog.get_logger()


class LostFile(UploadedFile):  # type: ignore[type-arg]  # it has no bytes of any kind
    """
    A file for which there was no room: it has a name and no bytes.

    Whoever reads it gets the OSError of the disk, and tells the person as for any file that cannot be stored.
    """

    def __init__(self, name: str, media_type: str, error: OSError) -> None:
        super().__init__(None, name, media_type, 0)
        self.error = error

    def _lost(self) -> NoReturn:
        raise OSError(self.error.errno, "no room while the file came in") from self.error

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002  Django's signature
        self._lost()

    def read(self, *_size: int) -> bytes:
        self._lost()

    def open(self, *_mode: object) -> NoReturn:
        self._lost()

    def seek(self, *_where: int) -> int:
        self._lost()

    def close(self) -> None:
        """Nothing is open."""


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Django's handler for files that are not small, which goes on with the form when the disk is full."""

    lost: OSError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.lost = None
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._lose(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.lost is not None:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._lose(error)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]  # as above
        if self.lost is None:
            try:
                return super().file_complete(file_size)
            except OSError as error:  # what was still in memory did not fit
                self._lose(error)
        assert self.lost is not None
        return LostFile(self.file_name or "", self.content_type or "", self.lost)

    def _lose(self, error: OSError) -> None:
        if error.errno not in DISK_FULL:
            raise error
        log.error("upload_lost", errno=error.errno)
        self.lost = error
        with suppress(OSError, AttributeError):  # gives back the room it took
            self.file.close()


@contextmanager
def on_disk(upload: Any) -> Iterator[Path]:
    """Give the path of a file that was sent, for as long as it is read."""
    with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="table-") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        yield Path(file.name)
