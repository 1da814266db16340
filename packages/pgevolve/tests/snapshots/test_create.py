"""What a snapshot holds, that all of it is of one moment, and what is left when it cannot be finished."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from obstore.store import MemoryStore

from pgevolve.connect import DatabaseUnreachableError, connect
from pgevolve.local import DumpProgramsNotFoundError, LocalPostgres, find_dump_programs
from pgevolve.project import BackupOptions
from pgevolve.scratch import scratch_database, with_database
from pgevolve.snapshot import SnapshotProgress, create_snapshot, list_snapshots, open_storage, verify_snapshot
from pgevolve.snapshot.contents import row_sums, tables_to_read
from pgevolve.snapshot.errors import EncryptionRequiredError, RecipientError, StorageError, ToolFailedError
from pgevolve.snapshot.manifest import decoded
from pgevolve.snapshot.progress import unreported
from pgevolve.snapshot.storage import Storage
from pgevolve.snapshot.workspace import workspace_in

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_a_manifest_says_what_was_dumped_and_from_where(
    taken: Any, stocked: str, server: LocalPostgres
) -> None:
    manifest = taken.snapshot.manifest

    rows = {table.label: table.rows for table in manifest.tables}
    assert rows == {
        "public.books": 500,
        "Shelf 2.Odd, name": 2,
        "public.nothing": 1,
        "public.empty": 0,
        "public.visits_1": 12,
        "public.visits_2": 19,
        "public.base": 1,
        "public.child": 1,
    }
    assert manifest.server_version.startswith(f"{server.major}.")
    assert manifest.dump_major == server.major
    assert re.fullmatch(r"[0-9A-F]+/[0-9A-F]+", manifest.lsn)
    assert manifest.database.owner == "snap_owner"
    assert manifest.database.comment == "it's stocked"
    assert [(entry.role, entry.setting) for entry in manifest.database.settings] == [
        ("snap_reader", "work_mem=5MB"),
        (None, 'search_path=public, "Shelf 2"'),
    ]
    assert {
        (entry.grantee, entry.privilege, entry.grantable) for entry in manifest.database.grants or ()
    } >= {
        ("snap_staff", "CONNECT", True),
        ("snap_owner", "CREATE", False),
    }
    kinds = {re.sub(r"\d+", "N", file.path) for file in manifest.files}
    assert {"roles.json", "dump/toc.dat", "dump/N.dat.gz", "dump/blob_N.dat.gz"} < kinds


def test_roles_are_kept_without_passwords_and_with_their_members(taken: Any, server: LocalPostgres) -> None:
    roles = {role["name"]: role for role in json.loads((taken.place / "roles.json").read_text())}

    assert {"snap_owner", "snap_reader", "snap_staff"} <= roles.keys()
    assert roles["snap_staff"]["member_of"] == ["snap_reader"]
    assert not {key for role in roles.values() for key in role if "pass" in key}


def test_what_is_written_while_it_is_dumped_is_in_neither_rows_nor_counts(
    server: LocalPostgres, tmp_path: Path
) -> None:
    with scratch_database(server.url()) as url, psycopg.connect(url, autocommit=True) as writer:
        writer.execute("CREATE TABLE a (id integer); INSERT INTO a VALUES (1)")
        written = threading.Event()

        def write_once(_event: SnapshotProgress) -> None:
            if not written.is_set():
                written.set()
                writer.execute("INSERT INTO a VALUES (2)")

        options = BackupOptions(str(tmp_path))
        made = create_snapshot(url, options, report=write_once)

    assert written.is_set()
    assert [table.rows for table in made.manifest.tables] == [1]
    assert verify_snapshot(open_storage(str(tmp_path)), made).rows == 1


def test_checksums_are_those_of_the_rows_in_whatever_order_they_lie(server: LocalPostgres) -> None:
    def sums(*statements: str) -> list[tuple[int, str]]:
        with (
            scratch_database(server.url()) as url,
            connect(url, purpose="test", autocommit=False) as connection,
        ):
            for statement in statements:
                connection.execute(statement.encode())
            return [
                (found.rows, found.checksum) for _, found in row_sums(connection, tables_to_read(connection))
            ]

    table = "CREATE TABLE a (id integer, name text)"
    first = sums(table, "INSERT INTO a VALUES (1, 'x'), (2, NULL)")

    assert sums("CREATE TABLE a (name text, id integer)", "INSERT INTO a VALUES (NULL, 2), ('x', 1)") == first
    assert sums(table, "INSERT INTO a VALUES (1, 'x'), (2, '')") != first
    assert sums(table, "INSERT INTO a VALUES (1, 'x')") != first
    assert sums(table, "INSERT INTO a VALUES (2, 'x'), (1, NULL)") != first


def test_checksums_do_not_depend_on_what_a_role_has_set(server: LocalPostgres) -> None:
    strange = (
        "-c extra_float_digits=-3 -c bytea_output=escape -c datestyle=German -c timezone=Asia/Tehran"
        " -c intervalstyle=iso_8601 -c search_path=pg_catalog -c lc_monetary=C.UTF-8"
    )
    found = set()
    with scratch_database(server.url()) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE a AS SELECT 0.1::float8 / 3 AS f, '\\x00ff'::bytea AS b, now() AS t,"
                " interval '1 day 2 hours' AS i, 12.5::numeric::money AS m, 'pg_class'::regclass AS r"
            )
        for options in ("", strange):
            address = f"{url}&options={quote(options)}"
            with connect(address, purpose="test", autocommit=False) as connection:
                found |= {entry.checksum for _, entry in row_sums(connection, tables_to_read(connection))}

    assert len(found) == 1


def test_the_name_is_made_of_time_and_manifest(taken: Any) -> None:
    content = (taken.place / "manifest.json").read_bytes()

    assert decoded(taken.snapshot.name, content) == taken.snapshot.manifest
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{16}", taken.snapshot.name)


def test_only_the_owner_may_read_the_files(taken: Any) -> None:
    assert taken.folder.stat().st_mode & 0o077 == 0
    assert taken.place.stat().st_mode & 0o077 == 0


def test_progress_is_told_to_its_end(stocked: str, tmp_path: Path) -> None:
    told: list[SnapshotProgress] = []

    create_snapshot(stocked, BackupOptions(str(tmp_path)), report=told.append)

    last = {event.stage: event for event in told}
    assert last.keys() == {"dump", "checksums", "decode", "read"}
    assert {
        stage: (event.done, event.total) for stage, event in last.items() if event.done != event.total
    } == {}


def test_a_policy_of_encryption_refuses_before_anything_is_made(stocked: str, tmp_path: Path) -> None:
    options = BackupOptions(str(tmp_path / "backups"), require_encryption=True)

    with pytest.raises(EncryptionRequiredError):
        create_snapshot(stocked, options)

    assert not (tmp_path / "backups").exists()


def test_a_wrong_recipient_is_named(stocked: str, tmp_path: Path) -> None:
    with pytest.raises(RecipientError) as caught:
        create_snapshot(stocked, BackupOptions(str(tmp_path / "backups"), recipients=("age1nobody",)))

    assert str(caught.value) == "'age1nobody' is no public key of age"
    assert not (tmp_path / "backups").exists()


def test_nothing_of_an_encrypted_snapshot_is_plain(encrypted: Any) -> None:
    files = [path for path in encrypted.place.rglob("*") if path.is_file()]

    assert {path.suffix for path in files if path.name != "manifest.json"} == {".age"}
    assert all(b"age-encryption.org" in path.read_bytes()[:40] for path in files if path.suffix == ".age")


def test_a_destination_that_is_a_file_is_refused(stocked: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StorageError):
        create_snapshot(stocked, BackupOptions(str(tmp_path / "file")))


def test_no_pg_dump_is_older_than_the_server(server: LocalPostgres) -> None:
    assert find_dump_programs(oldest=server.major, wanted=server.major).major == server.major
    with pytest.raises(DumpProgramsNotFoundError) as caught:
        find_dump_programs(oldest=99, wanted=99)
    assert str(caught.value) == "no pg_dump, pg_restore and psql of PostgreSQL 99 or newer were found"


def test_a_server_that_is_away_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachableError):
        create_snapshot("postgresql://nobody@/x?host=/nowhere", BackupOptions(str(tmp_path)))

    assert list(tmp_path.iterdir()) == []


def test_a_database_that_the_login_may_not_read_leaves_nothing(
    server: LocalPostgres, stocked: str, tmp_path: Path
) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS snap_stranger")
        connection.execute("CREATE ROLE snap_stranger LOGIN IN ROLE snap_staff")
    stranger = with_database(
        server.url(user="snap_stranger"), psycopg.conninfo.conninfo_to_dict(stocked)["dbname"]
    )

    with pytest.raises((ToolFailedError, psycopg.errors.InsufficientPrivilege)):
        create_snapshot(stranger, BackupOptions(str(tmp_path)))

    assert list(tmp_path.iterdir()) == []


@contextmanager
def _files_no_larger_than(size: int):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Blocked, not ignored: that is inherited, and so a write fails as on a full disk.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGXFSZ})
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGXFSZ})


def test_a_disk_that_takes_no_more_fails_the_dump_and_leaves_nothing(stocked: str, tmp_path: Path) -> None:
    with _files_no_larger_than(1000), pytest.raises(ToolFailedError) as caught:
        create_snapshot(stocked, BackupOptions(str(tmp_path)))

    assert caught.value.tool == "pg_dump"
    assert "File too large" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


# Waits for the table that the test has locked: the first argument is the address, the second the destination.
_TAKER = """
import sys
from pgevolve.project import BackupOptions
from pgevolve.snapshot import create_snapshot
create_snapshot(sys.argv[1], BackupOptions(sys.argv[2]))
"""


def test_a_killed_dump_is_no_snapshot_and_is_named_when_its_processes_have_ended(
    server: LocalPostgres, tmp_path: Path
) -> None:
    with scratch_database(server.url()) as url, psycopg.connect(url) as holder:
        holder.execute("CREATE TABLE a (id integer)")
        holder.commit()
        holder.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen([sys.executable, "-c", _TAKER, url, str(tmp_path)])
        _wait_for_a_waiter(url, process)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        storage = open_storage(str(tmp_path))
        assert storage.names() == ()
        # pg_dump lives on, waits, and holds the lock of the directory.
        assert list_snapshots(storage, NOW).debris == ()
        holder.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    (left,) = tmp_path.iterdir()
    _wait_until(lambda: list_snapshots(storage, NOW).debris == (str(left),))

    assert list_snapshots(storage, NOW).snapshots == ()
    storage.remove_debris(str(left))
    assert list(tmp_path.iterdir()) == []


def _wait_for_a_waiter(url: str, process: "subprocess.Popen[bytes]") -> None:
    with psycopg.connect(url, autocommit=True) as watcher:
        while not watcher.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            assert process.poll() is None


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while not condition():
        assert datetime.now(UTC) < deadline
        os.sched_yield()


def test_a_workspace_in_use_is_no_debris(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))

    with workspace_in(tmp_path):
        assert list_snapshots(storage, NOW).debris == ()


def test_a_bucket_gets_the_manifest_last(stocked: str, taken: Any) -> None:
    bucket = Storage(MemoryStore(), "memory")
    seen: list[tuple[str, ...]] = []

    def report(_event: SnapshotProgress) -> None:
        seen.append(tuple(bucket.files(taken.snapshot.name)))

    _upload(bucket, taken, report)

    assert ["manifest.json" in files for files in seen] == [False] * (len(seen) - 1) + [True]
    assert verify_snapshot(bucket, taken.snapshot).rows == 536
    assert list_snapshots(bucket, NOW).snapshots[0].problem is None


def _upload(bucket: Storage, taken: Any, report: Any = unreported) -> None:
    with bucket.workspace() as workspace:
        for path in taken.place.rglob("*"):
            target = workspace.path / path.relative_to(taken.place)
            if path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        bucket.publish(workspace, taken.snapshot.name, report)


def test_an_interrupted_upload_becomes_debris_after_a_day(taken: Any) -> None:
    bucket = Storage(MemoryStore(), "memory")

    class Stopped(Exception):  # noqa: N818 (no error)
        pass

    def stop(_event: SnapshotProgress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        _upload(bucket, taken, stop)

    now = datetime.now(UTC)
    assert bucket.debris(now + timedelta(hours=23)) == ()
    assert bucket.debris(now + timedelta(hours=25)) == (taken.snapshot.name,)
    bucket.remove_debris(taken.snapshot.name)
    assert bucket.names() == ()


def test_an_encrypted_snapshot_reports_its_stages(stocked: str, key: Any, tmp_path: Path) -> None:
    told: list[SnapshotProgress] = []
    options = replace(BackupOptions(str(tmp_path)), recipients=(key.recipient,), require_encryption=True)

    made = create_snapshot(stocked, options, report=told.append)

    assert {event.stage for event in told} == {"dump", "checksums", "decode", "encrypt"}
    assert made.manifest.recipients == (key.recipient,)
