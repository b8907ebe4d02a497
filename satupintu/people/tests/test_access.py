import pytest
from django.urls import URLPattern, get_resolver

from satupintu.people import access, account_urls, urls
from satupintu.people.queries import actor_for
from satupintu.people.rules import STAFF_DAY, STAFF_IDLE, Role
from satupintu.people.tests.factories import make_officer, make_person
from satupintu.people.views import account

PUBLIC = {
    "sign_in", "code", "resend", "call_back", "name", "staff_sign_in", "switch", "sign_out",
    "account_login", "account_logout", "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip


def test_every_address_of_people_is_marked_and_only_listed_ones_are_public():
    patterns = [*urls.urlpatterns, *account_urls.urlpatterns]

    assert all(isinstance(one, URLPattern) for one in patterns)
    public = {one.name for one in patterns if one.callback.access.kind == access.PUBLIC}
    assert public == PUBLIC


def test_staff_without_roles_means_every_staff_role():
    @access.staff()
    def page(request):
        raise AssertionError

    assert page.access == access.Access("staff", frozenset(Role) - {Role.APPLICANT, Role.SYSTEM})


@pytest.mark.django_db
def test_applicant_at_a_staff_page_is_forbidden_and_a_visitor_sent_to_sign_in(client):
    assert (
        client.get("/pengaturan/petugas/").url == "/masuk/petugas/?next=%2Fpengaturan%2Fpetugas%2F"
    )
    client.force_login(make_person())
    assert client.get("/pengaturan/petugas/").status_code == 403


@pytest.mark.django_db
def test_role_counts_only_while_it_is_held(client):
    budi = make_officer("budi", Role.SERVICE_ADMIN)
    budi.assignments.update(valid_until="2025-01-01")
    client.force_login(budi)

    assert client.get("/pengaturan/petugas/").status_code == 403


def test_names_allauth_looks_up_resolve():
    names = {one.name for one in account_urls.urlpatterns}

    assert {"account_login", "account_logout", "account_reauthenticate", "mfa_index"} <= names
    assert get_resolver() is not None


# --- How long an officer's session lasts ---------------------------------------------------------
DESK = "/pengaturan/petugas/"


def move_back(client, seconds, *, began=0):
    """Let the session have been saved, and begun, so many seconds ago."""
    from datetime import timedelta

    from django.contrib.sessions.models import Session

    row = Session.objects.get(pk=client.cookies["sesi"].value)
    store = client.session
    if began:
        store["began"] -= began
        store.save()
        row.refresh_from_db()
    row.expire_date -= timedelta(seconds=seconds)
    row.save()


@pytest.fixture
def desk(client):
    client.force_login(make_officer("budi", Role.SERVICE_ADMIN))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("idle", "began", "status"),
    [
        (STAFF_IDLE - 60, 0, 200),
        (STAFF_IDLE + 60, 0, 302),
        (60, STAFF_DAY - 60, 200),
        (60, STAFF_DAY + 60, 302),
    ],
)
def test_a_desk_left_alone_or_open_all_day_is_closed(desk, idle, began, status):
    move_back(desk, idle, began=began)

    assert desk.get(DESK).status_code == status
    assert ("_auth_user_id" in desk.session) is (status == 200)


@pytest.mark.django_db
def test_work_keeps_the_desk_open_and_is_written_down_now_and_then(desk):
    from django.contrib.sessions.models import Session

    def stored():
        return Session.objects.get(pk=desk.cookies["sesi"].value).expire_date

    before = stored()
    desk.get(DESK)
    assert stored() == before  # no write for every page
    move_back(desk, access.STAFF_SEEN + 60)
    desk.get(DESK)
    assert stored() >= before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("idle", "asked", "roles"),
    [(0, False, True), (STAFF_IDLE + 60, False, False), (0, True, False)],
)
def test_an_officer_is_nobody_of_the_office_on_any_page_while_the_desk_is_closed(
    client, settings, monkeypatch, *, idle, asked, roles
):
    user = make_officer("budi", Role.FRONT_OFFICE)
    client.force_login(user)
    settings.STAFF_MFA_REQUIRED = asked
    if idle:
        move_back(client, idle)
    seen = []
    render = account.render
    monkeypatch.setattr(
        account,
        "render",
        lambda request, *rest, **more: (
            seen.append(actor_for(request)) or render(request, *rest, **more)
        ),
    )

    assert client.get("/akun/").status_code == 200

    assert (Role.FRONT_OFFICE in seen[0].roles) is roles
    assert bool(seen[0].units) is roles
    assert seen[0].user_id == user.pk


@pytest.mark.django_db
def test_an_applicant_stays_signed_in_on_their_own_telephone(client):
    client.force_login(make_person())
    move_back(client, STAFF_DAY * 4, began=STAFF_DAY * 4)

    assert client.get("/akun/").status_code == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unix:", "unix:"),
    ],
)
def test_tries_are_counted_by_the_line_of_which_they_come(rf, address, counted):
    request = rf.get("/", REMOTE_ADDR=address)
    assert access.counted_address(request) == counted
    assert access.client_address(request) == address
