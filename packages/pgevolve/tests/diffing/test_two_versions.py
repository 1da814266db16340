"""Two servers of different versions side by side."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pgevolve.connect import connect
from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database

SCHEMA = """
CREATE TABLE t (a int NOT NULL, b text CHECK (b IN ('x', 'y')));
CREATE VIEW v AS SELECT a FROM t WHERE b <> 'x';
GRANT ALL ON t TO PUBLIC;
"""


def diff(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("pgevolve"))
    return subprocess.run([program, "diff", *arguments], capture_output=True, text=True, check=False)


def test_a_script_for_an_older_server_is_proved_on_the_embedded_one(
    servers: Mapping[int, LocalPostgres],
) -> None:
    first = servers[min(servers)]
    with scratch_database(first.url()) as old, scratch_database(first.url()) as new:
        for url, more in (
            (old, ""),
            (new, "ALTER TABLE t ADD c int; CREATE INDEX i ON t (c) WHERE c IN (1, 2);"),
        ):
            with connect(url, purpose="test") as connection:
                connection.execute(f"{SCHEMA}{more}".encode())

        done = diff(old, new)

    assert (done.returncode, done.stderr) == (3, "")
    assert "ADD COLUMN c integer" in done.stdout


def test_one_schema_on_two_versions_does_not_differ_and_the_versions_are_named(
    servers: Mapping[int, LocalPostgres],
) -> None:
    majors = sorted(servers)
    first, second = majors[0], majors[-1]
    with scratch_database(servers[first].url()) as old, scratch_database(servers[second].url()) as new:
        for url in (old, new):
            with connect(url, purpose="test") as connection:
                connection.execute(SCHEMA)

        done = diff(old, new)

    warning = f"warning: the first server is PostgreSQL {first}, the second {second}\n"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (warning if first != second else "")
