"""What stands on permits, letters and receipts: facts of a case put into the shapes the page templates take."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from satupintu.catalogue.form import display_answers
from satupintu.catalogue.rules import (
    SYSTEM_NAMES,
    Definition,
    Part,
    System,
    promise_parts,
    required_documents,
)
from satupintu.documents.rules import (
    Block,
    Check,
    Letterhead,
    LetterPage,
    PermitPage,
    ReceiptPage,
    SignatureBlock,
    long_date,
)
from satupintu.lib import words
from satupintu.lib.identity import phone_for_people
from satupintu.lib.workingtime import add_working_days
from satupintu.office.queries import profile, work_calendar
from satupintu.people.queries import Delegation, User
from satupintu.people.rules import Signing
from satupintu.permits import rules
from satupintu.permits.file import named_permit
from satupintu.permits.models import Application
from satupintu.permits.registration import conditions_of
from satupintu.permits.services.common import File
from satupintu.permits.words import promise_words

Page = PermitPage | LetterPage

WEB = settings.BASE_URL.split("://", 1)[-1]


def letterhead() -> Letterhead:
    """Return the office's letterhead from its settings."""
    office = profile()
    lines = office.letterhead or (office.regency, office.name)
    phone = phone_for_people(office.phone) if office.phone else ""
    contact = " · ".join(part for part in (phone, office.email) if part)
    return Letterhead(
        government=lines[0],
        office=lines[1] if len(lines) > 1 else office.name,
        address=", ".join(part for part in (office.address, office.postcode) if part),
        contact=contact,
        arms_svg=office.arms_svg,
        colour=office.colour,
    )


def check_of(code: str) -> Check:
    """Return where anybody checks a permit: by QR, or by the code."""
    return Check(url=f"{settings.BASE_URL}/cek/{code}/", words=f"{WEB}/cek", code=code)


def track_check(code: str) -> Check:
    """Return where anybody follows an application: by QR, or by the code."""
    return Check(url=f"{settings.BASE_URL}/lacak/{code}/", words=f"{WEB}/lacak", code=code)


def signature_block(
    *,
    delegation: Delegation | None,
    user: User | None,
    on: date,
    demo: bool,
    electronic: bool = True,
    verb: str = "Ditetapkan",
) -> SignatureBlock:
    """Return the block at the bottom right; without a user the office's seal stands there."""
    office = profile()
    if user is None or delegation is None:
        return SignatureBlock(
            place=office.city, date=on, title=office.name, name="", seal=True, demo=demo, verb=verb
        )
    own = delegation.signing == Signing.OWN
    return SignatureBlock(
        place=office.city,
        date=on,
        title=delegation.title,
        capacity="" if own else delegation.signing,
        own_title=user.position if delegation.signing == Signing.ATAS_NAMA else "",
        name=user.name,
        rank=user.rank,
        nip=user.nip,
        electronic=electronic,
        demo=demo,
        verb=verb,
    )


def answers_by_key(file: File) -> dict[str, tuple[str, str]]:
    """Return key -> (label, value as people read it), in Indonesian, for answered fields."""
    found: dict[str, tuple[str, str]] = {}
    for _page, rows in display_answers(file.definition, file.permit_case.answers, "id"):
        for label, value, field in rows:
            found[field.key] = (field.printed.id or label, value)
    return found


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def filled(text: str, values: dict[str, str]) -> str:
    """Return the text with {field} placeholders filled; a field without an answer becomes "…"."""
    return text.format_map(_Blanks(values))


def output_page(
    file: File,
    *,
    number: str,
    code: str,
    issued_on: date,
    signature: SignatureBlock,
    draft: bool = False,
) -> Page:
    """Return the page of what is issued, as its service file describes it; `draft` marks a preview."""
    output = file.definition.output
    assert output is not None, "only permits of this office have a page"
    answers, holder = answers_by_key(file), file.holder
    until = rules.valid_until(file.definition.validity, issued_on, file.permit_case.answers)
    facts = tuple(answers[key] for key in output.facts if key in answers and answers[key][1])
    values = {key: value for key, (_label, value) in answers.items()}
    values |= _standing_values(file, number, issued_on, until)
    body, check = filled(output.body.id, values), check_of(code)
    conditions = conditions_of(file.case, issued_on)
    if output.template == "letter":
        valid = (("Berlaku sampai", long_date(until)),) if until else ()
        return LetterPage(
            letterhead=letterhead(),
            number=number,
            subject=output.title.id,
            recipient=holder.lines,
            blocks=(
                Block(paragraphs=(body,)),
                Block(facts=(*facts, *valid)),
                *((Block(heading="Ketentuan", items=conditions),) if conditions else ()),
            ),
            signature=signature,
            check=check,
            draft=draft,
        )
    return PermitPage(
        letterhead=letterhead(),
        title=output.title.id,
        number=number,
        holder=(("Nama", holder.name), ("Alamat", holder.address or "–")),
        facts=facts,
        body=body,
        conditions=conditions,
        legal_basis=file.definition.legal_basis,
        valid_from=long_date(issued_on),
        valid_until=long_date(until) if until else "Berlaku tanpa batas waktu",
        signature=signature,
        check=check,
        draft=draft,
    )


def _holder_in_register(file: File) -> str:
    """Return whose name stands on the permit that a copy is about; "" for none. A query only where a file names it."""
    output = file.definition.output
    if output is None or "{permit_holder}" not in output.body.id:
        return ""
    found = named_permit(file)
    return found.holder if found else ""


def _standing_values(
    file: File, number: str, issued_on: date, until: date | None
) -> dict[str, str]:
    """Return what every service file may name in its text (catalogue.rules)."""
    office = profile()
    return {
        "holder": file.holder.name,
        "permit_holder": _holder_in_register(file),
        "identity": file.holder.identity,
        "address": file.holder.address,
        "number": number,
        "issued_date": long_date(issued_on),
        "valid_until": long_date(until) if until else "",
        "office": office.name,
        "regency": office.regency,
        "service": file.definition.title.id,
    }


def receipt_page(
    application: Application, files: list[File], *, language: str = "id"
) -> ReceiptPage:
    """Return the receipt: what was received, the tracking code, what comes next and by when."""
    first = files[0]
    local = timezone.localtime(application.submitted_at)
    promise = first.case.promise.first_due_at
    with override(language):
        says = promise_words(first.definition.system)
    return ReceiptPage(
        letterhead=letterhead(),
        number=", ".join(file.case.number for file in files),
        tracking_code=application.tracking_code,
        service=", ".join(file.definition.title_in(language) for file in files),
        applicant=first.holder.name,
        received=words.long_moment(local, language),
        promise=words.long_date(timezone.localdate(promise), language) if promise else "",
        promise_lead=says.lead,
        promise_after=says.after,
        steps=tuple(receipt_steps(first, language)),
        documents=tuple(_documents(files)),
        track=track_check(application.tracking_code),
        by_officer=application.typed_by.name if application.typed_by else "",
        demo=bool(settings.DEMO),
    )


def receipt_steps(file: File, language: str) -> list[tuple[str, str]]:
    """Return what happens with a case that was just received, and the date of each step; the last is the promise."""
    case, definition = file.case, file.definition
    start, due = case.promise.started_at or case.opened_at, case.promise.first_due_at
    parts = promise_parts(definition, file.kind, file.permit_case.answers)
    calendar = work_calendar()
    with override(language):
        steps = [
            (_part_title(part, definition, language), _by(at, language))
            for part in parts[:-1]
            for at in [add_working_days(start, part.ends, calendar)]
        ]
        if due:
            steps.append((_part_title(parts[-1], definition, language), _by(due, language)))
        if definition.system is not System.SATUPINTU:
            system = {"system": SYSTEM_NAMES[definition.system]}
            steps.append(
                (_("Izin terbit di %(system)s") % system, _("mengikuti waktu %(system)s") % system)
            )
    return steps


def _part_title(part: Part, definition: Definition, language: str) -> str:
    if part.name == "check":
        return _("Kami periksa kelengkapan berkas")
    if part.name == "stage":
        return ", ".join(stage.title.in_language(language) for stage in part.stages)
    if definition.system is System.SATUPINTU:
        return _("Keputusan dan izin")
    return _("Kami bantu mengisi di %(system)s") % {"system": SYSTEM_NAMES[definition.system]}


def _by(at: datetime, language: str) -> str:
    day = words.long_date(timezone.localdate(at), language)
    return _("selambat-lambatnya %(day)s") % {"day": day}


def _documents(files: list[File]) -> list[str]:
    names: dict[str, None] = {}
    for file in files:
        wanted = required_documents(file.definition, file.kind, file.permit_case.answers)
        given = set(file.permit_case.attachments.values_list("requirement", flat=True)) | set(
            file.permit_case.statements
        )
        names.update(
            {requirement.label.id: None for requirement in wanted if requirement.key in given}
        )
    return list(names)


def public_facts(file: File) -> list[list[str]]:
    """Return what the public check shows: what the permit is for and where, never a person's own data."""
    definition: Definition = file.definition
    shown = answers_by_key(file)
    private = {"nik", "npwp", "phone", "email", "long_text", "coordinates"}
    types = {field.key: field.type for page in definition.pages for field in page.fields}
    keys = definition.output.facts if definition.output else ()
    return [
        list(shown[key])
        for key in keys
        if key in shown and str(types.get(key)) not in private and shown[key][1] != file.holder.name
    ]
