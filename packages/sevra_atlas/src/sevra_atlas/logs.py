"""How the web process and the worker log: one line of JSON an event, on the standard error."""

import logging
import sys
from typing import TextIO

import structlog


def configure_logs(stream: TextIO | None = None, *, level: int = logging.NOTSET) -> None:
    """Make every logger of this process write to a stream, by default the standard error.

    What is below `level` is left out.

    Tracebacks are plain text: the library's own drawing of them takes a second and shows the values of local
    variables, which may be secrets.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )
