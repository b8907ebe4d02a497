import pytest

from satupintu.messaging import services
from satupintu.messaging.models import OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.tests.test_services import AT, WITHDRAWN, make_message, make_party
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    party = make_party()
    message = services.queue_message(
        template="withdrawn", context={"name": "Sari", **WITHDRAWN}, origin="w",
        address="+6281200001234", channel=ChannelKind.WHATSAPP, at=AT,
    )  # fmt: skip
    OutMessage.objects.filter(pk=message.pk).update(party=party)
    return message


@pytest.mark.parametrize("language", ["id", "en"])
def test_demo_inbox_shows_what_people_received(client, language):
    client.cookies["bahasa"] = language
    make_message()

    page = client.get("/demo/kotak-masuk/").content.decode()

    assert "Permohonan P-1 sudah ditarik" in page
    assert '<a href="http://localhost/x/"' in page


def test_real_office_has_no_demo_inbox(client, settings):
    settings.DEMO = False

    assert client.get("/demo/kotak-masuk/").status_code == 404


def test_officer_opens_a_prefilled_chat_and_logs_it(client, waiting):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    client.force_login(budi)
    assert str(waiting.pk) in client.get("/pesan/").content.decode()

    page = client.get(f"/pesan/{waiting.pk}/whatsapp/").content.decode()
    assert "https://wa.me/6281200001234?text=Permohonan%20P-1" in page
    answer = client.post(f"/pesan/{waiting.pk}/whatsapp/")

    assert answer.url == "/pesan/"
    row = OutMessage.objects.get()
    assert (row.state, row.sent_by_id) == ("manual", budi.pk)
    assert str(waiting.pk) not in client.get("/pesan/").content.decode()


def test_opening_the_chat_page_logs_nothing(client, waiting):
    client.force_login(make_officer("budi", Role.FRONT_OFFICE))
    client.get(f"/pesan/{waiting.pk}/whatsapp/")

    assert OutMessage.objects.get().state == "queued"


@pytest.mark.parametrize("who", ["visitor", "applicant", "leader"])
def test_others_see_no_messages(client, waiting, who):
    if who == "applicant":
        client.force_login(make_person())
    if who == "leader":
        client.force_login(make_officer("bupati", Role.LEADER))

    for page in ("/pesan/", f"/pesan/{waiting.pk}/whatsapp/"):
        assert client.get(page).status_code == (302 if who == "visitor" else 403)
        assert client.post(f"/pesan/{waiting.pk}/whatsapp/").status_code in {302, 403}
    assert OutMessage.objects.get().state == "queued"


def test_sign_in_code_is_never_shown_to_officers(client):
    message = services.queue_message(
        template="sign_in_code", context={"code": "123456", "minutes": 10}, origin="c",
        address="+6281200001234", channel=ChannelKind.SMS, at=AT,
    )  # fmt: skip
    OutMessage.objects.update(state="failed")
    client.force_login(make_officer("budi", Role.FRONT_OFFICE))

    assert str(message.pk) not in client.get("/pesan/").content.decode()
    assert client.get(f"/pesan/{message.pk}/whatsapp/").status_code == 404


def test_unknown_message_is_not_found(client):
    client.force_login(make_officer("budi", Role.FRONT_OFFICE))

    assert client.get("/pesan/0190a5f0-0000-7000-8000-000000000000/whatsapp/").status_code == 404
