"""Submitting: a draft becomes an application with one case per permit, exactly once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.catalogue.form import check_answers
from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import Definition, Kind
from satupintu.documents.queries import Document, list_documents
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.ids import uuid7
from satupintu.office.queries import work_calendar
from satupintu.office.services import take_number
from satupintu.people.rules import Actor, Role
from satupintu.permits import rules
from satupintu.permits.models import Application, Attachment, Draft, PermitCase
from satupintu.permits.services import automatic
from satupintu.permits.services.common import Incomplete, task
from satupintu.workflow.queries import Case
from satupintu.workflow.rules import digest
from satupintu.workflow.services import Facts, TaskChange, open_case

REGISTRATION_SERIES = "registration"


def problems_of(draft: Draft, definition: Definition) -> list[tuple[str, str]]:
    """Return what is still missing or wrong before this service can be asked for: (page or document key, sentence)."""
    kind = Kind(draft.kind)
    found = [
        (page, message) for page, _field, message in check_answers(definition, kind, draft.answers)
    ]
    for requirement, required in rules.requirements_for(definition, kind, draft.answers):
        given = requirement.key in draft.documents or requirement.key in draft.statements
        if required and not given:
            found.append(
                (
                    f"document:{requirement.key}",
                    _("“%(name)s” belum dilampirkan.")
                    % {"name": requirement.label.in_language("id")},
                )
            )
    return found


def submit(*, draft: Draft, by: Actor, at: datetime) -> Application:
    """Submit a draft; return its application. Twice the same draft is one application.

    In one transaction: application, one case per service with its registration number, attachments, first task, log.
    Services that decide automatically are decided right after. Raises Incomplete with everything that is missing.
    """
    if done := Application.objects.filter(draft_id=draft.pk).first():
        return done
    definitions = [(version_id, definition_of(version_id)) for version_id in draft.versions]
    missing = [
        problem for _id, definition in definitions for problem in problems_of(draft, definition)
    ]
    if missing:
        raise Incomplete(_("Permohonan belum dapat dikirim. Lengkapi dulu yang berikut."), missing)
    documents = {
        str(one.pk): one for one in list_documents([UUID(i) for i in draft.documents.values()])
    }
    with transaction.atomic():
        if (
            Draft.objects.filter(pk=draft.pk, submitted_at__isnull=True).update(submitted_at=at)
            != 1
        ):
            return Application.objects.get(draft_id=draft.pk)
        application = _application(draft, by, at)
        cases = [
            _open(application, draft, version_id, definition, documents, by, at)
            for version_id, definition in definitions
        ]
    for case, (_id, definition) in zip(cases, definitions, strict=True):
        automatic.decide_if_automatic(case, definition, at)
    return application


def _application(draft: Draft, by: Actor, at: datetime) -> Application:
    row = Application(
        draft_id=draft.pk,
        party_id=draft.party_id,
        applicant_id=draft.user_id or by.user_id,
        tracking_code=make_tracking_code(),
        kind=draft.kind,
        channel=draft.channel,
        typed_by_id=draft.typed_by_id,
        consent_how=draft.consent_how,
        submitted_at=at,
    )
    Application.objects.bulk_create([row])
    return row


def _open(
    application: Application,
    draft: Draft,
    version_id: int,
    definition: Definition,
    documents: dict[str, Document],
    by: Actor,
    at: datetime,
) -> Case:
    kind = Kind(draft.kind)
    case_id = uuid7()
    number = take_number(REGISTRATION_SERIES, at=at, case_id=case_id).number
    wanted = {
        requirement.key
        for requirement, _ in rules.requirements_for(definition, kind, draft.answers)
    }
    given = {
        key: documents[i] for key, i in draft.documents.items() if key in wanted and i in documents
    }
    assisted = draft.typed_by_id is not None
    row = open_case(
        kind=rules.KIND_PERMIT,
        number=number,
        lifecycle=rules.lifecycle_for(definition.system),
        by=by if assisted else by.acting_as(Role.APPLICANT),
        at=at,
        facts=Facts(
            channel=draft.channel,
            origin="draft",
            origin_ref=f"{draft.pk}:{definition.code}",
            data=_submit_data(draft, definition, assisted),
            digests={"answers": digest(draft.answers)}
            | {f"file:{k}": d.file_id for k, d in given.items()},
        ),
        tasks=TaskChange(
            open=[task("check", Role.FRONT_OFFICE, days=definition.promise.check_days, at=at)]
        ),
        days={
            "promise": rules.promised_days(definition, kind, draft.answers),
            "legal": definition.legal.days,
        },
        calendar=work_calendar(),
        case_id=case_id,
        service_version_id=version_id,
        party_id=draft.party_id,
        region=_region(draft.answers, definition),
    )
    PermitCase.objects.bulk_create(
        [
            PermitCase(
                case=row.case,
                application=application,
                service_code=definition.code,
                kind=draft.kind,
                answers=draft.answers,
                statements={k: v for k, v in draft.statements.items() if k in wanted},
                previous_permit_id=draft.previous_permit_id,
            )
        ]
    )
    Attachment.objects.bulk_create(
        [
            Attachment(
                permit_case_id=case_id,
                requirement=key,
                document=document,
                reused=document.created_at < draft.created_at,
                created_at=at,
            )
            for key, document in given.items()
        ]
    )
    return row.case


def _submit_data(draft: Draft, definition: Definition, assisted: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "service": definition.code,
        "version": definition.version,
        "kind": draft.kind,
    }
    if assisted:
        data |= {"typed_by": draft.typed_by_id, "consent": draft.consent_how}
    return data


def _region(answers: dict[str, Any], definition: Definition) -> str:
    """Return the first region answered in the form: where the work is; "" when the form asks none."""
    for page in definition.pages:
        for field in page.fields:
            if field.type == "region" and answers.get(field.key):
                return str(answers[field.key])[:13]
    return ""
