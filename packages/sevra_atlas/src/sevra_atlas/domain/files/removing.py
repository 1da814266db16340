"""What purges and erasures noted is removed from the store, file by file, and then forgotten.

A file is removed before its note: whatever comes between leaves the note, and to remove a file that is gone
already is no failure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row, tuple_row

from sevra_atlas.domain.files.errors import FileStoreError
from sevra_atlas.domain.files.known import named_by_rows
from sevra_atlas.domain.files.store import FileStore
from sevra_atlas.domain.retention.segment_store import SegmentStore

BATCH = 100
STUCK_AFTER = 10
"""So many tries that failed make a file one that somebody should look at; it is tried on."""

_CLAIM: LiteralString = """
SELECT f.id, f.storage_key AS key, f.media_id AS media
  FROM public.file_removals f WHERE f.not_before <= now() AND NOT EXISTS (
         SELECT FROM public.legal_holds h
          WHERE h.entity_type = 'MEDIA' AND h.entity_id = f.media_id AND h.released_at IS NULL)
 ORDER BY f.not_before, f.id LIMIT %(batch)s FOR UPDATE OF f SKIP LOCKED
"""
DUE: LiteralString = """
SELECT EXISTS (SELECT FROM public.file_removals f WHERE f.not_before <= now() AND NOT EXISTS (
         SELECT FROM public.legal_holds h
          WHERE h.entity_type = 'MEDIA' AND h.entity_id = f.media_id AND h.released_at IS NULL))
"""
# The row is nowhere: not in its table, not in the trash, not in the archive.
_DESTROYED: LiteralString = """
SELECT NOT EXISTS (SELECT FROM public.media WHERE storage_key = %(key)s)
   AND EXISTS (SELECT FROM public.entities
                WHERE entity_type = 'MEDIA' AND entity_id = %(media)s AND state = 'purged')
"""
_FORGET: LiteralString = "DELETE FROM public.file_removals WHERE id = %(id)s"
# From a minute, doubled, to six hours.
_LATER: LiteralString = """
UPDATE public.file_removals
   SET attempts = least(attempts + 1, 1000), error = left(%(error)s, 1000),
       not_before = now() + make_interval(secs => least(60 * 2 ^ least(attempts, 9), 21600))
 WHERE id = %(id)s
"""
_LEFT: LiteralString = """
SELECT count(*), count(h.id), count(*) FILTER (WHERE f.attempts >= %(stuck)s)
  FROM public.file_removals f
  LEFT JOIN public.legal_holds h
    ON h.entity_type = 'MEDIA' AND h.entity_id = f.media_id AND h.released_at IS NULL
"""


class RemovalFault(Enum):
    """A place of a pass at which a fault may strike; each is announced just before its work begins."""

    FILES_CLAIM = "files_claim"
    FILES_REMOVE = "files_remove"
    FILES_FORGET = "files_forget"
    FILES_COMMIT = "files_commit"


@dataclass(frozen=True, slots=True)
class Left:
    """Files that are still to be removed; of them, those under a hold, and those that fail on and on."""

    files: int = 0
    held: int = 0
    stuck: int = 0


@dataclass(slots=True)
class Removed:
    """What a pass did. `kept` are files that a row names after all; `more` that there may be more to do."""

    files: int = 0
    bytes: int = 0
    kept: int = 0
    failed: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Note:
    id: int
    key: str
    media: int | None


def _ignore(step: RemovalFault) -> None:
    del step


def remove_due(
    connection: Connection[Any],
    store: FileStore,
    segments: SegmentStore | None,
    at: Callable[[RemovalFault], None] = _ignore,
) -> Removed:
    """Remove up to a hundred files, in the caller's transaction; what others are at is passed over.

    A file under a legal hold stays, and so does one that a row names. One that cannot be removed is noted
    with the reason and tried again later. Raises what reading a segment raises.
    """
    at(RemovalFault.FILES_CLAIM)
    with connection.cursor(row_factory=class_row(_Note)) as cursor:
        notes = cursor.execute(_CLAIM, {"batch": BATCH}).fetchall()
    orphans = [note.key for note in notes if note.media is None]
    named = named_by_rows(connection, orphans, segments) if orphans else frozenset()
    removed = Removed(more=len(notes) == BATCH)
    for note in notes:
        is_free = note.key not in named if note.media is None else _is_destroyed(connection, note)
        if is_free:
            _remove(connection, store, note, at, removed)
        else:
            connection.execute(_FORGET, {"id": note.id})
            removed.kept += 1
    at(RemovalFault.FILES_COMMIT)
    return removed


def _remove(
    connection: Connection[Any],
    store: FileStore,
    note: _Note,
    at: Callable[[RemovalFault], None],
    removed: Removed,
) -> None:
    at(RemovalFault.FILES_REMOVE)
    try:
        size = store.remove(note.key)
    except FileStoreError as error:
        connection.execute(_LATER, {"id": note.id, "error": error.reason})
        removed.failed += 1
        return
    at(RemovalFault.FILES_FORGET)
    connection.execute(_FORGET, {"id": note.id})
    removed.files += 1
    removed.bytes += size


def _is_destroyed(connection: Connection[Any], note: _Note) -> bool:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_DESTROYED, {"key": note.key, "media": note.media}).fetchone()
    assert row is not None, "a SELECT without FROM gives one row"
    return bool(row[0])


def left(connection: Connection[Any]) -> Left:
    """Return what is still to be removed."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_LEFT, {"stuck": STUCK_AFTER}).fetchone()
    assert row is not None, "an aggregate gives one row"
    return Left(*row)
