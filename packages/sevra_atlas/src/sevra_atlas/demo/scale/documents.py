"""Search documents of a bulk load, window by window on two connections, and the words in them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.demo.scale.pair import Connect, on_two_connections
from sevra_atlas.demo.scale.timing import Timings
from sevra_atlas.domain import search_vocabulary
from sevra_atlas.domain.search_documents import (
    DOCUMENTED,
    WINDOW,
    forget_announcements,
    newest_announcement,
    rebuild,
)
from sevra_atlas.schema.enums import EntityType

# Words wait until so many are there; whoever brings the last ones sorts them in this memory.
_SETTINGS: tuple[LiteralString, ...] = (
    "SET synchronous_commit = off",
    "SET gin_pending_list_limit = '128MB'",
    "SET work_mem = '256MB'",
)


def documents(connect: Connect, timings: Timings) -> None:
    """Make the documents of everything public; each window is a transaction of its own.

    What the base announced is taken from the outbox at the end: its documents, and those of all that stands
    in its cities, are there already.
    """
    with connect() as connection:
        newest = newest_announcement(connection)
        spans = tuple(_spans(connection))
    jobs = [_window(kind, low) for kind, first, last in spans for low in range(first, last + 1, WINDOW)]
    total = sum(last - first + 1 for _, first, last in spans)
    with timings.part("search documents", total) as done, _words_wait(connect):
        made = 0

        def took(written: int) -> None:
            nonlocal made
            made += written
            done(made)

        on_two_connections(connect, jobs, took)
    with timings.part("search words"), connect() as connection:
        forget_announcements(connection, newest)
        with connection.transaction():
            search_vocabulary.refresh(connection)


@contextmanager
def _words_wait(connect: Connect) -> Iterator[None]:
    """Let the index of the words take them in sorted batches: word by word is a third of a document's cost.

    The index is as the models say again when the block ends, however it does, unless the process is killed.
    """
    with connect() as connection:
        connection.execute("ALTER INDEX public.search_documents_tsv_idx SET (fastupdate = on)")
        try:
            yield
        finally:
            connection.execute("ALTER INDEX public.search_documents_tsv_idx SET (fastupdate = off)")
            connection.execute("SELECT gin_clean_pending_list('public.search_documents_tsv_idx')")


def _spans(connection: Connection[Any]) -> Iterator[tuple[EntityType, int, int]]:
    """Yield the documented kinds that have entities, with the first and the last id of each."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        for kind in DOCUMENTED:
            row = cursor.execute(
                "SELECT min(entity_id), max(entity_id) FROM public.entities"
                " WHERE entity_type = %s::public.entity_type",
                (kind.value,),
            ).fetchone()
            if row is not None and row[0] is not None:
                yield kind, row[0], row[1]


def _window(kind: EntityType, low: int) -> Callable[[Connection[Any]], int]:
    def run(connection: Connection[Any]) -> int:
        for setting in _SETTINGS:
            connection.execute(setting)
        with connection.transaction():
            return rebuild(connection, kind, range(low, low + WINDOW)).written

    return run
