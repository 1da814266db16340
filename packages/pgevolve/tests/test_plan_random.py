"""Pairs of models that nobody thought of: the plan leads from one to the other, or is refused."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Connection,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from pgevolve.build import build, create_missing_roles
from pgevolve.catalog import Catalog, read_catalog
from pgevolve.connect import sqlalchemy_connection
from pgevolve.diff import diff
from pgevolve.digest import digest
from pgevolve.local import LocalPostgres
from pgevolve.new import differences_from_history, new_migration
from pgevolve.objects import Grant, Role, Schema, View, declare
from pgevolve.plan import UnplannableChangeError, plain_steps
from pgevolve.project import Project
from pgevolve.scratch import scratch_database

COLUMNS = {
    "n": (Integer, ("0", "7")),
    "t": (Text, ("''", "'it''s'")),
    "b": (BigInteger, ("-1", "now()::text::bigint")),
    "order": (Text, ("'x'",)),
    "yes": (Boolean, ("true", "'f'", "(1 = 1)")),
    "at": (DateTime(timezone=True), ("now()", "'2026-01-01'", "CURRENT_TIMESTAMP")),
    "price": (Numeric(8, 2), ("0", "1.50::numeric")),
    "tags": (ARRAY(Text), ("'{}'", "ARRAY['a'::varchar, 'b']")),
    "data": (JSONB, ("'{}'", "'{\"a\": 1}'::json::jsonb")),
    "code": (String(5), ("'x'", "upper('x'::text)")),
}
EXTRAS = (
    "unique",
    "check",
    "check with casts",
    "index",
    "partial index",
    "expression index",
    "foreign key",
    "view",
    "view over view",
    "computed",
    "identity",
    "grant",
    "comment",
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Return one table: its columns with null and default, and what stands on it."""
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), unique=True, min_size=1))
    return {
        "columns": [
            (name, draw(st.booleans()), draw(st.sampled_from((None, *COLUMNS[name][1])))) for name in names
        ],
        "extras": draw(st.sets(st.sampled_from(EXTRAS), max_size=4)),
    }


models = st.fixed_dictionaries(
    {
        "tables": st.dictionaries(st.sampled_from(("one", "two", "Three")), tables()),
        "labels": st.sampled_from(((), ("a",), ("a", "b"), ("c", "a", "b"))),
    }
)


def metadata_of(model: Mapping[str, Any]) -> MetaData:
    metadata = MetaData()
    declare(metadata, Role("random_reader"), Schema("live"))
    for place, (name, facts) in enumerate(model["tables"].items()):
        table = Table(name, metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
        if model["labels"]:
            label = Enum(*model["labels"], name="label")
            table.append_column(Column("label", label, server_default=model["labels"][-1]))
        for column, nullable, default in facts["columns"]:
            server_default = None if default is None else text(default)
            kind = COLUMNS[column][0]
            table.append_column(Column(column, kind, nullable=nullable, server_default=server_default))
        for extra in sorted(facts["extras"]):
            add_extra(metadata, table, extra, place)
    return metadata


def add_extra(metadata: MetaData, table: Table, extra: str, place: int) -> None:
    last = list(table.columns)[-1].name
    match extra:
        case "unique":
            table.append_constraint(UniqueConstraint(last, name=f"u{place}"))
        case "check":
            table.append_constraint(CheckConstraint("id > 0 OR id IN (-1, -2)", name=f"c{place}"))
        case "index":
            Index(f"i{place}", table.columns["id"], table.columns[last])
        case "partial index":
            Index(f"p{place}", table.columns[last], postgresql_where=text("id BETWEEN 1 AND 9"))
        case "check with casts":
            condition = f"CAST({quoted(last)} AS varchar) IN ('a', 'b') OR NOT (id = ANY ('{{1,2}}'))"
            table.append_constraint(CheckConstraint(condition, name=f"k{place}"))
        case "expression index":
            lowered = text("(lower(id::text) || 'x')")
            table.append_constraint(Index(f"e{place}", lowered, table.columns["id"].desc()))
        case _:
            add_wide_extra(metadata, table, extra, place)


def add_wide_extra(metadata: MetaData, table: Table, extra: str, place: int) -> None:
    last = list(table.columns)[-1].name
    match extra:
        case "computed":
            table.append_column(Column("doubled", BigInteger, Computed("id * 2", persisted=True)))
        case "identity":
            table.append_column(Column("number", Integer, Identity(start=10, cycle=True)))
        case "view over view":
            name = f"low_{place}"
            query = f"SELECT id, CASE WHEN id IN (1, 2) THEN 'a' END AS c FROM public.\"{table.name}\""
            declare(metadata, View(f"CREATE VIEW public.{name} AS {query} WHERE id BETWEEN 1 AND 9"))
            over = (
                f"SELECT x.c, count(*) AS n FROM public.{name} x JOIN public.{name} y USING (id) GROUP BY x.c"
            )
            declare(metadata, View(f"CREATE VIEW live.high_{place} AS {over}"))
        case "foreign key":
            table.append_constraint(ForeignKeyConstraint(["id"], [table.columns["id"]], name=f"f{place}"))
        case "view":
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            declare(
                metadata,
                View(f'CREATE VIEW live."{table.name}" AS SELECT {columns} FROM public."{table.name}"'),
            )
        case "grant":
            declare(
                metadata,
                Grant(("SELECT", "INSERT"), f'public."{table.name}"', ("random_reader",), "TABLE", (last,)),
            )
        case "comment":
            table.comment = f"the last column is {last}"


def quoted(column: str) -> str:
    return f'"{column}"'


def converges(server: LocalPostgres, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(metadata_of(old), Path(folder), "random_owner", scratch_url=server.url())
        new_migration(project, "old")
        project = Project(metadata_of(new), Path(folder), "random_owner", scratch_url=server.url())
        try:
            new_migration(project, "new")
        except UnplannableChangeError as error:
            event(f"refused: {error.by_hand}")
            return
        event("planned")
        assert differences_from_history(project) == ()


@pytest.fixture(scope="module")
def connections(servers: Mapping[int, LocalPostgres]) -> Iterator[list[Connection]]:
    """Return a connection to an empty database of each server; every example is undone on it."""
    with ExitStack() as stack:
        urls = [stack.enter_context(scratch_database(server.url())) for server in servers.values()]
        yield [stack.enter_context(sqlalchemy_connection(url, purpose="test")) for url in urls]


def catalogs_of(model: Mapping[str, Any], connections: list[Connection]) -> list[Catalog]:
    """Return the catalogue of the models on each server, built, and once more made of plain DDL."""
    found = []
    for connection in connections:
        empty = read_catalog(connection)
        connection.rollback()
        build(connection, metadata_of(model))
        built = read_catalog(connection)
        connection.rollback()
        for role in ("random_reader", "random_owner"):
            create_missing_roles(connection, [role])
        for step in plain_steps(empty, built):
            connection.exec_driver_sql(step.sql, execution_options={"no_parameters": True})
        found += [built, read_catalog(connection)]
        connection.rollback()
    return found


def differ_nowhere(model: Mapping[str, Any], connections: list[Connection]) -> None:
    first, *others = catalogs_of(model, connections)
    for other in others:
        assert [change for change in diff(first, other) if "MAINTAIN" not in str(change)] == []
        assert digest(first) == digest(other)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(model=models)
def test_models_never_differ_from_themselves(connections: list[Connection], model: Mapping[str, Any]) -> None:
    differ_nowhere(model, connections)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=models)
def test_many_models_never_differ_from_themselves(
    connections: list[Connection], model: Mapping[str, Any]
) -> None:
    differ_nowhere(model, connections)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(old=models, new=models)
def test_a_plan_leads_to_the_models_or_is_refused(
    embedded: LocalPostgres, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    converges(embedded, old, new)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=models, new=models)
def test_many_plans_lead_to_the_models_or_are_refused(
    server: LocalPostgres, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    converges(server, old, new)
