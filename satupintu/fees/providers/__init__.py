"""The payment providers that an office can use: one line each, one folder each. Settings choose one, or none."""

from importlib import import_module

from django.conf import settings

from satupintu.fees.providers.port import Provider

PROVIDERS = {
    "simulator": "satupintu.fees.providers.simulator",
}


def find_provider(code: str = "") -> Provider | None:
    """Return the office's provider, or the one of this code when it is the office's; None without one."""
    chosen = settings.PAYMENT_PROVIDER
    if not chosen or code not in ("", chosen):
        return None
    provider: Provider = import_module(PROVIDERS[chosen]).provider()
    return provider
