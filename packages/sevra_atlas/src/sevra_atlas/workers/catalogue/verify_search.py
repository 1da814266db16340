"""Once a week it is counted whether everything public has its document."""

from datetime import timedelta

from sevra_atlas.domain import search_documents
from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar


def run(work: Work) -> Done:
    """Count what is missing, apart from what waits to be made; nothing is changed."""
    return Done({"missing": work.transact(search_documents.count_missing)})


VERIFY_SEARCH = Job(
    "search.verify",
    "search",
    run,
    retry=NEXT_RUN,
    limit=timedelta(minutes=30),
    schedule=Calendar("0 4 * * fri"),
    gauges={"missing": "sevra_search_missing_documents"},
)
