"""What was announced to the search becomes documents, a bounded batch at a time."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.search_documents import DOCUMENTED, Rebuilt, rebuild
from sevra_atlas.schema.enums import EntityType
from sevra_atlas.transactions import repeated

BATCH = 500

_TAKE: LiteralString = """
DELETE FROM public.outbox
 WHERE id IN (SELECT id FROM public.outbox WHERE topic = 'search'
               ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING entity_type::text, entity_id
"""
# The name of one of these stands in the documents of others. They are announced in turn, so a city with a
# hundred thousand salons is as many batches as it needs.
SPREAD: dict[EntityType, LiteralString] = {
    EntityType.PROVINCE: """
        SELECT 'SALON', id FROM public.salons WHERE province_id = ANY(%(ids)s)
        UNION ALL SELECT 'ARTIST', id FROM public.artists WHERE province_id = ANY(%(ids)s)
    """,
    EntityType.CITY: """
        SELECT 'SALON', id FROM public.salons WHERE city_id = ANY(%(ids)s)
        UNION ALL SELECT 'ARTIST', id FROM public.artists WHERE city_id = ANY(%(ids)s)
    """,
    EntityType.NEIGHBORHOOD: """
        SELECT 'SALON', id FROM public.salons WHERE neighborhood_id = ANY(%(ids)s)
        UNION ALL SELECT 'ARTIST', id FROM public.artists WHERE neighborhood_id = ANY(%(ids)s)
    """,
    EntityType.SERVICE: """
        SELECT DISTINCT 'SALON', salon_id FROM public.salon_services WHERE service_id = ANY(%(ids)s)
    """,
    EntityType.SPECIALTY: """
        SELECT DISTINCT 'ARTIST', artist_id FROM public.artist_specialties WHERE specialty_id = ANY(%(ids)s)
    """,
    EntityType.CATEGORY: "SELECT 'BLOG_POST', id FROM public.posts WHERE category_id = ANY(%(ids)s)",
    EntityType.TAG: "SELECT DISTINCT 'BLOG_POST', post_id FROM public.post_tags WHERE tag_id = ANY(%(ids)s)",
}
_ANNOUNCE: LiteralString = """
INSERT INTO public.outbox (topic, entity_type, entity_id)
SELECT 'search', named.entity_type::public.entity_type, named.entity_id
  FROM ({}) named (entity_type, entity_id)
"""


@dataclass(frozen=True, slots=True)
class Drained:
    """What one pass did: rows taken from the outbox, documents rebuilt, entities announced in turn."""

    taken: int
    rebuilt: Rebuilt
    announced: int
    more: bool


def run_once(connection: Connection[Any], *, batch: int = BATCH) -> Drained:
    """Take at most `batch` announcements and bring their documents in line; the caller commits.

    Workers may run side by side: rows that another one holds are passed over. Without a commit the
    announcements stay. `more` says that a full batch was taken or others were announced. Acts as the
    maintenance role.
    """
    taken = connection.execute(_TAKE, {"batch": batch}).fetchall()
    named: defaultdict[EntityType, set[int]] = defaultdict(set)
    for kind, id_ in taken:
        named[EntityType(kind)].add(id_)
    rebuilt, announced = Rebuilt(), 0
    # Kinds and ids in one order, so that two workers lock in the same one.
    for kind in sorted(named, key=lambda kind: kind.value):
        ids = sorted(named[kind])
        if kind in DOCUMENTED:
            rebuilt += rebuild(connection, kind, ids)
        elif kind in SPREAD:
            announced += connection.execute(_ANNOUNCE.replace("{}", SPREAD[kind]), {"ids": ids}).rowcount
    return Drained(len(taken), rebuilt, announced, more=len(taken) == batch or announced > 0)


def leave_out(connection: Connection[Any]) -> tuple[EntityType, int]:
    """Forget the oldest announcement, of which no document can be made, and return what it was of.

    The caller commits, and tells somebody: the entity has the document that it had before, or none.
    """
    taken = connection.execute(_TAKE, {"batch": 1}).fetchone()
    assert taken is not None, "what could not be made is announced still"
    return EntityType(taken[0]), taken[1]


def drain(connection: Connection[Any], *, batch: int = BATCH) -> int:
    """Take everything that was announced, a transaction each batch; return how many documents were made.

    `connection` is in autocommit. A batch that meets a deadlock is begun again.
    """
    made = 0

    def whole() -> Drained:
        with connection.transaction():
            return run_once(connection, batch=batch)

    while True:
        pass_ = repeated(whole)
        made += pass_.rebuilt.public
        if not pass_.more:
            return made
