"""
The second factor: secrets encrypted like all personal data, and skipped on a remembered office
device.
"""

from io import BytesIO
from typing import ClassVar
from uuid import UUID

import segno
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from satupintu.lib import clock, crypto
from satupintu.people.queries import DEVICE_FACTOR
from satupintu.people.rules import DEVICE_DAYS
from satupintu.people.services import renew_device

DEVICE_COOKIE = "perangkat"
_DEVICE_SALT = "people.device"


def device_of(request: HttpRequest) -> UUID | None:
    """Return the id in the browser's device cookie; None when there is none or it was altered."""
    value = request.get_signed_cookie(
        DEVICE_COOKIE, default=None, salt=_DEVICE_SALT, max_age=DEVICE_DAYS * 24 * 60 * 60
    )
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def set_device_cookie(response: HttpResponse, device_id: UUID) -> None:
    """Tie a browser to a remembered device."""
    response.set_signed_cookie(
        DEVICE_COOKIE,
        str(device_id),
        salt=_DEVICE_SALT,
        max_age=DEVICE_DAYS * 24 * 60 * 60,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth ships no types
    """Asks for the second factor, unless proved on this device within DEVICE_DAYS."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if not super()._should_handle(request):
            return False
        device_id = device_of(request)
        user = self.login.user
        if device_id and renew_device(device_id=device_id, user=user, at=clock.now()):
            record_authentication(request, user, method=DEVICE_FACTOR)
            return False
        return True


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Encrypts secrets, draws the QR code with our own library, names the account by user name."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Kode tidak cocok. Tunggu kode berikutnya, lalu coba lagi."),
        "cannot_delete_authenticator": _("Pengaman terakhir tidak dapat dihapus."),
        "cannot_generate_recovery_codes": _(
            "Pasang aplikasi kode atau kunci dulu, baru buat kode cadangan."
        ),
    }

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        out = BytesIO()
        # With its namespace: the page shows it as an image.
        segno.make(url, error="m").save(out, kind="svg", scale=5, border=2, xmldecl=False)
        return out.getvalue().decode()

    def get_totp_issuer(self) -> str:
        return "Satu Pintu"

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user)  # the name: never an address, it is shown in an app
