"""What administrators see of the channels, the office's own words, and how an applicant chooses a channel."""

from datetime import timedelta

import pytest
from django.urls import reverse

from satupintu.lib import clock
from satupintu.lib.sms import count_parts
from satupintu.messaging import services, texts, wording
from satupintu.messaging.channels.port import Failed, Health, Sent, Trouble
from satupintu.messaging.models import Identity, Lane, OfficeText
from satupintu.messaging.rules import TEXTS, ChannelKind
from satupintu.messaging.tests.test_wording import CONTEXT
from satupintu.people.rules import Role
from satupintu.people.tests.factories import AT, make_officer, make_person

pytestmark = pytest.mark.django_db
BACKEND = "satupintu.people.backends.PasswordBackend"


@pytest.fixture
def admin(client):
    client.force_login(make_officer("admin", Role.SERVICE_ADMIN), backend=BACKEND)
    return client


def test_the_channels_and_how_they_stand_are_listed(admin, transport):
    Lane.objects.create(
        transport="fake", free_at=AT, changed_at=AT, why="190 token",
        open_until=clock.now() + timedelta(minutes=5),
    )  # fmt: skip
    page = admin.get(reverse("messaging:channels")).content.decode()
    assert "fake" in page
    assert "190 token" in page


def test_connections_are_asked_and_said_in_words(admin, transport, monkeypatch):
    monkeypatch.setattr(transport, "health", lambda: Health(False, "SMPP: ConnectionRefusedError"))
    page = admin.post(reverse("messaging:channels_check")).content.decode()
    assert "Tidak tersambung." in page
    assert "ConnectionRefusedError" in page


def test_a_test_message_goes_out_by_that_line_and_its_failure_is_told(admin, transport):
    address = reverse("messaging:channel_test", args=["fake"])
    admin.post(address, {"address": "0812-0000-1234"})
    assert transport.got[0].address == "+6281200001234"

    transport.answers = [Failed(permanent=True, why="190", trouble=Trouble.SETTINGS)]
    page = admin.post(address, {"address": "a@contoh.id"}, follow=True).content.decode()
    assert "settings: 190" in page

    transport.answers = [Sent()]
    assert admin.post(address, {"address": "abc"}).status_code == 422
    assert admin.post(address, {"address": ""}).status_code == 422
    transport.kinds = {ChannelKind.EMAIL}
    assert "seperti itu" in admin.post(address, {"address": "081200001234"}).content.decode()
    assert admin.post(reverse("messaging:channel_test", args=["odd"])).status_code == 404


@pytest.mark.parametrize("name", ["channels", "texts"])
def test_others_do_not_see_them(client, name):
    client.force_login(make_officer("budi", Role.FRONT_OFFICE), backend=BACKEND)
    assert client.get(reverse(f"messaging:{name}")).status_code == 403


def test_the_office_changes_what_is_said_and_takes_it_back(admin):
    address = reverse("messaging:text", args=["track.code.ask"])
    shipped = texts.get_text("track.code.ask").shipped
    admin.post(address, {"id": "Kode lacaknya berapa, Bu?", "en": shipped["en"]})
    assert wording.own_words()["id"]["track.code.ask"] == "Kode lacaknya berapa, Bu?"
    assert "track.code.ask" not in wording.own_words()["en"]

    admin.post(address, {"id": "", "en": ""})
    assert wording.own_words()["id"] == {}
    assert OfficeText.objects.filter(key="track.code.ask").count() == 4


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("track.look.unknown", "Kode {kode} salah", "{kode} tidak diketahui"),
        ("track.look.unknown", "Kode {code", "Tidak dapat dibaca"),
        ("track.code.ask", "x" * 500, "4 bagian SMS"),
        ("track.code.ask", "x" * 4001, "Paling panjang"),
        ("short.issued", "{% if %}", "Tidak dapat dibaca"),
        ("short.issued", "“Terbit” " * 30, "bagian SMS"),
    ],
)
def test_words_that_cannot_be_said_are_refused_and_kept_on_the_page(admin, key, typed, says):
    answer = admin.post(reverse("messaging:text", args=[key]), {"id": typed, "en": ""})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert OfficeText.objects.count() == 0


def test_an_unknown_text_is_not_found(admin):
    for key in ("x", "a.b.c", "track.nowhere.ask", "short.nothing"):
        assert admin.get(reverse("messaging:text", args=[key])).status_code == 404


def test_every_text_is_listed_and_can_be_opened(admin):
    groups = texts.list_groups()
    assert {"Cek permohonan", "Cek permohonan, lewat telepon", "Di sela percakapan"} <= set(groups)
    listed = [one.key for rows in groups.values() for one in rows]
    assert (
        len(listed)
        == len(set(listed))
        == len(texts.wording.book().text_keys()) + len(texts.wording.short_texts())
    )
    for rows in groups.values():
        for one in rows:
            assert texts.problems(one.key, one.shipped) == {}, one.key


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_an_sms_says_is_at_most_three_parts_of_plain_letters(name, language):
    context = {key: CONTEXT[key] for key in TEXTS[name]}
    _subject, said = wording.render_for(ChannelKind.SMS, name, language, context)
    assert 1 <= count_parts(said) <= 3
    assert said.isascii(), said


# --- The applicant ---------------------------------------------------------------------------------
def test_an_applicant_chooses_the_channel_and_the_next_message_goes_there(client, transport):
    sari = make_person(phone="+6281200001234")
    client.force_login(sari, backend=BACKEND)
    address = reverse("messaging:own_way")
    assert "Surel" in client.get(address).content.decode()

    client.post(address, {"channel": "email"})
    assert Identity.objects.get(chosen_at__isnull=False).channel == "email"
    message = services.notify(
        sari.party_id, "withdrawn", {"service": "x", "number": "1", "link": "l"}, origin="a", at=AT
    )
    assert message.channel == "email"

    client.post(address, {"channel": ""})
    assert not Identity.objects.filter(chosen_at__isnull=False).exists()
    assert client.post(address, {"channel": "pigeon"}).status_code == 422
