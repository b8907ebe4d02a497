"""Video rooms: one module for each provider, behind `port`. SATUPINTU_MEETINGS names the one that the office uses."""

from functools import lru_cache
from importlib import import_module

from django.conf import settings

from satupintu.desk.meetings.port import Provider

PROVIDERS = {
    "jitsi": "satupintu.desk.meetings.jitsi",
    "bigbluebutton": "satupintu.desk.meetings.bigbluebutton",
    "zoom": "satupintu.desk.meetings.zoom",
}


@lru_cache(maxsize=4)
def _made(name: str) -> Provider:
    made: Provider = import_module(PROVIDERS[name]).provider()
    return made


def provider() -> Provider:
    """Return the office's provider of rooms. Raises BadSetting where its settings make no sense."""
    return _made(settings.MEETINGS)


def provider_named(name: str) -> Provider | None:
    """Return the provider of this name when the office uses it; else None."""
    return provider() if name == settings.MEETINGS else None
