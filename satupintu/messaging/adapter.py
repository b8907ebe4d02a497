"""Where django-allauth meets us: the stages of a sign-in, how codes travel, where people land."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from satupintu.lib import clock
from satupintu.messaging import services
from satupintu.messaging.queries import can_deliver
from satupintu.messaging.rules import ChannelKind
from satupintu.people.queries import User, actor_of
from satupintu.people.rules import (
    APPLICANT_PAGE,
    CODE_MINUTES,
    Address,
    AddressKind,
    landing_page,
)

_CHANNEL = {AddressKind.EMAIL: ChannelKind.EMAIL, AddressKind.PHONE: ChannelKind.SMS}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Our sign-in: codes through the outbox, one second-factor stage, no sign-up of its own."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": _("Kata sandi tidak cocok."),
        "too_many_login_attempts": _(
            "Terlalu sering dicoba. Tunggu beberapa menit, lalu coba lagi."
        ),
    }

    def get_login_stages(self) -> list[str]:
        return ["satupintu.people.mfa.SecondFactorStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def can_send_code(self, address: Address) -> bool:
        """Say whether codes reach this kind of address without an officer."""
        return can_deliver(_CHANNEL[address.kind])

    def send_sign_in_code(
        self, address: Address, code: str, *, language: str, origin: str, at: datetime
    ) -> None:
        """Queue a code for an address. The message dies with the code."""
        services.queue_message(
            template="sign_in_code",
            context={"code": code, "minutes": CODE_MINUTES},
            origin=origin,
            address=address.value,
            channel=_CHANNEL[address.kind],
            language=language,
            at=at,
            expires_at=at + timedelta(minutes=CODE_MINUTES),
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if not isinstance(user, User):
            return APPLICANT_PAGE
        return landing_page(actor_of(user, clock.now()).roles)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Keep the made-up people of a demo, whose password is published, out of a real office."""
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Answer a login that was switched off as if it did not exist."""
        del request, user
        return redirect("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: allauth's own notices are off, and all texts are in messaging/texts."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing, as above."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages say it themselves."""
