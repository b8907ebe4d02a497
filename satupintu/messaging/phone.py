"""What dialogues on the telephone do besides: the services most asked for, an SMS, being called back."""

from django.utils.translation import gettext as _

from satupintu.catalogue import queries as catalogue
from satupintu.lib.identity import BadIdentity, check_phone
from satupintu.messaging.answers import wait_for_officer
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.queries import can_text, phone_of
from satupintu.messaging.registry import Asked, register_action
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import contacts
from satupintu.messaging.services.conversations import leave_note
from satupintu.messaging.services.outbox import queue_answer
from satupintu.office import queries as office

_MOST_ASKED = 7


def register() -> None:
    register_action("catalogue.most_asked", most_asked, {"many": frozenset(), "none": frozenset()})
    register_action("messaging.text_me", text_me, {"sent": frozenset(), "impossible": frozenset()})
    register_action(
        "messaging.caller_number", caller_number, {"known": frozenset(), "unknown": frozenset()}
    )
    register_action(
        "messaging.call_back", call_back, {"waiting": frozenset({"by"}), "bad": frozenset()}
    )


def most_asked(asked: Asked) -> Outcome:
    """Offer the services with the most cases of late; those without figures follow in the catalogue's order."""
    offers = catalogue.list_offers(office.local_date(asked.at))
    if not offers:
        return Outcome("none")
    asked_for = {
        one.code: sum(usual.sample for usual in catalogue.usual_times(one.code).values())
        for one in offers
    }
    first = sorted(offers, key=lambda one: -asked_for[one.code])[:_MOST_ASKED]
    return Outcome(
        "many",
        choices=tuple(
            Choice(one.code, one.definition.title.in_language(asked.language)) for one in first
        ),
    )


def text_me(asked: Asked) -> Outcome:
    """Send what an earlier step left as `sms` to the caller's own number."""
    text = str(asked.memory.get("sms", ""))
    if not text or not can_text(asked.identity_id):
        return Outcome("impossible")
    identity, _made = contacts.remember_identity(
        channel=ChannelKind.SMS,
        address=phone_of(asked.identity_id),
        phone=phone_of(asked.identity_id),
        language=asked.language,
        at=asked.at,
    )
    queue_answer(
        identity=identity,
        body=text,
        origin=f"{asked.origin}:sms",
        at=asked.at,
        private=asked.private,
    )
    return Outcome("sent")


def caller_number(asked: Asked) -> Outcome:
    return Outcome("known" if phone_of(asked.identity_id) else "unknown")


def call_back(asked: Asked) -> Outcome:
    """Put the caller into the officers' queue, with a note of the number they want to be called at."""
    number = str(asked.memory.get("number", ""))
    if number:
        try:
            number = check_phone(number)
        except BadIdentity:
            return Outcome("bad")
    wanted = number or phone_of(asked.identity_id)
    text = _("Minta ditelepon kembali: %(number)s") % {"number": wanted}
    leave_note(asked.conversation_id, text=text, at=asked.at)
    return wait_for_officer(asked, text)
