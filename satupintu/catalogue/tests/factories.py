"""Published services for tests, through the services that publish."""

import re
from datetime import UTC, datetime

from satupintu.catalogue import services
from satupintu.catalogue.models import ServiceVersion
from satupintu.people.rules import system_actor

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SYSTEM = system_actor("tests")


def shipped_text(code: str) -> str:
    return dict(services.list_shipped_files())[f"{code}.v1.toml"]


def make_service(code: str = "sip-bidan", *, text: str = "", at: datetime = AT) -> ServiceVersion:
    """Publish a shipped service, or `text`."""
    return services.publish_version(by=SYSTEM, at=at, text=text or shipped_text(code))


def make_many(count: int) -> None:
    """Publish `count` copies of a service under other codes."""
    for number in range(count):
        text = re.sub(
            r'^code = ".*"$',
            f'code = "reklame-{number}"',
            shipped_text("reklame"),
            flags=re.MULTILINE,
        )
        make_service(text=text)
