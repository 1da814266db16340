"""Work on two connections at a time: one statement of PostgreSQL that writes uses one core."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeAlias, TypeVar

from psycopg import Connection

T = TypeVar("T")
Connect: TypeAlias = Callable[[], Connection[Any]]
_CONNECTIONS = 2


def on_two_connections(connect: Connect, jobs: Sequence[Callable[[Connection[Any]], T]]) -> Iterator[T]:
    """Run the jobs, each on a connection of its own in autocommit, and yield results as they come.

    An error, or an interruption of the caller, cancels the statements that run and the jobs that wait, and is
    raised when they have ended.
    """
    busy: set[Connection[Any]] = set()

    def run(job: Callable[[Connection[Any]], T]) -> T:
        with connect() as connection:
            busy.add(connection)
            try:
                return job(connection)
            finally:
                busy.discard(connection)

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        futures = [pool.submit(run, job) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            for connection in tuple(busy):
                connection.cancel_safe()
            raise
