"""Run as a process: take numbers as fast as possible and print them. Arguments: series, count."""

import os
import sys
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def main(series: str, count: int) -> None:
    import django

    django.setup()
    from satupintu.office.services import take_number

    for _ in range(count):
        print(take_number(series, at=AT).seq, flush=True)  # noqa: T201  read by the test


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
