"""Closed months of the archive are written to files and read back."""

from datetime import timedelta
from functools import partial

from sevra_atlas.domain.retention.exporting import export_month, open_months, segments, sweep
from sevra_atlas.domain.retention.rewriting import drop_month
from sevra_atlas.domain.retention.segment_store import open_segments
from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.settings import archive_destination, drops_after_export
from sevra_atlas.workers.archive_steps import RETRIES, Steps
from sevra_atlas.workers.backoff import Retry
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar


def run(work: Work) -> Done:
    """Export a month a transaction; where the settings say so, exported months leave the database."""
    steps = Steps(work, ArchiveFault.EXPORT_WRITE)
    months = work.transact(open_months)
    store = open_segments(archive_destination())
    rows = 0
    for done, month in enumerate(months, start=1):
        rows += steps.transact(partial(export_month, store=store, month=month, watch=steps.watch)).row_count
        if not work.may_go_on():
            return Done({"months": done, "rows": rows}, more=True)
    dropped = 0
    if drops_after_export():
        for segment in work.transact(segments):
            if segment.dropped_at is None:
                drop = partial(drop_month, store=store, segment=segment, watch=steps.watch)
                dropped += steps.transact(drop)
    work.transact(partial(sweep, store=store))
    return Done({"months": len(months), "rows": rows, "dropped": dropped})


EXPORT_MONTHS = Job(
    "retention.export_months",
    "maintenance",
    run,
    retry=Retry(attempts=3),
    limit=timedelta(hours=4),
    schedule=Calendar("20 2 2 * *"),
    totals={"months": "sevra_archive_exported_total", "rows": "sevra_archive_exported_rows_total"},
    parts={RETRIES: "step"},
)
