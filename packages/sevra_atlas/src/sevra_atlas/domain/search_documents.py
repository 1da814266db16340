"""Documents of the search: made from public rows, always the same from the same rows.

`rebuild` brings the documents of some entities in line, `rebuild_all` those of a whole kind. Both act as the
maintenance role or the owner, whose search path is `public`, at READ COMMITTED.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.search_texts import TEXTS
from sevra_atlas.schema.enums import EntityType
from sevra_atlas.transactions import repeated

WINDOW = 2_000
"""Ids that one transaction of a full rebuild looks at."""

DOCUMENTED: tuple[EntityType, ...] = tuple(TEXTS)

# Called with how many documents are done and how many entities are public.
Progress = Callable[[int, int], None]

# The lock makes a deletion wait, or this one wait for the deletion; and of two rebuilds the second one reads
# what was committed before it got here, so an older text never comes back.
_LOCK: LiteralString = """
SELECT entity_id FROM public.entities
 WHERE entity_type = %(kind)s::public.entity_type AND state = 'public' AND entity_id = ANY(%(ids)s)
 ORDER BY entity_id FOR NO KEY UPDATE
"""
_REMOVE: LiteralString = """
DELETE FROM public.search_documents d
 WHERE d.entity_type = %(kind)s::public.entity_type AND d.entity_id = ANY(%(ids)s)
   AND NOT EXISTS (SELECT FROM public.entities e
                    WHERE e.entity_type = d.entity_type AND e.entity_id = d.entity_id AND e.state = 'public')
"""
_WRITE: LiteralString = """
INSERT INTO public.search_documents AS d (entity_type, entity_id, locale, title, name_norm, tsv, popularity,
                                          rating_bucket, published_at, city_id)
SELECT %(kind)s::public.entity_type, id, 'fa', title, public.fa_norm_v1(title),
       public.fa_vector_v1(title, 'A')
       || public.fa_vector_v1(concat_ws(' ', near, english), 'B')
       || setweight(to_tsvector('pg_catalog.english', public.fa_norm_v1(coalesce(english, ''))), 'B')
       || public.fa_vector_v1(coalesce(summary, ''), 'C')
       || public.fa_vector_v1(coalesce(body, ''), 'D'),
       popularity, rating_bucket, published_at, city_id
  FROM ({}) told
 ORDER BY id
    ON CONFLICT (entity_type, entity_id, locale) DO UPDATE
       SET title = excluded.title, name_norm = excluded.name_norm, tsv = excluded.tsv,
           popularity = excluded.popularity, rating_bucket = excluded.rating_bucket,
           published_at = excluded.published_at, city_id = excluded.city_id,
           norm_version = excluded.norm_version, updated_at = now()
     WHERE (d.title, d.name_norm, d.tsv, d.popularity, d.rating_bucket, d.published_at, d.city_id,
            d.norm_version)
           IS DISTINCT FROM
           (excluded.title, excluded.name_norm, excluded.tsv, excluded.popularity, excluded.rating_bucket,
            excluded.published_at, excluded.city_id, excluded.norm_version)
"""
_WRITES: dict[EntityType, LiteralString] = {kind: _WRITE.replace("{}", text) for kind, text in TEXTS.items()}

_COUNT: LiteralString = """
SELECT count(*) FROM public.entities WHERE entity_type = %(kind)s::public.entity_type AND state = 'public'
"""
# Also what has a document and is no longer public is looked at.
_NEXT: LiteralString = """
SELECT array_agg(entity_id) FROM (
  SELECT entity_id FROM public.entities
   WHERE entity_type = %(kind)s::public.entity_type AND entity_id > %(after)s
   ORDER BY entity_id LIMIT %(window)s
) following
"""
_NEWEST_CHANGE: LiteralString = "SELECT coalesce(max(id), 0) FROM public.outbox WHERE topic = 'search'"
_SEEN: LiteralString = "DELETE FROM public.outbox WHERE topic = 'search' AND id <= %(newest)s"
# What was announced is on its way.
_MISSING: LiteralString = """
SELECT count(*) FROM public.entities e
 WHERE e.state = 'public' AND e.entity_type = ANY(%(kinds)s::public.entity_type[])
   AND NOT EXISTS (SELECT FROM public.search_documents d
                    WHERE d.entity_type = e.entity_type AND d.entity_id = e.entity_id)
   AND NOT EXISTS (SELECT FROM public.outbox o
                    WHERE o.topic = 'search' AND o.entity_type = e.entity_type AND o.entity_id = e.entity_id)
"""
_ARE_MISSING: LiteralString = """
SELECT EXISTS (SELECT FROM public.entities
                WHERE state = 'public' AND entity_type = ANY(%(kinds)s::public.entity_type[]))
   AND NOT EXISTS (SELECT FROM public.search_documents)
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: public entities looked at, documents written because they differed, removed."""

    public: int = 0
    written: int = 0
    removed: int = 0

    def __add__(self, other: "Rebuilt") -> "Rebuilt":
        return Rebuilt(self.public + other.public, self.written + other.written, self.removed + other.removed)


def rebuild(connection: Connection[Any], kind: EntityType, ids: Sequence[int]) -> Rebuilt:
    """Make the documents of these entities anew, remove those of what is not public; the caller commits.

    Locks the rows of `entities` until then, in the order of their ids: their deletion waits. A document that
    says the same as before is not touched.
    """
    asked = {"kind": kind.value, "ids": list(ids)}
    removed = connection.execute(_REMOVE, asked).rowcount
    public = [id_ for (id_,) in connection.execute(_LOCK, asked)]
    if not public:
        return Rebuilt(removed=removed)
    written = connection.execute(_WRITES[kind], {"kind": kind.value, "ids": public}).rowcount
    return Rebuilt(len(public), written, removed)


def rebuild_all(
    connection: Connection[Any],
    kinds: Sequence[EntityType] = DOCUMENTED,
    *,
    window: int = WINDOW,
    progress: Progress | None = None,
) -> Rebuilt:
    """Make every document of these kinds anew, `window` entities a transaction; safe to interrupt and repeat.

    `connection` is in autocommit. With all kinds, changes that were announced before it began are taken from
    the outbox at the end: their documents are up to date then.
    """
    newest = newest_announcement(connection)
    total = sum(_row(connection, _COUNT, kind=kind.value)[0] for kind in kinds)
    done = Rebuilt()
    for kind in kinds:
        after = 0
        while ids := _row(connection, _NEXT, kind=kind.value, after=after, window=window)[0]:
            done += repeated(partial(_rebuild_whole, connection, kind, ids))
            after = ids[-1]
            if progress is not None:
                progress(done.public, max(total, done.public))
    if set(kinds) == set(DOCUMENTED):
        forget_announcements(connection, newest)
    return done


def _rebuild_whole(connection: Connection[Any], kind: EntityType, ids: Sequence[int]) -> Rebuilt:
    with connection.transaction():
        return rebuild(connection, kind, ids)


def newest_announcement(connection: Connection[Any]) -> int:
    """Return the id of the last change that was announced to the search, 0 if none waits."""
    return int(_row(connection, _NEWEST_CHANGE)[0])


def forget_announcements(connection: Connection[Any], newest: int) -> None:
    """Take the announcements up to this one from the outbox: every document was made after it."""
    connection.execute(_SEEN, {"newest": newest})


def count_missing(connection: Connection[Any]) -> int:
    """Return how many public entities have no document and none announced; it must be 0."""
    return int(_row(connection, _MISSING, kinds=[kind.value for kind in DOCUMENTED])[0])


def are_missing(connection: Connection[Any]) -> bool:
    """Return whether something is public and nothing has a document: a database that never had a search."""
    return bool(_row(connection, _ARE_MISSING, kinds=[kind.value for kind in DOCUMENTED])[0])


def _row(connection: Connection[Any], query: LiteralString, **parameters: object) -> Any:
    row = connection.execute(query, parameters).fetchone()
    assert row is not None, "the query gives one row"
    return row
