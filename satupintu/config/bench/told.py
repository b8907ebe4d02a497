"""What messages are measured with: a case to ask for, and people to be told something."""

from uuid import UUID

from satupintu.config.bench import stories
from satupintu.lib import clock
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import queue_answer, remember_identity
from satupintu.permits.queries import Application


def tracked() -> str:
    """Make a case and return the code by which anybody may ask for its state."""
    (made,) = stories.approved_cases(1)
    return Application.objects.get(permit_cases__case_id=UUID(made)).tracking_code


def tell_many(count: int) -> int:
    """Let the office have something to say to so many people who wrote to it a moment ago by SMS."""
    at = clock.now()
    for number in range(count):
        phone = f"+62813{number:08}"
        identity, _made = remember_identity(
            channel=ChannelKind.SMS, address=phone, phone=phone, at=at
        )
        queue_answer(
            identity=identity, body="Kantor buka sampai pukul 15.", origin=f"bench:{number}", at=at
        )
    return count
