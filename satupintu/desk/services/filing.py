"""Taking a complaint in, on whatever channel it came: once, and never lost."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satupintu.desk import queries, rules
from satupintu.desk.models import AccusedOfficer, Complaint, Reporter
from satupintu.desk.plan import plan
from satupintu.desk.proof import COMPLAINT, complaint_text
from satupintu.desk.rules import Accused, Hold, Privacy, State
from satupintu.desk.services.attaching import digests_of, tie
from satupintu.desk.services.common import (
    SCREEN_DAYS,
    days_of,
    owed,
    place_for,
    screener_for,
)
from satupintu.documents.queries import list_documents
from satupintu.lib import crypto, identity
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.ids import uuid7
from satupintu.lib.kept import read_ahead
from satupintu.lib.prepared import insert
from satupintu.office.queries import work_calendar
from satupintu.office.services import take_number
from satupintu.people.queries import Party, Unit, officers_on
from satupintu.people.rules import STAFF_ROLES, Actor, Role
from satupintu.workflow.queries import Case, find_by_number
from satupintu.workflow.services import (
    CannotMove,
    Facts,
    TaskChange,
    find_arrived,
    link_cases,
    open_case,
)

ORIGIN = "complaint"


class NotFiled(CannotMove):
    """A complaint lacks something; the message says what."""


@dataclass(frozen=True, slots=True)
class Filing:
    """
    What somebody complains of.

    `party_id` is known when they are signed in or found by an officer; `contact` is a telephone number or an e-mail
    address; both are dropped from an anonymous complaint. `about` is the number of a case. `happened` is when it came
    in, None: now. `hold` is why it is held back, if it is. `files` are the ids of documents that were sent with it, by
    the same person; `conversation_id` is where it was told, if that was by message.
    """

    story: str
    category: str
    privacy: Privacy = Privacy.OPEN
    wish: str = ""
    name: str = ""
    contact: str = ""
    party_id: UUID | None = None
    accused: Accused = Accused.NOBODY
    accused_text: str = ""
    about: str = ""
    service_code: str = ""
    unit_id: int | None = None
    channel: str = "web"
    happened: datetime | None = None
    hold: Hold | None = None
    files: tuple[UUID, ...] = ()
    conversation_id: UUID | None = None


def read_contact(text: str) -> tuple[str, str]:
    """
    Return kind ("phone", "email", "") and written form of a contact as it was typed.

    Raises NotFiled with a sentence for what is neither.
    """
    text = text.strip()
    if not text:
        return "", ""
    if "@" in text:
        here, _at, host = text.partition("@")
        if not here or "." not in host or " " in text:
            raise NotFiled(_("Alamat surel tidak lengkap. Contoh: nama@contoh.id."))
        return "email", text.lower()
    try:
        return "phone", identity.check_phone(text)
    except identity.BadIdentity as error:
        raise NotFiled(error.message) from error


def file_complaint(
    filing: Filing, *, by: Actor, at: datetime, origin: str = ORIGIN, origin_ref: str | None = None
) -> Complaint:
    """
    Open a complaint and return it.

    In one transaction: number, case with its days, what is said, who says it (apart), whom it is about, the tie to the
    case it is about, the first task. What arrived before under the same origin and reference returns the first.
    `by` is the officer who types it, or whoever complains. Raises NotFiled, MoveNotAllowed, NoOffice.
    """
    if arrived := _find_arrived(origin, origin_ref):
        return arrived
    _check(filing)
    contact = read_contact(filing.contact)
    about = named_case(filing.about)
    read_ahead()
    try:
        return _open(filing, contact, about, by, at=at, origin=origin, origin_ref=origin_ref)
    except IntegrityError:
        arrived = _find_arrived(origin, origin_ref)
        if arrived is None:
            raise
        return arrived


def _find_arrived(origin: str, origin_ref: str | None) -> Complaint | None:
    row = find_arrived(origin, origin_ref) if origin_ref is not None else None
    return queries.complaint_of(row.case) if row else None


def named_case(typed: str) -> Case | None:
    """Return the case whose number was typed; None for nothing. Raises NotFiled for a number that no case has."""
    number = typed.strip()
    found = find_by_number(number.upper()) if number else None
    if number and found is None:
        raise NotFiled(
            _("Tidak ada berkas bernomor %(number)s. Periksa nomornya, atau kosongkan.")
            % {"number": number[:40]}
        )
    return found


def _check(filing: Filing) -> None:
    if len(filing.story.split()) < 3:  # noqa: PLR2004  nothing can be done about less
        raise NotFiled(_("Ceritakan apa yang terjadi, paling sedikit tiga kata."))
    if len(filing.story) > rules.LONGEST_TEXT:
        raise NotFiled(
            ngettext(
                "Cerita paling panjang %(n)s huruf.",
                "Cerita paling panjang %(n)s huruf.",
                rules.LONGEST_TEXT,
            )
            % {"n": rules.LONGEST_TEXT}
        )
    if filing.category not in plan().offered:
        raise NotFiled(_("Pilih tentang apa pengaduan ini."))


def reporter_actor(name: str = "") -> Actor:
    """Return who complains as the log names them: without a login and, unless open, without a name."""
    return Actor(name=name or _("Pelapor"), roles=frozenset({Role.APPLICANT}), role=Role.APPLICANT)


@transaction.atomic
def _open(
    filing: Filing,
    contact: tuple[str, str],
    about: Case | None,
    by: Actor,
    *,
    at: datetime,
    origin: str,
    origin_ref: str | None,
) -> Complaint:
    case_id, came, calendar = uuid7(), filing.happened or at, work_calendar()
    now = plan()
    category = now.categories[filing.category]
    typed = bool(by.roles & STAFF_ROLES) and filing.channel != "web"
    is_open = filing.privacy is Privacy.OPEN
    complaint = Complaint(
        case_id=case_id,
        tracking_code=make_tracking_code(),
        privacy=filing.privacy,
        category=category.key,
        class_key=category.first_class,
        accused_kind=filing.accused,
        accused_text=filing.accused_text.strip()[:300],
        hold=filing.hold or "",
        story=filing.story.strip(),
        wish=filing.wish.strip()[: rules.LONGEST_TEXT],
        about=about,
        service_code=filing.service_code,
        unit=Unit.objects.filter(pk=filing.unit_id).first() if filing.unit_id else None,
        typed_by_id=by.user_id if typed else None,
        plan_id=now.number,
        conversation_id=filing.conversation_id,
    )
    files = list_documents(filing.files) if filing.files else []
    accused = _accused(complaint, at)
    place = place_for(complaint, accused, at)
    complaint.sealed = place.sealed
    role, unit_id = screener_for(place, accused, at)
    stage = "complaint_held" if filing.hold else "complaint_screen"
    row = open_case(
        kind=rules.KIND_COMPLAINT,
        number=take_number(rules.SERIES, at=came, case_id=case_id, by_name=_("Pengaduan")).number,
        lifecycle=rules.COMPLAINT,
        by=by.acting_as(_typist(by)) if typed else reporter_actor(_name(filing) if is_open else ""),
        at=came,
        facts=Facts(
            recorded_at=at,
            channel=filing.channel,
            origin=origin,
            origin_ref=origin_ref,
            data={
                "class": category.first_class,
                "category": category.key,
                "hold": filing.hold or "",
            },
            digests={COMPLAINT: crypto.fingerprint(complaint_text(complaint))} | digests_of(files),
        ),
        tasks=TaskChange(open=[owed(stage, role, unit_id, days=SCREEN_DAYS, at=came)]),
        days={
            "legal": days_of(complaint, category.first_class, came),
            "pledge": rules.working_days(now.first_response, came, calendar),
        },
        calendar=calendar,
        to=State.HELD if filing.hold else State.RECEIVED,
        case_id=case_id,
        party_id=filing.party_id if is_open else None,
    )
    complaint.case = row.case
    insert(complaint)
    insert(*(AccusedOfficer(complaint=complaint, user_id=one) for one in sorted(accused)))
    if filing.privacy is not Privacy.ANONYMOUS:
        insert(
            Reporter(
                complaint=complaint,
                party_id=filing.party_id,
                name=_name(filing),
                contact_kind=contact[0],
                contact=contact[1],
            )
        )
    if files:
        tie(complaint, files, at=at)
    if about is not None:
        link_cases(source=row.case, target=about, kind=rules.LINK, at=at)
    return complaint


def _typist(by: Actor) -> Role:
    return min(by.roles & rules.TYPISTS, default=Role.FRONT_OFFICE)


def _name(filing: Filing) -> str:
    if filing.name.strip() or filing.party_id is None:
        return filing.name.strip()[:160]
    party = Party.objects.filter(pk=filing.party_id).first()
    return party.name if party else ""


def _accused(complaint: Complaint, at: datetime) -> frozenset[int]:
    """Return the officers whom the words about the accused name, or who hold the post that is accused."""
    today = timezone.localdate(at)
    staff = officers_on(*STAFF_ROLES, today=today) if complaint.accused_text else []
    found = {one.pk for one in staff if rules.names_officer(complaint.accused_text, one.name)}
    if complaint.accused_kind == Accused.HEAD:
        found |= {one.pk for one in officers_on(Role.HEAD, today=today, unit_kind="office")}
    return frozenset(found)
