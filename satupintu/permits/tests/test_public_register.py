"""The public register of permits in force."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from satupintu.lib.ids import uuid7
from satupintu.permits.models import Permit
from satupintu.permits.pages import public_register
from satupintu.permits.queries import REGISTER_PAGE
from satupintu.permits.rules import PermitState
from satupintu.permits.tests.officer_cases import issued_world, make_world
from satupintu.workflow.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def issued():
    return issued_world()


@pytest.fixture
def permit(issued):
    return issued[1]


def copies(permit: Permit, count: int) -> None:
    """Put `count` more permits like this one into the register."""
    cases, permits = [], []
    source = Case.objects.get(pk=permit.case_id)
    for number in range(count):
        case = Case.objects.get(pk=source.pk)
        case.pk, case.number = uuid7(), f"REG-COPY-{number}"
        cases.append(case)
        one = Permit.objects.get(pk=permit.pk)
        one.pk, one.case_id, one.number = uuid7(), case.pk, f"COPY/{number:03}"
        one.check_code = f"C{number:09}"
        one.issued_at = permit.issued_at - timedelta(minutes=number // 2)
        permits.append(one)
    Case.objects.bulk_create(cases)
    Permit.objects.bulk_create(permits)


def look(client, **query):
    return client.get(reverse("permits:register"), query)


def numbers(answer):
    return [row.permit.number for row in answer.context["rows"]]


def test_an_empty_register_says_so(client, world):
    answer = look(client)
    assert answer.status_code == 200
    assert "Belum ada izin yang berlaku" in answer.content.decode()


def test_a_permit_in_force_stands_there_without_private_data(client, permit):
    page = look(client).content.decode()
    assert permit.number in page
    assert "Sari L•••" in page
    for private in ("Sari Lestari", "6103015203949999", "81200001234", "Kartini 14"):
        assert private not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"state": PermitState.REVOKED},
        {"state": PermitState.SUPERSEDED},
        {"valid_until": date(2020, 1, 1)},
    ],
)
def test_what_is_not_in_force_is_not_there(client, permit, changes):
    Permit.objects.filter(pk=permit.pk).update(**changes)
    assert numbers(look(client)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sari lestari"}, True),  # who knows the whole name may see that it is there
        ({"q": "lestari"}, False),
        ({"q": "Sari L"}, False),
        ({"q": "Bidan"}, True),
        ({"q": "nobody"}, False),
        ({"q": "%"}, False),
        ({"q": "a\x00b"}, False),
        ({"layanan": "sip-bidan"}, True),
        ({"layanan": "reklame"}, False),
        ({"layanan": "no-such"}, True),
        ({"kecamatan": "61.03.20"}, False),
        ({"kecamatan": "nowhere"}, True),
        ({"sesudah": "rubbish"}, True),
        ({"sesudah": "2020-01-01T00:00:00_00000000-0000-7000-8000-000000000000"}, True),
    ],
)
def test_the_register_is_narrowed(client, permit, query, found):
    assert bool(numbers(look(client, **query))) is found


def test_a_district_narrows_by_where_the_permit_applies(client, permit):
    district = permit.region[:8]
    assert numbers(look(client, kecamatan=district)) == [permit.number]


def test_pages_follow_each_other_without_gaps_or_doubles(client, permit):
    copies(permit, REGISTER_PAGE * 2 + 5)
    seen, answer = [], look(client)
    while True:
        seen += numbers(answer)
        if not answer.context["page"].next_url:
            break
        answer = client.get(answer.context["page"].next_url)
    assert len(seen) == len(set(seen)) == Permit.objects.count()


def test_queries_do_not_grow_with_rows(client, permit, django_assert_max_num_queries):
    look(client)
    with django_assert_max_num_queries(7) as few:
        look(client)
    copies(permit, REGISTER_PAGE + 5)
    with django_assert_max_num_queries(len(few)):
        look(client)


def test_the_register_is_complete_in_english(client, permit):
    client.cookies["bahasa"] = "en"
    page = look(client).content.decode()
    for text in ("Register of permits in force", "Holder", "Search"):
        assert text in page
    assert "Pemegang" not in page


def test_one_address_reads_so_many_pages_an_hour_and_no_more(client, permit, monkeypatch):
    monkeypatch.setattr(public_register, "PAGES_AN_HOUR", 2)
    address = reverse("permits:register")
    assert [client.get(address).status_code for _try in range(2)] == [200, 200]

    refused = client.get(address)

    assert refused.status_code == 429
    assert permit.number not in refused.content.decode()
    assert "Tunggu satu jam" in refused.content.decode()
    assert client.get(address, REMOTE_ADDR="203.0.113.9").status_code == 200
