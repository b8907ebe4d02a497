"""Who applied stays who was checked: what changes in their account afterwards reaches no permit unseen."""

import json

import pytest

from satupintu.lib import crypto
from satupintu.people import services as people
from satupintu.people.models import AccountEvent
from satupintu.people.queries import find_party
from satupintu.permits.file import file_of
from satupintu.permits.models import Permit, PermitCase
from satupintu.permits.rules import Holder
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


def test_a_repair_brings_the_name_as_it_is_then_and_says_so(world):
    case = world.returned(world.apply())
    change(world, name="Sari Lestari Dewi", address="Jalan Baru 2")

    case = world.do(case, "resubmit", "sari", reason="Sudah.", statements=[])

    assert kept(case)[::2] == ("Sari Lestari Dewi", "Jalan Baru 2")
    assert case.transitions.get(action="resubmit").data["holder"] == ["name", "address"]
    assert audit().broken == []


def _typed_by_herself(world):
    people.update_party(
        party=world.user("sari").party,
        values={"identity": NEW_NIK},
        by=world.actor("sari"),
        at=world.at,
    )


def test_a_number_counts_as_seen_with_a_file_that_has_the_card():
    world = make_paid_world()
    _typed_by_herself(world)
    bidan = world.apply(nik=NEW_NIK)
    house = world.apply_paid(nik=NEW_NIK)
    assert find_party(identity=NEW_NIK) is None

    world.complete(bidan)  # asks for no identity card
    assert find_party(identity=NEW_NIK) is None
    world.complete(house)

    assert find_party(identity=NEW_NIK) == world.user("sari").party
    assert AccountEvent.objects.get(event="identity_seen").by == world.user("budi")


def test_a_number_that_changed_after_it_was_sent_in_is_not_taken_as_seen():
    world = make_paid_world()
    _typed_by_herself(world)
    house = world.apply_paid(nik=NEW_NIK)
    change(world, identity="6103014207919999")

    world.complete(house)

    assert find_party(identity="6103014207919999") is None
