"""A database beside another one, filled from a snapshot for a while: made, compared, and dropped again."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import conninfo

from pgevolve.connect import Connection, libpq_url
from pgevolve.scratch import with_database
from pgevolve.snapshot import databases
from pgevolve.snapshot.manifest import Manifest, Snapshot
from pgevolve.snapshot.progress import Report, unreported
from pgevolve.snapshot.reading import OpenSnapshot
from pgevolve.snapshot.restore import Restorer


class SideDatabase:
    """A database that is there once it is filled; `manifest` says with what, and is None until then."""

    def __init__(self, url: str, name: str, connection: Connection, jobs: int, report: Report) -> None:
        self._beside, self._connection, self._jobs, self._report = url, connection, jobs, report
        self.name = name
        self.url = with_database(url, name)
        self.manifest: Manifest | None = None
        self.seconds = 0.0

    def fill(self, found: OpenSnapshot) -> None:
        """Restore a snapshot here and compare rows and schema with its manifest.

        Raises ToolFailedError, RestoredRowsError, RestoredSchemaError, and psycopg's errors of a server that
        does not let the login do it. Then there is no database.
        """
        begun = time.monotonic()
        snapshot = Snapshot(found.name, found.manifest)
        Restorer(self._beside, snapshot, self.name, self._connection, None, self._jobs, self._report).fill(
            found
        )
        self.manifest = found.manifest
        self.seconds = time.monotonic() - begun


@contextmanager
def side_database(
    url: str, purpose: str, *, jobs: int = 2, report: Report = unreported
) -> Iterator[SideDatabase]:
    """Hold the only right to a database beside that of `url`, for the block, and drop it at its end.

    Its name follows from `purpose` and the other's name, so that what a killed process left is dropped by the
    next one. `url` is a URI of a login that may make databases. Raises RestoreRunningError and the errors of
    `connect`.
    """
    database = str(conninfo.conninfo_to_dict(libpq_url(url)).get("dbname") or "")
    name = side_database_name(database, purpose)
    with databases.maintenance(url, database, locks=(name,)) as connection:
        databases.drop(connection, name)
        try:
            yield SideDatabase(url, name, connection, jobs, report)
        finally:
            if not connection.broken:
                databases.drop(connection, name)


def side_database_name(database: str, purpose: str) -> str:
    """Return the name of the database beside another one: nobody else's by chance."""
    digits = hashlib.sha256(f"{purpose} of {database}".encode()).hexdigest()[:8]
    return databases.fitting_name(database, f"_{purpose}_{digits}")
