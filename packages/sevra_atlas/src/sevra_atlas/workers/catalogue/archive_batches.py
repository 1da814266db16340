"""What was deleted long ago goes to the archive, a batch a transaction."""

from datetime import timedelta

import structlog

from sevra_atlas.domain.retention.run import archive_due
from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.workers.archive_steps import RETRIES, Steps
from sevra_atlas.workers.backoff import Retry
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_BATCHES, _ROWS = "sevra_batches_archived_total", "sevra_archived_rows_total"

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Archive what is due; what is needed or could not be moved is logged by its number and stays."""
    steps = Steps(work, ArchiveFault.CLAIM)
    ran = archive_due(steps.transact, steps.watch)
    for moved in ran.blocked_by:
        _log.warning("batch blocked", batch=moved.batch, by=moved.blocked_by)
    for failure in ran.failed:
        _log.error("batch not archived", batch=failure.batch, said=failure.reason)
    facts = {
        "archived": ran.archived,
        "rows": sum(ran.rows.values()),
        "blocked": ran.blocked,
        "failed": len(ran.failed),
    }
    outcomes = {"archived": ran.archived, "blocked": ran.blocked, "failed": len(ran.failed)}
    return Done(facts, more=ran.stopped, parts={_BATCHES: outcomes, _ROWS: ran.rows})


ARCHIVE_BATCHES = Job(
    "retention.archive_batches",
    "maintenance",
    run,
    retry=Retry(attempts=3),
    limit=timedelta(hours=4),
    schedule=Calendar("0 1 * * *"),
    parts={_BATCHES: "outcome", _ROWS: "table", RETRIES: "step"},
)
