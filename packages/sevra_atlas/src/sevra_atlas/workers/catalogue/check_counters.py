"""Every stored number is counted again once a day, and live rows below deleted ones; nothing is repaired."""

from datetime import timedelta
from functools import partial

import structlog

from sevra_atlas.domain import invariants
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_DRIFT = "sevra_counter_drift"

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Check one invariant a transaction; what is broken is logged with its ids, at most 20 of each.

    The edges of deletion are cheap, as each begins at the rows of the trash, and go in one.
    """
    found: dict[str, int] = {}
    for invariant in invariants.DAILY:
        broken = work.transact(partial(invariants.broken, invariants=[invariant]))
        found[invariant.name] = len(broken)
        if broken:
            _log.error("counters drift", check=invariant.name, rows=broken)
        if not work.may_go_on():
            return Done(found, more=True, parts={_DRIFT: found})
    orphans = work.transact(partial(invariants.broken, invariants=invariants.DELETIONS))
    if orphans:
        _log.error("live rows below deleted ones", rows=orphans)
    return Done({**found, "orphans": len(orphans)}, parts={_DRIFT: found})


CHECK_COUNTERS = Job(
    "stats.check_counters",
    "maintenance",
    run,
    retry=NEXT_RUN,
    limit=timedelta(hours=1),
    schedule=Calendar("10 4 * * *"),
    gauges={"orphans": "sevra_orphans_found"},
    parts={_DRIFT: "counter"},
)
