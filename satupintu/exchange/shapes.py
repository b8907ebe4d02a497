"""What goes in and out, as the published schema describes it. Unknown members of a body are refused."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

Words = Annotated[str, Field(description="In the language of the answer")]


class Given(Schema):
    """A body: what is not known in it is refused, so that a typing mistake is never silently lost."""

    model_config = ConfigDict(extra="forbid")


# --- The catalogue --------------------------------------------------------------------------------------
class ServiceLine(Schema):
    code: str
    title: Words
    summary: Words
    category: str
    system: str = Field(description="Who issues the permit: satupintu, or another system")
    kinds: list[str]
    party: Literal["person", "organisation", "any"]
    promised_days: int = Field(description="Working days, the longest of all kinds; 0: at once")
    fee: Words
    version: int


class Services(Schema):
    items: list[ServiceLine]
    next: str | None = Field(description="Address of the next page; null on the last one")


class Component(Schema):
    key: str
    title: Words
    text: Words


class Condition(Schema):
    question: str
    values: list[str]


class ChoiceShape(Schema):
    value: str
    label: Words


class Question(Schema):
    key: str
    type: str
    label: Words
    help: Words
    required: bool
    kinds: list[str]
    shown_when: Condition | None
    choices: list[ChoiceShape]
    minimum: str
    maximum: str
    max_length: int
    pattern: str
    columns: list["Question"] = Field(description="Of a repeating group")


class FormPage(Schema):
    key: str
    title: Words
    shown_when: Condition | None
    questions: list[Question]


class RequirementShape(Schema):
    key: str
    label: Words
    help: Words
    legal_basis: str
    accept: list[str]
    max_mb: int
    required: bool
    required_when: Condition | None
    kinds: list[str]
    may_declare: bool = Field(description="A statement in the application is enough")
    statement: Words


class Service(ServiceLine):
    for_whom: Words
    validity: Words
    standard: list[Component]
    form: list[FormPage]
    requirements: list[RequirementShape]


# --- Verifying and tracking --------------------------------------------------------------------------
class PermitFacts(Schema):
    number: str
    title: Words
    holder: str = Field(description="An organisation whole, a person recognisable only")
    issued_at: datetime
    valid_from: date
    valid_until: date | None
    signature: Words
    facts: list[tuple[str, str]]
    successor: str | None = Field(description="Number of the permit that took its place")
    demo: bool


class Verdict(Schema):
    verdict: Literal[
        "in_force", "expired", "suspended", "revoked", "superseded", "altered", "unknown", "genuine"
    ]
    word: Words
    text: Words
    changes: list[str]
    permit: PermitFacts | None
    checked_at: datetime


class TimelineItem(Schema):
    title: Words
    note: Words
    status: Literal["done", "now", "next", "bad"]


class HoldingShape(Schema):
    who: Words
    role: Words
    awaited: Words
    since: datetime | None
    by: date | None
    applicant: bool


class Tracked(Schema):
    number: str
    service: Words
    state: str
    state_label: Words
    promised_at: datetime | None = Field(description="Null while it stands still, and when done")
    first_promised_at: datetime | None
    holding: HoldingShape | None
    timeline: list[TimelineItem]


class Tracking(Schema):
    applicant: str = Field(description="First letters only")
    submitted_at: datetime
    cases: list[Tracked]


# --- Problems ---------------------------------------------------------------------------------------------
class Finding(Schema):
    detail: Words
    pointer: str | None = Field(None, description="JSON pointer into the body (RFC 6901)")
    parameter: str | None = None


class ProblemShape(Schema):
    """RFC 9457."""

    type: str
    title: Words
    status: int
    detail: Words
    errors: list[Finding] | None = None
    instance: str | None = None


# --- Uploading and applying ------------------------------------------------------------------------------


class UploadGiven(Schema):
    service: Annotated[str, Field(max_length=60)]
    requirement: Annotated[str, Field(max_length=60)]


class UploadShape(Schema):
    id: UUID
    service: str
    requirement: str
    name: str
    media_type: str
    size: int
    use_until: date


Documents = Annotated[
    dict[str, UUID], Field(max_length=60, description="Requirement -> id of an upload")
]
Statements = Annotated[
    list[str], Field(max_length=60, description="Requirements declared by the applicant")
]


class ApplicantGiven(Given):
    identity_kind: Literal["nik", "nib", "npwp"]
    identity: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(min_length=2, max_length=160)]
    is_organisation: bool = False
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    address: Annotated[str, Field(max_length=300)] = ""


class ApplicationGiven(Given):
    service: Annotated[str, Field(max_length=60)]
    kind: Literal["new", "extension", "change", "replacement", "closing"] = "new"
    applicant: ApplicantGiven
    answers: Annotated[
        dict[str, Any],
        Field(max_length=300, description="Question -> answer, as the form stores it"),
    ]
    documents: Documents = {}
    statements: Statements = []
    consent: Annotated[
        Literal["electronic", "signed", "counter"],
        Field(description="How the applicant agreed that you send this"),
    ]
    reference: Annotated[
        str, Field(max_length=80, pattern=r"^[\w .:/#-]*$", description="Your own word for it")
    ] = ""
    previous_permit: Annotated[
        str,
        Field(
            max_length=120,
            description="Its number: to extend, change, replace, close; empty when it is older than the register",
        ),
    ] = ""


class CaseLine(Schema):
    number: str
    service: str
    title: Words
    state: str
    promised_at: datetime | None
    address: str


class ApplicationShape(Schema):
    tracking_code: str
    submitted_at: datetime
    reference: str
    cases: list[CaseLine]


# --- Cases and moves ---------------------------------------------------------------------------------------
class CaseItem(CaseLine):
    state_label: Words
    version: int
    opened_at: datetime
    reference: str | None = Field(
        description="Your own word for it; null for what you did not send"
    )


class Cases(Schema):
    items: list[CaseItem]
    next: str | None = Field(description="Address of the next page; null on the last one")


class ComplaintItem(Schema):
    number: str
    category: str
    category_label: Words
    class_key: str = Field(description="Of the office's plan: it says how many days there are")
    state: str
    state_label: Words
    version: int
    opened_at: datetime
    answer_by: datetime | None = Field(description="Null while no day is counted")
    moves: str = Field(description="Address of what the officer may do")


class Complaints(Schema):
    items: list[ComplaintItem]
    next: str | None = Field(description="Address of the next page; null on the last one")


class ApplicantShape(Schema):
    name: str
    identity_kind: str
    identity: str = Field(description="Whole only for the client that sent it")


class PermitLine(Schema):
    number: str
    issued_at: datetime
    valid_until: date | None
    state: str


class AskedItem(Schema):
    on: str = Field(description="document, field, or another part of the file")
    key: str = Field(description="Of the requirement or question; empty for another part")
    title: Words
    reason: str


class Asked(Schema):
    asked_at: datetime
    answer_by: date
    items: list[AskedItem]


class CaseShape(Tracked):
    version: int
    kind: str
    service_code: str
    opened_at: datetime
    reference: str | None
    applicant: ApplicantShape
    answers: dict[str, Any]
    asked: Asked | None = Field(description="What the office waits for from the applicant")
    may_withdraw: bool
    permit: PermitLine | None


class AnswerGiven(Given):
    answers: Annotated[
        dict[str, Any],
        Field(max_length=300, description="Question -> answer: those asked, and those they open"),
    ] = {}
    documents: Documents = {}
    statements: Statements = []
    note: Annotated[str, Field(max_length=2000)] = ""


class WithdrawalGiven(Given):
    reason: Annotated[str, Field(max_length=1000)] = ""


class Collected(Schema):
    number: str
    state: str
    state_label: Words
    file: str = Field(description="Address of the permit's PDF")


class MoveShape(Schema):
    action: str
    label: Words
    reason_required: bool


class TaskShape(Schema):
    id: UUID
    stage: str
    unit: str
    role: str
    assignee: str | None
    due_at: datetime


class Moves(Schema):
    number: str
    state: str
    state_label: Words
    version: int
    moves: list[MoveShape] = Field(description="What the officer may do now")
    tasks: list[TaskShape]


class MoveGiven(Given):
    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Annotated[str, Field(max_length=2000)] = ""
    data: Annotated[dict[str, Any], Field(max_length=40, description="What the move needs")] = {}


class Moved(Schema):
    number: str
    action: str
    sequence: int = Field(description="Place of the act in the log of the case")
    from_state: str
    to_state: str
    state_label: Words
    version: int
