from datetime import timedelta

import pytest
from django.conf import settings

from satupintu.people import services
from satupintu.people.models import AccountEvent, CallBackRequest, SignInCode
from satupintu.people.queries import actor_of
from satupintu.people.rules import GivenHow, Role, read_address
from satupintu.people.tests.factories import AT, make_officer

pytestmark = pytest.mark.django_db
SARI = read_address("sari@contoh.id")
JOKO = read_address("0812-0000-5678")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_code_opens_once_and_not_again():
    code = services.issue_code(address=SARI, at=AT)

    row = services.check_code(address=SARI, code=code, at=AT + timedelta(minutes=1))

    assert row.used_at == AT + timedelta(minutes=1)
    with pytest.raises(services.CodeRefused):
        services.check_code(address=SARI, code=code, at=AT + timedelta(minutes=2))


def test_code_may_be_typed_with_spaces():
    code = services.issue_code(address=SARI, at=AT)

    assert services.check_code(address=SARI, code=f" {code[:3]} {code[3:]} ", at=AT).used_at == AT


def test_code_is_dead_after_ten_minutes():
    code = services.issue_code(address=SARI, at=AT)

    with pytest.raises(services.CodeRefused):
        services.check_code(address=SARI, code=code, at=AT + timedelta(minutes=10))
    assert SignInCode.objects.get().used_at is None


def test_code_of_another_address_does_not_fit():
    code = services.issue_code(address=SARI, at=AT)
    services.issue_code(address=JOKO, at=AT)

    with pytest.raises(services.CodeRefused):
        services.check_code(address=JOKO, code=code, at=AT)


def test_new_code_kills_the_one_before():
    first = services.issue_code(address=SARI, at=AT)
    second = services.issue_code(address=SARI, at=AT + timedelta(seconds=30))

    if first != second:
        with pytest.raises(services.CodeRefused):
            services.check_code(address=SARI, code=first, at=AT + timedelta(minutes=1))
    assert services.check_code(address=SARI, code=second, at=AT + timedelta(minutes=1))


def test_right_code_after_five_wrong_ones_is_refused():
    code = services.issue_code(address=SARI, at=AT)
    for _ in range(5):
        with pytest.raises(services.CodeRefused):
            services.check_code(address=SARI, code=wrong(code), at=AT)

    with pytest.raises(services.TooManyAttempts):
        services.check_code(address=SARI, code=code, at=AT)
    assert SignInCode.objects.get().used_at is None


def test_only_a_hash_of_the_code_is_stored():
    code = services.issue_code(address=SARI, at=AT)

    row = SignInCode.objects.values().get()

    assert code not in row["code_hash"]
    assert row["code_hash"].startswith(f"{settings.FIELD_KEYS.current}:")


def test_officer_gives_a_code_and_is_on_record():
    budi = make_officer("budi", Role.FRONT_OFFICE)
    services.ask_call_back(phone=JOKO.value, at=AT)

    code = services.give_code(address=JOKO, how=GivenHow.CALL_BACK, by=actor_of(budi, AT), at=AT)

    row = services.check_code(address=JOKO, code=code, at=AT + timedelta(minutes=29))
    assert (row.issued_by_id, row.given_how) == (budi.pk, "call_back")
    event = AccountEvent.objects.get(event="code_given")
    assert (event.by_id, event.details["how"]) == (budi.pk, "call_back")
    assert CallBackRequest.objects.get().done_at == AT


def test_asking_twice_to_be_called_is_one_request():
    services.ask_call_back(phone=JOKO.value, at=AT)
    services.ask_call_back(phone=JOKO.value, at=AT + timedelta(minutes=5))

    assert CallBackRequest.objects.count() == 1


def test_old_codes_are_forgotten():
    services.issue_code(address=SARI, at=AT)
    services.issue_code(address=JOKO, at=AT + timedelta(days=30))

    assert services.forget_old_codes(at=AT + timedelta(days=31)) == 1
    assert SignInCode.objects.get().address == JOKO.value
