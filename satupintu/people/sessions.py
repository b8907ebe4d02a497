"""Sessions in the database whose contents nobody can read or alter without the key ring."""

import json
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from satupintu.lib import crypto
from satupintu.lib.prepared import Prepared

_SESSION = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)[:1]
)

_BEGAN = "began"  # seconds; when signing in made this session


class SessionStore(DatabaseSessions):
    """
    Django's database sessions, encrypted with the keys that protect identity numbers.

    They know how long they have been idle and how old they are, for officers' limits (people.access).
    """

    _stored_until: datetime | None = None

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            return {}
        self._stored_until = row.expire_date
        return self.decode(row.session_data)

    def _now(self) -> datetime:
        """Return a moment that lies one session's length ahead, as the stored end of an unused session does."""
        return self.get_expiry_date(expiry=None)

    def idle_seconds(self) -> float:
        """Return how long ago the session was last saved; 0 when it is new."""
        self._get_session()  # type: ignore[attr-defined]  # reads the row once
        if self._stored_until is None:
            return 0.0
        return (self._now() - self._stored_until).total_seconds()

    def age_seconds(self) -> float:
        """Return how long ago the person signed in; 0 when that is not known."""
        began = self.get(_BEGAN)
        return self._now().timestamp() - began if began else 0.0

    def cycle_key(self) -> None:
        """Begin anew under another key: signing in does it."""
        self[_BEGAN] = self._now().timestamp()
        super().cycle_key()

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  as Django has it
        """
        Store the session. Raises UpdateError where it has ended meanwhile, as Django's does.

        Django says the same of a database that does not answer, and then tells the person that their request was wrong:
        here that stays the OperationalError it is, and the page says that the fault is ours.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def _get_session_from_db(self) -> Session | None:
        """Return the row of this session; None, and no key any more, when it has ended or never was."""
        now = timezone.now()  # noqa: TID251  Django's class dates the row by it
        found = _SESSION.first(key=self.session_key, now=now)
        if found is None:
            self._session_key = None
        return found

    def encode(self, session_dict: dict[str, Any]) -> str:
        return crypto.encrypt(json.dumps(session_dict, separators=(",", ":")))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the contents; an unreadable or altered row is an empty session: sign in again."""
        try:
            value = json.loads(crypto.decrypt(str(session_data)))
        except (crypto.CannotDecrypt, ValueError):
            return {}
        return value if isinstance(value, dict) else {}


def forget_ended(*, at: datetime) -> int:
    """Delete the sessions that ended before `at`; return how many. For the worker."""
    count, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    return count
