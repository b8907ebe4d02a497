"""A channel's month: told at 80 and 100 percent, once; then it goes on or falls to the next, as the office set."""

from datetime import timedelta

import pytest
from django.urls import reverse

from satupintu.lib import clock
from satupintu.lib.env import BadSetting, env_numbers
from satupintu.messaging import channels, meters, services
from satupintu.messaging.channels.port import Incoming, IncomingKind, Received
from satupintu.messaging.models import Meter, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import budgets
from satupintu.messaging.tests.conftest import FakeTransport
from satupintu.people import services as people
from satupintu.people.rules import Role, system_actor
from satupintu.people.tests.factories import AT, make_officer

pytestmark = pytest.mark.django_db
PHONE = "+6281200001234"


def used(parts, at=AT):
    Meter.objects.update_or_create(
        transport="fake", month=meters.month_of(at), defaults={"messages": 1, "parts": parts}
    )


@pytest.fixture
def office(settings, monkeypatch):
    """SMS by a transport with a budget of 100 parts, e-mail by another without one."""
    settings.MONTHLY_BUDGETS, settings.BUDGET_SPENT = {"fake": 100}, "next_channel"
    sms, mail = FakeTransport(), FakeTransport()
    sms.kinds, mail.kinds, mail.name = {ChannelKind.SMS}, {ChannelKind.EMAIL}, "mail"
    monkeypatch.setattr(channels, "transports", lambda: (sms, mail))
    return sms, mail


def tell(email="sari@contoh.id"):
    party = people.create_party(
        name="Sari", phone=PHONE, email=email, by=system_actor("tests"), at=AT
    )
    told = {"service": "SIP Bidan", "number": "P-1", "link": "http://x/"}
    return services.notify(party.pk, "withdrawn", told, origin="t:1", at=AT)


def make_admin():
    made = make_officer("admin", Role.SERVICE_ADMIN)
    made.email = "admin@contoh.id"
    made.save()
    return made


@pytest.mark.parametrize(
    ("parts", "percent", "reached"),
    [(0, 0, 0), (79, 79, 0), (80, 80, 80), (99, 99, 80), (100, 100, 100), (250, 250, 100)],
)
def test_what_is_reached(parts, percent, reached):
    budget = meters.Budget(100, parts)

    assert (budget.percent, budget.reached) == (percent, reached)


def test_nearly_all_is_not_all():
    assert meters.Budget(1000, 999).reached == 80


# --- Told ---------------------------------------------------------------------------------------


def test_administrators_are_told_once_at_each_step(office):
    administrator = make_admin()
    make_officer("budi", Role.FRONT_OFFICE)
    told = []
    for parts in (79, 80, 95, 100, 130):
        used(parts)
        told.append([services.warn_of_budgets(at=AT) for _ in range(2)])

    assert told == [[0, 0], [1, 0], [0, 0], [1, 0], [0, 0]]
    assert {one.address for one in OutMessage.objects.all()} == {administrator.email}
    assert {one.subject for one in OutMessage.objects.all()} == {
        "Saluran fake: 80% anggaran bulan ini terpakai",
        "Saluran fake: 100% anggaran bulan ini terpakai",
    }


def test_two_steps_at_once_are_told_as_one(office):
    make_admin()
    used(150)

    assert services.warn_of_budgets(at=AT) == 1
    assert "150 dari 100" in OutMessage.objects.get().body


def test_the_next_month_is_told_anew(office):
    make_admin()
    later = AT + timedelta(days=31)
    used(90)
    services.warn_of_budgets(at=AT)
    assert services.warn_of_budgets(at=later) == 0
    used(90, later)

    assert services.warn_of_budgets(at=later) == 1


@pytest.mark.parametrize(
    ("setting", "parts", "words"),
    [
        ("go_on", 100, "Pesan tetap dikirim"),
        ("next_channel", 80, "Setelah habis"),
        ("next_channel", 100, "Kabar kini dikirim"),
    ],
)
def test_the_message_says_what_follows(office, settings, setting, parts, words):
    settings.BUDGET_SPENT = setting
    make_admin()
    used(parts)
    services.warn_of_budgets(at=AT)

    assert words in OutMessage.objects.get().body


@pytest.mark.parametrize(
    ("parts", "words"),
    [(10, "10 dari 100 bagian (10%)"), (85, "hampir habis"), (100, "lewat saluran berikutnya")],
)
def test_the_page_of_channels_says_it(office, client, parts, words):
    used(parts, clock.now())
    client.force_login(
        make_officer("admin", Role.SERVICE_ADMIN),
        backend="satupintu.people.backends.PasswordBackend",
    )

    assert words in client.get(reverse("messaging:channels")).content.decode()


# --- Then -----------------------------------------------------------------------------------------


def test_what_the_office_tells_goes_by_the_next_channel(office):
    sms, mail = office
    used(100)
    tell()
    services.send_due(AT)
    services.send_due(AT)

    assert (len(sms.got), [one.address for one in mail.got]) == (0, ["sari@contoh.id"])
    left = OutMessage.objects.get(channel=ChannelKind.SMS)
    assert (left.state, left.told_elsewhere) == ("failed", True)


@pytest.mark.parametrize(("setting", "parts"), [("go_on", 100), ("next_channel", 99)])
def test_it_goes_on_where_the_office_says_so_or_something_is_left(office, settings, setting, parts):
    settings.BUDGET_SPENT = setting
    used(parts)
    tell()
    services.send_due(AT)

    assert len(office[0].got) == 1


def test_who_has_no_other_way_is_told_all_the_same(office):
    used(100)
    tell(email="")
    services.send_due(AT)

    assert len(office[0].got) == 1
    assert OutMessage.objects.get().state == "sent"


def test_who_wrote_is_answered_all_the_same(office):
    used(100)
    one = Incoming(ChannelKind.SMS, "m1", PHONE, IncomingKind.TEXT, AT, text="MENU")
    services.take("fake", Received(messages=(one,)), at=AT)
    services.read_due(at=AT)
    services.send_due(AT)

    assert len(office[0].got) == 1


def test_without_budgets_nothing_is_asked(office, settings, django_assert_num_queries):
    settings.MONTHLY_BUDGETS = {}
    with django_assert_num_queries(0):
        assert budgets.spent(AT) == frozenset()
        assert services.warn_of_budgets(at=AT) == 0


# --- Settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["kannel", "kannel=", "kannel=0", "kannel=-1", "=5", "kannel=5x"])
def test_what_is_no_budget_is_named(monkeypatch, wrong):
    monkeypatch.setenv("SATUPINTU_MONTHLY_BUDGETS", wrong)
    with pytest.raises(BadSetting, match="Write kannel=5000"):
        env_numbers("SATUPINTU_MONTHLY_BUDGETS")


def test_budgets_are_read(monkeypatch):
    monkeypatch.setenv("SATUPINTU_MONTHLY_BUDGETS", "kannel=5000, whatsapp_cloud = 2000")
    assert env_numbers("SATUPINTU_MONTHLY_BUDGETS") == {"kannel": 5000, "whatsapp_cloud": 2000}


def test_a_budget_of_a_channel_that_is_not_used_stops_the_start(settings):
    settings.CHANNELS, settings.MONTHLY_BUDGETS = ["smtp"], {"kanel": 5}
    channels._made.cache_clear()
    with pytest.raises(BadSetting, match="kanel is none of"):
        channels.transports()
    channels._made.cache_clear()
