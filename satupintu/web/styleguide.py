"""Examples of every component, for /gaya/ and the tests that photograph and measure it."""

from typing import Any


def examples(posted: Any) -> dict[str, Any]:
    return {}
