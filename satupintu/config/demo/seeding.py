"""Telling the stories through the services of the domains."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from satupintu.archive import services as archive
from satupintu.archive.queries import not_filed
from satupintu.catalogue.queries import current_version, definition_of
from satupintu.catalogue.rules import Definition, Kind, required_documents
from satupintu.catalogue.services import publish_shipped, publish_version
from satupintu.config.demo import conversations
from satupintu.config.demo.papers import answers_for, own_services, paper
from satupintu.config.demo.stories import (
    COMPLAINTS,
    NEIGHBOURS,
    OBJECTIONS,
    SANCTIONS,
    STORIES,
    ComplaintStory,
    Neighbour,
    ObjectionStory,
    SanctionStory,
    Step,
    Story,
)
from satupintu.config.offices import check_demo_office
from satupintu.desk import rules as complaints
from satupintu.desk import services as desk
from satupintu.desk.queries import complaint_of
from satupintu.documents.queries import Document
from satupintu.documents.rules import Officer
from satupintu.documents.services import signer, store_bytes
from satupintu.fees.queries import books_of
from satupintu.lib.identity import check_nik
from satupintu.lib.workingtime import WorkCalendar, add_working_minutes
from satupintu.objections.services import Filing, file_objection
from satupintu.office.queries import work_calendar
from satupintu.office.services import set_up_office
from satupintu.people.queries import Party, Unit, User, actor_of, officers_on, units_of_kind
from satupintu.people.rules import Actor, Role, system_actor
from satupintu.people.services import (
    DEMO_PASSWORD,
    DemoLogin,
    Person,
    create_officer,
    give_role,
    make_demo_person,
    set_up_demo_people,
)
from satupintu.permits.queries import Application, Draft
from satupintu.permits.rules import State
from satupintu.permits.services import drafts, submit
from satupintu.supervision.rules import DECIDES
from satupintu.supervision.rules import Kind as SanctionKind
from satupintu.supervision.services import Proposal, propose
from satupintu.surveys import services as surveys
from satupintu.surveys.rules import QUESTION_KEYS, Way
from satupintu.workflow import anchor
from satupintu.workflow.queries import Case, Task, get_case
from satupintu.workflow.seals import make_digests
from satupintu.workflow.services import act, run_readers

DISTRICTS = {
    "sanggau": ("61.03.01.1005", "61.03.20.2001", "61.03.11.2001", "61.03.07.2001"),
    "bengkalis": ("14.03.01.1001", "14.03.09.1001", "14.03.02.2001", "14.03.10.1001"),
}


_STRANGER = Actor("Pelapor", frozenset({Role.APPLICANT}))


@dataclass
class Teller:
    """Tells stories: knows the cast, the calendar, and the present moment nothing may pass."""

    now: datetime
    calendar: WorkCalendar
    users: dict[str, User]
    days: list[date] = field(default_factory=list)

    def actor(self, who: str, at: datetime) -> Actor:
        return actor_of(self.users[who], at)

    def start_of(self, story: Story, number: int) -> datetime:
        """Return a moment in office hours of the day, a little apart from the others."""
        if story.days_ago == 0:
            return self.now - timedelta(minutes=20 + number)
        day = self.days[-story.days_ago]
        opens = timezone.make_aware(datetime.combine(day, self.calendar.hours[day.weekday()][0]))
        return opens + timedelta(minutes=15 + (number * 23) % 90)

    def tell(self, story: Story, number: int) -> None:
        at = self.start_of(story, number)
        self.go_on(self.apply(story, at), story.steps, at)

    def go_on(self, case: Case, steps: Iterable[Step], at: datetime) -> None:
        """Do the steps on a case that stood as it is at `at`, as far as the present moment."""
        for step in steps:
            at = add_working_minutes(at, step.after, self.calendar)
            if at > self.now:
                return
            case = self.do(case, step, at)

    def draft(self, story: Story, at: datetime) -> tuple[Draft, Definition]:
        user = self.users[story.who]
        party = user.party
        assert party is not None
        version = current_version(story.service, timezone.localdate(at))
        definition = definition_of(version)
        kind = Kind(story.kind)
        typed_by = self.users[story.typed_by] if story.typed_by else None
        draft = drafts.start_draft(
            user_id=None if typed_by else user.pk,
            party_id=party.pk,
            version_ids=[version.pk],
            kind=kind,
            answers=answers_for(definition, kind, party, timezone.localdate(at), story.answers),
            at=at,
            typed_by_id=typed_by.pk if typed_by else None,
            consent_how="hadir di loket" if typed_by else "",
            channel=story.channel,
        )
        self.attach(draft, definition, party, at)
        return draft, definition

    def attach(self, draft: Draft, definition: Definition, party: Party, at: datetime) -> None:
        by = system_actor("demo")
        for asked in required_documents(definition, Kind(draft.kind), draft.answers):
            if not asked.required:
                continue
            if asked.may_declare:
                drafts.save_statement(draft=draft, requirement=asked.key, given=True, at=at)
                continue
            kind = asked.document_kind or asked.key
            document = _paper(asked.label.id, party, kind, f"{asked.key}.pdf", by=by, at=at)
            drafts.save_document(draft=draft, requirement=asked.key, document_id=document.pk, at=at)

    def receipt(self, case: Case, by: Actor, at: datetime) -> dict[str, str]:
        """Return what proves a hand-over: the collector's identity and a signed receipt."""
        party = case.party
        assert party is not None
        signed = _paper("Tanda terima izin", party, "hand_over", "tanda-terima.pdf", by=by, at=at)
        return {"collector_identity": party.identity, "signature": str(signed.pk)}

    def proof_of_payment(self, case: Case, by: Actor, at: datetime) -> dict[str, Any]:
        """Return what says that the whole fee was paid that day, with a picture of the transfer."""
        party = case.party
        assert party is not None
        proof = _paper("Bukti transfer", party, "payment", "bukti-transfer.pdf", by=by, at=at)
        return {
            "amount_idr": books_of(case.pk).account().rest_idr,
            "paid_on": timezone.localdate(at),
            "way": "transfer",
            "reference": f"TRF{case.number[-6:]}",
            "document": str(proof.pk),
        }

    def apply(self, story: Story, at: datetime) -> Case:
        draft, _definition = self.draft(story, at)
        by = self.actor(story.typed_by or story.who, at)
        application: Application = submit.submit(draft=draft, by=by, at=at)
        return get_case(application.permit_cases.get().case_id)

    def object(self, told: ObjectionStory) -> None:
        """Let somebody object to what was decided on their case, and the officers go on with it."""
        party = self.users[told.who].party
        assert party is not None
        about = (
            Case.objects.filter(party=party, state=told.state)
            .select_related("service_version")
            .order_by("opened_at", "id")
            .first()
        )
        if about is None:  # at this hour of the demo's day it has not come so far
            return
        at = add_working_minutes(about.moved_at, told.after, self.calendar)
        if at > self.now:
            return
        by = self.actor(told.who, at)
        proof = _paper("Bukti keberatan", party, "objection", "bukti.pdf", by=by, at=at)
        filing = Filing(party_id=party.pk, grounds=told.grounds, documents=(proof,))
        self.go_on(file_objection(about=about, filing=filing, by=by, at=at).case, told.steps, at)

    def complain(self, told: ComplaintStory) -> None:
        """Let somebody complain, and the officers go on with it."""
        if told.days_ago:
            day = self.days[-told.days_ago]
            opens = self.calendar.hours[day.weekday()][0]
            at = timezone.make_aware(datetime.combine(day, opens)) + timedelta(minutes=40)
        else:
            at = self.now - timedelta(minutes=35)
        case = self.file(told, at)
        self.go_on(case, told.steps, at)
        if told.stars and get_case(case.pk).state == complaints.State.ANSWERED:
            self.rate(case, told.stars, self.now)

    def file(self, told: ComplaintStory, at: datetime) -> Case:
        party = self.users[told.who].party if told.who else None
        filing = desk.Filing(
            story=told.story,
            category=told.category,
            privacy=complaints.Privacy(told.privacy),
            name=told.name,
            contact=told.contact,
            party_id=party.pk if party else None,
            accused=complaints.Accused(told.accused),
            accused_text=told.accused_text,
            channel=told.channel,
        )
        by = self.actor(told.typed_by or told.who, at) if told.typed_by or told.who else _STRANGER
        return desk.file_complaint(filing, by=by, at=at).case

    def rate(self, case: Case, stars: int, at: datetime) -> Case:
        desk.rate(complaint_of(get_case(case.pk)), stars, at=at)
        return get_case(case.pk)

    def sanction(self, told: SanctionStory) -> None:
        """Let the verifier propose a sanction on somebody's permit, and the head give it."""
        about = (
            Case.objects.filter(
                party=self.users[told.who].party,
                permit_case__service_code=told.service,
                permit__isnull=False,
            )
            .select_related("service_version")
            .order_by("opened_at", "id")
            .first()
        )
        if about is None:  # at this hour of the demo's day it has not come so far
            return
        at = add_working_minutes(about.moved_at, told.after, self.calendar)
        given_at = add_working_minutes(at, 60, self.calendar)
        if given_at > self.now:
            return
        kind = SanctionKind(told.kind)
        proposal = Proposal(kind=kind, grounds=told.grounds, remedy=told.remedy, law=told.law)
        row = propose(about=about, proposal=proposal, by=self.actor("ratna", at), at=at)
        action, _state = DECIDES[kind]
        act(get_case(row.case_id), action, by=self.actor("darius", given_at), at=given_at)

    def do(self, case: Case, step: Step, at: datetime) -> Case:
        who = step.who
        by = self.actor(who, at)
        data: dict[str, Any] = dict(step.data)
        if step.action == "schedule_inspection":
            data["scheduled_at"] = at + timedelta(days=data.pop("in_days"))
        if step.action == "hand_over":
            data |= self.receipt(case, by, at)
        if step.action == "record_payment":
            data |= self.proof_of_payment(case, by, at)
        if step.action == "confirm_payment":
            data["payment"] = str(books_of(case.pk).waiting[0].pk)
        if "answer_in_days" in data:
            last = timezone.localdate(at) + timedelta(days=data.pop("answer_in_days"))
            data["answer_by"] = last.isoformat()
        if step.action == "issue":
            user = self.users[who]
            officer = Officer(id=user.pk, name=user.name)
            data = {"key": signer("demo").unlock(officer, "demo")}
        act(get_case(case.pk), step.action, by=by, at=at, reason=step.reason, data=data)
        return get_case(case.pk)


def _paper(title: str, party: Party, kind: str, name: str, *, by: Actor, at: datetime) -> Document:
    """Put a made-up paper with a party's name on it into their vault."""
    return store_bytes(
        content=paper(title, party.name),
        media_type="application/pdf",
        party_id=party.pk,
        kind=kind,
        name=name,
        by=by,
        at=at,
        pages=1,
    )


def seed(
    office_code: str, at: datetime, progress: Callable[[str], None] = lambda _what: None
) -> dict[str, DemoLogin]:
    """
    Make the demo office in an empty database, and seal its log; return who signs in as whom.

    Takes some seconds; `progress` is told in words what is being made. Raises NoSuchDemo. Messages of the past month
    are shown in the demo inbox, unsent.
    """
    check_demo_office(office_code)
    logins = _tell_all(office_code, at, progress)
    anchor.put_aside()  # of a demo that was thrown away
    make_digests(at=at)
    return logins


@transaction.atomic  # a demo that was cut off leaves nothing, so the next start makes it whole
def _tell_all(
    office_code: str, at: datetime, progress: Callable[[str], None]
) -> dict[str, DemoLogin]:
    progress("regions, calendar and services")
    began = at - timedelta(days=45)
    set_up_office(office_code, at=began)
    publish_shipped(by=system_actor("demo"), at=began)
    for name, text in own_services():
        publish_version(by=system_actor("demo"), at=began, text=text, filename=name)
    logins = set_up_demo_people(office_code, at=began)
    users = {
        key: User.objects.select_related("party").get(pk=login.user_id)
        for key, login in logins.items()
    }
    for number, one in enumerate(NEIGHBOURS):
        users[one.key] = neighbour(one, DISTRICTS[office_code][number % 4], began)
    calendar = work_calendar()
    today = calendar.local(at).date()
    days = [
        day
        for day in (began.date() + timedelta(days=n) for n in range(60))
        if day < today and calendar.is_open_day(day)
    ]
    teller = Teller(at, calendar, users | hire_more(began), days)
    for number, story in enumerate(STORIES):
        progress(f"case {number + 1} of {len(STORIES)}")
        teller.tell(story, number)
    for told in OBJECTIONS:
        teller.object(told)
    for complained in COMPLAINTS:
        teller.complain(complained)
    for sanctioned in SANCTIONS:
        teller.sanction(sanctioned)
    progress("messages and letters")
    teller.draft(Story("sari", "penelitian", 0), at - timedelta(hours=2))
    _hand_out_tasks(at)
    _keep_paper(teller, at)
    while run_readers(at=at, limit=500):
        pass
    _answer_surveys(at)
    conversations.tell(
        at, lambda when: teller.actor("budi", when), lambda who: teller.users[who].party
    )
    return logins


def _answer_surveys(at: datetime) -> None:
    """Let whoever collected their permit judge the service, each a little otherwise; Sari has not answered yet."""
    collected = Case.objects.filter(state="handed_over").exclude(party__name__startswith="Sari")
    for number, case in enumerate(collected.order_by("opened_at", "id")):
        code = surveys.open_code(case.pk)
        if not code:
            continue
        given: dict[str, Any] = {
            key: 4 - (number + place) % 5 // 3 for place, key in enumerate(QUESTION_KEYS)
        }
        about = {"sex": "fm"[number % 2], "education": "sma", "occupation": "wirausaha"}
        surveys.answer(
            code,
            given | about,
            way=tuple(Way)[number % len(Way)],
            declined=number % 6 == 5,  # noqa: PLR2004  one of six
            at=at,
        )


FILED = 3  # ended cases whose folders stand in the first box


def _keep_paper(teller: Teller, at: datetime) -> None:
    """Let holders of issued permits choose the kecamatan, and the front office file the oldest ended cases."""
    unit = units_of_kind("district")[0]
    waiting = Case.objects.filter(state=State.ISSUED, party__isnull=False).order_by("opened_at")
    for case in waiting[:2]:
        data = {"how": "district", "unit": unit.pk}
        by = teller.actor("budi", at)
        act(get_case(case.pk), "choose_collection", by=by, at=at, channel="counter", data=data)
    budi = teller.actor("budi", at)
    box = archive.make_box(place="Rak 1, papan 2", by=budi, at=at)
    archive.file_many(not_filed()[:FILED], box.pk, by=budi, at=at)


def _hand_out_tasks(at: datetime) -> None:
    """Let officers take two of three open tasks, so that every inbox has work of its own and some is free."""
    open_now = Task.objects.filter(state="open").select_related("case").order_by("opened_at", "id")
    for number, task in enumerate(open_now):
        officers = officers_on(Role(task.role), today=timezone.localdate(at), unit_id=task.unit_id)
        if officers and number % 3:
            by = actor_of(officers[number % len(officers)], at)
            act(get_case(task.case_id), "take", by=by, at=at, data={"task": str(task.pk)})


def hire_more(at: datetime) -> dict[str, User]:
    """Give each unit without an officer of its own one technical officer, named after the unit."""
    by, today = system_actor("demo"), timezone.localdate(at)
    hired = {}
    for unit in Unit.objects.exclude(kind__in=["office", "district", "inspectorate"]):
        if officers_on(Role.TECHNICAL_OFFICER, today=today, unit_id=unit.pk):
            continue
        user = create_officer(
            username=unit.code,
            name=f"Petugas {unit.short_name}",
            password=DEMO_PASSWORD,
            by=by,
            at=at,
            position="Tim Teknis",
        )
        give_role(
            user=user,
            unit=unit,
            role=Role.TECHNICAL_OFFICER,
            valid_from=today,
            valid_until=None,
            by=by,
            at=at,
        )
        hired[unit.code] = user
    return hired


def neighbour(one: Neighbour, region: str, at: datetime) -> User:
    identity = f"{region.replace('.', '')[:6]}{one.nik_tail}9999"
    login = make_demo_person(
        Person(
            key=one.key,
            name=one.name,
            identity=identity,
            phone=one.phone,
            email=f"{one.key}@contoh.id",
            birth_date=check_nik(identity, at.date()).birth_date,
            address=one.address,
            region=region,
        ),
        at,
    )
    return User.objects.select_related("party").get(pk=login.user_id)
