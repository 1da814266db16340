"""The steps of one migration, on the way there or back."""

from dataclasses import dataclass
from typing import Self

from pgevolve.history import Migration
from pgevolve.ledger import Direction
from pgevolve.sqltext import Statement, parse_statements
from pgevolve.step import Step


@dataclass(frozen=True, slots=True)
class Work:
    """A migration in one direction, with its statements."""

    migration: Migration
    direction: Direction
    statements: tuple[Statement, ...]

    @classmethod
    def up(cls, migration: Migration) -> Self:
        """Return the way there. Raises SqlTextError."""
        return cls(migration, "up", migration.statements)

    @classmethod
    def down(cls, migration: Migration) -> Self:
        """Return the way back of a migration that has one. Raises SqlTextError."""
        assert migration.down_sql is not None
        return cls(migration, "down", parse_statements(migration.down_sql, f"{migration.name}/down.sql"))

    @property
    def name(self) -> str:
        """The name of the migration."""
        return self.migration.name

    @property
    def file(self) -> str:
        """The file that holds the statements."""
        return f"{self.direction}.sql"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in order; their numbers count from 1."""
        return tuple(statement.step for statement in self.statements)
