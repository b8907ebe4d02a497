"""The promise as its applicant reads it: a date, and only for what the office can keep."""

import pytest

from satupintu.catalogue.rules import System
from satupintu.permits.file import file_of
from satupintu.permits.services.pages import receipt_page, receipt_steps
from satupintu.permits.words import promise_words

pytestmark = pytest.mark.django_db

# Submitted on Monday 23 November 2026: one day to check, two for the health office, one to decide.
DATED = [
    ("Kami periksa kelengkapan berkas", "selambat-lambatnya Selasa, 24 November 2026"),
    ("Verifikasi teknis Dinas Kesehatan", "selambat-lambatnya Kamis, 26 November 2026"),
    ("Keputusan dan izin", "selambat-lambatnya Jumat, 27 November 2026"),
]


def test_every_step_of_the_receipt_has_its_date(world):
    file = file_of(world.apply())

    assert receipt_steps(file, "id") == DATED
    assert receipt_page(file.permit_case.application, [file]).steps == tuple(DATED)


def test_the_receipt_page_says_the_same_steps(world, browser):
    case = world.apply()

    page = browser("sari").get(f"/permohonan/{case.number}/tanda-terima/")

    assert page.context["next"] == [("Surat Izin Praktik Bidan", DATED)]


@pytest.mark.parametrize(
    ("system", "after"),
    [
        (System.SATUPINTU, ""),
        (System.OSS, "Setelah itu mengikuti waktu OSS."),
        (System.SIMBG, "Setelah itu mengikuti waktu SIMBG."),
        (System.OTHER, "Setelah itu mengikuti waktu sistem tujuan."),
    ],
)
def test_what_follows_the_promise_is_said_for_each_system(system, after):
    assert promise_words(system).after == after


def test_for_another_system_only_our_part_is_promised(world, browser):
    system = "OSS"
    case = world.apply("joko", "nib-pendampingan")
    file = file_of(case)

    receipt = browser("joko").get(f"/permohonan/{case.number}/tanda-terima/")
    printed = receipt_page(file.permit_case.application, [file])
    track = browser("joko").get(f"/lacak/{file.permit_case.application.tracking_code}/")
    mine = browser("joko").get("/permohonan/")

    after = f"Setelah itu mengikuti waktu {system}."
    lead = "Bagian kami selesai selambat-lambatnya"
    assert [(one.lead, one.after) for _title, one, _due in receipt.context["promises"]] == [
        (lead, after)
    ]
    assert (printed.promise_lead, printed.promise_after) == (lead, after)
    assert printed.steps[-1] == (f"Izin terbit di {system}", f"mengikuti waktu {system}")
    assert track.context["tracks"][0].says.after == after
    assert mine.context["running"][0].says.lead == lead


def test_a_permit_of_ours_is_promised_whole(world, browser):
    case = world.apply()

    page = browser("sari").get(f"/permohonan/{case.number}/tanda-terima/")

    ((_title, says, due),) = page.context["promises"]
    assert (says.lead, says.after) == ("Selesai selambat-lambatnya", "")
    assert due == case.promise.first_due_at
