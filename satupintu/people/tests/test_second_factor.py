import base64
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as office_settings
from django.core.cache import CacheHandler, cache
from django.core.cache.backends import locmem
from django.db import connection

from satupintu.people import services
from satupintu.people.models import Device, DeviceUser, User
from satupintu.people.rules import Role
from satupintu.people.tests.factories import AT, PASSWORD, TESTER, make_officer

pytestmark = pytest.mark.django_db
SIGN_IN = {"username": "budi", "password": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()  # allauth remembers used codes and tries there


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_totp(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_officer_with_a_second_factor_is_asked_for_it(client):
    secret = with_totp(make_officer("budi", Role.FRONT_OFFICE))

    answer = client.post("/masuk/petugas/", SIGN_IN)

    assert answer.url == "/masuk/kode-kedua/"
    assert not is_in(client)
    assert client.post("/masuk/kode-kedua/", {"code": code_of(secret)}).url == "/tugas/"
    assert is_in(client)


def test_wrong_second_code_opens_nothing(client):
    secret = with_totp(make_officer("budi", Role.FRONT_OFFICE))
    client.post("/masuk/petugas/", SIGN_IN)

    answer = client.post(
        "/masuk/kode-kedua/", {"code": f"{(int(code_of(secret)) + 7) % 10**6:06d}"}
    )

    assert "Kode tidak cocok" in answer.content.decode()
    assert not is_in(client)


def test_second_code_works_once(client):
    secret = with_totp(make_officer("budi", Role.FRONT_OFFICE))
    code = code_of(secret)
    client.post("/masuk/petugas/", SIGN_IN)
    client.post("/masuk/kode-kedua/", {"code": code})
    client.post("/keluar/")

    client.post("/masuk/petugas/", SIGN_IN)
    client.post("/masuk/kode-kedua/", {"code": code})

    assert not is_in(client)


def test_printed_backup_code_opens_once(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    with_totp(budi)
    backup = RecoveryCodes.activate(budi).get_unused_codes()[0]
    for expected in (True, False):
        client.post("/masuk/petugas/", SIGN_IN)
        client.post("/masuk/kode-kedua/", {"code": backup})
        assert is_in(client) is expected
        client.post("/keluar/")


def test_secret_of_the_app_is_encrypted(client):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    secret = with_totp(budi)

    stored = Authenticator.objects.get(type="totp").data["secret"]

    assert secret not in stored
    assert stored.startswith(f"{office_settings.FIELD_KEYS.current}:")


def test_where_required_an_officer_without_factor_is_sent_to_set_one_up(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    make_officer("admin", Role.SERVICE_ADMIN)
    client.post("/masuk/petugas/", {"username": "admin", "password": PASSWORD})

    answer = client.get("/pengaturan/petugas/")

    assert answer.url == "/akun/pengaman/?next=%2Fpengaturan%2Fpetugas%2F"


def test_officer_sets_up_the_app_and_may_work_at_once(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    make_officer("admin", Role.SERVICE_ADMIN)
    client.post("/masuk/petugas/", {"username": "admin", "password": PASSWORD})
    first = client.get("/akun/pengaman/aplikasi/")
    assert first.url == "/akun/ulangi/?next=%2Fakun%2Fpengaman%2Faplikasi%2F"
    client.post(first.url, {"password": PASSWORD, "next": "/akun/pengaman/aplikasi/"})
    page = client.get("/akun/pengaman/aplikasi/").content.decode()
    secret = re.search(r'readonly value="([A-Z2-7]{16,})"', page)[1]
    svg = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]+)", page)[1])
    assert b'xmlns="http://www.w3.org/2000/svg"' in svg

    answer = client.post("/akun/pengaman/aplikasi/", {"code": code_of(secret)})

    assert answer.url == "/akun/pengaman/cadangan/"
    assert client.get("/pengaturan/petugas/").status_code == 200
    codes = client.get("/akun/pengaman/cadangan/").content.decode()
    assert len(re.findall(r'<li class="code">', codes)) == 10
    assert client.get("/akun/pengaman/cadangan/unduh/").status_code == 200


def test_remembered_office_device_does_not_ask_again(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    budi = make_officer("budi", Role.SERVICE_ADMIN)
    secret = with_totp(budi)
    client.post("/masuk/petugas/", SIGN_IN)
    client.post("/masuk/kode-kedua/", {"code": code_of(secret), "remember": "1"})
    client.post("/keluar/")

    answer = client.post("/masuk/petugas/", SIGN_IN)

    assert answer.url == "/pengaturan/layanan/"
    assert client.get("/pengaturan/petugas/").status_code == 200
    held = DeviceUser.objects.get(user=budi)
    assert (held.trusted_until - held.last_used_at).days in {29, 30}
    assert "budi" in client.get("/masuk/ganti/").content.decode()


@pytest.mark.parametrize("end", ["revoked", "over", "other officer", "altered cookie", "password"])
def test_device_that_is_not_trusted_asks_again(client, end):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    secret = with_totp(budi)
    client.post("/masuk/petugas/", SIGN_IN)
    client.post("/masuk/kode-kedua/", {"code": code_of(secret), "remember": "1"})
    client.post("/keluar/")
    sign_in = SIGN_IN
    if end == "revoked":
        services.revoke_device(device_id=Device.objects.get().pk, by=TESTER, at=AT)
    elif end == "over":
        DeviceUser.objects.update(trusted_until=AT.replace(year=2020))
    elif end == "other officer":
        with_totp(make_officer("ratna", Role.VERIFIER))
        sign_in = {"username": "ratna", "password": PASSWORD}
    elif end == "altered cookie":
        client.cookies["perangkat"] = client.cookies["perangkat"].value[:-2] + "xx"
    else:
        services.set_password(user=budi, password=PASSWORD, by=TESTER, at=AT)

    assert client.post("/masuk/petugas/", sign_in).url == "/masuk/kode-kedua/"
    assert not is_in(client)


def test_applicants_device_is_never_remembered(client):
    from satupintu.people.tests.factories import make_person
    from satupintu.people.tests.test_sign_in_views import ask_code, sent_code

    secret = with_totp(make_person())
    ask_code(client)
    client.post("/masuk/kode/", {"code": sent_code()})

    client.post("/masuk/kode-kedua/", {"code": code_of(secret), "remember": "1"})

    assert is_in(client)
    assert Device.objects.count() == 0


def test_passkey_page_gives_options_and_refuses_nonsense(client):
    options = client.get("/masuk/kunci/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"

    answer = client.post("/masuk/kunci/", {"credential": '{"id": "x"}'})

    assert answer.url == "/masuk/"
    assert not is_in(client)


def test_adding_a_passkey_offers_options_for_this_officer(client):
    make_officer("budi", Role.FRONT_OFFICE)
    client.post("/masuk/petugas/", SIGN_IN)
    client.post("/akun/ulangi/", {"password": PASSWORD})

    page = client.get("/akun/pengaman/kunci/baru/").content.decode()

    assert '"creation_options"' in page
    assert "data-passkey-add" in page


# --- Several web processes ---------------------------------------------------------------------
def in_another_process() -> None:
    """Forget what lives in this process alone; what the processes share stays."""
    for known in (locmem._caches, locmem._expire_info):
        known.clear()


def test_a_code_used_in_one_web_process_is_used_in_all():
    officer = make_officer("budi", Role.FRONT_OFFICE)
    code = code_of(with_totp(officer))
    authenticator = Authenticator.objects.get(user=officer)
    assert TOTP(authenticator).validate_code(code)

    in_another_process()

    assert not TOTP(authenticator).validate_code(code)


def test_two_processes_have_one_memory_and_the_table_names_nobody():
    one, other = (CacheHandler().create_connection("default") for _ in range(2))
    one.set("allauth:rl:mfa:ip:203.0.113.7", [1.0], 60)

    in_another_process()

    assert other.get("allauth:rl:mfa:ip:203.0.113.7") == [1.0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache")
        keys = [row[0] for row in cursor.fetchall()]
    assert len(keys) == 1
    assert "203.0.113.7" not in keys[0]


def test_tries_of_the_second_factor_are_counted_over_all_processes(client):
    with_totp(make_officer("budi", Role.FRONT_OFFICE))
    client.post("/masuk/petugas/", SIGN_IN)
    said = []
    for _try in range(12):
        in_another_process()
        answer = client.post("/masuk/kode-kedua/", {"code": "000000"})
        said.append(answer.content.decode())

    assert "Terlalu" in said[-1] or answer.status_code == 429
    assert not is_in(client)
