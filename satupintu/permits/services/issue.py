"""
Number and issue: two moves. Then the permit's life: handed over, replaced, revoked.

The number is taken in one short transaction. Rendering and signing happen outside any transaction. The second move
writes the permit. Whatever fails in between leaves the case "numbered", and the same number is used again.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue.rules import Kind
from satupintu.documents.queries import Document
from satupintu.documents.rules import Officer, SignedPdf
from satupintu.documents.services import OpenKey, render_pdf, signer, store_bytes
from satupintu.lib.codes import ALPHABET
from satupintu.office import services as office
from satupintu.office.queries import NumberTaken
from satupintu.people.queries import Delegation, User, is_in_force
from satupintu.people.rules import Actor, Role, system_actor
from satupintu.permits import rules
from satupintu.permits.fee_account import check_settled
from satupintu.permits.file import has_checked
from satupintu.permits.models import Permit, PermitCase
from satupintu.permits.proof import PERMIT, permit_digest
from satupintu.permits.services import pages
from satupintu.permits.services.common import (
    File,
    facts,
    file_of,
    given_papers,
    move,
    system_move,
    task,
)
from satupintu.permits.services.decide import NoDelegation, delegation_of
from satupintu.permits.services.listed import drop_from_register, list_in_register
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    TaskChange,
    act,
    bad_data,
    given_texts,
    perform_move,
)

CLOSED = "Ditutup atas permintaan pemegang izin"  # stands in the register: always Indonesian


def is_demo_office() -> bool:
    """Return whether everything signed here is an example: every page then says CONTOH."""
    return bool(settings.DEMO) or settings.SIGNER == "demo"


_ENDED = gettext_lazy(
    "Pelimpahan wewenang yang dipakai saat menyetujui sudah tidak berlaku."
    " Kembalikan ke verifikator, lalu putuskan lagi dengan pelimpahan yang berlaku."
)


class NotNumbered(CannotMove):
    """A permit is signed only under a number that was taken for it."""


def check_code(file: File) -> str:
    """
    Return the code with which anybody checks this permit.

    The same at every try: a page that was printed for ink and one that is signed again keep their code.
    """
    return check_code_of(file.case.pk, file.permit_case.number)


def check_code_of(case_id: UUID | str, number: str) -> str:
    """Return the code of the permit with that number, from the case and its number by a keyed hash."""
    seed = f"{case_id}:{number}"
    digest = salted_hmac("satupintu.permits.check_code", seed, algorithm="sha256").digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[: rules.CHECK_CODE_LENGTH])


def series_word(file: File) -> str:
    """Return how a number names the service."""
    return file.definition.code.upper()


class NumberInUse(CannotMove):
    """A permit of an older register has the number that would come next."""


# --- Number ----------------------------------------------------------------------------------


@transaction.atomic
def give_number(request: ActRequest) -> Transition:
    """Take the next number of the service's series for this case: the move "number". Raises FeeUnsettled."""
    file = file_of(request.case)
    check_settled(file)
    output = file.definition.output
    assert output is not None, "only permits of this office are numbered"
    taken = office.take_number(
        output.series,
        at=request.at,
        case_id=request.case.pk,
        classification=output.classification,
        service=series_word(file),
        by_name=request.by.name,
    )
    if Permit.objects.filter(number=taken.number).exists():
        raise NumberInUse(
            _(
                "Nomor %(number)s sudah dipakai izin lama yang diimpor. Minta pengelola layanan mengatur nomor awal"
                " register ini di Register nomor, lalu ulangi."
            )
            % {"number": taken.number}
        )
    row = move(request, file, by=_signatory(request, file), data={"number": taken.number})
    PermitCase.objects.filter(pk=request.case.pk).update(
        number=taken.number, number_taken_id=taken.pk
    )
    return row


def _taken(file: File) -> NumberTaken:
    """Return the number that was taken for the case. Raises NotNumbered."""
    found = NumberTaken.objects.filter(pk=file.permit_case.number_taken_id or 0).first()
    if found is None:
        raise NotNumbered(_("Izin ini belum bernomor. Beri nomor dulu, lalu tanda tangani."))
    return found


def _signatory(request: ActRequest, file: File) -> Actor:
    """
    Return the actor under the delegation of the decision. Raises MoveNotAllowed for anybody but who decided.

    Raises NoDelegation when the power under which it was decided has ended since: under another decree it is decided
    again (send_back), because the permit prints the decree of its decision.
    """
    by: Actor = request.by
    if by.role is Role.SYSTEM:
        return by
    if by.user_id != file.permit_case.decided_by_id:
        raise MoveNotAllowed(
            _("Izin ini diberi nomor dan ditandatangani oleh pejabat yang menyetujuinya.")
        )
    return by.acting_as(Role.HEAD, _power_to_sign(request, file).pk)


def _power_to_sign(request: ActRequest, file: File) -> Delegation:
    """Return the delegation of the decision. Raises NoDelegation when it has ended since, or none is left."""
    found = _decided_under(file)
    today = timezone.localdate(request.at)
    if found is None or not is_in_force(found, file.definition.code, today):
        raise NoDelegation(str(_ENDED))
    return found


def _scans_back(by: Actor, file: File) -> bool:
    """Return whether somebody of the front office brings a page back that another signed in ink."""
    return bool(
        signer().by_hand and by.roles & rules.FRONT and by.user_id != file.permit_case.decided_by_id
    )


def _clerk(request: ActRequest, file: File) -> Actor:
    """Return who scans back, once the power to sign of who decided is known to hold. Raises NoDelegation."""
    _power_to_sign(request, file)
    front = Role.FRONT_OFFICE if Role.FRONT_OFFICE in request.by.roles else Role.VERIFIER
    by: Actor = request.by
    return by.acting_as(front)


def _decided_under(file: File) -> Delegation | None:
    """Return the delegation of the decision; with it the case knows who decided. One query, and none after it."""
    permit_case = file.permit_case
    found = (
        Delegation.objects.select_related("user").filter(pk=permit_case.delegation_id or 0).first()
    )
    permit_case.delegation = found
    if found is not None and found.user_id == permit_case.decided_by_id:
        permit_case.decided_by = found.user
    return found


@transaction.atomic
def void_number(request: ActRequest) -> Transition:
    """Give a number up with a reason; it stays in the register as void and the case waits for another."""
    file = file_of(request.case)
    taken = _taken(file)
    # Any signatory's: who decided may have left.
    delegation = delegation_of(request.by, file, request.at)
    by = request.by.acting_as(Role.HEAD, delegation.pk)
    row = move(request, file, by=by, data={"number": taken.number})
    office.void_number(taken, reason=request.reason, at=request.at, by_name=request.by.name)
    PermitCase.objects.filter(pk=request.case.pk).update(number="", number_taken_id=None)
    return row


# --- Issue -----------------------------------------------------------------------------------


def page_for_ink(file: File, *, at: datetime) -> tuple[bytes, str]:
    """Return the permit to print, sign and stamp by hand, and its check code. Raises NotNumbered."""
    _check_numbered(file)
    code = check_code(file)
    template, page = permit_page(
        file, number=file.permit_case.number, code=code, at=at, demo=False, electronic=False
    )
    return render_pdf(template, page), code


def _check_numbered(file: File) -> None:
    if file.case.state != rules.State.NUMBERED or not file.permit_case.number:
        raise NotNumbered(_("Izin ini belum bernomor. Beri nomor dulu, lalu tanda tangani."))


def permit_page(
    file: File,
    *,
    number: str,
    code: str,
    at: datetime,
    demo: bool,
    electronic: bool = True,
    draft: bool = False,
    signatory: tuple[Delegation | None, User | None] | None = None,
) -> tuple[str, pages.Page]:
    """Return template and page of what is issued; `signatory` None: who has decided (nobody: the office's seal)."""
    output = file.definition.output
    assert output is not None, "only permits of this office have a page"
    on = timezone.localdate(at)
    delegation, user = signatory or (file.permit_case.delegation, file.permit_case.decided_by)
    page = pages.output_page(
        file,
        number=number,
        code=code,
        issued_on=on,
        draft=draft,
        signature=pages.signature_block(
            delegation=delegation, user=user, on=on, demo=demo, electronic=electronic
        ),
    )
    return output.template, page


def issue(request: ActRequest) -> Transition:
    """
    Render, sign, keep and issue: the move "issue".

    data: key = an OpenKey (documents.signing.port), or scan = document id of a page signed by hand. In an office that
    signs in ink the front office may scan it back too: the page was signed by who decided. Raises NotNumbered,
    SigningRefused (nothing is written; the number stays with the case).
    """
    file = file_of(request.case)
    _check_numbered(file)
    scan = given_papers(request, {"scan": request.data.get("scan")}).get("scan")
    clerk = scan is not None and _scans_back(request.by, file)
    # Before anything is signed, not only when the move is written.
    by = _clerk(request, file) if clerk else _signatory(request, file)
    if scan:
        return _write_permit(request, file, by, document=scan, code=check_code(file), signed=None)
    key: OpenKey | None = request.data.get("key")
    if not callable(getattr(key, "sign", None)):
        raise bad_data("key")
    assert key is not None
    code = check_code(file)
    demo = is_demo_office()
    template, page = permit_page(
        file, number=file.permit_case.number, code=code, at=request.at, demo=demo
    )
    signed = key.sign(
        render_pdf(template, page),
        reason=file.definition.title.id,
        location=pages.letterhead().office,
        at=request.at,
    )
    document = store_bytes(
        content=signed.content,
        media_type="application/pdf",
        party_id=request.case.party_id,
        kind="permit",
        name=f"{file.permit_case.number.replace('/', '-')}.pdf",
        by=request.by,
        at=request.at,
    )
    return _write_permit(request, file, by, document=document, code=code, signed=signed)


@transaction.atomic
def _write_permit(
    request: ActRequest,
    file: File,
    by: Actor,
    *,
    document: Document,
    code: str,
    signed: SignedPdf | None,
) -> Transition:
    case, party = file.case, file.case.party
    assert party is not None
    on = timezone.localdate(request.at)
    automatic = request.by.role is Role.SYSTEM
    sampled = _is_sampled(file, automatic=automatic)
    permit = Permit(
        case=case,
        number=file.permit_case.number,
        service_code=file.definition.code,
        title=file.definition.title.id,
        party=party,
        holder=file.holder.name,
        public_facts=pages.public_facts(file),
        region=case.region,
        issued_at=request.at,
        valid_from=on,
        valid_until=rules.valid_until(file.definition.validity, on, file.permit_case.answers),
        previous_id=file.permit_case.previous_permit_id,
        check_code=code,
        document=document,
        signer=signed.code if signed else "manual",
        signed_by=_signed_by(request, file, by),
        is_demo=is_demo_office(),
        sampled=sampled,
    )
    row = move(
        request,
        file,
        by=by,
        data={
            "number": file.permit_case.number,
            "signer": signed.code if signed else "manual",
            "sampled": sampled,
        },
        digests={"permit": document.file_id, PERMIT: permit_digest(permit)},
        tasks=TaskChange(
            drop=frozenset({"*"}), open=[task("deliver", Role.FRONT_OFFICE, days=10, at=request.at)]
        ),
    )
    Permit.objects.bulk_create([permit])
    list_in_register([permit], on)
    assert file.permit_case.number_taken_id is not None, "it is numbered"
    office.use_number(
        file.permit_case.number_taken_id,
        file.permit_case.number,
        at=request.at,
        by_name=request.by.name,
    )
    _replace_previous(permit, file, request.at)
    return row


def _signed_by(request: ActRequest, file: File, by: Actor) -> str:
    """Return whose signature is on the page: the office's seal, or who decided, whoever scanned it back."""
    if request.by.role is Role.SYSTEM:
        return pages.letterhead().office
    if by.role is Role.HEAD or file.permit_case.decided_by is None:
        return str(request.by.name)
    return str(file.permit_case.decided_by.name)


def _is_sampled(file: File, *, automatic: bool) -> bool:
    """Return whether the case is drawn for review: every nth automatic one, and who signed what he checked."""
    if not automatic:
        return has_checked(file.case.pk, file.permit_case.decided_by_id)
    share = file.definition.decision.sample_percent
    return share > 0 and int(file.case.head_hash[:8], 16) % 100 < share


def _replace_previous(permit: Permit, file: File, at: datetime) -> None:
    """Let a new permit take the place of the one it extends, changes or replaces; a closing ends it."""
    previous = permit.previous
    if previous is None:
        return
    closing = file.kind is Kind.CLOSING
    before = file_of(previous.case)
    state = rules.PermitState.REVOKED if closing else rules.PermitState.SUPERSEDED
    system_move(
        before,
        "replace",
        by=system_actor("next permit"),
        at=at,
        data={"by": permit.number, "state": state.value},
    )
    Permit.objects.filter(pk=previous.pk, state__in=rules.STANDING).update(
        state=state,
        state_reason=CLOSED if closing else permit.number,
    )
    drop_from_register([previous.pk])


def number_and_issue(
    case: Case, *, by: Actor, at: datetime, key: OpenKey | None = None, signer_code: str = ""
) -> Transition:
    """
    Do both moves on an approved case; on a numbered one only the second.

    `key` None: the signer `signer_code` is opened without a secret (the office's seal). Raises SigningRefused with the
    number kept for the next try.
    """
    if case.state == rules.State.APPROVED:
        act(case, "number", by=by, at=at)
    used = key or signer(signer_code).unlock(Officer(id=0, name=by.name), "")
    return act(case, "issue", by=by, at=at, data={"key": used})


# --- The permit's life -------------------------------------------------------------------------


@transaction.atomic
def revoke(request: ActRequest) -> Transition:
    """
    Revoke a permit with a reason; the public check answers "dicabut" from now on.

    data: legal_basis = list of laws and articles; none given, those of the service file stand in the letter.
    """
    file = file_of(request.case)
    delegation = delegation_of(request.by, file, request.at)
    permit = Permit.objects.get(case_id=request.case.pk)
    row = perform_move(
        case=request.case,
        lifecycle=file.lifecycle,
        action="revoke",
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        at=request.at,
        facts=facts(
            request,
            data={
                "number": permit.number,
                "legal_basis": given_texts(request.data, "legal_basis"),
            },
        ),
        tasks=TaskChange(drop=frozenset({"*"})),
    )
    # The reason is in the row's note: encrypted, and erasable by law.
    Permit.objects.filter(pk=permit.pk).update(state=rules.PermitState.REVOKED)
    drop_from_register([permit.pk])
    return row
