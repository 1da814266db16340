"""Which files a row names, wherever the row is: in its table, in the trash, or in the archive."""

from collections.abc import Iterable
from typing import Any, LiteralString

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.fetching import exported_rows
from sevra_atlas.domain.retention.segment_store import SegmentStore

_BY_KEY: LiteralString = "SELECT storage_key FROM public.media WHERE storage_key = ANY (%(keys)s)"
# Reads every row that has renditions; asked of what no row names by its own key only.
_BY_RENDITION: LiteralString = """
SELECT v.value ->> 'key' FROM public.media m, jsonb_each(m.variants) v
 WHERE m.variants <> '{}' AND v.value ->> 'key' = ANY (%(keys)s)
"""
_ARCHIVED: LiteralString = """
SELECT k.key FROM archive.rows r
 CROSS JOIN LATERAL (SELECT r.row ->> 'storage_key' AS key
                     UNION ALL SELECT v.value ->> 'key' FROM jsonb_each(r.row -> 'variants') v) k
 WHERE r.table_name = 'media' AND k.key = ANY (%(keys)s)
"""


def named_by_rows(
    connection: Connection[Any], keys: Iterable[str], segments: SegmentStore | None
) -> frozenset[str]:
    """Return those of the keys that a row names, as its file or as a rendition of it; nothing is locked.

    Rows of a month that left the database are looked for in its segment. Raises what reading one raises.
    """
    left = set(keys)
    named: set[str] = set()
    with connection.cursor(row_factory=tuple_row) as cursor:
        for query in (_BY_KEY, _BY_RENDITION, _ARCHIVED):
            if left:
                found = {row[0] for row in cursor.execute(query, {"keys": list(left)})}
                named, left = named | found, left - found
    if left and segments is not None:
        for line in exported_rows(connection, segments):
            if line.table == "media":
                named |= left & _keys_of(msgspec.json.decode(line.row))
    return frozenset(named)


def _keys_of(row: dict[str, Any]) -> set[str]:
    return {row["storage_key"], *(each["key"] for each in row["variants"].values() if "key" in each)}
