"""NOT NULL on a column that holds rows: proved by a check, which is validated while everybody works on.

SET NOT NULL reads every row under an exclusive lock unless a validated check says that no row can be in the
way; see the notes of ALTER TABLE in the documentation of PostgreSQL.
"""

from collections.abc import Iterator

from pgevolve.catalog.model import TableObject
from pgevolve.plan.names import with_ending
from pgevolve.quoting import name, qualified

_NEW_ROWS = "Columns that must be filled, for new rows"
_OLD_ROWS = "Columns that must be filled, for the rows that are there"


def newly_required(before: TableObject, after: TableObject) -> list[str]:
    """Return the columns of both tables that may be empty before and not after."""
    empty = {column.name for column in before.columns if not column.not_null}
    # An identity brings its NOT NULL along, and what a parent says of a column comes from there.
    return [
        column.name
        for column in after.columns
        if column.not_null and column.name in empty and not column.inherited
    ]


def statements(item: TableObject, columns: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield title, statement, and whether it may share a transaction."""
    alter = f"ALTER TABLE {qualified(item.schema, item.name)}"
    checks = {column: name(with_ending(f"{item.name}_{column}", "_is_filled")) for column in columns}
    for column, check in checks.items():
        filled = f"CHECK ({name(column)} IS NOT NULL)"
        yield _NEW_ROWS, f"{alter}\n    ADD CONSTRAINT {check} {filled} NOT VALID", True
    for check in checks.values():
        yield _OLD_ROWS, f"{alter} VALIDATE CONSTRAINT {check}", False
    for column, check in checks.items():
        yield _OLD_ROWS, f"{alter} ALTER COLUMN {name(column)} SET NOT NULL", True
        yield _OLD_ROWS, f"{alter} DROP CONSTRAINT {check}", True
