"""Submitting: a draft becomes an application with one case per permit, exactly once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.form import check_answers, merged_answers
from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import Definition, Kind, required_documents
from satupintu.documents.queries import Document, list_documents
from satupintu.lib import words
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.ids import uuid7
from satupintu.lib.kept import read_ahead
from satupintu.lib.prepared import Prepared, insert
from satupintu.office.queries import work_calendar
from satupintu.office.services import take_number
from satupintu.people.rules import Actor, Role
from satupintu.permits import rules, steps
from satupintu.permits.collecting import CHOOSE
from satupintu.permits.file import holder_of
from satupintu.permits.models import Application, Attachment, Draft, Permit, PermitCase
from satupintu.permits.paid import lifecycle_for
from satupintu.permits.proof import STATEMENTS
from satupintu.permits.queries import OPEN
from satupintu.permits.services import automatic, paper
from satupintu.permits.services.common import File, Incomplete, task
from satupintu.permits.services.findable import make_findable
from satupintu.permits.services.holder import mark_of
from satupintu.permits.services.supervised import check_not_suspended
from satupintu.workflow.queries import get_case
from satupintu.workflow.rules import digest
from satupintu.workflow.services import (
    CannotMove,
    Facts,
    MovedMeanwhile,
    TaskChange,
    act,
    open_case,
)


class Problem(NamedTuple):
    """What is missing or wrong: the step and the anchor to go to, and what to do."""

    step: str
    anchor: str
    message: str


class Filled(Protocol):
    """A form as it is filled in: a draft, or what another program sends before it becomes one."""

    @property
    def kind(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def documents(self) -> Mapping[str, str]: ...
    @property
    def statements(self) -> Mapping[str, str]: ...


class NotTheirs(CannotMove):
    """The person may no longer act for the applicant of this draft."""


class HasPermit(CannotMove):
    """The holder has this very permit already, and it is in force."""


def problems_of(
    draft: Filled, definitions: Sequence[Definition], *, today: date, language: str = "id"
) -> list[Problem]:
    """Return what is still missing or wrong before the draft can be sent; [] when it can. At most one query."""
    kind = Kind(draft.kind)
    asked = steps.asked_answers(definitions, kind, draft.answers)
    place = {
        field.key: step.key
        for step in steps.form_steps(definitions, kind, draft.answers)
        for field in step.page.fields
    }
    found: dict[str, Problem] = {}
    for definition in definitions:
        for _page, field, message in check_answers(
            definition, kind, asked, language=language, today=today
        ):
            label = field.label.in_language(language)
            found.setdefault(
                field.key,
                Problem(
                    place.get(field.key, ""), f"id_{field.key}", words.labelled(label, message)
                ),
            )
    documents = [
        Problem(
            steps.DOCUMENTS,
            f"syarat-{requirement.key}",
            _("“%(name)s” belum dilampirkan.") % {"name": requirement.label.in_language(language)},
        )
        for requirement, required in steps.wanted_documents(definitions, kind, draft.answers)
        if required and not _is_given(draft, requirement.key)
    ]
    return [*found.values(), *documents]


_HELD = Prepared(
    lambda party_id, service, today: (
        Permit.objects.filter(party_id=party_id, service_code=service, state__in=rules.STANDING)
        .exclude(valid_until__lt=today)
        .select_related("case__permit_case")
    )
)


def held_alike(draft: Draft, definition: Definition, today: date) -> Permit | None:
    """
    Return the applicant's permit in force for the very thing this draft asks for; None when there is none.

    What makes two requests the same is said by the file in `unique_by`. One query, none where the file says nothing,
    the request is not for a new permit, or an answer is still missing.
    """
    if not definition.unique_by or draft.kind != Kind.NEW or draft.party_id is None:
        return None
    if not all(draft.answers.get(key) for key in definition.unique_by):
        return None
    held = _HELD.all(party_id=draft.party_id, service=definition.code, today=today)
    return next(
        (
            permit
            for permit in held
            if rules.is_same_thing(
                definition.unique_by, draft.answers, permit.case.permit_case.answers
            )
        ),
        None,
    )


def held_words(permit: Permit) -> str:
    """Return what its holder is told who asks for a permit they already have."""
    return _(
        "Anda sudah memegang izin ini, nomor %(number)s, dan masih berlaku. Perpanjang atau ubah izin itu,"
        " atau pilih jawaban lain."
    ) % {"number": permit.number}


def _is_given(draft: Filled, requirement: str) -> bool:
    return requirement in draft.documents or requirement in draft.statements


def submit(
    *,
    draft: Draft,
    by: Actor,
    at: datetime,
    collection: Mapping[str, Any] | None = None,
    is_checked: bool = False,
) -> Application:
    """
    Submit a draft; return its application. Twice the same draft is one application.

    In one transaction: application, one case per service with its registration number, attachments, first task, log.
    `collection` is where the permits on paper are to be received, as `choose_collection` takes it; None: at the office.
    `is_checked`: `problems_of` found nothing in this very draft, just now.

    Services that decide automatically are decided right after. Raises BadData of `collection`, Incomplete
    with everything that is missing, NotTheirs if the person may no longer act for the applicant, HasPermit (the file's
    `unique_by`), PermitSuspended.
    """
    if draft.submitted_at and (done := Application.objects.filter(draft_id=draft.pk).first()):
        return done
    party_id = _checked_party(draft, by)
    came = (
        draft.received_at or at
    )  # on paper it came in before it was typed: the clock counts from there
    definitions = [(version_id, definition_of(version_id)) for version_id in draft.versions]
    if not is_checked:
        _check_whole(draft, [definition for _id, definition in definitions], at)
    check_not_suspended(Kind(draft.kind), draft.previous_permit)
    for _id, definition in definitions:
        if held := held_alike(draft, definition, timezone.localdate(at)):
            raise HasPermit(held_words(held))
    documents = {
        str(one.pk): one for one in list_documents([UUID(i) for i in draft.documents.values()])
    }
    read_ahead()
    with transaction.atomic():
        if (
            Draft.objects.filter(OPEN, pk=draft.pk, saved_at=draft.saved_at).update(submitted_at=at)
            != 1
        ):
            return _sent_meanwhile(draft)
        application = _application(draft, party_id, by, came=came, at=at)
        files = [
            _open(
                application,
                draft,
                version_id=version_id,
                definition=definition,
                documents=documents,
                by=by,
                came=came,
                at=at,
            )
            for version_id, definition in definitions
        ]
        if collection is not None:
            for file in files:
                _collected(file, collection, by, at)
    for file in files:
        automatic.decide_if_automatic(file, at)
    return application


def _check_whole(draft: Draft, definitions: Sequence[Definition], at: datetime) -> None:
    missing = problems_of(draft, definitions, today=timezone.localdate(at))
    if missing:
        raise Incomplete(
            _("Permohonan belum dapat dikirim. Lengkapi dulu yang berikut."),
            [(problem.step, problem.message) for problem in missing],
        )


def _collected(file: File, wanted: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Note where the permit is to be received, if it is one of this office; `file` holds the case as it is then."""
    if file.lifecycle.move(file.case.state, CHOOSE):
        act(file.case, CHOOSE, by=by, at=at, channel=file.case.channel, data=wanted)
        file.case = get_case(file.case.pk)


def _sent_meanwhile(draft: Draft) -> Application:
    """Return the application that another press of the button made. Raises MovedMeanwhile if the draft was edited."""
    done = Application.objects.filter(draft_id=draft.pk).first()
    if done is None:
        raise MovedMeanwhile(
            _("Draf ini baru saja berubah di halaman lain. Periksa lagi, lalu kirim.")
        )
    return done


def _checked_party(draft: Draft, by: Actor) -> UUID:
    """Return whom the draft is for, when the person may act for them."""
    typed = draft.typed_by_id is not None and by.roles & rules.FRONT
    if draft.party_id is None or (not typed and draft.party_id not in by.party_ids):
        raise NotTheirs(
            _("Anda tidak (lagi) memegang kuasa untuk pemohon ini. Periksa di Akun, bagian Kuasa.")
        )
    return draft.party_id


def _application(
    draft: Draft, party_id: UUID, by: Actor, *, came: datetime, at: datetime
) -> Application:
    row = Application(
        draft_id=draft.pk,
        party_id=party_id,
        applicant_id=None if draft.typed_by_id else draft.user_id or by.user_id,
        tracking_code=draft.slip.tracking_code if draft.slip else make_tracking_code(),
        kind=draft.kind,
        channel=draft.channel,
        typed_by_id=draft.typed_by_id,
        consent_how=draft.consent_how,
        submitted_at=came,
    )
    if draft.slip is not None:
        paper.use_slip(draft.slip, row, by=by, at=at)
    insert(row)
    return row


def _open(
    application: Application,
    draft: Draft,
    *,
    version_id: int,
    definition: Definition,
    documents: dict[str, Document],
    by: Actor,
    came: datetime,
    at: datetime,
) -> File:
    kind = Kind(draft.kind)
    # Only what this service asks: a bundle's other answers are no business of this case.
    answers = merged_answers(definition, kind, draft.answers, {})
    case_id = uuid7()
    number = take_number(rules.REGISTRATION_SERIES, at=came, case_id=case_id).number
    wanted = {requirement.key for requirement in required_documents(definition, kind, answers)}
    given = {
        key: documents[i] for key, i in draft.documents.items() if key in wanted and i in documents
    }
    statements = {k: v for k, v in draft.statements.items() if k in wanted}
    assisted = draft.typed_by_id is not None
    holder = holder_of(draft.party)
    row = open_case(
        kind=rules.KIND_PERMIT,
        number=number,
        lifecycle=lifecycle_for(definition),
        by=_acting(by, assisted=assisted),
        at=came,
        facts=Facts(
            recorded_at=at,
            channel=draft.channel,
            origin="draft",
            origin_ref=f"{draft.pk}:{definition.code}",
            data=_submit_data(draft, definition, application),
            digests={
                "answers": digest(answers),
                STATEMENTS: digest(statements),
                **mark_of(holder),
            }
            | {f"file:{k}": d.file_id for k, d in given.items()},
        ),
        tasks=TaskChange(
            open=[task("check", Role.FRONT_OFFICE, days=definition.promise.check_days, at=came)]
        ),
        days={
            "promise": rules.promise_days(definition, kind, answers),
            "legal": definition.legal.days,
        },
        calendar=work_calendar(),
        case_id=case_id,
        service_version_id=version_id,
        party_id=draft.party_id,
        region=_region(answers, definition),
    )
    permit_case = PermitCase(
        case=row.case,
        application=application,
        service_code=definition.code,
        kind=draft.kind,
        answers=answers,
        holder=holder._asdict(),
        statements=statements,
        previous_permit_id=draft.previous_permit_id,
    )
    insert(permit_case)
    make_findable(case_id=case_id, opened_at=came, party=draft.party, answers=answers)
    Attachment.objects.bulk_create(
        [
            Attachment(
                permit_case_id=case_id,
                requirement=key,
                document=document,
                reused=document.created_at < draft.created_at,
                created_at=came,
            )
            for key, document in given.items()
        ]
    )
    return File(row.case, permit_case, definition)


def _acting(by: Actor, *, assisted: bool) -> Actor:
    if not assisted:
        return by.acting_as(Role.APPLICANT)
    return by.acting_as(Role.FRONT_OFFICE if Role.FRONT_OFFICE in by.roles else Role.VERIFIER)


def _submit_data(draft: Draft, definition: Definition, application: Application) -> dict[str, Any]:
    data: dict[str, Any] = {
        "application": str(application.pk),
        "previous": str(draft.previous_permit_id or ""),
        "service": definition.code,
        "version": definition.version,
        "kind": draft.kind,
    }
    if draft.typed_by_id is not None:
        data["typed_by"] = draft.typed_by_id
    if draft.consent_how:
        data["consent"] = draft.consent_how
    if draft.slip is not None:
        data["slip"] = draft.slip.number
    return data


def _region(answers: dict[str, Any], definition: Definition) -> str:
    """Return the first region answered in the form: where the work is; "" when the form asks none."""
    for page in definition.pages:
        for field in page.fields:
            if field.type == "region" and answers.get(field.key):
                return str(answers[field.key])[:13]
    return ""
