"""What waited in the archive for somebody who was away comes back once they are there."""

from datetime import timedelta
from functools import partial

import structlog

from sevra_atlas.domain.retention.exporting import used_store
from sevra_atlas.domain.retention.remainders import remainders
from sevra_atlas.domain.retention.run import return_waiting
from sevra_atlas.domain.retention.steps import Watch
from sevra_atlas.settings import archive_destination
from sevra_atlas.workers.backoff import Retry
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Try every deletion that waits and is not held; what could not be read is logged by its number."""
    store = work.transact(partial(used_store, destination=archive_destination()))
    watch = Watch(is_stopping=lambda: not work.may_go_on())
    done = return_waiting(work.transact, watch, segments=store)
    for failure in done.failed:
        _log.error("remainder not returned", batch=failure.batch, said=failure.reason)
    facts = {
        "batches": done.batches,
        "rows": sum(done.rows.values()),
        "failed": len(done.failed),
        "waiting": len(work.transact(remainders)),
    }
    return Done(facts, more=done.stopped)


RETURN_REMAINDERS = Job(
    "retention.return_remainders",
    "maintenance",
    run,
    retry=Retry(attempts=3),
    limit=timedelta(hours=1),
    schedule=Calendar("0 4 * * *"),
    totals={"rows": "sevra_remainder_rows_returned_total", "failed": "sevra_remainders_failed_total"},
    gauges={"waiting": "sevra_remainders_waiting"},
)
