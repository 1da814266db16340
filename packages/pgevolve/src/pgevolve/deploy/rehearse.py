"""The pending migrations run on the snapshot that was just taken, before they run on the target."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg

from pgevolve.backfill import UnsettledBackfillError
from pgevolve.connect import DatabaseUnreachableError
from pgevolve.deploy.beyond import inside
from pgevolve.deploy.carry_out import CarriedOut, carry_out
from pgevolve.deploy.gate import Clock
from pgevolve.deploy.pending import pending_migrations
from pgevolve.deploy.prepare import prepare
from pgevolve.deploy.report import Rehearsal, RehearsalPlan, RowsChanged
from pgevolve.deploy.row_counts import changeable_tables, count_rows, require_rows_kept, words_by_name
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.deploy.steps import Way
from pgevolve.deploy.stop import Interruption
from pgevolve.deploy.way_back import look_after_way_back
from pgevolve.errors import FailedMigrationError, FindingsError, PgevolveError
from pgevolve.failures import (
    DeployInterruptedError,
    MigrationFailedError,
    RehearsalFailedError,
    RehearsalImpossibleError,
    RehearsalInterruptedError,
    SnapshotInterruptedError,
    WatchError,
)
from pgevolve.history import History, Migration
from pgevolve.ledger import LedgerMigration, ledger_migrations
from pgevolve.progress import (
    BackfillNoticed,
    BackfillWaits,
    DeployEvent,
    RehearsalLeftOut,
    RehearsalPassed,
    RehearsalStarted,
)
from pgevolve.run import one_line
from pgevolve.scratch import with_database

if TYPE_CHECKING:
    from pgevolve.snapshot import SideDatabase
    from pgevolve.snapshot.reading import OpenSnapshot

PASSED, FAILED, LEFT_OUT = "rehearsal.passed", "rehearsal.failed", "rehearsal.left_out"


def secure(  # noqa: PLR0913, PLR0917 (what decides)
    session: Session,
    history: History,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    way: Way,
    plan: RehearsalPlan,
    *,
    now: Clock,
    without: str | None,
    copies_url: str | None,
) -> tuple[RehearsalPlan, Rehearsal | None]:
    """Take the snapshot that is needed, and rehearse on it what the plan says; nothing changes on the target.

    The copy is a database beside the target, on the same server, dropped at the end in any case. The login of
    `copies_url` makes and fills it where there is one; what runs there runs as on the target. Where it does
    not come about and is not required, there is no rehearsal; the plan that is returned says why. The ledger
    of the target keeps how it went. Raises what `look_after_way_back` raises, RehearsalFailedError,
    RehearsalImpossibleError, RehearsalInterruptedError, SnapshotInterruptedError, ConnectionLostError.
    """
    if plan.reason is not None:
        with _left_at_once(way, SnapshotInterruptedError):
            look_after_way_back(session, history, pending, rows, now=now, without=without, tell=way.tell)
        return _left_out(session, way, plan), None
    hindered: list[str] = []
    with ExitStack() as stack:
        side = _side(session, stack, plan, hindered, copies_url)

        def fill(found: "OpenSnapshot") -> None:
            if side is None:
                return
            way.tell(RehearsalStarted(side.name))
            with _left_at_once(way, RehearsalInterruptedError), _hindrances_noted(plan, hindered):
                side.fill(found)

        with _left_at_once(way, SnapshotInterruptedError):
            look_after_way_back(
                session, history, pending, rows, now=now, without=without, tell=way.tell, beside=fill
            )
        if hindered:
            return _left_out(session, way, replace(plan, reason=hindered[0])), None
        if side is None or side.manifest is None:
            return replace(plan, reason="nothing can run yet"), None
        rehearsal = _recorded(session, side, history, pending, way, now)
    way.tell(RehearsalPassed(len(rehearsal.migrations), rehearsal.seconds, rehearsal.restored))
    return plan, rehearsal


def _side(
    session: Session,
    stack: ExitStack,
    plan: RehearsalPlan,
    hindered: list[str],
    copies_url: str | None,
) -> "SideDatabase | None":
    # Here, because most commands need neither a store nor a cipher.
    from pgevolve.snapshot import side_database

    with _hindrances_noted(plan, hindered):
        copy = side_database(copies_url or session.url, "rehearsal", jobs=session.project.backup.jobs)
        return stack.enter_context(copy)
    return None


def _left_out(session: Session, way: Way, plan: RehearsalPlan) -> RehearsalPlan:
    """Say it to who deploys, and to the ledger, where a rehearsal was expected."""
    if plan.expected:
        way.tell(RehearsalLeftOut(str(plan.reason)))
        session.record(LEFT_OUT, {"reason": plan.reason})
    return plan


def _recorded(  # noqa: PLR0913, PLR0917 (as above)
    session: Session,
    side: "SideDatabase",
    history: History,
    pending: Sequence[Migration],
    way: Way,
    now: Clock,
) -> Rehearsal:
    """Rehearse, and keep in the target's ledger how it went."""
    begun = time.monotonic()
    possible = inside(pending)
    try:
        if way.stop.signal is not None:
            raise RehearsalInterruptedError(way.stop.signal.name)
        done, changed, tables = _rehearsed(session, side, history, possible, way, now)
    except DeployInterruptedError as error:
        raise RehearsalInterruptedError(error.signal) from error
    except (FailedMigrationError, FindingsError, UnsettledBackfillError, WatchError) as error:
        failed = _failed(error)
        session.record(
            FAILED,
            {
                "reason": failed.reason,
                "migration": failed.name,
                "step": failed.step,
                "sqlstate": failed.sqlstate,
            },
        )
        raise failed from error
    rehearsal = Rehearsal(
        done.migrations,
        side.seconds + time.monotonic() - begun,
        side.seconds,
        tables,
        changed,
        tuple(migration.name for migration in pending[len(possible) :]),
    )
    session.record(PASSED, _ledger_form(rehearsal))
    return rehearsal


def _rehearsed(  # noqa: PLR0913, PLR0917 (as above)
    session: Session,
    side: "SideDatabase",
    history: History,
    possible: Sequence[Migration],
    way: Way,
    now: Clock,
) -> tuple[CarriedOut, tuple[RowsChanged, ...], int]:
    with deploy_session(session.project, with_database(session.url, side.name)) as there:
        rows = ledger_migrations(there.connection)
        pending = pending_migrations(history, rows)[: len(possible)]
        prepare(there, pending)

        def waits_only(event: DeployEvent) -> None:
            # A rehearsal is one line, unless it stands still.
            if isinstance(event, BackfillWaits | BackfillNoticed):
                way.tell(event)

        before, leads_before = count_rows(there.connection), words_by_name(there.connection)
        done = carry_out(there, history, pending, rows, replace(way, tell=waits_only), now=now)
        after, leads_after = count_rows(there.connection), words_by_name(there.connection)
        applied = pending[: len(done.migrations)]
        changeable = changeable_tables(applied, (leads_before, leads_after))
        return done, require_rows_kept(before, after, changeable), len(before)


def _failed(error: PgevolveError) -> RehearsalFailedError:
    if isinstance(error, MigrationFailedError):
        return RehearsalFailedError(str(error), error.name, error.step, error.sqlstate)
    return RehearsalFailedError(str(error), getattr(error, "name", None))


def _ledger_form(rehearsal: Rehearsal) -> dict[str, object]:
    return {
        "migrations": {entry.name: entry.seconds for entry in rehearsal.migrations},
        "seconds": rehearsal.seconds,
        "restored": rehearsal.restored,
        "rows": {entry.table: [entry.before, entry.after] for entry in rehearsal.rows},
    }


@contextmanager
def _left_at_once(
    way: Way, interrupted: type[RehearsalInterruptedError | SnapshotInterruptedError]
) -> Iterator[None]:
    """End what the block waits for when a signal comes. Raises `interrupted`."""
    try:
        with way.stop.leaves_block():
            yield
    except Interruption as error:
        raise interrupted(error.signal) from error


@contextmanager
def _hindrances_noted(plan: RehearsalPlan, hindered: list[str]) -> Iterator[None]:
    """Note what keeps the copy from coming about. Raises RehearsalImpossibleError where it is required."""
    from pgevolve.snapshot.errors import RestoreRunningError, ToolFailedError

    try:
        yield
    except (ToolFailedError, RestoreRunningError, DatabaseUnreachableError, psycopg.Error) as error:
        lost = isinstance(error, psycopg.Error) and (error.sqlstate is None or error.sqlstate[:3] == "57P")
        if lost:
            raise
        reason = one_line(error) if isinstance(error, psycopg.Error) else str(error)
        if plan.required:
            raise RehearsalImpossibleError(reason) from error
        hindered.append(f"the copy did not come about: {reason}")
