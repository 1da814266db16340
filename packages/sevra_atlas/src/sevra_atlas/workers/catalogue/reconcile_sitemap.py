"""Once a day every row of the sitemap is made anew: what differs was missed, and is repaired and counted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from psycopg import Connection

from sevra_atlas.domain.sitemap_publishing import SitemapBusyError
from sevra_atlas.domain.sitemap_rebuild import Window, Windows, is_waiting
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.catalogue.render_shards import log_left_out, sitemap_queue_led, told_of
from sevra_atlas.workers.jobs import Done, Job, Outcome, Skipped, Work
from sevra_atlas.workers.schedules import Calendar

_log = structlog.get_logger(__name__)


def run(work: Work) -> Outcome:
    """Take what was announced, then compare window by window, a transaction each."""
    try:
        waiting = drained(work, sitemap_queue_led, told_of).more
    except SitemapBusyError as error:
        return Skipped(str(error))
    if waiting:
        # What waits is no mismatch.
        return Done(more=True)
    windows, now, mismatches = Windows(), datetime.now(UTC), 0
    window = work.transact(windows.next)
    while window is not None:
        step: Callable[[Connection[Any]], int] = partial(_compared, window=window, now=now)
        mismatches += work.transact(step)
        windows.advance(window)
        window = work.transact(windows.next)
        if not work.may_go_on():
            break
    if mismatches:
        _log.error("sitemap rows differ from a rebuild", rows=mismatches)
    return Done({"mismatches": mismatches}, more=window is not None)


def _compared(connection: Connection[Any], *, window: Window, now: datetime) -> int:
    aligned = window.align(connection, now)
    log_left_out(aligned)
    # What is announced meanwhile differs by right, and so does what failed before or fails now.
    if is_waiting(connection):
        return 0
    return max(0, aligned.written + aligned.removed - aligned.recovered - len(aligned.left_out))


RECONCILE_SITEMAP = Job(
    "seo.reconcile",
    "seo",
    run,
    retry=NEXT_RUN,
    limit=timedelta(hours=1),
    schedule=Calendar("40 3 * * *"),
    totals={"mismatches": "sevra_sitemap_rebuild_mismatch_total"},
)
