"""Hand-written SQL, fixed and run beside what was written by hand, on copies of one database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from pgevolve.backfill import run_backfill
from pgevolve.catalog import read_catalog
from pgevolve.check.registry import own_rules
from pgevolve.check.source import Source
from pgevolve.connect import connect, sqlalchemy_connection
from pgevolve.digest import digest
from pgevolve.fix.fixing import Fixed, fix
from pgevolve.local import LocalPostgres
from pgevolve.project import CheckOptions
from pgevolve.replayed import database_of
from pgevolve.scratch import scratch_database
from pgevolve.sqltext import parse_steps
from pgevolve.trace import StepTrace, Tracer

BASE = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint NOT NULL, customer_id bigint, total numeric(8, 2), note varchar(50), "Kind" text
);
CREATE INDEX orders_note ON orders (note);
CREATE INDEX orders_total ON orders (total);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
CREATE TABLE log (at date NOT NULL, text text) PARTITION BY RANGE (at);
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE log_2026 (at date NOT NULL, text text);
CREATE TABLE kinds (kind text NOT NULL, at date) PARTITION BY LIST (kind);
CREATE TABLE kinds_few (kind text NOT NULL, at date);
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS sum FROM orders GROUP BY 1;
CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
"""
ROWS = """
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 3000) n;
INSERT INTO orders SELECT n, n, n, 'n' || n, 'k' FROM generate_series(1, 3000) n;
INSERT INTO people SELECT n, 'good' FROM generate_series(1, 3000) n;
INSERT INTO log_2025 SELECT '2025-01-01'::date + n % 300, 't' FROM generate_series(1, 3000) n;
INSERT INTO log_2026 SELECT '2026-01-01'::date + n % 300, 't' FROM generate_series(1, 3000) n;
INSERT INTO kinds_few SELECT CASE n % 2 WHEN 0 THEN 'a' ELSE 'it''s' END FROM generate_series(1, 3000) n;
REFRESH MATERIALIZED VIEW totals;
"""


def fixed_text(naive: str, *before: str, target_version: int = 18, deployed: bool = False) -> Fixed:
    """Return what becomes of statements after the given history; a deployed one is a migration's up.sql."""
    history = [Source(f"{n}.sql", text, str(n), deployed=deployed) for n, text in enumerate(before)]
    target = Source("naive.sql", naive, "naive", deployed=deployed)
    return fix(history, target, own_rules(), CheckOptions(target_version=target_version))


@dataclass
class Copy:
    """A copy of the base with its rows."""

    url: str

    def run(self, text: str) -> tuple[StepTrace, ...]:
        """Run the steps of a file as a deploy does, and return what they did to everybody else."""
        with Tracer(self.url) as tracer:
            return tracer.trace(parse_steps(text))

    def fill(self, backfill: str) -> int:
        """Run the batches of a backfill."""
        with connect(self.url, purpose="test") as connection:
            return run_backfill(connection, backfill, owner=None)

    def digest(self) -> str:
        """Return the digest of the schema."""
        with sqlalchemy_connection(self.url, purpose="test") as connection:
            return digest(read_catalog(connection))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Return what a query gives."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def base(server: LocalPostgres) -> Iterator[str]:
    """Return the name of a database with the base and its rows, to be copied."""
    with scratch_database(server.url()) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(BASE.encode())
            connection.execute(ROWS.encode())
            connection.execute(b"VACUUM ANALYZE")
        yield database_of(url)


@pytest.fixture
def copy(
    server: LocalPostgres, base: str, clone_of: Callable[[LocalPostgres, str], str]
) -> Callable[[], Copy]:
    """Return a function that copies the base."""
    return lambda: Copy(clone_of(server, base))
