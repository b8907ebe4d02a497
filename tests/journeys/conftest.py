"""An office on an ordinary Monday, and the people who come to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from tests.journeys.person import Person


@dataclass
class Office:
    """What time it is, and what the office's worker does between two acts."""

    at: datetime

    def later(self, **duration: float) -> None:
        self.at += timedelta(**duration)
        self.works()

    def works(self) -> None:
        from satupintu.messaging.services import send_due
        from satupintu.workflow.services import run_readers

        while run_readers(at=self.at, limit=200):
            pass
        send_due(at=self.at)


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(MONDAY)
    monkeypatch.setattr(clock, "now", lambda: office.at)
    make_world()
    return office


@pytest.fixture
def comes(office: Office) -> Callable[[str], Person]:
    """Give a function: somebody comes and signs in."""

    def come(name: str) -> Person:
        return Person(name).signs_in()

    return come


@pytest.fixture
def scan() -> Callable[..., object]:
    """Give a function that makes a small real file to upload: scan("STR"), scan("Tempat", "jpg")."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def make(title: str, ending: str = "pdf") -> SimpleUploadedFile:
        picture = Image.new("RGB", (620, 877), "white")
        ImageDraw.Draw(picture).text((60, 60), title, fill="black")
        out = BytesIO()
        picture.save(out, {"pdf": "PDF", "jpg": "JPEG"}[ending])
        return SimpleUploadedFile(f"{title}.{ending}", out.getvalue())

    return make
