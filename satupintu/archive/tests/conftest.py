from satupintu.permits.tests.conftest import browser, world

__all__ = ["browser", "world"]
