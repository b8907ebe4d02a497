"""An office's WhatsApp number against the simulator of Meta: what goes out, what comes back, what goes wrong."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib import clock
from satupintu.lib.env import BadSetting
from satupintu.messaging.channels import whatsapp_cloud
from satupintu.messaging.channels.port import (
    Choice,
    Failed,
    Fetching,
    Hooked,
    IncomingKind,
    Media,
    MediaGone,
    MediaTooLarge,
    Sent,
    Trouble,
)
from satupintu.messaging.channels.whatsapp_cloud.errors import ERRORS, failure, rule_of
from satupintu.messaging.channels.whatsapp_cloud.writing import cut, free_bodies, length, split
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.tests.sms_bench import dripping, until
from satupintu.messaging.tests.whatsapp_bench import number, outgoing, running

SARI = "6281234567890"


@pytest.fixture
def bench(socket_enabled):
    with running() as (cloud, transport, office):
        yield cloud, transport, office


@pytest.fixture
def chat(bench):
    """An open conversation: Sari has just written."""
    cloud, transport, office = bench
    sari = cloud.handset(SARI, name="Sari")
    sari.write("halo")
    cloud.settle()
    return cloud, transport, office, sari


def test_it_is_what_the_port_asks_for():
    one = number()

    assert isinstance(one, Hooked)
    assert isinstance(one, Fetching)
    assert [kind for kind in ChannelKind if one.carries(kind)] == [ChannelKind.WHATSAPP]
    assert "TOKEN" not in repr(one)
    assert "rahasia" not in repr(one)


# --- There and back -------------------------------------------------------------------------------
def test_handshake(bench):
    cloud, _transport, _office = bench

    assert cloud.shake_hands()
    cloud.verify_token = "lain"
    assert not cloud.shake_hands()


def test_question_and_answer(chat):
    cloud, transport, office, sari = chat
    asked = office.messages[0]

    result = transport.send(outgoing("Ya, ada.", asked.sender, in_reply_to=asked.external_id))
    cloud.settle()

    arrived = sari.arrived[0]
    assert result == Sent(external_id=arrived.id, parts=1, reports=True)
    assert (arrived.text, arrived.reply_to) == ("Ya, ada.", asked.external_id)
    assert [(one.external_id, one.state, one.reference) for one in office.reports] == [
        (arrived.id, Delivery.SENT, "r1.satupintu"),
        (arrived.id, Delivery.DELIVERED, "r1.satupintu"),
    ]
    sari.read()
    cloud.settle()
    assert office.reports[-1].state is Delivery.READ


def test_person_without_a_number_is_answered_by_the_user_id(bench):
    cloud, transport, office = bench
    sari = cloud.handset(SARI)
    sari.hide_number("sari.dewi")
    sari.write("halo")
    cloud.settle()

    asked = office.messages[0]
    assert (asked.sender, asked.phone) == (sari.user, "")
    assert isinstance(transport.send(outgoing("Ya.", asked.sender)), Sent)
    assert cloud.calls[0]["recipient"] == sari.user
    assert "to" not in cloud.calls[0]
    assert sari.arrived[0].text == "Ya."


def test_everything_a_handset_can_send_is_heard(chat):
    cloud, transport, office, sari = chat
    transport.send(outgoing("Pilih", f"+{SARI}", choices=(Choice("a", "Lacak"),)))
    sari.press("Lacak")
    sari.send_file(b"suara", "audio/ogg", kind="audio", voice=True)
    sari.send_place(0.13, 110.6)
    sari.react("👍")
    sari.send("hologram", {"x": 1})
    sari.change_number("6289999999999")
    cloud.settle()

    kinds = [one.kind for one in office.messages[1:]]
    assert kinds == [
        IncomingKind.CHOICE,
        IncomingKind.MEDIA,
        IncomingKind.LOCATION,
        IncomingKind.OTHER,
        IncomingKind.OTHER,
    ]
    assert office.messages[1].choice == "a"
    assert office.messages[2].media[0].voice
    moved = [one for answer in office.answers for one in answer.received.moved]
    assert (moved[0].old, moved[0].new) == (f"+{SARI}", "+6289999999999")
    assert cloud.undelivered == []


# --- Buttons, lists, lengths ----------------------------------------------------------------------
def choices(count, **more):
    return tuple(Choice(f"c{n}", f"Pilihan {n}", **more) for n in range(1, count + 1))


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        (choices(1), "button"),
        (choices(3), "button"),
        (choices(3, hint="Buka 08.00"), "list"),
        ((Choice("a", "Sama"), Choice("b", "Sama")), "list"),
        ((Choice("a", "Judul yang lebih dari dua puluh"),), "list"),
        (choices(4), "list"),
        (choices(10), "list"),
        (choices(11), "text"),
        (choices(30), "text"),
    ],
)
def test_choices_are_buttons_a_list_or_numbers(chat, given, shape):
    _cloud, transport, _office, sari = chat

    assert isinstance(transport.send(outgoing("Pilih", f"+{SARI}", choices=given)), Sent)

    one = sari.arrived[0]
    if shape == "text":
        assert one.choices == []
        assert f"{len(given)}. {given[-1].title}" in one.text
    else:
        assert bool(one.label) == (shape == "list")
        assert [identity for identity, _title, _hint in one.choices] == [c.id for c in given]


def test_title_that_had_to_be_cut_is_written_out_below(chat):
    _cloud, transport, _office, sari = chat
    long = "Surat Izin Praktik Perawat Gigi"

    transport.send(outgoing("Pilih", f"+{SARI}", choices=(Choice("a", long),)))

    assert sari.arrived[0].choices == [("a", "Surat Izin Praktik Pera…", long)]


def test_long_words_with_choices_become_words_with_numbers(chat):
    _cloud, transport, _office, sari = chat

    transport.send(outgoing("A" * 1025, f"+{SARI}", choices=choices(2)))

    assert sari.arrived[0].text.endswith("1. Pilihan 1\n2. Pilihan 2\n\nBalas dengan angkanya.")


def test_long_words_come_in_parts_at_paragraphs(chat):
    _cloud, transport, _office, sari = chat
    first, second = "A" * 3000, "B" * 3000

    result = transport.send(outgoing(f"{first}\n\n{second}", f"+{SARI}"))

    assert [one.text for one in sari.arrived] == [first, second]
    assert result == Sent(external_id=sari.arrived[1].id, parts=2, reports=True)


def test_only_the_last_part_bears_our_reference(chat):
    cloud, transport, office, sari = chat
    transport.send(outgoing("kata " * 2000, office.messages[0].sender))
    cloud.settle()

    assert [one.reference for one in sari.arrived] == ["", "", "r1.satupintu"]
    assert {one.reference for one in office.reports if one.external_id != sari.arrived[2].id} == {
        ""
    }


def test_second_attempt_goes_on_with_the_part_that_failed(chat):
    cloud, transport, _office, sari = chat
    two = outgoing("A" * 4000 + " " + "B" * 4000, f"+{SARI}")
    answers = iter([None, 131000])
    real = cloud.send

    def once(body):
        if code := next(answers, None):
            cloud.refuse[SARI] = code
        else:
            cloud.refuse.clear()
        return real(body)

    cloud.send = once

    assert isinstance(transport.send(two), Failed)
    assert isinstance(transport.send(two), Sent)
    assert [one.text[0] for one in sari.arrived] == ["A", "B"]
    transport.send(two)
    assert [one.text[0] for one in sari.arrived] == ["A", "B", "A", "B"]


def test_nothing_to_say_is_not_sent(chat):
    cloud, transport, _office, _sari = chat

    assert transport.send(outgoing("  ")).trouble is Trouble.CONTENT
    assert cloud.calls == []


@given(st.text(max_size=300), st.integers(8, 60))
def test_parts_fit_and_lose_no_word(text, most):
    parts = split(text, most)

    assert all(0 < length(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert length(cut(text, most)) <= most


def test_emoji_is_never_cut_in_two():
    family = "👨‍👩‍👧"

    for most in range(2, 40):
        shown = cut(f"halo {family} 👍🏽 é", most)
        assert length(shown) <= most
        assert "\u200d…" not in shown
        assert "👍" not in shown or "👍🏽" in shown


@given(
    st.text(max_size=5000),
    st.lists(
        st.builds(Choice, st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=60), st.text(max_size=100)),
        max_size=14, unique_by=lambda one: one.id[:200],
    ),
)  # fmt: skip
def test_every_body_keeps_metas_limits(body, given):
    from satupintu.messaging.channels.whatsapp_cloud.simulated_rules import check_content

    if not all(one.title.strip() and one.id.strip() for one in given):
        return
    for one in free_bodies(outgoing(body, choices=tuple(given)), {"to": SARI}):
        check_content(one, {})


# --- The window and templates ---------------------------------------------------------------------
def issued(**more):
    words = ("https://x.id/1", "Sari", "SGU-1", "503/1", "Izin\tApotek\n\n(baru)     A", "")
    return outgoing("Izin Anda terbit.", f"+{SARI}", template="issued", parameters=words, **more)


def test_outside_the_window_a_template_goes(bench):
    cloud, transport, office = bench
    sari = cloud.handset(SARI)

    result = transport.send(issued(free=False))
    cloud.settle()

    one = sari.arrived[0]
    assert result == Sent(external_id=one.id, parts=1, reports=True)
    assert (one.template, one.language) == ("issued", "id")
    assert "Yth. Sari,\n\nIzin Apotek (baru) A Anda sudah terbit dengan nomor 503/1." in one.text
    assert [(report.billed, report.category) for report in office.reports] == [
        (True, "utility"),
        (True, "utility"),
    ]


def test_english_template(bench):
    cloud, transport, _office = bench
    sari = cloud.handset(SARI)

    transport.send(issued(free=False, language="en"))

    assert sari.arrived[0].language == "en"
    assert sari.arrived[0].text.startswith("Dear Sari,")


@pytest.mark.parametrize("at_once", [True, False])
def test_window_that_closed_meanwhile(chat, at_once):
    cloud, transport, office, sari = chat
    cloud.window_at_once = at_once
    later = clock.now() + timedelta(hours=25)
    cloud.now = lambda: later

    with_template = transport.send(issued())
    without = transport.send(outgoing("Ya.", f"+{SARI}"))
    cloud.settle()

    if at_once:  # the template goes in its place
        assert isinstance(with_template, Sent)
        assert sari.arrived[0].template == "issued"
        assert (without.permanent, without.trouble) == (True, Trouble.WINDOW)
    else:  # Meta takes it and reports the failure
        assert isinstance(without, Sent)
        assert {one.trouble for one in office.reports if one.state is Delivery.FAILED} == {
            Trouble.WINDOW
        }


def test_answer_of_an_officer_outside_the_window_is_not_sent(bench):
    cloud, transport, _office = bench

    result = transport.send(outgoing("Ya.", f"+{SARI}", free=False))

    assert (result.permanent, result.trouble) == (True, Trouble.WINDOW)
    assert cloud.calls == []


def test_text_for_officers_has_no_template(bench):
    _cloud, transport, _office = bench

    assert transport.send(outgoing(template="task_waiting", free=False)).trouble is Trouble.WINDOW


def test_template_under_another_name_or_none(bench):
    cloud, transport, _office = bench
    transport.templates = {"issued": "izin_terbit_2", "refused": "-"}

    assert transport.send(issued(free=False)).why == "WhatsApp: error 132001"
    assert cloud.calls[0]["template"]["name"] == "izin_terbit_2"
    assert transport.send(outgoing(template="refused", free=False)).trouble is Trouble.WINDOW


def test_words_that_do_not_fit_their_text_are_not_sent(bench):
    cloud, transport, _office = bench

    result = transport.send(outgoing(template="issued", parameters=("a",), free=False))

    assert (result.permanent, result.trouble) == (True, Trouble.CONTENT)
    assert cloud.calls == []


def test_sign_in_code_is_an_authentication_template(bench):
    cloud, transport, _office = bench
    sari = cloud.handset(SARI)

    code = outgoing(template="sign_in_code", parameters=("123456", "10"), free=False)
    assert isinstance(transport.send(code), Sent)

    assert sari.arrived[0].text == "123456 adalah kode verifikasi Anda."
    button = cloud.calls[0]["template"]["components"][1]
    assert (button["sub_type"], button["parameters"][0]["text"]) == ("url", "123456")


def test_sign_in_code_cannot_go_to_a_user_id(bench):
    cloud, transport, _office = bench
    sari = cloud.handset(username="sari")

    code = outgoing(address=sari.user, template="sign_in_code", parameters=("1", "10"), free=False)
    assert transport.send(code) == Failed(True, "WhatsApp: error 131062", Trouble.PERSON)


# --- What goes wrong ------------------------------------------------------------------------------
@pytest.mark.parametrize("code", sorted(ERRORS))
def test_error_code(chat, code):
    cloud, transport, _office, _sari = chat
    cloud.refuse[SARI] = code

    result = transport.send(outgoing("x", f"+{SARI}"))

    rule = ERRORS[code]
    assert result == Failed(
        rule.permanent, f"WhatsApp: error {code}", rule.trouble, retry_after=rule.wait
    )


# Every code of the documents that this program acts on, and what it does. (permanent, trouble)
@pytest.mark.parametrize(
    ("codes", "permanent", "trouble"),
    [
        ((0, 3, 10, 33, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131045, 133010), False, Trouble.SETTINGS),
        ((4, 80007, 130429, 131048, 133016), False, Trouble.THROTTLED),
        ((131056,), False, Trouble.BUSY),
        ((130472, 130497, 131021, 131026, 131030, 131049, 131050, 131062), True, Trouble.PERSON),
        ((131047,), True, Trouble.WINDOW),
        ((100, 131008, 131009, 131051, 131052, 131053), True, Trouble.CONTENT),
        ((132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018), True, Trouble.CONTENT),
        ((1, 2, 131000, 131016, 131057, 133004, 135000), False, Trouble.SERVER),
    ],
)  # fmt: skip
def test_codes_cell_by_cell(codes, permanent, trouble):
    for code in codes:
        rule = rule_of(code)
        assert (code, rule.permanent, rule.trouble) == (code, permanent, trouble)


@pytest.mark.parametrize(
    ("status", "transient", "permanent", "trouble"),
    [
        (400, False, True, Trouble.CONTENT),
        (400, True, False, Trouble.SERVER),
        (401, False, False, Trouble.SETTINGS),
        (403, False, False, Trouble.SETTINGS),
        (404, False, True, Trouble.CONTENT),
        (429, False, False, Trouble.THROTTLED),
        (500, False, False, Trouble.SERVER),
        (503, False, False, Trouble.SERVER),
        (200, False, False, Trouble.SERVER),
        (302, False, False, Trouble.SERVER),
    ],
)
def test_unknown_code_is_judged_by_the_status(status, transient, permanent, trouble):
    rule = rule_of(999999, status, transient=transient)

    assert (rule.permanent, rule.trouble) == (permanent, trouble)


@pytest.mark.parametrize("body", [{}, {"error": "x"}, {"error": {"code": "x"}}, {"error": None}])
def test_error_of_no_form(body):
    assert failure(500, body, {}).why == "WhatsApp: server answered 500"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "30"}, timedelta(seconds=30)),
        ({"retry-after": "999999999"}, timedelta(hours=6)),
        ({"x-business-use-case-usage": '{"9": [{"estimated_time_to_regain_access": 19}]}'}, timedelta(minutes=19)),
        ({"x-business-use-case-usage": "nonsense"}, None),
        ({"x-business-use-case-usage": "[1]"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_how_long_meta_asks_to_wait(headers, wait):
    assert failure(429, {"error": {"code": 130429}}, headers).retry_after == wait


def test_throttled_provider_says_how_long(chat):
    cloud, transport, _office, sari = chat
    cloud.throttle, cloud.retry_after = 1, 7

    first = transport.send(outgoing("x", f"+{SARI}"))

    assert (first.trouble, first.retry_after) == (Trouble.THROTTLED, timedelta(seconds=7))
    assert isinstance(transport.send(outgoing("x", f"+{SARI}")), Sent)
    assert len(sari.arrived) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_provider_that_is_down_is_tried_again(chat, status):
    cloud, transport, _office, _sari = chat
    cloud.down = status

    assert transport.send(outgoing("x", f"+{SARI}")) == Failed(
        False, f"WhatsApp: server answered {status}"
    )
    assert not transport.health().ok


def test_provider_that_is_away_is_tried_again():
    assert number(url="http://127.0.0.1:1").send(outgoing()) == Failed(
        False, "WhatsApp: ConnectError"
    )


def test_slow_provider_does_not_hold_a_worker(chat, monkeypatch):
    import httpx

    cloud, _transport, _office, _sari = chat
    monkeypatch.setattr(whatsapp_cloud, "_TIMES", httpx.Timeout(0.2))
    cloud.slow = 2.5
    begun = time.monotonic()

    assert number(cloud).send(outgoing()).why == "WhatsApp: ReadTimeout"
    assert time.monotonic() - begun < 2.4


def test_provider_whose_answer_drips_does_not_hold_a_worker(socket_enabled, monkeypatch):
    monkeypatch.setattr(whatsapp_cloud, "_SEND_SECONDS", 0.5)
    with dripping() as url:
        assert number(url=url).send(outgoing()) == Failed(False, "WhatsApp: ReadTimeout")


def test_provider_that_answers_nonsense_is_not_believed(chat):
    cloud, transport, _office, _sari = chat
    cloud.lie = True

    assert transport.send(outgoing("x", f"+{SARI}")) == Failed(
        False, "WhatsApp: an answer without an id"
    )
    assert not transport.health().ok


def test_message_that_is_taken_and_never_arrives_is_only_sent(chat):
    cloud, transport, office, sari = chat
    cloud.silent.add(SARI)

    assert isinstance(transport.send(outgoing("x", f"+{SARI}")), Sent)
    cloud.settle()

    assert (sari.arrived, office.reports) == ([], [])


def test_number_without_whatsapp_is_reported(bench):
    cloud, transport, office = bench

    assert isinstance(transport.send(issued(free=False)), Sent)
    cloud.settle()

    assert [(one.state, one.trouble) for one in office.reports] == [
        (Delivery.FAILED, Trouble.PERSON)
    ]


def test_reports_come_doubled_and_in_any_order(chat):
    cloud, transport, office, _sari = chat
    cloud.backwards = cloud.twice = cloud.reads = True

    transport.send(outgoing("x", f"+{SARI}"))
    cloud.settle()

    states = [one.state for one in office.reports]
    assert states == [Delivery.READ] * 2 + [Delivery.DELIVERED] * 2 + [Delivery.SENT] * 2


def test_webhook_that_was_not_taken_comes_again(bench):
    cloud, _transport, office = bench
    office.status = 500
    sari = cloud.handset(SARI)
    sari.write("halo")
    until(lambda: len(office.calls) > 1)
    office.status = 0
    cloud.settle()

    assert len({call.body for call in office.calls}) == 1
    assert [one.text for one in office.messages] == ["halo"]


@pytest.mark.parametrize(
    "address", ["", "ibu", "+62 812", "0812", "sari@contoh.id", "id.abc", "../x"]
)
def test_address_that_is_none_is_never_asked_for(bench, address):
    cloud, transport, _office = bench

    result = transport.send(outgoing(address=address))

    assert (result.permanent, result.trouble) == (True, Trouble.PERSON)
    assert cloud.calls == []


# --- Files ----------------------------------------------------------------------------------------
def sent_file(chat, content, **more):
    cloud, _transport, office, sari = chat
    sari.send_file(content, "audio/ogg; codecs=opus", kind="audio", voice=True, **more)
    cloud.settle()
    return office.messages[-1].media[0]


def test_voice_note_of_ten_megabytes(chat):
    _cloud, transport, _office, _sari = chat
    note = b"OggS" + bytes(10 * 1024 * 1024 - 4)
    media = sent_file(chat, note)

    assert transport.fetch(media, 10 * 1024 * 1024) == note
    with pytest.raises(MediaTooLarge):
        transport.fetch(media, 10 * 1024 * 1024 - 1)


def test_file_that_is_larger_than_was_said_is_not_read_to_its_end(chat):
    cloud, transport, _office, _sari = chat
    media = sent_file(chat, bytes(200_000))
    cloud.files[media.id]["size"] = 10

    with pytest.raises(MediaTooLarge):
        transport.fetch(media, 100_000)


def test_other_file_than_was_told_of_is_refused(chat):
    cloud, transport, _office, _sari = chat
    media = sent_file(chat, b"suara")
    cloud.files[media.id]["content"] = b"virus"

    with pytest.raises(OSError, match="not the one"):
        transport.fetch(media, 1000)


@pytest.mark.parametrize("identity", ["12345", "../me", "", "1?fields=x", "a" * 201])
def test_file_that_is_gone(chat, identity):
    _cloud, transport, _office, _sari = chat

    with pytest.raises(MediaGone):
        transport.fetch(Media(identity), 1000)


@pytest.mark.parametrize(
    "address",
    [
        "https://jahat.example/x",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com.jahat.example/x",
        "https://lookaside.fbsbx.com:444/x",
        "https://lookaside.fbsbx.com@jahat.example/x",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_token_goes_to_no_other_host(chat, address):
    cloud, transport, _office, _sari = chat
    media = sent_file(chat, b"suara")
    cloud.files[media.id]["url"] = address

    with pytest.raises(OSError, match="not one of Meta"):
        transport.fetch(media, 1000)


def test_token_does_not_follow_a_redirect(chat):
    cloud, transport, _office, _sari = chat
    media = sent_file(chat, b"suara")
    cloud.files[media.id]["elsewhere"] = f"{cloud.url}/files/other"

    with pytest.raises(OSError, match="302"):
        transport.fetch(media, 1000)


def test_file_is_asked_for_again_when_meta_is_down(chat):
    cloud, transport, _office, _sari = chat
    media = sent_file(chat, b"suara")
    cloud.down = 503

    with pytest.raises(OSError, match="503"):
        transport.fetch(media, 1000)
    cloud.down = 0
    assert transport.fetch(media, 1000) == b"suara"
    with pytest.raises(OSError, match="ConnectError"):
        number(url="http://127.0.0.1:1").fetch(media, 1000)


# --- Health ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("standing", "quality", "ok", "words"),
    [
        ("CONNECTED", "GREEN", True, "WhatsApp: +6256412345 terhubung"),
        ("CONNECTED", "RED", True, "WhatsApp: +6256412345 terhubung; mutunya dinilai rendah oleh Meta"),
        ("BANNED", "RED", False, "WhatsApp: nomor +6256412345 berstatus BANNED di Meta"),
        ("PENDING", "UNKNOWN", False, "WhatsApp: nomor +6256412345 berstatus PENDING di Meta"),
    ],
)  # fmt: skip
def test_health(bench, standing, quality, ok, words):
    cloud, transport, _office = bench
    cloud.standing, cloud.quality = standing, quality

    assert (transport.health().ok, transport.health().words) == (ok, words)


def test_health_with_a_dead_token(bench):
    cloud, _transport, _office = bench

    assert number(cloud, token="LAMA").health().words == "WhatsApp: error 190"


# --- Settings -------------------------------------------------------------------------------------
GOOD = {
    "SATUPINTU_WHATSAPP_PHONE_ID": "100200300",
    "SATUPINTU_WHATSAPP_TOKEN": "EAAB",
    "SATUPINTU_WHATSAPP_APP_SECRET": "a1, b2",
    "SATUPINTU_WHATSAPP_VERIFY_TOKEN": "jabat",
}


@pytest.fixture
def environment(monkeypatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_settings(environment, tmp_path):
    environment.delenv("SATUPINTU_WHATSAPP_TOKEN")
    (tmp_path / "token").write_text("EAAFILE\n")
    environment.setenv("SATUPINTU_WHATSAPP_TOKEN_FILE", str(tmp_path / "token"))
    environment.setenv("SATUPINTU_WHATSAPP_TEMPLATES", "issued=izin_2, refused=-")

    one = whatsapp_cloud.transport()

    assert (one.token, one.app_secrets, one.per_second) == ("EAAFILE", ("a1", "b2"), 20.0)
    assert one.templates == {"issued": "izin_2", "refused": "-"}
    assert one.url == "https://graph.facebook.com"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_missing_setting_is_named(environment, name):
    environment.delenv(name)

    with pytest.raises(BadSetting, match=f"{name} is needed"):
        whatsapp_cloud.transport()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SATUPINTU_WHATSAPP_PHONE_ID", "+62564"),
        ("SATUPINTU_WHATSAPP_TOKEN", "EAAB\nX: y"),
        ("SATUPINTU_WHATSAPP_URL", "http://graph.facebook.com"),
        ("SATUPINTU_WHATSAPP_URL", "graph.facebook.com"),
        ("SATUPINTU_WHATSAPP_URL", "https://["),
        ("SATUPINTU_WHATSAPP_VERSION", "24"),
        ("SATUPINTU_WHATSAPP_VERSION", "v24"),
        ("SATUPINTU_WHATSAPP_PER_SECOND", "-1"),
        ("SATUPINTU_WHATSAPP_PER_SECOND", "x"),
        ("SATUPINTU_WHATSAPP_TEMPLATES", "tidak_ada=x"),
        ("SATUPINTU_WHATSAPP_TEMPLATES", "issued=Izin Terbit"),
        ("SATUPINTU_WHATSAPP_TEMPLATES", "issued"),
    ],
)
def test_setting_that_makes_no_sense_is_named(environment, name, value):
    environment.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        whatsapp_cloud.transport()


def test_simulator_gives_the_settings_of_its_office(bench, monkeypatch):
    cloud, _transport, _office = bench
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)

    assert whatsapp_cloud.transport().health().ok
