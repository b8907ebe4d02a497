"""Making the training office in an empty database: the real office's settings, made-up people, cases in every state."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from satupintu.catalogue.queries import current_version, definition_of, list_offers
from satupintu.catalogue.rules import System
from satupintu.catalogue.services import publish_version
from satupintu.config.demo.seeding import Teller, neighbour
from satupintu.config.demo.stories import NEIGHBOURS, Story
from satupintu.config.training.pattern import Pattern
from satupintu.documents.rules import Officer
from satupintu.documents.services import signer
from satupintu.documents.signing.demo import PASSPHRASE
from satupintu.lib.training import Account
from satupintu.lib.workingtime import add_working_minutes
from satupintu.office.queries import local_date, profile, regions, work_calendar
from satupintu.office.services import begin_office, enter_closures, save_series
from satupintu.people.queries import User, actor_of
from satupintu.people.rules import ROLE_LABELS, Role, Signing, system_actor
from satupintu.people.services import create_officer, give_delegation, give_role, save_unit
from satupintu.permits.file import lifecycle_of
from satupintu.workflow.queries import Case, get_case, open_tasks
from satupintu.workflow.seals import make_digests
from satupintu.workflow.services import CannotMove, act, run_readers

log = structlog.get_logger()

MARK = "LATIHAN-"  # before every number: none can be taken for a real one
BEFORE = timedelta(days=45)
MOST_SERVICES = 16
_BY = system_actor("satupintu training")
_SLUGS = {
    Role.FRONT_OFFICE: "loket",
    Role.VERIFIER: "verifikator",
    Role.TECHNICAL_OFFICER: "teknis",
    Role.COORDINATOR: "koordinator",
    Role.SECTION_HEAD: "kabid",
    Role.HEAD: "kepala",
    Role.SERVICE_ADMIN: "pengelola",
    Role.AUDITOR: "auditor",
    Role.LEADER: "pimpinan",
}
# Whatever the real office lacks today, a case needs these to be decided.
_NEEDED = (
    Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.SERVICE_ADMIN,
)  # fmt: skip
_NAMES = (
    "Andi Latihan", "Bunga Latihan", "Citra Latihan", "Dodi Latihan", "Eka Latihan", "Fajar Latihan", "Gita Latihan",
    "Hadi Latihan", "Intan Latihan", "Jaya Latihan", "Kartika Latihan", "Lukman Latihan",
)  # fmt: skip

# How far the cases have come, one after the other: (last act, working days ago).
_FAR = (
    ("hand_over", 12), ("initial", 2), ("declare_complete", 1), ("issue", 8), ("submit", 0), ("propose_approval", 2),
    ("recommend_for", 2), ("return", 3), ("submit", 1), ("declare_complete", 2),
)  # fmt: skip
_REASON = "Foto berkas buram; mohon foto ulang di tempat terang."
_WAY = (
    ("declare_complete", Role.FRONT_OFFICE), ("recommend_for", Role.TECHNICAL_OFFICER),
    ("propose_approval", Role.VERIFIER), ("initial", Role.SECTION_HEAD), ("approve", Role.HEAD),
    ("number", Role.HEAD), ("issue", Role.HEAD), ("hand_over", Role.FRONT_OFFICE),
)  # fmt: skip


@dataclass
class _Making:
    """The office that is being made: who holds which role in which unit."""

    at: datetime
    began: datetime
    password: str
    units: dict[str, Any] = field(default_factory=dict)
    officers: dict[tuple[Role, str], User] = field(default_factory=dict)  # by role and unit's code
    accounts: list[Account] = field(default_factory=list)
    teller: Teller | None = None


@transaction.atomic
def make_office(
    pattern: Pattern, *, at: datetime, progress: Callable[[str], None] = lambda _what: None
) -> dict[str, Any]:
    """
    Make the training office in an empty database; return its accounts, their password, and what opens the keys.

    Takes some seconds. Nothing of the real office but `pattern` is known here.
    """
    making = _Making(at, at - BEFORE, f"latihan-{secrets.token_hex(3)}")
    progress("pengaturan, wilayah, dan kalender")
    _settings(pattern, making)
    _officers(pattern, making)
    progress("layanan")
    for text in pattern.services:
        publish_version(by=_BY, at=making.began, text=text)
    _cases(making, progress)
    progress("pesan dan surat")
    while run_readers(at=at, limit=500):
        pass
    make_digests(at=at)
    return {
        "accounts": [asdict(one) for one in making.accounts],
        "password": making.password,
        "secret": PASSPHRASE,
    }


def _settings(pattern: Pattern, making: _Making) -> None:
    profile = pattern.profile | {
        "name": pattern.profile["name"],
        "short_name": f"LATIHAN {pattern.profile['short_name']}"[:80],
    }
    for one in pattern.series:
        marked = {**one, "pattern": f"{MARK}{one['pattern']}"}
        save_series(**marked, by_name=_BY.name, at=making.began)
    begin_office(
        profile,
        unit="DPMPTSP",
        years=(),
        by_name=_BY.name,
        at=making.began,
        whole_country=False,
    )
    enter_closures(pattern.closures, source=_BY.name, at=making.began)


def _officers(pattern: Pattern, making: _Making) -> None:
    for one in pattern.units:
        making.units[one["code"]] = save_unit(
            unit=None, parent=None, active=True, by=_BY, at=making.began, **one
        )
    for role, unit in _posts(pattern, making):
        _hire(role, unit, making)
    heads = [user for (role, _unit), user in making.officers.items() if role is Role.HEAD]
    for head in heads:
        give_delegation(
            user=head,
            decree_number="LATIHAN",
            decree_date=local_date(making.began),
            signing=Signing.OWN,
            title=f"Kepala {pattern.profile['short_name']}"[:120],
            services=[],
            valid_from=local_date(making.began),
            valid_until=None,
            by=_BY,
            at=making.began,
        )


def _posts(pattern: Pattern, making: _Making) -> Iterator[tuple[Role, str]]:
    """Yield each role with the units in which the real office has it, and what a case cannot do without."""
    seen = set()
    kinds = {one["code"]: one["kind"] for one in pattern.units}
    office = pattern.profile["head_unit"]
    wanted = [(role, office) for role in _NEEDED if office in making.units]
    wanted += [
        (Role(role), code) for role, kind in pattern.roles for code in kinds if kinds[code] == kind
    ]
    wanted += [
        (Role.TECHNICAL_OFFICER, code)
        for code, kind in kinds.items()
        if kind not in ("office", "district")
    ]
    for post in wanted:
        if post not in seen and post[0] in _SLUGS:
            seen.add(post)
            yield post


def _hire(role: Role, unit: str, making: _Making) -> None:
    known = {one.username for one in making.accounts}
    slug = _SLUGS[role]
    username = (
        slug if slug not in known and role is not Role.TECHNICAL_OFFICER else f"{slug}-{unit}"
    )
    name = _NAMES[len(making.accounts) % len(_NAMES)]
    post = f"{ROLE_LABELS[role]}, {making.units[unit].short_name or making.units[unit].name}"
    user = create_officer(
        username=username[:40],
        name=name,
        password=making.password,
        position=str(ROLE_LABELS[role]),
        by=_BY,
        at=making.began,
    )
    give_role(
        user=user,
        unit=making.units[unit],
        role=role,
        valid_from=local_date(making.began),
        valid_until=None,
        by=_BY,
        at=making.began,
    )
    making.officers[role, unit] = user
    making.accounts.append(Account(user.username, name, post))


# --- Cases -----------------------------------------------------------------------------------------


def _cases(making: _Making, progress: Callable[[str], None]) -> None:
    today = local_date(making.at)
    villages = _villages()
    people = {
        one.key: neighbour(one, villages[number % len(villages)], making.began)
        for number, one in enumerate(NEIGHBOURS if villages else ())
    }
    calendar = work_calendar()
    first = local_date(making.began)
    days = [
        day
        for day in (first + timedelta(days=n) for n in range(BEFORE.days))
        if day < today and calendar.is_open_day(day)
    ]
    teller = making.teller = Teller(making.at, calendar, people, days)
    for number, story in enumerate(_stories(today, list(people), days)):
        progress(f"permohonan contoh {number + 1}")
        far, _ago = _FAR[number % len(_FAR)]
        try:
            with transaction.atomic():
                _tell(teller, story, number, far, making)
        except Exception as error:  # noqa: BLE001  a service of the office's own may ask what no example answers
            log.warning("training_case_left_out", service=story.service, why=str(error)[:200])


def _villages() -> list[str]:
    """Return the first village of some districts of the office's own region."""
    districts = regions(profile().region_code)[: len(NEIGHBOURS)]
    return [found[0].code for one in districts if (found := regions(one.code))]


def _stories(today: date, people: list[str], days: list[date]) -> Iterator[Story]:
    """Yield an application for each service, and a second one for the first few."""
    if not people or not days:
        return
    offers = [one for one in list_offers(today) if one.definition.kinds]
    ours = [one for one in offers if one.definition.system is System.SATUPINTU][:MOST_SERVICES]
    others = [one for one in offers if one.definition.system is not System.SATUPINTU][:2]
    for number, one in enumerate([*ours, *others, *ours[:4]]):
        _far, ago = _FAR[number % len(_FAR)]
        while ago and days[-min(ago, len(days))] < one.effective_from:
            ago -= 1
        yield Story(
            people[number % len(people)],
            one.code,
            min(ago, len(days)),
            kind=str(one.definition.kinds[0]),
        )


def _tell(teller: Teller, story: Story, number: int, far: str, making: _Making) -> None:
    at = teller.start_of(story, number)
    case = teller.apply(story, at)
    if far == "submit":
        return
    if far == "return":
        _return(case, teller, add_working_minutes(at, 60, teller.calendar), making)
        return
    for action, role in _WAY:
        for _again in range(6):  # as many units as were asked
            at = add_working_minutes(at, 45, teller.calendar)
            if at > making.at or not _try(case, action, role, at, making):
                break
            case = get_case(case.pk)
        if action == far:
            return


def _try(case: Case, action: str, role: Role, at: datetime, making: _Making) -> bool:
    """As _do; a case that asks more than an example has (a visit, a paper) stays where it is, for somebody to go on."""
    try:
        with transaction.atomic():
            return _do(case, action, role, at, making)
    except CannotMove as refused:
        log.info("training_case_left_there", case=case.number, why=refused.message)
        return False


def _return(case: Case, teller: Teller, at: datetime, making: _Making) -> None:
    definition = definition_of(current_version(case.permit_case.service_code, local_date(at)))
    key = next((one.key for one in definition.requirements), "")
    clerk = next(user for (role, _u), user in making.officers.items() if role is Role.FRONT_OFFICE)
    with suppress(StopIteration):
        items = [{"on": "document", "key": key, "reason": _REASON}]
        act(
            case,
            "return",
            by=actor_of(clerk, min(at, teller.now)),
            at=min(at, teller.now),
            reason="Berkas belum dapat dibaca.",
            data={"items": items},
        )


def _do(case: Case, action: str, role: Role, at: datetime, making: _Making) -> bool:
    """Let whoever holds the role do the act, where the case's state has it; say whether it was done."""
    if action not in lifecycle_of(case).actions(case.state, frozenset({role})):
        return False
    units = {task.unit.code for task in open_tasks(case) if task.role == role}
    wanted = [
        user for (held, unit), user in making.officers.items() if held is role and unit in units
    ]
    anybody = [user for (held, _unit), user in making.officers.items() if held is role]
    if role is Role.TECHNICAL_OFFICER and not wanted:
        return False
    user = (wanted or anybody)[0]
    by = actor_of(user, at)
    data: dict[str, Any] = {}
    if action == "recommend_for":
        data = {"number": f"{MARK}440/{case.number[-3:]}", "text": "Layak, sesuai standar."}
    if action == "issue":
        data = {"key": signer("demo").unlock(Officer(id=user.pk, name=user.name), PASSPHRASE)}
    if action == "hand_over":
        party = case.party
        assert party is not None
        data = {"how": "counter", "collector": party.name, "place": "Loket 1"}
        assert making.teller is not None
        data |= making.teller.receipt(case, by, at)
    act(case, action, by=by, at=at, data=data)
    return action == "recommend_for"
