"""`satupintu mail`: one letter from standard input, as a mail server pipes it."""

EXAMPLE = "Example: satupintu mail < letter.eml"


def command() -> None:
    """Keep one letter (RFC 5322) from standard input; exit code 75 asks the mail server to try again later."""
    import sys

    import django
    import typer

    try:
        django.setup()
        from satupintu.lib import clock
        from satupintu.messaging.channels.imap import MOST_BYTES, transport
        from satupintu.messaging.services import take

        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        is_letter = 0 < len(raw) <= MOST_BYTES
        if is_letter:
            at = clock.now()
            take("imap", transport().hear(raw, at), at=at)
    except Exception as error:  # whatever it was, a wrong setting too: the mail server keeps the letter and tries again
        print(f"The letter could not be kept: {type(error).__name__}.", file=sys.stderr)  # noqa: T201  the mail server's log
        raise typer.Exit(75) from error  # EX_TEMPFAIL
    if not is_letter:
        print("The letter is empty or larger than 25 MB.", file=sys.stderr)  # noqa: T201  as above
        raise typer.Exit(65)  # EX_DATAERR
