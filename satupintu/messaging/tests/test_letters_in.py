"""Letters as people and machines write them, and a real Dovecot that holds them."""

import os
import smtplib
import socket
import subprocess
import threading
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from shutil import which

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from satupintu.lib.env import BadSetting
from satupintu.lib.ports import free_port
from satupintu.messaging import channels, services
from satupintu.messaging.channels.imap import Imap, Mailbox, forget_old, mailbox
from satupintu.messaging.channels.imap.letters import read_letter, unquoted
from satupintu.messaging.channels.port import MediaGone, MediaTooLarge, Received
from satupintu.messaging.channels.smtp import Smtp
from satupintu.messaging.models import InFile, InMessage, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.people.tests.factories import AT
from satupintu.permits.tests.officer_cases import sheet


def letter(
    text="Jam berapa buka?",
    *,
    subject="Tanya",
    sender="Sari <sari@contoh.id>",
    message_id="<a1@contoh.id>",
    html="",
    files=(),
    **headers,
):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "izin@sanggau.example", subject
    if message_id:
        mail["Message-ID"] = message_id
    for key, value in headers.items():
        mail[key.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


def read(raw):
    received = read_letter(raw, AT)
    assert received.problems == ()
    return received.messages[0]


def test_a_letter_is_read():
    message = read(letter(Date="Mon, 23 Nov 2026 08:00:00 +0700"))
    assert (message.sender, message.name, message.subject) == ("sari@contoh.id", "Sari", "Tanya")
    assert (message.external_id, message.text) == ("<a1@contoh.id>", "Jam berapa buka?")
    assert message.automatic is False
    assert message.at < AT


def test_a_letter_without_id_or_with_a_date_of_the_future_is_taken():
    message = read(letter(message_id="", Date="Mon, 23 Nov 2099 08:00:00 +0700"))
    assert message.external_id.startswith("<")
    assert (
        message.external_id
        == read(letter(message_id="", Date="Mon, 23 Nov 2099 08:00:00 +0700")).external_id
    )
    assert message.at == AT


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; type=x"}, {"Precedence": "bulk"},
        {"List_Id": "<x.example>"}, {"Return_Path": "<>"}, {"sender": "MAILER-DAEMON@contoh.id"},
        {"sender": "no-reply@contoh.id"}, {"X_Autoreply": "yes"},
    ],
)  # fmt: skip
def test_a_machine_is_told_apart(headers):
    assert read(letter(**headers)).automatic


def test_a_person_is_no_machine():
    assert not read(letter(Auto_Submitted="no")).automatic


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ya.\n\nOn Mon, 23 Nov 2026, DPMPTSP wrote:\n> Buka jam 8.\n", "Ya."),
        ("Ya.\n\nPada tanggal Sen, 23 Nov 2026 DPMPTSP menulis:\n> x", "Ya."),
        ("> Buka jam 8?\nYa.\n> x", "Ya."),
        ("Ya.\n-- \nSari\nJl. Contoh", "Ya."),
        ("Ya.\n----- Original Message -----\nx", "Ya."),
        (
            "Pada hari Senin saya datang, dan petugas menulis: belum",
            "Pada hari Senin saya datang, dan petugas menulis: belum",
        ),
    ],
)
def test_the_letter_that_is_answered_is_left_out(written, kept):
    assert unquoted(written) == kept


def test_html_alone_is_read_as_words():
    mail = EmailMessage()
    mail["From"] = "sari@contoh.id"
    mail.set_content(
        "<style>p{}</style><p>Jam &amp; hari?</p><blockquote>lama</blockquote>", subtype="html"
    )
    assert read(mail.as_bytes()).text == "Jam & hari?"


BOUNCE = b"""\
From: MAILER-DAEMON@contoh.id
To: izin@sanggau.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; contoh.id

Final-Recipient: rfc822; x@contoh.id
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <0190.satupintu@sanggau.example>
Subject: x

body
--b--
"""


def test_a_bounce_is_a_report_about_our_letter():
    raw = BOUNCE
    received = read_letter(raw, AT)
    assert received.messages == ()
    assert [(one.external_id, one.state, one.why) for one in received.reports] == [
        ("<0190.satupintu@sanggau.example>", "failed", "returned 5.1.1")
    ]
    delayed = raw.replace(b"Action: failed", b"Action: delayed")
    assert read_letter(delayed, AT).reports == ()


@pytest.mark.django_db
def test_a_bounce_makes_the_letter_not_sent(imap, settings):
    settings.EMAIL_HOST = "127.0.0.1"
    services.queue_message(
        template="complaint_news", context={"link": "https://x.id"}, origin="t", at=AT,
        address="x@contoh.id", channel=ChannelKind.EMAIL,
    )  # fmt: skip
    services.send_due(AT)
    ours = OutMessage.objects.get()
    assert (ours.state, ours.transport) == ("sent", "smtp")

    bounce = BOUNCE.replace(b"<0190.satupintu@sanggau.example>", ours.external_id.encode())
    services.take("imap", imap.hear(bounce, AT), at=AT)

    ours.refresh_from_db()
    assert (ours.state, ours.error) == ("failed", "returned 5.1.1")


def test_who_wrote_stands_in_from_and_nowhere_else():
    raw = letter("Jam?").replace(b"Subject:", b"Reply-To: korban@contoh.id\nSubject:", 1)
    assert b"Reply-To" in raw
    assert read_letter(raw, AT).messages[0].sender == read_letter(letter(), AT).messages[0].sender


@pytest.mark.parametrize(
    ("found", "acted_on"),
    [
        ("", True),
        ("mx.sanggau.example; spf=pass; dmarc=pass header.from=contoh.id", True),
        ("mx.sanggau.example; spf=pass; DMARC = Fail (p=none) header.from=contoh.id", False),
        ("mx.sanggau.example; dmarc=none", True),
    ],
)
def test_a_letter_that_is_not_of_whom_it_says_is_kept_and_not_acted_on(found, acted_on):
    given = f"Authentication-Results: {found}\n" if found else ""
    given += "Authentication-Results: elsewhere; dmarc=pass\n"
    message = read_letter(given.encode() + letter("NILAI 1"), AT).messages[0]
    assert message.text == "NILAI 1"
    assert message.automatic is not acted_on


def test_letters_put_aside_are_erased_after_a_week(settings, tmp_path):
    settings.HOME = tmp_path
    assert forget_old(at=AT) == 0
    (tmp_path / "mail").mkdir()
    for name, days in (("old", 8), ("new", 6)):
        path = tmp_path / "mail" / name
        path.write_bytes(b"x")
        os.utime(path, (AT.timestamp() - days * 86_400,) * 2)
    assert forget_old(at=AT) == 1
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["new"]


@given(st.binary(max_size=400))
def test_whatever_comes_nothing_is_raised(raw):
    assert isinstance(read_letter(raw, AT), Received)


@given(st.text(max_size=200), st.text(max_size=60))
def test_odd_headers_are_survived(text, subject):
    raw = (
        f"From: a@b.id\nSubject: {subject}\nContent-Type: text/plain; charset=odd\n\n{text}".encode(
            "utf-8", "replace"
        )
    )
    assert isinstance(read_letter(raw, AT), Received)


# --- Files, threads, loops --------------------------------------------------------------------------
@pytest.fixture
def imap(tmp_path, monkeypatch):
    made = Imap(Mailbox("", 0, False, "", "", "INBOX", 1), tmp_path / "mail")
    monkeypatch.setattr(channels, "transports", lambda: (made, Smtp()))
    return made


def test_files_are_put_aside_and_fetched_and_too_large_ones_refused(imap):
    raw = letter(files=[("str.pdf", b"PDF1"), ("ktp.pdf", b"PDF22")])
    message = imap.hear(raw, AT).messages[0]
    assert [one.name for one in message.media] == ["str.pdf", "ktp.pdf"]
    assert imap.fetch(message.media[1], 10) == b"PDF22"
    with pytest.raises(MediaTooLarge):
        imap.fetch(message.media[1], 4)
    for path in imap.spool.iterdir():
        path.unlink()
    with pytest.raises(MediaGone):
        imap.fetch(message.media[0], 10)


@pytest.mark.django_db
def test_a_letter_with_a_paper_is_kept_checked_and_answered_in_its_thread(imap, settings):
    settings.EMAIL_HOST = "localhost"
    raw = letter("CEK", files=[("str.pdf", sheet("STR"))])
    services.take("imap", imap.hear(raw, AT), at=AT)
    services.take("imap", imap.hear(raw, AT), at=AT)
    assert services.read_due(at=AT) == 1

    assert InFile.objects.get().document_id is not None
    answer = OutMessage.objects.get()
    assert (answer.channel, answer.address, answer.subject) == (
        "email",
        "sari@contoh.id",
        "Re: Tanya",
    )
    from satupintu.messaging.services.sending import outgoing_of

    out = outgoing_of(OutMessage.objects.select_related("identity", "answers").get(), AT)
    assert out.in_reply_to == "<a1@contoh.id>"


@pytest.mark.django_db
def test_a_machines_answer_to_our_answer_ends_the_exchange(imap, settings):
    settings.EMAIL_HOST = "localhost"
    services.take("imap", imap.hear(letter("halo"), AT), at=AT)
    services.read_due(at=AT)
    again = letter("Saya sedang cuti", message_id="<b@contoh.id>", Auto_Submitted="auto-replied")
    services.take("imap", imap.hear(again, AT), at=AT)
    services.read_due(at=AT)
    assert OutMessage.objects.count() == 1


# --- A real server ----------------------------------------------------------------------------------
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%u
default_internal_user = {inner}
default_login_user = {login}
default_internal_group = {inner_group}
first_valid_uid = 0
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password=rahasia
}}
userdb {{
  driver = static
  args = uid={reader} gid={reader_group} home={root}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@pytest.fixture
def dovecot(socket_enabled):
    """Dovecot of Debian (dovecot-imapd) on a free port of this machine, with one mailbox."""
    program = which("dovecot") or "/usr/sbin/dovecot"
    if not Path(program).exists():
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd)")
    import getpass
    import grp
    import os
    import tempfile

    port = free_port()
    with tempfile.TemporaryDirectory(
        prefix="dovecot-", dir="/tmp"
    ) as folder:  # sockets want short paths
        root = Path(folder)
        root.chmod(0o755)
        user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        own = dict.fromkeys(("inner", "login", "reader"), user)
        own |= dict.fromkeys(("inner_group", "reader_group"), group)
        if os.getuid() == 0:  # Dovecot reads no mail as root: the users of its package do
            own = {"inner": "dovecot", "login": "dovenull", "reader": "nobody"}
            own |= {"inner_group": "dovecot", "reader_group": "nogroup"}
        for part in ("mail", "home"):
            (root / part).mkdir()
            (root / part).chmod(0o777)
        (root / "conf").write_text(CONFIG.format(root=root, port=port, **own))
        process = subprocess.Popen(
            [program, "-F", "-c", str(root / "conf")], stderr=subprocess.PIPE
        )
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                log = (root / "log").read_text() if (root / "log").exists() else ""
                raise AssertionError(f"dovecot did not start: {log[-500:]}")
            yield port, root
        finally:
            process.terminate()
            process.wait(10)


def put(root, raw, name):
    inbox = root / "mail" / "izin" / "new"
    for folder in (inbox.parent, inbox, inbox.parent / "cur", inbox.parent / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
    (inbox / name).write_bytes(raw)
    (inbox / name).chmod(0o666)


def test_letters_in_a_real_dovecot_are_heard_once_and_marked(dovecot, tmp_path):
    port, root = dovecot
    box = Mailbox("127.0.0.1", port, False, "izin", "rahasia", "INBOX", 1)
    line = Imap(box, tmp_path / "mail")
    assert line.health().ok
    put(root, letter("Satu"), "1")
    put(root, letter("Dua", message_id="<a2@contoh.id>", files=[("str.pdf", b"PDF1")]), "2")

    heard, stop = [], threading.Event()

    def take(received):
        heard.extend(received.messages)
        if len(heard) == 2:
            threading.Timer(2.5, stop.set).start()

    line.listen(take, stop)
    assert sorted(one.text for one in heard) == ["Dua", "Satu"]
    wrong = Imap(Mailbox("127.0.0.1", port, False, "izin", "salah", "INBOX", 1), tmp_path)
    assert wrong.health().ok is False


def test_a_letter_that_could_not_be_kept_is_heard_again(dovecot, tmp_path):
    port, root = dovecot
    line = Imap(Mailbox("127.0.0.1", port, False, "izin", "rahasia", "INBOX", 1), tmp_path)
    put(root, letter("Satu"), "1")

    def fails(_received):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        line.listen(fails, threading.Event())
    heard, stop = [], threading.Event()
    line.listen(lambda received: (heard.extend(received.messages), stop.set()), stop)
    assert [one.text for one in heard] == ["Satu"]


def test_a_mailbox_that_is_away_is_said(tmp_path, socket_enabled):
    line = Imap(Mailbox("127.0.0.1", 1, False, "a", "b", "INBOX", 1), tmp_path)
    assert "ConnectionRefusedError" in line.health().words
    with pytest.raises(ConnectionRefusedError):
        line.listen(lambda _r: None, threading.Event())


def test_settings_without_a_user_are_refused(monkeypatch):
    monkeypatch.setenv("SATUPINTU_IMAP_HOST", "mail.contoh.id")
    with pytest.raises(BadSetting, match="SATUPINTU_IMAP_USER"):
        mailbox()


# --- Piped, and the answer by a real SMTP server ------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_piped_letter_is_kept_and_an_empty_one_refused():
    from satupintu.config.cli import app

    runner = CliRunner()
    assert runner.invoke(app, ["mail"], input=letter()).exit_code == 0
    assert InMessage.objects.get().text == "Jam berapa buka?"
    assert runner.invoke(app, ["mail"], input=b"").exit_code == 65


def test_the_answer_goes_into_the_thread_at_a_real_smtp_server(settings, socket_enabled):
    got = []

    class Server:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
            got.append(message_from_bytes(envelope.content, policy=default))
            return "250 OK"

    port = free_port()
    controller = Controller(Server(), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    from satupintu.messaging.channels.port import Outgoing

    try:
        assert Smtp().health().ok
        Smtp().send(
            Outgoing(
                ChannelKind.EMAIL, "sari@contoh.id", "Re: Tanya", "Buka.", "1.satupintu",
                in_reply_to="<a2@contoh.id>", thread=("<a1@contoh.id>",),
            )
        )  # fmt: skip
    finally:
        controller.stop()
    assert got[0]["In-Reply-To"] == "<a2@contoh.id>"
    assert got[0]["References"] == "<a1@contoh.id> <a2@contoh.id>"
    assert got[0]["Auto-Submitted"] == "auto-replied"
    with pytest.raises((smtplib.SMTPException, OSError)):
        smtplib.SMTP("127.0.0.1", port, timeout=1)
