"""Partitioned tables are schema; their partitions are data, when the project says so."""

from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, MetaData, Table, func

from pgevolve.build import build
from pgevolve.catalog import read_catalog
from pgevolve.connect import sqlalchemy_connection
from pgevolve.deploy import deploy
from pgevolve.diff import diff
from pgevolve.digest import digest
from pgevolve.new import differences_from_history, new_migration
from pgevolve.scratch import scratch_database
from pgevolve.verify import schema_digest

PARTITIONS = (
    "CREATE TABLE public.log_2026 PARTITION OF public.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "CREATE TABLE public.log_rest PARTITION OF public.log DEFAULT",
    "CREATE TABLE public.log_2027 (LIKE public.log INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
    "ALTER TABLE log ATTACH PARTITION log_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
    "CREATE INDEX log_rest_at ON public.log_rest (at)",
    "GRANT SELECT ON public.log_rest TO PUBLIC",
)


def log_models() -> MetaData:
    metadata = MetaData()
    table = Table(
        "log",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("at", DateTime(timezone=True), primary_key=True, server_default=func.now()),
        Column("size", BigInteger),
        CheckConstraint("size >= 0", name="log_size_check"),
        postgresql_partition_by="RANGE (at)",
    )
    Index("log_size_idx", table.c.size)
    return metadata


def test_partitions_are_seen_unless_they_are_data(bench: Any) -> None:
    with bench.connection() as connection:
        build(connection, log_models(), bench.owner)
        bare = read_catalog(connection, owner=bench.owner, ignore_partitions=True)
        bench.run(connection, *PARTITIONS)
        seen = read_catalog(connection, owner=bench.owner)
        unseen = read_catalog(connection, owner=bench.owner, ignore_partitions=True)

    assert {str(change) for change in diff(bare, seen)} >= {
        "create table public.log_2026",
        "create table public.log_2027",
        "create table public.log_rest",
        "create index public.log_rest.log_rest_at",
    }
    assert diff(bare, unseen) == ()
    assert (digest(bare) == digest(unseen), digest(bare) == digest(seen)) == (True, False)


def test_a_partitioned_table_is_planned_deployed_and_keeps_its_digest_as_partitions_come(bench: Any) -> None:
    project = replace(bench.project(log_models()), ignore_partitions=True)

    written = new_migration(project, "log")

    assert written is not None
    (migration,) = written.migrations
    assert "PARTITION BY RANGE (at)" in migration.up_sql
    assert differences_from_history(project) == ()
    with scratch_database(bench.server.url()) as url:
        deploy(project, url)
        with sqlalchemy_connection(url, purpose="test") as connection:
            bench.run(connection, *PARTITIONS, "INSERT INTO public.log (size) VALUES (1)")
            connection.commit()

        assert schema_digest(url, project) == migration.digest
