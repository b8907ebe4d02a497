"""`satupintu migrate`: bring tables and static files to this version of the program."""

EXAMPLE = "Example: satupintu migrate"


def command() -> None:
    """Bring the database's tables and the static files up to date; does nothing when they are."""
    from satupintu.config import start

    start.set_up()
    start.refuse_lost_keys()
    print("Tables:", start.migrate())  # noqa: T201  the answer
    print("Static files:", start.collect_static())  # noqa: T201  the answer
