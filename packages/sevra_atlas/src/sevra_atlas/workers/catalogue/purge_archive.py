"""What was in the archive for its days is destroyed, and its addresses are gone for good."""

from datetime import timedelta
from functools import partial

import structlog

from sevra_atlas.domain.retention.exporting import sweep, used_store
from sevra_atlas.domain.retention.rewriting import rewrite_purged
from sevra_atlas.domain.retention.run import purge_over
from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.settings import archive_destination
from sevra_atlas.workers.archive_steps import RETRIES, Steps
from sevra_atlas.workers.backoff import Retry
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Purge batch by batch; what a hold kept is logged by its number and stays."""
    store = work.transact(partial(used_store, destination=archive_destination()))
    steps = Steps(work, ArchiveFault.EXPORT_WRITE)
    ran = purge_over(work.transact, steps.watch, segments=store)
    if store is not None:
        steps.transact(partial(rewrite_purged, store=store, watch=steps.watch))
        work.transact(partial(sweep, store=store))
    for failure in ran.failed:
        _log.warning("batch not purged", batch=failure.batch, said=failure.reason)
    return Done({"purged": ran.purged, "rows": sum(ran.purged_rows.values())}, more=ran.stopped)


PURGE_ARCHIVE = Job(
    "retention.purge_archive",
    "maintenance",
    run,
    retry=Retry(attempts=3),
    limit=timedelta(hours=4),
    schedule=Calendar("30 5 * * 5"),
    totals={"purged": "sevra_archive_purged_total", "rows": "sevra_archive_purged_rows_total"},
    parts={RETRIES: "step"},
)
