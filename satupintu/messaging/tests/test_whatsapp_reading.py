"""Meta's webhooks: whose they are, and what they say."""

import base64
import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satupintu.messaging.channels.port import IncomingKind, Media, Received, Report, Trouble
from satupintu.messaging.channels.whatsapp_cloud.errors import ERRORS
from satupintu.messaging.channels.whatsapp_cloud.reading import read
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.tests.whatsapp_bench import (
    NOW,
    PHONE_ID,
    SARI,
    SECOND,
    call,
    change,
    message,
    number,
    signature,
    webhook,
)


def received(*messages, contacts=(SARI,), **more):
    return read(
        webhook(change(messages=list(messages), contacts=list(contacts), **more)), PHONE_ID, NOW
    )


def only(*messages, **more):
    found = received(*messages, **more)
    assert found.problems == ()
    return found.messages[0]


# --- Whose is it ----------------------------------------------------------------------------------
def test_handshake_gives_back_the_bare_challenge():
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": "jabat-tangan",
        "hub.challenge": "1158201444",
    }

    answer = number().hook(call(method="GET", query=query))

    assert (answer.status, answer.body, answer.content_type) == (200, "1158201444", "text/plain")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.verify_token": "lain"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "é\ud800"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": "9" * 201},
    ],
)
def test_handshake_of_a_stranger_is_refused(wrong):
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": "jabat-tangan",
        "hub.challenge": "1",
    } | wrong

    answer = number().hook(call(method="GET", query=query))

    assert (answer.status, answer.body) == (403, "")
    assert number().hook(call(method="GET", query={})).status == 403


def test_signature_is_over_the_exact_bytes():
    body = webhook(change(messages=[message()], contacts=[SARI]))
    same_json = json.dumps(json.loads(body), indent=1).encode()

    assert number().hook(call(body)).received.messages[0].text == "CEK 26070"
    assert number().hook(call(same_json, signed=signature(body))).status == 403


@pytest.mark.parametrize(
    "signed", ["", "sha256=", "sha256=00", "sha1=", "sha256=é\ud800", "nothing"]
)
def test_forged_webhook_is_refused_and_keeps_nothing(signed):
    body = webhook(change(messages=[message()], contacts=[SARI]))
    for forged in (signed, signature(body, "rahasia-lain"), signature(body)[7:]):
        answer = number().hook(call(body, signed=forged))

        assert answer.status == 403
        assert answer.received == Received()


def test_either_secret_counts_while_it_is_being_changed():
    body = webhook(change(messages=[message()], contacts=[SARI]))
    both = number(app_secrets=("lama", "baru"))

    assert both.hook(call(body, signed=signature(body, "lama"))).status == 200
    assert both.hook(call(body, signed=signature(body, "baru"))).status == 200
    assert both.hook(call(body, signed=signature(body, "lain"))).status == 403


def test_other_methods_are_refused():
    assert number().hook(call(method="DELETE")).status == 405


def test_signed_nonsense_is_answered_so_that_it_does_not_come_again():
    answer = number().hook(call(b"{not json"))

    assert answer.status == 200
    assert answer.received == Received(problems=("the body is no JSON",))


def test_replayed_webhook_says_the_same_again():
    body = webhook(change(messages=[message()], contacts=[SARI]))

    assert number().hook(call(body)) == number().hook(call(body))


# --- What people write ----------------------------------------------------------------------------
def test_text():
    one = only(message(context={"from": "6256412345", "id": "wamid.OURS"}))

    assert one.channel is ChannelKind.WHATSAPP
    assert (one.external_id, one.sender, one.phone) == (
        "wamid.A",
        "+6281234567890",
        "+6281234567890",
    )
    assert (one.kind, one.text, one.name) == (IncomingKind.TEXT, "CEK 26070", "Sari")
    assert (one.to, one.in_reply_to, one.automatic) == ("+6256412345", "wamid.OURS", False)
    assert one.at.timestamp() == int(SECOND)
    assert json.loads(one.raw)["text"] == {"body": "CEK 26070"}


@pytest.mark.parametrize(
    ("kind", "part", "choice", "text"),
    [
        ("interactive", {"type": "button_reply", "button_reply": {"id": "track", "title": "Lacak"}}, "track", "Lacak"),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "s1", "title": "SIP"}}, "s1", "SIP"),
        ("button", {"payload": "STOP", "text": "Berhenti"}, "STOP", "Berhenti"),
        ("button", {"text": "Berhenti"}, "Berhenti", "Berhenti"),
    ],
)  # fmt: skip
def test_what_was_pressed(kind, part, choice, text):
    one = only(message(kind, part))

    assert (one.kind, one.choice, one.text) == (IncomingKind.CHOICE, choice, text)


DIGEST = hashlib.sha256(b"berkas").digest()


@pytest.mark.parametrize("digest", [base64.b64encode(DIGEST).decode(), DIGEST.hex()])
@pytest.mark.parametrize("kind", ["image", "document", "audio", "video", "sticker"])
def test_files(kind, digest):
    part = {"id": "77", "mime_type": "audio/ogg; codecs=opus", "sha256": digest, "voice": True}
    part |= {"caption": "denah", "filename": "../denah.pdf"}

    one = only(message(kind, part))

    assert (one.kind, one.text) == (IncomingKind.MEDIA, "denah")
    assert one.media == (
        Media("77", "audio/ogg; codecs=opus", "../denah.pdf", DIGEST.hex(), voice=True),
    )


def test_digest_that_is_none_is_not_believed():
    assert only(message("image", {"id": "1", "sha256": "c2hvcnQ="})).media[0].sha256 == ""


def test_place():
    one = only(message("location", {"latitude": 0.13, "longitude": 110.6, "name": "Kantor"}))

    assert (one.kind, one.place, one.text) == (IncomingKind.LOCATION, (0.13, 110.6), "Kantor")


@pytest.mark.parametrize("latitude", [91, None, "0.1", True, float("nan"), 10**400])
def test_place_that_is_none_is_kept_as_something_else(latitude):
    one = only(message("location", {"latitude": latitude, "longitude": 1}))

    assert (one.kind, one.place) == (IncomingKind.OTHER, None)


def test_reaction_is_kept_and_never_answered():
    one = only(message("reaction", {"message_id": "wamid.OURS", "emoji": "👍"}))

    assert (one.kind, one.text, one.in_reply_to) == (IncomingKind.OTHER, "👍", "wamid.OURS")
    assert one.automatic


def test_peoples_cards_become_words():
    cards = [{"name": {"formatted_name": "Budi"}, "phones": [{"phone": "+62 812"}]}, {"name": 1}, 2]

    one = only(message("contacts", cards))

    assert (one.kind, one.text) == (IncomingKind.OTHER, "Budi +62 812")


@pytest.mark.parametrize(
    "one",
    [
        message("order", {"catalog_id": "1", "text": ""}),
        message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}),
        message("unsupported", {}, errors=[{"code": 131051}]),
        message("hologram", {"depth": 3}),
        message("Not A Word", {}),
        message(type=None),
    ],
)
def test_unknown_kinds_are_kept_raw(one):
    found = only(one)

    assert found.kind is IncomingKind.OTHER
    assert json.loads(found.raw) == one
    assert not found.automatic


def test_person_who_hides_the_number_is_named_by_the_user_id():
    hidden = {"profile": {"name": "Sari", "username": "sari.dewi"}, "user_id": "ID.ABC123"}

    one = only(message(**{"from": None}), contacts=[hidden])

    assert (one.sender, one.phone) == ("ID.ABC123", "")


def test_user_id_is_found_in_the_contact_alone():
    hidden = {"profile": {"name": "Sari"}, "user_id": "ID.ABC123"}

    one = only(message(**{"from": None, "from_user_id": None}), contacts=[hidden])

    assert (one.sender, one.phone) == ("ID.ABC123", "")


def test_number_and_user_id_are_both_told():
    one = only(message())

    assert (one.sender, one.phone, one.account) == ("+6281234567890", "+6281234567890", "ID.ABC123")


def test_user_id_alone_is_told_once():
    one = only(message(**{"from": None}), contacts=[{"user_id": "ID.ABC123"}])

    assert (one.sender, one.phone, one.account) == ("ID.ABC123", "", "")


def test_names_go_to_their_own_messages_in_a_batch():
    budi = {"profile": {"name": "Budi"}, "wa_id": "6281111111111"}
    other = message(id="wamid.B", **{"from": "6281111111111", "from_user_id": None})

    found = received(message(), other, contacts=[budi, SARI])

    assert [(one.name, one.sender) for one in found.messages] == [
        ("Sari", "+6281234567890"),
        ("Budi", "+6281111111111"),
    ]


def test_name_of_another_is_never_taken():
    found = received(message(**{"from": "6281111111111", "from_user_id": None}), contacts=[SARI])

    assert found.messages[0].name == ""


@pytest.mark.parametrize(
    ("system", "moved"),
    [
        (
            {"type": "user_changed_number", "wa_id": "6289999999999", "user_id": "ID.NEW"},
            [
                ("+6281234567890", "+6289999999999", "+6289999999999"),
                ("ID.ABC123", "ID.NEW", "+6289999999999"),
            ],
        ),
        (
            {"type": "customer_changed_number", "new_wa_id": "6289999999999"},
            [
                ("+6281234567890", "+6289999999999", "+6289999999999"),
                ("ID.ABC123", "+6289999999999", "+6289999999999"),
            ],
        ),
        (
            {"type": "user_changed_user_id", "user_id": "ID.NEW"},
            [("+6281234567890", "ID.NEW", ""), ("ID.ABC123", "ID.NEW", "")],
        ),
        (
            {
                "type": "user_changed_number",
                "wa_id": "6289999999999",
                "user_id": "ID.NEW",
                "previous_user_id": "ID.OLD",
            },
            [
                ("+6281234567890", "+6289999999999", "+6289999999999"),
                ("ID.OLD", "ID.NEW", "+6289999999999"),
            ],
        ),
    ],
)
def test_changed_number(system, moved):
    found = received(message("system", system))

    assert [(one.old, one.new, one.new_phone) for one in found.moved] == moved
    assert found.messages == ()


def test_other_system_messages_are_kept_and_never_answered():
    one = only(message("system", {"type": "customer_identity_changed", "body": "x"}))

    assert (one.kind, one.automatic) == (IncomingKind.OTHER, True)


def test_call_is_told_once():
    calls = [
        {"id": "wacid.1", "from": "6281234567890", "event": event, "timestamp": SECOND, "direction": way}
        for way in ("USER_INITIATED", "BUSINESS_INITIATED")
        for event in ("connect", "terminate")
    ]  # fmt: skip
    found = read(webhook(change("calls", calls=calls)), PHONE_ID, NOW)

    assert [(one.kind, one.external_id, one.sender) for one in found.messages] == [
        (IncomingKind.CALL, "wacid.1", "+6281234567890")
    ]


# --- What became of ours --------------------------------------------------------------------------
def status(state="delivered", **more):
    return {"id": "wamid.O", "status": state, "timestamp": SECOND, "recipient_id": "628"} | more


def reported(*statuses):
    return read(webhook(change(statuses=list(statuses))), PHONE_ID, NOW)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("sent", Delivery.SENT),
        ("delivered", Delivery.DELIVERED),
        ("read", Delivery.READ),
        ("played", Delivery.READ),
    ],
)
def test_report(word, state):
    found = reported(status(word, biz_opaque_callback_data="r1.satupintu"))

    at = read(webhook(change(messages=[message()])), PHONE_ID, NOW).messages[0].at
    assert found.reports == (Report("wamid.O", state, at, reference="r1.satupintu"),)


def test_report_tells_what_is_paid():
    pricing = {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"}

    one = reported(status(pricing=pricing)).reports[0]

    assert (one.billed, one.category) == (True, "utility")


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_report_of_failure_names_the_code_and_not_the_words(code):
    error = {"code": code, "title": "to 6281234567890 failed", "error_data": {"details": "628"}}

    one = reported(status("failed", errors=[error])).reports[0]

    assert (one.state, one.why, one.trouble) == (
        Delivery.FAILED,
        f"WhatsApp: error {code}",
        ERRORS[code].trouble,
    )


def test_failure_without_a_code_goes_to_the_next_channel():
    assert reported(status("failed")).reports[0].trouble is Trouble.PERSON


def test_unknown_state_is_named_and_loses_nothing():
    found = reported(status("teleported"), status("delivered"))

    assert [one.state for one in found.reports] == [Delivery.DELIVERED]
    assert found.problems == ("a status cannot be read: state teleported",)


# --- Broken parts ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "broken",
    [
        None,
        "x",
        3,
        [],
        {},
        {"id": "wamid.X"},
        message(**{"from": 5, "from_user_id": []}),
        message(**{"from": "ibu", "from_user_id": "x"}),
    ],
)
def test_broken_message_never_loses_the_others(broken):
    found = received(message(), broken, message(id="wamid.C"), contacts=[])

    assert [one.external_id for one in found.messages] == ["wamid.A", "wamid.C"]
    assert len(found.problems) == 1
    assert "6281234567890" not in found.problems[0]


@pytest.mark.parametrize("part", [None, 5, "x", [], {"body": None}, {"body": 7}])
def test_message_with_broken_content_is_kept(part):
    found = received(message(text=part) | {"text": part})

    assert [(one.external_id, one.text) for one in found.messages] == [("wamid.A", "")]


def test_message_without_an_id_is_known_again():
    once, again = only(message(id=None)), only(message(id=None))

    assert once.external_id == again.external_id
    assert once.external_id.startswith("sha256:")
    assert only(message(id=None, text={"body": "lain"})).external_id != once.external_id


@pytest.mark.parametrize(
    "moment", ["", "x", None, -(10**13), "9" * 30, True, 10**300, "4102444800"]
)
def test_moment_that_cannot_be_is_now(moment):
    assert only(message() | {"timestamp": moment}).at == NOW


def test_words_that_no_database_takes_are_mended():
    body = webhook(change(messages=[message()], contacts=[SARI]))
    body = body.replace(b"CEK 26070", b"A\\u0000B\\ud83dC")

    one = read(body, PHONE_ID, NOW).messages[0]

    assert one.text == "AB?C"
    one.raw.encode()


def test_other_numbers_and_fields_are_left_out():
    body = webhook(
        change(phone_id="999", messages=[message()]),
        change("account_update", event="VERIFIED"),
        change("Ibu Sari 0812", x=1),
        {"field": "messages"},
        7,
        change(messages=[message(id="wamid.Z")]),
    )

    found = read(body, PHONE_ID, NOW)

    assert [one.external_id for one in found.messages] == ["wamid.Z"]
    assert found.problems == (
        "a change for another number",
        "field account_update is not read",
        "field unknown is not read",
        "a change without a value",
    )


def test_metas_own_errors_are_told():
    found = read(webhook(change(errors=[{"code": 131042, "title": "x"}])), PHONE_ID, NOW)

    assert found.problems == ("Meta tells of error 131042",)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b"null", b'{"object": "page"}', b"[" * 100_000, b"1" * 5000]
)
def test_body_that_is_none_is_a_problem_and_no_crash(body):
    found = read(body, PHONE_ID, NOW)

    assert (found.messages, len(found.problems)) == ((), 1)


def test_deeply_nested_message_is_left_out_and_the_others_kept():
    deep = (
        b'{"from":"6281234567890","id":"wamid.D","type":"x","x":' + b"[" * 900 + b"]" * 900 + b"}"
    )
    body = webhook(change(messages=["DEEP", message()])).replace(b'"DEEP"', deep)

    assert "wamid.A" in [one.external_id for one in read(body, PHONE_ID, NOW).messages]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
KEYS = st.sampled_from(
    [*message(), "context", "system", "interactive", "image", "location", "errors", "status", "pricing", "reaction",
     "contacts", "order", "button", "group_id", "event"]
)  # fmt: skip
KINDS = st.sampled_from(
    [
        "text",
        "interactive",
        "image",
        "location",
        "reaction",
        "contacts",
        "order",
        "button",
        "system",
    ]
)
LIKE_ONES = st.dictionaries(KEYS, ANY, max_size=8) | st.builds(
    lambda kind, part, more: message(kind, part) | more,
    KINDS,
    ANY,
    st.dictionaries(KEYS, ANY, max_size=3),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LIKE_ONES | ANY, max_size=4), st.lists(LIKE_ONES | ANY, max_size=3), ANY, ANY)
def test_whatever_comes_is_read_without_a_crash(messages, statuses, contacts, system):
    body = webhook(
        change(messages=messages, statuses=statuses, contacts=contacts),
        change(messages=[message("system", system), message(id="wamid.LAST")]),
    )

    found = read(body, PHONE_ID, NOW)

    assert found.messages[-1].external_id == "wamid.LAST"
    for one in found.messages:
        assert one.sender
        for text in (one.text, one.choice, one.name, one.external_id, one.raw, one.in_reply_to):
            text.encode()
            assert "\x00" not in text


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | ANY.map(lambda one: json.dumps(one).encode()))
def test_any_body_is_read_without_a_crash(body):
    read(body, PHONE_ID, NOW)
