"""The receipt of a complaint: number, code, dates, next remedies; no name and nothing of the story."""

import pytest
from django.test import Client

from satupintu.desk.rules import Privacy
from satupintu.desk.services import Filing, file_complaint
from satupintu.desk.services.filing import reporter_actor
from satupintu.documents.tests.test_render import text_of
from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, make_world

STORY = "Petugas bernama Contoh meminta uang rokok."


@pytest.fixture
def complaint(db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    make_world()
    filing = Filing(
        story=STORY,
        category="late",
        privacy=Privacy.CONFIDENTIAL,
        name="Yohana Rahasia",
        contact="0812-0000-7777",
    )
    return file_complaint(filing, by=reporter_actor(), at=MONDAY)


def test_it_names_number_code_dates_and_the_next_remedies(complaint, tmp_path):
    page = Client().get(f"/pengaduan/lacak/{complaint.tracking_code}/").content.decode()
    address = f"/pengaduan/lacak/{complaint.tracking_code}/tanda-terima.pdf"
    assert address in page
    answer = Client().get(address)
    assert answer["Content-Type"] == "application/pdf"
    said = " ".join(text_of(answer.content, tmp_path).split())
    for words in (
        "Tanda terima pengaduan",
        complaint.case.number,
        complaint.tracking_code,
        "26 November 2026",
        "30 November 2026",
        "Ombudsman",
        "keberatan",
        "bukan jawaban",
    ):
        assert words in said, words
    for hidden in ("Yohana", "7777", "uang rokok", "bukan izin", "Pemohon"):
        assert hidden not in said, hidden


def test_a_wrong_code_gives_none(complaint):
    assert Client().get("/pengaduan/lacak/7K3F9QXM2/tanda-terima.pdf").status_code == 404
