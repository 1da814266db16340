"""Files whose rows were purged or erased leave the place where files lie."""

from functools import partial

import structlog

from sevra_atlas.domain.files.removing import DUE, left, remove_due
from sevra_atlas.domain.files.store import open_files
from sevra_atlas.domain.retention.exporting import used_store
from sevra_atlas.settings import archive_destination, media_directory
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Remove a hundred files a transaction; to remove one twice is the same as once."""
    store = open_files(str(media_directory()))
    segments = work.transact(partial(used_store, destination=archive_destination()))
    done = drained(
        work,
        partial(remove_due, store=store, segments=segments),
        lambda each: {"files": each.files, "bytes": each.bytes, "kept": each.kept, "failed": each.failed},
    )
    stuck = work.transact(left).stuck
    if stuck:
        _log.error("files cannot be removed", files=stuck)
    return Done({**done.facts, "stuck": stuck}, more=done.more)


DELETE_OBJECTS = Job(
    "media.delete_objects",
    "media",
    run,
    # Each file has its own tries; the next period does what this one did not.
    retry=NEXT_RUN,
    schedule=Every(60),
    due=DUE,
    totals={"files": "sevra_media_files_removed_total", "bytes": "sevra_media_bytes_freed_total"},
    gauges={"stuck": "sevra_media_stuck"},
)
