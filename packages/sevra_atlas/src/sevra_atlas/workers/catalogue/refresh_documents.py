"""What was announced to the search becomes documents, within seconds."""

from collections.abc import Mapping
from functools import partial

import structlog
from psycopg import DataError, IntegrityError, errors

from sevra_atlas.domain import search_queue
from sevra_atlas.domain.search_queue import BATCH, Drained
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every

# What lies in one row and not in the moment, such as a text with more words than a vector holds.
_OF_A_ROW = (DataError, IntegrityError, errors.ProgramLimitExceeded)

_log = structlog.get_logger(__name__)


def run(work: Work) -> Done:
    """Take the announcements, a batch a transaction; one that cannot be made holds up no other."""
    try:
        return drained(work, search_queue.run_once, _told)
    except _OF_A_ROW:
        return _one_by_one(work)


def _one_by_one(work: Work) -> Done:
    """Take as many as were in the batch that failed, each by itself, and leave out what fails alone."""
    left_out = 0
    for _ in range(BATCH):
        try:
            if not work.transact(partial(search_queue.run_once, batch=1)).taken or not work.may_go_on():
                break
        except _OF_A_ROW as error:
            kind, id_ = work.transact(search_queue.leave_out)
            left_out += 1
            _log.error(
                "no document",
                entity=f"{kind} {id_}",
                sqlstate=error.sqlstate,
                said=error.diag.message_primary,
            )
    return Done({"left_out": left_out}, more=True)


def _told(batch: Drained) -> Mapping[str, int]:
    return {
        "taken": batch.taken,
        "written": batch.rebuilt.written,
        "removed": batch.rebuilt.removed,
        "announced": batch.announced,
    }


REFRESH_DOCUMENTS = Job(
    "search.refresh_documents",
    "search",
    run,
    schedule=Every(2),
    due="SELECT EXISTS (SELECT FROM public.outbox WHERE topic = 'search')",
    totals={
        "written": "sevra_search_documents_written_total",
        "taken": "sevra_search_announced_total",
        "left_out": "sevra_search_left_out_total",
    },
)
