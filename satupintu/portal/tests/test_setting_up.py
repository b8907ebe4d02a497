"""What an office still needs, from the first minute to the first decision."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from satupintu.catalogue.services import publish_shipped
from satupintu.config.opening import NewOffice, holding, open_office
from satupintu.lib import clock
from satupintu.office.queries import find_region, list_closures, list_series, profile
from satupintu.office.services import ShippedRegion, save_profile, set_start
from satupintu.people.models import Unit, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role, system_actor
from satupintu.people.tests.factories import make_delegation, make_officer
from satupintu.portal.setting_up import steps_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PASSWORD = "kopi-pagi-hangat"
NEW = NewOffice(
    region=ShippedRegion("61.05", "Kabupaten Sintang"),
    name="DPMPTSP Kabupaten Sintang",
    zone="Asia/Pontianak",
    address="Jalan Contoh 1",
    username="yuni",
    administrator="Yuni Astuti",
    password=PASSWORD,
    publish=False,
)


def undone() -> list[str]:
    return [step.title for step in steps_of(TODAY) if not step.done]


def test_an_office_begins_with_its_region_calendar_registers_and_one_administrator() -> None:
    assert holding() == ""

    made = open_office(NEW, at=AT)

    assert (made.username, made.published, holding()) == ("yuni", (), "a profile")
    office = profile()
    assert (office.regency, office.city, office.region_code) == (
        "Kabupaten Sintang",
        "Sintang",
        "61.05",
    )
    assert office.letterhead == ("PEMERINTAH KABUPATEN SINTANG",)
    assert find_region("61.05.01") is not None
    assert list_closures(2026).exists()
    assert list_closures(2027).exists()
    assert {series.code for series in list_series()} == {
        "permit", "decree", "card", "letter", "registration", "slip", "dispatch", "import", "objection",
        "complaint", "consultation", "sanction", "skrd", "ssrd", "supervision",
    }  # fmt: skip
    yuni = User.objects.get()
    assert not yuni.is_demo
    assert actor_of(yuni, AT).roles == {Role.SERVICE_ADMIN}
    assert Unit.objects.get().code == office.head_unit


def test_the_administrator_sets_up_a_second_factor_and_reads_what_is_next(
    client: Client, settings
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    open_office(NEW, at=clock.now())

    entered = client.post(
        "/masuk/petugas/?next=/pengaturan/",
        {"username": "yuni", "password": PASSWORD, "next": "/pengaturan/"},
    )
    first = client.get(entered.url)

    assert entered.url == "/pengaturan/"
    assert first.url == "/akun/pengaman/?next=%2Fpengaturan%2F"

    settings.STAFF_MFA_REQUIRED = False
    page = client.get("/pengaturan/").content.decode()
    assert "Masih 5 hal yang diperlukan" in page
    assert "Belum ada layanan." in page
    assert "Petugas loket, Verifikator, Kepala dinas" in page


def test_what_is_done_leaves_the_list() -> None:
    open_office(NEW, at=AT)
    assert undone() == [
        "Profil kantor",
        "Standar layanan",
        "Petugas",
        "Pelimpahan wewenang tanda tangan",
        "Register nomor",
    ]

    publish_shipped(by=system_actor("test"), at=AT)
    save_profile(
        {"phone": "0564 21001", "promise_decree": "Keputusan 7/2026"}, by_name="Yuni", at=AT
    )
    assert undone() == [
        "Perangkat daerah",
        "Petugas",
        "Pelimpahan wewenang tanda tangan",
        "Register nomor",
    ]
    units = next(step for step in steps_of(TODAY) if step.title == "Perangkat daerah")
    assert "Dinas Kesehatan" in units.text

    kinds = {stage.unit_kind for one in _services() for stage in one.stages}
    for number, kind in enumerate(sorted(kinds)):
        unit = Unit.objects.create(code=kind, name=kind, kind=kind)
        make_officer(f"teknis{number}", Role.TECHNICAL_OFFICER, unit=unit)
    for name, role in (
        ("budi", Role.FRONT_OFFICE),
        ("ratna", Role.VERIFIER),
        ("lina", Role.SECTION_HEAD),
    ):
        make_officer(name, role)
    assert undone() == ["Petugas", "Pelimpahan wewenang tanda tangan", "Register nomor"]
    darius = make_officer("darius", Role.HEAD)
    assert undone() == ["Pelimpahan wewenang tanda tangan", "Register nomor"]
    make_delegation(darius)
    set_start("permit", year=TODAY.year, next_seq=118, by_name="Yuni", at=AT)
    assert undone() == []


def _services():
    from satupintu.catalogue.queries import list_services

    return list_services(TODAY)
