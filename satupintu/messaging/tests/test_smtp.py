"""A real SMTP server on this machine takes, delays and refuses our mail."""

from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from satupintu.lib.ports import free_port
from satupintu.messaging.channels.port import Failed, Outgoing, Sent, Trouble
from satupintu.messaging.channels.smtp import Smtp
from satupintu.messaging.rules import ChannelKind

MESSAGE = Outgoing(
    ChannelKind.EMAIL,
    "sari@contoh.id",
    "Berkas Anda lengkap – terbit Rabu",
    "Yth. Sari,\n\nBaik.\n",
    "0190.satupintu",
)


class Server:
    """Keeps what it gets; answers as told."""

    def __init__(self):
        self.mails = []
        self.answer_rcpt = "250 OK"
        self.answer_data = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if self.answer_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.answer_data


@pytest.fixture
def server(settings, socket_enabled):
    handler = Server()
    port = free_port()  # the controller cannot ask the system for one itself
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.DEFAULT_FROM_EMAIL = "DPMPTSP Sanggau <izin@sanggau.example>"
    yield handler
    controller.stop()


def test_mail_arrives_as_written(server):
    assert Smtp().send(MESSAGE) == Sent(external_id="<0190.satupintu@sanggau.example>")

    mail = server.mails[0]
    assert mail["To"] == "sari@contoh.id"
    assert mail["From"] == "DPMPTSP Sanggau <izin@sanggau.example>"
    assert mail["Subject"] == "Berkas Anda lengkap – terbit Rabu"
    assert mail["Message-ID"] == "<0190.satupintu@sanggau.example>"
    assert mail.get_content().replace("\r\n", "\n") == "Yth. Sari,\n\nBaik.\n"


def test_second_attempt_carries_the_same_message_id(server):
    Smtp().send(MESSAGE)
    Smtp().send(MESSAGE)

    assert len({mail["Message-ID"] for mail in server.mails}) == 1


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no such user", True), ("451 try later", False)]
)
def test_refused_recipient_is_final_only_with_a_5xx(server, answer, permanent):
    server.answer_rcpt = answer

    result = Smtp().send(MESSAGE)

    assert result == Failed(permanent, f"recipient refused [{answer[:3]}]", Trouble.PERSON)
    assert server.mails == []


def test_refused_content_names_the_code_and_not_the_address(server):
    server.answer_data = "554 spam"

    assert Smtp().send(MESSAGE) == Failed(
        permanent=True, why="server answered 554", trouble=Trouble.CONTENT
    )


def test_server_that_is_away_is_tried_again(settings, socket_enabled):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert Smtp().send(MESSAGE) == Failed(permanent=False, why="ConnectionRefusedError")


def test_subject_cannot_smuggle_headers(server):
    forged = Outgoing(ChannelKind.EMAIL, "sari@contoh.id", "Halo\nBcc: x@jahat.example", "x", "r")

    with pytest.raises(ValueError, match="newline"):
        Smtp().send(forged)
    assert server.mails == []
