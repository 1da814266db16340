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


def test_one_schema_on_two_versions_does_not_differ_and_the_versions_are_named(
    servers: Mapping[int, LocalPostgres],
) -> None:
    majors = sorted(servers)
    first, second = majors[0], majors[-1]
    with scratch_database(servers[first].url()) as old, scratch_database(servers[second].url()) as new:
        for url in (old, new):
            with connect(url, purpose="test") as connection:
                connection.execute(SCHEMA)

        program = str(Path(sys.executable).with_name("pgevolve"))
        done = subprocess.run([program, "diff", old, new], capture_output=True, text=True, check=False)

    warning = f"warning: the first server is PostgreSQL {first}, the second {second}\n"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (warning if first != second else "")
