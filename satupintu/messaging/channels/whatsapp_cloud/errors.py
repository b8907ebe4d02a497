"""
What Meta's error codes mean for a message: whether it is tried again, goes elsewhere, or stops everything.

Built on the code and never on the words, which change. Source: developers.facebook.com, WhatsApp Cloud API, "Error
codes" (15 May 2026), and the same table as PyPI pywa 4.5 reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from satupintu.messaging.channels.port import Failed, Trouble


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows from a code; `wait` where Meta says how long."""

    trouble: Trouble
    permanent: bool
    wait: timedelta | None = None


_SERVER = Rule(Trouble.SERVER, permanent=False)
_SETTINGS = Rule(Trouble.SETTINGS, permanent=False)
_THROTTLED = Rule(Trouble.THROTTLED, permanent=False)
_PERSON = Rule(Trouble.PERSON, permanent=True)
_CONTENT = Rule(Trouble.CONTENT, permanent=True)

ERRORS: dict[int, Rule] = {
    # The office must mend it.
    0: _SETTINGS,  # the token is not understood
    3: _SETTINGS,  # the app lacks the capability
    10: _SETTINGS,  # the permission was not given or was taken
    33: _SETTINGS,  # the phone number was deleted
    190: _SETTINGS,  # the token has expired
    368: _SETTINGS,  # the account is restricted for breaking a policy
    131005: _SETTINGS,  # access denied
    131031: _SETTINGS,  # the account is locked
    131037: _SETTINGS,  # the name shown is not approved
    131042: _SETTINGS,  # no way of payment
    131045: _SETTINGS,  # the number's registration or certificate
    131055: _SETTINGS,  # method not allowed
    131064: _SETTINGS,  # limited because templates broke the rules
    133010: _SETTINGS,  # the number is not registered
    # Everybody waits.
    4: _THROTTLED,  # calls of the app
    80007: _THROTTLED,  # calls of the account
    130429: _THROTTLED,  # messages a second
    131048: Rule(Trouble.THROTTLED, permanent=False, wait=timedelta(hours=1)),  # flagged as spam
    133016: _THROTTLED,  # registrations
    # One person gets too much at once: the others do not wait for them.
    131056: Rule(Trouble.BUSY, permanent=False, wait=timedelta(minutes=1)),
    # Not this person, not here.
    130472: _PERSON,  # in an experiment of Meta's
    130497: _PERSON,  # not to this country
    131021: _PERSON,  # it is our own number
    131026: _PERSON,  # cannot be delivered: no WhatsApp, an old one, terms not accepted
    131030: _PERSON,  # not on the list of a test number
    131049: _PERSON,  # held back to keep people's use of WhatsApp healthy
    131050: _PERSON,  # the person stopped such messages
    131062: _PERSON,  # this kind cannot go to a business-scoped user id
    # Only a template now.
    131047: Rule(Trouble.WINDOW, permanent=True),  # more than 24 hours since the person wrote
    # Not this message.
    100: _CONTENT,  # a parameter
    131008: _CONTENT,  # a parameter is missing
    131009: _CONTENT,  # a parameter's value
    131051: _CONTENT,  # the type of message
    131052: _CONTENT,  # media of the person
    131053: _CONTENT,  # our media
    132000: _CONTENT,  # the template has other words
    132001: _CONTENT,  # no such template in this language, or not approved
    132005: _CONTENT,  # filled in, it is too long
    132007: _CONTENT,  # breaks a policy
    132008: _CONTENT,  # a word is badly formed
    132012: _CONTENT,  # a word is of another form
    132015: _CONTENT,  # paused for bad quality
    132016: _CONTENT,  # disabled for good
    132018: _CONTENT,  # a word with a line break, a tab or many spaces
    132068: _CONTENT,
    132069: _CONTENT,
    # Meta's own trouble.
    1: _SERVER,
    2: _SERVER,
    130473: _SERVER,
    131000: _SERVER,
    131016: _SERVER,
    131057: _SERVER,  # the account is in maintenance
    133004: _SERVER,
    135000: _SERVER,
}
_PERMISSIONS = range(200, 300)  # permissions of the token

_LONGEST_WAIT = timedelta(hours=6)


def rule_of(code: int | None, status: int = 400, *, transient: bool = False) -> Rule:
    """Return what follows from an error code; for one that is not in the table, from the HTTP status."""
    if code in ERRORS:
        return ERRORS[code]
    if code in _PERMISSIONS or status in {401, 403}:
        return _SETTINGS
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _THROTTLED
    if transient or status >= 500 or status < 400:  # noqa: PLR2004  an error with a good status
        return _SERVER
    return _CONTENT


def code_of(error: Any) -> int | None:
    """Return the code in an error object of Meta's; None where there is none."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, str) and code.isdecimal() and len(code) < 10:  # noqa: PLR2004  what a code can be
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def failure(status: int, body: Any, headers: Mapping[str, str]) -> Failed:
    """Return what an answer that is no success means. `why` holds codes only: Meta's words may quote a number."""
    error = body.get("error") if isinstance(body, dict) else None
    code = code_of(error)
    transient = isinstance(error, dict) and error.get("is_transient") is True
    rule = rule_of(code, status, transient=transient)
    said = f"error {code}" if code is not None else f"server answered {status}"
    wait = None
    if not rule.permanent:
        wait = _asked_to_wait(headers) or rule.wait
    return Failed(rule.permanent, f"WhatsApp: {said}", rule.trouble, retry_after=wait)


def _asked_to_wait(headers: Mapping[str, str]) -> timedelta | None:
    """Return what Retry-After (seconds) or Meta's own usage header (minutes) asks for, six hours at most."""
    import json

    told = headers.get("retry-after", "").strip()
    if told.isdecimal():
        return min(timedelta(seconds=int(told[:6])), _LONGEST_WAIT)
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", ""))
        minutes = max(
            int(one["estimated_time_to_regain_access"]) for rows in usage.values() for one in rows
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return min(timedelta(minutes=minutes), _LONGEST_WAIT) if minutes > 0 else None
