"""What holds of every committed database, checked by counting again: counters, entities, paths, documents.

Triggers keep all of it row by row; a bulk load derives it set by set; the tests and the loader ask here.
Nothing is written and nothing is locked. A check goes through a table in windows of ids, so that its memory
does not grow with the table; each window is a statement and sees what is committed when it begins, so on a
database that is written to meanwhile a whole check is not one moment.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, Cursor, sql
from psycopg.rows import tuple_row

from sevra_atlas.domain import search_documents
from sevra_atlas.schema.reference import EDGES, KINDS

_WINDOW = 10_000
# More of one kind tell nothing new.
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Invariant:
    """A query that returns one text for each row that is wrong.

    With a table it is asked for each window of that table's ids, as `%(low)s` and `%(high)s`.
    """

    name: str
    query: sql.SQL | sql.Composed
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: at most 20 rows, described, and how many seconds it took."""

    name: str
    seconds: float
    broken: tuple[str, ...]


def _listing_counters(table: str, column: str) -> Invariant:
    query = sql.SQL("""
        SELECT format({table} || ' %%s: reviews %%s of %%s, ratings %%s of %%s, followers %%s of %%s,'
                      ' saves %%s of %%s', p.id, p.review_count, r.rows, p.rating_sum, r.ratings,
                      p.follower_count, f.rows, p.save_count, s.rows)
          FROM public.{name} p
          CROSS JOIN LATERAL (SELECT count(*) AS rows, coalesce(sum(rating), 0) AS ratings FROM public.reviews
                               WHERE {column} = p.id AND deleted_at IS NULL AND status = 'PUBLISHED') r
          CROSS JOIN LATERAL (SELECT count(*) AS rows FROM public.follows WHERE {column} = p.id) f
          CROSS JOIN LATERAL (SELECT count(*) AS rows FROM public.saves WHERE {column} = p.id) s
         WHERE p.id >= %(low)s AND p.id < %(high)s
           AND (p.review_count, p.rating_sum, p.follower_count, p.save_count)
               <> (r.rows, r.ratings, f.rows, s.rows)
    """).format(table=sql.Literal(table), name=sql.Identifier(table), column=sql.Identifier(column))
    return Invariant(f"counters of {table}", query, table)


_VOTES = Invariant(
    "counters of reviews",
    sql.SQL("""
        SELECT format('reviews %%s: likes %%s of %%s, dislikes %%s of %%s',
                      p.id, p.like_count, coalesce(v.likes, 0), p.dislike_count, coalesce(v.dislikes, 0))
          FROM public.reviews p
          LEFT JOIN (SELECT review_id, count(*) FILTER (WHERE is_like) AS likes,
                            count(*) FILTER (WHERE NOT is_like) AS dislikes
                       FROM public.review_votes WHERE review_id >= %(low)s AND review_id < %(high)s
                      GROUP BY review_id) v ON v.review_id = p.id
         WHERE p.id >= %(low)s AND p.id < %(high)s
           AND (p.like_count, p.dislike_count) <> (coalesce(v.likes, 0), coalesce(v.dislikes, 0))
    """),
    "reviews",
)
_COMMENTS = Invariant(
    "counters of posts",
    sql.SQL("""
        SELECT format('posts %%s: comments %%s of %%s', p.id, p.comments_count, c.rows)
          FROM public.posts p
          CROSS JOIN LATERAL (SELECT count(*) AS rows FROM public.comments
                               WHERE post_id = p.id AND deleted_at IS NULL AND status = 'approved') c
         WHERE p.id >= %(low)s AND p.id < %(high)s AND p.comments_count <> c.rows
    """),
    "posts",
)
_LIKES = Invariant(
    "counters of comments",
    sql.SQL("""
        SELECT format('comments %%s: likes %%s of %%s', p.id, p.likes_count, r.rows)
          FROM public.comments p
          CROSS JOIN LATERAL (SELECT count(*) AS rows FROM public.reactions
                               WHERE entity_type = 'COMMENT' AND entity_id = p.id AND reaction = 'like') r
         WHERE p.id >= %(low)s AND p.id < %(high)s AND p.likes_count <> r.rows
    """),
    "comments",
)
_SHELVES = Invariant(
    "counters of categories, series and tags",
    sql.SQL("""
        WITH shown AS (
          SELECT id, category_id, series_id FROM public.posts
           WHERE deleted_at IS NULL AND status = 'published' AND visibility = 'public'
        ), counted AS (
          SELECT 'categories' AS name, category_id AS id, count(*) AS rows FROM shown GROUP BY category_id
           UNION ALL SELECT 'series', series_id, count(*) FROM shown GROUP BY series_id
           UNION ALL SELECT 'tags', t.tag_id, count(*)
                       FROM public.post_tags t JOIN shown s ON s.id = t.post_id GROUP BY t.tag_id
        ), stored AS (
          SELECT 'categories' AS name, id, post_count FROM public.categories
           UNION ALL SELECT 'series', id, post_count FROM public.series
           UNION ALL SELECT 'tags', id, post_count FROM public.tags
        )
        SELECT format('%s %s: posts %s of %s', s.name, s.id, s.post_count, coalesce(c.rows, 0))
          FROM stored s LEFT JOIN counted c USING (name, id) WHERE s.post_count <> coalesce(c.rows, 0)
    """),
)
_CITIES = Invariant(
    "numbers of cities",
    sql.SQL("""
        SELECT format('city_stats %s: %s salons, %s artists, %s reviews, ratings %s',
                      c.city_id, c.salon_count, c.artist_count, c.review_count, c.rating_sum)
          FROM public.city_stats c
          LEFT JOIN (SELECT city_id, count(*) FILTER (WHERE is_salon) AS salons,
                            count(*) FILTER (WHERE NOT is_salon) AS artists,
                            sum(review_count) AS reviews, sum(rating_sum) AS ratings
                       FROM (SELECT city_id, true AS is_salon, review_count, rating_sum FROM public.salons
                              WHERE deleted_at IS NULL AND status = 'ACTIVE'
                             UNION ALL SELECT city_id, false, review_count, rating_sum FROM public.artists
                              WHERE deleted_at IS NULL AND status = 'ACTIVE') l
                      GROUP BY city_id) n USING (city_id)
         WHERE (c.salon_count, c.artist_count, c.review_count, c.rating_sum)
               <> (coalesce(n.salons, 0), coalesce(n.artists, 0), coalesce(n.reviews, 0),
                   coalesce(n.ratings, 0))
           AND NOT EXISTS (SELECT FROM public.outbox o
                            WHERE o.topic = 'city_stats' AND o.entity_id = c.city_id)
    """),
)


def _entities(table: str) -> Invariant:
    """Return the check that a table's rows and its entities are the same, each in the state of its row."""
    query = sql.SQL("""
        SELECT format({table} || ' %%s: entity %%s, row %%s', id, e.state, t.state)
          FROM (SELECT entity_id AS id, state, first_public_at FROM public.entities
                 WHERE entity_type = {kind} AND entity_id >= %(low)s AND entity_id < %(high)s) e
          FULL JOIN (SELECT t.id, public.entity_state_of({kind}, to_jsonb(t)) AS state FROM public.{name} t
                      WHERE t.id >= %(low)s AND t.id < %(high)s) t USING (id)
         WHERE CASE WHEN t.id IS NULL THEN e.state NOT IN ('archived', 'purged')
                    ELSE e.state IS DISTINCT FROM t.state
                         OR (e.state IN ('public', 'unlisted') AND e.first_public_at IS NULL) END
    """).format(table=sql.Literal(table), name=sql.Identifier(table), kind=_kind(table))
    return Invariant(f"entities of {table}", query, table)


def _paths(table: str) -> Invariant:
    """Return the check that each row has one current path, the one that its slug makes."""
    query = sql.SQL("""
        SELECT format({table} || ' %%s: path %%s, slug %%s', id, u.path, t.slug)
          FROM (SELECT entity_id AS id, path, display_path FROM public.url_paths
                 WHERE entity_type = {kind} AND kind = 'current'
                   AND entity_id >= %(low)s AND entity_id < %(high)s) u
          FULL JOIN (SELECT id, slug, slug_key FROM public.{name}
                      WHERE id >= %(low)s AND id < %(high)s) t USING (id)
         WHERE t.id IS NOT NULL AND (u.path IS DISTINCT FROM {prefix} || '/' || t.slug_key
                                     OR u.display_path IS DISTINCT FROM {prefix} || '/' || t.slug)
    """).format(
        table=sql.Literal(table),
        name=sql.Identifier(table),
        kind=_kind(table),
        prefix=sql.Literal(KINDS[table].url_prefix),
    )
    return Invariant(f"paths of {table}", query, table)


def _kind(table: str) -> sql.Composable:
    return sql.SQL("{}::public.entity_type").format(sql.Literal(str(KINDS[table].entity_type)))


def _edge(parent: str, child: str, column: str) -> Invariant:
    """Return the check that no live row hangs on a deleted one, along an edge of deletion.

    A deleted row has its batch, and those have an index.
    """
    query = sql.SQL("""
        SELECT format({what} || ' %s: hangs on a deleted row', c.id)
          FROM public.{child} c JOIN public.{parent} p ON p.id = c.{column}
         WHERE c.deleted_at IS NULL AND p.deletion_id IS NOT NULL
    """).format(
        what=sql.Literal(f"{child}.{column}"),
        child=sql.Identifier(child),
        parent=sql.Identifier(parent),
        column=sql.Identifier(column),
    )
    return Invariant(f"live rows below {parent}: {child}.{column}", query)


_POLYMORPHIC = (
    "url_paths",
    "slug_history",
    "seo_meta",
    "sitemap_urls",
    "media_links",
    "search_documents",
    "reactions",
)


def _orphans(table: str) -> Invariant:
    query = sql.SQL("""
        SELECT format({what} || ' of %s %s: no such entity', x.entity_type, x.entity_id) FROM public.{table} x
         WHERE x.entity_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM public.entities e
                            WHERE (e.entity_type, e.entity_id) = (x.entity_type, x.entity_id))
    """).format(what=sql.Literal(table), table=sql.Identifier(table))
    return Invariant(f"owners of {table}", query)


JOURNAL = Invariant(
    "the journal rebuilds the paths",
    sql.SQL(
        "SELECT format('%s: stored %s, replayed %s', path, stored, replayed) FROM public.rebuild_url_paths()"
    ),
)
_DOCUMENTS = Invariant(
    "documents of public entities only",
    sql.SQL("""
        SELECT format('search_documents %s %s: %s', d.entity_type, d.entity_id, e.state)
          FROM public.search_documents d JOIN public.entities e USING (entity_type, entity_id)
         WHERE e.state <> 'public'
    """),
)

# Holds once the worker has taken what was announced, within seconds.
DOCUMENTED = Invariant(
    "documents of all public entities",
    sql.SQL("""
        SELECT format('entities %s %s: no document', e.entity_type, e.entity_id)
          FROM public.entities e
          LEFT JOIN public.search_documents d USING (entity_type, entity_id)
         WHERE e.state = 'public' AND d.entity_id IS NULL
           AND e.entity_type = ANY ({kinds}::public.entity_type[])
    """).format(kinds=sql.Literal([kind.value for kind in search_documents.DOCUMENTED])),
)

COUNTERS: tuple[Invariant, ...] = (
    _listing_counters("salons", "salon_id"),
    _listing_counters("artists", "artist_id"),
    _VOTES,
    _COMMENTS,
    _LIKES,
    _SHELVES,
)
LEDGER: tuple[Invariant, ...] = (
    *(_entities(table) for table in KINDS),
    *(_paths(table) for table, kind in KINDS.items() if kind.url_prefix),
    *(_orphans(table) for table in _POLYMORPHIC),
    JOURNAL,
)
DELETIONS: tuple[Invariant, ...] = tuple(
    _edge(edge.parent_table, edge.child_table, edge.child_column) for edge in EDGES
)
INVARIANTS: tuple[Invariant, ...] = (*COUNTERS, *LEDGER, *DELETIONS, _CITIES, _DOCUMENTS)

# What drifts only by a fault, asked beside the edges; the ledger is for tests and for after a bulk load.
DAILY: tuple[Invariant, ...] = (*COUNTERS, *(_orphans(table) for table in _POLYMORPHIC), _CITIES)


def check(connection: Connection[Any], invariants: Sequence[Invariant] = INVARIANTS) -> Iterator[Outcome]:
    """Yield what each check finds, in the caller's transaction or outside of one; needs to read all tables.

    The caller has to take the outcomes: a check runs when its outcome is asked for.
    """
    for invariant in invariants:
        begun = time.monotonic()
        with connection.cursor(row_factory=tuple_row) as cursor:
            found = tuple(_found(cursor, invariant))
        yield Outcome(invariant.name, time.monotonic() - begun, found)


def broken(connection: Connection[Any], invariants: Sequence[Invariant] = INVARIANTS) -> list[str]:
    """Return what all checks find, at most 20 rows of each."""
    return [row for outcome in check(connection, invariants) for row in outcome.broken]


def _found(cursor: Cursor[Any], invariant: Invariant) -> Iterator[str]:
    left = _MOST_FOUND
    for window in _windows(cursor, invariant.table):
        for row in cursor.execute(invariant.query, window).fetchmany(left):
            yield str(row[0])
            left -= 1
        if left == 0:
            return


def _windows(cursor: Cursor[Any], table: str | None) -> list[dict[str, int] | None]:
    if table is None:
        return [None]
    # An entity may be there without its row.
    row = cursor.execute(
        sql.SQL(
            "SELECT min(first), max(last) FROM (SELECT min(id), max(id) FROM public.{name}"
            " UNION ALL SELECT min(entity_id), max(entity_id) FROM public.entities WHERE entity_type = {kind}"
            ") AS ends (first, last)"
        ).format(name=sql.Identifier(table), kind=_kind(table))
    ).fetchone()
    assert row is not None
    if row[0] is None:
        return []
    return [{"low": low, "high": low + _WINDOW} for low in range(row[0], row[1] + 1, _WINDOW)]
