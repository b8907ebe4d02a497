"""The office that is measured: real services, the demo's made-up people, cases made by the services themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from django.db import connection
from django.utils import timezone

from satupintu.catalogue.form import visible_fields
from satupintu.catalogue.queries import current_version, definition_of
from satupintu.catalogue.rules import Definition, Kind, required_documents
from satupintu.catalogue.services import publish_shipped
from satupintu.config import demo, start
from satupintu.config.demo.papers import answers_for, paper
from satupintu.config.demo.seeding import hire_more
from satupintu.documents.queries import Document
from satupintu.documents.rules import Officer
from satupintu.documents.services import signer, store_bytes
from satupintu.lib import clock
from satupintu.office.services import set_up_office
from satupintu.people.queries import Party, User, actor_of
from satupintu.people.rules import Actor, system_actor
from satupintu.people.services import set_up_demo_people
from satupintu.permits import steps
from satupintu.permits.queries import Application, Draft
from satupintu.permits.services import drafts, submit
from satupintu.workflow.queries import Case, get_case
from satupintu.workflow.services import act

OFFICE = "sanggau"
RECOMMENDED = "sip-bidan"  # one recommendation, five documents
DIRECT = "trayek-insidentil"  # no recommendation, and a person may have many

DECIDE = ("declare_complete", "recommend_for", "propose_approval", "initial", "approve")
ACTORS = {
    "declare_complete": "budi",
    "recommend_for": "wati",
    "propose_approval": "ratna",
    "initial": "lina",
    "approve": "darius",
    "number": "darius",
    "issue": "darius",
}
DATA: dict[str, dict[str, Any]] = {
    "recommend_for": {"number": "440/118/DINKES", "text": "Layak, sesuai standar."}
}
GIVEN = {"practice_kind": "facility"}


def set_up() -> None:
    """Make an office with its services and people, and no case."""
    start.migrate()
    start.collect_static()
    at = clock.now() - timedelta(days=45)  # as the demo's own: cases may be told of the past weeks
    set_up_office(OFFICE, at=at)
    publish_shipped(by=system_actor("bench"), at=at)
    set_up_demo_people(OFFICE, at=at)
    hire_more(at)


def set_up_demo() -> None:
    """Make the whole demo office: what `satupintu run` makes at its first start."""
    start.migrate()
    demo.seed(OFFICE, clock.now())


@cache
def user(key: str) -> User:
    return User.objects.select_related("party").get(username__in=[key, f"demo-{key}"])


@cache
def actor(key: str) -> Actor:
    return actor_of(user(key), clock.now())


@cache
def open_key() -> Any:
    return signer("demo").unlock(Officer(id=user("darius").pk, name=user("darius").name), "demo")


def act_data(action: str) -> dict[str, Any]:
    if action == "issue":
        return {"key": open_key(), "demo": True}
    return dict(DATA.get(action, {}))


def move(case: Case, action: str) -> object:
    """Do one move of the story on a case that was read before."""
    return act(case, action, by=actor(ACTORS[action]), at=clock.now(), data=act_data(action))


@dataclass(frozen=True, slots=True)
class Person:
    """Who applies for what, with answers and stored documents at hand, as a browser would send them."""

    user: User
    party: Party
    version_id: int
    definition: Definition
    answers: dict[str, Any]
    documents: dict[str, Document]
    statements: tuple[str, ...]

    def start(self) -> Draft:
        return drafts.start_draft(
            user_id=self.user.pk,
            party_id=self.party.pk,
            version_ids=[self.version_id],
            kind=Kind.NEW,
            answers={},
            at=clock.now(),
        )

    def saves(self) -> list[Callable[[Draft], Draft]]:
        """Return one call for every page of questions and every document, in order."""
        calls: list[Callable[[Draft], Draft]] = []
        for step in steps.form_steps([self.definition], Kind.NEW, self.answers):
            keys = {one.key for one in visible_fields(step.page, Kind.NEW, self.answers)}
            page = {key: value for key, value in self.answers.items() if key in keys}
            calls.append(partial(_save_page, page, step.key))
        calls += [partial(_save_document, *one) for one in self.documents.items()]
        calls += [partial(_save_statement, key) for key in self.statements]
        return calls

    def submit(self, draft: Draft) -> Application:
        return submit.submit(draft=draft, by=actor(self.user.username), at=clock.now())

    def apply(self) -> Case:
        """Return a new case of this person, through all saves."""
        draft = self.start()
        for save in self.saves():
            draft = save(draft)
        self.submit(draft)
        return case_of(draft)


def _save_page(page: dict[str, Any], key: str, draft: Draft) -> Draft:
    drafts.save_page(draft=draft, answers=page, shown={}, at=clock.now(), step=key)
    return draft


def _save_document(key: str, document: Document, draft: Draft) -> Draft:
    return drafts.save_document(
        draft=draft, requirement=key, document_id=document.pk, at=clock.now()
    )


def _save_statement(key: str, draft: Draft) -> Draft:
    return drafts.save_statement(draft=draft, requirement=key, given=True, at=clock.now())


def case_of(draft: Draft) -> Case:
    application = Application.objects.get(draft_id=draft.pk)
    return get_case(application.permit_cases.get().case_id)


def person(key: str, service: str) -> Person:
    """Return `key` ready to apply for `service`; their documents are stored."""
    who, now = user(key), clock.now()
    party = who.party
    assert party is not None
    version = current_version(service, timezone.localdate(now))
    definition = definition_of(version)
    answers = answers_for(definition, Kind.NEW, party, timezone.localdate(now), GIVEN)
    asked = [one for one in required_documents(definition, Kind.NEW, answers) if one.required]
    declared = tuple(one.key for one in asked if one.may_declare)
    documents = {
        one.key: _stored(one.key, one.document_kind or one.key, one.label.id, party, now)
        for one in asked
        if one.key not in declared
    }
    return Person(who, party, version.pk, definition, answers, documents, declared)


def _stored(key: str, kind: str, label: str, party: Party, at: datetime) -> Document:
    return store_bytes(
        content=paper(label, party.name),
        media_type="application/pdf",
        party_id=party.pk,
        kind=kind,
        name=f"{key}.pdf",
        by=system_actor("bench"),
        at=at,
        pages=1,
    )


def approved_cases(count: int, who: str = "sari") -> list[str]:
    """Make `count` cases that wait for their number; return their ids."""
    applicant = person(who, DIRECT)
    made = []
    for _number in range(count):
        case = applicant.apply()
        for action in DECIDE:
            if action != "recommend_for":
                case = get_case(case.pk)
                move(case, action)
        made.append(str(case.pk))
    return made


def database_kind() -> str:
    return "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
