"""Taking an objection in: by the person from home, or typed at the counter from a paper that came in."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.documents.queries import Document
from satupintu.lib import crypto
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.ids import uuid7
from satupintu.lib.language import current_language
from satupintu.lib.words import long_date
from satupintu.lib.workingtime import WorkCalendar
from satupintu.objections import queries, rules
from satupintu.objections.models import Evidence, Objection
from satupintu.objections.proof import OBJECTION, objection_text
from satupintu.objections.services.common import owed
from satupintu.office.queries import work_calendar
from satupintu.office.services import take_number
from satupintu.people.rules import Actor, Role
from satupintu.permits import rules as permits
from satupintu.workflow.queries import Case
from satupintu.workflow.services import CannotMove, Facts, TaskChange, link_cases, open_case

ORIGIN = "objection"


class NotObjectable(CannotMove):
    """There is no decision that this person could object to."""


class TooLate(CannotMove):
    """The 21 working days are over; the message names the last day."""


class AlreadyObjected(CannotMove):
    """The same person has objected to the same decision already."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody says in an objection. `party_id` objects; `happened` is when a paper came in, None: now."""

    party_id: UUID
    grounds: str
    wish: str = ""
    interest: str = ""
    documents: tuple[Document, ...] = field(default_factory=tuple)
    channel: str = "web"
    sanction: UUID | None = None  # objected to; None: the decision that stands on the permit's case
    happened: datetime | None = None


def check_open(
    about: Case,
    *,
    own: bool,
    filed: datetime,
    calendar: WorkCalendar,
    sanction: UUID | None = None,
) -> queries.Decided:
    """
    Return the decision that can be objected to by its applicant (`own`) or by a third party; or that `sanction`.

    Raises NotObjectable, TooLate.
    """
    decided = queries.find_decided(about, calendar, sanction)
    wanted = rules.Standing.APPLICANT if own else rules.Standing.THIRD
    if decided is None or decided.effect.standing is not wanted:
        raise NotObjectable(
            _("Pada berkas ini tidak ada keputusan yang dapat Anda ajukan keberatan sekarang.")
        )
    if filed < decided.row.at.replace(second=0, microsecond=0):
        raise NotObjectable(_("Keberatan tidak mungkin diterima sebelum keputusannya ada."))
    if rules.is_late(filed, decided.last, calendar):
        language = current_language()
        raise TooLate(
            _(
                "Keputusan ini diumumkan pada %(announced)s. Keberatan paling lambat diajukan %(last)s"
                " (21 hari kerja, UU 30/2014 Pasal 77), jadi keberatan ini tidak dapat diterima lagi."
            )
            % {
                "announced": long_date(calendar.local(decided.announced).date(), language),
                "last": long_date(calendar.local(decided.last).date(), language),
            }
        )
    return decided


def file_objection(*, about: Case, filing: Filing, by: Actor, at: datetime) -> Objection:
    """
    Open an objection to the decision that stands on a permit's case; return it.

    In one transaction: number, case with its ten working days, what was said, evidence, the tie to the permit's case,
    the first task. Raises NotObjectable, TooLate, AlreadyObjected, MoveNotAllowed. The same press twice is one.
    """
    calendar = work_calendar()
    came = filing.happened or at
    own = about.party_id == filing.party_id
    decided = check_open(about, own=own, filed=came, calendar=calendar, sanction=filing.sanction)
    _check_person(filing, by)
    if not filing.grounds.strip() or not (own or filing.interest.strip()):
        raise NotObjectable(_("Tulis alasan keberatan, dan kepentingan yang dirugikan."))
    earlier = [
        one
        for one in queries.about(about.pk)
        if _is_about(one, decided) and one.case.party_id == filing.party_id
    ]
    for one in earlier:
        if one.case.state != rules.State.WITHDRAWN:
            raise _already(one)
    mark = f"{decided.row.case_id}:{decided.row.seq}:{filing.party_id}:{len(earlier)}"
    try:
        return _open(decided, filing, by, came=came, at=at, mark=mark, calendar=calendar)
    except IntegrityError:
        for one in queries.about(about.pk):
            if _is_about(one, decided) and one.case.party_id == filing.party_id:
                raise _already(one) from None
        raise


def _is_about(one: Objection, decided: queries.Decided) -> bool:
    against = decided.against.pk if decided.against else None
    return (one.against_id, one.about_seq) == (against, decided.row.seq)


def _already(one: Objection) -> AlreadyObjected:
    return AlreadyObjected(
        _("Keberatan atas keputusan ini sudah diajukan dengan nomor %(number)s.")
        % {"number": one.case.number}
    )


def _check_person(filing: Filing, by: Actor) -> None:
    """Refuse who speaks for somebody without authority; the counter types for others, never for themselves."""
    own = filing.party_id in by.party_ids
    typed = bool(by.roles & permits.FRONT) and filing.channel != "web"
    if own == typed:
        raise NotObjectable(
            _("Anda tidak (lagi) memegang kuasa untuk pemohon ini. Periksa di Akun, bagian Kuasa.")
            if not own
            else _("Keberatan Anda sendiri diajukan dari akun Anda, bukan dari loket.")
        )


@transaction.atomic
def _open(
    decided: queries.Decided,
    filing: Filing,
    by: Actor,
    *,
    came: datetime,
    at: datetime,
    mark: str,
    calendar: WorkCalendar,
) -> Objection:
    case_id, about = uuid7(), decided.case
    typed = filing.channel != "web"
    objection = Objection(
        case_id=case_id,
        about=about,
        against=decided.against,
        about_seq=decided.row.seq,
        decision=decided.action,
        standing=decided.effect.standing,
        tracking_code=make_tracking_code(),
        grounds=filing.grounds.strip()[: rules.LONGEST_TEXT],
        wish=filing.wish.strip()[: rules.LONGEST_TEXT],
        interest=filing.interest.strip()[: rules.LONGEST_TEXT],
        announced_at=decided.announced,
        typed_by_id=by.user_id if typed else None,
    )
    front = Role.FRONT_OFFICE if Role.FRONT_OFFICE in by.roles else Role.VERIFIER
    row = open_case(
        kind=rules.KIND_OBJECTION,
        number=take_number(rules.SERIES, at=came, case_id=case_id, by_name=by.name).number,
        lifecycle=rules.OBJECTION,
        by=by.acting_as(front if typed else Role.APPLICANT),
        at=came,
        facts=Facts(
            recorded_at=at,
            channel=filing.channel,
            origin=ORIGIN,
            origin_ref=mark,
            data={
                "about": str(about.pk),
                "row": decided.row.seq,
                "decision": decided.action,
                "standing": decided.effect.standing.value,
                "announced_at": decided.announced.isoformat(),
                **({"typed_by": by.user_id} if typed else {}),
            },
            digests={OBJECTION: crypto.fingerprint(objection_text(objection))}
            | {f"file:{n}": one.file_id for n, one in enumerate(filing.documents, start=1)},
        ),
        tasks=TaskChange(
            open=[owed("objection_review", objection, days=rules.REVIEW_DAYS, at=came, today=at)]
        ),
        days={"legal": rules.DECIDE_DAYS},
        calendar=calendar,
        case_id=case_id,
        party_id=filing.party_id,
        service_version_id=about.service_version_id,
        region=about.region,
    )
    objection.case = row.case
    Objection.objects.bulk_create([objection])
    Evidence.objects.bulk_create(
        [Evidence(objection=objection, document=one) for one in filing.documents]
    )
    link_cases(source=row.case, target=about, kind=rules.LINK, at=at)
    if decided.against is not None:
        link_cases(source=row.case, target=decided.against, kind=rules.LINK, at=at)
    return objection
