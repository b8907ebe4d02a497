"""A person's own login: opened when an address was proved, changed only to addresses that were."""

import secrets
from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.lib.fields import columns
from satupintu.lib.refusal import Refusal
from satupintu.people.models import (
    AccountEvent,
    Authority,
    Consent,
    DeviceUser,
    HeldPost,
    Party,
    RoleAssignment,
    SignInCode,
    User,
)
from satupintu.people.queries import find_user_by_address
from satupintu.people.rules import Actor, Address, AddressKind, Purpose

ERASED = "—"  # the name of who closed the account

AddressTeller = Callable[[User, Address, int, datetime], None]


class _Tellers:
    """Who writes to an address that was given up: messaging lies above people."""

    tell: AddressTeller | None = None


def register_address_teller(teller: AddressTeller) -> None:
    """
    Set the function that tells an old address that it was changed.

    Called as `teller(user, old address, id of the event, at)` inside the transaction of the change; it sends nothing
    itself.
    """
    _Tellers.tell = teller


class AddressTaken(Exception):
    """Another login already has this address."""

    @property
    def message(self) -> str:
        return _("Alamat ini sudah dipakai akun lain. Keluar dulu, lalu masuk dengan alamat itu.")


def _free_username() -> str:
    return f"p{secrets.token_hex(6)}"  # applicants never see it; officers choose theirs


def open_account(
    *,
    name: str,
    address: Address,
    proof: SignInCode,
    consents: list[Purpose],
    language: str,
    at: datetime,
) -> User:
    """
    Return the login of a person who proved `address`; makes it, with a party and consents, when
    new.

    When the code was given by an officer who identified the person, the login joins that party. A
    second call for the same address returns the login that exists.
    """
    try:
        with transaction.atomic():
            return _open(
                name, address=address, proof=proof, consents=consents, language=language, at=at
            )
    except IntegrityError:  # the same person in two windows: the first one holds
        existing = find_user_by_address(address.kind, address.value)
        if existing is None:
            raise
        return existing


def _open(
    name: str,
    *,
    address: Address,
    proof: SignInCode,
    consents: list[Purpose],
    language: str,
    at: datetime,
) -> User:
    existing = find_user_by_address(address.kind, address.value)
    if existing is not None:
        return existing
    email = address.value if address.kind is AddressKind.EMAIL else ""
    phone = address.value if address.kind is AddressKind.PHONE else ""
    party = proof.party
    if party is None or User.objects.filter(party=party).exists():
        party = Party.objects.create(name=name, phone=phone, email=email, created_at=at)
    user = User(
        username=_free_username(),
        name=name,
        email=email,
        phone=phone,
        party=party,
        language=language,
    )
    user.set_unusable_password()
    user.save()
    for purpose in consents:
        Consent.objects.create(
            party=party, purpose=purpose, given_how="web", recorded_by=user, given_at=at
        )
    AccountEvent.objects.create(
        at=at, event="account_opened", by=user, user=user, details={"how": proof.given_how}
    )
    return user


def change_address(*, user: User, address: Address, by: Actor, at: datetime) -> None:
    """
    Give the login an address that was just proved with a code; the person's party follows.

    The address it replaces is told: whoever took over a telephone cannot move the account away unseen.

    Raises AddressTaken if another login has it.
    """
    field = "email" if address.kind is AddressKind.EMAIL else "phone"
    touched = columns("phone") if field == "phone" else ["email"]
    old: str = getattr(user, field)
    setattr(user, field, address.value)
    try:
        with transaction.atomic():
            user.save(update_fields=touched)
            if user.party:
                setattr(user.party, field, address.value)
                user.party.save(update_fields=touched)
            event = AccountEvent.objects.create(
                at=at, event="address_changed", by_id=by.user_id, user=user, details={"kind": field}
            )
            if old and old != address.value and _Tellers.tell:
                _Tellers.tell(user, Address(address.kind, old), event.pk, at)
    except IntegrityError as error:
        raise AddressTaken from error


class AccountNeeded(Refusal):
    """A login cannot be closed by its owner."""


@transaction.atomic
def close_account(*, user: User, at: datetime) -> None:
    """
    Erase a person's own login and party (UU 27/2022 art. 8 and 43): their rows stay, empty, for what points at them.

    For people on whom nothing rests: the caller has asked every domain above. All their sessions end, because an
    inactive login has none. Raises AccountNeeded for an officer, and for somebody who acts for others.
    """
    if RoleAssignment.objects.filter(user=user).exists():
        raise AccountNeeded(
            _("Akun petugas ditutup oleh pengelola kantor. Hubungi pengelola layanan kantor Anda.")
        )
    acting = Authority.objects.filter(user=user, revoked_at__isnull=True)
    if acting.exclude(party=user.party).exists():
        raise AccountNeeded(
            _("Anda masih bertindak untuk pihak lain. Akhiri dulu kuasa itu, lalu tutup akun ini.")
        )
    party = user.party
    user.username, user.name, user.email, user.phone = f"closed-{user.pk}", ERASED, "", ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    Authenticator.objects.filter(user=user).delete()
    DeviceUser.objects.filter(user=user).delete()
    HeldPost.objects.filter(user=user).delete()
    if party is not None:
        acting.filter(party=party).update(revoked_at=at)
        Consent.objects.filter(party=party, withdrawn_at__isnull=True).update(withdrawn_at=at)
        SignInCode.objects.filter(party=party).delete()
        party.name, party.erased_at = ERASED, at
        party.identity = party.phone = party.email = party.address = party.region = ""
        party.birth_date = party.identity_seen_at = None
        party.save()
    AccountEvent.objects.create(at=at, event="account_closed", by=user, user=user)


def change_language(*, user: User, language: str) -> None:
    """Remember the language a person reads: "id" or "en"."""
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Set a password; devices that were remembered ask for the second factor again."""
    user.set_password(password)
    user.save(update_fields=["password"])
    DeviceUser.objects.filter(user=user).delete()
    AccountEvent.objects.create(at=at, event="password_set", by_id=by.user_id, user=user)
