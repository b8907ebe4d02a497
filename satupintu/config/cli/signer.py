"""`satupintu signer`: the process that holds opened signing keys."""

EXAMPLE = "Example: satupintu signer"


def command() -> None:
    """Hold officers' opened keys for a short session, behind a private socket, until stopped."""
    import signal

    from satupintu.config import start, supervisor

    start.set_up()
    from satupintu.documents.signer_process import serve

    # A stop ends serve() in order: keys are forgotten and the socket is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    supervisor.stop_with_parent()
    serve()
