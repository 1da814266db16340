"""What triggers derive of a row, derived of all rows at once: entities, paths, journal, shelves, cities.

The same functions decide (`entity_state_of`, the key that `slug_key_v1` made of the slug), so the rows are
those that the triggers would have written.
"""

from collections.abc import Callable, Mapping
from typing import Any

from psycopg import Cursor, sql

from sevra_atlas.demo.scale.timing import Timings
from sevra_atlas.schema import Base
from sevra_atlas.schema.reference import KINDS

# Rows of a statement: the checks of its foreign keys wait in memory until it ends.
WINDOW = 100_000

_ENTITIES = sql.SQL("""
    INSERT INTO public.entities (entity_type, entity_id, state, first_public_at)
    SELECT {kind}, s.id, s.state, CASE WHEN s.state IN ('public', 'unlisted') THEN now() END
      FROM (SELECT r.id, public.entity_state_of({kind}, to_jsonb(r)) AS state
              FROM (SELECT {columns} FROM public.{table}
                     WHERE id >= %(low)s AND id < %(high)s ORDER BY id) r) s
""")
# What `entity_state_of` reads of a row. A row as a whole, with its text, takes it three times as long; the
# invariant checks give it the whole.
_TELLING = frozenset(
    {"id", "deleted_at", "status", "visibility", "verified_at", "is_private", "is_landing_enabled"}
)
# In the order of the primary key, which then grows at its end.
_PATHS = sql.SQL("""
    INSERT INTO public.url_paths (path, kind, entity_type, entity_id, display_path)
    SELECT {prefix} || '/' || t.slug_key, 'current', {kind}, t.id, {prefix} || '/' || t.slug
      FROM public.{table} t WHERE t.id >= %(low)s AND t.id < %(high)s ORDER BY t.slug_key COLLATE "C"
""")
_JOURNAL = sql.SQL("""
    INSERT INTO public.slug_history (entity_type, entity_id, new_slug, path, event)
    SELECT {kind}, t.id, t.slug, {prefix} || '/' || t.slug_key, 'assigned'
      FROM public.{table} t WHERE t.id >= %(low)s AND t.id < %(high)s ORDER BY t.id
""")
_SHOWN = sql.SQL("p.deleted_at IS NULL AND p.status = 'published' AND p.visibility = 'public'")
_SHELVES = {
    "categories": sql.SQL("SELECT category_id, count(*) FROM public.posts p WHERE {} GROUP BY 1"),
    "series": sql.SQL("SELECT series_id, count(*) FROM public.posts p WHERE {} GROUP BY 1"),
    "tags": sql.SQL(
        "SELECT t.tag_id, count(*) FROM public.post_tags t JOIN public.posts p ON p.id = t.post_id"
        " WHERE {} GROUP BY 1"
    ),
}
_CITIES = """
    INSERT INTO public.city_stats (city_id, salon_count, artist_count, review_count, rating_sum)
    SELECT c.id, count(*) FILTER (WHERE l.is_salon), count(*) FILTER (WHERE NOT l.is_salon),
           coalesce(sum(l.review_count), 0), coalesce(sum(l.rating_sum), 0)
      FROM public.cities c
      LEFT JOIN (SELECT city_id, true AS is_salon, review_count, rating_sum FROM public.salons
                  WHERE deleted_at IS NULL AND status = 'ACTIVE'
                 UNION ALL SELECT city_id, false, review_count, rating_sum FROM public.artists
                  WHERE deleted_at IS NULL AND status = 'ACTIVE') l ON l.city_id = c.id
     WHERE c.deleted_at IS NULL
     GROUP BY c.id
"""


def derive(cursor: Cursor[Any], loaded: Mapping[str, tuple[int, int]], timings: Timings) -> None:
    """Write what hangs on the loaded rows, in the caller's transaction, with the triggers off.

    `loaded` says which ids of which tables are new: the first, and the one after the last.
    """
    addressable = {table: span for table, span in loaded.items() if table in KINDS}
    with timings.part("entities", _rows(addressable)) as done:
        _in_windows(cursor, _ENTITIES, addressable, done)
    addressed = {table: span for table, span in addressable.items() if KINDS[table].url_prefix}
    with timings.part("url_paths", _rows(addressed)) as done:
        _in_windows(cursor, _PATHS, addressed, done)
    with timings.part("slug_history", _rows(addressed)) as done:
        _in_windows(cursor, _JOURNAL, addressed, done)
    with timings.part("shelves"):
        for table, counted in _SHELVES.items():
            cursor.execute(
                sql.SQL(
                    "UPDATE public.{} x SET post_count = d.posts FROM ({}) AS d (id, posts)"
                    " WHERE d.id = x.id AND x.post_count <> d.posts"
                ).format(sql.Identifier(table), counted.format(_SHOWN))
            )
    with timings.part("city_stats") as done:
        done(cursor.execute(_CITIES).rowcount)


def _rows(spans: Mapping[str, tuple[int, int]]) -> int:
    return sum(after - first for first, after in spans.values())


def _told(table: str) -> sql.Composed:
    columns = (column.name for column in Base.metadata.tables[table].columns if column.name in _TELLING)
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _in_windows(
    cursor: Cursor[Any],
    statement: sql.SQL,
    spans: Mapping[str, tuple[int, int]],
    done: Callable[[int], None],
) -> None:
    count = 0
    for table, (first, after) in spans.items():
        kind = KINDS[table]
        query = statement.format(
            kind=sql.SQL("{}::public.entity_type").format(sql.Literal(str(kind.entity_type))),
            prefix=sql.Literal(kind.url_prefix),
            table=sql.Identifier(table),
            columns=_told(table),
        )
        for low in range(first, after, WINDOW):
            count += cursor.execute(query, {"low": low, "high": min(low + WINDOW, after)}).rowcount
            done(count)
