"""`satupintu lines`: connections that messages come in by and that must be kept open (SMPP, a telephone system)."""

EXAMPLE = "Example: satupintu lines"


def command() -> None:
    """Keep the lines of the office's channels open until stopped; ends at once where none has one."""
    import signal
    import threading

    import django

    django.setup()
    from satupintu.config import supervisor
    from satupintu.lib import clock
    from satupintu.messaging.lines import keep_open

    supervisor.stop_with_parent()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_open(stop, clock.now)
