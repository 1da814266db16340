"""What was in the archive for its days is destroyed, and its addresses are gone for good."""

from datetime import timedelta

import structlog

from sevra_atlas.domain.retention.run import purge_over
from sevra_atlas.domain.retention.steps import Watch
from sevra_atlas.workers.backoff import Retry
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Purge batch by batch; what a hold kept is logged by its number and stays."""
    ran = purge_over(work.transact, Watch(is_stopping=lambda: not work.may_go_on()))
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
    totals={"purged": "sevra_archive_purged_total"},
)
