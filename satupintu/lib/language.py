"""The language of the reader: what Django has activated for this request or this message."""

from django.utils.translation import get_language


def current_language() -> str:
    """Return "id" or "en"; where nothing is activated, Indonesian."""
    return "en" if (get_language() or "id").startswith("en") else "id"
