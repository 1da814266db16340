"""Each condition made for real on a server, and the same server without it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.connect import connect
from pgevolve.history import Migration
from pgevolve.local import LocalPostgres, find_binaries
from pgevolve.preflight import Fact, Limits, PreflightReport, UnfitServerError, preflight, require_fit
from pgevolve.preflight.model import Space
from pgevolve.preflight.space import facts as facts_of_space
from pgevolve.project import Project
from pgevolve.scratch import SCRATCH_SETTINGS, scratch_database

_SETTINGS = SCRATCH_SETTINGS | {
    "max_prepared_transactions": "5",
    "wal_level": "logical",
    "max_wal_senders": "4",
    "autovacuum_naptime": "1s",
}
_GOODS = """
CREATE TABLE goods (id bigint PRIMARY KEY, name text);
CREATE TABLE other (id bigint PRIMARY KEY);
INSERT INTO goods SELECT n, 'name ' || n FROM generate_series(1, 1000) AS n;
ANALYZE goods;
"""
_ADD = "ALTER TABLE goods ADD COLUMN price integer;"
_BUILD = "-- pgevolve: transaction=off\nCREATE INDEX CONCURRENTLY goods_name ON goods (name);"
Look = Callable[..., PreflightReport]


@pytest.fixture(scope="module")
def replicating(server: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """Return a server of its own that prepares transactions, keeps slots, and vacuums every second."""
    home = tmp_path_factory.mktemp("preflight")
    own = LocalPostgres(home, binaries=find_binaries(server.major), settings=_SETTINGS)
    try:
        own.start()
        yield own
    finally:
        own.delete()


@pytest.fixture
def url(replicating: LocalPostgres) -> Iterator[str]:
    with scratch_database(replicating.url()) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_GOODS)
        yield url


@pytest.fixture
def look(url: str) -> Look:
    """Return a function that looks at the server for statements to come."""

    def look(
        up: str = _ADD, owner: str | None = None, login: str = "postgres", **limits: Any
    ) -> PreflightReport:
        migration = Migration("1_change", Path("unused"), "expand", "", None, None, {}, "", up)
        with connect(_as(url, login), purpose="test") as connection:
            project = Project(MetaData(), Path("unused"), owner)
            return preflight(connection, project, [migration], limits=Limits(**limits))

    return look


def _as(url: str, login: str) -> str:
    return url.replace("postgres@", f"{login}@", 1)


def _kinds(report: PreflightReport) -> list[tuple[str, str]]:
    return [(fact.kind, fact.severity) for fact in report.facts]


def test_a_fit_server_gives_no_fact(look: Look) -> None:
    report = look()

    assert report.facts == ()
    assert report.tables == ("public.goods",)
    require_fit(report)


def test_prepared_transaction_on_a_table_concerned_is_refused(look: Look, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("BEGIN; INSERT INTO goods VALUES (5000); PREPARE TRANSACTION 'half'")
        try:
            report = look()
            elsewhere = look("ALTER TABLE other ADD COLUMN price integer;")
        finally:
            connection.execute("ROLLBACK PREPARED 'half'")

    (fact,) = report.facts
    assert (fact.kind, fact.severity) == ("prepared transaction", "refuse")
    assert fact.message.startswith(
        "the prepared transaction 'half' of 'postgres' holds locks on goods since "
    )
    assert fact.fix == "run COMMIT PREPARED 'half' or ROLLBACK PREPARED 'half'"
    assert elsewhere.facts == ()
    with pytest.raises(UnfitServerError) as refused:
        require_fit(report)
    assert refused.value.hint == fact.fix


@contextmanager
def _idle(url: str, statement: str) -> Iterator[int]:
    with psycopg.connect(url, application_name="idler") as other:
        other.execute(statement.encode())
        yield other.info.backend_pid
        other.rollback()


def test_long_transaction_on_a_table_concerned_is_told(look: Look, url: str) -> None:
    with _idle(url, "SELECT FROM goods") as pid:
        report = look(long_transaction_seconds=0)
        young = look(long_transaction_seconds=600)
        elsewhere = look("ALTER TABLE other ADD COLUMN price integer;", long_transaction_seconds=0)

    (fact,) = report.facts
    assert (fact.kind, fact.severity) == ("long transaction", "warn")
    assert fact.message.startswith(
        f"pid {pid} (postgres, idler, idle in transaction) has been in a transaction"
    )
    assert fact.message.endswith("holds locks on goods")
    assert (young.facts, elsewhere.facts) == ((), ())


def test_long_snapshot_is_told_where_a_step_builds_concurrently(look: Look, url: str) -> None:
    with _idle(url, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT FROM other"):
        concurrent = look(_BUILD, long_transaction_seconds=0)
        plain = look(_ADD, long_transaction_seconds=0)

    assert _kinds(concurrent) == [("long snapshot", "warn")]
    assert plain.facts == ()


def test_inactive_slot_is_told(look: Look, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_create_physical_replication_slot('nobody', true)")
        try:
            report = look()
        finally:
            connection.execute("SELECT pg_drop_replication_slot('nobody')")

    (fact,) = report.facts
    assert (fact.kind, fact.severity) == ("slot inactive", "warn")
    assert "nobody reads the physical replication slot 'nobody'" in fact.message
    assert "pg_drop_replication_slot('nobody')" in fact.fix


def test_invalid_index_and_unvalidated_constraint_are_told(look: Look, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE goods ADD CONSTRAINT id_low CHECK (id < 10) NOT VALID")
        with _idle(url, "INSERT INTO goods VALUES (-1)"):
            connection.execute("SET lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                connection.execute("CREATE INDEX CONCURRENTLY goods_name ON goods (name)")
        report = look()

    assert [(fact.kind, fact.fix) for fact in report.facts] == [
        ("invalid index", "run REINDEX INDEX CONCURRENTLY goods_name, or DROP INDEX CONCURRENTLY goods_name"),
        ("unvalidated constraint", "run ALTER TABLE goods VALIDATE CONSTRAINT id_low"),
    ]


def test_wraparound_vacuum_on_a_table_concerned_is_told(look: Look, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE PROCEDURE age() LANGUAGE plpgsql AS 'BEGIN FOR n IN 1 .. 101000 LOOP"
            " PERFORM txid_current(); COMMIT; END LOOP; END'"
        )
        connection.execute("CALL age()")
        connection.execute(
            "ALTER TABLE goods SET (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100,"
            " autovacuum_vacuum_cost_limit = 1)"
        )
        report = _when(look, "wraparound vacuum")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
        )

    (fact,) = [fact for fact in report.facts if fact.kind == "wraparound vacuum"]
    assert fact.message.startswith("an autovacuum to prevent wraparound works on goods for ")


def _when(look: Look, kind: str) -> PreflightReport:
    """Look until the server's own clockwork has brought a condition about."""
    until = time.monotonic() + 60
    while True:
        report = look()
        if any(fact.kind == kind for fact in report.facts):
            return report
        assert time.monotonic() < until, report


def test_form_that_the_server_does_not_know_is_refused(look: Look, server: LocalPostgres) -> None:
    report = look("ALTER TABLE goods ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) VIRTUAL;")

    expected = [] if server.major >= 18 else [("newer form", "refuse")]
    assert _kinds(report) == expected


def test_space_is_estimated_and_seen_on_this_machine(look: Look, url: str) -> None:
    with psycopg.connect(url) as connection:
        size, index = connection.execute(
            "SELECT pg_total_relation_size('goods'), pg_relation_size('goods')"
        ).fetchone() or (0, 0)

    rewrite = look("ALTER TABLE goods ALTER COLUMN id TYPE integer;").space
    build = look(_BUILD).space
    nothing = look(_ADD).space

    assert rewrite.needed == size
    assert 0 < build.needed <= index
    assert nothing.needed == 0
    assert rewrite.free is not None
    assert rewrite.free > 1 << 20


def test_locked_table_is_not_waited_for(look: Look, url: str) -> None:
    rewrite = "ALTER TABLE goods ALTER COLUMN id TYPE integer;"
    with _idle(url, "LOCK TABLE goods IN ACCESS EXCLUSIVE MODE"):
        report = look(rewrite)

    assert report.space.needed == 0
    assert look(rewrite).space.needed > 0
    assert report.seconds < 10


def test_space_that_does_not_suffice_is_refused() -> None:
    assert [fact.severity for fact in facts_of_space(Space(100, 99))] == ["refuse"]
    assert [fact.severity for fact in facts_of_space(Space(100, 150))] == ["warn"]
    assert list(facts_of_space(Space(100, 201))) == []
    assert list(facts_of_space(Space(100, None))) == []


@pytest.fixture
def roles(replicating: LocalPostgres) -> Iterator[None]:
    """Make an owner, its deployer, and a stranger for one test."""
    with psycopg.connect(replicating.url(), autocommit=True) as connection:
        connection.execute(
            "CREATE ROLE goods_owner; CREATE ROLE deployer LOGIN; CREATE ROLE stranger LOGIN;"
            " GRANT goods_owner TO deployer"
        )
        yield
        connection.execute("DROP ROLE deployer; DROP ROLE stranger; DROP ROLE goods_owner")


@pytest.fixture
def owned(url: str, roles: None) -> Iterator[None]:
    """Give the tables to the owner, and take them back."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "ALTER TABLE goods OWNER TO goods_owner; DO $$ BEGIN"
            " EXECUTE format('GRANT CREATE ON DATABASE %I TO goods_owner', current_database()); END $$"
        )
        yield
        connection.execute("REASSIGN OWNED BY goods_owner TO postgres; DROP OWNED BY goods_owner")


def test_deployer_of_the_owner_is_fit_and_a_stranger_is_not(look: Look, owned: None) -> None:
    assert look(owner="goods_owner", login="deployer").facts == ()

    (fact,) = look(owner="goods_owner", login="stranger").facts

    assert fact == Fact(
        "not the owner",
        "refuse",
        "'stranger' may not become 'goods_owner'",
        "let an administrator run: GRANT goods_owner TO stranger",
    )


def test_table_of_somebody_else_and_a_missing_right_are_refused(look: Look, roles: None) -> None:
    report = look(owner="goods_owner", login="deployer")

    assert _kinds(report) == [("no CREATE", "refuse"), ("foreign table", "refuse")]
    assert report.facts[1].fix == "let an administrator run: ALTER TABLE goods OWNER TO goods_owner"


def test_owner_that_nobody_made_is_refused_to_who_may_not_make_it(look: Look, roles: None) -> None:
    assert _kinds(look(owner="nobody_yet", login="deployer")) == [("owner missing", "refuse")]
    assert look(owner="nobody_yet").facts == ()


def test_standby_is_refused(replicating: LocalPostgres, tmp_path: Path) -> None:
    """A copy of a data directory that is told to recover is a standby without a primary."""
    own = LocalPostgres(tmp_path / "standby", binaries=replicating.binaries, settings=_SETTINGS)
    try:
        own.start()
        own.stop()
        (own.home / "data" / "standby.signal").touch()
        own.start()
        with connect(own.url(), purpose="test") as connection:
            report = preflight(connection, Project(MetaData(), Path("unused")), [])
    finally:
        own.delete()

    assert _kinds(report) == [("standby", "refuse")]
