"""
The only place that asks the machine for the time. Views, commands and loops call it; all else takes
`at`.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251  the one allowed call
