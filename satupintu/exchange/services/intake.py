"""An application that another program sends in for somebody: checked by the very form, all at once, then submitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.form import tidied_answers
from satupintu.catalogue.queries import Offer, ServiceNotOffered, get_offer
from satupintu.catalogue.rules import Definition, Kind, fields_by_key
from satupintu.exchange import rules
from satupintu.exchange.models import ApiClient, Sending, Upload
from satupintu.lib import identity
from satupintu.lib.prepared import Prepared, insert
from satupintu.people import services as people
from satupintu.people.forms import NameField
from satupintu.people.queries import Party, find_party
from satupintu.people.rules import Actor, AddressKind, BadAddress, Role, read_address
from satupintu.permits.queries import (
    Application,
    Permit,
    find_application,
    find_permit,
    find_unsent,
)
from satupintu.permits.rules import NEEDS_PERMIT, declared
from satupintu.permits.services import drafts, submit
from satupintu.permits.services.common import Incomplete

Problems = list[tuple[str, str]]  # (pointer into the body without "#/", what to do)
_DRAFTS = UUID("6f1d5f3a-0d0b-4b64-9f2e-3a6f5b1c7e10")  # the name space of drafts that clients send


class Applicant(NamedTuple):
    """Whom an application is for, as the client knows them."""

    identity_kind: str  # nik, nib, npwp
    identity: str
    name: str
    is_organisation: bool
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client sends in, as it came."""

    service: str
    kind: Kind
    applicant: Applicant
    answers: Mapping[str, Any]
    documents: Mapping[str, UUID]  # requirement -> id of an upload
    statements: Sequence[str]  # requirements declared
    consent_how: str
    reference: str = ""
    previous_permit: str = ""  # number, to extend, change, replace, close


@dataclass(slots=True)
class Filled:
    """A form as submit.problems_of reads it: a draft before it is one."""

    kind: str
    answers: dict[str, Any]
    documents: dict[str, str]
    statements: dict[str, str] = field(default_factory=dict)


def draft_id_of(client_id: UUID, key: str) -> UUID:
    """Return the id of the draft that this client's key makes: the same for each repetition."""
    return uuid5(_DRAFTS, f"{client_id}:{key}")


def apply(
    *, wanted: Wanted, client: ApiClient, draft_id: UUID, again: bool, language: str, at: datetime
) -> Application:
    """
    Submit an application for a party that is found by its identity, or made; return it.

    `again`: the same request was begun before; what it had done is found by `draft_id`. Raises Incomplete with all that
    is missing or wrong, each with its pointer; HasPermit; and whatever submitting refuses.
    """
    if again and (done := _finish(client, draft_id, at)):
        return done
    today = timezone.localdate(at)
    offer = _offer(wanted.service, today)
    filled, problems = _filled(wanted, offer.definition, language, today, at)
    applicant, wrong = _applicant(wanted.applicant, offer.definition, today)
    problems += wrong + wrong_documents(wanted.documents, client, offer.code)
    problems += form_problems(filled, offer.definition, today=today, language=language)
    permit = _previous(wanted, applicant, problems)
    if problems:
        first = dict(reversed(problems))  # the first sentence about each place
        raise Incomplete(
            _("Permohonan belum dapat dikirim. Lengkapi dulu yang berikut."),
            [(where, first[where]) for where in dict(problems)],
        )
    known = permit.party if permit else _known_party(applicant)
    with transaction.atomic():
        party = known or _new_party(applicant, wanted.consent_how, client_actor(client), at)
        draft = _begin(
            wanted, filled, offer, party, permit, client=client, draft_id=draft_id, at=at
        )
    draft.party = party  # not to be read again
    return submit.submit(draft=draft, by=client_actor(client, party.pk), at=at, is_checked=True)


def _finish(client: ApiClient, draft_id: UUID, at: datetime) -> Application | None:
    """Return what the first try of this request had made, finishing it where it stopped; None where it made nothing."""
    if done := find_application(draft_id):
        return done
    draft = find_unsent(draft_id)
    if draft is None:
        return None
    return submit.submit(draft=draft, by=client_actor(client, draft.party_id), at=at)


def client_actor(client: ApiClient, party_id: UUID | None = None) -> Actor:
    """Return the client as it hands in what a party wants: nobody's login, named in the log."""
    parties = frozenset({party_id} if party_id else ())
    return Actor(client.name, frozenset({Role.APPLICANT}), party_ids=parties)


def _offer(code: str, today: date) -> Offer:
    try:
        return get_offer(code, today)
    except ServiceNotOffered as error:
        raise Incomplete(
            _("Permohonan belum dapat dikirim. Lengkapi dulu yang berikut."),
            [("service", _("Layanan ini tidak ditawarkan."))],
        ) from error


def _filled(
    wanted: Wanted, definition: Definition, language: str, today: date, at: datetime
) -> tuple[Filled, Problems]:
    """Return the form as it would be stored, and what cannot be an answer at all."""
    fields, problems = fields_by_key(definition), list[tuple[str, str]]()
    fit: dict[str, Any] = {}
    for key, value in wanted.answers.items():
        if key not in fields:
            problems.append((f"answers/{key}", _("Layanan ini tidak menanyakan ini.")))
        elif not rules.has_shape(fields[key], value):
            problems.append((f"answers/{key}", _("Bentuk jawaban ini tidak sesuai.")))
        elif value is not None:
            fit[key] = value
    if wanted.kind not in definition.kinds:
        problems.append(("kind", _("Layanan ini tidak menerima jenis permohonan itu.")))
    answers = tidied_answers(definition, wanted.kind, fit, today=today, language=language)
    known = {one.key: one for one in definition.requirements}
    statements: dict[str, str] = {}
    for place, key in enumerate(wanted.statements):
        if key in known and known[key].may_declare:
            statements[key] = declared(at)
        else:
            problems.append((f"statements/{place}", _("Ini tidak dapat dinyatakan.")))
    for key in wanted.documents:
        if key in known and known[key].papers:
            statements[key] = known[key].papers[0].value
    documents = {key: str(one) for key, one in wanted.documents.items()}
    return Filled(wanted.kind.value, answers, documents, statements), problems


def form_problems(
    filled: Filled, definition: Definition, *, today: date, language: str
) -> Problems:
    """Return what the form itself finds, by the checks of the review page, each with its pointer."""
    found = submit.problems_of(filled, [definition], today=today, language=language)
    return [(_pointer(one.anchor), one.message) for one in found]


def _pointer(anchor: str) -> str:
    if anchor.startswith("syarat-"):
        return f"documents/{anchor.removeprefix('syarat-')}"
    return f"answers/{anchor.removeprefix('id_')}"


_CHECKS: Mapping[str, Callable[[str, date], str]] = {
    "nik": lambda text, today: identity.check_nik(text, today).value,
    "nib": lambda text, _today: identity.check_nib(text),
    "npwp": identity.check_npwp,
}


def _applicant(given: Applicant, definition: Definition, today: date) -> tuple[Applicant, Problems]:
    """Return the applicant with numbers as they are stored, and what is wrong with them."""
    problems: Problems = []
    values = given._asdict()

    def check(name: str, read: Callable[[], str]) -> None:
        try:
            values[name] = read()
        except (identity.BadIdentity, BadAddress) as error:
            problems.append((f"applicant/{name}", error.message))
        except ValidationError as error:
            problems.append((f"applicant/{name}", " ".join(error.messages)))

    check("identity", lambda: _CHECKS[given.identity_kind](given.identity, today))
    check("name", lambda: str(NameField(max_length=160, min_length=2).clean(given.name)))
    if given.phone:
        check("phone", lambda: identity.check_phone(given.phone))
    if given.email:
        check("email", lambda: _email(given.email))
    kind = "organisation" if given.is_organisation else "person"
    if definition.party not in ("any", kind):
        problems.append(
            ("applicant/is_organisation", _("Layanan ini bukan untuk pemohon seperti ini."))
        )
    return Applicant(**values), problems


def _email(text: str) -> str:
    address = read_address(text)
    if address.kind is not AddressKind.EMAIL:
        raise BadAddress(str(_("Periksa alamat surel, contohnya sari@contoh.id.")))
    return address.value


_UNUSED = Prepared(
    lambda ids, client, service: Upload.objects.filter(
        pk__in=ids, client_id=client, service_code=service, draft_id__isnull=True
    ),
    many=("ids",),
)


def wrong_documents(
    documents: Mapping[str, UUID], client: ApiClient, service_code: str
) -> Problems:
    """Return what cannot be used: not sent by this client for this very requirement, or used before. One query."""
    if not documents:
        return []
    rows = _UNUSED.all(ids=documents.values(), client=client.pk, service=service_code)
    usable = {(row.requirement, row.pk) for row in rows}
    return [
        (f"documents/{key}", _("Berkas ini tidak ada, untuk syarat lain, atau sudah dipakai."))
        for key, document_id in documents.items()
        if (key, document_id) not in usable
    ]


def _previous(wanted: Wanted, applicant: Applicant, problems: Problems) -> Permit | None:
    """Return the permit that is extended, changed, replaced or closed; adds what is wrong with it."""
    if wanted.kind not in NEEDS_PERMIT:
        if wanted.previous_permit:
            problems.append(("previous_permit", _("Jenis permohonan ini tidak menyebut izin.")))
        return None
    if not wanted.previous_permit:
        return None  # from before the register, as on the page of the start
    permit = find_permit(number=wanted.previous_permit)
    theirs = permit is not None and permit.party.identity == applicant.identity
    if permit is None or not theirs or permit.service_code != wanted.service:
        problems.append(
            ("previous_permit", _("Tulis nomor izin pemohon sendiri untuk layanan ini."))
        )
    return permit


def _known_party(applicant: Applicant) -> Party | None:
    """Return whose number it is. Only an NPWP may be a person's and a firm's: a NIB finds whichever has it."""
    number, is_firm = applicant.identity, applicant.is_organisation
    found = find_party(identity=number, is_organisation=is_firm)
    if found is None and applicant.identity_kind == "nib":
        found = find_party(identity=number, is_organisation=not is_firm)
    return found


def _new_party(applicant: Applicant, consent_how: str, by: Actor, at: datetime) -> Party:
    return people.create_party(**applicant._asdict(), consent_how=consent_how, by=by, at=at)


def _begin(
    wanted: Wanted,
    filled: Filled,
    offer: Offer,
    party: Party,
    permit: Permit | None,
    *,
    client: ApiClient,
    draft_id: UUID,
    at: datetime,
) -> Any:
    """Write down who sends this, take the files, and return its draft: in the caller's transaction."""
    insert(Sending(client=client, draft_id=draft_id, reference=wanted.reference, at=at))
    if wanted.documents:
        ids = list(wanted.documents.values())
        free = Upload.objects.filter(pk__in=ids, client=client, draft_id__isnull=True)
        if free.update(draft_id=draft_id) != len(set(ids)):
            raise Incomplete(
                _("Permohonan belum dapat dikirim. Lengkapi dulu yang berikut."),
                [("documents", _("Berkas ini tidak ada, untuk syarat lain, atau sudah dipakai."))],
            )
    return drafts.start_draft(
        draft_id=draft_id,
        user_id=None,
        party_id=party.pk,
        version_ids=[offer.version_id],
        kind=wanted.kind,
        answers=filled.answers,
        documents=filled.documents,
        statements=filled.statements,
        previous_permit=permit,
        consent_how=wanted.consent_how,
        channel="api",
        at=at,
    )
