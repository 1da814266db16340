"""Search documents of a bulk load, window by window on two connections, and the words in them."""

from collections.abc import Callable, Iterator
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.demo.scale.pair import Connect, on_two_connections
from sevra_atlas.demo.scale.timing import Timings
from sevra_atlas.domain import search_queue, search_vocabulary
from sevra_atlas.domain.search_documents import DOCUMENTED, WINDOW, rebuild
from sevra_atlas.schema.enums import EntityType


def documents(connect: Connect, timings: Timings) -> None:
    """Make the documents of everything public; each window is a transaction of its own.

    What the base announced is taken from the outbox at the end, when its documents are there already.
    """
    with connect() as connection:
        spans = tuple(_spans(connection))
    jobs = [_window(kind, low) for kind, first, last in spans for low in range(first, last + 1, WINDOW)]
    with timings.part("search documents", sum(last - first + 1 for _, first, last in spans)) as done:
        made = 0

        def took(written: int) -> None:
            nonlocal made
            made += written
            done(made)

        on_two_connections(connect, jobs, took)
    with timings.part("search words"), connect() as connection:
        search_queue.drain(connection)
        with connection.transaction():
            search_vocabulary.refresh(connection)


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
        connection.execute("SET synchronous_commit = off")
        with connection.transaction():
            return rebuild(connection, kind, range(low, low + WINDOW)).written

    return run
