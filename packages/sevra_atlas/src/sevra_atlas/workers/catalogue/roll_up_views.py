"""Views of posts are added up once a minute."""

from sevra_atlas.domain import post_views
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every


def run(work: Work) -> Done:
    """Take the rows of views, a batch a transaction."""
    return drained(work, post_views.roll_up, lambda batch: {"rows": batch.taken, "views": batch.views})


ROLL_UP_VIEWS = Job(
    "posts.roll_up_views",
    "default",
    run,
    retry=NEXT_RUN,
    schedule=Every(60),
    due="SELECT EXISTS (SELECT FROM public.post_view_deltas)",
    totals={"views": "sevra_views_rolled_total"},
)
