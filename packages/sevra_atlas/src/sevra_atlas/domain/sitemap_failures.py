"""Pages that cannot be brought in line: tried again, left out after five times, back as soon as they can be.

One page holds up no other. Acts as the maintenance role or the owner; the caller leads and commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection, DataError, Error, IntegrityError, errors
from psycopg.rows import class_row

from sevra_atlas.domain.sitemap_projection import SECTION_OF, Aligned, Refusal, align, different
from sevra_atlas.schema.enums import EntityType

ATTEMPTS = 5
"""So often a page may fail before it is left out."""

_LONGEST_MESSAGE = 1_000
# What lies in one row and not in the moment.
_OF_A_ROW = (DataError, IntegrityError, errors.ProgramLimitExceeded, errors.RaiseException)

_FORGET: LiteralString = """
DELETE FROM public.sitemap_failures
 WHERE entity_type = %(kind)s::public.entity_type AND entity_id = ANY(%(ids)s)
"""
_FAILING: LiteralString = """
SELECT entity_id FROM public.sitemap_failures
 WHERE entity_type = %(kind)s::public.entity_type AND entity_id = ANY(%(ids)s)
"""
_RECORD: LiteralString = """
INSERT INTO public.sitemap_failures AS f (entity_type, entity_id, sqlstate, message, first_failed_at,
                                          last_failed_at)
VALUES (%(kind)s::public.entity_type, %(id)s, %(sqlstate)s, %(message)s, %(now)s, %(now)s)
    ON CONFLICT (entity_type, entity_id) DO UPDATE
       SET attempts = f.attempts + 1, sqlstate = excluded.sqlstate, message = excluded.message,
           last_failed_at = excluded.last_failed_at
RETURNING attempts
"""
# For the next pass: this one goes on with the others.
_TRY_AGAIN: LiteralString = """
INSERT INTO public.outbox (topic, entity_type, entity_id, created_at)
VALUES ('sitemap', %(kind)s::public.entity_type, %(id)s, %(at)s)
"""
# What it said before may be wrong by now.
_LEAVE_OUT: LiteralString = """
DELETE FROM public.sitemap_urls WHERE entity_type = %(kind)s::public.entity_type AND entity_id = %(id)s
RETURNING shard
"""
_LISTED: LiteralString = """
SELECT entity_type::text AS kind, entity_id AS id, attempts, sqlstate, message, first_failed_at,
       last_failed_at
  FROM public.sitemap_failures ORDER BY attempts DESC, entity_type, entity_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that fails, and since when."""

    kind: str
    id: int
    attempts: int
    sqlstate: str
    message: str
    first_failed_at: datetime
    last_failed_at: datetime

    @property
    def is_left_out(self) -> bool:
        """Return whether the sitemap goes without it."""
        return self.attempts >= ATTEMPTS


def align_apart(
    connection: Connection[Any],
    kind: EntityType,
    ids: Sequence[int],
    now: datetime,
    told: Mapping[int, datetime] | None = None,
) -> Aligned:
    """Bring these rows in line as `align()` does, those that can be; find the others by halves.

    One that fails is announced anew with the time that it was told of, until it has failed `ATTEMPTS` times.
    Then its rows are removed, and the next announcement of it or the next rebuild tries again.
    """
    # Of the others that were told of, one that fails would take this half along.
    told = {id_: at for id_, at in (told or {}).items() if id_ in set(ids)}
    try:
        with connection.transaction():
            aligned = align(connection, kind, ids, now, told)
    except _OF_A_ROW as error:
        if len(ids) == 1:
            return _failed(connection, _refusal(kind, ids[0], error), now, told.get(ids[0], now))
        half = len(ids) // 2
        return align_apart(connection, kind, ids[:half], now, told) + align_apart(
            connection, kind, ids[half:], now, told
        )
    recovered = connection.execute(_FORGET, {"kind": kind.value, "ids": list(ids)}).rowcount
    return aligned + Aligned(recovered=recovered)


def differing(connection: Connection[Any], kind: EntityType, ids: Sequence[int]) -> set[int]:
    """Return those of the entities that `align_apart()` has to look at: all of them when one cannot be read.

    What failed before is looked at again. Locks nothing and writes nothing.
    """
    failing = {id_ for (id_,) in connection.execute(_FAILING, {"kind": kind.value, "ids": list(ids)})}
    try:
        with connection.transaction():
            return failing | different(connection, kind, ids)
    except _OF_A_ROW:
        return set(ids)


def failures(connection: Connection[Any], limit: int) -> list[Failure]:
    """Return pages that fail at present, those that failed most often first."""
    with connection.cursor(row_factory=class_row(Failure)) as cursor:
        return cursor.execute(_LISTED, {"limit": limit}).fetchall()


def _refusal(kind: EntityType, id_: int, error: Error) -> Refusal:
    said = error.diag.message_primary or type(error).__name__
    return Refusal(kind, id_, error.sqlstate or "", said[:_LONGEST_MESSAGE])


def _failed(connection: Connection[Any], page: Refusal, now: datetime, told: datetime) -> Aligned:
    """Write the failure down; have the page announced again, or leave it out."""
    asked = {"kind": page.kind.value, "id": page.id, "now": now, "at": told}
    said = {"sqlstate": page.sqlstate, "message": page.message}
    row = connection.execute(_RECORD, {**asked, **said}).fetchone()
    assert row is not None, "an upsert returns its row"
    if row[0] < ATTEMPTS:
        connection.execute(_TRY_AGAIN, asked)
        return Aligned()
    shards = [shard for (shard,) in connection.execute(_LEAVE_OUT, asked)]
    section = SECTION_OF[page.kind]
    return Aligned(
        removed=len(shards), shards=frozenset((section, shard) for shard in shards), left_out=(page,)
    )
