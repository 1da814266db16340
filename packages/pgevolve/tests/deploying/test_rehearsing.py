"""What is pending runs on the restored snapshot first, and what fails there changes nothing on the target."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest
from psycopg import conninfo

from pgevolve.deploy import DeployReport, deploy
from pgevolve.failures import (
    GateClosedError,
    RehearsalFailedError,
    RehearsalImpossibleError,
)
from pgevolve.ledger.snapshots import ledger_snapshots
from pgevolve.progress import DeployEvent, RehearsalLeftOut, RehearsalPassed, RehearsalStarted
from pgevolve.project import BackupOptions, GateOptions, RehearsalOptions
from pgevolve.snapshot.beside import side_database_name
from pgevolve.step import Step
from pgevolve.verify import DigestMismatchError

pytestmark = pytest.mark.others_slow

Query = Callable[..., list[tuple[Any, ...]]]
_SALONS = "CREATE TABLE salons (id bigint PRIMARY KEY, name text)"
_ROWS = "INSERT INTO salons SELECT n, 'salon ' || n FROM generate_series(1, 40) AS n"
_LOG = "CREATE TABLE log (at timestamptz DEFAULT now())"


@pytest.fixture
def kept(shop: Any, empty_database: str, tmp_path: Path) -> Any:
    """Return the project with two tables deployed, which asks for snapshots and so for rehearsals."""
    shop.add("salons", _SALONS, _ROWS, _LOG)
    options = BackupOptions(str(tmp_path / "kept"), before_deploy=True)
    shop.project = replace(shop.project, backup=options)
    deploy(shop.project, empty_database)
    return shop


def _deploy(shop: Any, url: str, **options: Any) -> tuple[DeployReport, list[DeployEvent]]:
    told: list[DeployEvent] = []
    return deploy(shop.project, url, report=told.append, **options), told


def _left_out(told: list[DeployEvent]) -> list[str]:
    return [event.reason for event in told if isinstance(event, RehearsalLeftOut)]


def _copy_of(url: str) -> str:
    return side_database_name(_name(url), "rehearsal")


def _has_copy(query: Query, url: str) -> bool:
    return query("SELECT count(*) FROM pg_database WHERE datname = %s", _copy_of(url)) == [(1,)]


def test_what_is_pending_runs_on_the_snapshot_first_and_its_times_stand_beside(
    kept: Any, empty_database: str, query: Query
) -> None:
    first = kept.add("city", "ALTER TABLE salons ADD city text", "UPDATE salons SET city = 'x'")
    second = kept.add(
        "city_idx", Step("CREATE INDEX CONCURRENTLY salons_city_idx ON salons (city)", transactional=False)
    )

    done, told = _deploy(kept, empty_database)

    rehearsal = done.rehearsal
    assert rehearsal is not None
    assert [entry.name for entry in rehearsal.migrations] == [first.name, second.name]
    assert [len(entry.steps) for entry in rehearsal.migrations] == [2, 1]
    assert rehearsal.seconds_of(second.name, 1) == rehearsal.migrations[1].steps[0].seconds > 0
    assert (rehearsal.tables, rehearsal.rows, rehearsal.left_out) == (2, (), ())
    assert 0 < rehearsal.restored < rehearsal.seconds < done.seconds
    assert [type(event) for event in told if "Rehearsal" in type(event).__name__] == [
        RehearsalStarted,
        RehearsalPassed,
    ]
    (((detail),),) = query("SELECT detail FROM pgevolve.events WHERE kind = 'rehearsal.passed'")
    assert list(detail["migrations"]) == [first.name, second.name]
    assert query("SELECT count(*) FROM salons WHERE city = 'x'") == [(40,)]
    assert not _has_copy(query, empty_database)


def test_what_fails_there_stops_the_deploy_before_anything_is_changed(
    kept: Any, empty_database: str, query: Query
) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text")
    broken = kept.add_broken("broken", "ALTER TABLE salons ADD zip text", "SELECT 1 / (id - 40) FROM salons")

    with pytest.raises(RehearsalFailedError) as caught:
        deploy(kept.project, empty_database)

    assert (caught.value.name, caught.value.step, caught.value.sqlstate) == (broken.name, 2, "22012")
    assert "nothing was changed" in str(caught.value)
    assert "division by zero" in str(caught.value)
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
    assert query("SELECT count(*) FROM pg_attribute WHERE attname = 'city'") == [(0,)]
    (((detail),),) = query("SELECT detail FROM pgevolve.events WHERE kind = 'rehearsal.failed'")
    assert (detail["migration"], detail["step"], detail["sqlstate"]) == (broken.name, 2, "22012")
    assert not _has_copy(query, empty_database)


def test_schema_that_is_not_the_promised_one_stops_it(kept: Any, empty_database: str, query: Query) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text", leads_to="0" * 64)

    with pytest.raises(RehearsalFailedError, match="its digest is"):
        deploy(kept.project, empty_database)

    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]


def test_application_that_does_not_work_with_it_stops_it(
    kept: Any, empty_database: str, query: Query
) -> None:
    asked: list[str] = []

    def ask(url: str) -> list[str]:
        asked.append(url)
        return ["salons.nick does not answer"]

    kept.project = replace(kept.project, smoke=(ask,))
    kept.add("city", "ALTER TABLE salons ADD city text")

    with pytest.raises(RehearsalFailedError, match="nick does not answer"):
        deploy(kept.project, empty_database)

    assert [conninfo.conninfo_to_dict(url)["dbname"] for url in asked] == [_copy_of(empty_database)]
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]


def test_rows_that_go_where_no_statement_writes_stop_it(kept: Any, empty_database: str, query: Query) -> None:
    kept.add(
        "sly",
        "CREATE FUNCTION sly() RETURNS integer LANGUAGE plpgsql VOLATILE AS"
        " 'BEGIN INSERT INTO log DEFAULT VALUES; RETURN 1; END'",
        "ALTER TABLE salons ADD number integer DEFAULT sly()",
    )

    with pytest.raises(RehearsalFailedError, match=r"public\.log had 0 rows and has 40"):
        deploy(kept.project, empty_database)

    assert query("SELECT count(*) FROM log") == [(0,)]


def test_rows_that_statements_change_are_told(kept: Any, empty_database: str) -> None:
    kept.add("fewer", "DELETE FROM salons WHERE id > 30")

    done, _ = _deploy(kept, empty_database)

    assert done.rehearsal is not None
    (change,) = done.rehearsal.rows
    assert (change.table, change.before, change.after) == ("public.salons", 40, 30)


def test_backfill_that_never_ends_stops_it(kept: Any, empty_database: str, query: Query) -> None:
    kept.add(
        "label",
        "ALTER TABLE salons ADD label text",
        "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.label := NULL; RETURN NEW; END'",
        "CREATE TRIGGER forget BEFORE UPDATE ON salons FOR EACH ROW EXECUTE FUNCTION forget()",
        backfill="UPDATE public.salons SET label = name WHERE ctid >= $1 AND ctid < $2 AND label IS NULL",
    )

    with pytest.raises(RehearsalFailedError, match=r"public\.salons"):
        deploy(kept.project, empty_database)

    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]


def test_backfill_and_open_contract_run_there(kept: Any, empty_database: str) -> None:
    kept.project = replace(kept.project, gate=GateOptions(quiet=timedelta(0)))
    filled = kept.add(
        "label",
        "ALTER TABLE salons ADD label text",
        backfill="UPDATE public.salons SET label = name WHERE ctid >= $1 AND ctid < $2 AND label IS NULL",
    )
    gone = kept.add("gone", "DROP TABLE log", phase="contract")

    done, _ = _deploy(kept, empty_database)

    assert done.rehearsal is not None
    assert [entry.name for entry in done.rehearsal.migrations] == [filled.name, gone.name]
    (change,) = done.rehearsal.rows
    assert (change.table, change.before, change.after) == ("public.log", 0, None)


def test_contract_whose_gate_is_closed_is_not_rehearsed(kept: Any, empty_database: str) -> None:
    kept.project = replace(kept.project, gate=GateOptions(minimum_age=timedelta(days=1)))
    kept.add("city", "ALTER TABLE salons ADD city text")
    gone = kept.add("gone", "DROP TABLE log", phase="contract")

    done, _ = _deploy(kept, empty_database)

    assert done.waiting is not None
    assert done.waiting.migration == gone.name
    assert done.rehearsal is not None
    assert [entry.name for entry in done.rehearsal.migrations] == [done.migrations[0].name]
    assert str(GateClosedError(gone.name, done.waiting.conditions))


def test_encrypted_snapshot_is_rehearsed_without_its_key(kept: Any, empty_database: str) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    backup = replace(kept.project.backup, recipients=(recipient,), require_encryption=True)
    kept.project = replace(kept.project, backup=backup)
    kept.add("city", "ALTER TABLE salons ADD city text")

    done, _ = _deploy(kept, empty_database)

    assert done.rehearsal is not None
    assert len(done.rehearsal.migrations) == 1


def test_large_databases_are_rehearsed_when_it_is_asked_for(kept: Any, empty_database: str) -> None:
    kept.project = replace(kept.project, rehearsal=RehearsalOptions(below=1 << 20))
    kept.add("city", "ALTER TABLE salons ADD city text")
    done, told = _deploy(kept, empty_database)
    (reason,) = _left_out(told)
    kept.add("street", "ALTER TABLE salons ADD street text")

    asked, _ = _deploy(kept, empty_database, rehearse=True)

    assert done.rehearsal is None
    assert done.rehearsing is not None
    assert reason == done.rehearsing.reason
    assert reason.startswith("the database has ")
    assert reason.endswith("the limit is 1 MB")
    assert asked.rehearsal is not None


def test_one_that_is_asked_for_takes_a_snapshot_where_the_project_has_none(
    kept: Any, empty_database: str
) -> None:
    kept.project = replace(kept.project, backup=replace(kept.project.backup, before_deploy=False))
    kept.add("city", "ALTER TABLE salons ADD city text")

    done, _ = _deploy(kept, empty_database, rehearse=True)

    assert done.rehearsal is not None
    with psycopg.connect(empty_database) as connection:
        (row,) = ledger_snapshots(connection)
    assert (row.kind, row.reason) == ("taken", "the migrations are rehearsed")


def test_it_is_left_out_when_nobody_wants_it(kept: Any, empty_database: str, query: Query) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text")
    unwanted, told = _deploy(kept, empty_database, rehearse=False)
    kept.add("street", "ALTER TABLE salons ADD street text")
    declined, told_later = _deploy(kept, empty_database, without_snapshot="the disk is being replaced")

    assert (unwanted.rehearsal, declined.rehearsal) == (None, None)
    assert _left_out(told) == []
    assert _left_out(told_later) == ["there is no snapshot to restore"]
    assert query("SELECT kind, detail FROM pgevolve.events WHERE kind LIKE 'rehearsal%%'") == [
        ("rehearsal.left_out", {"reason": "there is no snapshot to restore"})
    ]


def test_one_without_a_snapshot_cannot_be(kept: Any, empty_database: str, query: Query) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text")

    with pytest.raises(RehearsalImpossibleError, match="there is no snapshot"):
        deploy(kept.project, empty_database, rehearse=True, without_snapshot="x")

    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]


def test_migrations_that_reach_beyond_the_database_are_not_tried(kept: Any, empty_database: str) -> None:
    inside = kept.add("city", "ALTER TABLE salons ADD city text")
    beyond = kept.add("settings", "REASSIGN OWNED BY shop_owner TO shop_owner")
    after = kept.add("street", "ALTER TABLE salons ADD street text")

    done, _ = _deploy(kept, empty_database)

    assert done.rehearsal is not None
    assert [entry.name for entry in done.rehearsal.migrations] == [inside.name]
    assert done.rehearsal.left_out == (beyond.name, after.name)
    assert len(done.migrations) == 3


@pytest.fixture
def humble(empty_database: str) -> Iterator[str]:
    """Return the address for a login that owns the database and may make none."""
    with psycopg.connect(empty_database, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS humble")
        admin.execute("CREATE ROLE humble LOGIN CREATEROLE")
        admin.execute("GRANT shop_owner TO humble WITH ADMIN OPTION")
        name = admin.info.dbname
        admin.execute(f"GRANT ALL ON DATABASE {name} TO humble WITH GRANT OPTION".encode())
        admin.execute("GRANT pg_read_all_data TO humble")
    yield empty_database.replace("postgres@", "humble@", 1)
    with psycopg.connect(empty_database, autocommit=True) as admin:
        admin.execute("DROP OWNED BY humble")
        admin.execute("DROP ROLE humble")


def test_login_that_may_make_no_database_does_without(kept: Any, humble: str) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text")

    with pytest.raises(RehearsalImpossibleError, match="ALTER ROLE humble CREATEDB; ALTER DATABASE"):
        deploy(kept.project, humble, rehearse=True)
    done, told = _deploy(kept, humble)

    (reason,) = _left_out(told)
    assert reason == (
        "login 'humble' may not make a copy of the database; an administrator must run"
        f" ALTER ROLE humble CREATEDB; ALTER DATABASE {_name(humble)} OWNER TO shop_owner"
    )
    assert len(done.migrations) == 1


def test_login_that_may_make_databases_rehearses_without_being_superuser(kept: Any, humble: str) -> None:
    _as_admin(humble, f"ALTER DATABASE {_name(humble)} OWNER TO shop_owner", "ALTER ROLE humble CREATEDB")
    kept.add("city", "ALTER TABLE salons ADD city text", "UPDATE salons SET city = name")

    done, _ = _deploy(kept, humble, rehearse=True)

    assert done.rehearsal is not None
    assert done.rehearsal.tables == 2


def test_copy_that_cannot_be_restored_is_done_without_unless_it_is_asked_for(
    kept: Any, humble: str, query: Query
) -> None:
    kept.project = replace(kept.project, ignore_schemas=frozenset({"others"}))
    # A schema of a superuser's, which the login cannot give to him.
    _as_admin(
        humble,
        f"ALTER DATABASE {_name(humble)} OWNER TO shop_owner",
        "ALTER ROLE humble CREATEDB",
        "CREATE SCHEMA others",
    )
    kept.add("city", "ALTER TABLE salons ADD city text", "UPDATE salons SET city = name", leads_to="0" * 64)
    with pytest.raises(RehearsalImpossibleError, match=r'pg_restore failed .*"postgres"'):
        deploy(kept.project, humble, rehearse=True)
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
    told: list[DeployEvent] = []

    with pytest.raises(DigestMismatchError):
        deploy(kept.project, humble, report=told.append)

    (reason,) = _left_out(told)
    assert reason.startswith("the copy did not come about: pg_restore failed")
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(2,)]
    assert not _has_copy(query, humble)


def _as_admin(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("humble@", "postgres@", 1), autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement.encode())


def _name(url: str) -> str:
    return str(conninfo.conninfo_to_dict(url)["dbname"])


def test_dry_run_says_whether_there_would_be_one(kept: Any, empty_database: str, query: Query) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text")

    would, _ = _deploy(kept, empty_database, dry_run=True)
    would_not, _ = _deploy(kept, empty_database, dry_run=True, rehearse=False)

    assert would.rehearsing is not None
    assert would.rehearsing.reason is None
    assert would.preflight is not None
    assert would.preflight.space.rehearsal >= would.rehearsing.size > 0
    assert would_not.rehearsing is not None
    assert would_not.rehearsing.reason == "it was to be left out"
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]


# A deploy in a process of its own; it waits in its step as long as a session of that name is there.
_WAITS = """DO $$ BEGIN
WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'rehearsal gate') LOOP
  PERFORM pg_stat_clear_snapshot(), pg_sleep(0.02);
END LOOP; END $$"""
_DEPLOYER = """
import pathlib, sys
from sqlalchemy import MetaData
from pgevolve.cli.console import exit_status, print_error
from pgevolve.deploy import deploy
from pgevolve.errors import PgevolveError
from pgevolve.project import BackupOptions, Project
backup = BackupOptions(sys.argv[3], before_deploy=True)
try:
    project = Project(
        MetaData(),
        pathlib.Path(sys.argv[1]),
        owner="shop_owner",
        ignore_schemas=frozenset({"others"}),
        backup=backup,
    )
    deploy(project, sys.argv[2])
except PgevolveError as error:
    print_error(error)
    sys.exit(exit_status(error))
"""
_IN_STEP = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query LIKE 'DO $$ BEGIN%%'"


def _signalled(shop: Any, url: str, number: signal.Signals, while_: str = _IN_STEP) -> tuple[int, str]:
    """Signal a deploy while a query finds it; what it waits for goes on only after the deploy has ended."""
    gate = conninfo.make_conninfo(url, application_name="rehearsal gate")
    arguments = [str(shop.project.migrations), url, shop.project.backup.destination]
    with psycopg.connect(url, autocommit=True) as asking, psycopg.connect(gate):
        process = subprocess.Popen(
            [sys.executable, "-c", _DEPLOYER, *arguments], stderr=subprocess.PIPE, text=True
        )
        while not asking.execute(while_.encode(), (_copy_of(url),)).fetchone():
            assert process.poll() is None
        process.send_signal(number)
        _, said = process.communicate()
    return process.returncode, said


@pytest.mark.slow
@pytest.mark.fault("the deployer is killed while it rehearses")
def test_killed_rehearsal_changed_nothing_and_its_copy_is_dropped_by_the_next(
    kept: Any, empty_database: str, query: Query
) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text", _WAITS)

    status, _ = _signalled(kept, empty_database, signal.SIGKILL)

    assert status == -signal.SIGKILL
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
    assert _has_copy(query, empty_database)
    done, _ = _deploy(kept, empty_database)
    assert done.rehearsal is not None
    assert not _has_copy(query, empty_database)


@pytest.mark.slow
def test_signalled_rehearsal_ends_cleanly(kept: Any, empty_database: str, query: Query) -> None:
    kept.add("city", "ALTER TABLE salons ADD city text", _WAITS)

    status, said = _signalled(kept, empty_database, signal.SIGTERM)

    assert (status, said.splitlines()[0]) == (
        3,
        "error: SIGTERM: the rehearsal was ended, and nothing was changed",
    )
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
    assert not _has_copy(query, empty_database)


# A condition of a table is asked again for every row that is restored.
_HELD_RESTORE = """CREATE FUNCTION passes() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $f$ BEGIN
WHILE EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE application_name = 'rehearsal gate') LOOP
  PERFORM pg_catalog.pg_stat_clear_snapshot(), pg_catalog.pg_sleep(0.02);
END LOOP; RETURN true; END $f$"""
_IN_RESTORE = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query LIKE 'COPY %%'"
_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"


@pytest.mark.slow
@pytest.mark.fault("a deploy is asked to end while it restores the copy of its rehearsal")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_a_restore_at_once(
    kept: Any, empty_database: str, query: Query, number: signal.Signals
) -> None:
    kept.add("held", _HELD_RESTORE, "ALTER TABLE log ADD CHECK (public.passes())")
    deploy(kept.project, empty_database, rehearse=False)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO log DEFAULT VALUES")
    kept.add("city", "ALTER TABLE salons ADD city text", "UPDATE salons SET city = name")

    status, said = _signalled(kept, empty_database, number, _IN_RESTORE)

    assert (status, said.splitlines()[0]) == (
        3,
        f"error: {number.name}: the rehearsal was ended, and nothing was changed",
    )
    assert query(_SESSIONS, _copy_of(empty_database)) == [(0,)]
    assert not _has_copy(query, empty_database)
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(2,)]
    assert query("SELECT count(*) FROM pg_attribute WHERE attname = 'city'") == [(0,)]
    assert list(Path(kept.project.backup.destination).glob("*.partial")) == []
    done, _ = _deploy(kept, empty_database)
    assert done.rehearsal is not None


_IN_DUMP = (
    "SELECT 1 FROM pg_stat_activity WHERE %s::text IS NOT NULL AND wait_event_type = 'Lock'"
    " AND query LIKE 'LOCK TABLE %%'"
)


@pytest.mark.slow
@pytest.mark.fault("a deploy is asked to end while it takes its snapshot")
def test_signal_ends_a_dump_at_once(kept: Any, empty_database: str, query: Query) -> None:
    kept.project = replace(kept.project, ignore_schemas=frozenset({"others"}))
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE SCHEMA others")
        connection.execute("CREATE TABLE others.held ()")
    kept.add("city", "ALTER TABLE salons ADD city text", "UPDATE salons SET city = name")

    with psycopg.connect(empty_database) as holding:
        holding.execute("LOCK TABLE others.held")
        status, said = _signalled(kept, empty_database, signal.SIGTERM, _IN_DUMP)

    assert (status, said.splitlines()[0]) == (
        3,
        "error: SIGTERM: the snapshot was not finished, and nothing was changed",
    )
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
    assert not _has_copy(query, empty_database)
    assert list(Path(kept.project.backup.destination).glob("*")) == []
