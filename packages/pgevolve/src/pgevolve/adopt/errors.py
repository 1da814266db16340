"""Why a database is not taken over as it is."""

from pathlib import Path

from pgevolve.diff import Change
from pgevolve.errors import PendingError, UsageError

_SHOWN = 20  # differences in one sentence; the attribute has all of them


class NoHistoryError(UsageError):
    """There is no migration that could be recorded."""

    hint = "write the first one from the database with `baseline --write NAME`"

    def __init__(self, migrations: Path) -> None:
        super().__init__(migrations)
        self.migrations = migrations

    def __str__(self) -> str:
        return f"there are no migrations in {str(self.migrations)!r}"


class NotInHistoryError(UsageError):
    """A migration was named that the history does not have."""

    hint = "name a directory of the history, or none for all of it"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"the history has no migration {self.name!r}"


class LedgerInUseError(UsageError):
    """Migrations are recorded here already, so that this database is no new one to the engine."""

    hint = "read `status`, and bring the database up to date with `deploy`"

    def __init__(self, recorded: int, last: str) -> None:
        super().__init__(recorded, last)
        self.recorded, self.last = recorded, last

    def __str__(self) -> str:
        return f"the ledger has {self.recorded} migrations already, the last of them {self.last!r}"


class SchemaDiffersError(PendingError):
    """The schema is not what the history leads to; `differences` are what it lacks or has too much of."""

    hint = (
        "change the database, or name the migration up to which it is equal, or write the first migration"
        " anew with `baseline --write NAME`"
    )

    def __init__(self, migration: str, differences: tuple[Change, ...], expected: str, found: str) -> None:
        super().__init__(migration, differences, expected, found)
        self.migration, self.differences = migration, differences
        self.expected, self.found = expected, found

    def __str__(self) -> str:
        sentence = f"the schema is not what {self.migration!r} leads to"
        if not self.differences:
            return f"{sentence}: its digest is {self.found[:12]} and not {self.expected[:12]}"
        shown = "; ".join(str(change) for change in self.differences[:_SHOWN])
        more = len(self.differences) - _SHOWN
        return f"{sentence}, to become it it needs: {shown}{f'; and {more} more' if more > 0 else ''}"
