"""Who applied stays who was checked: what changes in their account afterwards reaches no permit unseen."""

import json

import pytest

from satupintu.lib import crypto
from satupintu.people import services as people
from satupintu.people.models import AccountEvent
from satupintu.people.queries import find_party
from satupintu.permits.file import file_of
from satupintu.permits.models import Attachment, Permit, PermitCase
from satupintu.permits.rules import Holder
from satupintu.permits.services.automatic import RULES
from satupintu.permits.services.preview import draft_of
from satupintu.permits.tests.applicant_office import sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.permits.tests.paid_cases import make_paid_world
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import CannotMove, MoveNotAllowed

pytestmark = pytest.mark.django_db

ASKED = Holder("Sari Lestari", "6103015203949999", "Jalan Kartini 14")
OTHER = "Zainab Pemalsu"
NEW_NIK = "6103014107909999"


@pytest.fixture
def world():
    return make_world()


def change(world, **values):
    party = world.user("sari").party
    people.update_party(party=party, values=values, by=world.actor("sari"), at=world.at)


def renew(world, case, who="budi"):
    return world.do(case, "renew_holder", who, reason="KTP dilihat di loket.")


def kept(case):
    return Holder(**PermitCase.objects.get(pk=case.pk).holder)


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (ASKED, []),
        (ASKED._replace(name=OTHER), ["name"]),
        (ASKED._replace(identity="", address=""), ["identity", "address"]),
    ],
)
def test_what_changed(other, changed):
    assert ASKED.changed_to(other) == changed


def test_a_letter_goes_to_name_and_address_as_far_as_they_are_known():
    assert ASKED.lines == ("Sari Lestari", "Jalan Kartini 14")
    assert Holder("Sari").lines == ("Sari",)


def test_a_permit_names_who_applied_whatever_they_are_called_when_it_is_signed(world):
    case = world.approved(world.apply())
    before = kept(case)
    change(world, name=OTHER, address="Jalan Lain 1")
    case = world.do(case, "number", "darius")

    page = draft_of(file_of(world.fresh(case)), at=world.at)[1]
    world.do(case, "issue", "darius", key=world.key())

    permit = Permit.objects.get(case=case)
    assert permit.holder == before.name == "Sari Lestari"
    assert page.holder == (("Nama", before.name), ("Alamat", before.address))
    assert OTHER not in str(page)
    assert audit().broken == []


def test_the_log_says_who_applied_without_naming_them(world):
    case = world.apply()
    row = Transition.objects.get(case=case, action="submit")

    assert kept(case).identity not in str(row.canonical_row())
    said = json.dumps(
        PermitCase.objects.get(pk=case.pk).holder, sort_keys=True, separators=(",", ":")
    )
    assert "Sari Lestari" in said
    assert crypto.is_fingerprint_of(said, row.digests["row:holder"])


def test_an_officer_sees_what_changed_and_takes_it_in_with_a_reason(client, world):
    case = world.complete(world.apply())
    budi = sign_in(client, world.user("budi"))
    page = f"/berkas/{case.number}/"
    assert "Perbarui data pemohon" not in budi.get(page).content.decode()
    change(world, name="Sari Lestari Dewi")

    told = budi.get(page).content.decode()
    assert "nama pemohon diubah" in told
    act = f"{page}perbarui-pemohon/"
    assert act in told
    asked = budi.get(act).content.decode()
    assert "Saat diajukan" in asked
    assert "Sari Lestari Dewi" in asked
    sent = budi.post(act, {"version": world.fresh(case).version, "reason": "Ganti nama, KTP baru."})
    assert (sent.status_code, kept(case).name) == (302, "Sari Lestari Dewi")
    told = budi.get(page).content.decode()
    assert "kini dengan nama yang baru" in told
    assert "nama pemohon diubah" not in told
    assert audit().broken == []


def test_nothing_is_renewed_where_nothing_changed(world):
    with pytest.raises(CannotMove, match="sudah yang terbaru"):
        renew(world, world.apply())


@pytest.mark.parametrize("who", ["sari", "wati", "darius"])
def test_only_the_front_office_takes_a_new_name_in(world, who):
    case = world.apply()
    change(world, name=OTHER)
    with pytest.raises(MoveNotAllowed):
        renew(world, case, who)
    assert kept(case).name == "Sari Lestari"


def test_what_is_proposed_goes_back_before_a_new_name_is_taken_in(world):
    case = world.proposed(world.apply())
    change(world, name=OTHER)
    with pytest.raises(MoveNotAllowed):
        renew(world, case)

    case = world.do(case, "send_back", "lina", reason="Nama berubah.")
    assert kept(renew(world, case)).name == OTHER


@pytest.mark.parametrize("reached", ["owing", "approved"])
def test_what_changed_is_told_though_nothing_can_be_taken_in_any_more(client, reached):
    world = make_paid_world()
    case = world.owing() if reached == "owing" else world.approved(world.apply())
    change(world, address="Jalan Lain 1")
    page = sign_in(client, world.user("budi")).get(f"/berkas/{case.number}/").content.decode()
    assert "alamat pemohon diubah" in page
    assert "perbarui-pemohon" not in page


def test_once_issued_what_changes_is_no_ones_file(client, world):
    case = world.issued(world.apply())
    change(world, address="Jalan Lain 1")
    page = sign_in(client, world.user("budi")).get(f"/berkas/{case.number}/").content.decode()
    assert "alamat pemohon diubah" not in page


def test_a_repair_brings_the_name_as_it_is_then_and_says_so(client, world):
    case = world.returned(world.apply())
    change(world, name="Sari Lestari Dewi", address="Jalan Baru 2")

    case = world.do(case, "resubmit", "sari", reason="Sudah.", statements=[])

    assert kept(case)[::2] == ("Sari Lestari Dewi", "Jalan Baru 2")
    assert case.transitions.get(action="resubmit").data["holder"] == ["name", "address"]
    assert audit().broken == []
    page = sign_in(client, world.user("budi")).get(f"/berkas/{case.number}/").content.decode()
    assert "nama, alamat pemohon berganti" in page


def test_what_is_answered_in_between_brings_no_new_name(world):
    """Nobody checks the papers again after it."""
    case = world.do(
        world.complete(world.apply()),
        "pause",
        "ratna",
        reason="Jam praktik?",
        items=[{"on": "question", "key": "q", "reason": "Jam praktik?"}],
    )
    change(world, name=OTHER)
    case = world.do(case, "resume", "sari", reason="Pagi.")

    assert kept(case).name == "Sari Lestari"
    assert "holder" not in case.transitions.get(action="resume").data


def test_the_seal_vouches_for_no_name_that_nobody_looked_at(world):
    """A copy is sealed by the program itself: only by the name that stands on the permit."""
    permit = Permit.objects.get(case=world.issued(world.apply()))
    file = file_of(world.fresh(permit.case))
    file.permit_case.answers = {"permit_number": permit.number}
    assert RULES["holder_has_permit"](file, world.at) == ""
    file.permit_case.holder = {**file.permit_case.holder, "name": "sari  lestari"}
    assert RULES["holder_has_permit"](file, world.at) == ""

    file.permit_case.holder = {**file.permit_case.holder, "name": OTHER}
    assert RULES["holder_has_permit"](file, world.at) == "another name"


def test_a_card_found_right_with_another_name_is_looked_at_again():
    world = make_paid_world()
    case = world.apply_paid()
    cards = Attachment.objects.filter(permit_case_id=case.pk)
    cards.update(verdict="ok")
    case = _returned(world, case)
    change(world, name=OTHER)
    world.do(case, "resubmit", "sari", reason="Sudah.", statements=[])

    left = dict(cards.filter(superseded_at=None).values_list("requirement", "verdict"))
    assert left.pop("ktp") == ""
    assert "ok" in left.values()


def _returned(world, case):
    other = Attachment.objects.exclude(requirement="ktp").filter(permit_case_id=case.pk).first()
    items = [{"on": "document", "key": other.requirement, "reason": "Buram."}]
    return world.do(case, "return", "budi", reason="Ada yang kurang.", items=items)


def _typed_by_herself(world):
    people.update_party(
        party=world.user("sari").party,
        values={"identity": NEW_NIK},
        by=world.actor("sari"),
        at=world.at,
    )


def seen(world, case):
    return world.do(case, "declare_complete", "budi", identity_seen=True)


def test_a_number_counts_as_seen_when_an_officer_says_so_of_the_card_in_the_file(client):
    world = make_paid_world()
    _typed_by_herself(world)
    bidan = world.apply(nik=NEW_NIK)
    house = world.apply_paid(nik=NEW_NIK)
    assert find_party(identity=NEW_NIK) is None

    seen(world, bidan)  # asks for no identity card
    assert find_party(identity=NEW_NIK) is None
    page = sign_in(client, world.user("budi"))
    assert "cocokkan" in page.get(f"/berkas/{house.number}/nyatakan-lengkap/").content.decode()
    ticked = {
        f"seen_{one.requirement}": "on"
        for one in Attachment.objects.filter(permit_case_id=house.pk)
    }
    sent = page.post(
        f"/berkas/{house.number}/nyatakan-lengkap/",
        {"version": house.version, "identity_seen": "on", **ticked},
    )

    assert sent.status_code == 302
    assert find_party(identity=NEW_NIK) == world.user("sari").party
    event = AccountEvent.objects.get(event="identity_seen")
    assert (event.by, event.user) == (world.user("budi"), world.user("sari"))


def test_a_complete_file_alone_says_nothing_about_a_number():
    world = make_paid_world()
    _typed_by_herself(world)
    world.complete(world.apply_paid(nik=NEW_NIK))
    assert find_party(identity=NEW_NIK) is None


def test_a_number_that_is_not_in_the_form_was_not_compared():
    """Who wrote a neighbour's NIK into their account, and their own into the form, has a card that fits the form."""
    world = make_paid_world()
    _typed_by_herself(world)
    seen(world, world.apply_paid(nik="6103014207919999"))
    assert find_party(identity=NEW_NIK) is None


def test_a_number_that_changed_after_it_was_sent_in_is_not_taken_as_seen():
    world = make_paid_world()
    _typed_by_herself(world)
    house = world.apply_paid(nik=NEW_NIK, responsible="6103014207919999")  # both are in the form
    change(world, identity="6103014207919999")

    seen(world, house)

    assert find_party(identity="6103014207919999") is None
