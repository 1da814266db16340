"""A database between two versions of the models, which goes on and back by one transaction at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from psycopg import RawCursor

from pgevolve.backfill import run_backfill
from pgevolve.connect import connect, make_predictable
from pgevolve.history import Migration
from pgevolve.run import NoJournal, run_steps
from pgevolve.sqltext import parse_steps
from pgevolve.step import Step


@dataclass(frozen=True, slots=True)
class Unit:
    """What happens at once for everybody else: some steps, a part of the rows, or all rows."""

    migration: Migration
    steps: tuple[Step, ...] = ()
    blocks: int | None = None
    fills: bool = False

    def __str__(self) -> str:
        what = f"{len(self.steps)} steps" if self.steps else "some rows" if not self.fills else "all rows"
        return f"{self.migration.name}: {what}"


def units(migration: Migration, steps: Sequence[Step] | None = None) -> Iterator[Unit]:
    """Yield a migration by the transactions in which it, or its way back, runs."""
    numbered = enumerate(migration.up if steps is None else steps, 1)
    for _, group in groupby(numbered, key=lambda entry: entry[1].transactional or -entry[0]):
        yield Unit(migration, tuple(step for _, step in group))
    if steps is None and migration.backfill_sql is not None:
        yield Unit(migration, blocks=1)
        yield Unit(migration, fills=True)


class Stage:
    """The migrations of one change on one database; `done` of the units have run."""

    def __init__(self, url: str, migrations: tuple[Migration, ...]) -> None:
        self.url = url
        self.units = tuple(unit for migration in migrations for unit in units(migration))
        self.done = 0
        self.admin = connect(url, purpose="test")
        make_predictable(self.admin)

    def close(self) -> None:
        self.admin.close()

    @property
    def is_helped(self) -> bool:
        """Tell whether the first step has run, which keeps both shapes alike."""
        return self.done > 0

    @property
    def is_expanded(self) -> bool:
        """Tell whether all has run but the contract."""
        return all(unit.migration.phase == "contract" for unit in self.units[self.done :])

    @property
    def is_contracted(self) -> bool:
        """Tell whether the old shape is gone: until the last transaction both must work."""
        return self.done == len(self.units)

    @property
    def is_whole(self) -> bool:
        """Tell whether no migration is applied in part, so that all of them can be undone."""
        if self.done in {0, len(self.units)}:
            return True
        at, before = self.units[self.done], self.units[self.done - 1]
        # With its steps in place and rows to fill, a migration is undone like a whole one.
        return at.migration is not before.migration or not at.steps

    def go_on(self) -> Unit:
        """Run the next unit."""
        unit = self.units[self.done]
        if unit.steps:
            run_steps(self.admin, unit.steps, owner=None, journal=NoJournal())
        elif unit.fills:
            run_backfill(self.admin, unit.migration.backfill_sql or "", owner=None)
        else:
            self._fill_three_places(unit.migration)
        self.done += 1
        return unit

    def go_back(self) -> None:
        """Undo all that has run, the last first, each by its way back."""
        begun = {unit.migration.name: unit.migration for unit in self.units[: self.done]}
        for migration in reversed(begun.values()):
            assert migration.down is not None, migration.irreversible
            run_steps(self.admin, migration.down, owner=None, journal=NoJournal())
        self.done = 0

    def _fill_three_places(self, migration: Migration) -> None:
        """Fill a part of a block, so that some rows are filled and others wait."""
        for step in parse_steps(migration.backfill_sql or "", "backfill.sql"):
            with self.admin.transaction(), RawCursor(self.admin) as cursor:
                cursor.execute(step.sql.encode(), ("(0,0)", "(0,4)"))
