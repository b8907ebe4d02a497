"""Officers: their logins, the roles they hold in units, and the decrees by which they sign."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.lib.kept import forget_kept
from satupintu.lib.refusal import Refusal
from satupintu.people.models import (
    AccountEvent,
    Delegation,
    DeviceUser,
    RoleAssignment,
    Unit,
    User,
)
from satupintu.people.proof import digest_of
from satupintu.people.rules import STAFF_ROLES, Actor, Role, Signing


class StaffRefused(Refusal):
    """A change to staff makes no sense; `message` says why."""


def create_officer(
    *,
    username: str,
    name: str,
    password: str,
    by: Actor,
    at: datetime,
    email: str = "",
    nip: str = "",
    position: str = "",
    rank: str = "",
) -> User:
    """
    Return a new login for an officer, without any role yet.

    Raises StaffRefused if the user name or e-mail address is taken.
    """
    user = User(
        username=username, name=name, email=email.lower(), nip=nip, position=position, rank=rank
    )
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            AccountEvent.objects.create(at=at, event="officer_created", by_id=by.user_id, user=user)
    except IntegrityError as error:
        raise StaffRefused(_("Nama pengguna atau surel ini sudah dipakai.")) from error
    return user


@transaction.atomic
def update_officer(
    *,
    user: User,
    name: str,
    nip: str,
    position: str,
    rank: str,
    by: Actor,
    at: datetime,
    password: str = "",
) -> None:
    """Set what is printed of an officer; a password, when given, replaces the old one."""
    user.name, user.nip, user.position, user.rank = name, nip, position, rank
    touched = ["name", "nip", "position", "rank"]
    if password:
        user.set_password(password)
        touched.append("password")
        DeviceUser.objects.filter(user=user).delete()
    user.save(update_fields=touched)
    AccountEvent.objects.create(
        at=at, event="officer_changed", by_id=by.user_id, user=user, details={"fields": touched}
    )


@transaction.atomic
def set_active(*, user: User, active: bool, by: Actor, at: datetime) -> None:
    """Let an officer sign in, or stop them at once. Raises StaffRefused for oneself."""
    if user.pk == by.user_id and not active:
        raise StaffRefused(_("Anda tidak dapat menonaktifkan akun Anda sendiri."))
    User.objects.filter(pk=user.pk).update(is_active=active)
    AccountEvent.objects.create(
        at=at, event="officer_active" if active else "officer_inactive", by_id=by.user_id, user=user
    )


def give_role(
    *,
    user: User,
    unit: Unit,
    role: Role,
    valid_from: date,
    valid_until: date | None,
    by: Actor,
    at: datetime,
) -> RoleAssignment:
    """
    Return the role held in a unit from a day, until a day (exclusive; None: until further notice).

    Raises StaffRefused if the role is no officer's, ends before it starts, or was given already.
    """
    if role not in STAFF_ROLES:
        raise StaffRefused(_("Peran ini bukan peran petugas."))
    if valid_until is not None and valid_until <= valid_from:
        raise StaffRefused(_("Tanggal akhir harus setelah tanggal mulai."))
    try:
        with transaction.atomic():
            held = RoleAssignment.objects.create(
                user=user, unit=unit, role=role, valid_from=valid_from, valid_until=valid_until
            )
            AccountEvent.objects.create(
                at=at,
                event="role_given",
                by_id=by.user_id,
                user=user,
                details={"role": role, "unit": unit.code, "from": valid_from.isoformat()},
            )
    except IntegrityError as error:
        raise StaffRefused(_("Peran ini sudah diberikan mulai tanggal itu.")) from error
    return held


@transaction.atomic
def end_role(*, assignment: RoleAssignment, last_day: date, by: Actor, at: datetime) -> None:
    """
    Let a role end after `last_day`; a role that had not started yet is taken back.

    Rows that were in force stay: they say who could do what at the time.
    """
    until = date.fromordinal(last_day.toordinal() + 1)
    if until <= assignment.valid_from:
        assignment.delete()
    else:
        RoleAssignment.objects.filter(pk=assignment.pk).update(valid_until=until)
    AccountEvent.objects.create(
        at=at,
        event="role_ended",
        by_id=by.user_id,
        user_id=assignment.user_id,
        details={"role": assignment.role, "last_day": last_day.isoformat()},
    )


@transaction.atomic
def give_delegation(
    *,
    user: User,
    decree_number: str,
    decree_date: date,
    signing: Signing,
    title: str,
    services: list[str],
    valid_from: date,
    valid_until: date | None,
    by: Actor,
    at: datetime,
) -> Delegation:
    """
    Return the power to sign given by a decree; `services` [] means all.

    An acting head (Plh., Plt.) needs a last day. Raises StaffRefused otherwise.
    """
    if valid_until is not None and valid_until <= valid_from:
        raise StaffRefused(_("Tanggal akhir harus setelah tanggal mulai."))
    if signing in {Signing.PELAKSANA_HARIAN, Signing.PELAKSANA_TUGAS} and valid_until is None:
        raise StaffRefused(_("Plh. dan Plt. harus punya tanggal akhir."))
    given = Delegation.objects.create(
        user=user,
        decree_number=decree_number,
        decree_date=decree_date,
        signing=signing,
        title=title,
        services=services,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    AccountEvent.objects.create(
        at=at,
        event="delegation_given",
        by_id=by.user_id,
        user=user,
        details={"delegation": given.pk, "decree": decree_number, "digest": digest_of(given)},
    )
    return given


@transaction.atomic
def revoke_delegation(*, delegation_id: int, by: Actor, at: datetime) -> bool:
    """End the power to sign at once; False when it had been revoked."""
    done = Delegation.objects.filter(pk=delegation_id, revoked_at__isnull=True).update(
        revoked_at=at
    )
    if done:
        AccountEvent.objects.create(
            at=at,
            event="delegation_revoked",
            by_id=by.user_id,
            details={"delegation": delegation_id},
        )
    return bool(done)


def save_unit(
    *,
    unit: Unit | None,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    parent: Unit | None,
    address: str,
    active: bool,
    by: Actor,
    at: datetime,
) -> Unit:
    """Return the unit, changed or (`unit` None) new. Raises StaffRefused if the code is taken."""
    saved = unit or Unit()
    saved.code, saved.name, saved.short_name, saved.kind = code, name, short_name, kind
    saved.parent, saved.address, saved.active = parent, address, active
    try:
        with transaction.atomic():
            saved.save()
            AccountEvent.objects.create(
                at=at, event="unit_saved", by_id=by.user_id, details={"unit": code}
            )
            forget_kept()
    except IntegrityError as error:
        raise StaffRefused(_("Kode perangkat daerah ini sudah dipakai.")) from error
    return saved
