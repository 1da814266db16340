"""Runs steps in one session and looks at them from others.

A step inside a transaction is looked at while its transaction is open: whatever it locked it holds until the
end, so nothing has to be caught in passing. A step that commits by itself is made to wait twice, for two
more sessions: one holds on every table the lock of another such step, so that it stops at its first lock; one
holds the lock of a writer, for whose end CREATE INDEX CONCURRENTLY and its kin wait half-way. It is looked at
while it waits, and again and again until it ends.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Self

import psycopg
from psycopg import errors, sql

from pgevolve.connect import Connection, connect
from pgevolve.errors import UsageError
from pgevolve.roles import act_as
from pgevolve.run import one_line
from pgevolve.sqltext import commits_by_itself, is_block
from pgevolve.step import Step
from pgevolve.trace.model import HeldLock, LockMode, Probe, StepTrace, Waiting

_MODES: Mapping[str, LockMode] = {
    "AccessShareLock": "ACCESS SHARE",
    "RowShareLock": "ROW SHARE",
    "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}
_INDEXES = ("i", "I")
_TABLES = ("r", "p")
_STORED = ("r", "m")
# The table lock of the statement, taken before any row is looked at; and the lock of a row that is there.
_PROBES: Mapping[Probe, tuple[str, ...]] = {
    "select": ("SELECT FROM {} LIMIT 1",),
    "insert": ("LOCK TABLE ONLY {} IN ROW EXCLUSIVE MODE",),
    "update": ("LOCK TABLE ONLY {} IN ROW EXCLUSIVE MODE", "SELECT FROM {} LIMIT 1 FOR NO KEY UPDATE"),
    "foreign key insert": ("LOCK TABLE ONLY {} IN ROW SHARE MODE", "SELECT FROM {} LIMIT 1 FOR KEY SHARE"),
}
# Long enough for a loaded machine to answer what need not wait, short enough to ask often.
_PATIENCE_MS = 40
_POLL_SECONDS = 0.001
_GIVE_UP_SECONDS = 120.0


def _query(name: str) -> bytes:
    return files("pgevolve.trace").joinpath("sql", name).read_bytes()


class TraceError(UsageError):
    """A step does not run on the scratch server, so nothing can be said of it and what follows."""

    hint = "correct the statement"

    def __init__(self, number: int, step: Step, message: str) -> None:
        super().__init__(number, step, message)
        self.number, self.step, self.message = number, step, message

    def __str__(self) -> str:
        return f"step {self.number} does not run on the scratch server: {self.message}"


@dataclass(frozen=True, slots=True)
class _Relation:
    """A relation that is there for everybody."""

    name: str
    kind: str
    file: int | None


_Relations = Mapping[int, _Relation]


class Tracer:
    """Watches the steps of one migration on one scratch database, which they change.

    Needs a superuser of a scratch server: it reads other sessions' locks. Three sessions are opened, and all
    are closed at the end of the `with`. Nobody else may use the database meanwhile.
    """

    def __init__(self, url: str, owner: str | None = None) -> None:
        self._url, self._owner = url, owner
        self._stack = ExitStack()
        self._probes = _PROBES

    def __enter__(self) -> Self:
        self._worker = self._stack.enter_context(connect(self._url, purpose="trace"))
        self._watcher = self._stack.enter_context(connect(self._url, purpose="trace watch"))
        self._neighbour = self._stack.enter_context(connect(self._url, purpose="trace neighbour"))
        # The scans of the worker alone are counted.
        for onlooker in (self._watcher, self._neighbour):
            onlooker.execute("SET track_counts = off")
        self._threads = self._stack.enter_context(ThreadPoolExecutor(max_workers=1))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def trace(self, steps: Sequence[Step], *, keep: bool = True, probe: bool = True) -> tuple[StepTrace, ...]:
        """Run the steps as a deploy does and return what each was seen to do.

        Without `keep` the transactions are undone, so that a database serves again; only for steps that do
        not commit by themselves. Without `probe` no other session tries anything, and `waiting` stays empty.
        Raises TraceError at the first step that does not run.
        """
        self._probes = _PROBES if probe else {}
        found: list[StepTrace] = []
        numbered = list(enumerate(steps, 1))
        groups = groupby(numbered, key=lambda entry: entry[1].transactional or -entry[0])
        for transaction, (shared, members) in enumerate(groups, 1):
            group = list(members)
            if shared is not True and commits_by_itself(group[0][1].sql):
                found.append(self._by_itself(transaction, *group[0], keep=keep))
            else:
                found.extend(self._inside(transaction, group, keep=keep))
        return tuple(found)

    def _by_itself(self, transaction: int, number: int, step: Step, *, keep: bool) -> StepTrace:
        """Trace a step that may commit; a DO block that does not is seen better inside a transaction."""
        if is_block(step.sql):
            try:
                return self._inside(transaction, [(number, step)], keep=keep)[0]
            except TraceError as error:
                if not isinstance(error.__cause__, errors.InvalidTransactionTermination):
                    raise
        return self._outside(transaction, number, step)

    def _inside(self, transaction: int, group: Iterable[tuple[int, Step]], *, keep: bool) -> list[StepTrace]:
        before = self._relations(self._watcher)
        found = []
        number, step = 0, Step("")
        try:
            with self._worker.transaction(force_rollback=not keep):
                act_as(self._worker, self._owner)
                held: frozenset[HeldLock] = frozenset()
                for number, step in group:
                    trace = self._one_inside(transaction, number, step, before, held)
                    held |= frozenset(trace.locks)
                    found.append(trace)
        except psycopg.Error as error:  # of a step, or of a deferred check at commit
            raise TraceError(number, step, one_line(error)) from error
        return found

    def _one_inside(
        self, transaction: int, number: int, step: Step, visible: _Relations, held: frozenset[HeldLock]
    ) -> StepTrace:
        worker = self._worker
        files_before = self._relations(worker)
        scans_before = _scans(worker, "scans_of_transaction.sql")
        begun = time.perf_counter()
        worker.execute(step.sql.encode())
        seconds = time.perf_counter() - begun
        scans = _scans(worker, "scans_of_transaction.sql")
        files_after = self._relations(worker)
        locks = self._locks(visible) - held
        return StepTrace(
            number,
            transaction,
            step.sql,
            outside=False,
            locks=tuple(sorted(locks)),
            rewritten=_moved(files_before, files_after, visible, _STORED),
            rebuilt=_moved(files_before, files_after, visible, _INDEXES),
            scanned=_risen(scans_before, scans, visible),
            waiting=tuple(sorted(self._waiting(visible, {lock.relation for lock in locks}))),
            seconds=seconds,
        )

    def _outside(self, transaction: int, number: int, step: Step) -> StepTrace:
        before = self._relations(self._watcher)
        plain, parents = _names(before, ("r",)), _names(before, ("p",))
        scans_before = self._scans_so_far()
        waiting: set[Waiting] = set()
        begun = time.perf_counter()
        # DETACH PARTITION CONCURRENTLY comes to the partition when the parent is free.
        with self._holding(plain, "ROW EXCLUSIVE"):
            with self._holding(parents, "ROW EXCLUSIVE"):
                with self._holding((*plain, *parents), "SHARE UPDATE EXCLUSIVE"):
                    running = self._threads.submit(self._run_outside, step)
                    locks = set(self._until_waiting(running, before))
                locks |= set(self._until_waiting(running, before))
                waiting |= self._waiting_for(running, before, locks)
            locks |= set(self._until_waiting(running, before))
            waiting |= self._waiting_for(running, before, locks)
        locks |= set(self._until_done(running, before))
        try:
            running.result()
        except psycopg.Error as error:
            raise TraceError(number, step, one_line(error)) from error
        seconds = time.perf_counter() - begun
        after = self._relations(self._watcher)
        return StepTrace(
            number,
            transaction,
            step.sql,
            outside=True,
            locks=tuple(sorted(locks)),
            rewritten=_moved(before, after, before, _STORED),
            rebuilt=_moved(before, after, before, _INDEXES),
            scanned=_risen(scans_before, self._scans_so_far(), before),
            waiting=tuple(sorted(waiting)),
            seconds=seconds,
        )

    def _scans_so_far(self) -> dict[int, int]:
        self._worker.execute("SELECT pg_catalog.pg_stat_force_next_flush()")
        return _scans(self._watcher, "scans.sql")

    def _waiting_for(
        self, running: Future[None], visible: _Relations, locks: Iterable[HeldLock]
    ) -> set[Waiting]:
        return set() if running.done() else self._waiting(visible, {lock.relation for lock in locks})

    def _run_outside(self, step: Step) -> None:
        worker = self._worker
        if self._owner is not None:
            worker.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(self._owner)))
        try:
            worker.execute(step.sql.encode())
        finally:
            worker.execute("RESET ROLE")

    @contextmanager
    def _holding(self, tables: Iterable[str], mode: LockMode) -> Iterator[None]:
        """Hold a lock on every table in a session of its own, and let go at the end."""
        with connect(self._url, purpose="trace holder") as holder, holder.transaction():
            for table in tables:
                holder.execute(f"LOCK TABLE {table} IN {mode} MODE".encode())
            yield

    def _until_waiting(self, running: Future[None], visible: _Relations) -> Iterator[HeldLock]:
        """Yield the locks that are held when the step waits for the writer, or until it ends."""
        give_up = time.monotonic() + _GIVE_UP_SECONDS
        while not running.done() and time.monotonic() < give_up:
            yield from self._locks(visible)
            row = self._watcher.execute(
                "SELECT pg_catalog.cardinality(pg_catalog.pg_blocking_pids(%s))",
                (self._worker.info.backend_pid,),
            ).fetchone()
            if row is not None and row[0]:
                yield from self._locks(visible)
                return
            time.sleep(_POLL_SECONDS)

    def _until_done(self, running: Future[None], visible: _Relations) -> Iterator[HeldLock]:
        while not running.done():
            yield from self._locks(visible)
            time.sleep(_POLL_SECONDS)

    def _relations(self, connection: Connection) -> dict[int, _Relation]:
        rows = connection.execute(_query("relations.sql")).fetchall()
        return {oid: _Relation(name, kind, file) for oid, name, kind, file in rows}

    def _locks(self, visible: _Relations) -> frozenset[HeldLock]:
        """Return the locks on relations that others see, indexes left out.

        A lock that is waited for counts too: everybody who comes later stands behind it.
        """
        parameters = {"pid": self._worker.info.backend_pid}
        rows = self._watcher.execute(_query("locks.sql"), parameters).fetchall()
        return frozenset(
            HeldLock(visible[oid].name, _MODES[mode])
            for oid, mode, _ in rows
            if oid in visible and visible[oid].kind not in _INDEXES
        )

    def _waiting(self, visible: _Relations, locked: Iterable[str]) -> set[Waiting]:
        """Try what an application does on each table among those that the step has locked."""
        return {
            Waiting(relation, probe)
            for relation in set(locked) & set(_names(visible, _TABLES))
            for probe, statements in self._probes.items()
            if self._has_to_wait(relation, statements)
        }

    def _has_to_wait(self, relation: str, statements: Sequence[str]) -> bool:
        neighbour = self._neighbour
        try:
            with neighbour.transaction(force_rollback=True):
                neighbour.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_MS}ms'".encode())
                for statement in statements:
                    neighbour.execute(statement.format(relation).encode())
        except errors.LockNotAvailable:
            return True
        return False


def _names(relations: _Relations, kinds: Iterable[str]) -> tuple[str, ...]:
    wanted = set(kinds)
    return tuple(relation.name for relation in relations.values() if relation.kind in wanted)


def _scans(connection: Connection, query: str) -> dict[int, int]:
    rows = connection.execute(_query(query)).fetchall()
    return dict(rows)


def _risen(before: Mapping[int, int], after: Mapping[int, int], visible: _Relations) -> tuple[str, ...]:
    return tuple(
        sorted(
            visible[oid].name for oid, count in after.items() if oid in visible and count > before.get(oid, 0)
        )
    )


def _moved(
    before: _Relations, after: _Relations, visible: _Relations, kinds: Iterable[str]
) -> tuple[str, ...]:
    """Return the relations of these kinds that lie in another file than before."""
    wanted = set(kinds)
    return tuple(
        sorted(
            relation.name
            for oid, relation in after.items()
            if relation.kind in wanted and oid in visible and oid in before
            if relation.file != before[oid].file
        )
    )
