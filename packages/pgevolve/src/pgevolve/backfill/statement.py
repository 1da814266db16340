"""The statements of a `backfill.sql`."""

import hashlib
from dataclasses import dataclass

import postgast

from pgevolve.quoting import qualified
from pgevolve.sqltext import parse_steps
from pgevolve.step import Step


@dataclass(frozen=True, slots=True)
class Fill:
    """One statement that fills the rows of a table, with its number from 1."""

    number: int
    sql: str
    table: str

    @property
    def checksum(self) -> str:
        """Tells whether a cursor is one of this statement."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def fills(backfill_sql: str) -> tuple[Fill, ...]:
    """Return the statements in order. Raises SqlTextError."""
    steps = parse_steps(backfill_sql, "backfill.sql")
    return tuple(Fill(number, step.sql, table_of(step)) for number, step in enumerate(steps, 1))


def table_of(step: Step) -> str:
    """Return the table that a statement fills."""
    node = postgast.parse(step.sql).stmts[0].stmt
    relation = (node.delete_stmt if node.HasField("delete_stmt") else node.update_stmt).relation
    return qualified(relation.schemaname or "public", relation.relname)
