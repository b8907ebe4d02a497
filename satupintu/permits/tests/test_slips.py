"""Numbered slips: printed ahead, given out while nothing works, typed in under their own code."""

from datetime import datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone

from satupintu.lib import clock
from satupintu.office.queries import NumberTaken
from satupintu.permits import rules
from satupintu.permits.models import (
    Application,
    Draft,
    PermitCase,
    Slip,
)
from satupintu.permits.services import drafts, paper, submit
from satupintu.permits.tests.applicant_office import PAGES, pdf, post_step
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=2)


def local(at: datetime) -> datetime:
    return timezone.localtime(at)


# --- Slips ---------------------------------------------------------------------------------------


def printed(world: World, count: int = 6, at: datetime = MONDAY) -> list[Slip]:
    batch = paper.print_slips(count=count, by=world.actor("budi"), at=at)
    return list(Slip.objects.filter(batch=batch).order_by("number"))


def test_a_batch_fills_whole_sheets_and_stands_in_the_register(world: World) -> None:
    slips = printed(world, 7)

    assert [one.number for one in slips] == [f"SLIP-2026-{n:06}" for n in range(1, 13)]
    assert len({one.tracking_code for one in slips}) == 12
    taken = NumberTaken.objects.filter(series__code="slip")
    assert {one.number: one.state for one in taken} == {one.number: "taken" for one in slips}


@pytest.mark.parametrize("count", [0, -1, 121])
def test_no_batch_of_none_or_of_too_many(world: World, count: int) -> None:
    with pytest.raises(paper.SlipRefused, match="1 sampai 120"):
        paper.print_slips(count=count, by=world.actor("budi"), at=MONDAY)
    assert not Slip.objects.exists()


def test_a_slip_is_declared_void_once_and_for_a_reason(world: World) -> None:
    slip, other, *_rest = printed(world)
    by = world.actor("budi")

    paper.void_slip(number=slip.number.lower(), reason="Basah.", by=by, at=MONDAY)

    assert NumberTaken.objects.get(number=slip.number).state == "void"
    with pytest.raises(paper.SlipRefused, match="sudah dibatalkan"):
        paper.void_slip(number=slip.number, reason="Basah.", by=by, at=MONDAY)
    with pytest.raises(paper.SlipRefused, match="tidak ada"):
        paper.void_slip(number="SLIP-2026-999999", reason="Basah.", by=by, at=MONDAY)
    with pytest.raises(Exception, match="alasan"):
        paper.void_slip(number=other.number, reason=" ", by=by, at=MONDAY)
    other.refresh_from_db()
    assert other.voided_at is None


def from_slip(world: World, slip: Slip | None, received: datetime) -> Application:
    """Type Sari's application two days after it came in on paper."""
    done = world.apply(at=MONDAY - HOUR)  # what a complete draft looks like
    model = Draft.objects.get(pk=Application.objects.get(permit_cases__case=done).draft_id)
    draft = drafts.start_draft(
        user_id=None, party_id=model.party_id, version_ids=model.versions, kind=rules.Kind.NEW,
        answers={**model.answers, "place_name": "Klinik Lain"}, typed_by_id=world.user("budi").pk,
        consent_how="signed", channel="dropbox", received_at=received, slip=slip, at=LATER,
    )  # fmt: skip
    Draft.objects.filter(pk=draft.pk).update(documents=model.documents, statements=model.statements)
    draft.refresh_from_db()
    return submit.submit(draft=draft, by=world.actor("budi", LATER), at=LATER)


def test_what_came_on_paper_counts_from_its_true_moment_under_the_code_of_its_slip(
    world, monkeypatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    slip = printed(world)[0]
    received = MONDAY + HOUR

    application = from_slip(world, slip, received)

    assert application.tracking_code == slip.tracking_code
    assert application.submitted_at == received
    case = application.permit_cases.get().case
    assert case.opened_at == received
    row = Transition.objects.get(case=case, action="submit")
    assert (row.at, row.channel, row.data["slip"]) == (received, "dropbox", slip.number)
    assert row.recorded_at == LATER
    slip.refresh_from_db()
    assert slip.application_id == application.pk
    assert NumberTaken.objects.get(number=slip.number).state == "used"
    as_if = world.apply("joko", place_name="Klinik Joko", at=received)
    assert case.promise.due_at == as_if.promise.due_at
    assert audit(stop_at_first=False).broken == []


def test_a_slip_serves_one_application(world: World) -> None:
    slip = printed(world)[0]
    from_slip(world, slip, MONDAY + HOUR)
    before = Application.objects.count(), Transition.objects.count()

    with pytest.raises(paper.SlipRefused, match="sudah dipakai"):
        from_slip_again(world, slip)
    assert (Application.objects.count(), Transition.objects.count()) == before
    with pytest.raises(paper.SlipRefused, match="sudah dipakai"):
        paper.void_slip(number=slip.number, reason="Hilang.", by=world.actor("budi"), at=LATER)


def from_slip_again(world: World, slip: Slip) -> None:
    first = Draft.objects.get(slip=slip)
    again = Draft.objects.get(pk=first.pk)
    again.pk = again.id = None or paper.uuid7()
    again.submitted_at = None
    again.answers = {**first.answers, "place_name": "Klinik Ketiga"}
    again.save(force_insert=True)
    submit.submit(draft=Draft.objects.get(pk=again.pk), by=world.actor("budi", LATER), at=LATER)


def test_who_follows_a_slip_that_is_not_typed_yet_is_told_so(world: World, client) -> None:
    slip = printed(world)[0]
    page = client.get(f"/lacak/{slip.tracking_code}/")
    assert page.status_code == 404
    assert "slip bernomor kantor" in page.content.decode()
    paper.void_slip(number=slip.number, reason="Basah.", by=world.actor("budi"), at=MONDAY)
    page = client.get(f"/lacak/{slip.tracking_code}/").content.decode()
    assert "slip bernomor kantor" not in page


def test_the_counter_prints_sheets_and_prints_again_only_what_is_open(world, browser) -> None:
    budi = browser("budi")
    answer = budi.post("/loket/slip/cetak/", {"count": "6"})
    sheets = answer["Location"]
    first = budi.get(sheets)
    assert first["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(first.content)) as made:
        assert len(made.pages) == 1  # six slips a sheet, as the page says
    slip = Slip.objects.order_by("number").first()
    page = budi.post(
        "/loket/slip/batalkan/", {"number": slip.number, "reason": "Sobek."}, follow=True
    )
    assert f"Slip {slip.number} dibatalkan." in page.content.decode()
    assert "SLIP-2026-000001 – SLIP-2026-000006" in page.content.decode()
    Slip.objects.filter(voided_at=None).update(voided_at=MONDAY)
    assert budi.get(sheets).status_code == 404

    wrong = budi.post("/loket/slip/cetak/", {"count": "0"})
    assert wrong.status_code == 422
    wrong = budi.post("/loket/slip/batalkan/", {"number": "SLIP-2026-7777", "reason": "Sobek."})
    assert (wrong.status_code, "tidak ada" in wrong.content.decode()) == (422, True)


# --- At the counter ------------------------------------------------------------------------------


def intake(client, world: World, **more):
    given = {
        "langkah": "ajukan", "pemohon": str(world.user("sari").party_id), "service": "sip-bidan",
        "kind": "new", "channel": "dropbox", "consent": "signed", **more,
    }  # fmt: skip
    return client.post("/loket/permohonan-baru/", given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Isi kapan berkas ini diterima."),
        ({"received_on": "2026-11-23"}, "Isi pukul berapa berkas ini diterima."),
        ({"received_on": "2026-11-24", "received_time": "08:00"}, "tidak boleh di masa depan"),
        ({"received_on": "2026-01-02", "received_time": "08:00"}, "lebih dari 90 hari"),
        ({"slip": "SLIP-2026-123456", "received_on": "2026-11-23", "received_time": "08:00"}, "tidak ada"),
        ({"consent": "telephone", "received_on": "2026-11-23", "received_time": "08:00"}, "tidak cocok"),
        ({"received_on": "kemarin", "received_time": "08:00"}, "tanggal"),
    ],
)  # fmt: skip
def test_a_wrong_receipt_gets_one_sentence_and_begins_nothing(world, browser, given, sentence):
    page = intake(browser("budi"), world, **given)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Draft.objects.exists()


def test_a_paper_from_the_drop_box_is_typed_with_slip_and_true_time(world, browser, monkeypatch):
    slip, budi = printed(world)[0], browser("budi")
    monkeypatch.setattr(clock, "now", lambda: LATER)  # Wednesday, after two days without power

    begun = intake(budi, world, slip="slip 2026 1", received_on="2026-11-23", received_time="09:30")

    draft = Draft.objects.get()
    assert begun["Location"].startswith(f"/ajukan/draf/{draft.pk}/")
    assert draft.slip_id == slip.pk
    assert local(draft.received_at).strftime("%d %H.%M") == "23 09.30"
    for key, typed in PAGES.items():
        assert post_step(budi, draft, key, typed, world.user("budi")).status_code == 302
    papers = {"berkas-str": pdf(), "nyatakan-place_statement": "1"}
    assert post_step(budi, draft, "berkas", papers, world.user("budi")).status_code == 302
    sent = budi.post(f"/ajukan/draf/{draft.pk}/kirim/", follow=True).content.decode()
    assert slip.tracking_code in sent
    assert "Senin, 23 November 2026" in sent
    case = PermitCase.objects.get().case
    page = budi.get(f"/berkas/{case.number}/").content.decode()
    assert "Berkas kertas" in page
    assert slip.number in page
