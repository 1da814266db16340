"""Restore a snapshot: into a database beside the old one, compared with the manifest, then into its place.

Everything happens in a side database whose name holds the snapshot's hash, so that a killed process leaves
something that the next run knows: a side database without the mark is dropped and filled anew, one with the
mark was compared and is only swapped.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Queue

import psycopg
import pyrage
from psycopg import conninfo

from pgevolve.connect import Connection, connect, libpq_url, losses_as, require_supported
from pgevolve.local import Binaries, find_dump_programs
from pgevolve.lock import DeployRunningError, lock_holder
from pgevolve.scratch import with_database
from pgevolve.snapshot import databases
from pgevolve.snapshot.contents import make_texts_comparable, row_sum, tables_to_read
from pgevolve.snapshot.errors import (
    DatabaseExistsError,
    RestoredRowsError,
    RestoredSchemaError,
    ServerLostError,
)
from pgevolve.snapshot.manifest import Snapshot, TableContents
from pgevolve.snapshot.parallel import done_with_each
from pgevolve.snapshot.progress import Report, SnapshotProgress, unreported
from pgevolve.snapshot.public import privileges_of_public
from pgevolve.snapshot.reading import OpenSnapshot, opened
from pgevolve.snapshot.roles import create_missing
from pgevolve.snapshot.storage import Storage
from pgevolve.snapshot.swap import swap
from pgevolve.snapshot.tools import RunningTool, address_of
from pgevolve.verify import whole_digest

_VERSION_NUMBER = 10_000
_HAS_TRANSACTION_TIMEOUT = 17
_TIMEOUT_LINE = b"SET transaction_timeout = 0;\n"
_HEADER_LINES = 50  # of a script: the settings stand before anything else
_CANCEL_SECONDS = 2.0
_RESTORING = "processing data for table"


@dataclass(frozen=True, slots=True)
class RestoredSnapshot:
    """Where a snapshot was restored to; `kept` is the name under which the old database is kept."""

    name: str
    database: str
    kept: str | None
    roles: tuple[str, ...]
    """Those that were missing and are made; they have no password."""
    tables: int
    rows: int
    seconds: float


def restore_snapshot(  # noqa: PLR0913 (a restore has these choices)
    url: str,
    storage: Storage,
    snapshot: Snapshot,
    identities: Sequence[pyrage.x25519.Identity] = (),
    *,
    into: str | None = None,
    jobs: int = 2,
    programs: Binaries | None = None,
    report: Report = unreported,
) -> RestoredSnapshot:
    """Restore a snapshot in the place of the database of `url`, or with `into` as another one on its server.

    `url` is a URI of a login that may make and rename databases and end sessions, as a superuser may. The old
    database serves until the swap, which ends its sessions, and is kept under a dated name. Without an old
    one the restored gets its name. A killed run is gone on with by running it again. Raises the errors of
    `opened`, RestoreRunningError, DeployRunningError, DatabaseExistsError, ToolFailedError,
    RestoredRowsError, RestoredSchemaError, SwapBlockedError, ServerLostError, and the errors of `connect`.
    """
    begun = time.monotonic()
    database = str(conninfo.conninfo_to_dict(libpq_url(url)).get("dbname") or snapshot.manifest.database.name)
    side = side_name(snapshot, into)
    locks = (side,) if into else (side, database)
    with losses_as(ServerLostError), databases.maintenance(url, database, locks=locks) as connection:
        restorer = Restorer(url, snapshot, side, connection, programs, jobs, report)
        restorer.require_possible(database, into)
        roles: tuple[str, ...] = ()
        if not restorer.is_ready():
            with opened(storage, snapshot, identities, report) as found:
                roles = restorer.fill(found)
        kept = restorer.put_in_place(database, into)
    tables = snapshot.manifest.tables
    return RestoredSnapshot(
        snapshot.name,
        into or database,
        kept,
        roles,
        len(tables),
        sum(table.rows for table in tables),
        time.monotonic() - begun,
    )


def side_name(snapshot: Snapshot, into: str | None) -> str:
    """Return the name under which a snapshot is restored before it gets its own: nobody else's by chance."""
    digits = snapshot.name.rpartition("-")[2]
    return databases.fitting_name(
        snapshot.manifest.database.name, f"_{'into' if into else 'restore'}_{digits}"
    )


class Restorer:
    """One restore into the database `side`, whose lock the caller holds on `connection`, to another one."""

    def __init__(  # noqa: PLR0913, PLR0917 (what it works with)
        self,
        url: str,
        snapshot: Snapshot,
        side: str,
        connection: Connection,
        programs: Binaries | None,
        jobs: int,
        report: Report,
    ) -> None:
        self._snapshot, self._connection, self._report = snapshot, connection, report
        self._facts = snapshot.manifest.database
        self._url, self._side = url, side
        self._side_url = with_database(url, self._side)
        self._mark = f"restored by pgevolve from {snapshot.name} and compared with it"
        self._jobs = jobs
        require_supported(connection.info.server_version)
        self._major = connection.info.server_version // _VERSION_NUMBER
        oldest = snapshot.manifest.dump_major
        self._programs = programs or find_dump_programs(oldest, wanted=max(oldest, self._major))

    def require_possible(self, database: str, into: str | None) -> None:
        """Look for what must not be overwritten or disturbed.

        Raises DatabaseExistsError, DeployRunningError.
        """
        if into is not None:
            if databases.exists(self._connection, into):
                raise DatabaseExistsError(into)
        elif databases.accepts(self._connection, database):
            with connect(with_database(self._url, database), purpose="restore") as old:
                holder = lock_holder(old)
            if holder is not None:
                raise DeployRunningError(holder, 0)

    def is_ready(self) -> bool:
        """Say whether a run that was killed had compared the side database already."""
        return databases.comment_of(self._connection, self._side) == self._mark

    def fill(self, found: OpenSnapshot) -> tuple[str, ...]:
        """Make the side database from the files and compare it; return the roles that were made.

        What is not equal is dropped again.
        """
        databases.drop(self._connection, self._side)
        roles = create_missing(self._connection, found.roles())
        databases.create(self._connection, self._side, self._facts)
        try:
            # First, so that nobody gets in meanwhile who may not, and owners may have schemas of their own.
            databases.grant(self._connection, self._side, self._facts)
            if not self._facts.has_public:
                with connect(self._side_url, purpose="restore") as side:
                    side.execute("SET ROLE NONE")
                    side.execute("DROP SCHEMA public")
            self._admit_owners(found)
            self._restore(found)
            self._compare()
            databases.equip(self._connection, self._side, self._facts)
            databases.set_comment(self._connection, self._side, self._mark)
        except BaseException:
            if not self._connection.broken:
                databases.drop(self._connection, self._side)
            raise
        return roles

    def put_in_place(self, database: str, into: str | None) -> str | None:
        """Give the side database its name; return the one under which the old database is kept."""
        if into is None:
            now = datetime.now(UTC)
            return swap(self._connection, database, self._side, self._facts.comment, now, self._report)
        databases.end_sessions(self._connection, self._side)
        with self._connection.transaction():
            databases.rename(self._connection, self._side, into)
            databases.set_comment(self._connection, into, self._facts.comment)
        return None

    def _restore(self, found: OpenSnapshot) -> None:
        if self._programs.major >= _HAS_TRANSACTION_TIMEOUT > self._major:
            self._restore_as_script(found)
        else:
            self._restore_directly(found)
        with connect(self._side_url, purpose="restore") as side:
            side.execute("SET ROLE NONE")
            side.execute("ANALYZE")

    def _admit_owners(self, found: OpenSnapshot) -> None:
        """Let the owners of tables into the schema public before pg_restore gives them any.

        A dump grants privileges at its end. Only a superuser may give a table to somebody who may not create
        one where it lies.
        """
        row = self._connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"
        ).fetchone()
        if row is not None and row[0]:
            return
        with connect(self._side_url, purpose="restore") as side:
            side.execute("SET ROLE NONE")
            for statement in privileges_of_public(self._programs, found.dump):
                side.execute(statement)

    def _restore_directly(self, found: OpenSnapshot) -> None:
        address = address_of(self._side_url)
        arguments = ["--exit-on-error", f"--jobs={self._jobs}", "--verbose", "--no-password"]
        arguments += [f"--dbname={address.dbname}", str(found.dump)]
        with RunningTool(
            self._programs,
            "pg_restore",
            arguments,
            environment=address.environment,
            heard=self._counting(),
        ) as restoring:
            restoring.finish()

    def _restore_as_script(self, found: OpenSnapshot) -> None:
        """Restore through psql, without the line that an older server than 17 refuses; one job."""
        address = address_of(self._side_url)
        loading = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password", "--output=/dev/null"]
        with (
            RunningTool(
                self._programs,
                "psql",
                [*loading, f"--dbname={address.dbname}"],
                environment=address.environment,
                stdin=subprocess.PIPE,
            ) as psql,
            RunningTool(
                self._programs,
                "pg_restore",
                ["--exit-on-error", "--verbose", "--file=-", str(found.dump)],
                heard=self._counting(),
            ) as script,
        ):
            try:
                with psql.input as sink:
                    for _ in range(_HEADER_LINES):
                        line = script.stdout.readline()
                        if line == _TIMEOUT_LINE:
                            break
                        sink.write(line)
                    shutil.copyfileobj(script.stdout, sink)
            except BrokenPipeError:
                psql.finish()
                raise
            script.finish()
            psql.finish()

    def _counting(self) -> "Counting":
        return Counting(len(self._snapshot.manifest.tables), self._report)

    def _compare(self) -> None:
        """Compare rows and schema with the manifest. Raises RestoredRowsError, RestoredSchemaError."""
        name, manifest = self._snapshot.name, self._snapshot.manifest
        with ExitStack() as stack:
            readers = [stack.enter_context(self._reader()) for _ in range(self._jobs)]
            sides: Queue[Connection] = Queue()
            for reader in readers:
                sides.put(reader)
            side = sides.get()
            there = {(table.schema, table.name): table for table in tables_to_read(side)}
            sides.put(side)

            def compare(table: TableContents) -> None:
                found = there.get((table.schema, table.name))
                side = sides.get()
                try:
                    sums = None if found is None else row_sum(side, found)
                finally:
                    sides.put(side)
                if sums is None or (sums.rows, sums.checksum) != (table.rows, table.checksum):
                    rows = 0 if sums is None else sums.rows
                    raise RestoredRowsError(name, table.label, table.rows, rows)

            tables = sorted(manifest.tables, key=lambda table: table.rows, reverse=True)
            comparing = done_with_each(compare, tables, most=self._jobs, cancel=lambda: _cancel(readers))
            for done, _ in enumerate(comparing, 1):
                self._report(SnapshotProgress("compare", done, len(tables)))
        digest = whole_digest(self._side_url, self._facts.owner)
        if digest != manifest.schema_digest:
            raise RestoredSchemaError(name, manifest.schema_digest, digest)

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        with connect(self._side_url, purpose="restore", autocommit=False) as side:
            side.execute("SET ROLE NONE")
            make_texts_comparable(side)
            yield side


def _cancel(connections: Sequence[Connection]) -> None:
    for connection in connections:
        # Whoever is lost runs nothing any more.
        with suppress(psycopg.Error):
            connection.cancel_safe(timeout=_CANCEL_SECONDS)


class Counting:
    """Counts the tables of which pg_restore speaks."""

    def __init__(self, total: int, report: Report) -> None:
        self._done, self._total, self._report = 0, total, report

    def __call__(self, line: str) -> None:
        """Hear a line."""
        if _RESTORING in line:
            self._done += line.count(_RESTORING)
            self._report(SnapshotProgress("restore", min(self._done, self._total), self._total))
