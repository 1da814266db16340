"""A person is forgotten: at once, for good, in the tables, in the archive and in the exported months.

That it happened is remembered by a keyed hash of the person's id, in the table `erasures` and in the list
`erasures.jsonl` beside the exported months: a restored backup is older than either, and `replay` erases again
what the list has and the database has not.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, LiteralString

import msgspec
from psycopg import Connection, errors
from psycopg.rows import tuple_row

from sevra_atlas.domain.errors import LastAdminError, NotFoundError
from sevra_atlas.domain.retention.due import settle, without_returns
from sevra_atlas.domain.retention.errors import PersonHeldError, SegmentMissingError
from sevra_atlas.domain.retention.exporting import Export, alone, segments, sweep
from sevra_atlas.domain.retention.persons_files import PAPERS, Destroyed, destroy, theirs
from sevra_atlas.domain.retention.rewriting import rewrite_month
from sevra_atlas.domain.retention.run import Transact
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.segments import Line
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.retention.tables import persons_columns

LIST = "erasures.jsonl"

_KNOWN: LiteralString = (
    "SELECT state::text FROM public.entities WHERE entity_type = 'USER' AND entity_id = %(user)s"
)
_ASK: LiteralString = """
INSERT INTO public.erasures (user_id, subject_hmac, due_at) VALUES (%(user)s, %(hmac)s, now())
    ON CONFLICT (subject_hmac) DO NOTHING
"""
_ERASE: LiteralString = "SELECT public.erase_person(%(user)s)"
# Where nothing is left of what waited for somebody, nobody waits any more.
_EMPTIED: LiteralString = """
UPDATE public.deletion_batches b SET purged_at = now()
 WHERE b.remainder_of_id IS NOT NULL AND b.state = 'ARCHIVED' AND b.row_count = 0
   AND (b.hold_until IS NULL OR b.hold_until <= now())
   AND NOT EXISTS (SELECT FROM archive.rows r WHERE r.batch_id = b.id)
   AND NOT EXISTS (SELECT FROM archive.segments s WHERE s.dropped_at IS NOT NULL
                      AND s.month = date_trunc('month', b.archived_at AT TIME ZONE 'UTC')::date)
"""
_ERASED_ROW: LiteralString = "SELECT public.erased_row(%(table)s, %(row)s::jsonb, %(user)s)::text"
_DONE: LiteralString = """
UPDATE public.erasures SET completed_at = now(), certificate = %(certificate)s::jsonb
 WHERE subject_hmac = %(hmac)s
"""
_UNDONE: LiteralString = """
SELECT encode(h, 'hex') FROM unnest(%(listed)s::bytea[]) h
 WHERE NOT EXISTS (SELECT FROM public.erasures e WHERE e.subject_hmac = h AND e.completed_at IS NOT NULL)
"""
_PERSONS: LiteralString = (
    "SELECT entity_id FROM public.entities WHERE entity_type = 'USER' ORDER BY entity_id"
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: rows emptied or removed, by table; those of exported months under `segments`."""

    user: int
    certificate: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Replayed:
    """Persons that were erased again, and entries of the list that fit nobody in this database.

    `refused` are those whom a hold, or that they are the last administrator, keeps here: a person decides.
    """

    erased: tuple[int, ...]
    unknown: int
    refused: tuple[int, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """One line of the list."""

    hmac: str
    at: str


def subject_hmac(secret: bytes, user: int) -> bytes:
    """Return the keyed hash under which an erasure of this person is remembered."""
    return hmac.new(secret, f"erasure:USER:{user}".encode(), hashlib.sha256).digest()


def erase(
    connection: Connection[Any], store: SegmentStore, secret: bytes, user: int, watch: Watch | None = None
) -> Erased:
    """Forget a person, in a transaction of its own; a second time it changes nothing more.

    A live account goes to the trash as an empty one. `sweep` then removes the old files of exported months.
    Raises NotFoundError for an id that nobody ever had, PersonHeldError, LastAdminError.
    """
    try:
        with connection.transaction():
            settle(connection)
            alone(connection)
            without_returns(connection)
            return _erased(Export(connection, store, watch or Watch()), secret, user)
    except errors.ObjectInUse as error:
        raise PersonHeldError(user) from error
    except errors.CheckViolation as error:
        if error.diag.constraint_name == "users_last_admin":
            raise LastAdminError from error
        raise


def erase_again(transact: Transact, store: SegmentStore, secret: bytes) -> Replayed:
    """Replay the list of erasures, and remove what was written again of the months once that is committed.

    Where nobody was ever erased no transaction is asked for; where nothing is left to do, one query is.
    Raises SegmentStoreError: nobody knows then who it is.
    """
    if next(_entries(store), None) is None:
        return Replayed((), 0)
    replayed = transact(partial(replay, store=store, secret=secret))
    if replayed.erased:
        transact(partial(sweep, store=store))
    return replayed


def replay(connection: Connection[Any], store: SegmentStore, secret: bytes) -> Replayed:
    """Erase whom the list has and the database has not, as after the restore of an older backup.

    Each in a transaction, or a savepoint, of its own. One query tells that there is nothing to do. Raises
    SegmentStoreError.
    """
    listed = [bytes.fromhex(entry.hmac) for entry in _entries(store)]
    if not listed:
        return Replayed((), 0)
    with connection.cursor(row_factory=tuple_row) as cursor:
        undone = {row[0] for row in cursor.execute(_UNDONE, {"listed": listed})}
        persons = [row[0] for row in cursor.execute(_PERSONS)] if undone else []
    again = [user for user in persons if subject_hmac(secret, user).hex() in undone]
    refused = []
    for user in again:
        try:
            erase(connection, store, secret, user)
        except (PersonHeldError, LastAdminError):
            refused.append(user)
    erased = tuple(user for user in again if user not in refused)
    return Replayed(erased, len(undone) - len(again), tuple(refused))


def _erased(erasure: Export, secret: bytes, user: int) -> Erased:
    connection, store, at = erasure.connection, erasure.store, erasure.watch.at
    digest = subject_hmac(secret, user)
    values = {"user": user, "hmac": digest}
    with connection.cursor(row_factory=tuple_row) as cursor:
        if cursor.execute(_KNOWN, values).fetchone() is None:
            raise NotFoundError("USER", user)
        cursor.execute(_ASK, values)
        found = theirs(connection, store, user)
        at(ArchiveFault.ERASE_TABLES)
        ((certificate,),) = cursor.execute(_ERASE, values).fetchall()
    at(ArchiveFault.ERASE_FILES)
    files, papers, destroyed = destroy(connection, store, found)
    connection.execute(_EMPTIED)
    at(ArchiveFault.ERASE_MONTHS)
    lines = _rewrite(erasure, user, destroyed)
    counts = {"files": files, f"archive.{PAPERS}": papers, "segments": lines}
    certificate |= {name: count for name, count in counts.items() if count}
    connection.execute(_DONE, {**values, "certificate": msgspec.json.encode(certificate).decode()})
    at(ArchiveFault.ERASE_LIST)
    # Before the commit: an erasure that is listed and undone is done again, one that is not listed is lost.
    _note(store, digest)
    at(ArchiveFault.ERASE_COMMIT)
    return Erased(user, certificate)


def _rewrite(export: Export, user: int, destroyed: Destroyed) -> int:
    connection, columns = export.connection, persons_columns()

    def left(line: Line) -> Line | None:
        if destroyed.takes(line):
            return None
        owners = columns.get(line.table, ())
        if owners and str(user) in line.row:
            row = msgspec.json.decode(line.row)
            if any(row.get(column) == user for column in owners):
                return _emptied(connection, line, user)
        return line

    return sum(rewrite_month(export, each.month, left, "erased") for each in segments(connection))


def _emptied(connection: Connection[Any], line: Line, user: int) -> Line | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_ERASED_ROW, {"table": line.table, "row": line.row, "user": user}).fetchone()
    assert found is not None, "a function gives one row"
    if found[0] is None:
        return None
    digest = hashlib.sha256(found[0].encode()).hexdigest()
    return msgspec.structs.replace(line, row=found[0], sha256=digest)


def _entries(store: SegmentStore) -> Iterator[Entry]:
    try:
        text = b"".join(bytes(piece) for piece in store.read(LIST))
    except SegmentMissingError:
        return
    for line in text.splitlines():
        yield msgspec.json.decode(line, type=Entry)


def _note(store: SegmentStore, digest: bytes) -> None:
    entries = list(_entries(store))
    if any(entry.hmac == digest.hex() for entry in entries):
        return
    entries.append(Entry(digest.hex(), datetime.now(UTC).isoformat(timespec="seconds")))
    with store.draft(LIST) as draft:
        draft.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))
        store.put(draft, LIST)
