"""The list of requirements that people take along."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from satupintu.catalogue.services import publish_shipped
from satupintu.lib import clock
from satupintu.lib.tests.rows import made_once
from satupintu.messaging.models import OutMessage
from satupintu.messaging.services import forget_codes
from satupintu.office.services.demo import set_up_office
from satupintu.people.rules import system_actor

pytestmark = pytest.mark.django_db
ADDRESS = "/layanan/sip-bidan/daftar/"


@pytest.fixture(autouse=True)
def _office():
    made_once("checklist", _make_office)


def _make_office():
    set_up_office("sanggau", at=clock.now(), whole_country=False)
    publish_shipped(by=system_actor("tests"), at=clock.now())


def test_the_ticked_list_goes_along_in_every_way(client):
    page = client.get(ADDRESS, {"jenis": "extension", "ada": ["str", "nothing"]})

    assert page.context["said"]["ready"] == ["Surat Tanda Registrasi (STR)"]
    assert page.context["said"]["missing"] == [
        "Surat keterangan dari pimpinan fasilitas kesehatan",
        "Pernyataan memiliki tempat praktik mandiri",
        "Bukti kecukupan Satuan Kredit Profesi (SKP)",
        "Bukti pemenuhan kompetensi",
    ]
    for way in ("whatsapp", "sms", "mail"):
        text = unquote(page.context[way])
        assert "[x] Surat Tanda Registrasi (STR)" in text
        assert "[ ] Bukti kecukupan Satuan Kredit Profesi (SKP)" in text
        assert "/layanan/sip-bidan/?jenis=extension" in text


def test_a_mail_is_sent_and_its_address_forgotten_within_the_hour(client):
    answer = client.post(f"{ADDRESS}?ada=str", {"email": "warga@contoh.id"})

    message = OutMessage.objects.get()
    assert answer["Location"] == f"{ADDRESS}?ada=str&terkirim=1"
    assert (message.template, message.address, message.party_id) == (
        "checklist", "warga@contoh.id", None,
    )  # fmt: skip
    assert "[x] Surat Tanda Registrasi (STR)" in message.body
    assert forget_codes(at=message.created_at + timedelta(minutes=59)) == 0
    assert forget_codes(at=message.created_at + timedelta(minutes=61)) == 1
    assert OutMessage.objects.count() == 0


@pytest.mark.parametrize("address", ["", "warga", "a@b", "warga@contoh.id\nBcc: x@contoh.id"])
def test_what_is_no_address_is_refused_and_nothing_sent(client, address):
    answer = client.post(ADDRESS, {"email": address})

    assert answer.context["form"].errors["email"]
    assert OutMessage.objects.count() == 0


def test_nobody_is_flooded_with_lists(client):
    answers = [client.post(ADDRESS, {"email": "warga@contoh.id"}) for _i in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert OutMessage.objects.count() == 3
    assert answers[-1].context["form"].non_field_errors()


def test_an_unknown_service_has_no_list(client):
    assert client.get("/layanan/tidak-ada/daftar/").status_code == 404
