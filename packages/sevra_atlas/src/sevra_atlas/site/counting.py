"""What visitors make of addresses is counted in the process and stored every ten seconds.

A page never waits for a count, and no count is stored twice: one whose storing failed half-way is lost.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any
from urllib.parse import urlsplit

import psycopg
import structlog
from litestar import Litestar

from sevra_atlas.domain.addresses import counts
from sevra_atlas.domain.addresses.tally import Tally
from sevra_atlas.reads.resolve import Resolution
from sevra_atlas.site.rendering import PageRequest
from sevra_atlas.web_metrics import WebMetrics

FLUSH_SECONDS = 10.0
_PATIENCE_SECONDS = 5

_log = structlog.get_logger(__name__)


def count(request: PageRequest, resolution: Resolution, seconds: float) -> None:
    """Count what a path led to: the use of a rule or a former address, or that nobody answers.

    `seconds` is how long the ledger took.
    """
    metrics: WebMetrics = request.app.state.metrics
    metrics.resolved(resolution, seconds)
    tally: Tally = request.app.state.tally
    if resolution.used is not None:
        tally.used(resolution.used)
    if resolution.missed is not None:
        tally.missed(resolution.missed, _origin(request.headers.get("referer")))


@asynccontextmanager
async def counting(app: Litestar) -> AsyncIterator[None]:
    """Store the counts of the process while it runs, and once more when it ends."""
    tally = app.state.tally = Tally()
    url: str = app.state.settings.app_url
    ending = asyncio.Event()
    task = asyncio.create_task(_flush_until(ending, tally, url))
    try:
        yield
    finally:
        ending.set()
        await task


def flush(tally: Tally, connect: Callable[[], psycopg.Connection[Any]]) -> bool:
    """Store what was counted; return whether that is certain.

    Without a connection the counts stay where they are. Once the first statement is sent they are given up,
    because a commit whose answer never came may have happened.
    """
    try:
        with closing(connect()) as connection:
            seen = tally.take()
            counts.write(connection, seen)
            connection.commit()
    except psycopg.Error as error:
        _log.warning("counts of addresses not stored", fault=type(error).__name__)
        return False
    if seen.dropped:
        _log.warning("counts of addresses left out", dropped=seen.dropped)
    return True


async def _flush_until(ending: asyncio.Event, tally: Tally, url: str) -> None:
    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(url, connect_timeout=_PATIENCE_SECONDS)

    while not ending.is_set():
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await ending.wait()
        except TimeoutError:
            pass
        if tally:
            await asyncio.to_thread(flush, tally, connect)


def _origin(referrer: str | None) -> str | None:
    """Return where a visitor came from, without what the address may say of a person; None for nonsense."""
    if referrer is None or not (referrer.isascii() and referrer.isprintable()):
        return None
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host else None
