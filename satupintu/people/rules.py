"""Who may act: roles, what each is for, and the actor that every move names."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person acts as. A user holds roles in units, between two dates (RoleAssignment)."""

    APPLICANT = "applicant"  # pemohon, or the person holding a letter of authority from one
    FRONT_OFFICE = "front_office"  # petugas loket
    VERIFIER = "verifier"  # penata perizinan
    TECHNICAL_OFFICER = "technical_officer"  # tim teknis of another unit (perangkat daerah)
    SECTION_HEAD = "section_head"  # kepala bidang / seksi: initials
    HEAD = "head"  # kepala dinas: the signatory
    SERVICE_ADMIN = "service_admin"  # pengelola layanan
    AUDITOR = "auditor"  # reads all, changes nothing
    LEADER = "leader"  # bupati, sekda: figures
    SYSTEM = "system"  # the program itself, by name


ROLE_LABELS = {
    Role.APPLICANT: _("Pemohon"),
    Role.FRONT_OFFICE: _("Petugas loket"),
    Role.VERIFIER: _("Verifikator"),
    Role.TECHNICAL_OFFICER: _("Petugas teknis"),
    Role.SECTION_HEAD: _("Kepala bidang"),
    Role.HEAD: _("Kepala dinas"),
    Role.SERVICE_ADMIN: _("Pengelola layanan"),
    Role.AUDITOR: _("Auditor"),
    Role.LEADER: _("Pimpinan daerah"),
    Role.SYSTEM: _("Sistem"),
}

STAFF_ROLES = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM}
CASE_ROLES = frozenset(
    {Role.FRONT_OFFICE, Role.VERIFIER, Role.TECHNICAL_OFFICER, Role.SECTION_HEAD, Role.HEAD}
)


class Signing(StrEnum):
    """How a signatory stands to the office whose power is used; printed before the title."""

    OWN = "own"  # the head himself
    ATAS_NAMA = "a.n."  # on behalf of
    PELAKSANA_HARIAN = "Plh."  # acts while the head is away
    PELAKSANA_TUGAS = "Plt."  # acts while the post is vacant


@dataclass(frozen=True, slots=True)
class Actor:
    """Who performs a move, and as what. `by` of every service.

    `user_id` is None only for the system and for applicants without a login (assisted, anonymous).
    `roles` are all roles held now; `role` is the one the act is performed in (set by perform_move
    when left None: the first allowed one). `units` are the ids of the units in which roles are held.
    """

    name: str
    roles: frozenset[Role]
    user_id: int | None = None
    party_ids: frozenset[UUID] = field(default_factory=frozenset)
    units: frozenset[int] = field(default_factory=frozenset)
    role: Role | None = None
    delegation_id: int | None = None

    def acting_as(self, role: Role, delegation_id: int | None = None) -> "Actor":
        """Return the same person in one role, possibly by a delegation."""
        return Actor(
            self.name, self.roles, self.user_id, self.party_ids, self.units, role, delegation_id
        )


def system_actor(name: str) -> Actor:
    """Return the program as an actor, named by the part that acts ("deadline sweep")."""
    return Actor(name=name, roles=frozenset({Role.SYSTEM}), role=Role.SYSTEM)
