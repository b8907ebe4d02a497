"""
One WhatsApp account is one contact, under its number and its business-scoped id, shown or hidden, changed or not; and a
number that passed to somebody else leads to nobody's case.

Changes of number are told as in Meta's system messages webhook reference (11 August 2026).
"""

import json
from datetime import timedelta

import httpx
import pytest
from pywa import WhatsApp
from pywa.types.system import PhoneNumberChange

from satupintu.messaging import queries, services, threads
from satupintu.messaging.channels.port import Incoming, IncomingKind, Moved, Received
from satupintu.messaging.channels.whatsapp_cloud.reading import read
from satupintu.messaging.models import Contact, Conversation, Identity, Merge, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import contacts
from satupintu.messaging.tests.whatsapp_bench import NOW, PHONE_ID, change, message, webhook
from satupintu.people import services as people
from satupintu.people.rules import system_actor
from satupintu.people.tests.factories import AT

pytestmark = pytest.mark.django_db
NUMBER, OTHER_NUMBER = "+6281200001234", "+6281300005678"
ACCOUNT, OTHER_ACCOUNT = "ID.1111", "ID.2222"
WHATSAPP = ChannelKind.WHATSAPP


class Talk:
    """What comes by WhatsApp, a minute later each time."""

    def __init__(self):
        self.count = 0

    @property
    def at(self):
        return AT + timedelta(minutes=self.count)

    def say(self, text="MENU", *, number="", account=""):
        self.count += 1
        one = Incoming(
            WHATSAPP,
            f"wamid.{self.count}",
            number or account,
            IncomingKind.TEXT,
            self.at,
            text=text,
            phone=number,
            account=account if number else "",
        )
        services.take("fake", Received(messages=(one,)), at=self.at)
        assert services.read_due(at=self.at) == 1
        return OutMessage.objects.order_by("-created_at", "-pk").first()

    def moved(self, *pairs, number=""):
        self.count += 1
        rows = tuple(Moved(WHATSAPP, old, new, number) for old, new in pairs)
        services.take("fake", Received(moved=rows), at=self.at)


@pytest.fixture
def talk(transport):
    return Talk()


@pytest.fixture
def sari():
    return people.create_party(
        name="Sari", phone=NUMBER, email="sari@contoh.id", by=system_actor("tests"), at=AT
    )


def belongs(address, party):
    services.remember_identity(channel=WHATSAPP, address=address, at=AT, party=party)


def tell(party, at):
    told = {"service": "SIP Bidan", "number": "P-1", "link": "http://x/"}
    return services.notify(party.pk, "withdrawn", told, origin=f"t:{at}", at=at)


def live():
    return {one.address for one in Identity.objects.filter(gone_at=None)}


def known(address):
    return contacts.find_identity(WHATSAPP, address)


def persons():
    return Contact.objects.filter(merged_into=None).count()


# --- One person ------------------------------------------------------------------------------

SHOWN = {"number": NUMBER, "account": ACCOUNT}
HIDDEN = {"account": ACCOUNT}
OLD_KIND = {"number": NUMBER}  # before Meta told user ids


@pytest.mark.parametrize(
    "told",
    [
        [SHOWN],
        [SHOWN, HIDDEN],
        [HIDDEN, SHOWN],
        [OLD_KIND, SHOWN, HIDDEN],
        [HIDDEN, OLD_KIND, SHOWN],
        [SHOWN, OLD_KIND, HIDDEN, SHOWN],
    ],
)
def test_whatever_is_shown_it_is_one_person(talk, told):
    for one in told:
        talk.say(**one)

    assert persons() == 1
    assert live() == {NUMBER, ACCOUNT}
    assert {one.phone for one in Identity.objects.all()} == {NUMBER}
    someone = known(ACCOUNT).contact
    assert len([line for line in threads.thread_of(someone) if line.side == "theirs"]) == len(told)


def test_the_conversation_goes_on_when_the_number_is_hidden(talk):
    first = talk.say(**SHOWN)
    second = talk.say(**HIDDEN)

    assert (first.address, second.address) == (NUMBER, ACCOUNT)
    assert first.conversation == second.conversation
    assert Conversation.objects.count() == 1


def test_who_writes_under_one_id_may_be_answered_under_the_other(talk):
    talk.say(**SHOWN)
    talk.say(**HIDDEN)

    assert {one.heard_at for one in Identity.objects.all()} == {talk.at}


def test_an_applicant_whose_number_is_hidden_later_is_the_same_applicant(talk, sari):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    talk.say(**HIDDEN)

    assert Contact.objects.count() == 1
    assert known(ACCOUNT).contact.party == sari


def test_silence_under_one_id_holds_under_the_other(talk, sari):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    talk.say("STOP", **HIDDEN)

    assert {way.channel for way in queries.ways_to(sari)} == {ChannelKind.SMS, ChannelKind.EMAIL}
    talk.say("LANJUT", **HIDDEN)
    assert queries.ways_to(sari)[0].channel == WHATSAPP


def test_silence_asked_for_before_the_user_id_was_told_holds(talk):
    talk.say("STOP", **OLD_KIND)
    talk.say(**SHOWN)

    assert all(one.stopped_at for one in Identity.objects.all())


# --- Changes that Meta tells ---------------------------------------------------------------------


def test_a_changed_number_goes_on_under_both_ids(talk, sari):
    belongs(NUMBER, sari)
    first = talk.say(**SHOWN)
    talk.moved((NUMBER, OTHER_NUMBER), (ACCOUNT, OTHER_ACCOUNT), number=OTHER_NUMBER)
    second = talk.say(number=OTHER_NUMBER, account=OTHER_ACCOUNT)

    assert live() == {OTHER_NUMBER, OTHER_ACCOUNT}
    assert Contact.objects.count() == 1
    assert first.conversation == second.conversation
    assert (second.address, second.party) == (OTHER_NUMBER, sari)


def test_a_changed_number_that_is_hidden_leaves_the_old_one(talk, sari):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    talk.moved((ACCOUNT, OTHER_ACCOUNT))

    assert live() == {OTHER_ACCOUNT}
    assert queries.ways_to(sari)[0].address == OTHER_ACCOUNT
    assert known(OTHER_ACCOUNT).phone == ""
    talk.say(account=OTHER_ACCOUNT)
    assert Contact.objects.count() == Conversation.objects.count() == 1


@pytest.mark.parametrize("number", ["", OTHER_NUMBER])
def test_what_waits_goes_to_the_new_address(talk, sari, number):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    waits = tell(sari, talk.at)
    assert waits.address == NUMBER
    talk.moved((NUMBER, number or OTHER_ACCOUNT), (ACCOUNT, OTHER_ACCOUNT), number=number)

    waits.refresh_from_db()
    assert waits.address == (number or OTHER_ACCOUNT)
    assert NUMBER not in {
        one.address for one in OutMessage.objects.filter(state__in=["queued", "sending"])
    }


def test_a_change_that_is_told_after_the_new_number_wrote_makes_one_person(talk, sari):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    talk.say(number=OTHER_NUMBER, account=OTHER_ACCOUNT)
    assert persons() == 2
    talk.moved((NUMBER, OTHER_NUMBER), (ACCOUNT, OTHER_ACCOUNT), number=OTHER_NUMBER)

    assert persons() == 1
    assert live() == {OTHER_NUMBER, OTHER_ACCOUNT}
    assert {one.address for one in queries.identities_of_party(sari.pk) if not one.gone_at} == {
        OTHER_NUMBER,
        OTHER_ACCOUNT,
    }
    assert Merge.objects.get().by is None


def test_a_change_told_twice_does_nothing_more(talk):
    talk.say(**SHOWN)
    for _ in range(2):
        talk.moved((NUMBER, OTHER_NUMBER), (ACCOUNT, OTHER_ACCOUNT), number=OTHER_NUMBER)

    assert live() == {OTHER_NUMBER, OTHER_ACCOUNT}
    assert Contact.objects.count() == 1


def test_a_change_of_somebody_unknown_makes_nobody(talk):
    talk.moved((NUMBER, OTHER_NUMBER), (ACCOUNT, OTHER_ACCOUNT), number=OTHER_NUMBER)

    assert not Contact.objects.exists()


# --- A number that passed to somebody else ----------------------------------------------------------


def test_a_number_with_another_accounts_id_leads_to_nobodys_case(talk, sari):
    belongs(NUMBER, sari)
    talk.say("rahasia saya", **SHOWN)
    answer = talk.say(number=NUMBER, account=OTHER_ACCOUNT)

    stranger = known(NUMBER).contact
    assert stranger.party is None
    assert answer.party is None
    assert stranger.pk != known(ACCOUNT).contact_id
    assert "rahasia saya" not in {line.text for line in threads.thread_of(stranger)}
    assert "rahasia saya" in {line.text for line in threads.thread_of_party(sari.pk)}
    assert NUMBER not in {way.address for way in queries.ways_to(sari) if way.channel == WHATSAPP}


def test_what_waited_for_who_had_the_number_is_not_told_to_who_has_it(talk, sari):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    OutMessage.objects.all().delete()
    waits = tell(sari, talk.at)
    assert (waits.channel, waits.address) == ("whatsapp", NUMBER)
    talk.say(number=NUMBER, account=OTHER_ACCOUNT)

    waits.refresh_from_db()
    assert waits.address == ACCOUNT


def test_who_had_the_number_is_still_known_by_their_user_id(talk, sari):
    belongs(NUMBER, sari)
    talk.say(**SHOWN)
    talk.say(number=NUMBER, account=OTHER_ACCOUNT)
    talk.say(**HIDDEN)

    assert known(ACCOUNT).contact.party == sari
    assert persons() == 2


def test_a_conversation_with_who_had_the_number_ends(talk):
    talk.say(**SHOWN)
    before = Conversation.objects.get()
    talk.say(number=NUMBER, account=OTHER_ACCOUNT)

    before.refresh_from_db()
    assert before.closed_at == talk.at
    assert Conversation.objects.filter(closed_at=None).get().identity.address == NUMBER


def test_two_applicants_are_not_made_one_by_a_number(talk, sari):
    joko = people.create_party(name="Joko", by=system_actor("tests"), at=AT)
    belongs(NUMBER, sari)
    belongs(OTHER_ACCOUNT, joko)
    talk.say(number=NUMBER, account=OTHER_ACCOUNT)

    assert known(NUMBER).contact.party == joko
    assert NUMBER not in {way.address for way in queries.ways_to(sari) if way.channel == WHATSAPP}


# --- As Meta writes it ---------------------------------------------------------------------------------


def system(kind, **more):
    """Return a webhook as the reference shows it: without contacts."""
    one = message("system", {"type": kind, "body": "changed"} | more, from_user_id=None)
    return webhook(change(messages=[one]))


def test_both_kinds_of_change_are_read_as_documented(talk):
    talk.say(number="+6281234567890", account="ID.ABC123")
    body = system(
        "user_changed_number",
        wa_id="6289999999999",
        user_id="ID.NEW",
        previous_user_id="ID.ABC123",
    )
    services.take("fake", read(body, PHONE_ID, NOW), at=talk.at)
    assert live() == {"+6289999999999", "ID.NEW"}

    body = system("user_changed_user_id", user_id="ID.NEWER", previous_user_id="ID.NEW")
    services.take("fake", read(body, PHONE_ID, NOW), at=talk.at)
    assert live() == {"ID.NEWER"}


def test_pywa_reads_the_same_change():
    body = system(
        "user_changed_number",
        wa_id="6289999999999",
        user_id="ID.NEW",
        previous_user_id="ID.ABC123",
    )
    client = WhatsApp(phone_id=PHONE_ID, token="x", server=None, session=httpx.Client())
    theirs = PhoneNumberChange.from_update(client, json.loads(body))
    ours = read(body, PHONE_ID, NOW).moved

    assert [(one.old, one.new) for one in ours] == [
        (f"+{theirs.old_wa_id}", f"+{theirs.new_wa_id}"),
        ("ID.ABC123", theirs.new_user_id),
    ]
