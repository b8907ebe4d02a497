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

# One list for the whole process: loggers in use hold it, and would not hear of another.
_OURS: list[structlog.typing.Processor] = [
    *_SHARED,
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]


def _renderer(shape: str) -> structlog.typing.Processor:
    if shape == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.KeyValueRenderer(
        key_order=["timestamp", "level", "event"], drop_missing=True
    )


_FAILED = 500


class WithoutAddresses(logging.Filter):
    """
    Let Django's own lines about requests name the route, never the address: it may hold a code or a number.

    A refusal (403, 404, 409, 422, a failed CSRF check) is no failure: it is told without a traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is None:
            return True
        match = getattr(request, "resolver_match", None)
        route = match.route if match else ""
        status = getattr(record, "status_code", None)
        record.msg = "request_answered status=%s method=%s route=%r"
        record.args = (status, getattr(request, "method", ""), route)
        if status is not None and status < _FAILED:
            record.exc_info = None
        return True


def configure(options: dict[str, Any]) -> None:
    """
    Send the standard library's records and our own events to standard error in one format.

    `options` holds `level` ("INFO") and optionally `shape`: "text" (the default) or "json".
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(WithoutAddresses())
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
        processors=_OURS,
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
