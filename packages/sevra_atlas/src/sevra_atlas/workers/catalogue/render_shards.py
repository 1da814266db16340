"""What was announced to the sitemap becomes rows and files of it, within seconds."""

import time
from typing import Any

from psycopg import Connection

from sevra_atlas.domain import sitemap_queue
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_projection import align_static, mark_dirty
from sevra_atlas.domain.sitemap_publishing import Published, SitemapBusyError, leading, publish
from sevra_atlas.settings import configured_base_url, sitemap_directory
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Outcome, Skipped, Work
from sevra_atlas.workers.schedules import Every


def run(work: Work) -> Outcome:
    """Bring rows in line, a batch a transaction, then write the files that differ, in one."""
    folder = SitemapFolder(sitemap_directory(), configured_base_url())
    try:
        work.transact(_list_routes)
        rows = drained(work, sitemap_queue_led, lambda batch: {"taken": batch.taken})
        begun = time.monotonic()
        published = work.transact(lambda connection: _published(connection, folder))
    except SitemapBusyError as error:
        return Skipped(str(error))
    facts = {**rows.facts, "shards": published.shards, "changed": published.changed}
    if published.shards:
        facts["milliseconds"] = round((time.monotonic() - begun) * 1000)
    return Done(facts, more=rows.more)


def sitemap_queue_led(connection: Connection[Any]) -> sitemap_queue.Drained:
    """Run one pass of the queue as the one who leads. Raises `SitemapBusyError`."""
    with leading(connection):
        return sitemap_queue.run_once(connection)


def _list_routes(connection: Connection[Any]) -> None:
    mark_dirty(connection, align_static(connection).shards)


def _published(connection: Connection[Any], folder: SitemapFolder) -> Published:
    with leading(connection):
        return publish(connection, folder)


RENDER_SHARDS = Job(
    "seo.render_shards",
    "seo",
    run,
    # The next tick does what this one did not.
    retry=NEXT_RUN,
    schedule=Every(5),
    due=(
        "SELECT EXISTS (SELECT FROM public.outbox WHERE topic IN ('sitemap', 'feed'))"
        " OR EXISTS (SELECT FROM public.sitemap_shards WHERE is_dirty)"
    ),
    totals={
        "changed": "sevra_sitemap_files_written_total",
        "taken": "sevra_sitemap_announced_total",
        "shards": "sevra_sitemap_shards_rendered_total",
    },
    timings={"milliseconds": "sevra_sitemap_render_seconds"},
)
