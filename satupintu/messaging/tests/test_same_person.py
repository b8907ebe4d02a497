"""Officers join two addresses of one person, and part them; never two applicants, never by an id of a form."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.lib import clock
from satupintu.messaging import services, threads
from satupintu.messaging.models import Contact, Conversation, Merge
from satupintu.messaging.rules import ChannelKind
from satupintu.people import services as people
from satupintu.people.models import Disclosure
from satupintu.people.rules import Role, system_actor
from satupintu.people.tests.factories import make_officer

pytestmark = pytest.mark.django_db
HERE, THERE = "+6281200001234", "sari@contoh.id"


@pytest.fixture
def browser():
    client = Client()
    client.force_login(
        make_officer("budi", Role.FRONT_OFFICE), backend="satupintu.people.backends.PasswordBackend"
    )
    return client


@pytest.fixture
def two():
    found = []
    for ago, channel, address in ((6, ChannelKind.SMS, HERE), (5, ChannelKind.EMAIL, THERE)):
        at = clock.now() - timedelta(minutes=ago)
        identity, _made = services.remember_identity(channel=channel, address=address, at=at)
        Conversation.objects.create(identity=identity, opened_at=at, moved_at=at)
        found.append(identity)
    return found


def page_of(identity):
    return reverse("messaging:same_person", args=[Conversation.objects.get(identity=identity).pk])


def party(identity, name):
    made = people.create_party(name=name, by=system_actor("tests"), at=clock.now())
    Contact.objects.filter(pk=identity.contact_id).update(party=made)
    return made


def press(client, identity, what, other, address=THERE):
    given = {"apa": what, "alamat": address, "kontak": str(other.contact_id)}
    return client.post(page_of(identity), given)


def test_two_addresses_are_joined_and_parted_again(browser, two):
    here, there = two
    answer = browser.post(page_of(here), {"apa": "cari", "alamat": "Sari@Contoh.ID "})
    assert "Ya, orang yang sama" in answer.content.decode()
    assert THERE not in answer.content.decode().replace(f'value="{THERE}"', "").replace(
        "Sari@Contoh.ID", ""
    )
    assert press(browser, here, "gabung", there).status_code == 302
    kept = Contact.objects.get(pk=there.contact_id)
    assert (kept.merged_into_id, Merge.objects.get().by.name) == (here.contact_id, "Budi Santoso")
    assert len(threads.identities_of(here.contact)) == 2
    assert press(browser, here, "pisah", there).status_code == 302
    kept.refresh_from_db()
    assert kept.merged_into_id is None
    assert Merge.objects.get().undone_by.name == "Budi Santoso"


def test_the_head_too_can_be_parted_from_a_page_of_another(browser, two):
    here, there = two
    press(browser, here, "gabung", there)
    answer = browser.get(page_of(there)).content.decode()
    assert f'value="{here.contact_id}"' in answer
    assert f'value="{there.contact_id}"' not in answer
    assert press(browser, there, "pisah", here).status_code == 302
    assert not Contact.objects.filter(merged_into__isnull=False).exists()


def test_the_applicant_stays_the_head_whichever_page_it_was_pressed_on(browser, two):
    here, there = two
    party(there, "Sari Lestari")
    press(browser, here, "gabung", there)
    assert Contact.objects.get(pk=here.contact_id).merged_into_id == there.contact_id


def test_two_applicants_are_never_one(browser, two):
    here, there = two
    party(here, "Sari Lestari")
    party(there, "Joko Prasetyo")
    answer = press(browser, here, "gabung", there)
    assert answer.status_code == 422
    assert "pemohon yang berbeda" in answer.content.decode()
    assert not Contact.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.parametrize("typed", ["", "abc", "0812", "12345678901234567890"])
def test_what_is_no_address_is_told_and_kept_on_the_page(browser, two, typed):
    answer = browser.post(page_of(two[0]), {"apa": "cari", "alamat": typed})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()


def test_an_id_that_the_address_does_not_lead_to_joins_nobody(browser, two):
    here, there = two
    assert press(browser, here, "gabung", there, address="orang.lain@contoh.id").status_code == 200
    assert press(browser, here, "pisah", there).status_code == 200
    assert not Contact.objects.filter(merged_into__isnull=False).exists()


def test_a_search_by_a_whole_address_is_recorded(browser, two):
    browser.post(page_of(two[0]), {"apa": "cari", "alamat": "0812-0000-1234"})
    assert Disclosure.objects.get().subject == "search phone"


def test_only_who_answers_may_join(two):
    client = Client()
    assert client.get(page_of(two[0])).status_code == 302
    client.force_login(
        make_officer("darius", Role.HEAD), backend="satupintu.people.backends.PasswordBackend"
    )
    assert client.get(page_of(two[0])).status_code == 403
