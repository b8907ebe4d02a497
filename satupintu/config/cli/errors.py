"""How a failure is told to the person at the terminal."""


class Failed(Exception):
    """The command cannot do what was asked; the message is the sentence to show."""


def explain(error: Exception) -> str:
    """Return one sentence for any exception, or one for each problem of a service file or an application."""
    problems = getattr(error, "problems", None)
    message = getattr(error, "message", None)
    if problems:
        # Of a service file each names its file and line; of an application they are (where, sentence).
        said = [one[-1] if isinstance(one, tuple) else str(one) for one in problems]
        return "\n".join([str(message), *said] if isinstance(problems[0], tuple) else said)
    text = str(message or error).strip().splitlines()
    first = text[0] if text else ""
    if type(error).__module__.startswith("satupintu."):
        return first or type(error).__name__
    if isinstance(error, FileNotFoundError):
        return f"{error.filename} does not exist."
    if isinstance(error, OSError):
        from satupintu.web.troubles import is_no_room

        where = f"{error.filename}: " if error.filename else ""
        full = "The disk is full. Make room, then run the command again"
        return f"{where}{full if is_no_room(error) else error.strerror or first}."
    if type(error).__name__ == "OperationalError":
        return f"The database does not answer as it should: {first}"
    return f"{type(error).__name__}: {first} (SATUPINTU_DEBUG=1 shows where.)"
