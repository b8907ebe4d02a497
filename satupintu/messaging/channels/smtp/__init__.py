"""E-mail through Django's backend, to the server of SATUPINTU_SMTP_HOST."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from satupintu.messaging.channels.port import Failed, Health, Outgoing, Sent, Trouble
from satupintu.messaging.rules import ChannelKind

_PERMANENT_FROM = 500  # RFC 5321, section 4.2.1: 5yz, do not repeat
_HEALTH_SECONDS = 5


class Smtp:
    """Hands one e-mail to the office's mail server."""

    name = "smtp"
    per_second = 0.0

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.EMAIL and bool(settings.EMAIL_HOST)

    def send(self, message: Outgoing) -> Sent | Failed:
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
        # The same at every attempt: a mail program shows a repeated delivery once.
        identity = f"<{message.reference}@{host}>"
        headers = {
            "Message-ID": identity,
            # RFC 3834: what a person's letter caused, and what we tell by ourselves.
            "Auto-Submitted": "auto-replied" if message.in_reply_to else "auto-generated",
        }
        if message.in_reply_to:
            headers["In-Reply-To"] = message.in_reply_to
            headers["References"] = " ".join([*message.thread, message.in_reply_to])
        mail = EmailMessage(
            subject=message.subject, body=message.body, to=[message.address], headers=headers
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            return Failed(
                all(code >= _PERMANENT_FROM for code in codes),
                f"recipient refused {codes}",
                Trouble.PERSON,
            )
        except smtplib.SMTPResponseException as error:
            return Failed(
                error.smtp_code >= _PERMANENT_FROM,
                f"server answered {error.smtp_code}",
                Trouble.SETTINGS
                if isinstance(error, smtplib.SMTPAuthenticationError)
                else Trouble.CONTENT
                if error.smtp_code >= _PERMANENT_FROM
                else Trouble.SERVER,
            )
        except (smtplib.SMTPException, OSError) as error:
            return Failed(permanent=False, why=type(error).__name__)
        return Sent(external_id=identity)

    def health(self) -> Health:
        connection = get_connection(timeout=_HEALTH_SECONDS)
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as error:
            return Health(False, f"SMTP: {type(error).__name__}")
        connection.close()
        return Health(True, f"SMTP: {settings.EMAIL_HOST}")


def transport() -> Smtp:
    return Smtp()
