from datetime import UTC, date, datetime

import pytest

from satupintu.messaging.rules import TEXTS
from satupintu.messaging.wording import FOLDER, LANGUAGES, render

pytestmark = pytest.mark.django_db  # an office may have words of its own
CONTEXT = {
    "category": "Pelayanan terlambat",
    "code": "123456", "minutes": 10, "name": "Sari", "service": "SIP Bidan", "number": "P-1",
    "tracking_code": "7K3F", "link": "http://localhost/lacak/", "answer_by": date(2026, 11, 25),
    "items": [{"title": "STR", "reason": "buram & terpotong"}], "promised": date(2026, 11, 25),
    "unit": "Dinas Kesehatan", "when": datetime(2026, 11, 25, 2, tzinfo=UTC), "place": "Beringin",
    "permit_number": "503/1", "reason": "sebab", "valid_until": date(2027, 1, 1), "days": 30,
    "legal_due": datetime(2026, 11, 25, 8, tzinfo=UTC), "party": "CV Kapuas",
    "kind": "email", "phone": "0564-0000", "ready": ["STR"], "missing": ["KTP"], "fee": "Gratis",
    "due": datetime(2026, 11, 25, 8, tzinfo=UTC), "pledge": True, "before": date(2026, 11, 24),
    "external_number": "9120000000001",
    "amount": "Rp673.200", "rest": "Rp73.200", "fee_number": "SKRD-2026-00001", "receipt_number": "SSRD-2026-00001",
    "due_on": date(2026, 12, 23), "pay_to": "Bank Daerah 100", "granted": False, "paid": False, "why": "sebab",
    "about": "Penolakan P-1", "outcome": "dikabulkan", "appeal_until": date(2026, 12, 9),
    "sanction": "Peringatan tertulis ke-1", "sanction_number": "SANKSI-2026-00001", "demand": "Perbaiki segera.",
    "condition": "Pasang papan nama",
    "survey": "http://localhost/survei/7K3F-9QXM-2/",
    "moment": "Rabu, 25 November 2026, 09.00 WIB", "how": "panggilan video", "wish": "pagi",
    "times": "Rabu, 25 November 2026, 09.00 WIB; Kamis, 26 November 2026, 09.00 WIB",
    "day": date(2026, 11, 24), "root": "ab" * 32, "client": "Dasbor",
    "channel": "kannel", "percent": 80, "used": 4000, "most": 5000, "after": "Pesan tetap dikirim.",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_text_is_whole_in_both_languages_with_only_what_it_declares(name, language):
    subject, body = render(name, language, {key: CONTEXT[key] for key in TEXTS[name]})

    assert 10 <= len(subject) <= 120
    assert "\n" not in subject
    assert "{{" not in body
    for key in TEXTS[name] & {
        "code",
        "link",
        "reason",
        "place",
        "unit",
        "tracking_code",
        "root",
        "survey",
    }:
        assert str(CONTEXT[key]) in subject + body, key


def test_every_file_is_a_declared_text():
    files = {path.name for path in FOLDER.iterdir()}

    assert files == {f"{name}.{language}.txt" for name in TEXTS for language in LANGUAGES}


def test_dates_are_written_as_the_language_writes_them():
    context = {key: CONTEXT[key] for key in TEXTS["application_complete"]}

    assert "Rabu, 25 November 2026" in render("application_complete", "id", context)[1]
    assert "Wednesday, 25 November 2026" in render("application_complete", "en", context)[1]


def test_plain_text_is_not_escaped():
    context = {key: CONTEXT[key] for key in TEXTS["application_returned"]}

    assert "- STR: buram & terpotong" in render("application_returned", "id", context)[1]
