"""`pgevolve diff FROM TO` as a user has it: a script for psql, JSON, exit statuses."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgevolve.connect import connect
from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database

OLD = """
CREATE ROLE diff_reader;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'ok', gone text);
CREATE VIEW names AS SELECT name FROM people;
INSERT INTO people (id, name) VALUES (1, 'Forough');
"""
NEW = r"""
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'happy',
  note text DEFAULT 'a \ b', CHECK (name <> ''));
CREATE INDEX people_name ON people (lower(name)) WHERE mood = 'happy';
CREATE VIEW names AS SELECT name, note FROM people;
CREATE FUNCTION greet(p people) RETURNS text LANGUAGE sql AS $$ SELECT 'it''s ' || p.name; -- :name $$;
GRANT SELECT ON names TO diff_reader;
"""


class Command:
    """The command in a process of its own."""

    def __init__(self, server: LocalPostgres) -> None:
        self.server = server

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = str(Path(sys.executable).with_name("pgevolve"))
        return subprocess.run([program, "diff", *arguments], capture_output=True, text=True, check=False)

    def diff(self, one: str, other: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(one, other, "--scratch-url", self.server.url(), *arguments)

    def psql(self, url: str, script: Path) -> subprocess.CompletedProcess[str]:
        psql = self.server.binaries.tool("psql")
        return subprocess.run(
            [psql, "-X", "-d", url, "-f", str(script)], capture_output=True, text=True, check=False, cwd="/"
        )


@pytest.fixture
def command(server: LocalPostgres) -> Command:
    return Command(server)


@pytest.fixture
def database(server: LocalPostgres) -> Iterator[Callable[[str], str]]:
    """Return a function that makes a database of statements and returns its URL."""
    with ExitStack() as stack:

        def made(statements: str) -> str:
            url = stack.enter_context(scratch_database(server.url()))
            with connect(url, purpose="test") as connection:
                connection.execute(
                    "DROP ROLE IF EXISTS diff_reader" if "CREATE ROLE" in statements else "SELECT 1"
                )
                connection.execute(statements.encode())
            return url

        yield made


@pytest.mark.parametrize("naive", [[], ["--naive"]], ids=["phases", "plain"])
def test_psql_runs_the_script_as_it_is_and_nothing_differs_afterwards(
    command: Command, database: Callable[[str], str], tmp_path: Path, naive: list[str]
) -> None:
    old = database(OLD.replace(", gone text", "") if not naive else OLD)
    new = database(NEW)
    script = tmp_path / "change.sql"

    printed = command.diff(old, new, *naive)
    script.write_text(printed.stdout)
    done = command.psql(old, script)
    again = command.diff(old, new)

    assert (printed.returncode, printed.stderr) == (3, "")
    assert (done.returncode, done.stderr) == (0, "")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    with connect(old, purpose="test") as connection:
        rows = connection.execute("SELECT name, note FROM people").fetchall()
    assert rows == [("Forough", "a \\ b")]


def test_phases_stand_in_order_and_what_must_runs_outside_a_transaction(
    command: Command, database: Callable[[str], str]
) -> None:
    old = database(OLD.replace("gone text", "gone text, extra int"))
    new = database(NEW.replace("note text DEFAULT 'a \\ b',", "gone text,").replace("name, note", "name"))

    script = command.diff(old, new).stdout

    expand, contract = script.split("-- phase contract", maxsplit=1)
    assert "-- phase expand" in expand
    assert "DROP COLUMN extra" in contract
    assert "DROP COLUMN" not in expand
    open_transaction = False
    limited = False
    for line in script.splitlines():
        open_transaction = {"BEGIN;": True, "COMMIT;": False}.get(line, open_transaction)
        limited = limited or "lock_timeout" in line
        if "CONCURRENTLY" in line or "ADD VALUE" in line or "VALIDATE" in line:
            assert not open_transaction, line
        if line.startswith(("ALTER", "CREATE", "DROP")):
            assert limited, line


def test_the_changes_come_as_json(command: Command, database: Callable[[str], str]) -> None:
    done = command.diff(database(OLD), database(NEW), "--json")

    assert done.returncode == 3
    changes = json.loads(done.stdout)["changes"]
    assert {
        "action": "create",
        "kind": "index",
        "schema": "public",
        "table": "people",
        "name": "people_name",
        "summary": "create index public.people.people_name",
    } in changes
    assert {change["action"] for change in changes} == {"create", "alter", "grant"}


def test_a_change_without_safe_statements_is_refused_by_name_and_plain_on_demand(
    command: Command, database: Callable[[str], str]
) -> None:
    old, new = database("CREATE TABLE t (a int)"), database("CREATE TABLE t (a boolean)")

    refused, plain = command.diff(old, new), command.diff(old, new, "--naive")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "no safe plan is known for this change: column a of table public.t" in refused.stderr
    assert plain.returncode == 3
    assert "ALTER COLUMN a TYPE boolean" in plain.stdout


def test_a_server_that_does_not_answer_is_bad_input(command: Command, database: Callable[[str], str]) -> None:
    done = command.run(database("SELECT 1"), "postgresql://127.0.0.1:1/nothing")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the database cannot be reached")


def test_a_schema_that_the_scratch_server_cannot_hold_is_a_warning(
    command: Command, database: Callable[[str], str]
) -> None:
    operator = "CREATE OPERATOR public.!!! (rightarg = int, procedure = int4abs)"

    done = command.diff(database(operator), database(f"{operator}; CREATE TABLE t (a int)"))

    assert done.returncode == 3
    assert "CREATE TABLE public.t" in done.stdout
    assert done.stderr.startswith("warning: the script is not proved")
    assert "operator" in done.stderr


def test_ignored_schemas_are_left_out(command: Command, database: Callable[[str], str]) -> None:
    done = command.diff(database("SELECT 1"), database("CREATE SCHEMA jobs"), "--ignore-schema", "jobs")

    assert (done.returncode, done.stdout) == (0, "")
