"""Beginning a real office in an empty database: the office, its head unit, its first administrator, its services."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from satupintu.catalogue.services import publish_shipped
from satupintu.office.queries import profile_row
from satupintu.office.services import ShippedRegion, begin_office
from satupintu.people.queries import User
from satupintu.people.rules import Role, system_actor
from satupintu.people.services import create_officer, give_role, save_unit
from satupintu.workflow.queries import Case

HEAD_UNIT = "dpmptsp"
_HOURS = {str(day): ["08:00", "15:00"] for day in range(5)}
_CLERK = system_actor("satupintu office init")


@dataclass(frozen=True, slots=True)
class NewOffice:
    """What must be known to begin. Everything but region and zone can be changed on the office's pages."""

    region: ShippedRegion
    name: str
    zone: str
    address: str
    username: str
    administrator: str
    password: str
    publish: bool  # the shipped services, all of them


@dataclass(frozen=True, slots=True)
class Opened:
    """What was made: the administrator's user name, and the service files that were published."""

    username: str
    published: tuple[str, ...]


def holding() -> str:
    """Return what the database holds already; "" when it is empty."""
    if profile_row() is not None:
        return "a profile"
    if User.objects.exists():
        return "people"
    return "cases" if Case.objects.exists() else ""


@transaction.atomic  # an office that was cut off leaves nothing, so that it can be begun again
def open_office(new: NewOffice, *, at: datetime) -> Opened:
    """
    Make the office in an empty database; return what was made. Takes some seconds.

    Raises StaffRefused if the administrator's user name cannot be used.
    """
    today = timezone.localdate(at)
    kind, _space, place = new.region.name.partition(" ")
    begin_office(
        {
            "code": HEAD_UNIT,
            "name": new.name,
            "short_name": f"DPMPTSP {new.region.name}"[:80],
            "regency": new.region.name,
            "region_code": new.region.code,
            "address": new.address,
            "city": place if kind in {"Kabupaten", "Kota"} else "",
            "letterhead": f"PEMERINTAH {new.region.name.upper()}",
            "zone": new.zone,
            "hours": _HOURS,
            "head_unit": HEAD_UNIT,
        },
        unit="DPMPTSP",
        years=(today.year, today.year + 1),
        by_name=_CLERK.name,
        at=at,
    )
    unit = save_unit(
        unit=None,
        code=HEAD_UNIT,
        name=new.name,
        short_name="DPMPTSP",
        kind="office",
        parent=None,
        address=new.address,
        active=True,
        by=_CLERK,
        at=at,
    )
    user = create_officer(
        username=new.username,
        name=new.administrator,
        password=new.password,
        position="Pengelola Layanan",
        by=_CLERK,
        at=at,
    )
    give_role(
        user=user,
        unit=unit,
        role=Role.SERVICE_ADMIN,
        valid_from=today,
        valid_until=None,
        by=_CLERK,
        at=at,
    )
    published = publish_shipped(by=_CLERK, at=at).published if new.publish else ()
    return Opened(user.username, published)
