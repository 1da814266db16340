"""The pending migrations one after another, and the proof that they led where they should.

A deploy does it on its target, a rehearsal on a copy: there is one way to do it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pgevolve.deploy.afterwards import analyze, require_answers
from pgevolve.deploy.gate import FIRST_DEPLOY, Clock, Gate, is_first_deploy
from pgevolve.deploy.pending import begun_state
from pgevolve.deploy.questions import rows_in_the_way
from pgevolve.deploy.report import MigrationReport, Report, Waiting
from pgevolve.deploy.session import Session
from pgevolve.deploy.steps import Way, apply_migration
from pgevolve.errors import FindingsError
from pgevolve.history import History, Migration
from pgevolve.ledger import LedgerMigration
from pgevolve.progress import DeployStarted, Verified
from pgevolve.verify import LeftoversError, leftovers, require_digest


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What was applied, the contract migration that waits, and the digest that was reached, if any was."""

    migrations: tuple[MigrationReport, ...]
    waiting: Waiting | None
    digest: str | None


def carry_out(  # noqa: PLR0913 (what it works with)
    session: Session,
    history: History,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    way: Way,
    *,
    now: Clock,
) -> CarriedOut:
    """Apply pending migrations up to the first contract whose gate is closed, then verify.

    What `prepare` makes is there. Raises what `apply_migration` raises, RowsViolateError, WatchError,
    DigestMismatchError, LeftoversError, SmokeError.
    """
    before = leftovers(session.url, session.project)
    steps = sum(len(migration.up) for migration in pending)
    way.tell(DeployStarted(tuple(migration.name for migration in pending), steps))
    if not rows:
        session.record(FIRST_DEPLOY, {})
    gate = Gate(session, history, now, free=is_first_deploy(session.connection, rows))
    reports: list[MigrationReport] = []
    waiting = None
    for migration in pending:
        state = begun_state(migration, rows)
        waiting = gate.closed(migration, way) if state is None else None
        if waiting is None and state is None and migration.phase == "contract":
            waiting = rows_in_the_way(session, migration, rows, way.tell, first=not reports)
        if waiting is not None:
            break
        reports.append(apply_migration(session, migration, history, way, begun=state))
    if not reports:
        return CarriedOut((), waiting, None)
    applied = pending[: len(reports)]
    digest = _verify(session, applied[-1], before, way.tell)
    if rows:
        analyze(session, applied, reports)
    require_answers(session)
    return CarriedOut(tuple(reports), waiting, digest)


def _verify(session: Session, last: Migration, leftovers_before: frozenset[str], tell: Report) -> str:
    begun = time.monotonic()
    try:
        require_digest(session.url, session.project, last.name, last.digest)
        new = leftovers(session.url, session.project) - leftovers_before
        if new:
            raise LeftoversError(tuple(sorted(new)))
    except FindingsError as error:
        session.record("verify.failed", {"migration": last.name, "message": str(error)})
        raise
    tell(Verified(last.digest, time.monotonic() - begun))
    return last.digest
