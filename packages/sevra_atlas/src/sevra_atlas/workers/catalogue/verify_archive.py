"""Every archived row is hashed again once a day, and every row that ever was is counted."""

import time
from datetime import timedelta
from functools import partial

import structlog

from sevra_atlas.domain.retention.conservation import balances
from sevra_atlas.domain.retention.drilling import drill
from sevra_atlas.domain.retention.exporting import used_store
from sevra_atlas.domain.retention.verifying import verify, verify_segments
from sevra_atlas.settings import archive_destination
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_GAP = "sevra_conservation_gap"

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Hash, count, and bring some batches back behind a savepoint; what is wrong is logged."""
    hashed = work.transact(verify)
    for row in hashed.damaged:
        _log.error("archived row damaged", table=row.table, row=row.row_id, batch=row.batch)
    for batch in hashed.misplaced:
        _log.error("batch misplaced", batch=batch)
    store = work.transact(partial(used_store, destination=archive_destination()))
    damaged = () if store is None else work.transact(partial(verify_segments, store=store)).damaged
    for sentence in damaged:
        _log.error("exported month damaged", said=sentence)
    counted = work.transact(partial(balances, segments=None if damaged else store))
    lost = [each for each in counted if not each.is_kept]
    for balance in lost:
        _log.error("rows do not add up", table=balance.table, gap=balance.gap)
    drilled = work.transact(drill)
    for failure in drilled.failed:
        _log.error("drill failed", batch=failure.batch, said=failure.reason)
    failures = len(hashed.damaged) + len(hashed.misplaced) + len(damaged) + len(drilled.failed)
    facts = {"rows": hashed.rows, "drilled": drilled.batches, "failures": failures, "gaps": len(lost)}
    if not drilled.failed:
        facts["drilled_at"] = int(time.time())
    # Rows that were exchanged leave no gap in their number, and are lost all the same.
    gaps = {each.table: 0 if each.is_kept else each.gap or 1 for each in counted}
    return Done(facts, parts={_GAP: gaps})


VERIFY_ARCHIVE = Job(
    "retention.verify_archive",
    "maintenance",
    run,
    retry=NEXT_RUN,
    limit=timedelta(hours=4),
    schedule=Calendar("0 5 * * *"),
    totals={"rows": "sevra_archive_verified_rows_total", "failures": "sevra_archive_verify_failures_total"},
    gauges={"drilled_at": "sevra_drill_last_success_timestamp"},
    parts={_GAP: "table"},
)
