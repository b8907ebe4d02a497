import pytest
from django.urls import URLPattern, get_resolver

from satupintu.people import access, account_urls, urls
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer, make_person

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
    assert client.get("/pengaturan/petugas/").url == "/masuk/?next=%2Fpengaturan%2Fpetugas%2F"
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
