"""
The made-up people of a demo office. Nobody here exists: NIK end in 9999, numbers have 0000 inside.

Everybody of the staff has the password DEMO_PASSWORD; it is printed in the README and works only
where `is_demo` rows exist.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from satupintu.people.models import (
    Authority,
    Consent,
    Party,
    RoleAssignment,
    Unit,
    User,
)
from satupintu.people.rules import AuthorityKind, Purpose, Role, Signing, system_actor
from satupintu.people.services.staff import give_delegation

DEMO_PASSWORD = "satupintu"  # noqa: S105  published on purpose: it opens only made-up offices
_SINCE = date(2024, 1, 2)

_UNITS = (  # code, kind, name in Sanggau's wording, short name
    ("dpmptsp", "office", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP"),
    ("dinkes", "health", "Dinas Kesehatan", "Dinkes"),
    ("disdik", "education", "Dinas Pendidikan dan Kebudayaan", "Disdikbud"),
    ("dishub", "transport", "Dinas Perhubungan", "Dishub"),
    ("dpupr", "public_works", "Dinas Pekerjaan Umum dan Penataan Ruang", "DPUPR"),
    ("dlh", "environment", "Dinas Lingkungan Hidup", "DLH"),
    ("kesbangpol", "kesbangpol", "Badan Kesatuan Bangsa dan Politik", "Kesbangpol"),
    ("disperindag", "trade", "Dinas Perindustrian, Perdagangan, dan Koperasi", "Disperindagkop"),
    ("dispertan", "agriculture", "Dinas Pertanian dan Ketahanan Pangan", "Dispertan"),
    ("inspektorat", "inspectorate", "Inspektorat", "Inspektorat"),
)


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer: user name, name, post, unit code, roles, and how they sign (if they do)."""

    username: str
    name: str
    position: str
    unit: str
    roles: tuple[Role, ...]
    nip: str = ""
    rank: str = ""
    signing: Signing | None = None
    decree: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One applicant; they sign in with their e-mail address or telephone number."""

    key: str
    name: str
    identity: str
    phone: str
    email: str
    birth_date: date
    address: str
    region: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody of one demo office."""

    regency: str
    district: tuple[str, str]  # code, name of one kecamatan
    seat: str
    people: tuple[Person, ...]
    company: tuple[str, str, str]  # name, NIB, address; its director is the first person
    officers: tuple[Officer, ...] = field(default=())


SANGGAU = Cast(
    regency="Kabupaten Sanggau",
    district=("kec-kapuas", "Kecamatan Kapuas"),
    seat="Jalan Jenderal Sudirman, Sanggau",
    people=(
        Person(
            "sari",
            "Sari Lestari",
            "6103015203949999",
            "+6281200001234",
            "sari@contoh.id",
            date(1994, 3, 12),
            "Jalan Kartini 14, Beringin",
            "61.03.01.1005",
        ),
        Person(
            "joko",
            "Joko Prasetyo",
            "6103010708889999",
            "+6281200005678",
            "joko@contoh.id",
            date(1988, 8, 7),
            "Gang Melati 3, Ilir Kota",
            "61.03.01.1004",
        ),
    ),
    company=("CV Kapuas Maju Bersama", "9120000099991", "Jalan Ahmad Yani 21, Beringin"),
    officers=(
        Officer(
            "budi",
            "Budi Santoso",
            "Petugas Loket",
            "dpmptsp",
            (Role.FRONT_OFFICE,),
            "199103142015031999",
            "Pengatur (II/c)",
        ),
        Officer(
            "lusi",
            "Lusia Nona",
            "Petugas Pelayanan Kecamatan",
            "kec-kapuas",
            (Role.FRONT_OFFICE,),
            "199402102019032999",
            "Pengatur (II/c)",
        ),
        Officer(
            "ratna",
            "Ratna Dewi, S.E.",
            "Penata Perizinan Ahli Muda",
            "dpmptsp",
            (Role.VERIFIER,),
            "198607222010012999",
            "Penata (III/c)",
        ),
        Officer(
            "wati",
            "dr. Wati Kusuma",
            "Ketua Tim Teknis Kesehatan",
            "dinkes",
            (Role.TECHNICAL_OFFICER,),
            "198011052008012999",
            "Pembina (IV/a)",
        ),
        Officer(
            "hendra",
            "Hendra Wijaya, S.T.",
            "Kepala Seksi Tata Ruang",
            "dpupr",
            (Role.TECHNICAL_OFFICER,),
            "197904182006041999",
            "Penata Tk. I (III/d)",
        ),
        Officer(
            "agus",
            "Agus Salim, S.Sos.",
            "Kepala Seksi Angkutan",
            "dishub",
            (Role.TECHNICAL_OFFICER,),
            "198208302009031999",
            "Penata (III/c)",
        ),
        Officer(
            "maria",
            "Maria Yosefina, S.Pd.",
            "Kepala Seksi PAUD",
            "disdik",
            (Role.TECHNICAL_OFFICER, Role.COORDINATOR),
            "198405172011012999",
            "Penata (III/c)",
        ),
        Officer(
            "lina",
            "Lina Marlina, S.H., M.M.",
            "Kepala Bidang Penyelenggaraan Pelayanan Perizinan",
            "dpmptsp",
            (Role.SECTION_HEAD,),
            "197709092003122999",
            "Pembina (IV/a)",
        ),
        Officer(
            "darius",
            "Drs. Darius Panggau, M.Si.",
            "Kepala Dinas",
            "dpmptsp",
            (Role.HEAD,),
            "196906211994031999",
            "Pembina Utama Muda (IV/c)",
            Signing.OWN,
            "800/102/BKPSDM/2024",
        ),
        Officer(
            "surya",
            "Surya Pratama, S.IP., M.A.P.",
            "Sekretaris Dinas",
            "dpmptsp",
            (Role.HEAD, Role.SECTION_HEAD),
            "197503031999031999",
            "Pembina Tk. I (IV/b)",
            Signing.PELAKSANA_HARIAN,
            "800/317/BKPSDM/2026",
        ),
        Officer(
            "admin",
            "Yuni Astuti, S.Kom.",
            "Pengelola Layanan",
            "dpmptsp",
            (Role.SERVICE_ADMIN,),
            "199201252018012999",
            "Penata Muda (III/a)",
        ),
        Officer(
            "auditor",
            "Petrus Lambang, S.E., Ak.",
            "Auditor Inspektorat",
            "dpmptsp",
            (Role.AUDITOR,),
            "198112112007011999",
            "Penata Tk. I (III/d)",
        ),
        Officer(
            "maya",
            "Maya Kristina, S.Sos.",
            "Admin Pengaduan",
            "dpmptsp",
            (Role.COMPLAINT_ADMIN,),
            "199305052019022999",
            "Penata Muda (III/a)",
        ),
        Officer(
            "nora",
            "Nora Veronika, S.E.",
            "Auditor Pengaduan Masyarakat",
            "inspektorat",
            (Role.INSPECTOR,),
            "198702022012012999",
            "Penata (III/c)",
        ),
        Officer(
            "tigor",
            "Tigor Manalu, S.H., M.H.",
            "Inspektur Pembantu",
            "inspektorat",
            (Role.COORDINATOR,),
            "197606062002121999",
            "Pembina (IV/a)",
        ),
        Officer("bupati", "Bapak Bupati (peragaan)", "Bupati", "dpmptsp", (Role.LEADER,)),
    ),
)

BENGKALIS = Cast(
    regency="Kabupaten Bengkalis",
    district=("kec-bengkalis", "Kecamatan Bengkalis"),
    seat="Jalan Antara, Bengkalis",
    people=(
        Person(
            "sari",
            "Nurhayati Siregar",
            "1403016004939999",
            "+6281300001234",
            "nurhayati@contoh.id",
            date(1993, 4, 20),
            "Jalan Hang Tuah 8, Damon",
            "14.03.01.1002",
        ),
        Person(
            "joko",
            "Rahmat Hidayat",
            "1403011111879999",
            "+6281300005678",
            "rahmat@contoh.id",
            date(1987, 11, 11),
            "Gang Nelayan 5, Rimba Sekampung",
            "14.03.01.1003",
        ),
    ),
    company=("CV Selat Melaka Jaya", "9120000099982", "Jalan Pramuka 17, Bengkalis Kota"),
    officers=(
        Officer(
            "budi",
            "Zulkifli Tanjung",
            "Petugas Loket",
            "dpmptsp",
            (Role.FRONT_OFFICE,),
            "199005152014031999",
            "Pengatur (II/c)",
        ),
        Officer(
            "ratna",
            "Fitriani, S.E.",
            "Penata Perizinan Ahli Muda",
            "dpmptsp",
            (Role.VERIFIER,),
            "198709012011012999",
            "Penata (III/c)",
        ),
        Officer(
            "wati",
            "dr. Elvina Rosa",
            "Ketua Tim Teknis Kesehatan",
            "dinkes",
            (Role.TECHNICAL_OFFICER,),
            "198102142009012999",
            "Pembina (IV/a)",
        ),
        Officer(
            "hendra",
            "Syahrul Amri, S.T.",
            "Kepala Seksi Tata Ruang",
            "dpupr",
            (Role.TECHNICAL_OFFICER,),
            "197807272005011999",
            "Penata Tk. I (III/d)",
        ),
        Officer(
            "agus",
            "Khairul Anwar, S.Sos.",
            "Kepala Seksi Angkutan",
            "dishub",
            (Role.TECHNICAL_OFFICER,),
            "198306062010011999",
            "Penata (III/c)",
        ),
        Officer(
            "maria",
            "Desi Ratnasari, S.Pd.",
            "Kepala Seksi PAUD",
            "disdik",
            (Role.TECHNICAL_OFFICER, Role.COORDINATOR),
            "198512032012012999",
            "Penata (III/c)",
        ),
        Officer(
            "lina",
            "Hj. Rosmiati, S.H.",
            "Kepala Bidang Penyelenggaraan Pelayanan Perizinan",
            "dpmptsp",
            (Role.SECTION_HEAD,),
            "197604042002122999",
            "Pembina (IV/a)",
        ),
        Officer(
            "darius",
            "H. Basuki Rakhmad, S.E., M.Si.",
            "Kepala Dinas",
            "dpmptsp",
            (Role.HEAD,),
            "196808171993031999",
            "Pembina Utama Muda (IV/c)",
            Signing.OWN,
            "800/088/BKPP/2024",
        ),
        Officer(
            "surya",
            "Tengku Iskandar, S.STP.",
            "Sekretaris Dinas",
            "dpmptsp",
            (Role.HEAD, Role.SECTION_HEAD),
            "197809191998021999",
            "Pembina Tk. I (IV/b)",
            Signing.PELAKSANA_HARIAN,
            "800/291/BKPP/2026",
        ),
        Officer(
            "admin",
            "Indah Permata, S.Kom.",
            "Pengelola Layanan",
            "dpmptsp",
            (Role.SERVICE_ADMIN,),
            "199307082019012999",
            "Penata Muda (III/a)",
        ),
        Officer(
            "auditor",
            "Yusuf Effendi, S.E.",
            "Auditor Inspektorat",
            "dpmptsp",
            (Role.AUDITOR,),
            "198203032008011999",
            "Penata Tk. I (III/d)",
        ),
        Officer(
            "maya",
            "Maya Sahira, S.Sos.",
            "Admin Pengaduan",
            "dpmptsp",
            (Role.COMPLAINT_ADMIN,),
            "199305052019021999",
            "Penata Muda (III/a)",
        ),
        Officer(
            "nora",
            "Nora Amalia, S.E.",
            "Auditor Pengaduan Masyarakat",
            "inspektorat",
            (Role.INSPECTOR,),
            "198702022012011999",
            "Penata (III/c)",
        ),
        Officer(
            "tigor",
            "Tigor Ramadhan, S.H., M.H.",
            "Inspektur Pembantu",
            "inspektorat",
            (Role.COORDINATOR,),
            "197606062002122999",
            "Pembina (IV/a)",
        ),
        Officer("bupati", "Ibu Bupati (peragaan)", "Bupati", "dpmptsp", (Role.LEADER,)),
    ),
)

CASTS = {"sanggau": SANGGAU, "bengkalis": BENGKALIS}


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Who signs in as whom: a line of the README."""

    key: str
    sign_in: str  # user name, or the address a code is sent to
    name: str
    post: str
    user_id: int


def set_up_demo_people(office_code: str, *, at: datetime) -> dict[str, DemoLogin]:
    """
    Return the logins of the demo office by key ("sari", "budi", ...); makes what is missing.

    `office_code` is "sanggau" or "bengkalis"; the keys are the same in both. Running it again
    changes nothing. Officers sign in at /masuk/petugas/ with DEMO_PASSWORD, applicants at /masuk/
    with a code that lands in the demo inbox. Raises KeyError for another office.
    """
    cast = CASTS[office_code]
    # Hashing a password takes long on purpose; everybody shares one, made before the transaction.
    hashed = User()
    hashed.set_password(DEMO_PASSWORD)
    with transaction.atomic():
        units = _make_units(cast)
        logins = {
            one.username: _make_officer(one, cast, units, hashed.password, at)
            for one in cast.officers
        }
        for person in cast.people:
            logins[person.key] = make_demo_person(person, at)
        _make_company(cast, logins[cast.people[0].key].user_id, at)
    return logins


def _make_units(cast: Cast) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    rows = [(code, kind, f"{name} {cast.regency}", short) for code, kind, name, short in _UNITS]
    rows.append((cast.district[0], "district", cast.district[1], cast.district[1]))
    for code, kind, name, short in rows:
        units[code], _made = Unit.objects.get_or_create(
            code=code,
            defaults={"kind": kind, "name": name, "short_name": short, "address": cast.seat},
        )
    return units


def _make_officer(
    one: Officer, cast: Cast, units: dict[str, Unit], password: str, at: datetime
) -> DemoLogin:
    user, made = User.objects.get_or_create(
        username=one.username,
        defaults={
            "name": one.name,
            "email": f"{one.username}.petugas@contoh.id",
            "password": password,
            "nip": one.nip,
            "position": one.position,
            "rank": one.rank,
            "is_demo": True,
        },
    )
    if made:
        for role in one.roles:
            RoleAssignment.objects.create(
                user=user, unit=units[one.unit], role=role, valid_from=_SINCE
            )
        if one.signing is not None:
            acting = one.signing is not Signing.OWN
            give_delegation(
                user=user,
                decree_number=one.decree,
                decree_date=date(2026, 7, 1) if acting else _SINCE,
                signing=one.signing,
                title=f"Kepala DPMPTSP {cast.regency}",
                services=[],
                valid_from=date(2026, 7, 1) if acting else _SINCE,
                valid_until=date(2027, 7, 1) if acting else None,
                by=system_actor("demo"),
                at=at,
            )
    return DemoLogin(one.username, one.username, user.name, one.position, user.pk)


def make_demo_person(person: Person, at: datetime) -> DemoLogin:
    """Return the login of a made-up applicant; makes the person when they are missing."""
    user = User.objects.filter(username=f"demo-{person.key}").first()
    if user is None:
        party = Party.objects.create(
            name=person.name,
            identity_kind="nik",
            identity=person.identity,
            identity_seen_at=at,
            phone=person.phone,
            email=person.email,
            birth_date=person.birth_date,
            address=person.address,
            region=person.region,
            is_demo=True,
            created_at=at,
        )
        for purpose in (Purpose.ACCOUNT, Purpose.MESSAGES, Purpose.REUSE):
            Consent.objects.create(party=party, purpose=purpose, given_how="web", given_at=at)
        user = User(
            username=f"demo-{person.key}",
            name=person.name,
            email=person.email,
            phone=person.phone,
            party=party,
            is_demo=True,
        )
        user.set_unusable_password()
        user.save()
    return DemoLogin(person.key, person.email, user.name, "Pemohon", user.pk)


def _make_company(cast: Cast, director_id: int, at: datetime) -> None:
    name, nib, address = cast.company
    if Party.objects.filter(name=name, is_demo=True).exists():
        return
    company = Party.objects.create(
        is_organisation=True,
        name=name,
        identity_kind="nib",
        identity=nib,
        identity_seen_at=at,
        address=address,
        is_demo=True,
        created_at=at,
    )
    Authority.objects.create(
        user_id=director_id,
        party=company,
        kind=AuthorityKind.OFFICER,
        confirmed_at=at,
        valid_from=_SINCE,
    )
