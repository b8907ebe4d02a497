"""The root of the log leaves the office by e-mail: once a day, to the head."""

from datetime import timedelta

import pytest

from satupintu.messaging.models import OutMessage
from satupintu.messaging.roots import send_roots
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role
from satupintu.people.services import record_disclosure
from satupintu.people.tests.factories import AT, make_officer
from satupintu.workflow.models import Digest
from satupintu.workflow.seals import make_digests

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def head():
    user = make_officer("darius", Role.HEAD)
    user.email = "darius@contoh.id"
    user.save(update_fields=["email"])
    record_disclosure(by=actor_of(user, AT), party_id=None, subject="case x identity", at=AT)
    make_digests(at=AT)
    return user


def test_the_head_gets_the_root_of_the_last_finished_day_once(head):
    make_officer("budi", Role.FRONT_OFFICE)
    root = Digest.objects.get().root

    assert send_roots(at=AT) == 0  # the day is not over
    assert send_roots(at=AT + DAY) == 1
    assert send_roots(at=AT + DAY) == 0

    message = OutMessage.objects.get()
    assert message.address == "darius@contoh.id"
    assert message.subject.startswith("Segel log nomor 1, ")
    assert f"\n{root}\n" in message.body
    assert "satupintu audit --expect" in message.body


def test_each_day_has_its_own(head):
    send_roots(at=AT + DAY)
    make_digests(at=AT + DAY)

    assert send_roots(at=AT + 2 * DAY) == 1
    assert OutMessage.objects.count() == 2


def test_an_office_without_a_seal_sends_nothing():
    make_officer("darius", Role.HEAD)

    assert send_roots(at=AT) == 0
