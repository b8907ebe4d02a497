"""How often somebody may do something: counters in fixed windows, without row locks."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, Q, Value, When

from satupintu.lib.prepared import Prepared, PreparedUpdate, insert
from satupintu.office.models import RateCount


def _key(bucket: str, subject: str) -> str:
    """Return the row's key; the subject (an address, a telephone number) is never stored itself."""
    secret = f"rate:{settings.SECRET_KEY}".encode()
    digest = hmac.new(secret, f"{bucket}\0{subject}".encode(), hashlib.sha256).hexdigest()
    return f"{bucket[:60]}:{digest[:32]}"


# One statement decides: a row of an earlier window starts again, a full one is left alone. A
# clock set back stays in the later window, so it cannot be used to try again.
_TRY = PreparedUpdate(
    lambda key, window, limit: RateCount.objects.filter(key=key).filter(
        Q(window__lt=window) | Q(count__lt=limit)
    ),
    computed=lambda window, expires_at: {
        "count": Case(When(window__lt=window, then=Value(1)), default=F("count") + 1),
        "expires_at": Case(When(window__lt=window, then=expires_at), default=F("expires_at")),
        "window": Case(When(window__lt=window, then=window), default=F("window")),
    },
)


def _count_one(key: str, window: int, limit: int, expires_at: datetime) -> bool:
    return _TRY.run(key=key, window=window, limit=limit, expires_at=expires_at) == 1


def allow(bucket: str, subject: str, *, limit: int, window_seconds: int, at: datetime) -> bool:
    """
    Count one try and return whether it is within `limit` tries per window; a refused one is free.

    Usually one statement; two for a subject's first try, three for a refused one. Call it outside a transaction that
    may be rolled back, or the try is forgotten with it. Raises ValueError if `limit` is less than 1.
    """
    if limit < 1 or window_seconds < 1:
        raise ValueError("A limit and its window are at least 1.")
    key = _key(bucket, subject)
    window = int(at.timestamp()) // window_seconds
    expires_at = datetime.fromtimestamp((window + 1) * window_seconds, tz=UTC)
    if _count_one(key, window, limit, expires_at):
        return True
    first = RateCount(key=key, window=window, count=1, expires_at=expires_at)
    if insert(first, or_leave=True):
        return True
    # The limit is reached, or others' first tries made the row since: they must not refuse this one.
    return _count_one(key, window, limit, expires_at)


_COUNT = Prepared(
    lambda key, window: RateCount.objects.filter(key=key, window__gte=window).values_list(
        "count", flat=True
    )
)


def spent(bucket: str, subject: str, *, limit: int, window_seconds: int, at: datetime) -> bool:
    """
    Return whether a subject has used up its tries of this window, counting none. One query.

    For pages that count only what was wrong: whoever knows a right code may look as often as they like, and the many
    telephones behind one address of their carrier do not stand in each other's way.
    """
    window = int(at.timestamp()) // window_seconds
    return (_COUNT.first(key=_key(bucket, subject), window=window) or 0) >= limit


def forget_old_counts(*, at: datetime, keep: timedelta = timedelta(hours=1)) -> int:
    """Delete counters whose window ended more than `keep` ago; return how many."""
    return RateCount.objects.filter(expires_at__lt=at - keep).delete()[0]
