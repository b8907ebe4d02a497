"""
The signatory's key: opened once with a secret, held by the signer process for a short session.

The secret passes through this call and is kept nowhere. What the officer's session keeps is a token that only the
signer understands. Where no signer process runs, the key lives for this one request.
"""

from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from django.forms import Form

from satupintu.documents.queries import signer_status
from satupintu.documents.rules import Officer
from satupintu.documents.services import (
    OpenKey,
    SessionKey,
    SignerNotRunning,
    SigningRefused,
    SigningSession,
    UploadRefused,
    WrongSecret,
    signer,
    signer_lock,
    signer_unlock,
)
from satupintu.lib.refusal import Refusal
from satupintu.people.queries import User
from satupintu.workflow.services import MovedMeanwhile

SESSION_KEY = "signing"


def signs_by_hand() -> bool:
    """Say whether this office prints, signs in ink and scans back."""
    return signer().by_hand


def _officer(user: User) -> Officer:
    party = user.party
    return Officer(
        id=user.pk,
        name=user.name,
        position=user.position,
        nip=user.nip,
        nik=party.identity if party and party.identity_kind == "nik" else "",
        email=user.email,
    )


def kept_key(kept: MutableMapping[str, Any], user: User) -> OpenKey | None:
    """Return the key that is still open from earlier in this session; None when the secret must be asked."""
    token = kept.get(SESSION_KEY)
    if not token:
        return None
    session = SigningSession(str(token), user.pk, 0)
    try:
        left = signer_status(session)
    except SignerNotRunning:
        left = 0
    if left <= 0:
        kept.pop(SESSION_KEY, None)
        return None
    return SessionKey(session)


def open_key(kept: MutableMapping[str, Any], user: User, secret: str) -> OpenKey:
    """Open the officer's key. Raises WrongSecret, TooManyTries, SignerUnavailable, SigningRefused."""
    try:
        session = signer_unlock(_officer(user), secret)
    except SignerNotRunning:
        return signer().unlock(_officer(user), secret)
    kept[SESSION_KEY] = session.token
    return SessionKey(session)


def show_refusal(form: Form, error: Refusal | SigningRefused | UploadRefused) -> HTTPStatus:
    """Say on the form why an act or its signature was refused, a wrong secret beside it; return the answer's status."""
    secret = isinstance(error, WrongSecret) and "secret" in form.fields
    form.add_error("secret" if secret else None, error.message)
    moved = isinstance(error, MovedMeanwhile)
    return HTTPStatus.CONFLICT if moved else HTTPStatus.UNPROCESSABLE_ENTITY


def close_key(kept: MutableMapping[str, Any], user: User) -> None:
    """End the signing session now; does nothing when none is open."""
    token = kept.pop(SESSION_KEY, None)
    if token:
        try:
            signer_lock(SigningSession(str(token), user.pk, 0))
        except SignerNotRunning:
            return
