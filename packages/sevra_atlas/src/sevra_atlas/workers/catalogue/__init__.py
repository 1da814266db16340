"""Every job there is, one a file; the names, queues and times are those of `docs/workers.md`."""

from sevra_atlas.workers.catalogue.archive_batches import ARCHIVE_BATCHES
from sevra_atlas.workers.catalogue.check_counters import CHECK_COUNTERS
from sevra_atlas.workers.catalogue.delete_objects import DELETE_OBJECTS
from sevra_atlas.workers.catalogue.export_months import EXPORT_MONTHS
from sevra_atlas.workers.catalogue.publish_due import PUBLISH_DUE
from sevra_atlas.workers.catalogue.purge_archive import PURGE_ARCHIVE
from sevra_atlas.workers.catalogue.purge_finished import PURGE_FINISHED
from sevra_atlas.workers.catalogue.reconcile_sitemap import RECONCILE_SITEMAP
from sevra_atlas.workers.catalogue.refresh_cities import REFRESH_CITIES
from sevra_atlas.workers.catalogue.refresh_documents import REFRESH_DOCUMENTS
from sevra_atlas.workers.catalogue.refresh_vocabulary import REFRESH_VOCABULARY
from sevra_atlas.workers.catalogue.render_shards import RENDER_SHARDS
from sevra_atlas.workers.catalogue.replay_erasures import REPLAY_ERASURES
from sevra_atlas.workers.catalogue.return_remainders import RETURN_REMAINDERS
from sevra_atlas.workers.catalogue.roll_partitions import ROLL_PARTITIONS
from sevra_atlas.workers.catalogue.roll_up_hits import ROLL_UP_HITS
from sevra_atlas.workers.catalogue.roll_up_views import ROLL_UP_VIEWS
from sevra_atlas.workers.catalogue.sweep_orphans import SWEEP_ORPHANS
from sevra_atlas.workers.catalogue.sweep_stalled import SWEEP_STALLED
from sevra_atlas.workers.catalogue.verify_archive import VERIFY_ARCHIVE
from sevra_atlas.workers.catalogue.verify_search import VERIFY_SEARCH
from sevra_atlas.workers.errors import JobUnknownError
from sevra_atlas.workers.jobs import Job

JOBS: tuple[Job, ...] = (
    PUBLISH_DUE,
    ROLL_UP_VIEWS,
    ROLL_UP_HITS,
    REFRESH_DOCUMENTS,
    REFRESH_VOCABULARY,
    VERIFY_SEARCH,
    RENDER_SHARDS,
    RECONCILE_SITEMAP,
    REFRESH_CITIES,
    CHECK_COUNTERS,
    SWEEP_STALLED,
    PURGE_FINISHED,
    ROLL_PARTITIONS,
    ARCHIVE_BATCHES,
    EXPORT_MONTHS,
    VERIFY_ARCHIVE,
    PURGE_ARCHIVE,
    RETURN_REMAINDERS,
    REPLAY_ERASURES,
    DELETE_OBJECTS,
    SWEEP_ORPHANS,
)


def get_job(name: str) -> Job:
    """Return the job of that name. Raises `JobUnknownError`."""
    for job in JOBS:
        if job.name == name:
            return job
    raise JobUnknownError(name)
