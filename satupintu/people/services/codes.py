"""
One-time codes: everybody who names an address gets one, whether or not the office knows the
address.

So nobody can find out who has an account. A code is good once, for minutes, for a handful of
attempts; only its keyed hash is stored.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from satupintu.lib import crypto
from satupintu.lib.fields import matching
from satupintu.people import rules
from satupintu.people.models import AccountEvent, CallBackRequest, Party, SignInCode
from satupintu.people.queries import find_user_by_address
from satupintu.people.rules import Actor, Address, GivenHow


class CodeRefused(Exception):
    """The code is wrong, used, or too old; `message` is the same sentence for all three."""

    @property
    def message(self) -> str:
        return _("Kode tidak cocok atau sudah tidak berlaku. Periksa lagi, atau minta kode baru.")


class TooManyAttempts(CodeRefused):
    """The codes of this address were tried too often and are dead."""

    @property
    def message(self) -> str:
        return _("Kode ini sudah terlalu sering dicoba. Minta kode baru.")


class OfficersAddress(CodeRefused):
    """Nobody gives a code for the login of an officer: it would let them act as that officer."""

    @property
    def message(self) -> str:
        return _(
            "Alamat ini milik akun petugas. Petugas masuk dengan nama pengguna dan kata sandi."
        )


def _code_hashes(address: Address, code: str) -> list[str]:
    return crypto.lookup_hashes(f"{address.value} {code}", "sign-in code")


@transaction.atomic
def _new_code(
    *,
    address: Address,
    how: GivenHow,
    at: datetime,
    minutes: int,
    by: Actor | None,
    party: Party | None,
) -> str:
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    earlier = SignInCode.objects.filter(
        matching("address", address.value), used_at__isnull=True, expires_at__gt=at
    )
    if how is GivenHow.SENT:
        # Who got a code at the counter asks for one on the way in all the same; theirs stays good.
        earlier = earlier.filter(given_how=GivenHow.SENT)
    earlier.update(expires_at=at)
    SignInCode.objects.create(
        address=address.value,
        kind=address.kind,
        code_hash=crypto.lookup_hash(f"{address.value} {code}", "sign-in code"),
        given_how=how,
        issued_by_id=by.user_id if by else None,
        party=party,
        issued_at=at,
        expires_at=at + timedelta(minutes=minutes),
    )
    return code


def issue_code(*, address: Address, at: datetime) -> str:
    """
    Return a new six-digit code for `address`, to be sent there; earlier codes sent there die.

    Good for CODE_MINUTES. The caller throttles.
    """
    return _new_code(
        address=address, how=GivenHow.SENT, at=at, minutes=rules.CODE_MINUTES, by=None, party=None
    )


@transaction.atomic
def give_code(
    *, address: Address, how: GivenHow, by: Actor, at: datetime, party: Party | None = None
) -> str:
    """
    Return a code that an officer reads out to a person whose identity they checked; earlier codes die.

    Good for GIVEN_CODE_MINUTES. With `party`, the first sign-in joins that party. Writes an
    AccountEvent and closes the call-back requests of the number. Raises OfficersAddress.
    """
    known = find_user_by_address(address.kind, address.value)
    if known is not None and known.assignments.exists():
        raise OfficersAddress
    code = _new_code(
        address=address, how=how, at=at, minutes=rules.GIVEN_CODE_MINUTES, by=by, party=party
    )
    CallBackRequest.objects.filter(matching("phone", address.value), done_at__isnull=True).update(
        done_at=at
    )
    AccountEvent.objects.create(
        at=at,
        event="code_given",
        by_id=by.user_id,
        user=known,
        details={"how": how, "party": str(party.pk) if party else None},
    )
    return code


def check_code(*, address: Address, code: str, at: datetime) -> SignInCode:
    """
    Use up the code of `address` and return its row.

    A wrong code counts against every live code of the address. Raises CodeRefused if it does not
    fit or was used meanwhile, TooManyAttempts if the codes have died of wrong attempts.
    """
    typed = "".join(ch for ch in code if ch.isdigit())
    live = SignInCode.objects.filter(
        matching("address", address.value), used_at__isnull=True, expires_at__gt=at
    )
    # Counted before it is compared: two guesses at once cannot both be free.
    counted = live.filter(attempts__lt=rules.CODE_ATTEMPTS).update(attempts=F("attempts") + 1)
    if not counted:
        raise TooManyAttempts if live.exists() else CodeRefused
    hashes = _code_hashes(address, typed)
    for row in live.filter(attempts__lte=rules.CODE_ATTEMPTS).order_by("-pk"):
        fits = any(hmac.compare_digest(row.code_hash, one) for one in hashes)
        if fits and SignInCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=at):
            row.used_at = at
            return row
    raise CodeRefused


@transaction.atomic
def forget_old_codes(*, at: datetime, keep_days: int = 30) -> int:
    """Delete codes and call-back requests older than `keep_days` days; return how many codes."""
    before = at - timedelta(days=keep_days)
    CallBackRequest.objects.filter(asked_at__lt=before).delete()
    return SignInCode.objects.filter(issued_at__lt=before).delete()[0]


def ask_call_back(*, phone: str, at: datetime) -> None:
    """Note that the office should call `phone` (E.164) with a code; asked once until done."""
    if not CallBackRequest.objects.filter(matching("phone", phone), done_at__isnull=True).exists():
        CallBackRequest.objects.create(phone=phone, asked_at=at)
