"""Rows of a batch that can stand among their neighbours are inserted; of the others it is told why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from psycopg import Connection, errors
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.fitting import Fitting
from sevra_atlas.domain.retention.tables import references_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as the archive has it, by the number that it has there."""

    number: int
    row_id: int | None
    text: str
    migration: str


Refusals: TypeAlias = dict[int, str]
"""Why a row cannot come back, by its number in the archive: who is away, or the constraint that it breaks."""


def stand(connection: Connection[Any], fitting: Fitting, rows: Sequence[Kept]) -> Refusals:
    """Insert the rows that can stand and return why the others cannot, in the caller's transaction.

    Parents come before their children, also within `rows`. A row that breaks a constraint is found by
    halving: the rows around it come back. Raises UnknownMigrationError, UnfitRowError.
    """
    left, refused = list(rows), Refusals()
    fitted = {row.number: fitting.fitted(row.text, row.migration) for row in rows}
    while left:
        refused = _inserted(connection, fitting, left, fitted)
        waiting = [row for row in left if row.number in refused]
        # A reply cannot see a parent that the same statement inserts: another pass does.
        if len(waiting) == len(left) or not _names_itself(fitting.table):
            return refused
        left = waiting
    return refused


def _inserted(
    connection: Connection[Any], fitting: Fitting, rows: Sequence[Kept], fitted: dict[int, str]
) -> Refusals:
    values = {"rows": f"[{','.join(fitted[row.number] for row in rows)}]"}
    try:
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            absent = cursor.execute(fitting.insert(), values).fetchall()
    except errors.IntegrityError as error:
        if len(rows) == 1:
            return {rows[0].number: error.diag.constraint_name or type(error).__name__}
        middle = len(rows) // 2
        return _inserted(connection, fitting, rows[:middle], fitted) | _inserted(
            connection, fitting, rows[middle:], fitted
        )
    return {rows[place].number: who for place, who in absent}


def _names_itself(table: str) -> bool:
    return any(each.parent == table for each in references_of(table, "RESTRICT"))
