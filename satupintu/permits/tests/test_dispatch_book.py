"""The dispatch book: which letter left the office, with whom, who took it."""

import pytest

from satupintu.permits.models import (
    Dispatch,
    Letter,
)
from satupintu.permits.services import letters
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.services import CannotMove

# --- The dispatch book ---------------------------------------------------------------------------


def request_letter(world: World) -> tuple[Case, Letter]:
    """Return a case and its written request for a recommendation."""
    case = world.complete(world.apply())
    row = Transition.objects.filter(case=case, action="ask_recommendation").latest("seq")
    (letter,) = letters.make_after(row, at=MONDAY)
    return case, letter


def sent(letter: Letter, **more):
    return {
        "letter": str(letter.pk), "how": "hand", "addressee": "Dinas Kesehatan",
        "carrier": "Ucok", "received_by": "Ibu Rina", **more,
    }  # fmt: skip


def test_a_letter_leaves_with_a_number_of_the_book_and_the_log_knows(world: World) -> None:
    case, letter = request_letter(world)

    world.do(case, "dispatch", "budi", **sent(letter))

    line = Dispatch.objects.get()
    assert (line.number, line.received_by) == ("EKS-2026-00001", "Ibu Rina")
    assert audit(stop_at_first=False).broken == []
    row = Transition.objects.get(action="dispatch")
    assert "Rina" not in str(row.data) + str(row.digests)
    Dispatch.objects.update(received_by="Orang lain")
    assert "dispatch book" in audit(stop_at_first=False).broken[0]
    Dispatch.objects.all().delete()
    assert "a line of the dispatch book is gone" in audit(stop_at_first=False).broken[0]


@pytest.mark.parametrize(
    "more",
    [
        {"letter": ""},
        {"letter": "01a22172-3444-7109-b3fb-ecb070e430f6"},
        {"how": "pigeon"},
        {"addressee": " "},
        {"received_by": ""},
    ],
)
def test_a_line_that_lacks_something_is_refused(world: World, more) -> None:
    case, letter = request_letter(world)
    with pytest.raises(CannotMove):
        world.do(case, "dispatch", "budi", **{**sent(letter), **more})
    assert not Dispatch.objects.exists()


def test_a_letter_of_another_case_is_refused(world: World) -> None:
    _case, letter = request_letter(world)
    other = world.apply("joko", place_name="Klinik Joko")
    with pytest.raises(CannotMove):
        world.do(other, "dispatch", "budi", **sent(letter))


def test_the_book_of_a_month_is_shown_and_the_form_begins_with_the_unit(world, browser) -> None:
    case, letter = request_letter(world)
    budi = browser("budi")
    address = f"/berkas/{case.number}/ekspedisi/"
    assert 'value="Dinas Kesehatan' in budi.get(address).content.decode()

    posted = {**sent(letter), "version": world.fresh(case).version}
    assert budi.post(address, posted).status_code == 302

    page = budi.get("/surat/ekspedisi/").content.decode()
    assert "EKS-2026-00001" in page
    assert "Ibu Rina" in page
    assert "EKS-2026-00001" not in budi.get("/surat/ekspedisi/?bulan=2026-10").content.decode()
    for strange in ("kapan", "0001-01", "9999-12"):
        assert "EKS-2026-00001" in budi.get(f"/surat/ekspedisi/?bulan={strange}").content.decode()
    assert browser("wati").get("/surat/ekspedisi/").status_code == 403


def test_without_a_letter_there_is_nothing_to_dispatch(world: World, browser) -> None:
    case = world.apply()
    assert browser("budi").get(f"/berkas/{case.number}/ekspedisi/").status_code == 302
