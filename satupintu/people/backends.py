"""Who a session belongs to, read by one prepared query: it is asked on every page of everybody who is signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from satupintu.lib.prepared import Prepared
from satupintu.people.models import User

_USER = Prepared(lambda user_id: User.objects.filter(pk=user_id))


class PasswordBackend(ModelBackend):
    """Officers: user name and password."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the login with this id, None when there is none or it is closed."""
        user = _USER.first(user_id=int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None


class CodeBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Everybody who signs in by allauth's flows: codes, passkeys, second factors."""

    get_user = PasswordBackend.get_user
