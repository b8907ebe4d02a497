"""SMS over SMPP 3.4 with somebody else's SMS centre, npm `smpp` 0.5.1 (tests/smsc/smsc.js)."""

import contextlib
import json
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from urllib.request import Request, urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.env import BadSetting
from satupintu.lib.ports import free_port, free_ports
from satupintu.lib.sms import Coding, encode
from satupintu.messaging.channels import smpp
from satupintu.messaging.channels.port import Failed, Sent, Trouble
from satupintu.messaging.channels.smpp import Smpp, pdus
from satupintu.messaging.channels.sms import words_of
from satupintu.messaging.rules import Delivery
from satupintu.messaging.tests.npm import installed
from satupintu.messaging.tests.sms_bench import NOW, answers, program, sms, until

FOLDER = Path(__file__).parent / "smsc"


class Centre:
    def __init__(self, port, control):
        self.port, self.control = port, control

    def tell(self, what, value=None):
        body = json.dumps(value).encode()
        request = Request(f"http://127.0.0.1:{self.control}/{what}", body, method="POST")
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)

    @property
    def seen(self):
        with urlopen(f"http://127.0.0.1:{self.control}/", timeout=10) as answer:
            return json.load(answer)

    def us(self, **more):
        return Smpp(
            "127.0.0.1", self.port, "satupintu", more.pop("password", "rahasia"), "1500",
            seconds=2, **more,
        )  # fmt: skip


@pytest.fixture
def stack(socket_enabled):
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def centre(stack, tmp_path):
    folder = installed(FOLDER)
    port, control = free_ports(2)
    stack.enter_context(
        program("node", str(folder / "smsc.js"), str(port), str(control), log=tmp_path / "smsc.log")
    )
    until(lambda: answers(control) and answers(port))
    return Centre(port, control)


class Heard:
    """A line that hears, in its thread; begun again as the office's process does."""

    def __init__(self, transport):
        self.transport, self.stop = transport, threading.Event()
        self.received, self.broke, self.refuse = [], [], False
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        while not self.stop.is_set():
            try:
                self.transport.listen(self._take, self.stop)
            except OSError as error:
                self.broke.append(str(error))
            self.stop.wait(0.1)

    def _take(self, received):
        if self.refuse:
            raise OSError("no database")
        self.received.append(received)

    @property
    def messages(self):
        return [one for received in self.received for one in received.messages]

    @property
    def pieces(self):
        return [one for received in self.received for one in received.pieces]

    @property
    def reports(self):
        return [one for received in self.received for one in received.reports]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.stop.set()
        self.thread.join(15)
        assert not self.thread.is_alive()


@contextlib.contextmanager
def hearing(centre, **more):
    with Heard(centre.us(**more)) as heard:
        kind = "transceiver" if more.get("bind") == "transceiver" else "receiver"
        until(lambda: kind in centre.seen["sessions"])
        yield heard


# --- Out --------------------------------------------------------------------------------------


def test_message_goes_out_as_the_centre_wants_it(centre):
    us = centre.us()

    sent = us.send(sms("Berkas Anda – lengkap {1} €"))

    assert sent == Sent(external_id="100", parts=1, reports=True)
    (submitted,) = centre.seen["submits"]
    assert submitted == {
        "source": [0, 0, "1500"],
        "to": [1, 1, "6281234567890"],
        "esm_class": 0,
        "data_coding": 0,
        "receipt": 1,
        "text": "Berkas Anda - lengkap {1} €",
        "udh": [],
    }
    (bound,) = centre.seen["binds"]
    assert (bound["kind"], bound["version"]) == ("transmitter", 0x34)


def test_several_messages_use_one_line_and_an_idle_one_is_given_back(centre, monkeypatch):
    monkeypatch.setattr(smpp, "_IDLE_SECONDS", 0.5)
    us = centre.us()

    for _ in range(20):
        us.send(sms("halo"))

    assert len(centre.seen["binds"]) == 1
    until(lambda: centre.seen["unbinds"] == 1 and not centre.seen["sessions"])
    assert isinstance(us.send(sms("halo")), Sent)
    assert len(centre.seen["binds"]) == 2


def test_long_text_goes_in_parts_with_a_header_and_one_receipt(centre):
    sent = centre.us().send(sms("a" * 200))

    first, second = centre.seen["submits"]
    assert (sent.parts, sent.external_id) == (2, "101")
    assert first["text"] + second["text"] == "a" * 200
    assert (first["esm_class"], second["esm_class"]) == (0x40, 0x40)
    assert (first["receipt"], second["receipt"]) == (0, 1)
    number = first["udh"][0][4:6]
    assert first["udh"] == [f"0003{number}0201"]
    assert second["udh"] == [f"0003{number}0202"]


def test_other_scripts_go_as_ucs2_in_parts_of_140_octets(centre):
    text = "Привет 😀 " * 14

    assert centre.us().send(sms(text)).parts == 3

    submits = centre.seen["submits"]
    assert "".join(one["text"] for one in submits) == text.strip()
    assert {one["data_coding"] for one in submits} == {8}
    assert all(len(one["text"].encode("utf-16-be")) <= 134 for one in submits)


def test_name_as_sender_has_its_own_type_of_number(centre):
    us = centre.us()
    us.number = "DPMPTSP"

    us.send(sms("halo"))

    assert centre.seen["submits"][0]["source"] == [5, 0, "DPMPTSP"]


@pytest.mark.parametrize(
    ("status", "permanent", "trouble"),
    [
        (0x58, False, Trouble.THROTTLED),
        (0x14, False, Trouble.THROTTLED),
        (0x0B, True, Trouble.PERSON),
        (0x01, True, Trouble.CONTENT),
        (0x0A, False, Trouble.SETTINGS),
        (0x45, False, Trouble.SERVER),
        (0x4FF, False, Trouble.SERVER),
    ],
)
def test_what_the_centre_refuses(centre, status, permanent, trouble):
    centre.tell("statuses", [status])
    us = centre.us()

    failed = us.send(sms("halo"))

    assert failed == Failed(permanent, f"SMPP status 0x{status:04X}", trouble)
    assert isinstance(us.send(sms("halo")), Sent)  # the line itself stands
    assert len(centre.seen["binds"]) == 1


def test_second_attempt_after_half_a_message_has_the_same_header(centre):
    centre.tell("statuses", [0, 0x58])
    us = centre.us()

    assert us.send(sms("a" * 200)).trouble is Trouble.THROTTLED
    assert isinstance(us.send(sms("a" * 200)), Sent)

    assert len({one["udh"][0][4:6] for one in centre.seen["submits"]}) == 1


def test_wrong_password_is_the_offices_to_mend(centre):
    us = centre.us(password="salah")

    assert us.send(sms("halo")) == Failed(False, "SMPP status 0x000E", Trouble.SETTINGS)
    assert not us.health().ok
    assert "0x000E" in us.health().words


def test_line_that_was_cut_is_bound_again(centre, monkeypatch):
    monkeypatch.setattr(smpp, "_POLL_SECONDS", 0.1)
    us = centre.us()
    us.send(sms("halo"))
    centre.tell("drop")
    time.sleep(0.3)

    assert isinstance(us.send(sms("halo")), Sent)
    assert len(centre.seen["binds"]) == 2


def test_centre_that_does_not_answer_is_tried_again(centre):
    centre.tell("silent", True)
    us = centre.us()

    assert us.send(sms("halo")) == Failed(permanent=False, why="line: no answer to submit_sm")


def test_centre_that_is_away_is_tried_again(socket_enabled):
    us = Smpp("127.0.0.1", free_port(), "satupintu", "rahasia", "1500")

    failed = us.send(sms("halo"))

    assert (failed.permanent, failed.trouble) == (False, Trouble.SERVER)
    assert not us.health().ok


def test_health_binds_and_says_where(centre):
    health = centre.us().health()

    assert health.ok
    assert str(centre.port) in health.words


def test_many_threads_share_one_line(centre):
    us = centre.us()
    sent = []
    threads = [threading.Thread(target=lambda: sent.append(us.send(sms("halo")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one.external_id for one in sent}) == 8
    assert len(centre.seen["binds"]) == 1


# --- In ---------------------------------------------------------------------------------------


def test_message_is_heard_kept_and_then_answered(centre):
    with hearing(centre) as heard:
        centre.tell(
            "deliver",
            {
                "source_addr_ton": 1, "source_addr": "6281234567890", "destination_addr": "1500",
                "message": "CEK 26070 {é} €",
            },
        )  # fmt: skip
        message = until(lambda: heard.messages)[0]
        until(lambda: centre.seen["answers"] == [0])

    assert message.sender == message.phone == "+6281234567890"
    assert (message.text, message.to, message.automatic) == ("CEK 26070 {é} €", "1500", False)


def test_message_that_could_not_be_kept_is_refused_for_now_and_the_line_begun_again(centre):
    with hearing(centre) as heard:
        heard.refuse = True
        centre.tell("deliver", {"source_addr": "081234567890", "message": "CEK"})
        until(lambda: centre.seen["answers"] == [0x64])
        heard.refuse = False
        until(lambda: len(centre.seen["binds"]) >= 2 and centre.seen["sessions"] == ["receiver"])
        centre.tell("deliver", {"source_addr": "081234567890", "message": "CEK"})
        assert until(lambda: heard.messages)[0].phone == "+6281234567890"


@pytest.mark.parametrize("source", ["BANK", "3636"])
def test_machines_are_kept_and_never_answered(centre, source):
    with hearing(centre) as heard:
        centre.tell("deliver", {"source_addr_ton": 5, "source_addr": source, "message": "promo"})
        message = until(lambda: heard.messages)[0]

    assert (message.sender, message.phone, message.automatic) == (source, "", True)


def long_message(order, *, sar=False):
    """Parts of one UCS-2 message, cut inside a sign that takes two units."""
    octets = "Привет 😀 satu".encode("utf-16-be")
    cuts = [octets[:16], octets[16:20], octets[20:]]
    for at in order:
        common = {"source_addr": "081234567890", "destination_addr": "1500", "data_coding": 8}
        if sar:
            yield common | {
                "hex": cuts[at - 1].hex(), "sar_msg_ref_num": 300, "sar_total_segments": 3,
                "sar_segment_seqnum": at,
            }  # fmt: skip
        else:
            header = f"0608040123{3:02x}{at:02x}" if at % 2 else f"06080401230{3}{at:02x}"
            yield common | {"hex": header + cuts[at - 1].hex(), "esm_class": 0x40}


@pytest.mark.parametrize("sar", [False, True], ids=["header", "SAR"])
def test_parts_are_handed_over_apart_and_make_one_message(centre, sar):
    with hearing(centre) as heard:
        for fields in long_message([3, 1, 1, 2], sar=sar):
            centre.tell("deliver", fields)
        pieces = until(lambda: len(heard.pieces) == 4 and heard.pieces)

    assert [one.at for one in pieces] == [3, 1, 1, 2]
    assert len({one.message for one in pieces}) == 1
    (message,) = heard.transport.join(pieces).messages
    assert (message.text, message.sender) == ("Привет 😀 satu", "+6281234567890")
    assert not message.incomplete


def test_parts_that_never_come_leave_a_gap(centre):
    with hearing(centre) as heard:
        for fields in long_message([1, 3]):
            centre.tell("deliver", fields)
        pieces = until(lambda: len(heard.pieces) == 2 and heard.pieces)

    (message,) = heard.transport.join(pieces).messages
    assert "(...)" in message.text
    assert message.incomplete


def test_receipts_come_in_any_order_by_parameter_and_by_text(centre):
    centre.tell("ids", ["abc7", "abc8"])
    us = centre.us()
    first, second = us.send(sms("satu")), us.send(sms("dua"))
    text = (
        "id:{} sub:001 dlvrd:001 submit date:2611250300 done date:2611250301 stat:{} err:000 text:x"
    )
    with hearing(centre) as heard:
        for fields in [
            {"esm_class": 4, "message": text.format("abc8", "DELIVRD")},
            {"esm_class": 4, "receipted_message_id": "abc7", "message_state": 2, "message": ""},
            {"esm_class": 0x20, "message": text.format("abc8", "ACCEPTD")},
            {
                "esm_class": 4,
                "message": text.format("abc7", "UNDELIV").replace("err:000", "err:0A1"),
            },
        ]:
            centre.tell("deliver", {"source_addr": "6281234567890"} | fields)
        until(lambda: len(heard.reports) == 4)

    assert [(one.external_id, one.state) for one in heard.reports] == [
        (second.external_id, Delivery.DELIVERED),
        (first.external_id, Delivery.DELIVERED),
        (second.external_id, Delivery.SENT),
        (first.external_id, Delivery.FAILED),
    ]
    assert heard.reports[3].why == "state 5, error 0A1"
    assert heard.messages == []


@pytest.mark.parametrize(
    ("ids", "submitted", "receipt"),
    [("hex", "1A2B", "6699"), ("decimal", "6699", "1a2b"), ("same", "00012", "12")],
)
def test_identifiers_of_answer_and_receipt_meet(centre, ids, submitted, receipt):
    centre.tell("ids", [submitted])
    sent = centre.us(ids=ids).send(sms("satu"))
    with hearing(centre, ids=ids) as heard:
        centre.tell("deliver", {"esm_class": 4, "message": f"id:{receipt} stat:DELIVRD err:000"})
        report = until(lambda: heard.reports)[0]

    assert report.external_id == sent.external_id


def test_person_cannot_write_a_receipt(centre):
    with hearing(centre) as heard:
        centre.tell(
            "deliver", {"source_addr": "081234567890", "message": "id:100 sub:001 stat:DELIVRD"}
        )
        until(lambda: heard.messages)

    assert heard.reports == []


def test_receipt_that_says_nothing_is_a_problem_for_the_log(centre):
    with hearing(centre) as heard:
        for message in ("", "id: stat:", "id:1 stat:MABUK"):
            centre.tell("deliver", {"esm_class": 4, "message": message})
        until(lambda: len(heard.received) == 3)

    assert heard.reports == []
    assert all(one.problems for one in heard.received)


def test_enquiry_of_the_centre_is_answered(centre):
    with hearing(centre):
        centre.tell("enquire")
        until(lambda: "enquire" in centre.seen["answers"])


def test_line_that_breaks_is_heard_again(centre):
    with hearing(centre) as heard:
        centre.tell("drop")
        until(lambda: heard.broke)
        until(lambda: centre.seen["sessions"] == ["receiver"])
        centre.tell("unbind")
        until(lambda: len(heard.broke) == 2)
        until(lambda: centre.seen["sessions"] == ["receiver"])
        centre.tell("deliver", {"source_addr": "081234567890", "message": "CEK"})
        until(lambda: heard.messages)


def test_silent_line_is_found_out(centre, monkeypatch):
    monkeypatch.setattr(smpp, "_QUIET_SECONDS", 0.2)
    with hearing(centre) as heard:
        until(lambda: centre.seen["enquiries"] >= 1)
        assert heard.broke == []
        centre.tell("silent", True)
        until(lambda: "no answer to an enquiry" in heard.broke)


def test_octets_that_are_no_pdu_do_not_end_the_line(centre):
    with hearing(centre) as heard:
        centre.tell(
            "raw", {"hex": "00000014000000050000000000000009deadbeef"}
        )  # deliver_sm, cut short
        centre.tell("raw", {"hex": "0000001000000fff0000000000000007"})  # a command nobody knows
        centre.tell("deliver", {"source_addr": "081234567890", "message": "CEK"})
        until(lambda: heard.messages)

    assert heard.broke == []


def test_length_that_cannot_be_ends_the_line(centre):
    with hearing(centre) as heard:
        centre.tell("raw", {"hex": "7fffffff000000050000000000000009"})
        until(lambda: heard.broke == ["a length that cannot be"])


def test_transceiver_sends_and_hears(centre):
    with hearing(centre, bind="transceiver") as heard:
        us = heard.transport
        assert isinstance(us.send(sms("halo")), Sent)
        assert {one["kind"] for one in centre.seen["binds"]} == {"transceiver"}


def test_bind_that_is_refused_is_said(centre):
    with Heard(centre.us(password="salah")) as heard:
        until(lambda: "bind refused: 0x000E" in heard.broke)


# --- Pure -------------------------------------------------------------------------------------


def pdu(**fields):
    return SimpleNamespace(
        **{
            "esm_class": 0, "sar_total_segments": None, "sar_segment_seqnum": None,
            "sar_msg_ref_num": None, "receipted_message_id": None, "message_state": None,
        }
        | fields
    )  # fmt: skip


@given(st.text(max_size=450), st.booleans())
def test_pieces_fit_the_air_and_come_back(text, latin1):
    words = words_of(sms(text))
    if isinstance(words, Failed):
        return
    cut = pdus.pieces(words, "r", latin1=latin1)
    whole = b""
    for piece in cut:
        assert len(piece.octets) <= (140 if piece.data_coding == 8 else 160)
        part, octets = pdus.part_of(pdu(esm_class=piece.esm_class), piece.octets)
        assert (part is None) == (len(cut) == 1)
        whole += octets

    assert pdus.text_of(whole, cut[0].data_coding, latin1=latin1) == words.text.encode(
        "utf-16-be", "replace"
    ).decode("utf-16-be")


@given(st.binary(max_size=60), st.integers(0, 255))
def test_no_header_is_too_broken(octets, esm_class):
    part, rest = pdus.part_of(pdu(esm_class=esm_class), octets)

    assert part is None or 1 <= part.at <= part.total
    assert octets.endswith(rest)


@given(st.binary(max_size=200), st.integers(0, 255), st.booleans())
def test_no_coding_is_unknown(octets, coding, latin1):
    text = pdus.text_of(octets, coding, latin1=latin1)

    assert text is None or isinstance(text, str)


@given(st.binary(max_size=200), st.one_of(st.none(), st.binary(max_size=70)))
def test_no_receipt_is_too_broken(octets, told):
    pdus.report_of(pdu(receipted_message_id=told), octets, NOW, submitted="hex")


def test_identifier_without_its_closing_zero_is_read_from_the_text():
    report = pdus.report_of(
        pdu(receipted_message_id=b"abc", message_state=2),
        b"id:abcd stat:DELIVRD",
        NOW,
        submitted="same",
    )

    assert report.external_id == "abcd"


def test_latin1_centre_gets_latin1_and_the_euro_sign_as_ucs2():
    (piece,) = pdus.pieces(words_of(sms("é{ñ}")), "r", latin1=True)
    assert (piece.octets, piece.data_coding) == ("é{ñ}".encode("latin-1"), 0)
    (piece,) = pdus.pieces(words_of(sms("€5")), "r", latin1=True)
    assert (piece.octets, piece.data_coding) == (encode("€5", Coding.UCS2), 8)


def test_ascii_is_ascii_unless_it_cannot_be():
    assert pdus.text_of(b"a@b [1]", 1, latin1=False) == "a@b [1]"
    assert pdus.text_of(encode("a{é}", Coding.GSM7), 1, latin1=False) == "a{é}"


def test_data_for_a_program_is_no_message():
    assert pdus.text_of(b"\x00\x01", 4, latin1=False) is None
    assert pdus.text_of(b"\x00\x01", 0xF5, latin1=False) is None


SETTINGS = {
    "SATUPINTU_SMPP_HOST": "127.0.0.1",
    "SATUPINTU_SMPP_USER": "satupintu",
    "SATUPINTU_SMPP_PASSWORD": "rahasia",
    "SATUPINTU_SMPP_FROM": "1500",
}


def test_settings_make_a_transport(monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    one = smpp.transport()

    assert (one.port, one.bind, one.ids, one.per_second) == (2775, "split", "same", 10)
    assert "rahasia" not in repr(one)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "") for name in SETTINGS],
        ("SATUPINTU_SMPP_PORT", "0"),
        ("SATUPINTU_SMPP_PORT", "abc"),
        ("SATUPINTU_SMPP_PASSWORD", "terlalupanjang"),
        ("SATUPINTU_SMPP_BIND", "keduanya"),
        ("SATUPINTU_SMPP_IDS", "oktal"),
        ("SATUPINTU_SMPP_ALPHABET", "morse"),
    ],
)
def test_bad_setting_is_named_in_one_sentence(monkeypatch, name, value):
    for one, good in SETTINGS.items():
        monkeypatch.setenv(one, good)
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        smpp.transport()
