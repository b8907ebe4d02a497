"""What a person is told of their own login, at the address that it no longer has."""

from datetime import datetime

from django.conf import settings

from satupintu.messaging.queries import can_deliver
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import queue_message
from satupintu.office.queries import profile
from satupintu.people.queries import User
from satupintu.people.rules import Address, AddressKind


def tell_old_address(user: User, old: Address, event_id: int, at: datetime) -> None:
    """Queue the news for an address that was replaced; it names no new address. By hand where no SMS is carried."""
    if old.kind is AddressKind.EMAIL:
        channel = ChannelKind.EMAIL
    else:
        channel = ChannelKind.SMS if can_deliver(ChannelKind.SMS) else ChannelKind.WHATSAPP
    office = profile()
    queue_message(
        template="address_changed",
        context={
            "name": user.name,
            "kind": old.kind.value,
            "phone": office.phone,
            "link": f"{settings.BASE_URL}/kontak/",
        },
        origin=f"address:{event_id}",
        address=old.value,
        channel=channel,
        language=user.language,
        at=at,
    )
