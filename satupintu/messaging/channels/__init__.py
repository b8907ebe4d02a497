"""
What carries messages: one folder and one line each.

`port` says what a folder offers. SATUPINTU_CHANNELS names those that the office uses, the preferred first.
"""

from functools import lru_cache
from importlib import import_module

from django.conf import settings

from satupintu.lib.env import BadSetting
from satupintu.messaging.channels.port import Transport
from satupintu.messaging.rules import ChannelKind

TRANSPORTS = {
    "smtp": "satupintu.messaging.channels.smtp",
    "demo": "satupintu.messaging.channels.demo",
    "imap": "satupintu.messaging.channels.imap",
    "webchat": "satupintu.messaging.channels.webchat",
    "asterisk": "satupintu.messaging.channels.asterisk",
    "kannel": "satupintu.messaging.channels.kannel",
    "smpp": "satupintu.messaging.channels.smpp",
    "android_gateway": "satupintu.messaging.channels.android_gateway",
    "http_sms": "satupintu.messaging.channels.http_sms",
    "whatsapp_cloud": "satupintu.messaging.channels.whatsapp_cloud",
    "webpush": "satupintu.messaging.channels.webpush",
}


@lru_cache(maxsize=8)
def _made(names: tuple[str, ...]) -> tuple[Transport, ...]:
    made = []
    if odd := set(settings.MONTHLY_BUDGETS) - set(names):
        raise BadSetting(
            f"SATUPINTU_MONTHLY_BUDGETS: {min(odd)} is none of SATUPINTU_CHANNELS ({', '.join(names)})."
        )
    for name in names:
        if name not in TRANSPORTS:
            raise BadSetting(
                f"SATUPINTU_CHANNELS: {name} is not known. Use some of: {', '.join(TRANSPORTS)}."
            )
        transport: Transport = import_module(TRANSPORTS[name]).transport()
        made.append(transport)
    return tuple(made)


def transports() -> tuple[Transport, ...]:
    """Return the office's transports, the preferred first. Raises BadSetting where one's settings make no sense."""
    return _made(tuple(settings.CHANNELS))


def transport_for(channel: ChannelKind) -> Transport | None:
    """Return what carries `channel` in this installation; None when only people can (or nobody)."""
    return next((one for one in transports() if one.carries(channel)), None)


def transport_named(name: str) -> Transport | None:
    """Return the transport of this name when the office uses it; else None."""
    return next((one for one in transports() if one.name == name), None)
