"""Every stored number is counted again once a day; nothing is repaired, that is a command."""

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
    """Check one invariant a transaction; what is broken is logged with its ids, at most 20 of each."""
    found: dict[str, int] = {}
    for invariant in invariants.DAILY:
        broken = work.transact(partial(invariants.broken, invariants=[invariant]))
        found[invariant.name] = len(broken)
        if broken:
            _log.error("counters drift", check=invariant.name, rows=broken)
        if not work.may_go_on():
            return Done(found, more=True, parts={_DRIFT: found})
    return Done(found, parts={_DRIFT: found})


CHECK_COUNTERS = Job(
    "stats.check_counters",
    "maintenance",
    run,
    retry=NEXT_RUN,
    limit=timedelta(hours=1),
    schedule=Calendar("10 4 * * *"),
    parts={_DRIFT: "counter"},
)
