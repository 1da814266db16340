"""Steps run: grouped into transactions, with short lock waits, and journalled by whoever asks."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import psycopg
from psycopg import sql

from pgevolve.backfill import run_backfill
from pgevolve.connect import Connection
from pgevolve.errors import UsageError
from pgevolve.history import Migration
from pgevolve.lock_policy import LockPolicy
from pgevolve.lock_waits import RETRIED, limit_lock_waits
from pgevolve.roles import act_as
from pgevolve.sqltext import commits_by_itself
from pgevolve.step import Step


class StepError(Exception):
    """A step failed; its transaction is undone. The cause is the driver's error."""

    def __init__(self, number: int, step: Step, error: psycopg.Error) -> None:
        super().__init__(number, step, error)
        self.number, self.step, self.error = number, step, error


class ReplayError(UsageError):
    """A migration of the history does not run on an empty database."""

    def __init__(self, migration: str, line: int, message: str, file: str = "up.sql") -> None:
        super().__init__(migration, line, message, file)
        self.migration, self.line, self.message, self.file = migration, line, message, file
        self.hint = f"correct {migration}/{file}, or restore it from version control"

    def __str__(self) -> str:
        return f"{self.migration}/{self.file}:{self.line} does not run on a scratch database: {self.message}"


class Journal(Protocol):
    """Writes down what happens, on the connection of the steps and, where it can, in their transaction."""

    def before_group(self) -> None:
        """Learn that a group of steps is about to begin; no transaction is open."""

    def started(self, number: int, step: Step) -> None:
        """Note a step whose effect and record cannot be one; called in a transaction of its own."""

    def running(self, number: int) -> AbstractContextManager[None]:
        """Look after a step while the block runs it. May raise in order to stop."""

    def ran(self, number: int, step: Step, seconds: float, attempts: int) -> None:
        """Learn that a step has run; called in its transaction, or in the next one if it runs outside."""

    def record(self, *, last: bool) -> None:
        """Write what has run since the group began, in its transaction; `last` with the last group."""

    def may_retry(self, error: psycopg.Error) -> bool:
        """Say whether the same steps may succeed later. No transaction is open."""

    def retried(self, number: int, attempt: int, error: psycopg.Error, pause: float) -> None:
        """Learn that a group was undone and begins again, and wait `pause` seconds in between."""


class NoJournal:
    """Writes nothing: a scratch database is thrown away."""

    def before_group(self) -> None:
        """Do nothing."""

    def started(self, number: int, step: Step) -> None:
        """Do nothing."""

    def running(self, number: int) -> AbstractContextManager[None]:  # noqa: ARG002 (of the protocol)
        """Do nothing."""
        return nullcontext()

    def ran(self, number: int, step: Step, seconds: float, attempts: int) -> None:
        """Do nothing."""

    def record(self, *, last: bool) -> None:
        """Do nothing."""

    def may_retry(self, error: psycopg.Error) -> bool:
        """Allow it for the errors of waiting."""
        return isinstance(error, RETRIED)

    def retried(self, number: int, attempt: int, error: psycopg.Error, pause: float) -> None:  # noqa: ARG002
        """Wait."""
        time.sleep(pause)


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring steps of one transaction with their numbers, or one step outside of any."""

    steps: tuple[tuple[int, Step], ...]
    outside: bool
    last: bool


def replay(connection: Connection, migrations: Iterable[Migration], owner: str | None = None) -> None:
    """Run the migrations on a scratch database, as the owner, on a connection in autocommit mode.

    The roles exist, and `make_predictable` was called. Nothing is recorded. Raises ReplayError, SqlTextError.
    """
    for migration in migrations:
        try:
            run_steps(connection, migration.up, owner=owner, journal=NoJournal())
        except StepError as failure:
            line = migration.statements[failure.number - 1].line
            raise ReplayError(migration.name, line, one_line(failure.error)) from failure.error
        if migration.backfill_sql is not None:
            try:
                run_backfill(connection, migration.backfill_sql, owner=owner)
            except psycopg.Error as error:
                raise ReplayError(migration.name, 1, one_line(error), "backfill.sql") from error


def run_steps(  # noqa: PLR0913 (how steps run)
    connection: Connection,
    steps: Sequence[Step],
    *,
    owner: str | None,
    journal: Journal,
    first: int = 1,
    locks: LockPolicy | None = None,
) -> None:
    """Run the steps from number `first` on, as the owner, on a connection in autocommit mode.

    Consecutive transactional steps commit together. A group whose locks do not come is undone and tried
    again, a bounded number of times. Raises StepError; the groups before it stay committed.
    """
    for group in _groups(steps, first):
        journal.before_group()
        if group.outside:
            _run_outside(connection, group, owner, journal)
        else:
            _run_inside_retrying(connection, group, owner, journal, locks or LockPolicy())


def one_line(error: psycopg.Error) -> str:
    """Return the server's primary message, or the first line of the driver's."""
    if error.diag.message_primary:
        return error.diag.message_primary
    return (str(error).splitlines() or [type(error).__name__])[0]


def _groups(steps: Sequence[Step], first: int) -> Iterator[_Group]:
    numbered = list(enumerate(steps, 1))[first - 1 :]
    # A step that shares no transaction is a group of its own; its number tells it from its neighbours, and
    # is negative because 1 equals True.
    for shared, members in groupby(numbered, key=lambda entry: entry[1].transactional or -entry[0]):
        group = tuple(members)
        outside = shared is not True and commits_by_itself(group[0][1].sql)
        yield _Group(group, outside, last=group[-1][0] == len(steps))


def _run_inside_retrying(
    connection: Connection, group: _Group, owner: str | None, journal: Journal, locks: LockPolicy
) -> None:
    for attempt, seconds in enumerate(locks.timeouts(), 1):
        try:
            _run_inside(connection, group, owner, journal, seconds, attempt)
        except StepError as failure:
            if attempt == locks.attempts or connection.broken or not journal.may_retry(failure.error):
                raise
            journal.retried(group.steps[0][0], attempt, failure.error, locks.pause(attempt))
        else:
            return


def _run_inside(  # noqa: PLR0913, PLR0917 (what one attempt needs)
    connection: Connection,
    group: _Group,
    owner: str | None,
    journal: Journal,
    lock_timeout: float,
    attempt: int,
) -> None:
    number, step = group.steps[0]
    try:
        with connection.transaction():
            act_as(connection, owner)
            limit_lock_waits(connection, lock_timeout)
            for number, step in group.steps:
                begun = time.monotonic()
                with journal.running(number):
                    connection.execute(step.sql.encode())
                journal.ran(number, step, time.monotonic() - begun, attempt)
            journal.record(last=group.last)
    except psycopg.Error as error:  # of a step, or of a deferred check at commit
        raise StepError(number, step, error) from error


def _run_outside(connection: Connection, group: _Group, owner: str | None, journal: Journal) -> None:
    """Run a step that commits by itself, between two records of it.

    It waits for its locks as long as it takes: what CONCURRENTLY takes lets readers and writers pass, and an
    attempt that is given up leaves an invalid index.
    """
    ((number, step),) = group.steps
    with connection.transaction():
        act_as(connection, owner)
        journal.started(number, step)
    begun = time.monotonic()
    try:
        with journal.running(number):
            run_alone(connection, step.sql, owner)
    except psycopg.Error as error:
        raise StepError(number, step, error) from error
    seconds = time.monotonic() - begun
    with connection.transaction():
        act_as(connection, owner)
        journal.ran(number, step, seconds, 1)
        journal.record(last=group.last)


def run_alone(connection: Connection, statement: str, owner: str | None) -> None:
    """Run one statement outside of any transaction, as the owner, waiting for locks as long as it takes."""
    try:
        _set_role(connection, owner)
        connection.execute("SET lock_timeout = 0")
        connection.execute(statement.encode())
    finally:
        if not connection.broken:
            _set_role(connection, None)


def _set_role(connection: Connection, owner: str | None) -> None:
    """Become the owner, or with None the login role again, until further notice."""
    role = sql.SQL("NONE") if owner is None else sql.Identifier(owner)
    connection.execute(sql.SQL("SET ROLE {}").format(role))
