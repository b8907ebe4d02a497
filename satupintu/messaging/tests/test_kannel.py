"""SMS through a real Kannel 1.4 (bearerbox and smsbox of Debian) with its fakesmsc as the telephones."""

import re
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from satupintu.lib.env import BadSetting
from satupintu.lib.ports import free_ports
from satupintu.messaging.channels import kannel
from satupintu.messaging.channels.kannel import Kannel
from satupintu.messaging.channels.port import Failed, Hook, Sent, Trouble
from satupintu.messaging.rules import Delivery
from satupintu.messaging.tests.sms_bench import (
    NOW,
    Office,
    Provider,
    answers,
    needs,
    program,
    served,
    sms,
    until,
)

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
SECRET = "a1B2c3D4e5F6g7H8"
DOCUMENT = Path(__file__).parents[3] / "docs/channels/sms.md"
SIMULATED = """group = smsc
smsc = fake
smsc-id = uji
port = {smsc}
connect-allow-ip = 127.0.0.1

"""


def documented(folder, office, *, admin, box, smsc, sendsms):
    """Return the configuration that offices copy, on free ports and with a simulated SMS centre."""
    text = re.search(r"```conf\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[1]
    text = re.sub(
        r"group = smsc\n.*?\n\n", lambda _: SIMULATED.format(smsc=smsc), text, flags=re.DOTALL
    )
    for old, new in {
        "admin-port = 13000": f"admin-port = {admin}",
        "13001": str(box),
        "13013": str(sendsms),
        "/var/spool/kannel": str(folder),
        "http://127.0.0.1:8000": office,
        "GANTIRAHASIA1234": SECRET,
        "http-queue-delay = 10": "http-queue-delay = 1",
    }.items():
        assert old in text
        text = text.replace(old, new)
    return text


class Bench:
    """A running Kannel and what its telephones saw."""

    def __init__(self, office, transport, folder, smsc):
        self.office, self.transport, self.folder, self.smsc = office, transport, folder, smsc
        self.telephones = 0

    def telephone(self, *messages, stack):
        """Connect fakesmsc, which sends these ("from to text words") and prints what it gets."""
        self.telephones += 1
        log = self.folder / f"telephone{self.telephones}.log"
        command = [FAKESMSC, "-H", "127.0.0.1", "-r", str(self.smsc), "-i", "0.2"]
        stack.enter_context(
            program(*command, "-m", str(len(messages[:1])), *(messages or ["1 2 text -"]), log=log)
        )
        return lambda: [
            line.partition("<")[2].rpartition(">")[0]
            for line in log.read_text(errors="replace").splitlines()
            if "Got message" in line
        ]


@pytest.fixture
def stack(socket_enabled):
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def bench(tmp_path, stack):
    needs("bearerbox", "smsbox", FAKESMSC)
    office = Office()
    url = stack.enter_context(served(office.take))
    admin, box, smsc, sendsms = free_ports(4)
    configuration = tmp_path / "kannel.conf"
    configuration.write_text(
        documented(tmp_path, url, admin=admin, box=box, smsc=smsc, sendsms=sendsms)
    )
    stack.enter_context(program("bearerbox", str(configuration), log=tmp_path / "bearerbox.log"))
    until(lambda: answers(admin) and answers(box))
    stack.enter_context(program("smsbox", str(configuration), log=tmp_path / "smsbox.log"))
    until(lambda: answers(sendsms))
    transport = Kannel(
        url=f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms",
        user="satupintu",
        password="GANTISANDI",
        number="1500",
        secret=SECRET,
        callback=url,
        status_url=f"http://127.0.0.1:{admin}/status.txt?password=GANTIKUNCI",
    )
    office.transport = transport
    return Bench(office, transport, tmp_path, smsc)


def connected(bench):
    until(lambda: bench.transport.health().ok)


def test_message_of_a_telephone_reaches_the_office_and_the_answer_the_telephone(bench, stack):
    seen = bench.telephone("+6281234567890 1500 text CEK 26070", stack=stack)

    message = until(lambda: bench.office.messages)[0]

    assert message.sender == message.phone == "+6281234567890"
    assert message.to == "1500"
    assert len(message.external_id) == 36  # Kannel's own UUID, the same when it tries again
    assert not message.automatic
    assert bench.transport.send(sms("Berkas Anda – lengkap", message.sender)) == Sent(
        external_id="r1.x", parts=1, reports=True
    )
    assert until(seen) == ["1500 +6281234567890 text Berkas Anda - lengkap"]


def test_words_come_as_typed(bench, stack):
    bench.telephone("+6281234567890 1500 text CEK  26070 @ €", stack=stack)

    assert until(lambda: bench.office.messages)[0].text == "CEK  26070 @ €"


def test_other_scripts_come_as_typed(bench, stack):
    bench.telephone("+6281234567890 1500 ucs2 %04%1f%00%0a%20%13%00a", stack=stack)

    assert until(lambda: bench.office.messages)[0].text == "П\n–a"


def test_data_for_a_program_is_no_message(bench, stack):
    bench.telephone("+6281234567890 1500 data %00%ffx", stack=stack)

    until(lambda: bench.office.answers)
    assert bench.office.messages == []


def test_sender_with_a_name_is_kept_and_never_answered(bench, stack):
    bench.telephone("BANK 1500 text promo", stack=stack)

    message = until(lambda: bench.office.messages)[0]
    assert (message.sender, message.phone, message.automatic) == ("BANK", "", True)


def test_office_that_is_away_gets_the_message_later_under_the_same_id(bench, stack):
    bench.office.status = 503
    bench.telephone("+6281234567890 1500 text CEK", stack=stack)
    first = until(lambda: bench.office.calls)[0]
    bench.office.status = 0

    message = until(lambda: bench.office.messages)[0]

    assert message.external_id == first.path.split("/")[2]


def test_reports_are_delivered_and_taken_in_whatever_order(bench, stack):
    bench.telephone(stack=stack)
    connected(bench)

    bench.transport.send(sms("halo", reference="0190-a.satupintu"))

    until(lambda: len(bench.office.reports) >= 2)
    assert {one.external_id for one in bench.office.reports} == {"0190-a.satupintu"}
    assert {one.state for one in bench.office.reports} == {Delivery.SENT, Delivery.DELIVERED}


def test_long_text_is_two_parts_and_one_report(bench, stack):
    seen = bench.telephone(stack=stack)
    connected(bench)

    assert bench.transport.send(sms("a" * 200)).parts == 2

    until(lambda: len(seen()) == 2)
    first, second = (one.split() for one in seen())
    assert (first[2], second[2]) == ("udh", "udh")
    assert first[3][:-2] == second[3][:-2]  # one reference
    assert len(first[5]) == 153
    assert first[5] + second[5] == "a" * 200
    until(lambda: len(bench.office.reports) >= 2)
    assert [one.state for one in bench.office.reports].count(Delivery.DELIVERED) == 1


def test_other_scripts_go_as_ucs2(bench, stack):
    seen = bench.telephone(stack=stack)
    connected(bench)

    assert bench.transport.send(sms("Привет 😀")) == Sent("r1.x", 1, reports=True)

    words = until(seen)[0].split(" ", 3)
    assert words[2] == "ucs-2"
    octets = unquote(words[3].replace("+", " "), encoding="latin-1").encode("latin-1")
    assert octets.decode("utf-16-be") == "Привет 😀"


def test_letters_of_the_extension_table_arrive(bench, stack):
    seen = bench.telephone(stack=stack)
    connected(bench)

    bench.transport.send(sms("{1} & 2% € @ ~"))

    assert until(seen) == ["1500 +6281234567890 text {1} & 2% € @ ~"]


def test_no_telephone_network_is_no_failure_but_bad_health(bench):
    """Kannel keeps it until a line is there: taken, with no report yet."""
    assert isinstance(bench.transport.send(sms("halo")), Sent)
    assert not bench.transport.health().ok
    assert bench.office.reports == []


def test_wrong_password_is_the_offices_to_mend(bench):
    wrong = replace(bench.transport, password="salah", status_url="")

    failed = wrong.send(sms("halo"))

    assert failed == Failed(permanent=False, why="server answered 403", trouble=Trouble.SETTINGS)
    assert not wrong.health().ok
    assert replace(bench.transport, status_url="").health().ok


def test_number_that_cannot_be_one_is_the_persons_matter(bench):
    failed = bench.transport.send(sms("halo", address="abc"))

    assert (failed.permanent, failed.trouble) == (True, Trouble.PERSON)


# --- without Kannel ---------------------------------------------------------------------------


def alone(url="http://127.0.0.1:1", **more):
    return Kannel(url, "satupintu", "rahasia", "1500", SECRET, "http://127.0.0.1:1", **more)


def call(path, query=None, method="POST", body=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Hook(method=method, path=path, query=query or {}, headers=named, body=body, now=NOW)


def report(**query):
    return call(f"laporan/{SECRET}", query, "GET")


@pytest.mark.parametrize(
    ("path", "query", "method", "status"),
    [
        ("masuk/salah/1/1/1500/0812", {}, "POST", 403),
        ("masuk//1/1/1500/0812", {}, "POST", 403),
        ("masuk", {}, "POST", 403),
        ("", {}, "GET", 403),
        (f"lain/{SECRET}", {}, "GET", 405),
        (f"masuk/{SECRET}/1/1/1500/0812", {}, "GET", 405),
        (f"laporan/{SECRET}", {"ref": "r", "state": "1"}, "POST", 405),
        (f"masuk/{SECRET}", {}, "POST", 400),
        (f"masuk/{SECRET}//1/1500/0812", {}, "POST", 400),
        (f"masuk/{SECRET}/1/1/1500/", {}, "POST", 400),
        (f"masuk/{SECRET}/1/1/1500", {}, "POST", 400),
        (f"laporan/{SECRET}", {"state": "1"}, "GET", 400),
        (f"masuk/{SECRET}é/1/1/1500/0812", {}, "POST", 403),
    ],
)
def test_forged_and_malformed_calls_keep_nothing(path, query, method, status):
    answer = alone().hook(call(path, query, method))

    assert answer.status == status
    assert answer.received.messages == answer.received.reports == ()


@pytest.mark.parametrize(
    ("state", "delivery", "trouble"),
    [
        ("1", Delivery.DELIVERED, None),
        ("2", Delivery.FAILED, Trouble.PERSON),
        ("4", Delivery.SENT, None),
        ("8", Delivery.SENT, None),
        ("16", Delivery.FAILED, Trouble.CONTENT),
    ],
)
def test_states_of_a_report(state, delivery, trouble):
    answer = alone().hook(report(ref="r", state=state, said="NACK/"))

    (one,) = answer.received.reports
    assert (one.external_id, one.state) == ("r", delivery)
    if trouble:
        assert (one.trouble, one.why) == (trouble, "NACK/")


@pytest.mark.parametrize("state", ["", "3", "32", "x" * 500, "%d"])
def test_unknown_state_is_said_to_the_log_and_changes_nothing(state):
    answer = alone().hook(report(ref="r", state=state))

    assert answer.status == 200
    assert answer.received.reports == ()
    assert answer.received.problems


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"\x00" * 3000])
@pytest.mark.parametrize("charset", ["UTF-8", "UTF-16BE", "klingon", ""])
def test_octets_that_make_no_words_are_still_a_message(body, charset):
    heard = call(
        f"masuk/{SECRET}/1/1/1500/0812",
        body=body,
        content_type=f'text/plain; charset="{charset}"',
    )

    (message,) = alone().hook(heard).received.messages

    assert "\x00" not in message.text  # PostgreSQL would not keep it


@pytest.mark.parametrize("at", ["", "abc", "99999999999999999999", "-1"])
def test_time_that_makes_no_sense_is_now(at):
    (message,) = alone().hook(call(f"masuk/{SECRET}/1/{at}/1500/0812")).received.messages

    assert message.at == NOW


def test_kannel_that_is_away_is_tried_again(socket_enabled):
    assert alone().send(sms("halo")) == Failed(permanent=False, why="ConnectError")
    assert not alone().health().ok


@pytest.mark.parametrize(("status", "trouble"), [(503, Trouble.SERVER), (429, Trouble.THROTTLED)])
def test_kannel_that_is_busy_is_tried_again(status, trouble, socket_enabled):
    provider = Provider()
    provider.told = [(status, "", {"Retry-After": "30"})]
    with served(provider.take) as url:
        failed = alone(url).send(sms("halo"))

    assert (failed.permanent, failed.trouble) == (False, trouble)
    assert failed.retry_after.total_seconds() == 30


@pytest.mark.parametrize(("body", "words"), [("", "no words"), ("a" * 460, "4 parts, more than 3")])
def test_what_kannel_would_cut_is_not_sent(body, words):
    assert alone().send(sms(body)) == Failed(True, words, Trouble.CONTENT)


def test_sender_may_hold_a_slash():
    (message,) = alone().hook(call(f"masuk/{SECRET}/1/1/1500/A/B")).received.messages

    assert (message.sender, message.to) == ("A/B", "1500")


def test_secrets_are_in_no_repr():
    assert "rahasia" not in repr(alone())
    assert SECRET not in repr(alone())


SETTINGS = {
    "SATUPINTU_KANNEL_URL": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "SATUPINTU_KANNEL_USER": "satupintu",
    "SATUPINTU_KANNEL_PASSWORD": "rahasia",
    "SATUPINTU_KANNEL_FROM": "1500",
    "SATUPINTU_KANNEL_SECRET": SECRET,
}


def test_settings_make_a_transport(monkeypatch, settings):
    settings.BASE_URL = "https://izin.example/"
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    one = kannel.transport()

    assert (one.user, one.callback, one.per_second) == ("satupintu", "https://izin.example", 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "") for name in SETTINGS],
        ("SATUPINTU_KANNEL_URL", "127.0.0.1:13013"),
        ("SATUPINTU_KANNEL_SECRET", "pendek"),
        ("SATUPINTU_KANNEL_SECRET", "a/b?c" * 5),
        ("SATUPINTU_KANNEL_PER_SECOND", "cepat"),
    ],
)
def test_bad_setting_is_named_in_one_sentence(monkeypatch, name, value):
    for one, good in SETTINGS.items():
        monkeypatch.setenv(one, good)
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        kannel.transport()


def test_version_of_the_counterpart():
    needs("bearerbox")
    told = subprocess.run(["bearerbox", "--version"], capture_output=True, text=True, check=False)
    assert "1.4" in told.stdout + told.stderr
