"""Passes of the retention worker, batch by batch.

What is due is archived, what is over is purged, and what waited for somebody comes back.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from psycopg import Connection, errors

from sevra_atlas.domain.errors import DomainError, RestoreConflictError
from sevra_atlas.domain.retention.archiving import Moved, archive
from sevra_atlas.domain.retention.due import (
    Claimed,
    ClaimedPurge,
    ClaimedRemainder,
    claim,
    claim_purge,
    claim_remainder,
    settle,
)
from sevra_atlas.domain.retention.errors import StillWaitingError
from sevra_atlas.domain.retention.plan import Verdict, read_plan
from sevra_atlas.domain.retention.purging import Purged, purge
from sevra_atlas.domain.retention.returning import Returned, restore
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.transactions import passes, repeated

_SHOWN = 100
# A hold or a reference came between the look and the move, or the counts differ: the batch is as it was.
_REFUSED = (DomainError, errors.ObjectInUse, errors.IntegrityError)

T = TypeVar("T")
Claim = TypeVar("Claim", Claimed, ClaimedPurge, ClaimedRemainder)
Outcome = TypeVar("Outcome")


class Transact(Protocol):
    """Runs an act in a transaction of the maintenance role, again when another session was in its way."""

    def __call__(self, act: Callable[[Connection[Any]], T]) -> T:
        """Return what the act returns, once it is committed."""
        ...


def transacting(connection: Connection[Any]) -> Transact:
    """Return what runs acts on a connection that acts as the maintenance role."""

    def transact(act: Callable[[Connection[Any]], T]) -> T:
        def once() -> T:
            with connection.transaction():
                return act(connection)

        return repeated(once)

    return transact


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
    stopped: bool = False


def run_once(
    connection: Connection[Any],
    watch: Watch | None = None,
    *,
    limit: int | None = None,
    segments: SegmentStore | None = None,
) -> Ran:
    """Archive every due batch, then purge what is over; at most `limit` batches of each.

    `connection` is in autocommit and acts as the maintenance role; each batch is a transaction of its own,
    oldest first. Several may run at once: a batch that one has locked is passed over by the others. Whatever
    ends a pass leaves the batch it was at in the trash, whole; the next pass goes on. A batch that fails is
    noted and left for the next pass.
    """
    watch, transact = watch or Watch(), transacting(connection)
    total = read_plan(connection).total(Verdict.DUE)
    ran = archive_due(transact, watch, limit=limit, total=total if limit is None else min(total, limit))
    return ran if ran.stopped else purge_over(transact, watch, limit=limit, ran=ran, segments=segments)


def archive_due(
    transact: Transact, watch: Watch | None = None, *, limit: int | None = None, total: int = 0
) -> Ran:
    """Archive every due batch, or `limit` of them, each in a transaction of its own."""
    watch, ran, last = watch or Watch(), Ran(), None

    def claim_next(connection: Connection[Any]) -> Claimed | None:
        watch.at(ArchiveFault.CLAIM)
        return claim(connection, last)

    def move(connection: Connection[Any], claimed: Claimed) -> Moved:
        return archive(connection, claimed, watch)

    while limit is None or ran.archived < limit:
        if watch.is_stopping():
            ran.stopped = True
            return ran
        last, moved = _next(transact, claim_next, move)
        if last is None:
            return ran
        if isinstance(moved, Failure):
            ran.failed.append(moved)
        elif moved is not None and moved.blocked_by is not None:
            ran.blocked += 1
            ran.blocked_by += [moved] if len(ran.blocked_by) < _SHOWN else []
        elif moved is not None:
            ran.archived += 1
            ran.rows.update(moved.rows)
            watch.progress("batches archived", ran.archived, max(total, ran.archived))
    return ran


def purge_over(
    transact: Transact,
    watch: Watch | None = None,
    *,
    limit: int | None = None,
    ran: Ran | None = None,
    segments: SegmentStore | None = None,
) -> Ran:
    """Purge every batch whose days in the archive are over, or `limit` of them; add it to `ran`."""
    watch, ran, last = watch or Watch(), ran or Ran(), None

    def claim_next(connection: Connection[Any]) -> ClaimedPurge | None:
        return claim_purge(connection, 0 if last is None else last.batch)

    def destroy(connection: Connection[Any], claimed: ClaimedPurge) -> Purged:
        return purge(connection, claimed, segments)

    while limit is None or ran.purged < limit:
        if watch.is_stopping():
            ran.stopped = True
            return ran
        last, purged = _next(transact, claim_next, destroy)
        if last is None:
            return ran
        if isinstance(purged, Failure):
            ran.failed.append(purged)
        elif purged is not None:
            ran.purged += 1
            ran.purged_rows.update(purged.rows)
            watch.progress("batches purged", ran.purged, ran.purged)
    return ran


@dataclass(slots=True)
class CameBack:
    """What a pass over what waits did: batches of which something came back, their rows by table."""

    batches: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    failed: list[Failure] = field(default_factory=list)
    stopped: bool = False


def return_waiting(
    transact: Transact, watch: Watch | None = None, *, segments: SegmentStore | None = None
) -> CameBack:
    """Bring back of every remainder what can stand by now, each in a transaction of its own.

    One of which nothing can, and one that is held, stays as it is; one that another session has locked is
    passed over. What still waits of the others is a remainder again.
    """
    watch, done, last = watch or Watch(), CameBack(), None

    def claim_next(connection: Connection[Any]) -> ClaimedRemainder | None:
        return claim_remainder(connection, 0 if last is None else last.batch)

    def bring(connection: Connection[Any], claimed: ClaimedRemainder) -> Returned | None:
        try:
            return restore(connection, claimed.batch, segments=segments, watch=watch)
        except (StillWaitingError, RestoreConflictError):
            return None

    while not watch.is_stopping():
        last, returned = _next(transact, claim_next, bring)
        if last is None:
            return done
        if isinstance(returned, Failure):
            done.failed.append(returned)
        elif returned is not None:
            done.batches += 1
            done.rows.update(returned.rows)
    done.stopped = True
    return done


def _next(
    transact: Transact,
    claim_next: Callable[[Connection[Any]], Claim | None],
    act: Callable[[Connection[Any], Claim], Outcome],
) -> tuple[Claim | None, Outcome | Failure | None]:
    """Claim a batch and act on it in one transaction."""
    claimed: Claim | None = None

    def once(connection: Connection[Any]) -> Outcome | None:
        nonlocal claimed
        settle(connection)
        claimed = claim_next(connection)
        return None if claimed is None else act(connection, claimed)

    try:
        done = transact(once)
    except Exception as error:
        if claimed is None or not (isinstance(error, _REFUSED) or passes(error)):
            raise
        return claimed, Failure(claimed.batch, _sentence(error))
    return claimed, done


def _sentence(error: Exception) -> str:
    diagnosis = getattr(error, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or error)
