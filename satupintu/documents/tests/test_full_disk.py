"""A full disk costs the file that did not fit, and nothing else of the form."""

import errno
from io import BytesIO

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http.multipartparser import MultiPartParser
from django.test import RequestFactory

from satupintu.documents import services
from satupintu.documents.rules import uploads as rules
from satupintu.documents.services import UploadRefused
from satupintu.documents.tests.conftest import AT, BY
from satupintu.web import uploads, views
from satupintu.web.troubles import file_not_kept

BIG = 700 * 1024  # more than is kept in memory


class FullDisk:
    """A temporary file that takes `room` bytes and then has no space left."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(data)

    def close(self) -> None:
        pass


def parse(files):
    body = BytesIO()
    for name, content in files.items():
        body.write(
            b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n" % (name.encode(), name.encode())
        )
        body.write(content + b"\r\n")
    body.write(
        b'--x\r\nContent-Disposition: form-data; name="catatan"\r\n\r\nSudah lengkap\r\n--x--\r\n'
    )
    meta = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(body.tell()),
    }
    body.seek(0)
    return MultiPartParser(meta, body, [uploads.DiskUploadHandler()]).parse()


@pytest.fixture
def full_disk(monkeypatch):
    """Let the first file that comes in find no room after 100 KB."""
    real = TemporaryUploadedFile.__init__
    made = []

    def limited(self, *args, **kwargs):
        real(self, *args, **kwargs)
        if not made:
            made.append(self)
            self.file.close()
            self.file = FullDisk(100 * 1024)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", limited)


def test_the_other_fields_and_files_of_the_form_arrive(full_disk):
    fields, files = parse({"ktp": b"%PDF-" + b"a" * BIG, "str": b"%PDF-" + b"b" * BIG})

    assert fields["catatan"] == "Sudah lengkap"
    assert files["str"].read() == b"%PDF-" + b"b" * BIG
    lost = files["ktp"]
    assert (lost.name, lost.size) == ("ktp.pdf", 0)
    with pytest.raises(OSError, match="no room") as caught:
        lost.read()
    assert caught.value.errno == errno.ENOSPC


def test_it_is_refused_with_the_sentence_of_a_full_disk(full_disk):
    _fields, files = parse({"ktp": b"%PDF-" + b"a" * BIG})

    with pytest.raises(UploadRefused) as caught:
        services.store_upload(
            upload=files["ktp"], accept=("pdf",), max_mb=5, name="ktp.pdf", by=BY, at=AT,
            party_id=None, kind="ktp", identity=False, keep_gps=False,
        )  # fmt: skip

    assert caught.value.trouble is rules.Trouble.NO_SPACE


def test_any_other_trouble_of_the_disk_is_not_hidden(monkeypatch):
    def broken(self, *_args, **_kwargs):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", broken)

    with pytest.raises(OSError, match="Input/output"):
        parse({"ktp": b"a" * BIG})


def test_a_full_disk_elsewhere_has_a_page_of_its_own():
    try:
        FullDisk(0).write(b"a")
    except OSError:
        answer = views.server_error(RequestFactory().get("/"))

    assert answer.status_code == 507
    assert "Penyimpanan kantor sedang penuh" in answer.content.decode()


def test_an_officer_whose_file_was_not_kept_reads_why():
    assert file_not_kept(OSError(errno.ENOSPC, "x")).startswith("Penyimpanan kantor penuh.")
    assert file_not_kept(OSError(errno.EIO, "x")).startswith("Penyimpanan kantor terganggu.")
