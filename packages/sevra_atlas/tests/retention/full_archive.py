"""A worker whose disk is full from one step on, in a mount namespace of its own; says what happened.

python full_archive.py MAJOR FOLDER: the server of that major version lies in the folder, its archive on a
file system of 24 MB in memory.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres, find_binaries
from pgevolve.scratch import SCRATCH_SETTINGS, create_database, with_database
from sevra_atlas.domain.retention.conservation import balances
from sevra_atlas.domain.retention.remainders import remainders
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.run import run_once
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.migrate import project

_BLOCK = b"\0" * 65_536
# Half a megabyte that nothing compresses.
_POST = """
INSERT INTO public.posts (title, slug, status, content)
SELECT 'x', 'full-' || %(number)s, 'draft', string_agg(md5(n::text || random()::text), '')
  FROM generate_series(1, 15000) n
RETURNING id
"""
# Forty reviews of four thousand letters each.
_REVIEWED = """
WITH salon AS (
  INSERT INTO public.salons (name, slug) VALUES ('x', 'full') RETURNING id
), people AS (
  INSERT INTO public.users (username, phone_number, referral_code)
  SELECT 'full-' || n, '+98912' || (1000000 + n), 'full-' || n FROM generate_series(1, 40) n RETURNING id
)
INSERT INTO public.reviews (author_id, salon_id, rating, body)
SELECT people.id, salon.id, 5, (SELECT string_agg(md5(concat(n, people.id, random())), '')
                                  FROM generate_series(1, 125) n)
  FROM people, salon
"""


def main(major: int, folder: Path) -> None:
    """Run the scenario at every step and print what was seen as JSON."""
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)], check=True)
    server = LocalPostgres(folder / "home", binaries=find_binaries(major), settings=SCRATCH_SETTINGS)
    with server:
        owner = (server.home / "data").stat()
        os.chown(small, owner.st_uid, owner.st_gid)
        create_database(server.url(), "sevra")
        url = with_database(server.url(), "sevra")
        deploy(project(), url)
        with psycopg.connect(url, autocommit=True) as connection:
            _move_archive(connection, small)
            happened = [_at(connection, step, small) for step in list(ArchiveFault)[:6]]
            returned = _return(connection, small)
        sys.stdout.write(json.dumps({"runs": happened, "return": returned}))


def _move_archive(connection: psycopg.Connection, small: Path) -> None:
    connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'".encode())
    parts = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'archive.rows'::regclass"
    )
    for (part,) in parts.fetchall():
        connection.execute(f"ALTER TABLE {part} SET TABLESPACE small".encode())


def _at(connection: psycopg.Connection, step: ArchiveFault, small: Path) -> dict[str, object]:
    batch = _overdue(connection, list(ArchiveFault).index(step))
    filler = small / "filler"

    def fill(here: ArchiveFault) -> None:
        if here is step and not filler.exists():
            _fill(filler)

    failure = None
    connection.execute("SET SESSION AUTHORIZATION sevra_maintenance")
    try:
        run_once(connection, Watch(at=fill))
    except psycopg.errors.DiskFull as error:
        failure = error.sqlstate
    full = list(_seen(connection, batch))
    filler.unlink()
    again = run_once(connection)
    after = list(_seen(connection, batch))
    connection.execute("RESET SESSION AUTHORIZATION")
    return {"step": step.name, "failure": failure, "full": full, "again": again.archived, "after": after}


def _return(connection: psycopg.Connection, small: Path) -> dict[str, object]:
    """Bring a salon back whose reviewers are away, with no room for the reviews that are put aside."""
    connection.execute(_REVIEWED)
    batch = _aged(connection, "DELETE FROM live.salons WHERE slug = 'full'")
    connection.execute("SET SESSION AUTHORIZATION sevra_maintenance")
    run_once(connection)
    connection.execute("RESET SESSION AUTHORIZATION")
    connection.execute("DELETE FROM live.users WHERE username LIKE 'full-%'")
    connection.execute("SET SESSION AUTHORIZATION sevra_maintenance")
    filler, failure = small / "filler", None

    def fill(here: ArchiveFault) -> None:
        if here is ArchiveFault.RETURN_REMAINDER:
            _fill(filler)

    try:
        restore(connection, batch, watch=Watch(at=fill))
    except psycopg.errors.DiskFull as error:
        failure = error.sqlstate
    full = [*_seen(connection, batch, "salons"), len(remainders(connection))]
    filler.unlink()
    again = restore(connection, batch)
    after = [*_seen(connection, batch, "salons"), len(remainders(connection))]
    connection.execute("RESET SESSION AUTHORIZATION")
    return {"failure": failure, "full": full, "waiting": again.waiting["reviews"], "after": after}


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(_BLOCK)
        except OSError:
            return


def _overdue(connection: psycopg.Connection, number: int) -> int:
    (post,) = connection.execute(_POST, {"number": number}).fetchone() or (0,)
    return _aged(connection, f"DELETE FROM live.posts WHERE id = {post}")


def _aged(connection: psycopg.Connection, deletion: str) -> int:
    connection.execute(deletion.encode())
    row = connection.execute(
        "UPDATE public.deletion_batches SET created_at = now() - interval '31 days'"
        " WHERE id = (SELECT max(id) FROM public.deletion_batches) RETURNING id"
    ).fetchone()
    assert row is not None
    return int(row[0])


def _seen(connection: psycopg.Connection, batch: int, table: str = "posts") -> Iterator[object]:
    for query in (
        "SELECT state::text FROM public.deletion_batches WHERE id = %s",
        f"SELECT count(*) FROM public.{table} t WHERE deletion_id = %s",
        "SELECT count(*) FROM archive.rows WHERE batch_id = %s",
    ):
        row = connection.execute(query.encode(), (batch,)).fetchone()
        assert row is not None
        yield row[0]
    yield all(each.is_kept for each in balances(connection))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
