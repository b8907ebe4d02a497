"""
Office devices that are remembered, so that a shared counter need not ask for a second factor all
day.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from satupintu.people.models import AccountEvent, Device, DeviceUser, User
from satupintu.people.rules import DEVICE_DAYS, Actor


@transaction.atomic
def remember_device(
    *, device_id: UUID | None, label: str, user: User, by: Actor, at: datetime
) -> Device:
    """
    Return the device on which `user` just proved a second factor, trusted for DEVICE_DAYS for them.

    `device_id` comes from the browser's signed cookie; None, unknown or revoked makes a new device.
    """
    device = (
        Device.objects.filter(pk=device_id, revoked_at__isnull=True).first() if device_id else None
    )
    if device is None:
        device = Device.objects.create(label=label[:80], created_by=user, created_at=at)
        AccountEvent.objects.create(
            at=at,
            event="device_remembered",
            by_id=by.user_id,
            user=user,
            details={"device": str(device.pk)},
        )
    DeviceUser.objects.update_or_create(
        device=device,
        user=user,
        defaults={"trusted_until": at + timedelta(days=DEVICE_DAYS), "last_used_at": at},
    )
    return device


def renew_device(*, device_id: UUID, user: User, at: datetime) -> bool:
    """Say whether `user` is trusted on the device now, and note that it was used."""
    return bool(
        DeviceUser.objects.filter(
            device_id=device_id,
            device__revoked_at__isnull=True,
            user=user,
            trusted_until__gt=at,
        ).update(last_used_at=at)
    )


@transaction.atomic
def revoke_device(*, device_id: UUID, by: Actor, at: datetime) -> bool:
    """Stop trusting a device for everybody; False when it was unknown or revoked before."""
    done = Device.objects.filter(pk=device_id, revoked_at__isnull=True).update(revoked_at=at)
    if done:
        AccountEvent.objects.create(
            at=at, event="device_revoked", by_id=by.user_id, details={"device": str(device_id)}
        )
    return bool(done)


def forget_device_officer(*, device_id: UUID, user: User) -> None:
    """Take an officer off the list of a device."""
    DeviceUser.objects.filter(device_id=device_id, user=user).delete()
