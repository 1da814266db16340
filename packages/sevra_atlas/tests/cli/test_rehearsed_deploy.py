"""`sevra migrate deploy` of a pending migration: it runs on a restored copy first, and the copy goes."""

import json
import secrets
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cli_places import Cluster, OwnDatabase, Sevra, sevra_of_tester
from conftest import workplace_folder
from next_release import NextRelease
from psycopg import conninfo, sql

from pgevolve.local import LocalPostgres
from pgevolve.scratch import SCRATCH_SETTINGS
from pgevolve.verify import schema_digest
from sevra_atlas.migrate import project

pytestmark = pytest.mark.slow

_PATIENCE = 600  # seconds: several commands share the machine with other tests


@dataclass
class Installation:
    """A deployed database with demo data, the release that comes next, and an administrator's way in."""

    sevra: Sevra
    release: NextRelease
    admin_url: str
    variables: dict[str, str]

    def deploy(self, *arguments: str, **variables: str) -> Any:
        given = {**self.variables, **variables, "PYTHONPATH": self.release.path}
        return self.sevra.run("migrate", "deploy", *arguments, timeout=_PATIENCE, **given)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def order(self, statement: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def copies(self) -> list[str]:
        return [name for (name,) in self.ask("SELECT datname FROM pg_database WHERE datname ~ '_rehearsal_'")]

    def add(self, name: str, *statements: str) -> None:
        self.release.add(name, *statements, admin_url=self.admin_url)

    def columns(self, name: str) -> int:
        ((found,),) = self.ask("SELECT count(*) FROM pg_attribute WHERE attname = %s", name)
        return int(found)


def _installed(place: Path, admin_url: str, **variables: str) -> Installation:
    sevra = sevra_of_tester(place)
    done = sevra.run("migrate", "deploy", timeout=_PATIENCE, **variables)
    assert done.returncode == 0, done.stderr
    # The first deploy has no rows, no snapshot and so nothing to rehearse on.
    assert "rehears" not in done.stdout + done.stderr
    loaded = sevra.run("demo", "load", "--size", "tiny", timeout=_PATIENCE, **variables)
    assert loaded.returncode == 0, loaded.stderr
    return Installation(sevra, NextRelease(place / "next release"), admin_url, variables)


@pytest.fixture(scope="module")
def own(cluster: Cluster) -> Iterator[Installation]:
    """Return an installation on a server of one's own, by a user who may make roles and owns the database."""
    database = OwnDatabase(cluster, f"t{secrets.token_hex(6)}", cluster.roles())
    with cluster.admin() as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(database.name)
            )
        )
    try:
        url = database.user(f"{database.name}_directory", "CREATEROLE", owner=True)
        with workplace_folder() as place:
            yield _installed(place, database.admin_url, DATABASE_URL=url)
    finally:
        database.drop()


@pytest.fixture
def able(own: Installation) -> Installation:
    """Return it after the administrator ran the statement that the deploy names."""
    own.order(f"ALTER ROLE {_user(own)} CREATEDB")
    return own


def _user(own: Installation) -> str:
    return str(conninfo.conninfo_to_dict(own.variables["DATABASE_URL"])["user"])


def test_user_who_may_make_no_database_is_told_the_statement_and_rehearses_after_it(
    own: Installation,
) -> None:
    own.order(f"ALTER ROLE {_user(own)} NOCREATEDB")
    own.add("first", "ALTER TABLE salons ADD COLUMN first_try text")
    without = own.deploy()
    statement = f"ALTER ROLE {_user(own)} CREATEDB"
    own.order(statement)
    own.add("second", "ALTER TABLE salons ADD COLUMN second_try text", "UPDATE salons SET second_try = slug")

    done = own.deploy("--json")

    assert without.returncode == 0, without.stderr
    assert f"may not make a copy of the database; an administrator must run {statement}" in _flat(without)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [entry["name"] for entry in report["rehearsal"]["migrations"]] == [
        entry["name"] for entry in report["migrations"]
    ]
    assert report["rehearsal"]["tables"] > 80
    assert own.ask("SELECT count(*) FROM salons WHERE second_try IS NULL") == [(0,)]
    assert own.copies() == []


def test_migration_that_fails_on_the_copy_changes_nothing_in_the_database(able: Installation) -> None:
    before, ledger = schema_digest(able.admin_url, project()), _ledger(able)
    able.release.add(
        "broken", "ALTER TABLE salons ADD COLUMN broken text", "SELECT 1 / (id - id) FROM salons"
    )
    try:
        done = able.deploy()
    finally:
        able.release.forget_last()

    assert done.returncode == 1
    assert "the rehearsal failed, and nothing was changed" in _flat(done)
    assert "division by zero" in _flat(done)
    assert (schema_digest(able.admin_url, project()), _ledger(able)) == (before, ledger)
    assert able.columns("broken") == 0
    assert able.copies() == []


def _ledger(own: Installation) -> list[tuple[Any, ...]]:
    return own.ask("SELECT name, state FROM pgevolve.migrations ORDER BY name")


_WAITS = """DO $$ BEGIN
WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'rehearsal gate') LOOP
  PERFORM pg_stat_clear_snapshot(), pg_sleep(0.02);
END LOOP; END $$"""
_IN_STEP = "SELECT FROM pg_stat_activity WHERE datname ~ '_rehearsal_' AND query LIKE 'DO $$ BEGIN%%'"


@pytest.mark.fault("the deployer of Sevra is killed while it rehearses")
def test_copy_that_a_killed_deploy_left_goes_with_the_next(able: Installation) -> None:
    able.add("waiting", "ALTER TABLE salons ADD COLUMN waited text", _WAITS)
    gate = conninfo.make_conninfo(able.admin_url, application_name="rehearsal gate")
    started = {**able.variables, "PYTHONPATH": able.release.path}
    with psycopg.connect(gate):
        process = able.sevra.start("migrate", "deploy", **started)
        while not able.ask(_IN_STEP):
            assert process.process.poll() is None, process.lines
        status = process.end(signal.SIGKILL)

    left, added = able.copies(), able.columns("waited")
    given = {**able.variables, "PYTHONPATH": able.release.path}
    seen = able.sevra.run("migrate", "janitor", timeout=_PATIENCE, **given)
    done = able.deploy()

    assert status == -signal.SIGKILL
    assert (seen.returncode, f"DROP DATABASE {left[0]} WITH (FORCE)" in _flat(seen)) == (1, True)
    assert (len(left), added) == (1, 0)
    assert done.returncode == 0, done.stderr
    assert "rehearsed in" in _flat(done)
    assert able.copies() == []


def test_stated_logins_rehearse_with_an_administrator_beside_them(able: Installation) -> None:
    stated = json.loads(able.sevra.run("db", "url", "--json", **able.variables).stdout)
    variables = {"SEVRA_DATABASE_URL": stated["app"], "SEVRA_OWNER_URL": stated["owner"]}
    able.add("stated", "ALTER TABLE salons ADD COLUMN stated text")
    given = {**variables, "PYTHONPATH": able.release.path}

    alone = able.sevra.run("migrate", "deploy", "--rehearse", timeout=_PATIENCE, **given)
    given["SEVRA_ADMIN_URL"] = able.variables["DATABASE_URL"]
    done = able.sevra.run("migrate", "deploy", timeout=_PATIENCE, **given)

    assert alone.returncode == 2
    assert "CREATEDB; ALTER DATABASE" in _flat(alone)
    assert done.returncode == 0, done.stderr
    assert "rehearsed in" in _flat(done)
    assert able.copies() == []


def test_recovery_is_drilled_by_a_user_who_is_no_superuser(able: Installation) -> None:
    made = able.sevra.run("backup", "create", timeout=_PATIENCE, **able.variables)
    drilled = able.sevra.run("backup", "drill", "--json", timeout=_PATIENCE, **able.variables)

    assert made.returncode == 0, made.stderr
    assert drilled.returncode == 0, drilled.stderr
    assert json.loads(drilled.stdout)["tables"] > 80


def test_embedded_database_is_rehearsed_without_another_right_for_any_login() -> None:
    with (
        workplace_folder() as place,
        LocalPostgres(place / ".data" / "postgres", settings=SCRATCH_SETTINGS) as server,
    ):
        installed = _installed(place, server.url("sevra_atlas"))
        installed.add("embedded", "ALTER TABLE salons ADD COLUMN embedded text")

        done = installed.deploy()

        assert done.returncode == 0, done.stderr
        assert "rehearsed in" in _flat(done)
        assert installed.copies() == []
        rights = "SELECT count(*) FROM pg_roles WHERE rolname ~ '^sevra' AND (rolcreatedb OR rolcreaterole)"
        assert installed.ask(rights) == [(0,)]


def _flat(done: Any) -> str:
    return " ".join((done.stdout + done.stderr).split())
