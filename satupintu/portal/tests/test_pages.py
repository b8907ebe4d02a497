import pytest
from django.utils.translation import activate, gettext

from satupintu.lib import clock
from satupintu.office.services.demo import set_up_office
from satupintu.people.models import User
from satupintu.people.services import set_up_demo_people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "indonesian", "english"),
    [
        ("/", "Mau urus apa?", "What do you need?"),
        ("/tentang/", "Tentang layanan ini", "About this service"),
        ("/maklumat/", "Maklumat pelayanan", "Service pledge"),
        ("/kontak/", "Kontak dan jam buka", "Contact and opening hours"),
        ("/gaya/", "Gaya: semua komponen", "Style: every component"),
    ],
)
def test_page_has_one_title_in_each_language(client, address, indonesian, english):
    for language, title in (("id", indonesian), ("en", english)):
        client.cookies["bahasa"] = language
        text = client.get(address).content.decode()
        assert text.count("<h1") == 1
        assert f"<h1>{title}</h1>" in text
        assert f'<html lang="{language}"' in text


def test_home_without_figures_says_so_instead_of_zero(client):
    assert "belum ada angka" in client.get("/").content.decode()


def test_home_asks_the_database_a_few_times(client, django_assert_max_num_queries):
    client.get("/")

    # Profile and calendar are kept outside a test's transaction; services and the month's figures are one each.
    with django_assert_max_num_queries(7):
        client.get("/")


def test_language_switch_sets_the_cookie_and_returns(client):
    response = client.post("/bahasa/", {"bahasa": "en", "kembali": "/maklumat/"})

    assert response.status_code == 302
    assert response.url == "/maklumat/"
    assert response.cookies["bahasa"].value == "en"


def test_unknown_language_changes_nothing(client):
    response = client.post("/bahasa/", {"bahasa": "xx", "kembali": "/"})

    assert response.cookies == {}


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "javascript:alert(1)", ""]
)
def test_switch_never_leads_to_another_site(client, target):
    response = client.post("/bahasa/", {"bahasa": "en", "kembali": target})

    assert response.url == "/"


def test_language_is_not_changed_by_a_link(client):
    assert client.get("/bahasa/").status_code == 405


def test_appearance_is_kept_and_given_back_to_the_device(client):
    client.post("/tampilan/", {"tampilan": "gelap", "kembali": "/"})
    assert 'data-theme="dark"' in client.get("/").content.decode()

    client.post("/tampilan/", {"tampilan": "", "kembali": "/"})
    assert "data-theme" not in client.get("/").content.decode()


def test_style_guide_is_for_the_demo_only(client, settings):
    settings.DEMO = False

    assert client.get("/gaya/").status_code == 404


def test_a_question_about_a_case_has_its_number_typed_in_already(client):
    set_up_office("sanggau", at=clock.now(), whole_country=False)

    page = client.get("/kontak/?tentang=REG-2026-000123")

    assert page.context["ask"]["whatsapp"].startswith("https://wa.me/62")
    assert "permohonan+REG-2026-000123" in page.context["ask"]["whatsapp"]
    assert "subject=Permohonan%20REG-2026-000123" in page.context["ask"]["email"]
    assert "https://www.lapor.go.id/" in page.content.decode()
    for strange in ("", "<b>", "saya mau", "REG 2026"):
        assert client.get("/kontak/", {"tentang": strange}).context["ask"] == {}


def test_the_messages_of_a_person_follow_the_language_of_their_screen(client):
    set_up_office("sanggau", at=clock.now(), whole_country=False)
    logins = set_up_demo_people("sanggau", at=clock.now())
    user = User.objects.get(pk=logins["sari"].user_id)
    client.force_login(user, backend="satupintu.people.backends.PasswordBackend")

    page = client.post("/bahasa/", {"bahasa": "en", "kembali": "/kontak/"}, follow=True)
    user.refresh_from_db()

    assert user.language == "en"
    activate("en")
    assert [str(one) for one in page.context["messages"]] == [
        gettext("Kabar dari kami kini juga dalam bahasa ini. Anda dapat mengubahnya di Akun saya.")
    ]
    again = client.post("/bahasa/", {"bahasa": "en", "kembali": "/kontak/"}, follow=True)
    assert list(again.context["messages"]) == []
