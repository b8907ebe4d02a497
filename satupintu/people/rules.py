"""Who may act: roles, what each is for, and the actor that every move names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from satupintu.lib import identity
from satupintu.lib.refusal import Refusal

# Wrong tracking codes of one address, of every kind of case together: after so many, none is answered (lib.codes: at
# that pace a code cannot be guessed). Right codes are not counted: many telephones share one address.
GUESSES_AN_HOUR = 120

# How long an officer's session lasts, unused and at all, in seconds.
STAFF_IDLE, STAFF_DAY = 2 * 3600, 12 * 3600


class Role(StrEnum):
    """What a person acts as. A user holds roles in units, between two dates (RoleAssignment)."""

    APPLICANT = "applicant"  # pemohon, or the person holding a letter of authority from one
    FRONT_OFFICE = "front_office"  # petugas loket
    VERIFIER = "verifier"  # penata perizinan
    TECHNICAL_OFFICER = "technical_officer"  # tim teknis of another unit (perangkat daerah)
    COORDINATOR = "coordinator"  # koordinator of another unit: hands its tasks to its officers
    SECTION_HEAD = "section_head"  # kepala bidang / seksi: initials
    HEAD = "head"  # kepala dinas: the signatory
    COMPLAINT_ADMIN = "complaint_admin"  # admin pengaduan (pejabat penghubung): screens complaints
    INSPECTOR = "inspector"  # inspektorat: complaints about the head and about levies
    SERVICE_ADMIN = "service_admin"  # pengelola layanan
    AUDITOR = "auditor"  # reads all, changes nothing
    LEADER = "leader"  # bupati, sekda: figures
    SYSTEM = "system"  # the program itself, by name


# What a unit is, by the word that service files and plans of complaints call it.
UNIT_KIND_LABELS = {
    "office": _("Kantor ini (DPMPTSP)"),
    "health": _("Dinas Kesehatan"),
    "education": _("Dinas Pendidikan"),
    "transport": _("Dinas Perhubungan"),
    "public_works": _("Dinas Pekerjaan Umum"),
    "environment": _("Dinas Lingkungan Hidup"),
    "kesbangpol": _("Badan Kesatuan Bangsa dan Politik"),
    "trade": _("Dinas Perdagangan"),
    "agriculture": _("Dinas Pertanian dan Peternakan"),
    "revenue": _("Badan Pendapatan Daerah"),
    "district": _("Kantor kecamatan"),
    "inspectorate": _("Inspektorat"),
    "other": _("Unit lain"),
}


def unit_kind_words(kind: str) -> str:
    """Return what a kind of unit is called, in the language of the page; itself where an office made up its own."""
    return str(UNIT_KIND_LABELS.get(kind, kind))


ROLE_LABELS = {
    Role.APPLICANT: _("Pemohon"),
    Role.FRONT_OFFICE: _("Petugas loket"),
    Role.VERIFIER: _("Verifikator"),
    Role.TECHNICAL_OFFICER: _("Petugas teknis"),
    Role.COORDINATOR: _("Koordinator unit"),
    Role.SECTION_HEAD: _("Kepala bidang"),
    Role.HEAD: _("Kepala dinas"),
    Role.COMPLAINT_ADMIN: _("Admin pengaduan"),
    Role.INSPECTOR: _("Inspektorat"),
    Role.SERVICE_ADMIN: _("Pengelola layanan"),
    Role.AUDITOR: _("Auditor"),
    Role.LEADER: _("Pimpinan daerah"),
    Role.SYSTEM: _("Sistem"),
}

STAFF_ROLES = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM}
# Who answers tasks, and who works on cases at all: a coordinator hands tasks out and answers none.
ANSWERING_ROLES = frozenset(
    {
        Role.FRONT_OFFICE,
        Role.VERIFIER,
        Role.TECHNICAL_OFFICER,
        Role.SECTION_HEAD,
        Role.HEAD,
        Role.COMPLAINT_ADMIN,
        Role.INSPECTOR,
    }
)
CASE_ROLES = ANSWERING_ROLES | {Role.COORDINATOR}

# Where somebody lands after signing in: the first line whose roles they hold. Who works on cases has tasks.
LANDING: tuple[tuple[frozenset[Role], str], ...] = (
    (CASE_ROLES, "/tugas/"),
    (frozenset({Role.SERVICE_ADMIN}), "/pengaturan/layanan/"),
    (frozenset({Role.AUDITOR}), "/berkas/"),
    (frozenset({Role.LEADER}), "/ringkasan/"),
)
APPLICANT_PAGE = "/permohonan/"


def landing_page(roles: frozenset[Role]) -> str:
    """Return the first page of somebody with these roles: always one that they may open."""
    return next((page for allowed, page in LANDING if allowed & roles), APPLICANT_PAGE)


class Signing(StrEnum):
    """How a signatory stands to the office whose power is used; printed before the title."""

    OWN = "own"  # the head himself
    ATAS_NAMA = "a.n."  # on behalf of
    PELAKSANA_HARIAN = "Plh."  # acts while the head is away
    PELAKSANA_TUGAS = "Plt."  # acts while the post is vacant


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who performs a move, and as what. `by` of every service.

    `user_id` is None only for the system and for applicants without a login (assisted, anonymous).
    `roles` are all roles held now; `role` is the one the act is performed in (set by perform_move
    when left None: the first allowed one). `units` are the ids of the units in which roles are
    held.
    """

    name: str
    roles: frozenset[Role]
    user_id: int | None = None
    party_ids: frozenset[UUID] = field(default_factory=frozenset)
    units: frozenset[int] = field(default_factory=frozenset)
    role: Role | None = None
    delegation_id: int | None = None
    self_id: UUID | None = None  # of `party_ids`, the one that they are themselves

    def acting_as(self, role: Role, delegation_id: int | None = None) -> "Actor":
        """Return the same person in one role, possibly by a delegation."""
        return replace(self, role=role, delegation_id=delegation_id)


def system_actor(name: str) -> Actor:
    """Return the program as an actor, named by the part that acts ("deadline sweep")."""
    return Actor(name=name, roles=frozenset({Role.SYSTEM}), role=Role.SYSTEM)


MENDERS = frozenset({Role.FRONT_OFFICE, Role.VERIFIER})


def may_mend(actor: Actor, party_id: UUID) -> bool:
    """Say whether an officer may mend what is known of a party: never of themselves, or of whom they act for."""
    return bool(actor.roles & MENDERS) and party_id not in actor.party_ids


# --- Filters that are kept -------------------------------------------------------------------
MOST_FILTERS = 20  # an officer's own, or a unit's shared ones, on one page
FILTER_NAME = 40  # letters
_FILTER_VALUE = 60


@dataclass(frozen=True, slots=True)
class FilterPage:
    """A list whose filter may be kept: its address and the marks of its filter. None of them holds personal data."""

    address: str
    marks: tuple[str, ...]


FILTER_PAGES = {
    "inbox": FilterPage(
        "/tugas/", ("map", "layanan", "kecamatan", "tahap", "perbaikan", "terlambat")
    ),
    "cases": FilterPage("/berkas/", ("keadaan",)),
}


def filter_query(page: str, given: Mapping[str, str]) -> str:
    """Return the filter of a page as it is kept: its own marks in their order, without the place in the list."""
    marks = {
        name: str(given.get(name, "")).strip()[:_FILTER_VALUE] for name in FILTER_PAGES[page].marks
    }
    return urlencode({name: value for name, value in marks.items() if value})


# --- Signing in ---------------------------------------------------------------------------
CODE_DIGITS = 6
CODE_MINUTES = 10  # a code that was sent
GIVEN_CODE_MINUTES = 30  # a code read out at the counter or on the telephone
CODE_ATTEMPTS = 5
DEVICE_DAYS = 30  # how long an office device need not show a second factor again

PASSWORD_LENGTH = 10
PASSWORD_LETTERS = 5  # different ones: neither "aaaaaaaaaa" nor "1212121212"

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class AddressKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class GivenHow(StrEnum):
    """How a one-time code reached the person."""

    SENT = "sent"
    COUNTER = "counter"
    CALL_BACK = "call_back"


GIVEN_HOW_LABELS = {
    GivenHow.SENT: _("Dikirim"),
    GivenHow.COUNTER: _("Di loket"),
    GivenHow.CALL_BACK: _("Lewat telepon"),
}


class BadAddress(Refusal):
    """What was typed is neither a telephone number nor an e-mail address; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a code goes: `value` is E.164 ("+628123456789") or an e-mail address in lower case."""

    kind: AddressKind
    value: str

    @property
    def masked(self) -> str:
        """Return enough to recognise one's own address, and no more."""
        if self.kind is AddressKind.PHONE:
            return f"{self.value[:3]} ••• {self.value[-3:]}"
        name, _at, host = self.value.partition("@")
        return f"{name[:1]}•••@{host}"


def read_address(text: str) -> Address:
    """
    Return the address a person typed, as it is stored and compared.

    Numbers without a country code are Indonesian ("0812-3456-7890", "812 3456 7890").
    Raises BadAddress if it is neither a possible telephone number nor an e-mail address.
    """
    typed = text.strip()
    if "@" in typed:
        if len(typed) > 254 or not _EMAIL.fullmatch(typed) or "." not in typed.partition("@")[2]:  # noqa: PLR2004  RFC 5321
            raise BadAddress(str(_("Periksa alamat surel, contohnya sari@contoh.id.")))
        return Address(AddressKind.EMAIL, typed.lower())
    try:
        return Address(AddressKind.PHONE, identity.check_phone(typed))
    except identity.BadPhone as error:
        raise BadAddress(
            str(_("Tulis nomor HP, contohnya 0812-3456-7890, atau alamat surel."))
        ) from error


# --- Consent ------------------------------------------------------------------------------
class Purpose(StrEnum):
    """What personal data is used for; each is agreed to and withdrawn on its own (UU 27/2022)."""

    ACCOUNT = "account"  # to have an account and apply for permits
    MESSAGES = "messages"  # to be told about one's cases by e-mail and telephone
    REUSE = "reuse"  # to keep documents for the next application
    SURVEY = "survey"  # to be asked how the service was


PURPOSE_LABELS = {
    Purpose.ACCOUNT: _("Membuat akun dan mengurus permohonan"),
    Purpose.MESSAGES: _("Mengirim kabar permohonan lewat surel dan telepon"),
    Purpose.REUSE: _("Menyimpan dokumen untuk permohonan berikutnya"),
    Purpose.SURVEY: _("Menanyakan pendapat tentang layanan"),
}


class AuthorityKind(StrEnum):
    OFFICER = "officer"  # director or officer of the organisation
    LETTER = "letter"  # holds a letter of authority (surat kuasa)


AUTHORITY_LABELS = {
    AuthorityKind.OFFICER: _("Pengurus (direktur, ketua, pemilik)"),
    AuthorityKind.LETTER: _("Penerima kuasa"),
}


# --- What the account log says -------------------------------------------------------------
EVENT_LABELS = {
    "account_opened": _("Akun dibuat"),
    "account_closed": _("Akun ditutup pemiliknya"),
    "code_given": _("Kode masuk diberikan"),
    "address_changed": _("Nomor atau surel diganti"),
    "password_set": _("Kata sandi diganti"),
    "device_remembered": _("Perangkat diingat"),
    "device_revoked": _("Kepercayaan perangkat dicabut"),
    "party_created": _("Data pihak dicatat"),
    "party_changed": _("Data pihak diubah"),
    "identity_seen": _("Nomor identitas dicocokkan dengan kartu atau suratnya"),
    "parties_imported": _("Pihak dari register lama dicatat"),
    "authority_claimed": _("Kuasa diajukan"),
    "authority_given": _("Kuasa diberikan"),
    "authority_confirmed": _("Kuasa disetujui"),
    "authority_ended": _("Kuasa diakhiri"),
    "consent_withdrawn": _("Persetujuan dicabut"),
    "officer_created": _("Petugas dibuat"),
    "officer_changed": _("Data petugas diubah"),
    "officer_active": _("Akun diaktifkan"),
    "officer_inactive": _("Akun dinonaktifkan"),
    "role_given": _("Peran diberikan"),
    "role_ended": _("Peran diakhiri"),
    "delegation_given": _("Keputusan pelimpahan dicatat"),
    "delegation_revoked": _("Pelimpahan dicabut"),
    "unit_saved": _("Perangkat daerah disimpan"),
}


# --- Names where they need not be read ------------------------------------------------------
_SHORT_NAME = 3  # letters of a single name that stay readable


def masked_name(name: str, *, is_organisation: bool) -> str:
    """Return a name that whoever knows the person recognises: an organisation whole, a person as "Sari L•••"."""
    if is_organisation:
        return name
    first, *rest = name.split() or [""]
    if not rest:
        return f"{first[:_SHORT_NAME]}•••"
    return " ".join([first, *(f"{part[0]}•••" for part in rest)])
