"""What would be issued, or told, if it were decided now: marked as a draft. Takes no number, writes nothing."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from satupintu.documents.rules import LetterPage, SignatureBlock
from satupintu.office import services as office
from satupintu.people.queries import Delegation, User, officers_on, valid_delegation
from satupintu.people.rules import Signing
from satupintu.permits import rules
from satupintu.permits.file import File
from satupintu.permits.rules import State
from satupintu.permits.services import issue, letters, pages, sealing

NOBODY = "Pejabat yang berwenang"  # stands on an Indonesian page while nobody may sign the service
HAS_DRAFT = frozenset({State.READY, State.PROPOSED, State.APPROVED, State.NUMBERED})


def has_draft(file: File) -> bool:
    """Say whether there is something to look at before the decision: the permit, or the refusal."""
    if file.case.state == State.REFUSAL_PROPOSED:
        return True
    return file.definition.output is not None and file.case.state in HAS_DRAFT


def signatory_of(file: File, *, at: datetime) -> tuple[Delegation | None, User | None]:
    """
    Return who has decided and under which decree; before the decision, who would sign today.

    The holder of the office comes before who stands in. (None, None): the office's seal, or nobody may sign today.
    """
    if file.permit_case.decided_by_id or file.case.state in (State.APPROVED, State.NUMBERED):
        return file.permit_case.delegation, file.permit_case.decided_by
    today = timezone.localdate(at)
    held = [
        (found, user)
        for user in officers_on(rules.decider(file.definition), today=today)
        if (found := valid_delegation(user.pk, file.definition.code, today))
    ]
    own = [pair for pair in held if pair[0].signing == Signing.OWN]
    return next(iter([*own, *held]), (None, None))


def draft_of(file: File, *, at: datetime, reason: str = "") -> tuple[str, pages.Page]:
    """
    Return template and page of what is being decided: the permit, or the refusal with the reasons proposed so far.

    Raises NumberProblem.
    """
    if file.case.state == State.REFUSAL_PROPOSED:
        return "letter", _refusal(file, at=at, reason=reason)
    output = file.definition.output
    assert output is not None, "only permits of this office have a page"
    number = file.permit_case.number or office.preview_number(
        output.series,
        at=at,
        classification=output.classification,
        service=issue.series_word(file),
    )
    signatory = signatory_of(file, at=at)
    template, page = issue.permit_page(
        file, number=number, code="CONTOH", at=at, demo=False, draft=True, signatory=signatory
    )
    return template, replace(page, signature=_block(file, signatory, at=at))


def _block(
    file: File,
    signatory: tuple[Delegation | None, User | None],
    *,
    at: datetime,
    verb: str = "Ditetapkan",
) -> SignatureBlock:
    """Return the block as it would stand there; the seal only where the program itself has decided."""
    delegation, user = signatory
    block = pages.signature_block(
        delegation=delegation, user=user, on=timezone.localdate(at), demo=False, verb=verb
    )
    sealed = file.case.state in (State.APPROVED, State.NUMBERED)
    return block if user or sealed else replace(block, title=NOBODY, name="…", seal=False)


def _refusal(file: File, *, at: datetime, reason: str) -> LetterPage:
    number = "–"
    if sealing.is_numbered_here():
        number = office.preview_number(sealing.SERIES, at=at, service=file.definition.code)
    page = letters.refusal_page(
        file,
        number=number,
        reasons=rules.reasons_of(reason),
        legal_basis=file.definition.legal_basis,
        signature=_block(file, signatory_of(file, at=at), at=at, verb="Dikeluarkan"),
    )
    return replace(page, draft=True)
