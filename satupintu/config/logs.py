"""Logs are events: one line each, snake_case name, data as keywords, never personal data."""

import logging  # noqa: TID251  the standard library's tree is configured once, here
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

# Applied to our events and to records of libraries alike, so that both look the same.
_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def _renderer(shape: str) -> structlog.typing.Processor:
    if shape == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.KeyValueRenderer(
        key_order=["timestamp", "level", "event"], drop_missing=True
    )


def configure(options: dict[str, Any]) -> None:
    """
    Send the standard library's records and our own events to standard error in one format.

    `options` holds `level` ("INFO") and optionally `shape`: "text" (the default) or "json".
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(options.get("shape", "text")),
            ],
        )
    )
    logging.basicConfig(level=options["level"], handlers=[handler], force=True)
    # Libraries that tell each step; the typesetter's and the fonts' notes help nobody in an office.
    for noisy in (
        "fontTools",
        "pikepdf",
        "pyhanko",
        "pyhanko_certvalidator",
        "PIL",
        "httpx",
        "httpcore",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Let only warnings and worse through, while thousands of made-up acts are recorded."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
