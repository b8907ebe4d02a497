"""The parts of the case page: checklist, answers, history, and the papers that belong to the case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.form import display_answers, points_outside
from satupintu.catalogue.rules import (
    DECISION_RULES,
    PERSONAL_FIELD_TYPES,
    Field,
    FieldType,
    required_documents,
    stages_for,
)
from satupintu.documents.queries import Document
from satupintu.fees.queries import Payment
from satupintu.lib import words as plain_words
from satupintu.lib.language import current_language
from satupintu.people.queries import names_of
from satupintu.people.rules import Role
from satupintu.permits import queries, rules
from satupintu.permits.models import Attachment
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.pages.officer.viewer import viewer_url
from satupintu.permits.pages.officer.words import DONE, MINOR
from satupintu.permits.words import original_names
from satupintu.web.timeline import Step
from satupintu.workflow.queries import Transition
from satupintu.workflow.rules import CHANNEL_LABELS
from satupintu.workflow.steps import note_of, who_owes

BAD_ENDS = frozenset({"return", "reject", "revoke", "recommend_against", "lapse", "record_refused"})


# --- Checklist -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement as the checklist shows it."""

    key: str
    label: str
    help: str
    required: bool
    attachment: Attachment | None
    statement: str
    selected: bool
    url: str

    @property
    def tone(self) -> str:
        if self.attachment and self.attachment.verdict:
            return "good" if self.attachment.verdict == "ok" else "bad"
        if self.selected:
            return "info"
        if not self.attachment and not self.statement and self.required:
            return "warn"
        return ""

    @property
    def sign(self) -> str:
        return {"good": "✓", "bad": "!", "info": "●", "warn": "–"}.get(self.tone, "○")

    @property
    def state(self) -> str:
        """The same in words, for who does not see the sign."""
        return str(
            {
                "good": _("sesuai"),
                "bad": _("perlu perbaikan"),
                "warn": _("belum ada"),
            }.get(self.tone, _("belum diperiksa"))
        )


def checklist(desk: Desk, attached: list[Attachment], shown: Document | None) -> list[Item]:
    by_key = {one.requirement: one for one in attached}
    wanted = required_documents(desk.file.definition, desk.file.kind, desk.file.permit_case.answers)
    items = []
    for requirement in wanted:
        attachment = by_key.pop(requirement.key, None)
        statement = desk.file.permit_case.statements.get(requirement.key, "")
        if not attachment and not statement and not requirement.required:
            continue
        items.append(
            Item(
                key=requirement.key,
                label=requirement.label.in_language(current_language()),
                help=requirement.help.in_language(current_language()),
                required=requirement.required,
                attachment=attachment,
                statement=_statement(statement),
                selected=bool(attachment and shown and attachment.document_id == shown.pk),
                url=viewer_url(desk, attachment.document) if attachment else "",
            )
        )
    return items + [  # and what the service does not ask: the other system's permit
        Item(
            key=attachment.requirement,
            label=attachment.document.name,
            help="",
            required=False,
            attachment=attachment,
            statement="",
            selected=bool(shown and attachment.document_id == shown.pk),
            url=viewer_url(desk, attachment.document),
        )
        for attachment in by_key.values()
    ]


def _statement(text: str) -> str:
    """Return how a statement was given, in words; "" when it was not."""
    if not text:
        return ""
    return (
        _("Dinyatakan pemohon di formulir")
        if rules.is_declared(text)
        else _("Pernyataan terlampir")
    )


# --- Paper ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperSide:
    """What there is of a case on paper: who typed it and when, its slip, its folder, its originals."""

    typed_by: str
    typed_at: Any  # datetime; None when the applicant sent it in
    slip: str
    shelf: str
    originals: tuple[tuple[str, Any], ...]


def paper_side(desk: Desk, rows: Sequence[Transition]) -> PaperSide | None:
    """Return the paper side of a case; None when the office holds none. No query."""
    permit_case = desk.file.permit_case
    opened = rows[0] if rows and "typed_by" in rows[0].data else None
    if opened is None and not permit_case.shelf and not permit_case.originals:
        return None
    return PaperSide(
        typed_by=opened.actor_name if opened else "",
        typed_at=opened.recorded_at if opened else None,
        slip=str(opened.data.get("slip", "")) if opened else "",
        shelf=permit_case.shelf,
        originals=tuple(
            original_names(desk.file.definition, permit_case.originals, current_language())
        ),
    )


# --- Answers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    key: str
    label: str
    value: str
    hidden: bool
    outside: bool = False  # a place outside the regency


def is_personal(item: Field) -> bool:
    """Say whether an answer is masked until somebody asks to see it."""
    if item.type is FieldType.GROUP:
        return any(part.type in PERSONAL_FIELD_TYPES for part in item.fields)
    return item.type in PERSONAL_FIELD_TYPES


def answers_of(desk: Desk, shown: str) -> list[tuple[str, list[Answer]]]:
    definition, given = desk.file.definition, desk.file.permit_case.answers
    pages, far = (
        display_answers(definition, given, current_language()),
        points_outside(definition, given),
    )
    return [
        (
            title,
            [
                Answer(
                    item.key, label, value, is_personal(item) and item.key != shown, item.key in far
                )
                for label, value, item in rows
            ],
        )
        for title, rows in pages
    ]


def party_extra(desk: Desk) -> bool:
    """Say whether the applicant is somebody the answers do not name already (a company, a proxy's principal)."""
    holder = desk.file.holder
    given = {str(one) for one in desk.file.permit_case.answers.values()}
    return desk.case.party is not None and not given.issuperset(filter(None, holder))


def renewed_since(desk: Desk) -> str:
    """Return what of the applicant changed after it was sent in ("nama, alamat"); "" for nothing, or once issued."""
    state, moves = desk.case.state, desk.file.lifecycle
    if not moves.move(state, "renew_holder") and state not in rules.ON_THE_WAY:
        return ""
    return _named(desk.file.holder.changed_to(desk.file.holder_now))


def changed_with_repair(desk: Desk, rows: Sequence[Transition]) -> str:
    """Return what of the applicant came anew with the repair that is checked now ("nama, alamat"); "" for nothing."""
    if desk.case.state != rules.State.SUBMITTED:
        return ""
    sent = [row for row in rows if row.action == "resubmit"]
    return _named(sent[-1].data.get("holder", [])) if sent else ""


def _named(changed: Sequence[str]) -> str:
    """Return parts of a Holder in words: "nama, alamat"."""
    return ", ".join(str(rules.HOLDER_LABELS[one]) for one in changed)


# --- History -------------------------------------------------------------------------------------


def moment(at: Any) -> str:
    here, language = timezone.localtime(at), current_language()
    day = plain_words.weekday_name(here.weekday(), language)
    date, clock_time = (
        plain_words.short_date(here, language),
        plain_words.clock_time(here, language),
    )
    return f"{day} {date}, {clock_time}"


def line_of(row: Transition) -> Step:
    who = _("Sistem") if row.role == Role.SYSTEM else row.actor_name
    parts = [who, moment(row.at)]
    if row.channel not in ("web", "system"):
        parts.append(str(CHANNEL_LABELS.get(row.channel, row.channel)))
    if row.recorded_at > row.at:  # it happened on paper, and was entered afterwards
        parts.append(_("dicatat %(at)s") % {"at": moment(row.recorded_at)})
    if row.action == "type_answers":
        parts.append(str(rules.ANSWER_SOURCES[row.data["source"]]))
    if row.action == "note_automatic":
        unmet = [str(DECISION_RULES.get(one, one)) for one in row.data.get("unmet", {})]
        parts.append(_("tidak terpenuhi: %(rules)s") % {"rules": " ".join(unmet)})
    if changed := row.data.get("holder"):
        parts.append(_("kini dengan %(what)s yang baru") % {"what": _named(changed)})
    text = " · ".join(part for part in parts if part)
    text = ". ".join([text, *note_of(row)])
    return Step(
        str(DONE.get(row.action, row.action)), text, "bad" if row.action in BAD_ENDS else "done"
    )


def timeline(desk: Desk, rows: list[Transition]) -> list[Step]:
    lines = [line_of(row) for row in rows if row.action not in MINOR and row.action != "comment"]
    for task in desk.tasks:
        stage = rules.STAGE_LABELS.get(task.stage, task.stage)
        who = who_owes(task)
        if task.paused_at:
            due = _("%(who)s · waktu berhenti sejak %(date)s") % {
                "who": who,
                "date": moment(task.paused_at),
            }
        else:
            due = _("%(who)s · selambat-lambatnya %(date)s") % {
                "who": who,
                "date": moment(task.due_at),
            }
        lines.append(Step(str(stage), due, "now"))
    return lines + _to_come(desk, rows)


def _to_come(desk: Desk, rows: list[Transition]) -> list[Step]:
    """Return the steps that the service file still foresees."""
    if desk.file.lifecycle is rules.ASSISTED or desk.file.lifecycle.is_closed(desk.case.state):
        return []
    over = {rules.State.APPROVED, rules.State.NUMBERED, rules.State.ISSUED}
    if desk.case.state in over:
        return []
    asked = {
        key
        for row in rows
        if row.action == "ask_recommendation"
        for key in row.data.get("stages", [])
    }
    done = any(row.action in ("collect", "collect_against") for row in rows)
    stages = stages_for(desk.file.definition, desk.file.kind, desk.file.permit_case.answers)
    lines = [
        Step(stage.title.in_language(current_language()), "", "next")
        for stage in stages
        if stage.key not in asked and not done
    ]
    return [*lines, Step(_("Tanda tangan kepala dinas"), "", "next")]


# --- Papers ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Papers:
    """What else belongs to the case: read once for the side column and the viewer."""

    recommendations: list[queries.Recommendation]
    inspections: list[queries.Inspection]
    letters: list[queries.Letter]
    permit: queries.Permit | None
    repair: queries.Repair | None
    payments: list[Payment]
    photos: dict[UUID, Document] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)


def papers_of(desk: Desk) -> Papers:
    case_id = desk.case.pk
    visits = queries.inspections(case_id)
    photos = [UUID(str(one)) for visit in visits for one in visit.photos]
    return Papers(
        recommendations=queries.recommendations(case_id),
        inspections=visits,
        letters=queries.letters(case_id),
        permit=queries.permit_of_case(case_id),
        repair=queries.open_repairs([case_id]).get(case_id),
        photos={one.pk: one for one in queries.list_documents(photos)} if photos else {},
        payments=desk.fee.books.payments,
        people=names_of(user for visit in visits for user in visit.members) if visits else {},
    )


def other_papers(papers: Papers) -> dict[UUID, tuple[Document, str]]:
    found = {pk: (one, _("Foto tinjauan")) for pk, one in papers.photos.items()}
    for recommendation in papers.recommendations:
        if recommendation.document:
            found[recommendation.document.pk] = (recommendation.document, _("Surat rekomendasi"))
    for letter in papers.letters:
        if letter.document:
            label = str(rules.LETTER_LABELS[rules.LetterKind(letter.kind)])
            found[letter.document.pk] = (letter.document, label)
    for payment in papers.payments:
        if payment.document:
            found[payment.document.pk] = (payment.document, _("Bukti bayar"))
    if papers.permit and papers.permit.document:
        found[papers.permit.document.pk] = (papers.permit.document, papers.permit.number)
    return found


def visits_of(papers: Papers) -> list[dict[str, Any]]:
    return [
        {
            "visit": visit,
            "when": moment(visit.scheduled_at),
            "members": ", ".join(papers.people.get(one, "") for one in visit.members),
            "signed": ", ".join(one["name"] for one in visit.signatures),
            "photos": [
                papers.photos[key]
                for one in visit.photos
                if (key := UUID(str(one))) in papers.photos
            ],
        }
        for visit in papers.inspections
    ]
