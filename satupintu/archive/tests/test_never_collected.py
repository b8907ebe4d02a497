"""A permit that nobody collects: closed after the term, kept in the archive, given to whoever comes later."""

from datetime import timedelta

import pytest

from satupintu.archive.models import Folder
from satupintu.archive.services import make_box
from satupintu.messaging.models import OutMessage
from satupintu.office.services import save_profile
from satupintu.permits.models import HandOver, Permit
from satupintu.permits.services import sweep
from satupintu.permits.services.uncollected import close_uncollected
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Task, Transition
from satupintu.workflow.services import CannotMove, MoveNotAllowed, run_readers

pytestmark = pytest.mark.django_db

TERM = 180  # days after issue: the last reminder at 90, and 90 more


def day(number: int):
    return MONDAY + timedelta(days=number)


def reminded(world: World):
    case = world.issued(world.apply())
    for number in (14, 30, 60, 90):
        assert sweep.remind_uncollected(at=day(number)) == 1
    return case


def closed(world: World):
    case = reminded(world)
    assert close_uncollected(at=day(TERM + 1)) == 1
    world.at = day(TERM + 2)
    return world.fresh(case)


def test_it_closes_once_after_the_last_reminder_and_the_term(world: World) -> None:
    case = reminded(world)
    assert close_uncollected(at=day(TERM - 1)) == 0
    assert world.fresh(case).state == "issued"
    assert [close_uncollected(at=day(number)) for number in (TERM + 1, TERM + 2)] == [1, 0]
    case = world.fresh(case)
    assert (case.state, case.closed_at) == ("not_collected", day(TERM + 1))
    assert not Task.objects.filter(case=case, state="open").exists()
    run_readers(at=day(TERM + 1))
    assert OutMessage.objects.get(template="not_collected").body.count("tetap berlaku") == 1
    assert sweep.remind_uncollected(at=day(400)) == 0
    assert audit().broken == []


def test_the_office_sets_the_term(world: World) -> None:
    case = reminded(world)
    save_profile({"uncollected_days": 365}, by_name="Maria", at=MONDAY)
    assert close_uncollected(at=day(90 + 364)) == 0
    assert close_uncollected(at=day(90 + 366)) == 1
    assert world.fresh(case).state == "not_collected"


def test_what_was_never_reminded_is_not_closed(world: World) -> None:
    case = world.issued(world.apply())
    assert close_uncollected(at=day(700)) == 0
    sweep.remind_uncollected(at=day(700))
    assert close_uncollected(at=day(789)) == 0
    assert close_uncollected(at=day(791)) == 1
    assert world.fresh(case).state == "not_collected"


def test_an_ended_permit_is_closed_without_a_reminder(world: World) -> None:
    case = world.issued(world.apply())
    Permit.objects.filter(case=case).update(valid_until=day(20).date())
    assert close_uncollected(at=day(TERM - 1)) == 0
    assert close_uncollected(at=day(TERM + 1)) == 1
    run_readers(at=day(TERM + 1))
    assert not OutMessage.objects.filter(template="not_collected").exists()


@pytest.mark.parametrize("how", ["download", "hand_over"])
def test_what_was_collected_or_downloaded_is_left_alone(world: World, how: str) -> None:
    case = reminded(world)
    world.at = day(100)
    who, data = ("sari", {}) if how == "download" else ("budi", world.receipt(case))
    world.do(case, how, who, **data)
    assert close_uncollected(at=day(400)) == 0
    assert world.fresh(case).state == "handed_over"


def test_a_visitor_who_was_turned_away_begins_the_term_anew(world: World) -> None:
    case = reminded(world)
    world.at = day(170)
    world.do(case, "refuse_hand_over", "budi", why="identity", reason="Tanpa KTP.")
    assert close_uncollected(at=day(TERM + 1)) == 0
    assert close_uncollected(at=day(170 + 91)) == 1


def test_paper_that_is_not_here_is_not_closed(world: World) -> None:
    case = reminded(world)
    world.at = day(100)
    mail = {"how": "post", "carrier": "PT Pos", "tracking": "P1"}
    world.do(case, "send_permit", "budi", **mail)
    assert close_uncollected(at=day(600)) == 0
    world.at = day(601)
    world.do(case, "note_sent_back", "budi", reason="Tidak ada orang.")
    assert close_uncollected(at=day(602)) == 0
    assert close_uncollected(at=day(692)) == 1


def test_who_comes_after_a_year_gets_it_and_it_is_recorded(world: World, browser) -> None:
    case = closed(world)
    box = make_box(place="Rak 1", by=world.actor("budi"), at=world.at)
    world.do(case, "file_away", "budi", box=box.pk)
    world.at = day(TERM + 400)
    page = browser("budi").get("/izin/").content.decode()
    assert "tidak diambil, di arsip kantor" in page
    assert (
        "tidak diambil, ada di map"
        in browser("budi").get(f"/arsip/map/{case.number}/").content.decode()
    )
    assert "Catat penyerahan" in browser("budi").get(f"/berkas/{case.number}/").content.decode()
    case = world.do(case, "hand_over", "budi", **world.receipt(case))
    assert case.state == "handed_over"
    assert case.closed_at == day(TERM + 1)
    assert HandOver.objects.get().collector == "Sari Lestari"
    assert Permit.objects.get(case=case).collected_at == world.at
    assert Folder.objects.get(case=case).box == box
    assert audit().broken == []
    with pytest.raises(CannotMove):
        world.do(case, "hand_over", "budi", **world.receipt(case))


def test_its_holder_may_still_download_it(world: World, browser) -> None:
    case = closed(world)
    assert (
        "Izin tidak diambil" in browser("sari").get(f"/permohonan/{case.number}/").content.decode()
    )
    answer = browser("sari").post(f"/permohonan/{case.number}/izin/")
    assert answer["Content-Type"] == "application/pdf"
    assert world.fresh(case).state == "handed_over"


def test_paper_that_was_destroyed_is_not_handed_over(world: World) -> None:
    case = closed(world)
    receipt = world.receipt(case)
    row = Transition.objects.filter(case=case).latest("seq")
    Transition.objects.create(
        case=case, seq=row.seq + 1, action="destroy_file", from_state=case.state, to_state=case.state,
        role="front_office", at=world.at, recorded_at=world.at,
    )  # fmt: skip
    with pytest.raises(CannotMove, match="dimusnahkan"):
        world.do(case, "hand_over", "budi", **receipt)
    assert not HandOver.objects.exists()


def test_nobody_closes_it_by_hand_and_it_can_still_be_revoked(world: World) -> None:
    case = world.issued(world.apply())
    with pytest.raises(MoveNotAllowed):
        world.do(case, "close_uncollected", "budi")
    sweep.remind_uncollected(at=day(90))
    close_uncollected(at=day(TERM + 1))
    world.at = day(TERM + 2)
    assert world.do(case, "revoke", "darius", reason="Keterangan palsu.").state == "revoked"


def test_registers_and_the_leaders_page_say_that_nobody_collected_it(world: World, browser) -> None:
    case = closed(world)
    head = browser("darius")
    now = {one.label: one for one in head.get("/ringkasan/").context["now"]}
    assert now["izin terbit, belum diambil"].value == "0"
    assert now["izin tidak diambil, di arsip"].value == "1"
    assert case.number in head.get(now["izin tidak diambil, di arsip"].url).content.decode()
