"""Scheduled posts go live within half a minute of their time."""

from sevra_atlas.domain import publishing
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every


def run(work: Work) -> Done:
    """Publish what is due, a batch a transaction."""
    return drained(
        work,
        publishing.publish_due,
        lambda batch: {"posts": batch.posts, "delay_seconds": batch.delay_seconds},
    )


PUBLISH_DUE = Job(
    "posts.publish_due",
    "default",
    run,
    role="app",
    retry=NEXT_RUN,
    schedule=Every(30),
    due="""SELECT EXISTS (SELECT FROM public.posts
                   WHERE deleted_at IS NULL AND status = 'scheduled' AND scheduled_at <= now())""",
    totals={"posts": "sevra_posts_published_total"},
    gauges={"delay_seconds": "sevra_publish_delay_seconds"},
)
