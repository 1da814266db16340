"""What can be wrong with a backfill itself."""

from pgevolve.errors import UsageError


class UnsettledBackfillError(UsageError):
    """Rows that were filled are found empty again and again."""

    hint = "look for a trigger or a client that empties the column, then deploy again"

    def __init__(self, table: str, passes: int) -> None:
        super().__init__(table, passes)
        self.table, self.passes = table, passes

    def __str__(self) -> str:
        return f"{self.passes} passes over {self.table} each found rows to fill"


class NoBackfillError(UsageError):
    """A backfill was to be paused or resumed, and there is none of which that could be said."""

    hint = "read `backfill status` for what is filled"

    def __init__(self, wanted: str, migration: str | None) -> None:
        super().__init__(wanted, migration)
        self.wanted, self.migration = wanted, migration

    def __str__(self) -> str:
        of = "" if self.migration is None else f" of migration {self.migration!r}"
        return f"there is no backfill{of} to {self.wanted}"
