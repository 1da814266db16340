"""A pass of the retention worker: what is due is archived, what is over is purged, batch by batch."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from psycopg import Connection, errors

from sevra_atlas.domain.retention.archiving import Moved, archive
from sevra_atlas.domain.retention.due import Claimed, ClaimedPurge, claim, claim_purge, settle
from sevra_atlas.domain.retention.errors import MoveCountError
from sevra_atlas.domain.retention.plan import Verdict, read_plan
from sevra_atlas.domain.retention.purging import purge
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch

_ATTEMPTS = 3
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.02, 0.2  # seconds
_SHOWN = 100
# Another session was in the way: the same transaction may go through the next time.
_PASSING = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)

# A hold or a reference came between the look and the move, or the counts differ: the batch is as it was.
_REFUSED = (MoveCountError, errors.ObjectInUse, errors.IntegrityError)

Claim = TypeVar("Claim", Claimed, ClaimedPurge)
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Failure:
    """A batch that could not be moved or purged; it is as it was."""

    batch: int
    reason: str


@dataclass(slots=True)
class Ran:
    """What a pass did. `blocked_by` names the first hundred; `stopped` says that it was asked to end."""

    archived: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    purged: int = 0
    purged_rows: Counter[str] = field(default_factory=Counter)
    blocked: int = 0
    blocked_by: list[Moved] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    retries: int = 0
    stopped: bool = False


def run_once(connection: Connection[Any], watch: Watch | None = None, *, limit: int | None = None) -> Ran:
    """Archive every due batch, then purge what is over; at most `limit` batches of each.

    `connection` is in autocommit and acts as the maintenance role; each batch is a transaction of its own,
    oldest first. Several may run at once: a batch that one has locked is passed over by the others. Whatever
    ends a pass leaves the batch it was at in the trash, whole; the next pass goes on. A batch that fails is
    noted and left for the next pass.
    """
    watch = watch or Watch()
    ran = Ran()
    _archive_due(connection, watch, ran, limit)
    _purge_over(connection, watch, ran, limit)
    return ran


def _archive_due(connection: Connection[Any], watch: Watch, ran: Ran, limit: int | None) -> None:
    total = read_plan(connection).total(Verdict.DUE)
    total = total if limit is None else min(total, limit)
    last: Claimed | None = None

    def claim_next() -> Claimed | None:
        watch.at(ArchiveFault.CLAIM)
        return claim(connection, last)

    while limit is None or ran.archived < limit:
        if watch.is_stopping():
            ran.stopped = True
            return
        last, moved = _next(connection, ran, claim_next, lambda batch: archive(connection, batch, watch))
        if last is None:
            return
        if isinstance(moved, Failure):
            ran.failed.append(moved)
        elif moved is not None and moved.blocked_by is not None:
            ran.blocked += 1
            ran.blocked_by += [moved] if len(ran.blocked_by) < _SHOWN else []
        elif moved is not None:
            ran.archived += 1
            ran.rows.update(moved.rows)
            watch.progress("batches archived", ran.archived, max(total, ran.archived))


def _purge_over(connection: Connection[Any], watch: Watch, ran: Ran, limit: int | None) -> None:
    last: ClaimedPurge | None = None

    def claim_next() -> ClaimedPurge | None:
        return claim_purge(connection, 0 if last is None else last.batch)

    while not ran.stopped and (limit is None or ran.purged < limit):
        if watch.is_stopping():
            ran.stopped = True
            return
        last, purged = _next(connection, ran, claim_next, lambda batch: purge(connection, batch))
        if last is None:
            return
        if isinstance(purged, Failure):
            ran.failed.append(purged)
        elif purged is not None:
            ran.purged += 1
            ran.purged_rows.update(purged.rows)
            watch.progress("batches purged", ran.purged, ran.purged)


def _next(
    connection: Connection[Any],
    ran: Ran,
    claim_next: Callable[[], Claim | None],
    act: Callable[[Claim], Outcome],
) -> tuple[Claim | None, Outcome | Failure | None]:
    """Claim a batch and act on it in one transaction, again when another session was in the way."""
    for attempt in range(1, _ATTEMPTS + 1):
        claimed: Claim | None = None
        try:
            with connection.transaction():
                settle(connection)
                claimed = claim_next()
                return claimed, None if claimed is None else act(claimed)
        except _PASSING as error:
            if attempt == _ATTEMPTS:
                if claimed is None:
                    raise
                return claimed, Failure(claimed.batch, _sentence(error))
            ran.retries += 1
            time.sleep(random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE))  # noqa: S311 - jitter
        except _REFUSED as error:
            assert claimed is not None, "only a claimed batch is refused"
            return claimed, Failure(claimed.batch, _sentence(error))
    raise AssertionError("the last attempt returns or raises")


def _sentence(error: Exception) -> str:
    diagnosis = getattr(error, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or error)
