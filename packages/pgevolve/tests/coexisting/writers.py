"""Writers that draw their statements by chance: one hand after another, or many at once with a journal."""

import threading
from dataclasses import dataclass, field
from random import Random

from applications import REFUSALS, Session, Shape
from psycopg import errors
from reference import (
    Delete,
    Insert,
    Reference,
    RefusedError,
    Rows,
    Side,
    Touch,
    Update,
    Upsert,
    Values,
    Write,
)
from scenarios import Scenario

# What a client tries again: the deploy, too, is somebody with whom it may collide.
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
# What a client meets whose shape has gone.
_GONE = (errors.UndefinedColumn, errors.UndefinedTable)


def drawn_values(rng: Random, scenario: Scenario, side: Side) -> Values:
    """Return values of one shape that have a counterpart in the other."""
    reference = Reference(scenario.groups)
    while True:
        pools = scenario.old_values if side == "old" else scenario.new_values
        values = tuple(rng.choice(pool) for pool in pools)
        try:
            reference.after({}, side, Insert(((1, values),)))
        except RefusedError:
            continue
        return values


def drawn_write(rng: Random, scenario: Scenario, side: Side, keys: range) -> Write:
    """Return a statement of up to three rows."""
    chosen = rng.sample(keys, rng.randint(1, 3))
    rows = tuple((key, drawn_values(rng, scenario, side)) for key in chosen)
    columns = len(scenario.before.columns if side == "old" else scenario.beside.columns)
    some = tuple(sorted(rng.sample(range(columns), rng.randint(1, columns))))
    writes: tuple[Write, ...] = (
        Insert(rows),
        Upsert(rows, "overwrite"),
        Upsert(rows, "leave"),
        Update(rows, some),
        Touch(tuple(chosen)),
        Delete(tuple(chosen[:1])),
    )
    return rng.choice(writes)


@dataclass
class Hand:
    """One session of each release at a time, and the rows that must be there after each statement."""

    url: str
    scenario: Scenario
    rng: Random
    rows: Rows = field(default_factory=dict)

    def writes(self, side: Side, times: int) -> None:
        """Write as a release does that has just connected, and read what it wrote, and everything else."""
        reference = Reference(self.scenario.groups)
        session = Session(self.url, side, 1)
        try:
            for _ in range(times):
                write = drawn_write(self.rng, self.scenario, side, range(1, 9))
                try:
                    wanted = reference.after(self.rows, side, write)
                except RefusedError:
                    wanted = None
                assert session.run(self._shape(side), write) == (wanted is not None), write
                self.rows = self.rows if wanted is None else wanted
                self._look(session, side)
        finally:
            session.connection.close()

    def looks(self, *sides: Side) -> None:
        """Compare the rows in these shapes."""
        for side in sides:
            session = Session(self.url, side, 1)
            try:
                self._look(session, side)
            finally:
                session.connection.close()

    def fills_anew(self) -> None:
        """Make the new shape of the old one: it was taken away, and may come again."""
        self.rows = Reference(self.scenario.groups).filled_anew(self.rows)

    def _look(self, session: Session, side: Side) -> None:
        expected = {key: (row.price, row.side(side)) for key, row in self.rows.items()}
        assert session.rows(self._shape(side)) == expected

    def _shape(self, side: Side) -> Shape:
        return self.scenario.before if side == "old" else self.scenario.beside


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement of one row that was taken: the how-manieth of its row, by whom, and what it wrote."""

    version: int
    side: Side
    update: Update


class Load:
    """Threads of clients that write to the same rows, each writing down which of a row's writes was its own.

    Every statement counts `price` up, whose value tells the order of the writes of one row.
    """

    def __init__(self, url: str, scenario: Scenario, keys: range) -> None:
        self.url, self.scenario, self.keys = url, scenario, keys
        self.journal: dict[int, list[Entry]] = {key: [] for key in keys}
        self.failures: list[BaseException] = []
        self.gone: set[str] = set()
        self._written = threading.Condition()
        self._count: dict[str, int] = {}
        self._stopped: dict[str, threading.Event] = {}
        self._threads: dict[str, list[threading.Thread]] = {}

    def start(self, name: str, side: Side, shape: Shape, clients: int) -> None:
        """Let clients of one release write in a shape until `stop`."""
        self._stopped[name], self._count[name] = threading.Event(), 0
        self._threads[name] = [
            threading.Thread(target=self._run, args=(name, side, shape, number)) for number in range(clients)
        ]
        for thread in self._threads[name]:
            thread.start()

    def stop(self, *names: str) -> None:
        """End the clients, and wait until they have gone."""
        for name in names:
            self._stopped[name].set()
        for name in names:
            for thread in self._threads.pop(name):
                thread.join()

    def stop_all(self) -> None:
        """End all clients."""
        self.stop(*self._threads)

    @property
    def is_at_work(self) -> bool:
        return bool(self._threads)

    def await_writes(self, count: int) -> None:
        """Wait until every release that is at work has written so often again."""
        self.await_writes_of(*self._threads, count=count)

    def await_writes_of(self, *names: str, count: int) -> None:
        """Wait until these have written so often again."""
        with self._written:
            wanted = {name: self._count[name] + count for name in names}
            self._written.wait_for(
                lambda: self.failures or all(self._count[name] >= number for name, number in wanted.items()),
                timeout=60,
            )
            assert not self.failures, self.failures
            assert all(self._count[name] >= number for name, number in wanted.items())

    def rows(self, before: Rows) -> Rows:
        """Return the rows after all writes in their order; no number may be missing or taken twice."""
        reference, rows = Reference(self.scenario.groups), dict(before)
        for key, entries in self.journal.items():
            entries.sort(key=lambda entry: entry.version)
            first = rows[key].price
            assert [entry.version for entry in entries] == [*range(first + 1, first + 1 + len(entries))], key
            for entry in entries:
                rows = reference.after(rows, entry.side, entry.update)
                rows = reference.after(rows, entry.side, Touch((key,)))
        return rows

    def _run(self, name: str, side: Side, shape: Shape, number: int) -> None:
        rng = Random(f"{name} {number}")
        try:
            session = Session(self.url, side, number)
            try:
                while not self._stopped[name].is_set():
                    self._write(name, session, shape, rng)
            finally:
                session.connection.close()
        except BaseException as error:  # noqa: BLE001 - the test wants to see it
            with self._written:
                self.failures.append(error)
                self._written.notify_all()

    def _write(self, name: str, session: Session, shape: Shape, rng: Random) -> None:
        chosen = sorted(rng.sample(self.keys, rng.choice((1, 1, 2))))
        columns = len(shape.columns)
        places = tuple(sorted(rng.sample(range(columns), rng.randint(1, columns))))
        rows = tuple((key, drawn_values(rng, self.scenario, session.side)) for key in chosen)
        text, values = shape.counted(Update(rows, places))
        try:
            taken = session.connection.execute(text.encode(), values).fetchall()
        except (*_AGAIN, *REFUSALS):
            return
        except _GONE:
            # Its shape went on the way back: what it wrote before must be there, and it writes no more.
            self.gone.add(name)
            self._stopped[name].set()
            return
        for key, version, *read in taken:
            written = dict(rows)[key]
            assert [read[place] for place in places] == [written[place] for place in places]
            entry = Entry(version, session.side, Update(((key, written),), places))
            self.journal[key].append(entry)
        with self._written:
            self._count[name] += 1
            self._written.notify_all()
