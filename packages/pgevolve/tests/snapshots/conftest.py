"""A small database in which every kind of file of a dump occurs, and snapshots of it to damage."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest

from pgevolve.local import LocalPostgres
from pgevolve.project import BackupOptions
from pgevolve.scratch import scratch_database
from pgevolve.snapshot import Snapshot, Storage, create_snapshot, open_storage
from pgevolve.snapshot.encryption import hash_file
from pgevolve.snapshot.listing import read_manifest
from pgevolve.snapshot.manifest import MANIFEST, encoded, name_of

from .restoring import place, small

__all__ = ["place", "small"]

ROLES = ("snap_owner", "snap_reader", "snap_staff")
CONTENT = r"""
CREATE SCHEMA "Shelf 2";
CREATE TYPE mood AS ENUM ('sad', 'it''s');
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN n * 2;
CREATE TABLE books (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, pages integer,
  twice_pages integer GENERATED ALWAYS AS (twice(pages)) STORED, mood mood, price numeric(8, 2),
  added timestamptz, cover bytea, weight double precision, tags text[], gone integer
);
ALTER TABLE books DROP COLUMN gone;
INSERT INTO books (title, pages, mood, price, added, cover, weight, tags)
SELECT 'کتاب ' || n || E' \\. \t\n end', n, CASE WHEN n % 3 = 0 THEN 'it''s'::mood END, n / 7.0,
       '2026-01-01 00:00+03:30'::timestamptz + n * interval '1 hour', decode(md5(n::text), 'hex'),
       n / 3.0, ARRAY['a', NULL, 'b"{}']
  FROM generate_series(1, 500) AS n;
CREATE INDEX ON books (title);
CREATE TABLE "Shelf 2"."Odd, name" ("a b" text, t text);
INSERT INTO "Shelf 2"."Odd, name" VALUES ('x', 'y'), (NULL, '\.');
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE empty (id integer);
CREATE TABLE visits (day date, n integer) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO visits SELECT '2026-01-20'::date + n, n FROM generate_series(0, 30) AS n;
CREATE TABLE base (id integer);
CREATE TABLE child (own text) INHERITS (base);
ALTER TABLE base ADD COLUMN later text DEFAULT 'l';
INSERT INTO base VALUES (1, 'x');
INSERT INTO child (id, own, later) VALUES (2, 'o', 'p');
CREATE VIEW long_books AS SELECT id, title FROM books WHERE pages > 100;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM books;
CREATE SEQUENCE numbers START 7;
SELECT nextval('numbers'), lo_from_bytea(0, 'a large object');
GRANT SELECT ON books TO snap_reader;
COMMENT ON TABLE books IS 'it''s a shelf';
"""


@dataclass(frozen=True)
class Key:
    """A pair of age's keys, the private one in a file too."""

    identity: Any
    recipient: str
    path: Path


@dataclass(frozen=True)
class Taken:
    """A snapshot in a directory of its own."""

    folder: Path
    options: BackupOptions
    snapshot: Snapshot

    @property
    def storage(self) -> Storage:
        return open_storage(self.options.destination)

    @property
    def place(self) -> Path:
        """The snapshot's own folder."""
        return self.folder / self.snapshot.name

    def copied_to(self, folder: Path) -> "Taken":
        """Return a copy that a test may damage."""
        shutil.copytree(self.folder, folder)
        return Taken(folder, replace(self.options, destination=str(folder)), self.snapshot)

    def resealed(self) -> "Taken":
        """Write a manifest that says of the files what they now are, as if they had been dumped so."""
        before = self.snapshot.manifest
        stored = []
        for file in before.files:
            if (self.place / file.path).exists():
                found = hash_file(self.place / file.path)
                stored.append(replace(file, size=found.size, sha256=found.sha256))
        content = encoded(replace(before, files=tuple(stored)))
        (self.place / MANIFEST).write_bytes(content)
        name = name_of(before.made_at, content)
        self.place.rename(self.folder / name)
        return Taken(self.folder, self.options, Snapshot(name, read_manifest(self.storage, name)))


def make_roles(server: LocalPostgres) -> None:
    """Make the roles that the content names, where they are missing."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        have = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in ROLES:
            if role not in have:
                connection.execute(f"CREATE ROLE {role}".encode())
        connection.execute("GRANT snap_reader TO snap_staff")


@pytest.fixture
def snapshot_roles(server: LocalPostgres) -> None:
    """Make the roles that statements may name."""
    make_roles(server)


@pytest.fixture(scope="session")
def stocked(server: LocalPostgres) -> Iterator[str]:
    """Return the URL of a database with the content, which no test changes."""
    make_roles(server)
    with scratch_database(server.url()) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET ROLE NONE")
            connection.execute(CONTENT.encode())
            name = connection.info.dbname
            connection.execute(f'ALTER DATABASE {name} SET search_path = public, "Shelf 2"'.encode())
            connection.execute(f"ALTER ROLE snap_reader IN DATABASE {name} SET work_mem = '5MB'".encode())
            connection.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC".encode())
            connection.execute(f"GRANT CONNECT ON DATABASE {name} TO snap_staff WITH GRANT OPTION".encode())
            connection.execute(f"COMMENT ON DATABASE {name} IS 'it''s stocked'".encode())
            connection.execute(f"ALTER DATABASE {name} OWNER TO snap_owner".encode())
        yield url


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    """Return a key."""
    return make_key(tmp_path_factory.mktemp("key") / "key.txt")


def make_key(path: Path) -> Key:
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# made for a test\n{identity}\n", encoding="utf-8")
    return Key(identity, str(identity.to_public()), path)


@pytest.fixture
def other_key(tmp_path: Path) -> Key:
    """Return another key."""
    return make_key(tmp_path / "other-key.txt")


def _taken(url: str, folder: Path, options: BackupOptions) -> Taken:
    options = replace(options, destination=str(folder))
    return Taken(folder, options, create_snapshot(url, options))


@pytest.fixture(scope="session")
def _compressed(stocked: str, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    return _taken(stocked, tmp_path_factory.mktemp("compressed") / "backups", BackupOptions())


@pytest.fixture(scope="session")
def _uncompressed(stocked: str, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("uncompressed") / "backups"
    return _taken(stocked, folder, BackupOptions(compression=0))


@pytest.fixture(scope="session")
def _encrypted(stocked: str, key: Key, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("encrypted") / "backups"
    return _taken(stocked, folder, BackupOptions(recipients=(key.recipient,)))


@pytest.fixture
def taken(_compressed: Taken, tmp_path: Path) -> Taken:
    """Return a snapshot as pg_dump makes it by default."""
    return _compressed.copied_to(tmp_path / "backups")


@pytest.fixture
def uncompressed(_uncompressed: Taken, tmp_path: Path) -> Taken:
    """Return a snapshot whose data is plain text."""
    return _uncompressed.copied_to(tmp_path / "uncompressed")


@pytest.fixture
def encrypted(_encrypted: Taken, tmp_path: Path) -> Taken:
    """Return a snapshot that `key` opens."""
    return _encrypted.copied_to(tmp_path / "encrypted")


@pytest.fixture
def flip() -> Callable[[Path, int], None]:
    """Return a function that turns one bit of a file over."""

    def turn(path: Path, position: int) -> None:
        content = bytearray(path.read_bytes())
        content[position] ^= 1
        path.write_bytes(content)

    return turn
