"""The history that another tool kept, as values; and what may be wrong with it, a class per situation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from psycopg.rows import scalar_row

from pgevolve.connect import Connection
from pgevolve.errors import FindingsError, UsageError

Tool: TypeAlias = Literal["prisma", "alembic"]


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """The table in which the other tool keeps its history."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class ForeignMigration:
    """A migration of the other tool; `checksum` is the SHA-256 of its file, `facts` what else was kept of it.

    Of a rolled-back one nothing is in place. Times that nobody kept are None.
    """

    name: str
    checksum: str
    state: Literal["applied", "rolled back"] = "applied"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForeignHistory:
    """A clean history: everything is applied, nothing failed, there is one head."""

    tool: Tool
    table: ForeignTable
    migrations: tuple[ForeignMigration, ...]


class ForeignHistoryError(FindingsError):
    """The history of the other tool is not clean, so that nobody can say what is in place."""


class SeveralProblemsError(ForeignHistoryError):
    """More than one thing is wrong with the history of the other tool."""

    def __init__(self, problems: tuple[ForeignHistoryError, ...]) -> None:
        super().__init__(problems)
        self.problems = problems
        self.hint = "; ".join(dict.fromkeys(problem.hint for problem in problems if problem.hint))

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


class ForeignTableMissingError(UsageError):
    """The database has no table of the other tool."""

    def __init__(self, tool: Tool, table: ForeignTable) -> None:
        super().__init__(tool, table)
        self.tool, self.table = tool, table
        self.hint = "name the schema of the table, or record the history with `baseline` alone"

    def __str__(self) -> str:
        return f"there is no table {str(self.table)!r}, so that {self.tool} has no history here"


class ForeignTableComparedError(UsageError):
    """The table of the other tool would take part in every comparison."""

    def __init__(self, table: ForeignTable) -> None:
        super().__init__(table)
        self.table = table
        self.hint = f'add ignore_tables = ["{table}"] to [tool.pgevolve]'

    def __str__(self) -> str:
        return f"the table {str(self.table)!r} belongs to another tool and is not left out of comparisons"


class NoForeignFilesError(UsageError):
    """The folder holds no migration of the other tool."""

    def __init__(self, tool: Tool, folder: Path, wanted: str) -> None:
        super().__init__(tool, folder, wanted)
        self.tool, self.folder, self.wanted = tool, folder, wanted
        self.hint = f"name the folder that holds {wanted}"

    def __str__(self) -> str:
        return f"there is no migration of {self.tool} in {str(self.folder)!r}"


def raise_problems(problems: Iterable[ForeignHistoryError]) -> None:
    """Raise what was found: the problem itself when there is one, all in one error when there are more."""
    found = tuple(problems)
    if len(found) == 1:
        raise found[0]
    if found:
        raise SeveralProblemsError(found)


def require_left_out(table: ForeignTable, ignored: frozenset[str]) -> None:
    """Check that no comparison sees the table. Raises ForeignTableComparedError."""
    if str(table) not in ignored:
        raise ForeignTableComparedError(table)


def require_table(connection: Connection, tool: Tool, table: ForeignTable) -> None:
    """Check that the table is there. Raises ForeignTableMissingError."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_catalog.pg_class AS c"
            " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relname = %s",
            (table.schema, table.name),
        )
        if not cursor.fetchone():
            raise ForeignTableMissingError(tool, table)


def names(entries: Sequence[str]) -> str:
    """Return names for a sentence."""
    return ", ".join(repr(entry) for entry in entries)
