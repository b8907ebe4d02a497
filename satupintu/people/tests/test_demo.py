import pytest

from satupintu.lib.identity import check_nib, check_nik, check_nip, check_phone
from satupintu.people.models import Party, Unit, User
from satupintu.people.queries import actor_of, valid_delegation
from satupintu.people.rules import Role
from satupintu.people.services import set_up_demo_people
from satupintu.people.services.demo import CASTS
from satupintu.people.tests.factories import AT, TODAY

KINDS = {
    "office", "health", "education", "transport", "public_works", "environment", "kesbangpol",
    "trade", "agriculture", "district", "inspectorate",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("office", ["sanggau", "bengkalis"])
def test_demo_people_are_made_once_with_every_role_and_unit(office):
    first = set_up_demo_people(office, at=AT)
    counts = (User.objects.count(), Party.objects.count(), Unit.objects.count())

    second = set_up_demo_people(office, at=AT)

    assert first == second
    assert counts == (User.objects.count(), Party.objects.count(), Unit.objects.count())
    roles = {role for one in User.objects.all() for role in actor_of(one, AT).roles}
    assert roles == set(Role) - {Role.SYSTEM}
    assert set(Unit.objects.values_list("kind", flat=True)) == KINDS
    head = User.objects.get(username="darius")
    assert valid_delegation(head.pk, "sip-bidan", TODAY).signing == "own"
    assert valid_delegation(User.objects.get(username="surya").pk, "x", TODAY).signing == "Plh."
    assert head.check_password("satupintu")
    assert not User.objects.filter(is_demo=False).exists()


@pytest.mark.parametrize("office", ["sanggau", "bengkalis"])
def test_demo_numbers_are_well_formed_and_made_up(office):
    cast = CASTS[office]

    for person in cast.people:
        nik = check_nik(person.identity, TODAY)
        assert (nik.serial, nik.birth_date) == ("9999", person.birth_date)
        assert "0000" in check_phone(person.phone)
        assert person.email.endswith("@contoh.id")
    check_nib(cast.company[1])
    for officer in cast.officers:
        if officer.nip:
            check_nip(officer.nip)
            assert officer.nip.endswith("999")
