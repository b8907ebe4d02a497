"""
Rooms of three providers, each against a server on this machine.

BigBlueButton and Zoom are simulators after the published documentation; somebody else's client (PyPI's
bigbluebutton-api-python and zoom-python-client) asks the same simulators, so that they are not only our own opinion.
"""

from datetime import UTC, datetime

import httpx
import pytest

from satupintu.desk import meetings
from satupintu.desk.meetings import bigbluebutton as bbb
from satupintu.desk.meetings import jitsi, zoom
from satupintu.desk.meetings.port import MeetingFailed, Room, Wanted
from satupintu.desk.tests import rooms
from satupintu.lib import standin
from satupintu.lib.env import BadSetting

WANTED = Wanted(
    "01a22513-065e-7df1-b03f-e1c3c38776ee",
    "Konsultasi KSL-2026-00001 & lain + 100%",
    datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
    30,
    "Asia/Pontianak",
)


# --- BigBlueButton ----------------------------------------------------------------------------------


@pytest.fixture
def bbb_server():
    server = rooms.bigbluebutton()
    yield server
    standin.close(server)


@pytest.fixture
def big(bbb_server, monkeypatch):
    monkeypatch.setenv("SATUPINTU_BBB_URL", bbb_server.url)
    monkeypatch.setenv("SATUPINTU_BBB_SECRET", rooms.SECRET)
    return bbb.provider()


def test_bbb_checksum_is_that_of_the_documentations_rule():
    """The API's example of `create`; its rule was computed with coreutils' sha256sum."""
    one = bbb.BigBlueButton("https://x/bigbluebutton/api", rooms.SECRET)
    assert one.address("create", name="Test Meeting", meetingID="abc123") == (
        "https://x/bigbluebutton/api/create?name=Test+Meeting&meetingID=abc123"
        "&checksum=170d3c83c9685196dfec254390b06130829bca4bcce5ec2960ea632de6b448a2"
    )


def test_bbb_room_is_created_whenever_somebody_enters(big, bbb_server):
    room = big.prepare(WANTED)
    assert bbb_server.seen == []  # nothing before that
    assert not big.is_running(room)

    host = big.enter(WANTED, room, who="Budi Santoso", host=True)
    guest = big.enter(WANTED, room, who="Bu Marlina & anak", host=False)

    made = bbb_server.meetings[WANTED.key]
    assert made["asked"]["name"] == WANTED.title  # what a query can spoil came whole
    for address, role in ((host, "MODERATOR"), (guest, "VIEWER")):
        assert "SUCCESS" in httpx.get(address).text
        assert made["role"] == role
    assert big.is_running(room)
    big.end(room)
    assert not big.is_running(room)
    assert big.health().ok


def test_bbb_wrong_secret_is_said_without_telling_it(bbb_server):
    one = bbb.BigBlueButton(f"{bbb_server.url}/api", "wrong-secret")
    with pytest.raises(MeetingFailed) as refused:
        one.enter(WANTED, Room(WANTED.key), who="Budi", host=True)
    assert refused.value.why == "BigBlueButton: checksumError"
    assert "wrong-secret" not in repr(one)
    assert not one.health().ok


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><r/>", b"x" * 100_001]
)
def test_bbb_answer_that_cannot_be_read_is_a_failure(content):
    with pytest.raises(MeetingFailed):
        bbb._read(content)


def test_bbb_simulator_understands_the_client_bigbluebutton_api_python(bbb_server, big):
    """That client signs with SHA-1; it makes a meeting, which ours then joins, and sees that it runs."""
    from bigbluebutton_api_python import BigBlueButton

    theirs = BigBlueButton(f"{bbb_server.url}/api/", rooms.SECRET)
    made = theirs.create_meeting(WANTED.key, {"name": "Konsultasi"})
    assert str(made.get_field("returncode")) == "SUCCESS"
    assert not big.is_running(Room(WANTED.key))

    httpx.get(big.enter(WANTED, Room(WANTED.key), who="Budi", host=True))

    running = theirs.is_meeting_running(WANTED.key)
    assert str(running.get_field("running")) == "true"


# --- Zoom -------------------------------------------------------------------------------------------


@pytest.fixture
def zoom_server():
    server = rooms.zoom()
    yield server
    standin.close(server)


@pytest.fixture
def zoomed(zoom_server, monkeypatch):
    for name, value in (
        ("ACCOUNT", rooms.ACCOUNT),
        ("CLIENT", rooms.CLIENT),
        ("SECRET", rooms.ZOOM_SECRET),
        ("API", f"{zoom_server.url}/v2"),
        ("OAUTH", f"{zoom_server.url}/oauth/token"),
    ):
        monkeypatch.setenv(f"SATUPINTU_ZOOM_{name}", value)
    return zoom.provider()


def test_zoom_meeting_is_made_entered_and_deleted(zoomed, zoom_server):
    room = zoomed.prepare(WANTED)

    made = zoom_server.meetings[room.ref]
    assert (made["type"], made["duration"]) == (2, 30)
    assert (made["start_time"], made["timezone"]) == ("2026-11-25T02:00:00Z", "Asia/Pontianak")
    assert made["settings"]["waiting_room"] is True
    guest = zoomed.enter(WANTED, room, who="Marlina", host=False)
    host = zoomed.enter(WANTED, room, who="Budi", host=True)
    assert "zak=" not in guest
    assert "zak=" in host
    assert not zoomed.is_running(room)
    made["status"] = "started"
    assert zoomed.is_running(room)
    zoomed.end(room)
    assert zoom_server.meetings == {}
    zoomed.end(room)  # gone is done
    assert zoomed.health().ok


def test_zoom_with_a_wrong_secret_says_so_without_telling_it(zoom_server):
    one = zoom.Zoom("a", "b", "s3cret", f"{zoom_server.url}/v2", f"{zoom_server.url}/oauth/token")
    assert not one.health().ok
    assert "s3cret" not in repr(one) + one.health().words
    with pytest.raises(MeetingFailed):
        one.prepare(WANTED)


@pytest.mark.parametrize("status", [429, 500, 403])
def test_zoom_that_refuses_is_tried_again_later(zoomed, zoom_server, status):
    zoom_server.trouble = status
    with pytest.raises(MeetingFailed, match=str(status)):
        zoomed.prepare(WANTED)


def test_zoom_simulator_understands_the_client_zoom_python_client(
    zoomed, zoom_server, monkeypatch, tmp_path
):
    """That client gets a token its own way, and reads the meeting that ours made."""
    from zoom_python_client.zoom_api_client import ZoomApiClient
    from zoom_python_client.zoom_auth_api.zoom_auth_api_client import ZoomAuthApiClient

    monkeypatch.setattr(ZoomAuthApiClient, "oauth_base_url", f"{zoom_server.url}/oauth")
    room = zoomed.prepare(WANTED)

    theirs = ZoomApiClient(
        rooms.ACCOUNT,
        rooms.CLIENT,
        rooms.ZOOM_SECRET,
        api_endpoint=f"{zoom_server.url}/v2",
        use_path=str(tmp_path),
    )
    read = theirs.meetings.get_meeting(room.ref)

    assert read["join_url"] == room.join_url


# --- Jitsi, settings ---------------------------------------------------------------------------------


def test_jitsi_rooms_are_the_offices_own_and_not_guessed(monkeypatch):
    monkeypatch.setenv("SATUPINTU_JITSI_URL", "https://temu.contoh.go.id/")
    one = jitsi.provider()
    made = {one.prepare(WANTED).join_url for _count in range(50)}
    assert len(made) == 50
    assert all(url.startswith("https://temu.contoh.go.id/SatuPintu") for url in made)
    assert min(len(url) for url in made) >= len("https://temu.contoh.go.id/SatuPintu") + 32
    room = one.prepare(WANTED)
    entered = one.enter(WANTED, room, who='Bu "Marlina" #1', host=False)
    assert entered.startswith(f"{room.join_url}#userInfo.displayName=%22Bu%20")
    assert entered.count("#") == 1


def test_a_server_that_is_not_there_is_a_sentence():
    nowhere = "http://127.0.0.1:9"
    assert not jitsi.Jitsi(nowhere).health().ok
    assert not bbb.BigBlueButton(nowhere, "x").health().ok
    assert not zoom.Zoom("a", "b", "c", nowhere, nowhere).health().ok
    with pytest.raises(MeetingFailed):
        bbb.BigBlueButton(nowhere, "x").enter(WANTED, Room("k"), who="B", host=False)


@pytest.mark.parametrize(
    ("provider", "given", "said"),
    [
        (jitsi, {"SATUPINTU_JITSI_URL": "temu"}, "SATUPINTU_JITSI_URL=temu"),
        (bbb, {}, "SATUPINTU_BBB_URL is missing"),
        (bbb, {"SATUPINTU_BBB_URL": "https://b"}, "SATUPINTU_BBB_SECRET is missing"),
        (zoom, {}, "SATUPINTU_ZOOM_ACCOUNT is missing"),
        (
            zoom,
            {"SATUPINTU_ZOOM_ACCOUNT": "a", "SATUPINTU_ZOOM_CLIENT": "b"},
            "SATUPINTU_ZOOM_SECRET",
        ),
    ],
)
def test_a_setting_that_makes_no_sense_is_said_by_name(monkeypatch, provider, given, said):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=said):
        provider.provider()


@pytest.mark.parametrize(
    "typed",
    ["https://b.id", "https://b.id/bigbluebutton", "https://b.id/bigbluebutton/", "https://b.id/bigbluebutton/api/"],
)  # fmt: skip
def test_bbb_address_is_taken_as_the_server_shows_it(monkeypatch, typed):
    monkeypatch.setenv("SATUPINTU_BBB_URL", typed)
    monkeypatch.setenv("SATUPINTU_BBB_SECRET", "x")
    assert bbb.provider().url == "https://b.id/bigbluebutton/api"


def test_every_provider_that_can_be_named_is_there(settings):
    from satupintu.config import settings as shipped

    assert shipped.MEETINGS == "jitsi"
    assert meetings.provider().name == "jitsi"
    assert meetings.provider_named("zoom") is None
