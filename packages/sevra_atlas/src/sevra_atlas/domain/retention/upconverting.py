"""Rows that were archived under an older schema, brought to the columns that their table has today.

One pure function for each migration that changed the columns of an archived table, registered here under the
migration and the table. A test compares the catalogue before and after every migration and fails for a change
without a function, and for a function without a change.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from pgevolve.history import read_history
from sevra_atlas.domain.retention.errors import UnknownMigrationError

Row: TypeAlias = dict[str, Any]
Converter: TypeAlias = Callable[[Row], Row]

# Migration → table → what its archived rows become. Constraints need none: a row that breaks one that came
# later is refused by the database, which names it.
CONVERTERS: Mapping[str, Mapping[str, Converter]] = {}

# What `move_to_archive()` writes where no ledger is: the schema was made from the models of that moment.
_NO_LEDGER = "none"


@dataclass(frozen=True, slots=True)
class Upconverters:
    """The migrations in their order, and what those that changed an archived table do to its rows."""

    migrations: Sequence[str]
    converters: Mapping[str, Mapping[str, Converter]] = field(default_factory=lambda: CONVERTERS)

    def of(self, table: str, migration: str) -> tuple[Converter, ...]:
        """Return what a row of this table, archived after this migration, has to go through, in order.

        Raises UnknownMigrationError for a migration that is not in this history.
        """
        if migration == _NO_LEDGER:
            return ()
        if migration not in self.migrations:
            raise UnknownMigrationError(migration)
        later = self.migrations[self.migrations.index(migration) + 1 :]
        return tuple(
            self.converters[each][table]
            for each in later
            if each in self.converters and table in self.converters[each]
        )


@cache
def upconverters() -> Upconverters:
    """Return the converters of the history that this version comes with."""
    return Upconverters(read_history(Path(str(files("sevra_atlas") / "migrations"))).names)
