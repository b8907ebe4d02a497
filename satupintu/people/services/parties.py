"""
Parties: what is known of a person or organisation, who may act for them, what they agreed to, who
looked.

Authority over a party that already has data opens nothing until an officer has seen the letter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files import File
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.fields import columns, matching
from satupintu.lib.prepared import insert
from satupintu.lib.refusal import Refusal
from satupintu.people.models import (
    AccountEvent,
    Authority,
    Consent,
    Disclosure,
    Party,
    User,
)
from satupintu.people.queries import ACT_FOR_KEY, actor_for, find_claimed_party
from satupintu.people.rules import Actor, AuthorityKind, Purpose

LetterStore = Callable[[File[Any], UUID, Actor, datetime], UUID]
_DISCLOSURE_SALT = "people.disclosure"
_DISCLOSURE_SECONDS = 60 * 60 * 8  # a page left open over a working day
SHOWABLE = frozenset({"identity", "phone", "email", "address"})


class AuthorityRefused(Refusal):
    """A claim to act for somebody cannot be taken; `message` says what to do."""


class _Letters:
    """Who stores an uploaded letter of authority: documents lives above people."""

    store: LetterStore | None = None


def register_letter_store(store: LetterStore) -> None:
    """
    Set the function that checks and keeps a letter of authority.

    Called as `store(file, party_id, actor, at)`; returns the document's id, raises
    AuthorityRefused when the file is not taken.
    """
    _Letters.store = store


@transaction.atomic(savepoint=False)
def create_party(
    *,
    name: str,
    by: Actor,
    at: datetime,
    is_organisation: bool = False,
    identity_kind: str = "",
    identity: str = "",
    phone: str = "",
    email: str = "",
    birth_date: date | None = None,
    address: str = "",
    region: str = "",
    consent_how: str = "",
    is_seen: bool = True,
) -> Party:
    """
    Return a new party without a login, as for assisted intake.

    `is_seen`: whoever made it saw whose number it is; not so what came by post or was told by telephone.
    `consent_how` says how the person agreed ("counter", "telephone"); "" records no consent.
    """
    party = Party(
        name=name,
        is_organisation=is_organisation,
        identity_kind=identity_kind,
        identity=identity,
        identity_seen_at=at if identity and is_seen else None,
        phone=phone,
        email=email,
        birth_date=birth_date,
        address=address,
        region=region,
        created_at=at,
    )
    insert(party)
    if consent_how:
        insert(
            Consent(
                party=party,
                purpose=Purpose.ACCOUNT,
                given_how=consent_how,
                recorded_by_id=by.user_id,
                given_at=at,
            )
        )
    insert(
        AccountEvent(
            at=at, event="party_created", by_id=by.user_id, details={"party": str(party.pk)}
        )
    )
    return party


@dataclass(frozen=True, slots=True)
class KnownParty:
    """What an older register says of somebody."""

    name: str
    is_organisation: bool = False
    identity_kind: str = ""
    identity: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


def create_parties(known: Sequence[KnownParty], *, by: Actor, at: datetime) -> list[Party]:
    """
    Return new parties without a login, in order, as an older register names them. Two statements.

    Nobody agreed to anything here: the office keeps its own archive (UU 43/2009), and says so in one event for all.
    """
    if not known:
        return []
    made = Party.objects.bulk_create(
        [
            Party(
                name=one.name,
                is_organisation=one.is_organisation,
                identity_kind=one.identity_kind,
                identity=one.identity,
                identity_seen_at=at if one.identity else None,
                phone=one.phone,
                email=one.email,
                address=one.address,
                created_at=at,
            )
            for one in known
        ]
    )
    AccountEvent.objects.create(
        at=at, event="parties_imported", by_id=by.user_id, details={"parties": len(made)}
    )
    return made


_FIELD_COLUMNS: dict[str, list[str]] = {
    "name": ["name"],
    "identity_kind": ["identity_kind"],
    "identity": columns("identity"),
    "phone": columns("phone"),
    "email": ["email"],
    "birth_date": ["birth_date"],
    "address": ["address"],
    "region": ["region"],
}


@transaction.atomic
def update_party(*, party: Party, values: dict[str, Any], by: Actor, at: datetime) -> list[str]:
    """
    Set fields of a party and return the names of those that changed.

    `values` maps field names to new values; a person's login takes the new name too. Another identity number is one
    that nobody has seen yet (`see_identity`).
    Raises KeyError for a field that is not a party's.
    """
    changed = [name for name, value in values.items() if getattr(party, name) != value]
    touched = [column for name in changed for column in _FIELD_COLUMNS[name]]
    if not changed:
        return []
    for name in changed:
        setattr(party, name, values[name])
    if {"identity", "identity_kind"} & set(changed):
        party.identity_seen_at = None
        touched.append("identity_seen_at")
    party.save(update_fields=touched)
    if "name" in changed:
        User.objects.filter(party=party).update(name=party.name)
    AccountEvent.objects.create(
        at=at,
        event="party_changed",
        by_id=by.user_id,
        user_id=_login_of(party.pk),
        details={"party": str(party.pk), "fields": changed},
    )
    return changed


def see_identity(*, party: Party, by: Actor, at: datetime) -> bool:
    """
    Record that an officer saw that the party's number is theirs, as on an identity card; False when it was known.

    From then on what comes in under the number, on paper or from another program, is put to this party, unless another
    was seen with it before.
    """
    seen = Party.objects.filter(
        matching("identity", party.identity), pk=party.pk, identity_seen_at__isnull=True
    )
    if not party.identity or not seen.update(identity_seen_at=at):
        return False
    party.identity_seen_at = at
    AccountEvent.objects.create(
        at=at,
        event="identity_seen",
        by_id=by.user_id,
        user_id=_login_of(party.pk),
        details={"party": str(party.pk)},
    )
    return True


def _login_of(party_id: UUID) -> int | None:
    return User.objects.filter(party_id=party_id).values_list("pk", flat=True).first()


def claim_authority(
    *,
    user: User,
    kind: AuthorityKind,
    name: str,
    is_organisation: bool,
    identity_kind: str,
    identity: str,
    letter: File[Any] | None,
    valid_until: date | None,
    by: Actor,
    at: datetime,
) -> Authority:
    """
    Return the authority of `user` to act for the party with `identity`, which is made when unknown.

    A new organisation may be used at once (it has no data yet, and officers see the letter with
    each case). A known organisation, and any person, waits for `confirm_authority`: the answer is
    the same whether or not the office knows the person. Raises AuthorityRefused without a letter
    where one is needed, or when the claim exists.
    """
    if kind is AuthorityKind.LETTER and letter is None:
        raise AuthorityRefused(_("Unggah surat kuasa yang ditandatangani pemberi kuasa."))
    known = find_claimed_party(identity=identity, is_organisation=is_organisation)
    at_once = is_organisation and known is None
    document_id = None
    if letter is not None and _Letters.store is not None and user.party_id:
        # Stored before the rows (no transaction spans file work), and with the claimant's papers:
        # nobody may put a file among somebody else's.
        document_id = _Letters.store(letter, user.party_id, by, at)
    today = timezone.localdate(at)
    try:
        with transaction.atomic():
            party = known or Party.objects.create(
                name=name,
                is_organisation=is_organisation,
                identity_kind=identity_kind,
                identity=identity,
                created_at=at,
                is_demo=user.is_demo,
            )
            authority = Authority.objects.create(
                user=user,
                party=party,
                kind=kind,
                document_id=document_id,
                confirmed_at=at if at_once else None,
                valid_from=today,
                valid_until=valid_until,
            )
            AccountEvent.objects.create(
                at=at,
                event="authority_claimed",
                by_id=by.user_id,
                user=user,
                details={"party": str(party.pk), "kind": kind, "at_once": at_once},
            )
    except IntegrityError as error:
        raise AuthorityRefused(_("Kuasa ini sudah Anda ajukan hari ini.")) from error
    return authority


@transaction.atomic
def give_authority(
    *,
    party: Party,
    to: User,
    valid_until: date | None,
    letter: UUID | None,
    by: Actor,
    at: datetime,
) -> Authority:
    """
    Let `to` act for the person who is signed in; takes effect at once, because the giver says so.

    Raises AuthorityRefused if the giver is not the party itself, or `to` holds it already today.
    """
    # Not by.party_ids: who holds an authority may not hand it on.
    giver_id = by.user_id
    if (
        giver_id is None
        or giver_id == to.pk
        or not User.objects.filter(pk=giver_id, party_id=party.pk).exists()
    ):
        raise AuthorityRefused(
            _("Anda hanya dapat memberi kuasa kepada orang lain atas nama Anda.")
        )
    try:
        with transaction.atomic():
            authority = Authority.objects.create(
                user=to,
                party=party,
                kind=AuthorityKind.LETTER,
                document_id=letter,
                confirmed_at=at,
                confirmed_by_id=by.user_id,
                valid_from=timezone.localdate(at),
                valid_until=valid_until,
            )
    except IntegrityError as error:
        raise AuthorityRefused(_("Kuasa ini sudah Anda berikan hari ini.")) from error
    AccountEvent.objects.create(
        at=at,
        event="authority_given",
        by_id=by.user_id,
        user=to,
        details={"party": str(party.pk)},
    )
    return authority


@transaction.atomic
def confirm_authority(*, authority_id: int, by: Actor, at: datetime) -> bool:
    """
    Let a claimed authority take effect after an officer saw the letter; False: none waits.

    An officer's own claim does not wait for themselves. Whoever claimed the same organisation before
    the office knew it, unseen by any officer, waits again: their letter is looked at now too.
    """
    waiting = Authority.objects.filter(
        pk=authority_id, confirmed_at__isnull=True, revoked_at__isnull=True
    )
    if by.user_id is not None:
        waiting = waiting.exclude(user_id=by.user_id)
    done = waiting.update(confirmed_at=at, confirmed_by_id=by.user_id)
    if done:
        party_id, letter = Authority.objects.values_list("party_id", "document_id").get(
            pk=authority_id
        )
        # Whose number is in an account may change it meanwhile; without a letter there was nothing to see it in.
        if letter and _login_of(party_id) is None:
            see_identity(party=Party.objects.get(pk=party_id), by=by, at=at)
        Authority.objects.filter(
            party_id=party_id, confirmed_at__isnull=False, confirmed_by__isnull=True
        ).exclude(pk=authority_id).update(confirmed_at=None)
        AccountEvent.objects.create(
            at=at,
            event="authority_confirmed",
            by_id=by.user_id,
            details={"authority": authority_id},
        )
    return bool(done)


@transaction.atomic
def end_authority(*, authority_id: int, by: Actor, at: datetime) -> bool:
    """End or refuse an authority from now on; False when it had ended."""
    done = Authority.objects.filter(pk=authority_id, revoked_at__isnull=True).update(revoked_at=at)
    if done:
        AccountEvent.objects.create(
            at=at, event="authority_ended", by_id=by.user_id, details={"authority": authority_id}
        )
    return bool(done)


def act_for(request: HttpRequest, party_id: UUID | None) -> bool:
    """
    Remember in the session whom the person acts for; None means themselves.

    Returns False, and changes nothing, when they hold no authority for that party today.
    """
    if party_id is None:
        request.session.pop(ACT_FOR_KEY, None)
        return True
    if party_id not in actor_for(request).party_ids:
        return False
    request.session[ACT_FOR_KEY] = str(party_id)
    return True


@transaction.atomic
def give_consent(*, party: Party, purpose: Purpose, how: str, by: Actor, at: datetime) -> None:
    """Record that the person agreed; does nothing while an earlier consent stands."""
    if not party.consents.filter(purpose=purpose, withdrawn_at__isnull=True).exists():
        Consent.objects.create(
            party=party, purpose=purpose, given_how=how, recorded_by_id=by.user_id, given_at=at
        )


@transaction.atomic
def withdraw_consent(*, party: Party, purpose: Purpose, by: Actor, at: datetime) -> bool:
    """Record that a consent is taken back (UU 27/2022, article 9); False when none stood."""
    done = party.consents.filter(purpose=purpose, withdrawn_at__isnull=True).update(withdrawn_at=at)
    if done:
        AccountEvent.objects.create(
            at=at,
            event="consent_withdrawn",
            by_id=by.user_id,
            details={"party": str(party.pk), "purpose": purpose},
        )
    return bool(done)


def record_disclosure(*, by: Actor, party_id: UUID | None, subject: str, at: datetime) -> None:
    """
    Record that an officer looked at masked data, before it is shown.

    `subject` says what in at most 80 characters, without the data: "case 018f... answers.nik".
    """
    assert by.user_id is not None, "only people with a login may look"
    Disclosure.objects.create(user_id=by.user_id, party_id=party_id, subject=subject[:80], at=at)


@dataclass(frozen=True, slots=True)
class Showing:
    """What a disclosure token names."""

    party_id: UUID
    field: str
    subject: str


def disclosure_token(*, user_id: int, party_id: UUID, field: str, subject: str) -> str:
    """
    Return the token with which `user_id` may have one field of a party shown (POST
    /data/tampilkan/).

    Only pages that show the party masked hand it out. `field`: identity, phone, email or address.
    """
    assert field in SHOWABLE, field
    return signing.dumps(
        [user_id, str(party_id), field, subject], salt=_DISCLOSURE_SALT, compress=True
    )


def read_disclosure_token(*, token: str, user_id: int) -> Showing | None:
    """Return what the token names; None when it is altered, too old, or another officer's."""
    try:
        holder, party_id, field, subject = signing.loads(
            token, salt=_DISCLOSURE_SALT, max_age=_DISCLOSURE_SECONDS
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if holder != user_id:
        return None
    return Showing(UUID(party_id), field, subject)
