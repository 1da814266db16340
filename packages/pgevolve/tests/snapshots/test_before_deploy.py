"""Before a deploy changes something there is a snapshot, or the ledger says who did without one and why."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.connect import connect
from pgevolve.history import Migration
from pgevolve.ledger import prepare_ledger
from pgevolve.ledger.snapshots import ledger_snapshots
from pgevolve.project import BackupOptions, Project
from pgevolve.scratch import scratch_database
from pgevolve.snapshot import (
    SnapshotPolicy,
    SnapshotRecord,
    create_snapshot,
    open_storage,
    take_for_deploy,
    verify_snapshot,
)
from pgevolve.snapshot.errors import EncryptionRequiredError, ReasonMissingError
from pgevolve.snapshot.listing import find_snapshot
from pgevolve.snapshot.need import Need, need_of

pytestmark = pytest.mark.others_slow

OWNER = "snap_owner"
_ADDS = "CREATE TABLE more (id integer)"
_WRITES = "UPDATE a SET id = 2"


def _migration(up: str, *, phase: Any = "expand", backfill: str | None = None, name: str = "m") -> Migration:
    return Migration(name, Path(name), phase, "0" * 64, None, None, {}, "0" * 64, up, None, backfill)


@pytest.mark.parametrize(
    "up",
    [
        "CREATE TABLE a (id integer); CREATE INDEX i ON a (id);",
        "SET LOCAL lock_timeout = '1s'; ALTER TABLE a ADD b text, ADD CHECK (b <> '') NOT VALID;",
        "ALTER TABLE a VALIDATE CONSTRAINT c; ALTER TABLE a ALTER b SET NOT NULL, ALTER b SET DEFAULT '';",
        "ALTER TYPE e ADD VALUE 'x'; CREATE VIEW v AS SELECT 1; GRANT SELECT ON v TO r;",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM a'; COMMENT ON TABLE a IS 'x';",
        "ALTER TABLE a ATTACH PARTITION b FOR VALUES IN (1);",
    ],
)
def test_additions_are_content_with_a_recent_snapshot(up: str) -> None:
    assert need_of([_migration(up)]) == Need("only additions", fresh=False)


@pytest.mark.parametrize(
    "up",
    [
        "UPDATE a SET b = 1;",
        "INSERT INTO a VALUES (1);",
        "DELETE FROM a;",
        "TRUNCATE a;",
        "DO $$ BEGIN DELETE FROM a; END $$;",
        "CALL p();",
        "SELECT f();",
        "WITH gone AS (DELETE FROM a RETURNING 1) SELECT count(*) FROM gone;",
        "ALTER TABLE a ALTER b TYPE bigint;",
        "ALTER TABLE a ADD c integer, DROP b;",
        "ALTER TABLE a DETACH PARTITION b;",
        "ALTER TABLE a RENAME b TO c;",
        "ALTER TYPE e RENAME VALUE 'x' TO 'y';",
        "DROP VIEW v;",
        "ALTER SEQUENCE s RESTART;",
        "REVOKE SELECT ON a FROM b; DROP TABLE a;",
    ],
)
def test_whatever_is_no_addition_needs_a_snapshot_of_this_moment(up: str) -> None:
    last = up.count(";") if "DO $$" not in up else 1

    assert need_of([_migration(_ADDS + ";", name="first"), _migration(up, name="second")]) == Need(
        f"second has a statement that is no addition: step {last}", fresh=True
    )


def test_contracts_and_backfills_always_need_one() -> None:
    assert need_of([_migration(_ADDS + ";", phase="contract")]) == Need("m is a contract", fresh=True)
    assert need_of([_migration(_ADDS + ";", backfill=_WRITES)]) == Need("m fills rows", fresh=True)


class Deploy:
    """A project with a database and a ledger, about to run migrations."""

    def __init__(self, url: str, folder: Path, **options: Any) -> None:
        self.url = url
        self.options = BackupOptions(str(folder), before_deploy=True, **options)
        self.project = Project(MetaData(), folder / "migrations", owner=OWNER, backup=self.options)

    def take(self, up: str, **policy: Any) -> SnapshotRecord | None:
        return take_for_deploy(self.project, self.url, [_migration(up + ";")], SnapshotPolicy(**policy))

    def ledger(self) -> list[tuple[str, str | None, str, list[str]]]:
        with connect(self.url, purpose="test") as connection:
            rows = ledger_snapshots(connection)
        return [(row.kind, row.name, row.reason, list(row.migrations)) for row in rows]

    def names(self) -> tuple[str, ...]:
        return open_storage(self.options.destination).names()


@pytest.fixture
def deploying(server: Any, tmp_path: Path) -> Iterator[Callable[..., Deploy]]:
    """Return a function that makes a project whose database has a table."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone():
            admin.execute(f"CREATE ROLE {OWNER}".encode())
    with scratch_database(server.url()) as url:
        with connect(url, purpose="test") as connection:
            connection.execute(f"GRANT CREATE ON DATABASE {connection.info.dbname} TO {OWNER}".encode())
            prepare_ledger(connection, OWNER)
            connection.execute("CREATE TABLE a AS SELECT 1 AS id")
        yield lambda **options: Deploy(url, tmp_path / "backups", **options)


def test_one_is_taken_verified_and_recorded(deploying: Callable[..., Deploy]) -> None:
    deploy = deploying()

    record = deploy.take(_WRITES)

    assert record is not None
    assert record.kind == "taken"
    storage = open_storage(deploy.options.destination)
    assert verify_snapshot(storage, find_snapshot(storage, record.name or "")).tables >= 1
    reason = "m has a statement that is no addition: step 1"
    assert deploy.ledger() == [("taken", record.name, reason, ["m"])]


def test_additions_take_a_recent_whole_one_and_changes_never(deploying: Callable[..., Deploy]) -> None:
    deploy = deploying()
    made = create_snapshot(deploy.url, deploy.options)

    found = deploy.take(_ADDS)
    taken = deploy.take(_WRITES)

    assert found == SnapshotRecord("found", made.name, "only additions")
    assert taken is not None
    assert taken.kind == "taken"
    assert len(deploy.names()) == 2


def test_an_old_or_damaged_or_foreign_one_is_not_enough(
    deploying: Callable[..., Deploy], server: Any, flip: Callable[[Path, int], None]
) -> None:
    deploy = deploying()
    with scratch_database(server.url()) as other:
        create_snapshot(other, deploy.options)
    foreign = deploy.take(_ADDS)
    assert foreign is not None
    assert foreign.name is not None
    later = datetime.now(UTC) + timedelta(hours=25)
    old = deploy.take(_ADDS, now=lambda: later)
    for name in deploy.names():
        flip(Path(deploy.options.destination) / name / "roles.json", 2)
    damaged = deploy.take(_ADDS)

    assert [record and record.kind for record in (foreign, old, damaged)] == ["taken"] * 3
    assert len(deploy.names()) == 4


def test_an_encrypted_recent_one_is_enough_without_its_key(
    deploying: Callable[..., Deploy], key: Any
) -> None:
    deploy = deploying(recipients=(key.recipient,), require_encryption=True)

    first = deploy.take(_ADDS)
    second = deploy.take(_ADDS)

    assert first is not None
    assert (first.kind, second) == ("taken", SnapshotRecord("found", first.name, "only additions"))


def test_doing_without_needs_a_reason_and_is_recorded(deploying: Callable[..., Deploy]) -> None:
    deploy = deploying()

    record = deploy.take(_WRITES, declined="the disk is being replaced")
    with pytest.raises(ReasonMissingError):
        deploy.take(_WRITES, declined=" ")

    assert record == SnapshotRecord("declined", None, "the disk is being replaced")
    assert deploy.ledger() == [("declined", None, "the disk is being replaced", ["m"])]
    assert not Path(deploy.options.destination).exists()


def test_one_that_cannot_be_taken_stops_the_deploy_and_nothing_is_recorded(
    deploying: Callable[..., Deploy],
) -> None:
    deploy = deploying(require_encryption=True)

    with pytest.raises(EncryptionRequiredError):
        deploy.take(_WRITES)

    assert deploy.ledger() == []


def test_an_empty_database_and_a_project_without_the_setting_need_none(
    deploying: Callable[..., Deploy],
) -> None:
    deploy = deploying()
    plain = Project(MetaData(), Path("unused"), owner=OWNER)
    migrations = [_migration(_WRITES + ";")]
    assert take_for_deploy(plain, deploy.url, migrations, SnapshotPolicy()) is None
    with psycopg.connect(deploy.url) as connection:
        connection.execute("DROP TABLE a")

    assert deploy.take(_WRITES) is None
    assert deploy.ledger() == []


def test_what_the_ledger_says_of_snapshots_is_only_added_to(deploying: Callable[..., Deploy]) -> None:
    deploy = deploying()
    deploy.take(_WRITES, declined="x")

    for statement in ("UPDATE pgevolve.snapshots SET reason = 'y'", "DELETE FROM pgevolve.snapshots"):
        with psycopg.connect(deploy.url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement.encode())
