"""The portraits of a person and the papers of requests of theirs, wherever the rows are that name them.

A row names a file in its table, in the trash, in the archive, or in a month that left the database; and the
row of the file is in any of these, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.fetching import exported_rows, fetch
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.segments import Line

PAPERS = "verification_documents"
REQUESTS = "verification_requests"
_PORTRAITS = {"users": "avatar_media_id", "author_profiles": "avatar_id"}

_REQUESTS: LiteralString = """
SELECT id FROM public.verification_requests WHERE requested_by_id = %(user)s
UNION SELECT row_id FROM archive.rows
       WHERE table_name = 'verification_requests' AND row ->> 'requested_by_id' = %(user)s::text
"""
_FILES: LiteralString = """
SELECT file FROM (
  SELECT avatar_media_id AS file FROM public.users WHERE id = %(user)s
  UNION SELECT avatar_id FROM public.author_profiles WHERE id = %(user)s
  UNION SELECT media_id FROM public.verification_documents WHERE verification_request_id = ANY (%(requests)s)
  UNION SELECT coalesce(row ->> 'avatar_media_id', row ->> 'avatar_id')::bigint FROM archive.rows
         WHERE table_name IN ('users', 'author_profiles') AND row_id = %(user)s
  UNION SELECT (row ->> 'media_id')::bigint FROM archive.rows
         WHERE table_name = 'verification_documents'
           AND (row ->> 'verification_request_id')::bigint = ANY (%(requests)s)
) theirs WHERE file IS NOT NULL
"""
# In the archive nothing goes along with the request that it hangs on.
_REMOVE_PAPERS: LiteralString = """
DELETE FROM archive.rows
 WHERE table_name = 'verification_documents'
   AND (row ->> 'verification_request_id')::bigint = ANY (%(requests)s)
"""
_AWAY: LiteralString = """
SELECT b.id, b.archived_at FROM public.deletion_batches b
 WHERE b.root_type = 'MEDIA' AND b.root_id = ANY (%(files)s) AND b.state = 'ARCHIVED'
   AND NOT EXISTS (SELECT FROM public.media m WHERE m.id = b.root_id)
 ORDER BY b.id FOR UPDATE OF b
"""
_DESTROYED: LiteralString = """
SELECT e.entity_id, b.id FROM public.entities e
  LEFT JOIN public.deletion_batches b
    ON b.root_type = 'MEDIA' AND b.root_id = e.entity_id AND b.state = 'PURGED'
 WHERE e.entity_type = 'MEDIA' AND e.entity_id = ANY (%(files)s) AND e.state = 'purged'
"""
_ERASE_FILES: LiteralString = "SELECT public.erase_files(%(files)s)"


@dataclass(frozen=True, slots=True)
class Theirs:
    """The files of a person, and the requests of theirs that papers hang on, by their ids."""

    files: frozenset[int]
    requests: frozenset[int]


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Files whose rows are nowhere any more, and the deletions of them, of which nothing is left."""

    files: frozenset[int]
    batches: frozenset[int]
    requests: frozenset[int]

    def takes(self, line: Line) -> bool:
        """Whether a line of an exported month has to go because of them."""
        if line.batch in self.batches or (line.table == "media" and line.row_id in self.files):
            return True
        return line.table == PAPERS and _decoded(line)["verification_request_id"] in self.requests


def theirs(connection: Connection[Any], store: SegmentStore, user: int) -> Theirs:
    """Return what is theirs, before the erasure empties the rows that tell it; months are read once.

    Raises what reading a segment raises.
    """
    portraits, requests, papers = _exported(exported_rows(connection, store), user)
    with connection.cursor(row_factory=tuple_row) as cursor:
        requests |= {row[0] for row in cursor.execute(_REQUESTS, {"user": user})}
        values = {"user": user, "requests": list(requests)}
        files = {row[0] for row in cursor.execute(_FILES, values)}
    files |= portraits | {media for request, media in papers if request in requests}
    return Theirs(frozenset(files), frozenset(requests))


def _exported(lines: Iterator[Line], user: int) -> tuple[set[int], set[int], list[tuple[int, int]]]:
    """Return the portraits and requests of a person, and of anybody the papers with their requests."""
    portraits, requests, papers = set[int](), set[int](), list[tuple[int, int]]()
    for line in lines:
        if line.table in _PORTRAITS and line.row_id == user:
            portrait = _decoded(line)[_PORTRAITS[line.table]]
            portraits |= set() if portrait is None else {portrait}
        elif line.table == REQUESTS and str(user) in line.row:
            row = _decoded(line)
            requests |= {row["id"]} if row["requested_by_id"] == user else set()
        elif line.table == PAPERS:
            row = _decoded(line)
            papers.append((row["verification_request_id"], row["media_id"]))
    return portraits, requests, papers


def destroy(connection: Connection[Any], store: SegmentStore, found: Theirs) -> tuple[int, int, Destroyed]:
    """Destroy the rows of files and papers; return how many of each, and what is to leave the segments.

    In the caller's transaction, which keeps returns out. A row in a month that left the database is put back
    first. What another row needs stays. Raises ObjectInUse of the driver for a hold on a file, and what
    reading a segment raises.
    """
    files = {"files": list(found.files)}
    with connection.cursor(row_factory=tuple_row) as cursor:
        fetch(connection, store, dict(cursor.execute(_AWAY, files).fetchall()))
        ((count,),) = cursor.execute(_ERASE_FILES, files).fetchall()
        papers = cursor.execute(_REMOVE_PAPERS, {"requests": list(found.requests)}).rowcount
        gone = cursor.execute(_DESTROYED, files).fetchall()
    media, batches = ({row[place] for row in gone} - {None} for place in (0, 1))
    return count, papers, Destroyed(frozenset(media), frozenset(batches), found.requests)


def _decoded(line: Line) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.json.decode(line.row)
    return row
