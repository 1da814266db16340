"""A query with its text: compiled once, then run on the driver."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import class_row
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

Row = TypeVar("Row")

_DIALECT = psycopg_dialect.dialect()  # type: ignore[no-untyped-call]
NO_PARAMETERS: Mapping[str, Any] = {}


def static_sql(statement: Executable) -> str:
    """Return the text of a statement for psycopg: named parameters with casts, literals in place.

    Parameters must be scalars or arrays, never `IN` lists, or the text would depend on their number.
    """
    compiled = statement.compile(  # type: ignore[attr-defined]
        dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
    )
    return str(compiled)


class Statement(Generic[Row]):
    """A static query whose rows become values of one class; column labels are the names of its fields."""

    def __init__(self, statement: Executable, row: type[Row]) -> None:
        self.sql = static_sql(statement).encode()
        self._factory = class_row(row)

    async def all(
        self, connection: AsyncConnection[Any], parameters: Mapping[str, Any] = NO_PARAMETERS
    ) -> list[Row]:
        """Run the query and return every row, in the order of the query."""
        async with connection.cursor(row_factory=self._factory) as cursor:
            # Prepared from the first run: the casts in the text fix every type, so the plan is stable.
            await cursor.execute(self.sql, parameters, prepare=True)
            return await cursor.fetchall()

    async def first(
        self, connection: AsyncConnection[Any], parameters: Mapping[str, Any] = NO_PARAMETERS
    ) -> Row | None:
        """Run the query and return its first row, or None."""
        async with connection.cursor(row_factory=self._factory) as cursor:
            await cursor.execute(self.sql, parameters, prepare=True)
            return await cursor.fetchone()
