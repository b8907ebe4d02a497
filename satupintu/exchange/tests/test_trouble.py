"""The office's own troubles as a program is told of them: what passes is to be tried again, under the same key."""

import errno

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from satupintu.documents.rules import Trouble
from satupintu.documents.services import UploadRefused
from satupintu.exchange.routes import applications, uploads
from satupintu.exchange.tests.conftest import problem_of
from satupintu.permits.tests.officer_cases import sheet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("database is locked"), 503, "busy"),
        (OperationalError("database or disk is full"), 503, "busy"),
        (OperationalError("no such column: x"), 500, "internal"),
        (OSError(errno.ENOSPC, "no room"), 507, "no-room"),
        (OSError(errno.EACCES, "not allowed"), 500, "internal"),
        (UploadRefused(Trouble.NO_SPACE), 507, "no-room"),
        (UploadRefused(Trouble.EMPTY), 422, "upload-refused"),
    ],
)
def test_each_trouble_has_its_status_and_its_advice(sidesa, monkeypatch, error, status, code):
    def fail(**_given):
        raise error

    monkeypatch.setattr(applications.services, "apply", fail)
    body = {"service": "sip-bidan", "consent": "electronic", "applicant": APPLICANT, "answers": {}}
    answer = sidesa.post("/applications", body, idempotency_key="perbuatan-sama")

    assert (answer.status_code, problem_of(answer)) == (status, code)
    assert answer.json()["detail"].endswith(".")
    assert (answer.headers.get("Retry-After") == "10") == (code == "busy")

    again = sidesa.post("/applications", body, idempotency_key="perbuatan-sama")
    kept = again.headers.get("Idempotency-Replayed") == "true"
    assert kept == (code == "upload-refused")  # what passes is done again under the same key


APPLICANT = {"identity_kind": "nik", "identity": "6103016508909999", "name": "Dewi Contoh"}


def test_a_file_for_which_there_is_no_room_may_be_sent_again_under_its_key(sidesa, monkeypatch):
    def fail(**_given):
        raise UploadRefused(Trouble.NO_SPACE)

    monkeypatch.setattr(uploads.services, "take_upload", fail)
    file = SimpleUploadedFile("str.pdf", sheet(), "application/pdf")
    parts = {"service": "sip-bidan", "requirement": "str", "file": file}
    answer = sidesa.send("/uploads", parts)

    assert (answer.status_code, problem_of(answer)) == (507, "no-room")
