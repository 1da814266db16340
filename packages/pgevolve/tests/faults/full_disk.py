"""A deploy whose disk is full while it builds an index, in a mount namespace of its own; says what happened.

python full_disk.py MAJOR FOLDER SQL: the server of that major version lies in the folder, its tablespace
`small` on a file system of 24 MB in memory. The statements are the second migration.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import MetaData

from pgevolve.deploy import deploy, resume
from pgevolve.failures import MigrationFailedError
from pgevolve.local import LocalPostgres, find_binaries
from pgevolve.new import given_migration
from pgevolve.project import Project
from pgevolve.scratch import SCRATCH_SETTINGS, create_database, with_database

_ROWS = 300_000
_LOOK = """
SELECT (SELECT count(*) FROM salons) AS rows,
  (SELECT count(*) FROM pg_attribute WHERE attrelid = 'salons'::regclass AND attname = 'motto') AS columns,
  (SELECT array_agg(indisvalid) FROM pg_index WHERE indexrelid = to_regclass('salons_name_idx')) AS valid,
  (SELECT state FROM pgevolve.migrations ORDER BY position DESC LIMIT 1) AS state
"""


def main(major: int, folder: Path, statements: str) -> None:
    """Run the scenario and print what was seen as JSON."""
    small = folder / "small"
    small.mkdir()
    _mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small))
    server = LocalPostgres(folder / "home", binaries=find_binaries(major), settings=SCRATCH_SETTINGS)
    with server:
        owner = (server.home / "data").stat()
        os.chown(small, owner.st_uid, owner.st_gid)
        sys.stdout.write(json.dumps(_scenario(server, folder, small, statements)))


def _scenario(server: LocalPostgres, folder: Path, small: Path, statements: str) -> dict[str, object]:
    create_database(server.url(), "shop")
    url = with_database(server.url(), "shop")
    project = Project(MetaData(), folder / "migrations", scratch_url=server.url())
    given_migration(project, "salons", "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text);")
    deploy(project, url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO salons SELECT n, md5(n::text) || md5((-n)::text) FROM generate_series(1, %s) AS n",
            (_ROWS,),
        )
        connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'".encode())
    (wanted,) = given_migration(project, "names", statements).migrations
    try:
        deploy(project, url)
    except MigrationFailedError as error:
        failure = {"sqlstate": error.sqlstate, "said": str(error), "hint": error.hint}
    else:
        failure = {}
    full = _seen(url)
    _mount("-o", "remount,size=512m", str(small))
    report = resume(project, url)
    return {"failure": failure, "full": full, "after": _seen(url), "led": report.digest == wanted.digest}


def _seen(url: str) -> dict[str, object]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        row = connection.execute(_LOOK).fetchone()
    assert row is not None
    return row


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
