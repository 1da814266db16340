"""Rows that hold in the new columns other than what the old ones say: the last look before these go."""

from collections.abc import Iterator

import postgast
import psycopg

from pgevolve.backfill import Fill, fills
from pgevolve.deploy.old_shape import old_shapes
from pgevolve.deploy.session import Session
from pgevolve.history import History, Migration
from pgevolve.run import one_line

_MOST = 1000
# The whole table: a batch names its blocks.
_ENDS = (("$1", "'(0,0)'::tid"), ("$2", "'(4294967295,65535)'::tid"))


def rows_apart(session: Session, contract: Migration, history: History) -> Iterator[str]:
    """Yield a sentence for each statement of an earlier `backfill.sql` that would find rows.

    Triggers keep columns alike, and do not run for a replica's worker, in a session with
    `session_replication_role = replica`, or while somebody disables them. Only a person can say which of the
    two sides of such a row is right. Reads each table of the contract once, and locks no writer out.
    """
    tables = {shape.table for shape in old_shapes(contract.up)}
    for migration in _before(contract, history):
        for fill in fills(migration.backfill_sql or ""):
            condition = _condition(fill) if fill.table in tables else None
            if condition is not None:
                yield from _found(session, fill.table, condition)


def _before(contract: Migration, history: History) -> Iterator[Migration]:
    """Yield the migrations that the contract finishes, the last first."""
    for migration in reversed(history.migrations[: history.migrations.index(contract)]):
        if migration.phase == "contract":
            return
        yield migration


def _condition(fill: Fill) -> str | None:
    """Return the condition of the rows that it would write, None for what deletes some."""
    tree = postgast.parse(fill.sql)
    node = tree.stmts[0].stmt
    if not node.HasField("update_stmt"):
        return None
    query = postgast.parse(f"SELECT FROM {fill.table}")
    query.stmts[0].stmt.select_stmt.where_clause.CopyFrom(node.update_stmt.where_clause)
    _, _, condition = str(postgast.deparse(query)).partition(" WHERE ")
    for parameter, end in _ENDS:
        condition = condition.replace(parameter, end)
    return condition


def _found(session: Session, table: str, condition: str) -> Iterator[str]:
    which = f"FROM {table} WHERE {condition}"
    query = f"SELECT count(*) FROM (SELECT {which} LIMIT {_MOST}) AS found"  # noqa: S608 (of a migration)
    try:
        with session.as_owner():
            row = session.connection.execute(query.encode()).fetchone()
    except psycopg.DataError as error:
        yield f"the rows of {table} cannot be compared in both shapes: {one_line(error)}"
        return
    count = 0 if row is None else row[0]
    if count:
        number = f"{count} or more" if count == _MOST else count
        yield (
            f"{number} rows of {table} do not hold in the new columns what the old ones say:"
            f" mend those of `SELECT * {which}`"
        )
