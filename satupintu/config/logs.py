"""Logs are events: one line each, snake_case name, data as keywords, never personal data."""

import logging  # noqa: TID251  the standard library's tree is configured once, here
from typing import Any

import structlog


def configure(options: dict[str, Any]) -> None:
    """Send the standard library's records and our own events to standard error in one format."""
    logging.basicConfig(level=options["level"], format="%(levelname)s %(name)s %(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(options["level"])),
        logger_factory=structlog.PrintLoggerFactory(file=__import__("sys").stderr),
        cache_logger_on_first_use=True,
    )
