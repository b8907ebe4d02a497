"""Failures that pass by themselves, or by making room: what pages and API alike answer with a sentence of their own."""

import errno

from django.db import OperationalError
from django.utils.translation import gettext as _

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
BUSY_SECONDS = 10  # after which it is worth trying again

# PostgreSQL's classes of errors that pass: connection, rollback, resources, operator, lock.
_PASSING_STATES = ("08", "40", "53", "57", "55P03")
_PASSING_WORDS = ("locked", "busy", "is full", "disk i/o error", "unable to open")


def is_passing(error: BaseException) -> bool:
    """Say whether a failure comes from the state the database is in, not from a mistake of ours."""
    if not isinstance(error, OperationalError):
        return False
    missing = object()
    state = getattr(error.__cause__, "sqlstate", missing)
    if state is not missing:  # None: PostgreSQL did not answer at all
        return state is None or str(state).startswith(_PASSING_STATES)
    return any(word in str(error).lower() for word in _PASSING_WORDS)


def is_no_room(error: BaseException) -> bool:
    """Say whether a file could not be written for want of room on the disk."""
    return isinstance(error, OSError) and error.errno in DISK_FULL


def file_not_kept(error: OSError) -> str:
    """Return what an officer reads whose file the disk did not take; nothing of it is kept."""
    if is_no_room(error):
        return _("Penyimpanan kantor penuh. Hubungi pengelola komputer, lalu kirim lagi.")
    return _("Penyimpanan kantor terganggu. Coba lagi; bila berulang, hubungi pengelola komputer.")


def what_stands_still(error: BaseException) -> str:
    """Return in English, for the log, why work waits that will go on by itself; "" for any other failure."""
    if is_no_room(error):
        return "the disk of the files is full"
    if is_passing(error):
        return "the database is busy, away, or its disk is full"
    return ""
