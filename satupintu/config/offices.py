"""Which offices there is a demo of; known before Django is."""

DEMO_OFFICES = ("bengkalis", "sanggau")


class NoSuchDemo(Exception):
    """There is no demo of the office that was asked for; the message names those there are."""


def check_demo_office(code: str) -> str:
    """Return the code. Raises NoSuchDemo unless there is a demo of the office."""
    if code not in DEMO_OFFICES:
        raise NoSuchDemo(
            f"There is no demo of the office {code!r}. There are: {', '.join(DEMO_OFFICES)}."
        )
    return code
