"""How the web process logs: one line of JSON an event, on the standard error."""

import sys
from typing import TextIO

import structlog


def configure_logs(stream: TextIO | None = None) -> None:
    """Make every logger of this process write to a stream, by default the standard error.

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
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )
