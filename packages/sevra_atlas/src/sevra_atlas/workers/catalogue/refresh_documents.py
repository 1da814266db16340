"""What was announced to the search becomes documents, within seconds."""

from sevra_atlas.domain import search_queue
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every


def run(work: Work) -> Done:
    """Take the announcements, a batch a transaction."""
    return drained(
        work,
        search_queue.run_once,
        lambda batch: {
            "taken": batch.taken,
            "written": batch.rebuilt.written,
            "removed": batch.rebuilt.removed,
            "announced": batch.announced,
        },
    )


REFRESH_DOCUMENTS = Job(
    "search.refresh_documents",
    "search",
    run,
    schedule=Every(2),
    due="SELECT EXISTS (SELECT FROM public.outbox WHERE topic = 'search')",
    totals={"written": "sevra_search_documents_written_total", "taken": "sevra_search_announced_total"},
)
