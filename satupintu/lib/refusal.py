"""What every anticipated refusal has in common: a sentence for the person at the screen."""


class Refusal(Exception):
    """Something was refused or cannot be used; `message` says what happened and what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
