"""The words of all documents are counted anew every night."""

from datetime import timedelta

from sevra_atlas.domain import search_vocabulary
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar


def run(work: Work) -> Done:
    """Count them in one transaction; searches go on."""
    counted = work.transact(search_vocabulary.refresh)
    return Done({"words": counted.words, "written": counted.written, "removed": counted.removed})


REFRESH_VOCABULARY = Job(
    "search.refresh_vocabulary",
    "search",
    run,
    retry=NEXT_RUN,
    limit=timedelta(minutes=30),
    schedule=Calendar("20 3 * * *"),
    gauges={"words": "sevra_search_lexemes"},
)
