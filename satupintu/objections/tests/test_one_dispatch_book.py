"""One dispatch book: letters of permits, sanctions and objections enter it under one running number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from satupintu.objections import queries
from satupintu.objections.models import ObjectionLetter
from satupintu.objections.services import letters as objections_letters
from satupintu.objections.tests.conftest import refused, reviewed
from satupintu.office.queries import work_calendar
from satupintu.permits.models import Dispatch, Permit
from satupintu.permits.services import letters as permits_letters
from satupintu.permits.tests.officer_cases import World, scan_of
from satupintu.supervision.models import Sanction
from satupintu.supervision.rules import Kind
from satupintu.supervision.services import letters as sanctions_letters
from satupintu.supervision.tests.conftest import give, read_all
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.queries import Case
from satupintu.workflow.services import BadData, CannotMove

SignIn = Callable[[str], Client]
BOOK = "/surat/ekspedisi/"


def sent(letter: Any, **more: str) -> dict[str, str]:
    return {
        "letter": str(letter.pk),
        "how": "hand",
        "addressee": "Sari Melati",
        "received_by": "Ibu Rina",
    } | more


@pytest.fixture
def warned(world: World) -> Case:
    """The supervision of a permit that was warned by a letter under the office's key."""
    case = world.issued(world.apply())
    found = give(world, Permit.objects.get(case=case), Kind.WARNING)
    read_all(world)
    sanctions_letters.make_due(at=world.at + sanctions_letters.PATIENCE * 2)
    return world.fresh(found)


@pytest.fixture
def decided(world: World) -> Case:
    """An objection that was refused, with its letter."""
    objection = reviewed(world, refused(world))
    case = world.do(objection.case, "refuse", "darius", reason="Alamat tetap salah.")
    read_all(world)
    objections_letters.make_due(at=world.at + objections_letters.PATIENCE * 2)
    return world.fresh(case)


def test_letters_of_every_kind_stand_in_one_sequence_and_the_log_proves_them(
    world: World, warned: Case, browser: SignIn
) -> None:
    asked = world.complete(world.apply("joko", place_name="Klinik Joko"))
    row = Transition.objects.filter(case=asked, action="ask_recommendation").latest("seq")
    (request,) = permits_letters.make_after(row, at=world.at)
    sanction = Sanction.objects.get()

    world.do(asked, "dispatch", "budi", **sent(request, addressee="Dinas Kesehatan"))
    world.do(warned, "dispatch", "budi", **sent(sanction))

    assert list(Dispatch.objects.order_by("number").values_list("number", "letter_id")) == [
        ("EKS-2026-00001", request.pk),
        ("EKS-2026-00002", sanction.pk),
    ]
    page = browser("budi").get(BOOK).content.decode()
    assert (
        f'<a href="/berkas/{asked.number}/">Surat permintaan rekomendasi {request.number}' in page
    )
    assert f'<a href="/pengawasan/berkas/{warned.number}/">Peringatan tertulis ke-1' in page
    assert sanction.number in page
    assert audit(stop_at_first=False).broken == []
    Dispatch.objects.filter(letter_id=sanction.pk).update(received_by="Orang lain")
    (broken,) = audit(stop_at_first=False).broken
    assert warned.number in str(broken)
    assert "EKS-2026-00002 of the dispatch book" in str(broken)
    Dispatch.objects.filter(letter_id=sanction.pk).delete()
    (broken,) = audit(stop_at_first=False).broken
    assert "a line of the dispatch book is gone" in str(broken)


def test_a_sanction_is_entered_on_its_page_and_what_is_owed_goes_on(
    world: World, warned: Case, browser: SignIn
) -> None:
    clerk, sanction = browser("budi"), Sanction.objects.get()
    owed = [(one.stage, one.due_at) for one in world.tasks(warned)]
    desk = f"/pengawasan/berkas/{warned.number}/"
    page = f"{desk}ekspedisi/"
    assert page in clerk.get(desk).content.decode()
    shown = clerk.get(page).content.decode()
    assert f'value="{sanction.pk}"' in shown
    assert f'value="{world.user("sari").name}"' in shown
    given = {"version": warned.version} | sent(sanction)
    bare = clerk.post(page, given | {"received_by": ""})
    assert bare.status_code == 422
    assert "Tulis siapa yang menerima surat ini." in bare.content.decode()
    future = clerk.post(page, given | {"happened_on": "2026-12-24", "happened_at": "10:00"})
    assert future.status_code == 422
    assert "Ibu Rina" in future.content.decode()
    stale = clerk.post(page, given | {"version": 0})
    assert stale.status_code == 409
    assert f'name="version" value="{warned.version}"' in stale.content.decode()
    assert not Dispatch.objects.exists()

    assert clerk.post(page, given)["Location"] == desk

    after = world.fresh(warned)
    assert [(one.stage, one.due_at) for one in world.tasks(after)] == owed
    assert after.state == warned.state
    assert "Surat keluar dicatat" in clerk.get(desk).content.decode()
    holder = browser("sari").get(f"/pengawasan/saya/{warned.number}/").content.decode()
    assert "Surat keluar dicatat" not in holder


def test_a_decision_on_an_objection_is_entered_after_it_was_closed(
    world: World, decided: Case, browser: SignIn
) -> None:
    clerk, letter = browser("budi"), ObjectionLetter.objects.get()
    desk = f"/keberatan/berkas/{decided.number}/"
    assert f"{desk}ekspedisi/" in clerk.get(desk).content.decode()
    given = {"version": decided.version} | sent(letter)
    assert clerk.post(f"{desk}ekspedisi/", given)["Location"] == desk
    page = clerk.get(BOOK).content.decode()
    assert f'<a href="{desk}">Keputusan atas keberatan {letter.number}' in page
    assert audit(stop_at_first=False).broken == []


def test_a_letter_that_waits_for_ink_leaves_only_when_it_is_scanned_back(
    world: World, settings: Any, browser: SignIn
) -> None:
    case = world.issued(world.apply())
    settings.SIGNER = "manual"
    warned = give(world, Permit.objects.get(case=case), Kind.WARNING)
    clerk, sanction = browser("budi"), Sanction.objects.get()
    page = f"/pengawasan/berkas/{warned.number}/ekspedisi/"
    assert clerk.get(page)["Location"] == f"/pengawasan/berkas/{warned.number}/"
    typed = clerk.post(page, {"version": warned.version} | sent(sanction))
    assert typed.status_code == 409
    assert "Ibu Rina" in typed.content.decode()
    with pytest.raises(CannotMove):
        world.do(warned, "dispatch", "budi", **sent(sanction))
    scan = scan_of(world, warned)
    after = world.do(warned, "scan_letter", "budi", letter=str(sanction.pk), scan=scan)
    world.do(after, "dispatch", "budi", **sent(sanction))
    assert Dispatch.objects.get().letter_id == sanction.pk
    assert audit(stop_at_first=False).broken == []


def test_another_cases_letter_is_refused(world: World, warned: Case) -> None:
    other = world.complete(world.apply("joko", place_name="Klinik Joko"))
    row = Transition.objects.filter(case=other, action="ask_recommendation").latest("seq")
    (request,) = permits_letters.make_after(row, at=world.at)
    with pytest.raises(BadData):
        world.do(warned, "dispatch", "budi", **sent(request))
    with pytest.raises(BadData):
        world.do(other, "dispatch", "budi", **sent(Sanction.objects.get()))
    assert not Dispatch.objects.exists()


def test_whose_permit_it_is_enters_nothing(world: World, warned: Case) -> None:
    with pytest.raises(CannotMove):
        world.do(warned, "dispatch", "sari", **sent(Sanction.objects.get()))


def test_the_days_to_object_count_from_when_the_letter_left(world: World, warned: Case) -> None:
    supervised = Permit.objects.get().case
    (before,) = queries.sanctions_decided(supervised, work_calendar())
    later = world.at + timedelta(days=2)
    world.at = later
    world.do(warned, "dispatch", "budi", **sent(Sanction.objects.get()))
    (after,) = queries.sanctions_decided(supervised, work_calendar())
    assert after.announced == later
    assert after.last > before.last


def test_the_days_to_appeal_count_from_when_the_letter_left(world: World, decided: Case) -> None:
    later = world.at + timedelta(days=2)
    objection = queries.objection_of(decided)
    row = Transition.objects.get(case=decided, action="refuse")
    assert queries.decision_received(objection, row) == row.at
    world.at = later
    world.do(decided, "dispatch", "budi", **sent(ObjectionLetter.objects.get()))
    assert queries.decision_received(objection, row) == later


def test_the_book_is_searched_by_any_number_of_a_line(
    world: World, warned: Case, browser: SignIn
) -> None:
    sanction = Sanction.objects.get()
    world.do(warned, "dispatch", "budi", **sent(sanction))
    clerk = browser("budi")
    for text in ("EKS-2026-00001", "eks-2026-00001", warned.number, sanction.number):
        assert "Ibu Rina" in clerk.get(BOOK, {"cari": text}).content.decode(), text
    for text in ("EKS-2026-00009", "Ibu Rina", "\x00"):
        page = clerk.get(BOOK, {"cari": text, "bulan": "2026-10"}).content.decode()
        assert "Ibu Rina</td>" not in page, text
