"""Uses of redirects are added up once a minute, and old counts of addresses go."""

from sevra_atlas.domain.addresses import counts
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every


def run(work: Work) -> Done:
    """Take the rows of uses, a batch a transaction."""
    return drained(
        work,
        counts.roll_up,
        lambda batch: {"rows": batch.taken, "uses": batch.uses, "forgotten": batch.forgotten},
    )


ROLL_UP_HITS = Job(
    "seo.roll_up_hits",
    "seo",
    run,
    retry=NEXT_RUN,
    schedule=Every(60),
    due="""SELECT EXISTS (SELECT FROM public.path_hit_deltas) OR EXISTS (SELECT FROM public.path_misses)""",
    totals={"uses": "sevra_redirect_uses_total"},
)
