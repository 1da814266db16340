"""Files that no row names are found once a day."""

from datetime import timedelta
from functools import partial

from sevra_atlas.domain.files.store import open_files
from sevra_atlas.domain.files.sweeping import sweep_orphans
from sevra_atlas.domain.retention.exporting import used_store
from sevra_atlas.settings import archive_destination, media_directory
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar


def run(work: Work) -> Done:
    """Note them for `media.delete_objects`, which looks again and removes them a week later."""
    segments = work.transact(partial(used_store, destination=archive_destination()))
    store = open_files(str(media_directory()))
    swept = sweep_orphans(work.transact, store, segments, work.may_go_on)
    return Done({"orphans": swept.orphans})


SWEEP_ORPHANS = Job(
    "media.sweep_orphans",
    "maintenance",
    run,
    retry=NEXT_RUN,
    limit=timedelta(hours=2),
    schedule=Calendar("10 2 * * *"),
    totals={"orphans": "sevra_media_orphans_total"},
)
