"""Whether the database has what the code reads."""

from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads.statement import Statement
from sevra_atlas.schema import metadata


class _Missing(msgspec.Struct):
    missing: int


# Names are looked up through the search path of the connection, so the live views are what is found.
_MISSING = Statement(
    text(
        """
        SELECT count(*) AS missing
          FROM unnest(:relations, :columns) AS wanted (relation, attribute)
         WHERE NOT EXISTS (
               SELECT FROM pg_catalog.pg_attribute
                WHERE attrelid = to_regclass(quote_ident(wanted.relation))
                  AND attname = wanted.attribute AND attnum > 0 AND NOT attisdropped)
        """
    ).bindparams(bindparam("relations", type_=ARRAY(Text)), bindparam("columns", type_=ARRAY(Text))),
    _Missing,
)


async def missing_columns(connection: AsyncConnection[Any]) -> int:
    """Return how many columns of the models the connection does not find; 0 when the code can run on it."""
    wanted = [
        (table.name, column.name)
        for table in metadata.tables.values()
        if table.schema is None
        for column in table.columns
    ]
    row = await _MISSING.first(
        connection,
        {"relations": [relation for relation, _ in wanted], "columns": [column for _, column in wanted]},
    )
    return row.missing if row is not None else len(wanted)
