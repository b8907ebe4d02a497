"""What the frame of every page shows: the office, the menus, who is signed in."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from satupintu.office import queries as office_queries
from satupintu.office.queries import Profile
from satupintu.people import queries as people
from satupintu.people.rules import ROLE_LABELS, STAFF_ROLES, Role
from satupintu.web.context import MenuGroup, MenuItem

INBOX_ROLES = frozenset(
    {
        Role.FRONT_OFFICE,
        Role.VERIFIER,
        Role.TECHNICAL_OFFICER,
        Role.SECTION_HEAD,
        Role.HEAD,
    }
)


OFFICE_READERS = frozenset({Role.SERVICE_ADMIN, Role.AUDITOR, Role.HEAD, Role.SECTION_HEAD})
OWN_COLOURS = frozenset({"", "#0b5d5e"})  # the stylesheet's own primary: nothing to add


class OfficeFrame:
    """The office's profile as templates read it, with the addresses of its arms and colours."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._profile, name)

    @property
    def arms_url(self) -> str:
        return f"/kantor/lambang/?v={self.version}" if self._profile.arms else ""

    @property
    def theme_url(self) -> str:
        return (
            f"/kantor.css?v={self.version}"
            if self._profile.colour.lower() not in OWN_COLOURS
            else ""
        )


def office(request: HttpRequest) -> OfficeFrame:  # noqa: ARG001  every source is asked with the request
    """Return the office's public profile; usually no query (the profile is kept for seconds)."""
    return OfficeFrame(office_queries.profile())


def _item(request: HttpRequest, label: str, url: str, icon: str = "") -> MenuItem:
    return MenuItem(label, url, icon=icon, current=request.path.startswith(url))


def menu(request: HttpRequest) -> list[MenuItem]:
    """Return the menu of everybody."""
    return [
        _item(request, _("Layanan"), "/layanan/"),
        _item(request, _("Lacak"), "/lacak/"),
        _item(request, _("Cek izin"), "/cek/"),
        _item(request, _("Kontak"), "/kontak/"),
    ]


def desk(request: HttpRequest) -> list[MenuGroup]:
    """Return the officers' menu, by the roles held today; empty for everybody else."""
    if not request.user.is_authenticated:
        return []
    roles = people.actor_for(request).roles
    groups = []
    if roles & INBOX_ROLES:
        groups.append(
            MenuGroup("", [_item(request, _("Tugas saya"), "/tugas/", "inbox")]),
        )
    if roles & OFFICE_READERS:
        items = [
            _item(request, _("Kalender kerja"), "/pengaturan/kalender/"),
            _item(request, _("Register nomor"), "/pengaturan/nomor/"),
        ]
        if Role.SERVICE_ADMIN in roles:
            items.append(_item(request, _("Profil kantor"), "/pengaturan/kantor/"))
        groups.append(MenuGroup(_("Kantor"), items))
    return groups


def who(request: HttpRequest) -> MenuItem | None:
    """Return the signed-in person by name and role, and where their things are."""
    if not request.user.is_authenticated:
        return None
    actor = people.actor_for(request)
    staff = [role for role in Role if role in actor.roles & STAFF_ROLES]
    if staff:
        return MenuItem(f"{actor.name} · {ROLE_LABELS[staff[0]]}", "/tugas/")
    return MenuItem(actor.name, "/permohonan/")
