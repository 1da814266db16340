"""Cities in which something changed are counted again."""

from sevra_atlas.domain import city_stats
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every


def run(work: Work) -> Done:
    """Take the announcements, a batch a transaction."""
    return drained(work, city_stats.run_once, lambda batch: {"taken": batch.taken, "cities": batch.cities})


REFRESH_CITIES = Job(
    "stats.refresh_cities",
    "default",
    run,
    retry=NEXT_RUN,
    schedule=Every(60),
    due="SELECT EXISTS (SELECT FROM public.outbox WHERE topic = 'city_stats')",
    totals={"cities": "sevra_city_stats_refreshed_total"},
)
