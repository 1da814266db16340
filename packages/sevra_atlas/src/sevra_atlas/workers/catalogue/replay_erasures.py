"""Whom an older backup brought back is erased again."""

from datetime import timedelta

import structlog

from sevra_atlas.domain.retention.erasing import erase_again
from sevra_atlas.domain.retention.segment_store import open_segments
from sevra_atlas.settings import archive_destination, secret_key
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Erase whom the list beside the exported months has and the database has not."""
    replayed = erase_again(work.transact, open_segments(archive_destination()), secret_key())
    if replayed.erased:
        _log.warning("erased again", persons=len(replayed.erased))
    for user in replayed.refused:
        _log.error("not erased again, a hold or the last administrator", user=user)
    facts = {"erased": len(replayed.erased), "unknown": replayed.unknown, "refused": len(replayed.refused)}
    return Done(facts)


REPLAY_ERASURES = Job(
    "privacy.replay_erasures",
    "maintenance",
    run,
    retry=NEXT_RUN,
    limit=timedelta(hours=1),
    schedule=Calendar("40 0 * * *"),
    totals={"erased": "sevra_erasures_replayed_total"},
    gauges={"refused": "sevra_erasures_refused"},
)
