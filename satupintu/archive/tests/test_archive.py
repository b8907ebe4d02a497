"""From the box to the minutes of destruction, over the years; and everything that is refused on the way."""

from datetime import UTC, datetime

import pypdfium2
import pytest
from django.urls import reverse

from satupintu.archive import queries, services
from satupintu.archive.models import Box, Disposal, Folder
from satupintu.documents.models import StoredFile
from satupintu.documents.services import erase_unused_files
from satupintu.lib import clock
from satupintu.permits.models import CaseWord, PermitCase
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Link, Note, Transition
from satupintu.workflow.services import CannotMove, MoveNotAllowed, act, run_readers

pytestmark = pytest.mark.django_db

PASSES = datetime(2028, 11, 10, 2, tzinfo=UTC)  # in the month in which two years after MONDAY end
ENDS = datetime(2033, 11, 24, 2, tzinfo=UTC)  # five years after that, and a day


@pytest.fixture
def at(world: World, monkeypatch):
    """Let it be another day, for the world and for the pages."""

    def go(moment: datetime) -> None:
        world.at = moment
        monkeypatch.setattr(clock, "now", lambda: moment)

    return go


def withdrawn(world: World, who: str = "sari"):
    return world.do(world.apply(who), "withdraw", who, reason="Tidak jadi, pindah kota.")


def box(world: World) -> Box:
    return services.make_box(place="Rak 2, papan 3", by=world.actor("budi"), at=world.at)


def filed(world: World, case=None):
    case = case or withdrawn(world)
    return world.do(case, "file_away", "budi", box=box(world).pk)


def inactive(world: World, at, case=None):
    case = filed(world, case)
    at(PASSES)
    folder = Folder.objects.get(case=case)
    _transfer, done, stayed = services.pass_on([folder], by=world.actor("budi"), at=world.at)
    assert (done, stayed) == (1, [])
    return case


def drawn(world: World, case) -> Disposal:
    folder = queries.folder_of(case.number)
    return services.draw_up([folder], by=world.actor("budi"), at=world.at)


def approved(world: World, found: Disposal) -> Disposal:
    for step, who in (("assess", "ratna"), ("first", "lina"), ("approve", "darius")):
        services.take_step(found, step, by=world.actor(who), at=world.at, consent="045/12/2033")
        found.refresh_from_db()
    return found


def words_of(answer) -> str:
    pages = pypdfium2.PdfDocument(answer.content)
    return "".join(one.get_textpage().get_text_range() for one in pages).replace("\r\n", " ")


def test_the_whole_life_of_a_folder_through_the_pages(world: World, browser, at) -> None:
    case = withdrawn(world)
    clerk = browser("budi")
    assert clerk.post("/arsip/boks/", {"place": "Rak 2, papan 3"}).status_code == 302
    assert "BOKS 1" in words_of(clerk.get("/arsip/boks/1.pdf"))
    assert case.number in clerk.get("/arsip/belum/").content.decode()
    given = {"box": "1", "chosen": [str(case.pk)]}
    assert clerk.post("/arsip/belum/", given).status_code == 302
    assert case.number not in clerk.get("/arsip/belum/").content.decode()
    for marks, there in (
        ("boks=1&kode=449&tahun=2026", True),
        ("boks=2", False),
        ("tahun=2025", False),
    ):
        page = clerk.get(f"/arsip/?{marks}").content.decode()
        assert (case.number in page) is there, marks
    assert clerk.post("/arsip/unduh/", {"boks": "1"}).headers["Content-Type"].endswith("sheet")
    assert case.number not in clerk.get("/arsip/inaktif/").content.decode()
    at(PASSES)
    assert case.number in clerk.get("/arsip/inaktif/").content.decode()
    assert clerk.post("/arsip/inaktif/", {"chosen": [str(case.pk)]}).status_code == 302
    transfer = queries.transfers()[0]
    assert case.number in words_of(clerk.get(f"/arsip/inaktif/{transfer.pk}.pdf"))
    at(ENDS)
    drawn_up = clerk.post("/arsip/musnah/", {"chosen": [str(case.pk)]})
    page = drawn_up.url
    for who, step in (("ratna", "assess"), ("lina", "first")):
        assert browser(who).post(page, {"langkah": step}).status_code == 302
    refused = browser("darius").post(page, {"langkah": "approve", "persetujuan": " "})
    assert refused.status_code == 422  # without the letter of consent
    assert (
        browser("darius").post(page, {"langkah": "approve", "persetujuan": "045/12"}).status_code
        == 302
    )
    assert clerk.post(page, {"langkah": "destroy", "saksi": ""}).status_code == 422
    assert clerk.post(page, {"langkah": "destroy", "saksi": "Ani, Beni"}).status_code == 302
    minutes = words_of(clerk.get(page.rstrip("/") + ".pdf"))
    assert "BERITA ACARA PEMUSNAHAN" in minutes
    assert "Ani, Beni" in minutes
    assert "Dimusnahkan" in clerk.get(f"/arsip/map/{case.number}/").content.decode()
    assert clerk.get(f"/berkas/{case.number}/").status_code == 200
    assert audit().broken == []


def test_destroying_erases_what_was_held_and_leaves_the_log_whole(world: World, at) -> None:
    case = inactive(world, at)
    at(ENDS)
    found = approved(world, drawn(world, case))
    rows = Transition.objects.filter(case=case).count()
    done, stayed = services.carry_out(
        found, witnesses="Ani, Beni", by=world.actor("budi"), at=world.at
    )
    assert (done, stayed) == (1, [])
    assert PermitCase.objects.get(pk=case.pk).answers == {}
    assert not CaseWord.objects.filter(case=case).exists()
    left = Note.objects.filter(transition__case=case, erased_at__isnull=True)
    assert {one.transition.action for one in left} == {"erase_note"}  # by which list
    assert Transition.objects.filter(case=case).count() > rows
    attached = StoredFile.objects.filter(
        pk__in=PermitCase.objects.get(pk=case.pk).attachments.values("document__file")
    )
    assert attached.filter(erased_at__isnull=True).exists()
    erase_unused_files(at=world.at)
    assert attached.exists()
    assert not attached.filter(erased_at__isnull=True).exists()
    assert audit(files=True).broken == []
    PermitCase.objects.filter(pk=case.pk).update(answers={"name": "lagi"})
    assert len(audit().broken) == 1
    with pytest.raises(CannotMove):
        world.do(case, "lend_file", "budi", to="Ratna")


def test_a_file_that_another_case_rests_on_stays(world: World, at) -> None:
    case = inactive(world, at)
    other = world.apply("joko")
    kept = PermitCase.objects.get(pk=case.pk).attachments.first()
    second = PermitCase.objects.get(pk=other.pk).attachments.first()
    type(second).objects.filter(pk=second.pk).update(document=kept.document)
    at(ENDS)
    found = approved(world, drawn(world, case))
    services.carry_out(found, witnesses="Ani, Beni", by=world.actor("budi"), at=world.at)
    kept.document.refresh_from_db()
    assert kept.document.removed_at is None


def test_only_an_approved_list_destroys(world: World, at) -> None:
    case = inactive(world, at)
    at(ENDS)
    found = drawn(world, case)
    with pytest.raises(CannotMove):
        world.do(case, "destroy_file", "budi", list=found.number)
    with pytest.raises(services.ArchiveRefused):
        services.carry_out(found, witnesses="A, B", by=world.actor("budi"), at=world.at)
    with pytest.raises(MoveNotAllowed):
        world.do(case, "destroy_file", "darius", list=found.number)
    assert Folder.objects.get().state == "inactive"


def test_each_step_is_another_persons(world: World, at) -> None:
    case = inactive(world, at)
    at(ENDS)
    found = drawn(world, case)

    def refused(step: str, who: str) -> None:
        with pytest.raises(services.ArchiveRefused):
            services.take_step(found, step, by=world.actor(who), at=world.at, consent="045/1")

    refused("assess", "budi")  # drew it up
    refused("first", "lina")  # not assessed
    services.take_step(found, "assess", by=world.actor("lina"), at=world.at)
    found.refresh_from_db()
    refused("first", "lina")  # assessed it
    refused("first", "darius")  # not the section head
    world.give_role("ratna", "section_head")
    services.take_step(found, "first", by=world.actor("ratna"), at=world.at)
    found.refresh_from_db()
    refused("approve", "lina")
    stale = Disposal.objects.get()
    services.take_step(found, "approve", by=world.actor("darius"), at=world.at, consent="045/1")
    with pytest.raises(services.ArchiveRefused):  # somebody was quicker
        services.take_step(stale, "approve", by=world.actor("darius"), at=world.at, consent="045/1")


def test_what_is_struck_stays_and_may_be_listed_again(world: World, at) -> None:
    case = inactive(world, at)
    at(ENDS)
    found = drawn(world, case)
    item = found.items.get()
    services.take_step(
        found, "assess", by=world.actor("ratna"), at=world.at, struck={item.pk: "Masih dipakai."}
    )
    assert [one.pk for one in queries.at_end(ENDS.date())] == [case.pk]
    again = drawn(world, case)
    assert queries.at_end(ENDS.date()) == []
    services.drop(again, by=world.actor("budi"), at=world.at)
    assert [one.pk for one in queries.at_end(ENDS.date())] == [case.pk]
    with pytest.raises(services.ArchiveRefused):
        services.drop(again, by=world.actor("budi"), at=world.at)


def test_nothing_permanent_early_lent_or_linked_to_an_open_case_is_listed(world: World, at) -> None:
    case = inactive(world, at)
    with pytest.raises(CannotMove, match="masa simpannya"):
        drawn(world, case)
    at(ENDS)
    world.do(case, "lend_file", "budi", to="Ratna")
    with pytest.raises(CannotMove, match="dipinjam"):
        drawn(world, case)
    world.do(case, "take_back_file", "budi")
    link = Link.objects.create(
        source=world.apply("joko"), target=case, kind="objection", created_at=ENDS
    )
    with pytest.raises(CannotMove, match="keberatan"):
        drawn(world, case)
    link.delete()
    world.do(case, "reassess_file", "lina", fate="keep", reason="Bernilai sejarah.")
    with pytest.raises(CannotMove, match="permanen"):
        drawn(world, case)
    assert audit().broken == []


def test_an_obstacle_that_came_after_the_approval_still_counts(world: World, at) -> None:
    case = inactive(world, at)
    at(ENDS)
    found = approved(world, drawn(world, case))
    world.do(case, "lend_file", "budi", to="Ratna")
    done, stayed = services.carry_out(
        found, witnesses="Ani, Beni", by=world.actor("budi"), at=world.at
    )
    assert done == 0
    assert "dipinjam" in stayed[0]
    found.refresh_from_db()
    assert found.state == "approved"


def test_a_permit_in_force_has_no_end_until_it_is_revoked(world: World, at) -> None:
    case = world.issued(world.apply())
    with pytest.raises(MoveNotAllowed):  # not closed: nobody has fetched it
        world.do(case, "file_away", "budi", box=box(world).pk)
    case = world.do(case, "hand_over", "budi", **world.receipt(case))
    case = filed(world, case)
    until = case.permit.valid_until
    assert Folder.objects.get().ended_on == until
    assert "in_force" in _obstacles(case)
    world.do(case, "revoke", "darius", reason="Pelanggaran.", legal_basis=["UU 1"])
    run_readers(at=MONDAY)
    assert Folder.objects.get().ended_on == MONDAY.date()
    assert "in_force" not in _obstacles(case)
    assert audit().broken == []


def _obstacles(case) -> list[str]:
    from satupintu.archive import rules

    folder = queries.folder_of(case.number)
    return rules.obstacles(queries.standing_of(folder, MONDAY.date()), MONDAY.date())


def test_a_folder_moves_to_another_box_and_not_to_one_that_is_not_there(world: World) -> None:
    case = filed(world)
    with pytest.raises(CannotMove):
        world.do(case, "file_away", "budi", box=1)
    with pytest.raises(CannotMove):
        world.do(case, "file_away", "budi", box=99)
    world.do(case, "file_away", "budi", box=box(world).pk)
    assert Folder.objects.get().box_id == 2
    assert audit().broken == []
    Folder.objects.update(box=1)
    assert len(audit().broken) == 1


def test_before_its_time_nothing_becomes_inactive(world: World) -> None:
    case = filed(world)
    _transfer, done, stayed = services.pass_on(
        [Folder.objects.get()], by=world.actor("budi"), at=MONDAY
    )
    assert done == 0
    assert case.number in stayed[0]


def test_the_office_sets_its_own_years(world: World, browser) -> None:
    given = {
        "code": "449.12", "title": "SIP Bidan", "active_years": "1", "inactive_years": "1",
        "fate": "keep", "basis": "Perbup 1/2026",
    }  # fmt: skip
    url = reverse("archive:scheme")
    assert browser("budi").get(url).status_code == 403
    wrong = browser("admin").post(url, given | {"code": "bidan", "active_years": "-1"})
    assert wrong.status_code == 422
    assert browser("admin").post(url, given).status_code == 302
    case = filed(world)
    folder = Folder.objects.get(case=case)
    assert (folder.code, folder.fate) == ("449.12", "keep")
    assert folder.active_until.year == 2027


def test_a_folder_is_lent_once(world: World, browser) -> None:
    case = filed(world)
    page = f"/arsip/map/{case.number}/"
    assert browser("budi").post(page, {"act": "lend_file", "to": ""}).status_code == 422
    assert browser("budi").post(page, {"act": "lend_file", "to": "Ratna"}).status_code == 302
    again = browser("budi").post(page, {"act": "lend_file", "to": "Lina"})
    assert again.status_code == 422
    assert "Ratna" in again.content.decode()
    assert browser("budi").post(page, {"act": "destroy_file"}).status_code == 422
    assert browser("budi").post(page, {"act": "take_back_file"}).status_code == 302
    assert browser("wati").get(page).status_code == 403


def test_an_act_of_the_archive_is_in_no_other_state(world: World) -> None:
    case = world.apply()
    with pytest.raises(MoveNotAllowed):
        act(case, "file_away", by=world.actor("budi"), at=MONDAY, data={"box": 1})
