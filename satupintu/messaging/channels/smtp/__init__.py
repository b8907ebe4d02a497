"""E-mail through Django's backend, to the server of SATUPINTU_SMTP_HOST."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from satupintu.messaging.channels import Failed, Outgoing, Sent
from satupintu.messaging.rules import ChannelKind

_PERMANENT_FROM = 500  # RFC 5321, section 4.2.1: 5yz, do not repeat


class Smtp:
    """Hands one e-mail to the office's mail server."""

    name = "smtp"

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.EMAIL and bool(settings.EMAIL_HOST)

    def send(self, message: Outgoing) -> Sent | Failed:
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
        mail = EmailMessage(
            subject=message.subject,
            body=message.body,
            to=[message.address],
            # The same at every attempt: a mail program shows a repeated delivery once.
            headers={
                "Message-ID": f"<{message.reference}@{host}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            return Failed(
                all(code >= _PERMANENT_FROM for code in codes), f"recipient refused {codes}"
            )
        except smtplib.SMTPResponseException as error:
            return Failed(error.smtp_code >= _PERMANENT_FROM, f"server answered {error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            return Failed(permanent=False, why=type(error).__name__)
        return Sent()
