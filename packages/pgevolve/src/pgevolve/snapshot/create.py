"""Take a snapshot: one exported moment for the dump, the counts, the checksums and the schema's digest."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyrage

from pgevolve.connect import Connection, connect, losses_as, require_supported
from pgevolve.ledger import ledger_migrations
from pgevolve.local import Binaries, find_dump_programs
from pgevolve.project import BackupOptions
from pgevolve.snapshot.contents import RowSum, TableToRead, row_sums, tables_to_read
from pgevolve.snapshot.encryption import encrypt_file, hash_file, parsed_recipients
from pgevolve.snapshot.errors import EncryptionRequiredError, ServerLostError
from pgevolve.snapshot.manifest import (
    DUMP,
    FORMAT,
    MANIFEST,
    ROLES,
    DatabaseFacts,
    LedgerEntry,
    Manifest,
    Snapshot,
    StoredFile,
    TableContents,
    encoded,
    name_of,
)
from pgevolve.snapshot.parallel import done_with_each
from pgevolve.snapshot.progress import Report, SnapshotProgress, unreported
from pgevolve.snapshot.reading import OpenSnapshot
from pgevolve.snapshot.storage import Storage, open_storage
from pgevolve.snapshot.surroundings import database_of, encoded_roles, roles_of
from pgevolve.snapshot.tools import RunningTool, address_of
from pgevolve.snapshot.verify import require_decodable
from pgevolve.snapshot.workspace import Workspace
from pgevolve.verify import whole_digest

_VERSION_NUMBER = 10_000
_TABLE_DATA = re.compile(rb"^(\d+); \d+ (\d+) TABLE DATA ", re.MULTILINE)
# Two workers write to one stream, so that a line may hold the messages of both.
_DUMPING = "dumping contents of table"
_MOMENT = """
SELECT pg_export_snapshot(), clock_timestamp(), current_setting('server_version'),
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END::text
"""


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a transaction that stays open saw when it began."""

    snapshot: str
    at: datetime
    server_version: str
    lsn: str
    database: DatabaseFacts
    migrations: tuple[LedgerEntry, ...]


def create_snapshot(
    url: str,
    options: BackupOptions,
    *,
    programs: Binaries | None = None,
    report: Report = unreported,
    while_plain: Callable[[OpenSnapshot], None] | None = None,
) -> Snapshot:
    """Dump the database into a new snapshot at the destination.

    `url` is a direct connection of a login that may read everything. One transaction is open until the dump
    is done; it holds ACCESS SHARE locks, so that ALTER TABLE waits. A process that is killed, and one that
    fails, leaves no snapshot; what a killed one leaves, `prune` removes. `report` may be called from another
    thread. `programs` are those of the server's major version where they are installed, else the newest.
    The dump is decoded to its end before it is hashed and encrypted; `while_plain` may read it then, and what
    it raises leaves no snapshot. Raises the errors of `require_decodable`, EncryptionRequiredError,
    RecipientError, StorageError, DumpProgramsNotFoundError, ToolFailedError, ServerLostError and the
    errors of `connect`.
    """
    if options.require_encryption and not options.recipients:
        raise EncryptionRequiredError
    recipients = parsed_recipients(options.recipients)
    storage = open_storage(options.destination)
    with (
        losses_as(ServerLostError),
        storage.workspace() as workspace,
        connect(url, purpose="snapshot", autocommit=False) as connection,
    ):
        return _Taker(url, options, storage, workspace, connection, programs, report).take(
            recipients, while_plain
        )


class _Taker:
    """One snapshot in the making."""

    def __init__(  # noqa: PLR0913, PLR0917 (what it works with)
        self,
        url: str,
        options: BackupOptions,
        storage: Storage,
        workspace: Workspace,
        connection: Connection,
        programs: Binaries | None,
        report: Report,
    ) -> None:
        self._url, self._options, self._storage = url, options, storage
        self._workspace, self._connection, self._report = workspace, connection, report
        self._folder = workspace.path
        require_supported(connection.info.server_version)
        major = connection.info.server_version // _VERSION_NUMBER
        self._programs = programs or find_dump_programs(oldest=major, wanted=major)

    def take(
        self,
        recipients: Sequence[pyrage.x25519.Recipient],
        while_plain: Callable[[OpenSnapshot], None] | None,
    ) -> Snapshot:
        moment = self._begin()
        tables = tables_to_read(self._connection)
        with self._dumping(moment.snapshot, len(tables)) as dump:
            (self._folder / ROLES).write_bytes(encoded_roles(roles_of(self._connection)))
            digest = whole_digest(self._url, moment.database.owner, snapshot=moment.snapshot)
            sums = dict(self._sums(tables))
            dump.finish()
            self._report(SnapshotProgress("dump", len(tables), len(tables)))
        data_files = self._data_files()
        self._connection.rollback()
        contents = tuple(
            TableContents(table.schema, table.name, found.rows, found.checksum, data_files[table.oid])
            for table, found in sums.items()
            if table.oid in data_files
        )
        manifest = Manifest(
            format=FORMAT,
            made_at=moment.at,
            database=moment.database,
            server_version=moment.server_version,
            lsn=moment.lsn,
            pgevolve_version=version("pgevolve"),
            dump_version=self._programs.version,
            schema_digest=digest,
            migrations=moment.migrations,
            recipients=self._options.recipients,
            tables=contents,
            files=(),
        )
        # Now, because who encrypts cannot read it later.
        plain = OpenSnapshot(self._folder.name, manifest, self._folder)
        require_decodable(plain, self._report)
        if while_plain is not None:
            while_plain(plain)
        manifest = replace(manifest, files=self._stored(recipients))
        content = encoded(manifest)
        (self._folder / MANIFEST).write_bytes(content)
        name = name_of(manifest.made_at, content)
        self._storage.publish(self._workspace, name, self._report)
        return Snapshot(name, manifest)

    def _begin(self) -> _Moment:
        """Fix the moment, in a transaction that stays open."""
        self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = self._connection.execute(_MOMENT).fetchone()
        assert row is not None
        snapshot, at, server_version, lsn = row
        return _Moment(
            snapshot,
            at.astimezone(UTC),
            server_version,
            lsn,
            database_of(self._connection),
            tuple(
                LedgerEntry(entry.name, entry.state, entry.digest)
                for entry in ledger_migrations(self._connection)
            ),
        )

    def _dumping(self, snapshot: str, tables: int) -> RunningTool:
        address = address_of(self._url)
        done = 0

        def heard(line: str) -> None:
            nonlocal done
            if _DUMPING in line:
                done += line.count(_DUMPING)
                self._report(SnapshotProgress("dump", min(done, tables), tables))

        arguments = ["--format=directory", f"--jobs={self._options.jobs}", "--verbose", "--no-password"]
        arguments += [f"--snapshot={snapshot}", f"--file={self._folder / DUMP}", f"--dbname={address.dbname}"]
        if self._options.compression is not None:
            arguments.append(f"--compress={self._options.compression}")
        return RunningTool(
            self._programs,
            "pg_dump",
            arguments,
            environment=address.environment,
            heard=heard,
            inherits=(self._workspace.lock,),
        )

    def _sums(self, tables: tuple[TableToRead, ...]) -> Sequence[tuple[TableToRead, RowSum]]:
        found = []
        for done, pair in enumerate(row_sums(self._connection, tables), 1):
            found.append(pair)
            self._report(SnapshotProgress("checksums", done, len(tables)))
        return found

    def _data_files(self) -> dict[int, str]:
        """Return the file of each table by the table's oid, from the dump's table of contents."""
        folder = self._folder / DUMP
        with RunningTool(self._programs, "pg_restore", ["--list", str(folder)]) as listing:
            entries = _TABLE_DATA.findall(listing.output())
        present = {path.name.partition(".")[0]: path.name for path in folder.glob("*.dat*")}
        return {int(oid): f"{DUMP}/{present[number.decode()]}" for number, oid in entries}

    def _stored(self, recipients: Sequence[pyrage.x25519.Recipient]) -> tuple[StoredFile, ...]:
        """Hash every file, and encrypt it when there are recipients."""
        paths = sorted(path for path in self._folder.rglob("*") if path.is_file())
        sizes = {path: path.stat().st_size for path in paths}
        stored: dict[Path, StoredFile] = {}

        def store(path: Path) -> None:
            name = path.relative_to(self._folder).as_posix()
            stored[path] = self._encrypted(path, name, recipients) if recipients else self._hashed(path, name)

        done = 0
        for path in done_with_each(store, sorted(paths, key=sizes.__getitem__, reverse=True)):
            done += sizes[path]
            self._report(SnapshotProgress("encrypt" if recipients else "read", done, sum(sizes.values())))
        return tuple(stored[path] for path in paths)

    def _encrypted(self, path: Path, name: str, recipients: Sequence[pyrage.x25519.Recipient]) -> StoredFile:
        cipher, plain = encrypt_file(path, recipients)
        return StoredFile(f"{name}.age", cipher.size, cipher.sha256, plain.size, plain.sha256)

    def _hashed(self, path: Path, name: str) -> StoredFile:
        found = hash_file(path)
        return StoredFile(name, found.size, found.sha256)
