"""The client side of the simulator: a provider like any other, over HTTP, with signed notifications."""

from satupintu.fees.providers.port import Provider


def provider() -> Provider:
    """Return the simulator's client at the address of the settings."""
    from django.conf import settings

    from satupintu.fees.providers.simulator.client import Simulator

    return Simulator(url=settings.PAYMENT_URL, secret=settings.PAYMENT_SECRET)
