"""The cast of the tests, made through the services."""

from datetime import UTC, date, datetime

from satupintu.people import services
from satupintu.people.models import Unit, User
from satupintu.people.rules import (
    Address,
    AddressKind,
    Purpose,
    Role,
    Signing,
    system_actor,
)

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 9 in the morning in Sanggau
TODAY = date(2026, 11, 23)
TESTER = system_actor("tests")
PASSWORD = "kucing lima warna"


def make_unit(code="dpmptsp", *, kind="office", name=""):
    return Unit.objects.get_or_create(code=code, defaults={"kind": kind, "name": name or code})[0]


def make_officer(username="budi", *roles, unit=None, name="Budi Santoso", at=AT) -> User:
    officer = services.create_officer(
        username=username, name=name, password=PASSWORD, by=TESTER, at=at
    )
    for role in roles:
        services.give_role(
            user=officer,
            unit=unit or make_unit(),
            role=role,
            valid_from=date(2024, 1, 2),
            valid_until=None,
            by=TESTER,
            at=at,
        )
    return officer


def make_person(name="Sari Lestari", *, email="sari@contoh.id", phone="") -> User:
    address = Address(AddressKind.EMAIL, email) if email else Address(AddressKind.PHONE, phone)
    code = services.issue_code(address=address, at=AT)
    proof = services.check_code(address=address, code=code, at=AT)
    return services.open_account(
        name=name, address=address, proof=proof, consents=[Purpose.ACCOUNT], language="id", at=AT
    )


def make_delegation(user, *, services_named=(), signing=Signing.OWN, until=None, decree="800/1"):
    return services.give_delegation(
        user=user,
        decree_number=decree,
        decree_date=date(2026, 1, 5),
        signing=signing,
        title="Kepala DPMPTSP",
        services=list(services_named),
        valid_from=date(2026, 1, 5),
        valid_until=until,
        by=TESTER,
        at=AT,
    )


__all__ = [
    "AT",
    "PASSWORD",
    "TESTER",
    "TODAY",
    "Role",
    "make_delegation",
    "make_officer",
    "make_person",
    "make_unit",
]
